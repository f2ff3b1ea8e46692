namespace Lwt.Core;

/// <summary>How to make an <see cref="EventLoop"/>.</summary>
public sealed class EventLoopOptions
{
    /// <summary>What the loop waits with; it becomes the loop's own. A <see cref="PortableEngine"/> when null.</summary>
    public IEngine? Engine { get; init; }

    /// <summary>The seed of <see cref="EventLoop.Random"/>.</summary>
    public int Seed { get; init; }
}
