using System.Runtime.InteropServices;

namespace Lwt.Core;

public sealed partial class InputChannel
{
    /// <summary>A channel that reads from a port. OCaml: <c>Lwt_io.of_fd ~mode:Input</c>.</summary>
    public static InputChannel Of(Port port, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        return new(new PortSource(port, options is { LeaveOpen: true } ? null : new(port)), options);
    }

    /// <summary>
    /// A channel that reads from a .NET stream, by its asynchronous methods. What it reads ahead is lost to others that read the
    /// stream.
    /// </summary>
    public static InputChannel Of(Stream stream, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(new DotNetSource(stream, options is { LeaveOpen: true }), options);
    }

    /// <summary>A channel that reads these bytes. OCaml: <c>Lwt_io.of_bytes ~mode:Input</c>.</summary>
    public static InputChannel Of(ReadOnlyMemory<byte> bytes, ChannelOptions? options = null)
    {
        var whole = MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0;
        return new(
            new InputBuffer(
                whole && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray(),
                options ?? ChannelOptions.Default
            )
        );
    }

    /// <inheritdoc cref="Of(ReadOnlyMemory{byte}, ChannelOptions?)"/>
    public static InputChannel Of(byte[] bytes, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Of(bytes.AsMemory(), options);
    }

    /// <summary>A channel that is always at its end.</summary>
    public static InputChannel Null() => new(new EmptySource(), null);

    /// <summary>A channel of zeros without end. OCaml: <c>Lwt_io.zero</c>.</summary>
    public static InputChannel Zero() => new(new ZeroSource(), null);

    /// <summary>A channel over functions. OCaml: <c>Lwt_io.make ~mode:Input</c>.</summary>
    /// <param name="read">
    /// Reads into the memory, at least one byte, and returns how many; zero at the end. It may not touch the memory once its
    /// promise is resolved, by cancellation too.
    /// </param>
    /// <param name="seek">Moves to a place and returns where that is; null where there are no places.</param>
    /// <param name="close">Called once, when the channel is closed.</param>
    /// <param name="options">The size of the buffer, and what else can be chosen.</param>
    public static InputChannel Create(
        Func<Memory<byte>, Promise<int>> read,
        Func<long, SeekOrigin, Promise<long>>? seek = null,
        Func<Promise>? close = null,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(read);
        return new(new FunctionSource(read, seek, close), options);
    }
}
