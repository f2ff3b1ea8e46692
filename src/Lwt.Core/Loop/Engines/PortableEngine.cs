namespace Lwt.Core;

/// <summary>The default engine, which runs wherever .NET does: it waits for posts and for time.</summary>
/// <remarks>
/// With a clock other than the system's it waits by that clock's timers (<see cref="TimeProvider.CreateTimer"/>):
/// sleeps end when such a clock is advanced, and not before.
/// </remarks>
public sealed class PortableEngine : IEngine
{
    private const int MostLooks = 10;

    private readonly SemaphoreSlim _wakeups = new(0);

    // 1 after a wakeup that no wait has taken yet.
    private int _woken;

    // The timer, of a clock other than the system's, that ends a wait; null until it is needed.
    private ITimer? _timer;

    /// <summary>Creates an engine.</summary>
    /// <param name="clock">The clock for sleeps; null for the system's monotonic clock.</param>
    /// <exception cref="ArgumentException">
    /// The clock is that of a <see cref="VirtualEngine"/>, which only that engine can advance.
    /// </exception>
    public PortableEngine(TimeProvider? clock = null)
    {
        if (clock is VirtualClock)
            throw new ArgumentException(
                "A PortableEngine cannot wait for the clock of a VirtualEngine, which moves only when the loop waits in that "
                    + "engine. Give the VirtualEngine itself to the loop.",
                nameof(clock)
            );
        Clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    internal bool HasSystemClock => ReferenceEquals(Clock, TimeProvider.System);

    /// <inheritdoc/>
    public void Poll(TimeSpan? timeout)
    {
        if (timeout is not { } time)
            _wakeups.Wait();
        else if (time <= TimeSpan.Zero && Volatile.Read(ref _woken) == 0)
            return;
        else if (!HasSystemClock)
        {
            WaitUntil(Timers.After(time.TotalSeconds, Clock));
            return;
        }
        // Rounded up to whole milliseconds, which the system waits for, and limited to the longest wait it accepts.
        else if (!_wakeups.Wait((int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue)))
            return;
        TakeWakeup();
    }

    /// <summary>Waits, on a clock other than the system's, until a timestamp of that clock at most.</summary>
    internal void WaitUntil(long deadline)
    {
        // Another thread may advance the clock after we read it and before the timer is set, which would then be late:
        // so look again. A clock that runs by itself advances a little each time, which does not matter.
        for (var look = 0; look < MostLooks; look++)
        {
            var now = Clock.GetTimestamp();
            var time = Timers.Until(deadline, Clock);
            if (time == TimeSpan.Zero)
            {
                if (Volatile.Read(ref _woken) != 0)
                    break;
                StopTimer();
                return;
            }
            SetTimer(time);
            if (Clock.GetTimestamp() == now)
                break;
        }
        _wakeups.Wait();
        StopTimer();
        TakeWakeup();
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _wakeups.Release();
    }

    private void SetTimer(TimeSpan time)
    {
        // A timer accepts no more; if the wait ends early, the loop waits again.
        time = TimeSpan.FromMilliseconds(Math.Min(time.TotalMilliseconds, int.MaxValue));
        if (_timer is null)
            _timer = Clock.CreateTimer(
                static engine => ((PortableEngine)engine!).Wake(),
                this,
                time,
                Timeout.InfiniteTimeSpan
            );
        else
            _timer.Change(time, Timeout.InfiniteTimeSpan);
    }

    private void StopTimer() => _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    // A full fence: the loop must not look at its posts before this, or a wakeup could be lost.
    private void TakeWakeup() => Interlocked.Exchange(ref _woken, 0);

    /// <inheritdoc/>
    public override string ToString() => "portable";

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _wakeups.Dispose();
    }
}
