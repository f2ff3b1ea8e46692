using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>Opens the endpoints of an engine.</summary>
public abstract class Ports
{
    /// <summary>Makes a socket that is neither bound nor connected.</summary>
    /// <exception cref="SocketException">The system has no such kind of socket, or no more descriptors.</exception>
    public abstract Port Socket(AddressFamily family, SocketType type, ProtocolType protocol);

    /// <summary>Makes two sockets that are connected to each other.</summary>
    /// <exception cref="SocketException">The system has no such kind of socket, or no more descriptors.</exception>
    public abstract (Port First, Port Second) SocketPair(SocketType type);

    /// <summary>Makes a pipe: what is written to the second end is read from the first.</summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    public abstract (Port Reader, Port Writer) Pipe();

    /// <summary>
    /// Makes a pipe whose second end is a descriptor that blocks, to be written to by another process or a stream of .NET.
    /// </summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    /// <exception cref="NotSupportedException">The engine has no descriptors.</exception>
    public virtual (Port Reader, SafeFileHandle Writer) PipeIn() => throw NoDescriptors();

    /// <summary>
    /// Makes a pipe whose first end is a descriptor that blocks, to be read from by another process or a stream of .NET.
    /// </summary>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    /// <exception cref="NotSupportedException">The engine has no descriptors.</exception>
    public virtual (SafeFileHandle Reader, Port Writer) PipeOut() => throw NoDescriptors();

    /// <summary>Takes a socket over: closing the port closes it.</summary>
    public abstract Port Of(Socket socket);

    /// <summary>
    /// Makes a port on something that is open already, such as a descriptor of a library's, to be asked whether it is ready
    /// and no more: <see cref="Port.Readable"/>, <see cref="Port.Writable"/>. Closing it leaves the descriptor open.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The descriptor is closed.</exception>
    /// <exception cref="IOException">The system has no more descriptors.</exception>
    /// <exception cref="NotSupportedException">The engine does not wait for descriptors.</exception>
    public virtual Port Watch(SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        throw new NotSupportedException(
            "This engine does not wait for descriptors. Use one that does, such as an EpollEngine (F#: Lwt_engine.select)."
        );
    }

    /// <summary>
    /// Takes a descriptor over that the system tells when it is ready; null where this engine does not wait for descriptors.
    /// </summary>
    internal virtual Port? TryTake(SafeFileHandle descriptor, FileKind kind) => null;

    private protected static PortKind KindOf(SocketType type) =>
        type == SocketType.Stream ? PortKind.Stream : PortKind.Datagram;

    private static NotSupportedException NoDescriptors() =>
        new("This engine has no descriptors to share with other processes. Use Pipe, which makes both ends ports.");
}
