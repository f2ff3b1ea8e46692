namespace Lwt.Core;

/// <summary>
/// Waits on behalf of a loop. An engine belongs to one loop; all but <see cref="Wake"/> is called on its thread.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>The clock that sleeps on this loop go by.</summary>
    TimeProvider Clock { get; }

    /// <summary>
    /// Returns when <see cref="Wake"/> was called since the last wait, when something that the engine watches is ready,
    /// or when <paramref name="timeout"/> has passed; null is no timeout, zero does not block.
    /// </summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="expectsPost">
    /// Whether other threads owe the loop a post that is sure to come (the end of a Task that is awaited, a thread-safe
    /// resolver): a virtual clock must not run ahead of it. False for posts that may come or not, such as that of a
    /// CancellationToken when it fires: the loop waits for these too when nothing else is left, then with no timeout, but
    /// they hold no clock back.
    /// </param>
    void Wait(TimeSpan? timeout, bool expectsPost);

    /// <summary>Ends the wait that is under way, or the next one. Any thread may call it.</summary>
    void Wake();
}
