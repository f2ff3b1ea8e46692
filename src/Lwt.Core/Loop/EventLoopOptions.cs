namespace Lwt.Core;

/// <summary>Settings for a new <see cref="EventLoop"/>.</summary>
public sealed class EventLoopOptions
{
    /// <summary>
    /// The engine that the loop waits with; the loop disposes it. Null for the one that the environment variable LWT_ENGINE
    /// names, or else the best that the system has.
    /// </summary>
    public IEngine? Engine { get; init; }

    /// <summary>The seed of <see cref="EventLoop.Random"/>; 0 by default.</summary>
    public int Seed { get; init; }
}
