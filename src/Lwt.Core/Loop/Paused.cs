namespace Lwt.Core;

/// <summary>The promises that pause made, to be fulfilled together in the loop's next iteration.</summary>
internal sealed class Paused
{
    private Slot[] _promises = new Slot[16];
    private Slot[]? _spare;
    private int _count;

    internal Action<int>? Notifier;

    /// <summary>Wrapped, for storing into an array of references costs a check of the type.</summary>
    private record struct Slot(Promise Promise);

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
            while (next < count)
            {
                var promise = batch[next].Promise;
                batch[next++] = default;
                if (promise.State == Promise.Proxy)
                {
                    promise = promise.Settled();
                    promise.DropLink();
                }
                // One that was cancelled meanwhile is resolved.
                if (promise.State == Promise.Pending && promise.FulfillWithDefault().Slot is not null)
                    resolution.Run(promise);
            }
            _spare = batch;
        }
        finally
        {
            // Only when an exception that no promise may swallow came through.
            while (next < count)
                Add(batch[next++].Promise);
        }
    }

    internal void Abandon()
    {
        Array.Clear(_promises, 0, _count);
        _count = 0;
    }
}
