using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>The promises of pause, which the loop fulfills together in its next iteration.</summary>
internal sealed class Paused
{
    private Slot[] _promises = new Slot[16];
    private int _count;

    // The promises that the loop is fulfilling now, those from _next on.
    private Slot[] _batch = new Slot[16];
    private int _batchCount;
    private int _next;

    internal Action<int>? Notifier;

    /// <summary>A struct around the reference, because storing a reference into an array checks its type.</summary>
    internal record struct Slot(Promise Promise);

    internal int Count => _count;

    /// <summary>All that will be woken, for messages.</summary>
    internal IEnumerable<Promise> All =>
        _promises.AsEnumerable().Take(_count).Concat(_batch.Take(_batchCount).Skip(_next)).Select(slot => slot.Promise);

    internal void Add(Promise promise)
    {
        if (_count == _promises.Length)
            Array.Resize(ref _promises, 2 * _count);
        _promises[_count++].Promise = promise;
        Notifier?.Invoke(_count);
    }

    /// <summary>
    /// For the loop: fulfills the paused promises, oldest first; promises paused during this call run in the next
    /// iteration. After an exception that no promise may swallow the loop calls <see cref="PutBack"/>.
    /// </summary>
    internal void WakeUpFromLoop(Driver driver)
    {
        if (_count <= 1)
        {
            if (_count == 0)
                return;
            _count = 0;
            WakeUp(ref _promises[0], driver);
            return;
        }
        (_promises, _batch) = (_batch, _promises);
        (_batchCount, _next, _count) = (_count, 0, 0);
        while (_next < _batchCount)
            WakeUp(ref _batch[_next++], driver);
    }

    /// <summary>Leaves the rest of an interrupted batch to the next iteration.</summary>
    internal void PutBack()
    {
        while (_next < _batchCount)
            Add(_batch[_next++].Promise);
    }

    private static void WakeUp(ref Slot slot, Driver driver)
    {
        var promise = slot.Promise;
        slot = default;
        if (Fulfill(promise) is { } fulfilled)
            driver.RunUnguarded(fulfilled);
    }

    /// <summary>Like <see cref="WakeUpFromLoop"/>, for a call from anywhere, including inside callbacks.</summary>
    internal void WakeUp(Driver driver)
    {
        var (batch, count) = (_promises, _count);
        (_promises, _count) = (new Slot[16], 0);
        var next = 0;
        try
        {
            while (next < count)
                if (Fulfill(batch[next++].Promise) is { } fulfilled)
                    driver.Run(fulfilled);
        }
        finally
        {
            while (next < count)
                Add(batch[next++].Promise);
        }
    }

    /// <summary>
    /// Fulfills a promise unless it was cancelled in the meantime; returns it if it has callbacks to run.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Promise? Fulfill(Promise promise)
    {
        if (promise.State == Promise.Proxy)
        {
            promise = promise.Underlying();
            promise.DropLink();
        }
        return promise.State == Promise.Pending && promise.FulfillWithDefault().Slot is not null ? promise : null;
    }

    internal void Abandon()
    {
        Array.Clear(_promises, 0, _count);
        _count = 0;
    }
}

/// <summary>What pause makes.</summary>
internal sealed class Pausing<T>(Driver driver) : Promise<T>(driver, Cancelable)
{
    internal override void DescribeWait(WaitReport report) =>
        report.On(
            report.IsPaused(this)
                ? "a pause"
                : "a pause that was abandoned (Promise.AbandonPaused, F#: Lwt.abandon_paused)"
        );
}
