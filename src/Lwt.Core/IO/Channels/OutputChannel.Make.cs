namespace Lwt.Core;

public sealed partial class OutputChannel
{
    /// <summary>A channel that writes to a port. OCaml: <c>Lwt_io.of_fd ~mode:Output</c>.</summary>
    public static OutputChannel Of(Port port, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        return new(new PortSink(port, options is { LeaveOpen: true } ? null : new(port)), options);
    }

    /// <summary>
    /// A channel that writes to a .NET stream, by its asynchronous methods. A flush of the channel flushes the stream too. A
    /// write that fails is told to the next one, or to the flush, and to all that follow.
    /// </summary>
    public static OutputChannel Of(Stream stream, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(new DotNetSink(stream, options is { LeaveOpen: true }), options);
    }

    /// <summary>
    /// A channel that writes into this memory, and rejects what it has no room for. OCaml:
    /// <c>Lwt_io.of_bytes ~mode:Output</c>.
    /// </summary>
    public static OutputChannel Of(Memory<byte> memory) => new(new OutputBuffer(memory));

    /// <summary>A channel that swallows all. OCaml: <c>Lwt_io.null</c>.</summary>
    public static OutputChannel Null() => new(new NullSink(), null);

    /// <summary>A channel over functions. OCaml: <c>Lwt_io.make ~mode:Output</c>.</summary>
    /// <param name="write">
    /// Writes some of the bytes, at least one, and returns how many. Once its promise is resolved, it may not touch the memory;
    /// if it is cancelled, it has written nothing.
    /// </param>
    /// <param name="seek">Moves to a place and returns where that is; null where there are no places.</param>
    /// <param name="close">Called once, when the channel is closed, after what is in the buffer was written.</param>
    /// <param name="options">The size of the buffer, and what else can be chosen.</param>
    public static OutputChannel Create(
        Func<ReadOnlyMemory<byte>, Promise<int>> write,
        Func<long, SeekOrigin, Promise<long>>? seek = null,
        Func<Promise>? close = null,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        return new(new FunctionSink(write, seek, close), options);
    }
}
