using System.Diagnostics;
using System.Globalization;

namespace Lwt.Core;

/// <summary>
/// The sleeps of a loop, ordered by deadline and then by creation: a heap with four children for each node.
/// </summary>
/// <remarks>
/// Most timeouts are cancelled. A cancelled sleep stays in the heap until it is popped, or until cancelled sleeps
/// outnumber the others, when all of them are removed: cancelling takes constant time, and memory depends on the live
/// ones. If much of a large heap is due at once, it is taken out and sorted, because popping jumps around in memory.
/// Invariant: <c>_canceled</c> counts the entries whose sleep was cancelled, in the heap and among those due; both are
/// swept together, so each sweep removes at least half of the entries it looks at.
/// </remarks>
internal sealed class Timers(TimeProvider clock)
{
    private Entry[] _heap = new Entry[16];
    private int _count;
    private int _canceled;
    private long _made;

    // Taken out of the heap to be fulfilled, earliest first: the entries from _nextDue up to _endDue.
    private Entry[] _due = [];
    private int _nextDue;
    private int _endDue;

    // The clock, if it has timers of its own that fire in the loop.
    private readonly VirtualClock? _virtual = clock as VirtualClock;

    private readonly record struct Entry(long Deadline, long Order, Promise Sleep) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Deadline == other.Deadline ? Order.CompareTo(other.Order) : Deadline.CompareTo(other.Deadline);

        internal bool IsDue(long now, long made) => Deadline <= now && Order < made;

        internal bool IsCanceled => Sleep.Underlying().State != Promise.Pending;

        internal bool IsBefore(in Entry other) => IsBefore(other.Deadline, other.Order);

        internal bool IsBefore(long deadline, long order) =>
            Deadline < deadline || (Deadline == deadline && Order < order);
    }

    internal Promise<T> Sleep<T>(double seconds)
    {
        var driver = Driver.Current;
        var deadline = After(seconds, clock);
        var sleep = new Sleeping<T>(driver);
        Push(new Entry(deadline, _virtual is null ? _made++ : _virtual.NextOrder(), sleep));
        return sleep;
    }

    /// <summary>
    /// The timestamp that a clock will have after so many seconds, rounded up so that no sleep ends early.
    /// </summary>
    internal static long After(double seconds, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var ticks = Math.Ceiling(Math.Max(seconds, 0) * clock.TimestampFrequency);
        // Limited to what a clock can reach; a clock may start below zero.
        return ticks < long.MaxValue - Math.Max(now, 0) ? now + (long)ticks : long.MaxValue;
    }

    /// <summary>
    /// The next deadline, as a timestamp of the clock; null if nothing sleeps and no virtual timer is set.
    /// </summary>
    internal long? NextDeadline()
    {
        DropCanceled();
        long? sleep = _count == 0 ? null : _heap[0].Deadline;
        return _virtual?.NextDeadline is { } timer && !(sleep <= timer) ? timer : sleep;
    }

    /// <summary>The time until a timestamp of a clock; zero if it has passed.</summary>
    internal static TimeSpan Until(long deadline, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        if (deadline <= now)
            return TimeSpan.Zero;
        // Unsigned, because the difference may exceed the range of a long.
        var seconds = (ulong)(deadline - now) / (double)clock.TimestampFrequency;
        // Rounded up to the next tick of TimeSpan, so that waiting this long is enough.
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond))
            : TimeSpan.MaxValue;
    }

    /// <summary>
    /// Fulfills the sleeps that are due; sleeps created during this call wait for the next iteration.
    /// </summary>
    internal void Fire(Driver driver)
    {
        if (_virtual is not null)
        {
            FireVirtual(_virtual, driver);
            return;
        }
        if (_count > 0)
            FireSleeps(clock.GetTimestamp(), _made, driver);
    }

    /// <summary>
    /// Like <see cref="Fire"/>, for a virtual clock, whose timers fire in the same order as the sleeps.
    /// </summary>
    private void FireVirtual(VirtualClock timers, Driver driver)
    {
        var (now, made) = (timers.GetTimestamp(), timers.Made);
        while (timers.NextDue(now, made) is { } timer)
            if (_count > 0 && _heap[0].IsBefore(timer.Deadline, timer.Order))
                Fulfill(Pop(), driver);
            else
                timers.Fire(timer, driver);
        FireSleeps(now, made, driver);
    }

    private void FireSleeps(long now, long made, Driver driver)
    {
        for (var popped = 0; _count > 0 && _heap[0].IsDue(now, made); popped++)
        {
            if (popped > 64 && popped > _count / 32)
            {
                FireAll(now, made, driver);
                return;
            }
            Fulfill(Pop(), driver);
        }
    }

    private void FireAll(long now, long made, Driver driver)
    {
        _due = TakeAll(now, made);
        (_nextDue, _endDue) = (0, _due.Length);
        Array.Sort(_due);
        while (_nextDue < _endDue)
            Fulfill(_due[_nextDue++].Sleep, driver);
        PutBack();
    }

    /// <summary>Leaves the rest of an interrupted batch to the next iteration.</summary>
    internal void PutBack()
    {
        while (_nextDue < _endDue)
            Push(_due[_nextDue++]);
        (_due, _nextDue, _endDue) = ([], 0, 0);
    }

    private void Fulfill(Promise sleep, Driver driver)
    {
        var promise = sleep.Underlying();
        if (promise.State != Promise.Pending)
        {
            _canceled--;
            Debug.Assert(_canceled >= 0, "Each cancelled sleep is counted.");
            return;
        }
        promise.DropLink();
        if (promise.FulfillWithDefault().Slot is not null)
            driver.Run(promise);
    }

    /// <summary>Removes all due entries from the heap and returns them.</summary>
    private Entry[] TakeAll(long now, long made)
    {
        var count = 0;
        for (var i = 0; i < _count; i++)
            if (_heap[i].IsDue(now, made))
                count++;
        var due = new Entry[count];
        var rest = 0;
        for (var i = 0; i < _count; i++)
            if (_heap[i].IsDue(now, made))
                due[i - rest] = _heap[i];
            else
                _heap[rest++] = _heap[i];
        Shrink(rest);
        return due;
    }

    private void Push(Entry entry)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, 2 * _count);
        SiftUp(_count++, entry);
    }

    private void SiftUp(int index, Entry entry)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 4;
            if (!entry.IsBefore(_heap[parent]))
                break;
            _heap[index] = _heap[parent];
            index = parent;
        }
        _heap[index] = entry;
        AssertHeap(index);
    }

    private Promise Pop()
    {
        var top = _heap[0].Sleep;
        var last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0)
            SiftDown(0, last);
        AssertHeap(_count - 1);
        return top;
    }

    private void SiftDown(int index, Entry entry)
    {
        while (true)
        {
            var child = (4 * index) + 1;
            if (child >= _count)
                break;
            var least = child;
            var end = Math.Min(child + 4, _count);
            while (++child < end)
                if (_heap[child].IsBefore(_heap[least]))
                    least = child;
            if (!_heap[least].IsBefore(entry))
                break;
            _heap[index] = _heap[least];
            index = least;
        }
        _heap[index] = entry;
    }

    private void DropCanceled()
    {
        while (_count > 0 && _heap[0].IsCanceled)
        {
            Pop();
            _canceled--;
        }
    }

    private void Canceled()
    {
        _canceled++;
        Debug.Assert(_canceled <= _count + _endDue - _nextDue, "The cancelled sleeps are among the entries.");
        if (_canceled > 64 && _canceled > (_count + _endDue - _nextDue) / 2)
            Sweep();
    }

    private void Sweep()
    {
        Shrink(DropCanceled(_heap, 0, _count));
        var end = DropCanceled(_due, _nextDue, _endDue);
        Array.Clear(_due, end, _endDue - end);
        _endDue = end;
        _canceled = 0;
    }

    /// <summary>Moves the entries of a range that were not cancelled to its front; returns their end.</summary>
    private static int DropCanceled(Entry[] entries, int start, int end)
    {
        var live = start;
        for (var i = start; i < end; i++)
            if (!entries[i].IsCanceled)
                entries[live++] = entries[i];
        return live;
    }

    /// <summary>Makes a heap of the first entries of the array and clears the others.</summary>
    private void Shrink(int count)
    {
        Array.Clear(_heap, count, _count - count);
        _count = count;
        for (var i = (count - 2) / 4; i >= 0 && count > 1; i--)
            SiftDown(i, _heap[i]);
        // Linear, as this is.
        for (var i = 1; i < _count; i++)
            AssertHeap(i);
    }

    /// <summary>Asserts that an entry does not come before its parent.</summary>
    [Conditional("DEBUG")]
    private void AssertHeap(int index) =>
        Debug.Assert(
            index <= 0 || !_heap[index].IsBefore(_heap[(index - 1) / 4]),
            "A parent comes before its children."
        );

    /// <summary>Each sleep with its deadline in words, for messages.</summary>
    internal Dictionary<Promise, string> Describe()
    {
        var all = new Dictionary<Promise, string>(ReferenceEqualityComparer.Instance);
        foreach (var entry in _heap.AsSpan(0, _count))
            all[entry.Sleep] = Describe(entry.Deadline);
        foreach (var entry in _due.AsSpan(_nextDue, _endDue - _nextDue))
            all[entry.Sleep] = Describe(entry.Deadline);
        return all;
    }

    private string Describe(long deadline) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"a sleep that ends in {Until(deadline, clock).TotalSeconds:0.###} s"
        );

    private sealed class Sleeping<T>(Driver driver) : Promise<T>(driver, Cancelable | NotifiesCancel)
    {
        internal override void OnCanceled(Driver driver) => driver.Loop.Timers.Canceled();

        internal override void DescribeWait(WaitReport report) => report.On(report.Sleep(this));
    }
}
