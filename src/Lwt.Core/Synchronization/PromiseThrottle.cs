using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Lets through so many a second for each key; of the others, up to a number wait for the seconds to come. OCaml:
/// <c>Lwt_throttle</c>.
/// </summary>
/// <typeparam name="TKey">The type of the keys, each a channel with a rate of its own.</typeparam>
/// <remarks>
/// The seconds are those of the loop's clock, counted from the first wait after a time of rest. While all is at rest no
/// sleep is under way. The throttle belongs to the thread that used it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>. A loop that takes it over from another begins anew, with its own clock.
/// </remarks>
public sealed class PromiseThrottle<TKey>
    where TKey : notnull
{
    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly int _rate;
    private readonly int _maxWaiting;
    private Affinity _affinity;

    // Of the loop that used the throttle last; null before its first use.
    private Seconds? _seconds;

    /// <summary>Makes a throttle. OCaml: <c>Lwt_throttle.create</c>.</summary>
    /// <param name="rate">How many are let through a second, for each key; at least 1.</param>
    /// <param name="maxWaiting">How many may wait at once, over all keys; at least 1.</param>
    /// <param name="comparer">How keys are compared; the usual way if null.</param>
    public PromiseThrottle(int rate, int maxWaiting, IEqualityComparer<TKey>? comparer = null)
    {
        const string Mistake = "A throttle (Lwt_throttle.create) takes a rate and a number of waiters of 1 at least.";
        if (rate < 1)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, Mistake);
        if (maxWaiting < 1)
            throw new ArgumentOutOfRangeException(nameof(maxWaiting), maxWaiting, Mistake);
        (_rate, _maxWaiting, _comparer) = (rate, maxWaiting, comparer);
    }

    /// <summary>
    /// Fulfilled with true when it is this one's turn, at once while the rate of the key allows; at once with false when
    /// too many wait already. Cancelling it gives the turn up. OCaml: <c>Lwt_throttle.wait</c>.
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
    /// The seconds of a loop. Invariant: <c>_channels</c> holds the keys that were let through or wait in this second;
    /// <c>_waiting</c> is the number of turns in their queues.
    /// </summary>
    private sealed class Seconds(PromiseThrottle<TKey> throttle, Driver driver)
    {
        internal readonly Driver Driver = driver;
        private readonly Dictionary<TKey, Channel> _channels = new(throttle._comparer);
        private int _waiting;

        // Taken from their queues, to be fulfilled from the top.
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

        /// <summary>Lets through those whose turn it is in the second that begins; as in Lwt, the last of them is woken first.</summary>
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
            // After an exception that no promise may swallow the rest are woken in the next second.
            while (_turns.TryPop(out var turn))
                new Resolver<bool>(turn).Fulfill(true);
        }
    }

    private sealed class Channel
    {
        internal readonly Sequence<Turn> Waiters = new();
        internal int LetThrough;
    }

    /// <summary>A turn to come: it leaves its queue when it is cancelled.</summary>
    private sealed class Turn : Promise<bool>
    {
        private readonly Seconds _seconds;
        private readonly SequenceNode<Turn> _place;

        internal Turn(Seconds seconds, Channel channel)
            : base(seconds.Driver, Cancelable | NotifiesCancel) =>
            (_seconds, _place) = (seconds, channel.Waiters.AddRight(this));

        internal override void OnCanceled(Driver driver)
        {
            // Of those that were taken some may be cancelled before they are woken.
            if (!_place.IsActive)
                return;
            _place.Remove();
            _seconds.Leave();
        }

        internal override string Describe() => "a turn in a queue (a throttle)";
    }

    private readonly struct NextSecond(Seconds seconds) : IEffect
    {
        public void Invoke(Promise source) => seconds.Begin();
    }
}
