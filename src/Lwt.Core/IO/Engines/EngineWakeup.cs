namespace Lwt.Core;

/// <summary>
/// Ends the wait of an engine of Linux's: a descriptor to wait for beside the others. <see cref="IEngine.Wake"/> calls
/// <see cref="Wake"/>, on any thread, which makes a system call only while the engine waits.
/// </summary>
/// <remarks>
/// Invariant: <c>_mayBeSignalled</c> is false only while nothing is in the descriptor, or on its way there.
/// </remarks>
public sealed class EngineWakeup : IDisposable
{
    private readonly DescriptorHandle _event;
    private WakeupState _state;
    private bool _mayBeSignalled;

    /// <summary>Makes one.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    public EngineWakeup()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException(
                "EngineWakeup is a descriptor of Linux. Wait for a SemaphoreSlim on other systems."
            );
        var descriptor = Libc.EventCreate();
        if (descriptor < 0)
            throw new PromiseIOException(-descriptor, "eventfd", "");
        _event = new(descriptor);
        Descriptor = descriptor;
    }

    /// <summary>The descriptor to wait for: it becomes readable. It is never to be read.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// Call it before the engine waits. False: a wakeup has come since the last wait, and this one must not block.
    /// </summary>
    public bool BeginWait() => _state.BeginWait();

    /// <summary>Call it after the wait, whatever ended it: the wakeup is taken.</summary>
    public void EndWait()
    {
        var woken = _state.EndWait();
        if (!woken && !_mayBeSignalled)
            return;
        // Whoever wakes changes the state first, and may not have signalled yet.
        _mayBeSignalled = Libc.EventTake(Descriptor) < 0 && woken;
    }

    /// <summary>Ends the wait under way, or the next one. Any thread may call it.</summary>
    public void Wake()
    {
        if (_state.Wake())
            _ = Libc.EventSignal(Descriptor);
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose() => _event.Dispose();
}
