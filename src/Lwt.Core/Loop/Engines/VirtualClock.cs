namespace Lwt.Core;

/// <summary>
/// The clock of a <see cref="VirtualEngine"/>. Its timers are deadlines of the loop, like sleeps: the loop fires both
/// on its own thread, ordered by deadline and then by creation.
/// </summary>
/// <remarks>
/// Any thread may set a timer, because a Task may do so anywhere, and read the clock. Invariant, under the lock:
/// <c>_armed</c> contains exactly the timers that will fire, each with its Deadline and Order.
/// </remarks>
internal sealed class VirtualClock(VirtualEngine engine) : TimeProvider
{
    private static readonly Comparer<VirtualTimer> s_byDeadline = Comparer<VirtualTimer>.Create(
        static (a, b) => a.Deadline == b.Deadline ? a.Order.CompareTo(b.Order) : a.Deadline.CompareTo(b.Deadline)
    );

    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _armed = new(s_byDeadline);

    // Starts at one, so that a timer that was never set (Order 0) never equals one that was.
    private long _made = 1;
    private long _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    internal TimeSpan Elapsed
    {
        get => TimeSpan.FromTicks(GetTimestamp());
        set => Volatile.Write(ref _elapsed, value.Ticks);
    }

    /// <summary>The order that the next sleep or timer gets.</summary>
    internal long Made => Volatile.Read(ref _made);

    internal long? NextDeadline
    {
        get
        {
            lock (_lock)
                return _armed.Min?.Deadline;
        }
    }

    public override long GetTimestamp() => Volatile.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow()
    {
        var most = DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch;
        return DateTimeOffset.UnixEpoch + (Elapsed < most ? Elapsed : most);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Has a callback called on the loop's thread after some ticks; the loop's thread calls this.</summary>
    internal void Start(TimerCallback callback, object state, long ticks)
    {
        var timer = new VirtualTimer(this, callback, state);
        lock (_lock)
            Arm(timer, GetTimestamp(), ticks);
    }

    /// <summary>The order of a new sleep or timer among those with the same deadline.</summary>
    internal long NextOrder() => Interlocked.Increment(ref _made) - 1;

    /// <summary>The first timer that is due and older than <paramref name="made"/>.</summary>
    internal VirtualTimer? NextDue(long now, long made)
    {
        lock (_lock)
        {
            foreach (var timer in _armed)
            {
                if (timer.Deadline > now)
                    break;
                if (timer.Order < made)
                    return timer;
            }
            return null;
        }
    }

    /// <summary>
    /// Calls a timer's callback on the loop's thread, unless another thread has just stopped or changed the timer.
    /// </summary>
    internal void Fire(VirtualTimer timer, Driver driver)
    {
        lock (_lock)
        {
            if (timer.Deadline > GetTimestamp() || !_armed.Remove(timer))
                return;
            if (timer.Period > 0)
                Arm(timer, timer.Deadline, timer.Period);
        }
        try
        {
            timer.Call();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, driver);
        }
    }

    /// <summary>Sets a timer again, or stops it if the due time is negative.</summary>
    internal bool Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed)
                return false;
            _armed.Remove(timer);
            timer.Period = Math.Max(period.Ticks, 0);
            if (dueTime >= TimeSpan.Zero)
                Arm(timer, GetTimestamp(), dueTime.Ticks);
        }
        // The loop may be waiting in its engine for a later deadline, or for none.
        if (dueTime >= TimeSpan.Zero)
            engine.WakeUnlessDisposed();
        return true;
    }

    internal void Stop(VirtualTimer timer)
    {
        lock (_lock)
        {
            timer.IsDisposed = true;
            _armed.Remove(timer);
        }
    }

    // Under the lock.
    private void Arm(VirtualTimer timer, long from, long ticks)
    {
        timer.Deadline = ticks < long.MaxValue - from ? from + ticks : long.MaxValue;
        timer.Order = NextOrder();
        _armed.Add(timer);
    }
}

/// <summary>A timer of a <see cref="VirtualClock"/>.</summary>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
{
    // All under the clock's lock; Period is zero for a timer that fires once.
    internal long Deadline;
    internal long Order;
    internal long Period;
    internal bool IsDisposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        return clock.Set(this, dueTime, period);
    }

    public void Dispose() => clock.Stop(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    internal void Call() => callback(state);

    private static void Check(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(
                name,
                time,
                "A timer's time must be zero or more, or Timeout.InfiniteTimeSpan for none."
            );
    }
}
