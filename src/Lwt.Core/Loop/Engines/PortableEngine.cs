namespace Lwt.Core;

/// <summary>The engine that runs anywhere on .NET: it waits for posts and for time.</summary>
/// <remarks>
/// On a clock other than the system's it waits by that clock's timers (<see cref="TimeProvider.CreateTimer"/>): sleeps wake
/// when such a clock is moved on, and not before.
/// </remarks>
public sealed class PortableEngine : IEngine
{
    private const int MostLooks = 10;

    private readonly SemaphoreSlim _wakeups = new(0);

    // 1 while a wakeup is owed that no wait has taken yet.
    private int _woken;

    // Of a clock other than the system's, once it was needed: ends the wait.
    private ITimer? _timer;

    /// <summary>Makes an engine.</summary>
    /// <param name="clock">The clock for sleeps; the system's monotonic one when null.</param>
    /// <exception cref="ArgumentException">The clock is that of a <see cref="VirtualEngine"/>, which only it can move.</exception>
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
    public void Wait(TimeSpan? timeout, bool expectsPost)
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
        // Whole milliseconds, up, for that is what the system waits for; a longer wait than it takes is cut.
        else if (!_wakeups.Wait((int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue)))
            return;
        TakeWakeup();
    }

    /// <summary>Waits, on a clock other than the system's, up to a timestamp of the clock.</summary>
    internal void WaitUntil(long deadline)
    {
        // Another thread may move the clock between a look at it and the setting of the timer, which would then be late: so
        // look again. A clock that runs by itself has moved a little each time; that little does not matter.
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
        // A timer does not take more; a wait that ends early is begun again.
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

    // A full fence: the loop's look at its posts must not be done before this, or a wakeup could be lost.
    private void TakeWakeup() => Interlocked.Exchange(ref _woken, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _wakeups.Dispose();
    }
}
