using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>Opens the ports of a <see cref="PortableEngine"/>, on .NET's sockets.</summary>
internal sealed class PortablePorts(SocketReadiness readiness) : Ports
{
    public override Port Socket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        try
        {
            var socket = new Socket(family, type, protocol);
            // Both versions of IP, as on Linux without .NET.
            if (family == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            return Of(socket);
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "socket", $"{family} {type}");
        }
    }

    public override (Port First, Port Second) SocketPair(SocketType type)
    {
        try
        {
            var (first, second) = LoopbackPair.Make(type);
            return (Of(first), Of(second));
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "socketpair", $"{type}");
        }
    }

    public override (Port Reader, Port Writer) Pipe()
    {
        try
        {
            var (reader, writer) = LoopbackPair.Make(SocketType.Stream);
            reader.Shutdown(SocketShutdown.Send);
            writer.Shutdown(SocketShutdown.Receive);
            return (new SocketPort(reader, PortKind.Pipe, readiness), new SocketPort(writer, PortKind.Pipe, readiness));
        }
        catch (SocketException e)
        {
            throw new PromiseIOException(e, "pipe", "");
        }
    }

    public override Port Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new SocketPort(socket, KindOf(socket.SocketType), readiness);
    }
}
