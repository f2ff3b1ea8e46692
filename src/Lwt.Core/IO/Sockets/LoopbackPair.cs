using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>Two sockets that are connected to each other, on any system: over TCP or UDP on the loopback address.</summary>
/// <remarks>
/// Any program on the machine can reach a loopback address. A stranger's connection is closed, and its datagrams are
/// dropped, before the pair is returned; afterwards the system lets nobody else in.
/// </remarks>
internal static class LoopbackPair
{
    // Room for strangers who come first.
    private const int Backlog = 16;

    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    /// <summary>Returns two sockets that are connected to each other over the loopback address.</summary>
    /// <exception cref="SocketException">There is no such kind of pair, or the system refuses it.</exception>
    internal static (Socket First, Socket Second) Make(SocketType type) =>
        type switch
        {
            SocketType.Stream => Streams(),
            SocketType.Dgram => Datagrams(),
            _ => throw new SocketException((int)SocketError.SocketNotSupported),
        };

    /// <summary>Accepts connections until it is the one from <paramref name="peer"/>; closes the others.</summary>
    private static Socket AcceptFrom(Socket listener, EndPoint peer)
    {
        while (true)
        {
            var accepted = listener.Accept();
            if (peer.Equals(accepted.RemoteEndPoint))
                return accepted;
            accepted.Dispose();
        }
    }

    private static (Socket First, Socket Second) Streams()
    {
        using var listener = Bound(SocketType.Stream);
        listener.Listen(Backlog);
        var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            first.Connect(listener.LocalEndPoint!);
            var second = AcceptFrom(listener, first.LocalEndPoint!);
            second.NoDelay = true;
            return (first, second);
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    private static (Socket First, Socket Second) Datagrams()
    {
        var first = Bound(SocketType.Dgram);
        Socket? second = null;
        try
        {
            second = Bound(SocketType.Dgram);
            first.Connect(second.LocalEndPoint!);
            second.Connect(first.LocalEndPoint!);
            DropReceived(first);
            DropReceived(second);
            return (first, second);
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    private static Socket Bound(SocketType type)
    {
        var protocol = type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(s_anyPort);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Drops what came before the socket was connected; nothing of the pair's own can be there yet.</summary>
    private static void DropReceived(Socket socket)
    {
        socket.Blocking = false;
        Span<byte> nothing = stackalloc byte[1];
        SocketError error;
        do socket.Receive(nothing, SocketFlags.None, out error);
        while (error is SocketError.Success or SocketError.MessageSize);
    }
}
