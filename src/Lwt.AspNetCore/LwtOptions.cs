using Lwt.Core;

namespace Lwt.AspNetCore;

/// <summary>Settings for <see cref="LwtWebHostBuilderExtensions.UseLwt(Microsoft.AspNetCore.Hosting.IWebHostBuilder)"/>.</summary>
public sealed class LwtOptions
{
    /// <summary>How the host's loop is made; by default with the engine that is best on the system.</summary>
    public EventLoopOptions EventLoop { get; set; } = new();

    /// <summary>How many connections may wait to be accepted; 512 by default.</summary>
    public int Backlog { get; set; } = PromiseSocket.DefaultBacklog;

    /// <summary>Whether small writes are sent at once rather than gathered (TCP_NODELAY); true by default.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Whether a connection takes memory from the pool only once there is something to read; true by default. False saves a
    /// system call for each read, and keeps 4 KB for each idle connection.
    /// </summary>
    public bool WaitForDataBeforeAllocatingBuffer { get; set; } = true;

    /// <summary>
    /// How many bytes that a handler has not read yet a connection holds before it stops reading; 1 MB by default. Zero or
    /// null is no limit.
    /// </summary>
    public long? MaxReadBufferSize { get; set; } = 1024 * 1024;

    /// <summary>
    /// How many bytes that are not sent yet a connection holds before a handler's write waits; 64 KB by default. Zero or
    /// null is no limit.
    /// </summary>
    public long? MaxWriteBufferSize { get; set; } = 64 * 1024;
}
