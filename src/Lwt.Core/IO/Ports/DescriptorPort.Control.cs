using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

// The calls that never wait. They are the system's own, not those of .NET's socket: so an error is the one that the system
// told, an option sets nothing else, and closing leaves the file of a local socket where it is.
internal sealed unsafe partial class DescriptorPort
{
    private delegate int NameCall(int descriptor, byte* address, int* size);

    public override bool IsInheritable
    {
        get
        {
            EnterOpen("fcntl");
            return (Checked(Libc.GetDescriptorFlags(_descriptor), "fcntl") & 1) == 0;
        }
        set
        {
            EnterOpen("fcntl");
            Checked(Libc.SetDescriptorFlags(_descriptor, value ? 0 : 1), "fcntl");
        }
    }

    internal override Port Duplicate()
    {
        EnterOpen("dup");
        var copy = new DescriptorHandle(Checked(Libc.Duplicate(_descriptor), "dup"));
        IsShared = true;
        return new DescriptorPort(copy, Kind, Turns, Driver) { IsShared = true };
    }

    public override void Bind(EndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        EnterSocket("bind");
        var native = address.Serialize();
        fixed (byte* start = native.Buffer.Span)
            Checked(Libc.Bind(_descriptor, start, native.Size), "bind", SocketAddresses.Name(address));
        SetBound(address);
    }

    public override void Listen(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        EnterSocket("listen");
        Checked(Libc.Listen(_descriptor, backlog), "listen");
        // The port may have been left to the system.
        SetBound(LocalEndPoint);
    }

    public override void Shutdown(SocketShutdown how)
    {
        EnterSocket("shutdown");
        Checked(Libc.Shutdown(_descriptor, (int)how), "shutdown");
    }

    public override EndPoint LocalEndPoint => Address("getsockname", Libc.GetName);

    public override EndPoint RemoteEndPoint
    {
        get
        {
            EnterSocket("getpeername");
            return _acceptedFrom ?? Address("getpeername", Libc.GetPeerName);
        }
    }

    public override int GetOption(SocketOptionLevel level, SocketOptionName name)
    {
        EnterSocket("getsockopt");
        if (NativeOptions.Find(level, name) is not { } option)
            return GetBySocket(level, name);
        var value = 0;
        var size = sizeof(int);
        Checked(Libc.GetOption(_descriptor, option.Level, option.Name, (byte*)&value, &size), "getsockopt");
        return value;
    }

    public override void SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        EnterSocket("setsockopt");
        if (NativeOptions.Find(level, name) is not { } option)
            SetBySocket(level, name, value);
        else
            Checked(Libc.SetOption(_descriptor, option.Level, option.Name, (byte*)&value, sizeof(int)), "setsockopt");
    }

    public override LingerOption LingerState
    {
        get
        {
            EnterSocket("getsockopt");
            var value = stackalloc int[2];
            var size = 2 * sizeof(int);
            Checked(
                Libc.GetOption(_descriptor, NativeOptions.SolSocket, NativeOptions.SoLinger, (byte*)value, &size),
                "getsockopt"
            );
            return new(value[0] != 0, value[1]);
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            EnterSocket("setsockopt");
            var native = stackalloc int[2];
            (native[0], native[1]) = (value.Enabled ? 1 : 0, value.LingerTime);
            Checked(
                Libc.SetOption(
                    _descriptor,
                    NativeOptions.SolSocket,
                    NativeOptions.SoLinger,
                    (byte*)native,
                    2 * sizeof(int)
                ),
                "setsockopt"
            );
        }
    }

    // An option that has no number here is left to .NET's socket, over the same descriptor.

    private Socket OfDotNet => _socket ??= new Socket(new SafeSocketHandle(_descriptor, ownsHandle: false));

    private int GetBySocket(SocketOptionLevel level, SocketOptionName name)
    {
        try
        {
            return (int)(OfDotNet.GetSocketOption(level, name) ?? 0);
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "getsockopt", Description);
        }
    }

    private void SetBySocket(SocketOptionLevel level, SocketOptionName name, int value)
    {
        try
        {
            OfDotNet.SetSocketOption(level, name, value);
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "setsockopt", Description);
        }
    }

    private EndPoint Address(string call, NameCall ask)
    {
        EnterSocket(call);
        var address = stackalloc byte[SocketAddresses.MostBytes];
        var size = SocketAddresses.MostBytes;
        Checked(ask(_descriptor, address, &size), call);
        return SocketAddresses.Read(new ReadOnlySpan<byte>(address, size)) ?? throw Error(Errno.EINVAL, call);
    }

    private PortKind Kind =>
        (Flags & IsSocket) == 0 ? PortKind.Pipe
        : (Flags & IsStream) != 0 ? PortKind.Stream
        : PortKind.Datagram;

    private int Checked(int result, string call, string? argument = null) =>
        result >= 0 ? result : throw Error(-result, call, argument);
}
