using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Limits a rate: for each key it lets a number of calls through in each second. Further calls wait for the next
/// seconds, up to a maximum number of waiting calls. OCaml: <c>Lwt_throttle</c>.
/// </summary>
/// <typeparam name="TKey">The type of the keys; each key has a rate of its own.</typeparam>
/// <remarks>
/// The seconds are measured on the loop's clock and start with the first call after an idle time; while idle it uses no
/// timer. The throttle belongs to the thread that uses it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>. A loop that takes it over from another loop starts again, with its own
/// clock.
/// </remarks>
/// <example>
/// <code>
/// var throttle = new PromiseThrottle&lt;string>(rate: 1, maxWaiting: 1);
/// async Promise&lt;string> Handle(string client) =>
///     await throttle.Wait(client) ? $"hello {client}" : "too many requests";
/// </code>
/// </example>
public sealed class PromiseThrottle<TKey>
    where TKey : notnull
{
    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly int _rate;
    private readonly int _maxWaiting;
    private Affinity _affinity;

    // The state for the loop that used the throttle last; null before the first use.
    private Seconds? _seconds;

    /// <summary>Creates a throttle. OCaml: <c>Lwt_throttle.create</c>.</summary>
    /// <param name="rate">How many calls are let through in a second, for each key; at least 1.</param>
    /// <param name="maxWaiting">How many calls may wait at once, for all keys together; at least 1.</param>
    /// <param name="comparer">Compares keys; null for the default comparer.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rate"/> or <paramref name="maxWaiting"/> is less than 1.
    /// </exception>
    public PromiseThrottle(int rate, int maxWaiting, IEqualityComparer<TKey>? comparer = null)
    {
        const string Mistake = "A throttle (Lwt_throttle.create) needs a rate and a number of waiters of at least 1.";
        if (rate < 1)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, Mistake);
        if (maxWaiting < 1)
            throw new ArgumentOutOfRangeException(nameof(maxWaiting), maxWaiting, Mistake);
        (_rate, _maxWaiting, _comparer) = (rate, maxWaiting, comparer);
    }

    /// <summary>
    /// Waits until the rate of the key allows another call. The promise is fulfilled with true then, at once if the
    /// rate allows it now, or at once with false if too many calls already wait. Cancelling a pending promise leaves
    /// the queue. OCaml: <c>Lwt_throttle.wait</c>.
    /// </summary>
    public Promise<bool> Wait(TKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var driver = _affinity.Enter("PromiseThrottle (F#: Lwt_throttle)");
        if (!ReferenceEquals(_seconds?.Driver, driver))
            _seconds = new(this, driver);
        return _seconds.Wait(key);
    }

    /// <summary>
    /// The seconds of a loop. Invariant: <c>_channels</c> holds the keys whose calls were let through or wait in this
    /// second; <c>_waiting</c> is the number of turns in their queues.
    /// </summary>
    private sealed class Seconds(PromiseThrottle<TKey> throttle, Driver driver)
    {
        internal readonly Driver Driver = driver;
        private readonly Dictionary<TKey, Channel> _channels = new(throttle._comparer);
        private int _waiting;

        // Turns that left their queues and will be fulfilled, the top one first.
        private readonly Stack<Turn> _turns = new();

        // True while a sleep to the end of the second is under way.
        private bool _ticking;

        internal Promise<bool> Wait(TKey key)
        {
            if (!_channels.TryGetValue(key, out var channel))
                _channels.Add(key, channel = new());
            Promise<bool> result;
            if (channel.LetThrough < throttle._rate)
            {
                channel.LetThrough++;
                result = new Promise<bool>(true);
            }
            else if (_waiting < throttle._maxWaiting)
            {
                _waiting++;
                result = new Turn(this, channel);
            }
            else
                result = new Promise<bool>(false);
            if (!_ticking)
                Tick();
            return result;
        }

        internal void Leave() => _waiting--;

        private void Tick()
        {
            _ticking = true;
            Primitives.OnSuccess(Primitives.Sleep<Unit>(1.0), new NextSecond(this));
        }

        /// <summary>
        /// Starts a second: lets calls through up to the rate. As in Lwt, the last of them is woken first.
        /// </summary>
        internal void Begin()
        {
            foreach (var (key, channel) in _channels)
            {
                channel.LetThrough = 0;
                while (channel.LetThrough < throttle._rate && channel.Waiters.TryTakeLeft(out var turn))
                {
                    Leave();
                    _turns.Push(turn);
                    channel.LetThrough++;
                }
                if (channel.LetThrough == 0)
                    _channels.Remove(key);
            }
            _ticking = false;
            if (_channels.Count > 0)
                Tick();
            // After an exception that no promise may swallow, the remaining turns are woken in the next second.
            while (_turns.TryPop(out var turn))
                new Resolver<bool>(turn).Fulfill(true);
        }
    }

    private sealed class Channel
    {
        internal readonly Sequence<Turn> Waiters = new();
        internal int LetThrough;
    }

    /// <summary>A waiting call: it leaves its queue when it is cancelled.</summary>
    private sealed class Turn : Promise<bool>
    {
        private readonly Seconds _seconds;
        private readonly SequenceNode<Turn> _place;

        internal Turn(Seconds seconds, Channel channel)
            : base(seconds.Driver, Cancelable | NotifiesCancel) =>
            (_seconds, _place) = (seconds, channel.Waiters.AddRight(this));

        internal override void OnCanceled(Driver driver)
        {
            // A turn that left its queue may be cancelled before it is woken.
            if (!_place.IsActive)
                return;
            _place.Remove();
            _seconds.Leave();
        }

        internal override void DescribeWait(WaitReport report) =>
            report.On("a turn at a PromiseThrottle (F#: Lwt_throttle)");
    }

    private readonly struct NextSecond(Seconds seconds) : IEffect
    {
        public void Invoke(Promise source) => seconds.Begin();
    }
}
