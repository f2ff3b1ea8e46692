using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>Who has which address of a <see cref="VirtualNetwork"/>; streams and datagrams have a table each.</summary>
/// <remarks>Invariant: <c>_takers</c> counts the entries of <c>_bound</c> with a port number, for each
/// family.</remarks>
internal sealed class VirtualAddresses
{
    private const int FirstFree = 49152;

    private readonly Dictionary<object, VirtualPort> _bound = [];
    private readonly Dictionary<(AddressFamily, int), int> _takers = [];
    private int _next = FirstFree;

    /// <summary>Gives a port an address. Returns the address with its number, or null if it is in use.</summary>
    internal EndPoint? Bind(VirtualPort port, EndPoint address)
    {
        if (address is IPEndPoint { Port: 0 } any)
        {
            if (FreePort(any.AddressFamily) is not { } number)
                return null;
            address = new IPEndPoint(any.Address, number);
        }
        if (address is IPEndPoint wanted && IsTaken(wanted))
            return null;
        if (!_bound.TryAdd(Key(address), port))
            return null;
        if (address is IPEndPoint taken)
            _takers[(taken.AddressFamily, taken.Port)] = Takers(taken) + 1;
        return address;
    }

    internal void Release(EndPoint address)
    {
        _bound.Remove(Key(address));
        if (address is IPEndPoint taken)
            _takers[(taken.AddressFamily, taken.Port)] = Takers(taken) - 1;
    }

    /// <summary>Who gets what is sent to an address.</summary>
    internal VirtualPort? Find(EndPoint address) =>
        _bound.GetValueOrDefault(Key(address))
        ?? (address is IPEndPoint ip ? _bound.GetValueOrDefault(Key(new IPEndPoint(Any(ip), ip.Port))) : null);

    internal static IPAddress Any(IPEndPoint address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    internal static IPAddress Loopback(IPEndPoint address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;

    /// <summary>Whether it stands for all hosts.</summary>
    internal static bool IsAny(IPEndPoint address) => address.Address.Equals(Any(address));

    // An address of all hosts takes the number on each of them.
    private bool IsTaken(IPEndPoint address) =>
        Takers(address) > 0 && (IsAny(address) || _bound.ContainsKey(Key(new IPEndPoint(Any(address), address.Port))));

    private int Takers(IPEndPoint address) => _takers.GetValueOrDefault((address.AddressFamily, address.Port));

    private int? FreePort(AddressFamily family)
    {
        for (var tried = FirstFree; tried <= IPEndPoint.MaxPort; tried++)
        {
            var number = _next;
            _next = number == IPEndPoint.MaxPort ? FirstFree : number + 1;
            if (_takers.GetValueOrDefault((family, number)) == 0)
                return number;
        }
        return null;
    }

    private static object Key(EndPoint address) => address is IPEndPoint ? address : address.ToString() ?? "";
}
