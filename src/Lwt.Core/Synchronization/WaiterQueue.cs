using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promises that wait for a mutex, a condition, a mailbox or a pool, oldest first, in a ring. A waiter is one
/// object, the promise itself.
/// </summary>
/// <remarks>
/// A cancelled waiter stays in the ring until it is the first, or until the ring is full, when all cancelled ones are
/// removed: cancelling costs the queue nothing, and memory depends on the number of waiters at one time. Invariant: the
/// waiters are the <c>_count</c> entries from <c>_head</c> on.
/// </remarks>
internal sealed class WaiterQueue
{
    private Entry[] _ring = [];
    private int _head;
    private int _count;

    /// <summary>Counts the pending waiters, in time proportional to their number.</summary>
    internal int Count
    {
        get
        {
            var pending = 0;
            for (var i = 0; i < _count; i++)
                if (_ring[At(i)].Waiter!.IsPending)
                    pending++;
            return pending;
        }
    }

    internal bool IsEmpty => _count == 0 || First() is null;

    /// <summary>Adds a new cancelable promise at the end of the queue. OCaml: <c>Lwt.add_task_r</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TWaiter Add<TWaiter>(TWaiter waiter)
        where TWaiter : Promise
    {
        Append(waiter);
        return waiter;
    }

    private void Append(Promise waiter)
    {
        Debug.Assert((waiter.Flags & Promise.Cancelable) != 0, "A waiter can be cancelled.");
        if (_count == _ring.Length)
            MakeRoom();
        ref var entry = ref _ring[At(_count++)];
        Debug.Assert(entry.Waiter is null, "The entries that are no waiters are empty.");
        entry.Waiter = waiter;
    }

    /// <summary>Removes the first waiter, settled and pending, and returns it; null if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Promise? Take(Driver driver) => _count == 0 ? null : TakeFirst(driver);

    /// <summary>Removes all waiters and returns them, oldest first.</summary>
    internal List<Promise> TakeAll(Driver driver)
    {
        var all = new List<Promise>(_count);
        while (Take(driver) is { } waiter)
            all.Add(waiter);
        return all;
    }

    /// <summary>Fulfills a removed waiter as <c>Lwt.wakeup_later</c> does, unless it was cancelled since.</summary>
    internal static void Wake<T>(Promise waiter, T value, Driver driver)
    {
        var promise = Cast.To<Promise<T>>(Outer(waiter));
        if (promise.State == Promise.Pending)
            Later(promise.FulfillWith(value), driver);
    }

    /// <summary>Like <see cref="Wake{T}"/>, for a waiter without a value.</summary>
    internal static void Wake(Promise waiter, Driver driver)
    {
        var promise = Outer(waiter);
        if (promise.State == Promise.Pending)
            Later(promise.FulfillWithDefault(), driver);
    }

    /// <summary>Rejects a removed waiter as <c>Lwt.wakeup_later_exn</c> does, unless it was cancelled since.</summary>
    internal static void WakeWith(Promise waiter, Exception reason, Driver driver)
    {
        var promise = Outer(waiter);
        if (promise.State == Promise.Pending)
            driver.RejectLater(promise, reason);
    }

    /// <summary>The promise to resolve in a waiter's stead; it holds no link any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Promise Outer(Promise waiter)
    {
        if (waiter.State != Promise.Proxy)
            return waiter;
        var outer = waiter.Underlying();
        if (outer.State == Promise.Pending)
            outer.DropLink();
        return outer;
    }

    private static void Later(Promise fulfilled, Driver driver)
    {
        if (fulfilled.Slot is not null)
            driver.RunLater(fulfilled);
    }

    private Promise? TakeFirst(Driver driver)
    {
        if (First() is not { } waiter)
            return null;
        // Checked before it is removed: a use on the wrong thread must not lose it.
        if (waiter.Owner != driver.Id)
            Errors.ThrowWrongLoop(waiter);
        DropFirst();
        return waiter;
    }

    /// <summary>The first waiter, settled and pending; removes the resolved ones before it.</summary>
    private Promise? First()
    {
        while (_count > 0)
        {
            var waiter = _ring[_head].Waiter!.Underlying();
            if (waiter.State == Promise.Pending)
                return waiter;
            DropFirst();
        }
        return null;
    }

    private void DropFirst()
    {
        Debug.Assert(_count > 0 && _ring[_head].Waiter is not null, "The waiters are the entries from the head on.");
        _ring[_head].Waiter = null;
        _head = _head + 1 == _ring.Length ? 0 : _head + 1;
        _count--;
    }

    private int At(int offset)
    {
        var index = _head + offset;
        return index < _ring.Length ? index : index - _ring.Length;
    }

    private void MakeRoom()
    {
        Sweep();
        if (_count <= _ring.Length / 2 && _ring.Length > 0)
            return;
        var ring = new Entry[Math.Max(4, 2 * _ring.Length)];
        for (var i = 0; i < _count; i++)
            ring[i] = _ring[At(i)];
        (_ring, _head) = (ring, 0);
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
    }

    /// <summary>
    /// A struct around the reference, because storing a reference into an array checks its type each time.
    /// </summary>
    private struct Entry
    {
        internal Promise? Waiter;
    }
}
