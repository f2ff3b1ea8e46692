using System.Net;
using System.Net.Sockets;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>A socket whose operations are promises. In F#, <c>Lwt_unix.file_descr</c> and the functions on it.</summary>
/// <remarks>
/// A socket belongs to the event loop of the thread that made it. Operations of one direction are served in the order in
/// which they were called. Cancelling one that waits leaves the bytes to the next. Failures are
/// <see cref="PromiseSocketException"/>.
/// </remarks>
public sealed class PromiseSocket : IDisposable
{
    /// <summary>How many connections may wait to be accepted, unless another number is given.</summary>
    public const int DefaultBacklog = 512;

    /// <summary>Makes a socket on this thread's loop that is neither bound nor connected.</summary>
    public PromiseSocket(AddressFamily family, SocketType type, ProtocolType protocol = ProtocolType.Unspecified)
        : this(EventLoop.Current.Ports.Socket(family, type, protocol)) { }

    internal PromiseSocket(Port port) => Port = port;

    /// <summary>The endpoint of the loop's engine that this socket is a face of.</summary>
    public Port Port { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsClosed => Port.IsClosed;

    /// <summary>The address of this end.</summary>
    public EndPoint LocalEndPoint => Port.LocalEndPoint;

    /// <summary>The address of the other end.</summary>
    public EndPoint RemoteEndPoint => Port.RemoteEndPoint;

    /// <summary>Whether small writes are sent at once rather than gathered (TCP_NODELAY).</summary>
    public bool NoDelay
    {
        get => GetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay) != 0;
        set => SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, value ? 1 : 0);
    }

    /// <summary>Makes a stream socket that takes connections at an address.</summary>
    /// <param name="address">Where: port 0 takes any that is free, which <see cref="LocalEndPoint"/> tells.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    public static PromiseSocket Listen(EndPoint address, int backlog = DefaultBacklog)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new PromiseSocket(address.AddressFamily, SocketType.Stream);
        try
        {
            if (address is IPEndPoint)
                socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);
            socket.Port.Bind(address);
            socket.Port.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A stream socket that is connected to an address.</summary>
    public static Promise<PromiseSocket> Connect(EndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return ConnectTo(peer);
    }

    private static async Promise<PromiseSocket> ConnectTo(EndPoint peer)
    {
        var socket = new PromiseSocket(peer.AddressFamily, SocketType.Stream);
        try
        {
            await socket.Port.Connect(peer);
            if (peer is IPEndPoint)
                socket.NoDelay = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A stream socket that is connected to a port of a host, at the first of its addresses that answers, as
    /// <see cref="Connect(IReadOnlyList{IPAddress}, int)"/> does. The name is looked up on the thread pool.
    /// </summary>
    /// <param name="host">A name, or an address as text.</param>
    /// <param name="port">The port.</param>
    public static Promise<PromiseSocket> Connect(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        CheckPort(port);
        return IPAddress.TryParse(host, out var address)
            ? Connect(new IPEndPoint(address, port))
            : ConnectByName(host, port);
    }

    /// <summary>
    /// A stream socket that is connected to the first of several addresses that answers (RFC 8305). IPv6 and IPv4 take turns
    /// in the order of the addresses; each has 250 ms, on the loop's clock, before the next is tried beside it, or less if it
    /// fails. The others are cancelled. If none answers, the promise is rejected as the first that failed.
    /// </summary>
    /// <exception cref="ArgumentException">There are no addresses.</exception>
    public static Promise<PromiseSocket> Connect(IReadOnlyList<IPAddress> addresses, int port)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        CheckPort(port);
        if (addresses.Count == 0)
            throw new ArgumentException("There is no address to connect to.", nameof(addresses));
        return HappyEyeballs.Connect(addresses, port);
    }

    /// <summary>Waits for a connection.</summary>
    public Promise<PromiseSocket> Accept() => Primitives.Map<PromiseSocket, Accepted>(Port.Accept(), default);

    /// <summary>
    /// Receives what is there, at most as much as the buffer takes; waits if nothing is. Zero is the end of what the peer
    /// sends.
    /// </summary>
    public Promise<int> Receive(Memory<byte> buffer) => Port.Read(buffer);

    /// <summary>Sends as much as the system takes, at least one byte, and returns how much that was.</summary>
    public Promise<int> Send(ReadOnlyMemory<byte> buffer) => Port.Write(buffer);

    /// <summary>As <see cref="Receive(Memory{byte})"/>, into several buffers, each filled before the next.</summary>
    public Promise<int> Receive(IReadOnlyList<Memory<byte>> buffers) => Port.Read(buffers);

    /// <summary>As <see cref="Send(ReadOnlyMemory{byte})"/>, from several buffers, in their order.</summary>
    public Promise<int> Send(IReadOnlyList<ReadOnlyMemory<byte>> buffers) => Port.Write(buffers);

    /// <summary>Sends all of the buffer.</summary>
    public Promise SendAll(ReadOnlyMemory<byte> buffer)
    {
        var sent = Port.Write(buffer).Underlying();
        return sent.State == Promise.Fulfilled && sent.Result == buffer.Length
            ? Completed<Unit>.Default
            : SendRest(sent, buffer);
    }

    /// <summary>Ends one direction of the connection, or both.</summary>
    public void Shutdown(SocketShutdown how) => Port.Shutdown(how);

    /// <summary>Reads an option that is a number; of a switch, zero is off.</summary>
    public int GetOption(SocketOptionLevel level, SocketOptionName name) => Port.GetOption(level, name);

    /// <summary>Sets an option that is a number.</summary>
    public void SetOption(SocketOptionLevel level, SocketOptionName name, int value) =>
        Port.SetOption(level, name, value);

    /// <summary>Closes the socket. Operations that wait are rejected with <see cref="PortClosedException"/>.</summary>
    public void Dispose() => Port.Close();

    /// <inheritdoc/>
    public override string ToString() => Port.Description;

    private static async Promise<PromiseSocket> ConnectByName(string host, int port)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await PromiseTaskExtensions.FromTask(token => Dns.GetHostAddressesAsync(host, token));
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "getaddrinfo", host);
        }
        return addresses.Length > 0
            ? await HappyEyeballs.Connect(addresses, port)
            : throw new PromiseSocketException(new SocketException((int)SocketError.HostNotFound), "getaddrinfo", host);
    }

    private static void CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }

    private async Promise SendRest(Promise<int> sent, ReadOnlyMemory<byte> buffer)
    {
        while (true)
        {
            buffer = buffer[await sent..];
            if (buffer.IsEmpty)
                return;
            sent = Port.Write(buffer);
        }
    }

    private readonly struct Accepted : IPlainStep<PromiseSocket>
    {
        public PromiseSocket Invoke(Promise source) => new(Primitives.Value<Port>(source));
    }
}
