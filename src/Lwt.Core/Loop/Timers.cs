namespace Lwt.Core;

/// <summary>
/// The sleeps of a loop, earliest first and, at one deadline, in the order in which they were made: a heap of four
/// children a node.
/// </summary>
/// <remarks>
/// Most timeouts are cancelled. A cancelled one stays in the heap, empty, until it is popped or until the empty ones
/// outnumber the rest, when all are swept out: cancelling takes constant time, memory follows the live ones.
/// When much of a large heap turns out to be due at once, it is taken out and sorted: popping goes to and fro in memory.
/// Invariant: <c>_canceled</c> counts the entries whose sleep was cancelled, in the heap and among those due.
/// </remarks>
internal sealed class Timers(TimeProvider clock)
{
    private Entry[] _heap = new Entry[16];
    private int _count;
    private int _canceled;
    private long _made;

    // Taken out of the heap to be fulfilled, earliest first, from _nextDue on; else empty.
    private Entry[] _due = [];
    private int _nextDue;
    private readonly double _ticksPerSecond = clock.TimestampFrequency;

    private readonly record struct Entry(long Deadline, long Order, Promise Sleep) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Deadline == other.Deadline ? Order.CompareTo(other.Order) : Deadline.CompareTo(other.Deadline);

        internal bool IsDue(long now, long made) => Deadline <= now && Order < made;

        internal bool IsCanceled => Sleep.Settled().State != Promise.Pending;

        internal bool IsBefore(in Entry other) =>
            Deadline < other.Deadline || (Deadline == other.Deadline && Order < other.Order);
    }

    /// <summary>Whether a sleep is under way.</summary>
    internal bool Any => Count > 0;

    /// <summary>The number of sleeps under way.</summary>
    internal int Count => _count + _due.Length - _nextDue - _canceled;

    internal Promise<T> Sleep<T>(double seconds)
    {
        var resolution = Resolution.Current;
        var now = clock.GetTimestamp();
        // Rounded up, so that it is never early; held below what a clock can reach.
        var ticks = Math.Ceiling(Math.Max(seconds, 0) * _ticksPerSecond);
        var deadline = ticks < long.MaxValue - now ? now + (long)ticks : long.MaxValue;
        var sleep = new Sleeping<T>(resolution);
        Push(new Entry(deadline, _made++, sleep));
        return sleep;
    }

    /// <summary>How long until the next deadline: zero when it has passed, null when nothing sleeps.</summary>
    internal TimeSpan? UntilNext()
    {
        DropCanceled();
        if (_count == 0)
            return null;
        var ticks = _heap[0].Deadline - clock.GetTimestamp();
        if (ticks <= 0)
            return TimeSpan.Zero;
        var seconds = ticks / _ticksPerSecond;
        // Up to the next tick of TimeSpan, so that waiting this long is enough.
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond))
            : TimeSpan.MaxValue;
    }

    /// <summary>Fulfills the sleeps whose time has come; those made meanwhile wait for the next time.</summary>
    internal void Fire(Resolution resolution)
    {
        if (_count == 0)
            return;
        var now = clock.GetTimestamp();
        var made = _made;
        for (var popped = 0; _count > 0 && _heap[0].IsDue(now, made); popped++)
        {
            if (popped > 64 && popped > _count / 32)
            {
                FireAll(now, made, resolution);
                return;
            }
            Fulfill(Pop(), resolution);
        }
    }

    private void FireAll(long now, long made, Resolution resolution)
    {
        _due = TakeAll(now, made);
        Array.Sort(_due);
        try
        {
            while (_nextDue < _due.Length)
                Fulfill(_due[_nextDue++].Sleep, resolution);
        }
        finally
        {
            // After an exception that no promise may swallow the rest waits for the next time.
            foreach (var entry in _due.AsSpan(_nextDue))
                Push(entry);
            (_due, _nextDue) = ([], 0);
        }
    }

    private void Fulfill(Promise sleep, Resolution resolution)
    {
        var promise = sleep.Settled();
        if (promise.State != Promise.Pending)
        {
            _canceled--;
            return;
        }
        promise.DropLink();
        if (promise.FulfillWithDefault().Slot is not null)
            resolution.Run(promise);
    }

    /// <summary>Takes all that is due out of the heap.</summary>
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
    }

    private Promise Pop()
    {
        var top = _heap[0].Sleep;
        var last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0)
            SiftDown(0, last);
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
        if (_canceled > 64 && _canceled > _count / 2)
            Sweep();
    }

    private void Sweep()
    {
        var live = 0;
        for (var i = 0; i < _count; i++)
            if (!_heap[i].IsCanceled)
                _heap[live++] = _heap[i];
        _canceled -= _count - live;
        Shrink(live);
    }

    /// <summary>Makes a heap of the first entries of the array, and forgets the others.</summary>
    private void Shrink(int count)
    {
        Array.Clear(_heap, count, _count - count);
        _count = count;
        for (var i = (count - 2) / 4; i >= 0 && count > 1; i--)
            SiftDown(i, _heap[i]);
    }

    private sealed class Sleeping<T>(Resolution resolution) : Promise<T>(resolution, Cancelable | NotifiesCancel)
    {
        internal override void OnCanceled(Resolution resolution) => resolution.Loop.Timers.Canceled();

        internal override string Describe() => "a sleep";
    }
}
