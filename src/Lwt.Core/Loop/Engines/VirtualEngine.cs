namespace Lwt.Core;

/// <summary>
/// The engine for tests: its clock stands still while anything can run and jumps to the next deadline when nothing
/// can, so that an hour of sleeps takes no time and always comes out the same.
/// </summary>
/// <remarks>
/// While another thread owes the loop a post (a Task that is awaited, say), the clock waits for it up to
/// <see cref="Patience"/> of real time before it moves on.
/// </remarks>
public sealed class VirtualEngine : IEngine
{
    private readonly VirtualClock _clock = new();
    private readonly PortableEngine _posts = new();

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

    /// <inheritdoc/>
    public void Dispose() => _posts.Dispose();

    private sealed class VirtualClock : TimeProvider
    {
        internal TimeSpan Elapsed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed;
    }
}
