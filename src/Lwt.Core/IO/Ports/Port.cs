using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>
/// One endpoint that an engine watches, such as a socket or an end of a pipe: its operations, as promises. What channels,
/// servers and <see cref="PromiseSocket"/> stand on, and what an engine implements.
/// </summary>
/// <remarks>
/// A port belongs to the loop that opened it. Operations of one direction that wait are served in the order in which they
/// were called. Cancelling one takes it out of the queue, and leaves the bytes to the next. A callback of an operation runs
/// on the loop, in its dispatch of I/O.
/// </remarks>
public abstract partial class Port : IDisposable
{
    /// <summary>Whether <see cref="Close"/> was called.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>The number of the system's descriptor; -1 where there is none.</summary>
    public virtual int Descriptor => -1;

    /// <summary>What the port is, for messages: <c>the connection to 127.0.0.1:7007, descriptor 12</c>.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Reads what is there, at most as much as the buffer takes; waits if nothing is. Zero is the end.
    /// </summary>
    public abstract Promise<int> Read(Memory<byte> buffer);

    /// <summary>Writes as much as the system takes, at least one byte; waits while it takes none.</summary>
    public abstract Promise<int> Write(ReadOnlyMemory<byte> buffer);

    /// <summary>
    /// As <see cref="Read(Memory{byte})"/>, into several buffers, each filled before the next: in one system call where the
    /// engine has such a call. Do not change the list before the promise is resolved. Buffers without room for a byte
    /// read nothing, at once.
    /// </summary>
    /// <param name="buffers">Where to; of those that are not empty the first 1,024 are used.</param>
    public virtual Promise<int> Read(IReadOnlyList<Memory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        foreach (var buffer in buffers)
            if (!buffer.IsEmpty)
                return Read(buffer);
        return Lengths.Of(0);
    }

    /// <summary>
    /// As <see cref="Write(ReadOnlyMemory{byte})"/>, from several buffers, in their order: in one system call where the
    /// engine has such a call. Do not change the list before the promise is resolved.
    /// </summary>
    /// <param name="buffers">What; of those that are not empty the first 1,024 are used.</param>
    public virtual Promise<int> Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        foreach (var buffer in buffers)
            if (!buffer.IsEmpty)
                return Write(buffer);
        return Write(ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Fulfilled when a read would not wait.</summary>
    public abstract Promise Readable();

    /// <summary>Fulfilled when a write would not wait.</summary>
    public abstract Promise Writable();

    /// <summary>Whether a read would not wait now. It asks the system.</summary>
    public abstract bool IsReadable { get; }

    /// <summary>Whether a write would not wait now. It asks the system.</summary>
    public abstract bool IsWritable { get; }

    /// <summary>Waits for a connection to this listening socket.</summary>
    public virtual Promise<Port> Accept() => throw NotSocket();

    /// <summary>Connects this socket.</summary>
    public virtual Promise Connect(EndPoint peer) => throw NotSocket();

    /// <summary>Reads one datagram, and tells who sent it. What the buffer cannot take is lost.</summary>
    public virtual Promise<SocketReceiveFromResult> ReceiveFrom(Memory<byte> buffer, SocketFlags flags = default) =>
        throw NotSocket();

    /// <summary>Sends one datagram.</summary>
    public virtual Promise<int> SendTo(ReadOnlyMemory<byte> buffer, EndPoint peer, SocketFlags flags = default) =>
        throw NotSocket();

    /// <summary>As <see cref="Read(Memory{byte})"/>, with flags.</summary>
    public virtual Promise<int> Receive(Memory<byte> buffer, SocketFlags flags) => throw NotSocket();

    /// <summary>As <see cref="Write(ReadOnlyMemory{byte})"/>, with flags.</summary>
    public virtual Promise<int> Send(ReadOnlyMemory<byte> buffer, SocketFlags flags) => throw NotSocket();

    /// <summary>Gives this socket an address of its own.</summary>
    public virtual void Bind(EndPoint address) => throw NotSocket();

    /// <summary>Makes this socket one that takes connections.</summary>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    public virtual void Listen(int backlog) => throw NotSocket();

    /// <summary>Ends one direction of a connection, or both.</summary>
    public virtual void Shutdown(SocketShutdown how) => throw NotSocket();

    /// <summary>The address of this end.</summary>
    public virtual EndPoint LocalEndPoint => throw NotSocket();

    /// <summary>The address of the other end.</summary>
    public virtual EndPoint RemoteEndPoint => throw NotSocket();

    /// <summary>Reads a socket option that is a number; of a switch, zero is off.</summary>
    public virtual int GetOption(SocketOptionLevel level, SocketOptionName name) => throw NotSocket();

    /// <summary>Sets a socket option that is a number.</summary>
    public virtual void SetOption(SocketOptionLevel level, SocketOptionName name, int value) => throw NotSocket();

    /// <summary>Whether closing the socket waits for what was written and not sent yet (SO_LINGER).</summary>
    public virtual LingerOption LingerState
    {
        get => throw NotSocket();
        set => throw NotSocket();
    }

    /// <summary>
    /// Whether a process that is started later inherits the descriptor; false for what this library opens.
    /// </summary>
    /// <exception cref="NotSupportedException">The port has no descriptor.</exception>
    public virtual bool IsInheritable
    {
        get => throw NoDescriptor();
        set => throw NoDescriptor();
    }

    /// <summary>Another port on the same thing, which is closed by itself.</summary>
    /// <exception cref="NotSupportedException">The port has no descriptor.</exception>
    internal virtual Port Duplicate() => throw NoDescriptor();

    /// <summary>Why the port was aborted; null if it was not.</summary>
    public virtual Exception? AbortReason => null;

    /// <summary>
    /// Rejects the operations that wait, and all later ones, with <paramref name="reason"/>. The port can only be closed
    /// after that, or aborted again, which replaces the reason. On a closed port it does nothing. OCaml:
    /// <c>Lwt_unix.abort</c>.
    /// </summary>
    public virtual void Abort(Exception reason) => throw new NotSupportedException($"{Description} cannot be aborted.");

    /// <summary>
    /// Closes the port. Operations that wait are rejected with <see cref="PortClosedException"/>, and so are later
    /// ones.
    /// Closing it again does nothing.
    /// </summary>
    public abstract void Close();

    /// <summary>As <see cref="Close"/>.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => Description;

    private NotSupportedException NoDescriptor() => new($"{Description} has no descriptor of the system's.");

    private NotSupportedException NotSocket() => new($"{Description} is no socket.");
}
