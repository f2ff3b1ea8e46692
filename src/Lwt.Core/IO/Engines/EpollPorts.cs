using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>Opens the ports of an <see cref="EpollEngine"/>.</summary>
internal sealed class EpollPorts(EpollEngine engine) : Ports
{
    private const int Unix = 1;
    private const int InterNetwork = 2;
    private const int InterNetworkV6 = 10;

    internal Driver Driver { get; } = Core.Driver.Current;

    public override Port Socket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        var descriptor = Libc.Socket(Native(family), (int)type, Native(protocol));
        if (descriptor < 0)
            throw new PromiseSocketException(-descriptor, "socket", $"{family} {type}");
        return Make(descriptor, KindOf(type));
    }

    public override (Port First, Port Second) SocketPair(SocketType type)
    {
        var result = Libc.SocketPair(Unix, (int)type, 0, out var first, out var second);
        if (result < 0)
            throw new PromiseSocketException(-result, "socketpair", $"{type}");
        var kind = KindOf(type);
        return (Make(first, kind), Make(second, kind));
    }

    public override (Port Reader, Port Writer) Pipe()
    {
        var (reader, writer) = MakePipe();
        return (Make(reader, PortKind.Pipe), Make(writer, PortKind.Pipe));
    }

    public override (Port Reader, SafeFileHandle Writer) PipeIn()
    {
        var (reader, writer) = MakePipe();
        return (Make(reader, PortKind.Pipe), Blocking(writer));
    }

    public override (SafeFileHandle Reader, Port Writer) PipeOut()
    {
        var (reader, writer) = MakePipe();
        return (Blocking(reader), Make(writer, PortKind.Pipe));
    }

    public override Port Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var descriptor = Libc.Duplicate((int)socket.SafeHandle.DangerousGetHandle());
        if (descriptor < 0)
            throw new PromiseSocketException(-descriptor, "dup", $"{socket.SocketType}");
        _ = Libc.SetFlags(descriptor, Libc.GetFlags(descriptor) | Libc.NonBlocking);
        var port = Make(descriptor, KindOf(socket.SocketType));
        // A local socket of .NET removes the file of its address when it is disposed of: that waits until the port is closed.
        if (socket.AddressFamily == AddressFamily.Unix)
            port.Keep(socket);
        else
            socket.Dispose();
        return port;
    }

    private static (int Reader, int Writer) MakePipe()
    {
        var result = Libc.Pipe(out var reader, out var writer);
        return result >= 0 ? (reader, writer) : throw new PromiseIOException(-result, "pipe", "");
    }

    private static SafeFileHandle Blocking(int descriptor)
    {
        _ = Libc.SetFlags(descriptor, Libc.GetFlags(descriptor) & ~Libc.NonBlocking);
        return new(descriptor, ownsHandle: true);
    }

    private DescriptorPort Make(int descriptor, PortKind kind) =>
        new(new DescriptorHandle(descriptor), kind, engine, engine.Turns, Driver);

    private static int Native(AddressFamily family) =>
        family switch
        {
            AddressFamily.Unix => Unix,
            AddressFamily.InterNetwork => InterNetwork,
            AddressFamily.InterNetworkV6 => InterNetworkV6,
            _ => throw new PromiseSocketException(Errno.EAFNOSUPPORT, "socket", $"{family}"),
        };

    private static int Native(ProtocolType protocol) => protocol == ProtocolType.Unspecified ? 0 : (int)protocol;
}
