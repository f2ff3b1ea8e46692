using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promises that wait their turn at a mutex, a condition, a mailbox, a pool, oldest first: a ring. A waiter is one
/// object, the promise itself.
/// </summary>
/// <remarks>
/// A cancelled waiter stays in the ring, resolved, until it is met or until the cancelled ones outnumber the rest, when
/// all are swept out: cancelling takes constant time, memory follows the live ones.
/// Invariant: the entries from <c>_head</c> on, <c>_count</c> of them, are pending but for <c>_canceled</c>.
/// </remarks>
internal sealed class WaiterQueue
{
    private Entry[] _ring = [];
    private int _head;
    private int _count;
    private int _canceled;

    internal int Count => _count - _canceled;

    internal bool IsEmpty => _count == _canceled;

    /// <summary>A new cancelable promise, last in the queue. Answers to <c>Lwt.add_task_r</c>.</summary>
    internal Promise<T> Add<T>(Resolution resolution)
    {
        var waiter = new Waiter<T>(resolution, this);
        if (_count == _ring.Length)
            Grow();
        _ring[At(_count++)].Waiter = waiter;
        return waiter;
    }

    /// <summary>Takes the first waiter, settled and pending; null if there is none. Resolve it, or <see cref="Release"/> it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Promise? Take(Resolution resolution) => _count == 0 ? null : TakeFirst(resolution);

    /// <summary>Takes all waiters, oldest first, each as <see cref="Release"/> leaves it.</summary>
    internal Promise[] TakeAll(Resolution resolution)
    {
        if (IsEmpty)
            return [];
        var all = new Promise[Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Take(resolution)!;
            Release(all[i]);
        }
        return all;
    }

    /// <summary>Lets a taken waiter be pending on: cancelling it is no business of the queue's any more.</summary>
    internal static void Release(Promise waiter)
    {
        waiter.Flags &= unchecked((byte)~Promise.NotifiesCancel);
        waiter.DropLink();
    }

    /// <summary>Fulfills a taken waiter as <c>Lwt.wakeup_later</c> does; nothing if it was cancelled since.</summary>
    internal static void Wake<T>(Promise waiter, T value, Resolution resolution)
    {
        var promise = Unsafe.As<Promise<T>>(waiter).Settled();
        if (promise.State != Promise.Pending)
            return;
        promise.DropLink();
        Later(promise.FulfillWith(value), resolution);
    }

    /// <summary>As <see cref="Wake{T}"/>, for a waiter without value.</summary>
    internal static void Wake(Promise waiter, Resolution resolution)
    {
        var promise = waiter.Settled();
        if (promise.State != Promise.Pending)
            return;
        promise.DropLink();
        Later(promise.FulfillWithDefault(), resolution);
    }

    /// <summary>Rejects a taken waiter as <c>Lwt.wakeup_later_exn</c> does; nothing if it was cancelled since.</summary>
    internal static void WakeWith(Promise waiter, Exception reason, Resolution resolution)
    {
        var promise = waiter.Settled();
        if (promise.State != Promise.Pending)
            return;
        promise.DropLink();
        resolution.RunLater(promise.RejectWith(reason));
    }

    private static void Later(Promise fulfilled, Resolution resolution)
    {
        if (fulfilled.Slot is not null)
            resolution.RunLater(fulfilled);
    }

    private Promise? TakeFirst(Resolution resolution)
    {
        while (_count > 0)
        {
            var waiter = _ring[_head].Waiter!.Settled();
            if (waiter.State == Promise.Pending)
            {
                // Looked at before it is taken: a use on the wrong thread must not lose it.
                if (waiter.Owner != resolution.Id)
                    Errors.ThrowWrongLoop(waiter);
                DropFirst();
                return waiter;
            }
            DropFirst();
            _canceled--;
        }
        return null;
    }

    private void DropFirst()
    {
        _ring[_head].Waiter = null;
        _head = _head + 1 == _ring.Length ? 0 : _head + 1;
        _count--;
    }

    private int At(int offset)
    {
        var index = _head + offset;
        return index < _ring.Length ? index : index - _ring.Length;
    }

    private void Grow()
    {
        var ring = new Entry[Math.Max(4, 2 * _ring.Length)];
        for (var i = 0; i < _count; i++)
            ring[i] = _ring[At(i)];
        (_ring, _head) = (ring, 0);
    }

    private void Canceled()
    {
        _canceled++;
        if (_canceled > 16 && _canceled > _count / 2)
            Sweep();
    }

    private void Sweep()
    {
        var live = 0;
        for (var i = 0; i < _count; i++)
        {
            var waiter = _ring[At(i)].Waiter!;
            if (waiter.IsPending)
                _ring[At(live++)].Waiter = waiter;
        }
        for (var i = live; i < _count; i++)
            _ring[At(i)].Waiter = null;
        _count = live;
        _canceled = 0;
    }

    /// <summary>A place in the ring: a struct, for storing into an array of references checks their type each time.</summary>
    private struct Entry
    {
        internal Promise? Waiter;
    }

    private sealed class Waiter<T>(Resolution resolution, WaiterQueue queue)
        : Promise<T>(resolution, Cancelable | NotifiesCancel)
    {
        internal override void OnCanceled(Resolution resolution) => queue.Canceled();

        internal override string Describe() => "a turn in a queue (a mutex, condition, mailbox or pool)";
    }
}

/// <summary>The one fulfilled promise of each unit type: C#'s and F#'s.</summary>
internal static class Done<TUnit>
{
    internal static readonly Promise<TUnit> Promise = new(default(TUnit)!);
}
