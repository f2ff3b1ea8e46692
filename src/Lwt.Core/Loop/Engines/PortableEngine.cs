namespace Lwt.Core;

/// <summary>
/// The engine that runs wherever .NET does: it waits for posts and for time and, on .NET's sockets and thread pool, for I/O.
/// </summary>
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

    // Null until the first port is opened.
    private SocketReadiness? _sockets;
    private PortablePorts? _ports;

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

    internal bool HasPorts => _sockets is not null;

    internal bool HasSystemClock => ReferenceEquals(Clock, TimeProvider.System);

    /// <inheritdoc/>
    public bool Watches => _sockets is { Watches: true };

    /// <inheritdoc/>
    public bool IsReady => _sockets is { IsReady: true };

    /// <inheritdoc/>
    public Ports Ports => _ports ??= new PortablePorts(_sockets ??= new SocketReadiness(this));

    /// <inheritdoc/>
    public void Poll(TimeSpan? timeout)
    {
        if (timeout is { } time)
        {
            if (time <= TimeSpan.Zero && Volatile.Read(ref _woken) == 0)
                return;
            if (!HasSystemClock)
            {
                WaitUntil(Timers.After(time.TotalSeconds, Clock));
                return;
            }
        }
        if (WaitForWakeup(timeout))
            TakeWakeup();
    }

    /// <inheritdoc/>
    public void Dispatch() => _sockets?.Dispatch();

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
        var woken = WaitForWakeup(null);
        StopTimer();
        if (woken)
            TakeWakeup();
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _wakeups.Release();
    }

    /// <summary>Waits in the system's time, and no longer than the sockets let it. Returns whether a wakeup came.</summary>
    private bool WaitForWakeup(TimeSpan? timeout)
    {
        if (_sockets?.LongestWait is { } longest && (timeout is null || longest < timeout))
            timeout = longest;
        // Whole milliseconds, up, for that is what the system waits for; a longer wait than it takes is cut.
        return timeout is { } time
            ? _wakeups.Wait((int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue))
            : _wakeups.Wait(Timeout.Infinite);
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
        // First: what completes from here on wakes nobody.
        _sockets?.Dispose();
        _timer?.Dispose();
        _wakeups.Dispose();
    }
}
