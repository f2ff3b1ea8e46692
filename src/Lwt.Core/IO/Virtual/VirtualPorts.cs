using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>Opens the ports of a <see cref="VirtualEngine"/>.</summary>
internal sealed class VirtualPorts(VirtualNetwork network) : Ports, IReadiness
{
    internal VirtualNetwork Network => network;

    internal Driver Driver { get; } = Core.Driver.Current;

    internal PortTurns Turns => field ??= new(this);

    public override Port Socket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        var error =
            family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix)
                ? Errno.EAFNOSUPPORT
            : !Fits(type, protocol) ? Errno.EPROTONOSUPPORT
            : 0;
        if (error != 0)
            throw new PromiseSocketException(error, "socket", $"{family} {type} {protocol}");
        return type == SocketType.Stream
            ? new VirtualStream(this, family, PortKind.Stream)
            : new VirtualDatagramPort(this, family);
    }

    public override (Port First, Port Second) SocketPair(SocketType type)
    {
        if (!Fits(type, ProtocolType.Unspecified))
            throw new PromiseSocketException(Errno.EPROTONOSUPPORT, "socketpair", $"{type}");
        if (type == SocketType.Stream)
            return VirtualStream.Pair(this, PortKind.Stream);
        return VirtualDatagramPort.Pair(this);
    }

    public override (Port Reader, Port Writer) Pipe() => VirtualStream.Pair(this, PortKind.Pipe);

    public override Port Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        throw new NotSupportedException(
            "A socket of .NET cannot be on the network of a VirtualEngine. Open one there (PromiseSocket), or give the loop "
                + "an engine for real I/O."
        );
    }

    private static bool Fits(SocketType type, ProtocolType protocol) =>
        (type, protocol) switch
        {
            (SocketType.Stream, ProtocolType.Unspecified or ProtocolType.Tcp) => true,
            (SocketType.Dgram, ProtocolType.Unspecified or ProtocolType.Udp) => true,
            _ => false,
        };

    // Whatever changes at a port is signalled to it, so nobody need ask for it.
    IEnumerable<ReadinessPort> IReadiness.Watched => [];

    void IReadiness.Watch(ReadinessPort port, bool writes) { }

    void IReadiness.Forget(ReadinessPort port) { }
}
