namespace Lwt.Core;

/// <summary>
/// The engine for tests: its clock stands still while anything can run and jumps to the next deadline when nothing
/// can, so that an hour of sleeps takes no time and always comes out the same.
/// </summary>
/// <remarks>
/// <para>
/// While another thread owes the loop a post (a Task that is awaited, say), the clock waits for it up to
/// <see cref="Patience"/> of real time before it moves on. For what may or may not come (a CancellationToken that may
/// fire) it does not wait.
/// </para>
/// <para>
/// The timers of <see cref="Clock"/> (<c>new CancellationTokenSource(delay, clock)</c>, <c>new PeriodicTimer(period, clock)</c>,
/// <c>Task.Delay(delay, clock)</c>) go by virtual time too, and the clock jumps to them as it does to sleeps. Their callbacks
/// run on the loop's thread, among the sleeps: earliest first and, at one deadline, in the order in which sleeps and timers
/// were made. A periodic timer that is behind fires once an iteration until it has caught up. An exception from a callback
/// goes to the async exception hook. A Task that is awaited is owed whatever it waits for: a sleep, unlike
/// <c>Task.Delay</c>, costs no patience.
/// </para>
/// </remarks>
public sealed class VirtualEngine : IEngine
{
    private readonly VirtualClock _clock;
    private readonly PortableEngine _posts = new();

    /// <summary>Makes an engine whose clock stands at zero.</summary>
    public VirtualEngine() => _clock = new VirtualClock(this);

    /// <inheritdoc/>
    public TimeProvider Clock => _clock;

    /// <summary>How long, in real time, the clock waits for a post that another thread owes; a second unless set.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much virtual time has passed.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Moves the clock on by hand; sleeps that fall due run in the loop's next iteration.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        _clock.Elapsed += time;
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan? timeout, bool expectsPost)
    {
        if (timeout is not { } time)
        {
            _posts.Wait(null, expectsPost);
            return;
        }
        if (time <= TimeSpan.Zero)
            return;
        if (expectsPost && WasPosted())
            return;
        _clock.Elapsed = TimeSpan.MaxValue - time > _clock.Elapsed ? _clock.Elapsed + time : TimeSpan.MaxValue;
    }

    private bool WasPosted()
    {
        var begun = TimeProvider.System.GetTimestamp();
        _posts.Wait(Patience, true);
        return TimeProvider.System.GetElapsedTime(begun) < Patience;
    }

    /// <inheritdoc/>
    public void Wake() => _posts.Wake();

    /// <summary>For a timer, which may be set when the loop is gone.</summary>
    internal void WakeUnlessDisposed()
    {
        try
        {
            Wake();
        }
        catch (ObjectDisposedException) { }
    }

    /// <inheritdoc/>
    public void Dispose() => _posts.Dispose();
}
