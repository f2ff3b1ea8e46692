using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>Groups of hosts, which sockets are in or not (multicast).</summary>
internal static class HostGroups
{
    internal static void Change(Socket socket, bool joins, IPAddress group, IPAddress? networkInterface)
    {
        if (networkInterface is not null && networkInterface.AddressFamily != group.AddressFamily)
            throw new ArgumentException(
                $"The group {group} and the address {networkInterface} are of different versions of IP.",
                nameof(networkInterface)
            );
        var name = joins ? SocketOptionName.AddMembership : SocketOptionName.DropMembership;
        try
        {
            if (group.AddressFamily == AddressFamily.InterNetworkV6)
                socket.SetSocketOption(
                    SocketOptionLevel.IPv6,
                    name,
                    new IPv6MulticastOption(group, IndexOf(networkInterface))
                );
            else
                socket.SetSocketOption(
                    SocketOptionLevel.IP,
                    name,
                    new MulticastOption(group, networkInterface ?? IPAddress.Any)
                );
        }
        catch (SocketException e)
        {
            throw new PromiseSocketException(e, "setsockopt", $"{group}");
        }
    }

    // IPv6 knows networks by number; zero is the usual one.
    private static long IndexOf(IPAddress? address)
    {
        if (address is null || address.Equals(IPAddress.IPv6Any))
            return 0;
        foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            var properties = candidate.GetIPProperties();
            if (properties.UnicastAddresses.Any(unicast => unicast.Address.Equals(address)))
                return properties.GetIPv6Properties().Index;
        }
        throw new PromiseSocketException(Errno.EADDRNOTAVAIL, "setsockopt", $"{address}");
    }
}
