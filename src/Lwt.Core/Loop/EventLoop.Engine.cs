namespace Lwt.Core;

// Which engine the loop waits with: it can be replaced, and asked to wait once.
public sealed partial class EventLoop
{
    // Engines that were replaced while the loop ran: one of them may be in the middle of a dispatch.
    private List<IEngine>? _retired;

    /// <summary>The engine that the loop waits with.</summary>
    public IEngine CurrentEngine => InUse;

    /// <summary>
    /// Has the loop wait with another engine from here on, also while it runs. Sleeps go on. OCaml: <c>Lwt_engine.set</c>.
    /// </summary>
    /// <param name="engine">The engine, which must be new; the loop disposes of it.</param>
    /// <param name="transfer">
    /// Whether sockets and pipes move to the new engine, with the operations that wait. Otherwise those of the old engine
    /// wait for good, and closing the old engine closes them.
    /// </param>
    /// <param name="dispose">Whether the old engine is disposed of.</param>
    /// <exception cref="ArgumentException">The engine has another clock, and there are sleeps that go by the old one.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loop is not the current one of this thread, or the ports of one engine cannot move to the other.
    /// </exception>
    public void SetEngine(IEngine engine, bool transfer = true, bool dispose = true)
    {
        CheckIsCurrent("EventLoop.SetEngine");
        ArgumentNullException.ThrowIfNull(engine);
        Errors.CheckClock(engine);
        var old = InUse;
        if (ReferenceEquals(old, engine))
            return;
        if (_timers is not null && !ReferenceEquals(old.Clock, engine.Clock))
            throw new ArgumentException(
                $"{engine} has another clock than {old}, by which this loop sleeps. Set the engine before the loop sleeps.",
                nameof(engine)
            );
        if (transfer)
            MovePorts(old, engine);
        _engine = engine;
        _why = "given to EventLoop.SetEngine";
        if (_watching is not null || !IsOurs(engine))
            _watching = engine;
        if (engine.Clock is VirtualClock)
            _timers ??= new Timers(engine.Clock);
        // Whoever has posted and woken the old engine has its post seen in the next iteration.
        Interlocked.MemoryBarrierProcessWide();
        engine.Wake();
        if (dispose)
            Retire(old);
    }

    /// <summary>
    /// Waits in the engine once, and runs the callbacks of I/O and of sleeps that are due; pauses and posts wait for the loop's
    /// own iteration. OCaml: <c>Lwt_engine.iter</c>.
    /// </summary>
    /// <param name="block">Whether to wait for something, if anything can come.</param>
    public void IterateEngine(bool block)
    {
        CheckIsCurrent("EventLoop.IterateEngine");
        var engine = InUse;
        var deadline = _timers?.NextDeadline();
        var expected = _posting.Expected;
        var comes = deadline is not null || expected != Expectation.None || engine.Watches;
        if (block && comes && !engine.IsReady && !_posting.Any)
            WaitUntil(deadline, engine, expected);
        else
            engine.Poll(TimeSpan.Zero);
        _timers?.Fire(Driver);
        engine.Dispatch();
    }

    /// <summary>Disposes of an engine that was replaced, once nothing of it is under way.</summary>
    internal void Retire(IEngine engine)
    {
        if (_running || Driver.Depth > 0)
            (_retired ??= []).Add(engine);
        else
            engine.Dispose();
    }

    private void DisposeRetired()
    {
        if (_retired is not { } retired)
            return;
        _retired = null;
        foreach (var engine in retired)
            engine.Dispose();
    }

    private static void MovePorts(IEngine old, IEngine engine)
    {
        var from = PortsToMove(old);
        if (from is { AreUnused: true } || (from is null && !HasPorts(old)))
            return;
        var to = PortsToMove(engine);
        if (from is null || to is null)
            throw new InvalidOperationException(
                $"The sockets and pipes of {old} cannot move to {engine}: only those on descriptors can, to an engine that "
                    + "waits for descriptors. Set the engine before the first is opened, or do not transfer them."
            );
        if (!to.AreUnused)
            throw new InvalidOperationException(
                $"{engine} has sockets or pipes of its own already. Give a new engine."
            );
        to.TakeOver(from);
    }

    private static DescriptorPorts? PortsToMove(IEngine engine) =>
        engine is IReadiness ? engine.Ports as DescriptorPorts : null;

    private static bool HasPorts(IEngine engine) =>
        engine switch
        {
            PortableEngine portable => portable.HasPorts,
            VirtualEngine simulated => simulated.HasPorts,
            _ => engine.Watches,
        };

    private static bool IsOurs(IEngine engine) => engine is PortableEngine or VirtualEngine or EpollEngine;

    private void CheckIsCurrent(string member)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!ReferenceEquals(Driver.Current, Driver))
            throw new InvalidOperationException(
                $"{member}: the loop is not the current one of this thread. Call it inside the function that is given to RunHere, "
                    + "or in an action that is posted to the loop."
            );
    }
}
