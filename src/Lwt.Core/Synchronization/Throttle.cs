using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Lets through so many a second for each key; of the others, up to a number wait for the seconds to come. Answers to
/// <c>Lwt_throttle</c>.
/// </summary>
/// <typeparam name="TKey">The type of the keys, each a channel with a rate of its own.</typeparam>
/// <remarks>
/// The seconds are those of the loop's clock, counted from the first wait after a time of rest. While all is at rest no
/// sleep is under way. Invariant: <c>_channels</c> holds the keys that were let through or wait in this second.
/// </remarks>
public sealed class Throttle<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Channel> _channels;
    private readonly int _rate;
    private readonly int _maxWaiting;

    // True while a sleep to the end of the second is under way.
    private bool _ticking;

    /// <summary>Makes a throttle. Answers to <c>Lwt_throttle.create</c>.</summary>
    /// <param name="rate">How many are let through a second, for each key; at least 1.</param>
    /// <param name="maxWaiting">How many may wait at once, over all keys; at least 1.</param>
    /// <param name="comparer">How keys are compared; the usual way if null.</param>
    public Throttle(int rate, int maxWaiting, IEqualityComparer<TKey>? comparer = null)
    {
        const string Mistake = "A throttle (Lwt_throttle.create) takes a rate and a number of waiters of 1 at least.";
        if (rate < 1)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, Mistake);
        if (maxWaiting < 1)
            throw new ArgumentOutOfRangeException(nameof(maxWaiting), maxWaiting, Mistake);
        (_rate, _maxWaiting) = (rate, maxWaiting);
        _channels = new(comparer);
    }

    /// <summary>
    /// Fulfilled with true when it is this one's turn, at once while the rate of the key allows; at once with false when
    /// too many wait already. Cancelling it gives the turn up. Answers to <c>Lwt_throttle.wait</c>.
    /// </summary>
    public Promise<bool> Wait(TKey key)
    {
        if (!_channels.TryGetValue(key, out var channel))
            _channels.Add(key, channel = new());
        Promise<bool> turn;
        if (channel.LetThrough < _rate)
        {
            channel.LetThrough++;
            turn = new Promise<bool>(true);
        }
        else if (CountWaiting() < _maxWaiting)
            turn = channel.Waiters.Add<bool>(Resolution.Current);
        else
            turn = new Promise<bool>(false);
        if (!_ticking)
            Tick();
        return turn;
    }

    private int CountWaiting()
    {
        var count = 0;
        foreach (var channel in _channels.Values)
            count += channel.Waiters.Count;
        return count;
    }

    private void Tick()
    {
        _ticking = true;
        Primitives.OnSuccess(Primitives.Sleep<Unit>(1.0), new NextSecond(this));
    }

    /// <summary>Lets through those whose turn it is in the second that begins; as in Lwt, the last of them is woken first.</summary>
    private void Begin()
    {
        var resolution = Resolution.Current;
        var turns = new Stack<Promise>();
        foreach (var (key, channel) in _channels)
        {
            channel.LetThrough = 0;
            while (channel.LetThrough < _rate && channel.Waiters.Take(resolution) is { } waiter)
            {
                turns.Push(waiter);
                channel.LetThrough++;
            }
            if (channel.LetThrough == 0)
                _channels.Remove(key);
        }
        _ticking = false;
        if (_channels.Count > 0)
            Tick();
        foreach (var turn in turns)
            new Resolver<bool>((Promise<bool>)turn).Fulfill(true);
    }

    private sealed class Channel
    {
        internal readonly WaiterQueue Waiters = new();
        internal int LetThrough;
    }

    private readonly struct NextSecond(Throttle<TKey> throttle) : IEffect
    {
        public void Invoke(Promise source) => throttle.Begin();
    }
}
