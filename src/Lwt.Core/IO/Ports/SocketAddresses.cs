using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>Addresses as the system has them, and as messages show them.</summary>
internal static class SocketAddresses
{
    /// <summary>As long as any address is: that of a socket with a path.</summary>
    internal const int MostBytes = 128;

    private const int NativeUnix = 1;
    private const int NativeInterNetwork = 2;
    private const int NativeInterNetworkV6 = 10;

    private static readonly IPEndPoint s_anyV4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_anyV6 = new(IPAddress.IPv6Any, 0);

    /// <summary>Stands for any local socket.</summary>
    internal static readonly EndPoint AnyPath = new UnixDomainSocketEndPoint("/");

    /// <summary>The address of a local socket that was not bound.</summary>
    internal static readonly EndPoint Nameless = AnyPath.Create(new SocketAddress(AddressFamily.Unix, sizeof(ushort)));

    /// <summary>The address in a sockaddr of Linux; null for a kind that .NET has no class for.</summary>
    internal static EndPoint? Read(ReadOnlySpan<byte> address)
    {
        var family = address.Length < 2 ? 0 : MemoryMarshal.Read<ushort>(address);
        (EndPoint Any, AddressFamily Family)? kind = family switch
        {
            NativeInterNetwork => (s_anyV4, AddressFamily.InterNetwork),
            NativeInterNetworkV6 => (s_anyV6, AddressFamily.InterNetworkV6),
            NativeUnix => (AnyPath, AddressFamily.Unix),
            _ => null,
        };
        if (kind is not { } known)
            return null;
        var native = new SocketAddress(known.Family, address.Length);
        address.CopyTo(native.Buffer.Span);
        return known.Any.Create(native);
    }

    /// <summary>Some address of a family, which stands for any; null for a family that .NET has no class for.</summary>
    internal static EndPoint? Any(AddressFamily family) =>
        family switch
        {
            AddressFamily.InterNetwork => s_anyV4,
            AddressFamily.InterNetworkV6 => s_anyV6,
            AddressFamily.Unix => AnyPath,
            _ => null,
        };

    /// <summary>An address as messages show it.</summary>
    internal static string Name(EndPoint address) =>
        address switch
        {
            UnixDomainSocketEndPoint path when path.ToString() is { Length: > 0 } text => text,
            UnixDomainSocketEndPoint => "a nameless local socket",
            _ => address.ToString() ?? "",
        };
}
