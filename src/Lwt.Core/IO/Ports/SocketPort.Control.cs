using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// The calls that never wait. They are those of .NET's socket, with their failures as the port's.
internal sealed partial class SocketPort
{
    public override void Bind(EndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Control("bind", socket => socket.Bind(address), SocketAddresses.Name(address));
        SetBound(address);
    }

    public override void Listen(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        Control(
            "listen",
            socket =>
            {
                // The port may have been left to the system.
                var address = socket.LocalEndPoint;
                socket.Listen(backlog);
                SetBound(address);
            }
        );
    }

    public override void Shutdown(SocketShutdown how) => Control("shutdown", socket => socket.Shutdown(how));

    public override EndPoint LocalEndPoint =>
        Ask("getsockname", socket => socket.LocalEndPoint ?? Unbound(socket.AddressFamily));

    // .NET tells none; the system tells that it is any.
    private EndPoint Unbound(AddressFamily family) =>
        family == AddressFamily.Unix
            ? SocketAddresses.Nameless
            : SocketAddresses.Any(family) ?? throw Error(Errno.EINVAL, "getsockname");

    public override EndPoint RemoteEndPoint =>
        Ask("getpeername", socket => socket.RemoteEndPoint) ?? throw Error(Errno.ENOTCONN, "getpeername");

    public override int GetOption(SocketOptionLevel level, SocketOptionName name) =>
        Ask(
            "getsockopt",
            socket =>
            {
                if (NativeReuse(level, name) is not { } native)
                    return (int)(socket.GetSocketOption(level, name) ?? 0);
                var value = new byte[sizeof(int)];
                socket.GetRawSocketOption(native.Level, native.Name, value);
                return BitConverter.ToInt32(value);
            }
        );

    public override void SetOption(SocketOptionLevel level, SocketOptionName name, int value) =>
        Control(
            "setsockopt",
            socket =>
            {
                if (NativeReuse(level, name) is { } native)
                    socket.SetRawSocketOption(native.Level, native.Name, BitConverter.GetBytes(value));
                else
                    socket.SetSocketOption(level, name, value);
            }
        );

    public override LingerOption LingerState
    {
        get => Ask("getsockopt", socket => socket.LingerState) ?? new LingerOption(false, 0);
        set => Control("setsockopt", socket => socket.LingerState = value);
    }

    internal override SafeHandle Handle => _socket.SafeHandle;

    public override PeerCredentials PeerCredentials =>
        OperatingSystem.IsLinux()
            ? Ask(
                "getsockopt",
                socket =>
                {
                    var value = new int[3];
                    socket.GetRawSocketOption(
                        NativeOptions.SolSocket,
                        NativeOptions.SoPeerCredentials,
                        MemoryMarshal.AsBytes(value.AsSpan())
                    );
                    return new PeerCredentials(value[0], value[1], value[2]);
                }
            )
            : base.PeerCredentials;

    public override void JoinGroup(IPAddress group, IPAddress? networkInterface = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        Control("setsockopt", socket => HostGroups.Change(socket, joins: true, group, networkInterface));
    }

    public override void LeaveGroup(IPAddress group, IPAddress? networkInterface = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        Control("setsockopt", socket => HostGroups.Change(socket, joins: false, group, networkInterface));
    }

    /// <summary>
    /// SO_REUSEADDR, as the system numbers it. .NET's socket sets the reuse of ports along with it, except on Windows: then
    /// two listeners could have one address.
    /// </summary>
    private static (int Level, int Name)? NativeReuse(SocketOptionLevel level, SocketOptionName name) =>
        (level, name) != (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) || OperatingSystem.IsWindows() ? null
        : OperatingSystem.IsLinux() ? NativeOptions.Find(level, name)
        : (0xffff, 4);

    private void Control(string call, Action<Socket> action, string? argument = null) =>
        Ask(
            call,
            socket =>
            {
                action(socket);
                return true;
            },
            argument
        );

    private T Ask<T>(string call, Func<Socket, T> action, string? argument = null)
    {
        EnterSocket(call);
        try
        {
            return action(_socket);
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, call, argument ?? Description);
        }
    }
}
