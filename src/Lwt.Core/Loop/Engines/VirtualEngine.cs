namespace Lwt.Core;

/// <summary>
/// The engine for tests: its clock stands still while anything can run and jumps to the next deadline when nothing can.
/// So an hour of sleeps takes no real time, and every run has the same result.
/// </summary>
/// <remarks>
/// <para>
/// While another thread owes the loop a post (the end of an awaited Task, for example), the clock waits for it, up to
/// <see cref="Patience"/> of real time, before it jumps. It does not wait for posts that may come or not (a
/// CancellationToken that may fire).
/// </para>
/// <para>
/// The timers of <see cref="Clock"/> (<c>new CancellationTokenSource(delay, clock)</c>, <c>new PeriodicTimer(period,
/// clock)</c>, <c>Task.Delay(delay, clock)</c>) use virtual time too, and the clock jumps to them as it does to sleeps.
/// Their callbacks run on the loop's thread, earliest deadline first; at the same deadline, timers and sleeps run in
/// the order in which they were set. A periodic timer that is late fires once in each iteration until it has caught up.
/// An exception of a callback goes to the async exception hook. An awaited Task counts as owed whatever it waits for,
/// so <c>Task.Delay</c> costs patience and a sleep does not.
/// </para>
/// <para>
/// Sockets and pipes of the loop are on a <see cref="VirtualNetwork"/>, in memory: what is sent arrives at a deadline of the
/// same clock. Only the sockets of this loop are on it.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var engine = new VirtualEngine();
/// using var loop = new EventLoop(new() { Engine = engine });
/// loop.RunHere(async () =>
/// {
///     await Promise.Sleep(TimeSpan.FromHours(1)); // returns at once in real time
/// });
/// Assert.Equal(TimeSpan.FromHours(1), engine.Elapsed);
/// </code>
/// </example>
public sealed class VirtualEngine : IEngine
{
    private readonly VirtualClock _clock;
    private readonly PortableEngine _posts = new();
    private VirtualPorts? _ports;

    /// <summary>Creates an engine whose clock stands at zero.</summary>
    public VirtualEngine()
    {
        _clock = new VirtualClock(this);
        Network = new VirtualNetwork(_clock, () => _ports?.Driver.Loop);
    }

    /// <inheritdoc/>
    public TimeProvider Clock => _clock;

    /// <summary>
    /// How long, in real time, the clock waits for a post that another thread owes; one second by default.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The simulated network that the loop's sockets and pipes are on: its settings, partitions and statistics.</summary>
    public VirtualNetwork Network { get; }

    /// <inheritdoc/>
    public Ports Ports => _ports ??= new VirtualPorts(Network);

    /// <summary>
    /// Whether an operation waits that a message under way can still fulfill. One that waits for what nobody has sent does not
    /// count: the engine knows the whole of its world.
    /// </summary>
    public bool Watches => _ports is { Turns.Waiting: > 0 } && Network.UnderWay > 0;

    /// <inheritdoc/>
    public bool IsReady => _ports is { Turns.Any: true };

    internal bool HasPorts => _ports is not null;

    /// <summary>The virtual time that has passed since the engine was created.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Advances the clock; sleeps that become due end in the loop's next iteration.</summary>
    /// <param name="time">How far; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        _clock.Elapsed += time;
    }

    /// <inheritdoc/>
    public void Poll(TimeSpan? timeout)
    {
        if (timeout is not { } time)
        {
            _posts.Poll(null);
            return;
        }
        if (time <= TimeSpan.Zero)
            return;
        _clock.Elapsed = TimeSpan.MaxValue - time > _clock.Elapsed ? _clock.Elapsed + time : TimeSpan.MaxValue;
    }

    /// <inheritdoc/>
    public void Dispatch()
    {
        if (_ports is not { } ports)
            return;
        // Here, and not after a poll: while the loop has other work, it polls by the system's time.
        ports.Turns.Renew();
        if (ports.Turns.Any)
            ports.Turns.Serve();
    }

    /// <summary>Before the clock moves on: waits for a post that another thread owes. Returns whether it came.</summary>
    internal bool WaitForPost()
    {
        var begun = TimeProvider.System.GetTimestamp();
        _posts.Poll(Patience);
        return TimeProvider.System.GetElapsedTime(begun) < Patience;
    }

    /// <inheritdoc/>
    public void Wake() => _posts.Wake();

    /// <summary>For timers, which may be set after the loop was disposed.</summary>
    internal void WakeUnlessDisposed()
    {
        try
        {
            Wake();
        }
        catch (ObjectDisposedException) { }
    }

    /// <inheritdoc/>
    public override string ToString() => "virtual";

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Abandon();
        _posts.Dispose();
    }
}
