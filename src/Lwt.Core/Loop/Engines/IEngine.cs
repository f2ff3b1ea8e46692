namespace Lwt.Core;

/// <summary>
/// Waits for a loop until something can run. An engine belongs to one loop, which calls all members except
/// <see cref="Wake"/> on its own thread and disposes the engine.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>The clock that measures the loop's sleeps.</summary>
    TimeProvider Clock { get; }

    /// <summary>
    /// Returns when <see cref="Wake"/> was called since the last wait, when something that the engine watches is ready,
    /// or when <paramref name="timeout"/> has passed.
    /// </summary>
    /// <param name="timeout">How long to wait at most; null for no limit, zero not to block.</param>
    /// <param name="expectsPost">
    /// Whether other threads owe the loop a post that will certainly come (the end of an awaited Task, a thread-safe
    /// resolver): a virtual clock must wait for it before it advances. False for posts that may come or not, such as
    /// that of a CancellationToken when it fires: the loop waits for these too if nothing else is left, then with no
    /// timeout, but a virtual clock does not.
    /// </param>
    void Wait(TimeSpan? timeout, bool expectsPost);

    /// <summary>Ends the current wait, or the next one. Any thread may call it.</summary>
    void Wake();
}
