namespace Lwt.Core;

/// <summary>The promises that pause made, to be fulfilled together in the loop's next iteration.</summary>
internal sealed class Paused
{
    private Slot[] _promises = new Slot[16];
    private Slot[]? _spare;
    private int _count;

    internal Action<int>? Notifier;

    /// <summary>Wrapped, for storing into an array of references costs a check of the type.</summary>
    internal record struct Slot(Promise Promise);

    internal int Count => _count;

    internal void Add(Promise promise)
    {
        if (_count == _promises.Length)
            Array.Resize(ref _promises, 2 * _count);
        _promises[_count++].Promise = promise;
        Notifier?.Invoke(_count);
    }

    /// <summary>Fulfills those that are paused now, oldest first; what pauses meanwhile waits for the next time.</summary>
    internal void WakeUp(Resolution resolution)
    {
        var (batch, count) = (_promises, _count);
        if (count == 0)
            return;
        _promises = _spare ?? new Slot[16];
        _spare = null;
        _count = 0;
        var next = 0;
        try
        {
            resolution.FulfillEach(batch, count, ref next);
            _spare = batch;
        }
        finally
        {
            if (next < count)
                PutBack(batch, next, count);
        }
    }

    /// <summary>Keeps the rest of a batch when an exception came through that no promise may swallow.</summary>
    private void PutBack(Slot[] batch, int next, int count)
    {
        while (next < count)
            Add(batch[next++].Promise);
    }

    internal void Abandon()
    {
        Array.Clear(_promises, 0, _count);
        _count = 0;
    }
}
