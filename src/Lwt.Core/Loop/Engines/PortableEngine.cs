namespace Lwt.Core;

/// <summary>The engine that runs anywhere on .NET: it waits for posts and for time.</summary>
/// <param name="clock">The clock for sleeps; the system's monotonic one when null.</param>
public sealed class PortableEngine(TimeProvider? clock = null) : IEngine
{
    private readonly SemaphoreSlim _wakeups = new(0);

    // 1 while a wakeup is owed that no wait has taken yet.
    private int _woken;

    /// <inheritdoc/>
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <inheritdoc/>
    public void Wait(TimeSpan? timeout, bool expectsPost)
    {
        if (timeout is { } time)
        {
            if (time <= TimeSpan.Zero && Volatile.Read(ref _woken) == 0)
                return;
            // Whole milliseconds, up, for that is what the system waits for; a longer wait than it takes is cut.
            var milliseconds = Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue);
            if (!_wakeups.Wait((int)milliseconds))
                return;
        }
        else
            _wakeups.Wait();
        // A full fence: the loop's look at its posts must not be done before this, or a wakeup could be lost.
        Interlocked.Exchange(ref _woken, 0);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _wakeups.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _wakeups.Dispose();
}
