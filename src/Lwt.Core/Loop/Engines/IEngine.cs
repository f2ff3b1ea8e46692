namespace Lwt.Core;

/// <summary>
/// Waits on behalf of a loop, for time, for wakeups and for I/O. An engine belongs to one loop. Waiting and dispatching are
/// two calls, so that a helper thread can wait for a loop whose own thread a host keeps.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>The clock that measures the loop's sleeps.</summary>
    TimeProvider Clock { get; }

    /// <summary>
    /// Whether an operation waits in this engine for the outside world: while one does, the loop does not report that
    /// nothing can wake it.
    /// </summary>
    bool Watches => false;

    /// <summary>Whether <see cref="Dispatch"/> has something to do without another <see cref="Poll"/>.</summary>
    bool IsReady => false;

    /// <summary>Opens endpoints that this engine watches; null where it has no I/O.</summary>
    Ports? Ports => null;

    /// <summary>
    /// Returns when <see cref="Wake"/> was called since the last wait, when something that the engine watches is ready,
    /// or when <paramref name="timeout"/> has passed; null is no timeout, zero does not block. It collects what is ready and
    /// resolves nothing. One thread at a time calls it, which need not be the loop's.
    /// </summary>
    void Poll(TimeSpan? timeout);

    /// <summary>Resolves the promises of what <see cref="Poll"/> collected. The loop's thread calls it.</summary>
    void Dispatch() { }

    /// <summary>Ends the current wait, or the next one. Any thread may call it.</summary>
    void Wake();
}
