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
    /// <param name="expectsPost">Whether other threads owe the loop a post: a virtual clock must not run ahead of it.</param>
    void Wait(TimeSpan? timeout, bool expectsPost);

    /// <summary>Ends the wait that is under way, or the next one. Any thread may call it.</summary>
    void Wake();
}
