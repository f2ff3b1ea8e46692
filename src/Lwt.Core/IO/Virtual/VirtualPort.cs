using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>A port on a <see cref="VirtualNetwork"/>: what its streams and datagrams have in common.</summary>
/// <remarks>
/// Nothing is signalled while an operation is called: what concerns another port, or this one's own waiters, travels as
/// a message of the network. Invariant: the port is counted as open until it is closed, and has its address as long.
/// </remarks>
internal abstract class VirtualPort : ReadinessPort
{
    private protected readonly VirtualNetwork Network;
    private readonly VirtualPorts _ports;
    private readonly VirtualAddresses _addresses;
    private readonly AddressFamily _family;
    private readonly PortKind _kind;
    private readonly Dictionary<(SocketOptionLevel, SocketOptionName), int> _options = [];

    private LingerOption _linger = new(false, 0);

    // What the table of addresses knows it by; null while it has none of its own.
    private EndPoint? _bound;

    private protected VirtualPort(VirtualPorts ports, AddressFamily family, PortKind kind)
        : base(kind, ports.Turns, ports.Driver)
    {
        (_ports, _family, _kind, Network) = (ports, family, kind, ports.Network);
        _addresses = kind == PortKind.Datagram ? Network.Datagrams : Network.Streams;
        (SendBuffer, ReceiveBuffer) = (Network.SendBufferSize, Network.ReceiveBufferSize);
        Network.Add(this);
    }

    internal int SendBuffer { get; private set; }

    internal int ReceiveBuffer { get; private set; }

    private protected VirtualPorts Opener => _ports;

    private protected AddressFamily Family => _family;

    /// <summary>The address of this end; null while there is none.</summary>
    private protected EndPoint? Local { get; set; }

    /// <summary>The address of the other end; null while there is none.</summary>
    private protected EndPoint? Remote { get; set; }

    /// <summary>The host that the socket is on: a socket of all hosts sends from the loopback host.</summary>
    private protected IPAddress Host =>
        Local is IPEndPoint local && !VirtualAddresses.IsAny(local)
            ? local.Address
            : VirtualAddresses.Loopback(AnyAddress());

    public sealed override void Bind(EndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        EnterSocket("bind");
        var error =
            address.AddressFamily != _family ? Errno.EAFNOSUPPORT
            : Local is not null ? Errno.EINVAL
            : TryBind(address) ? 0
            : Errno.EADDRINUSE;
        if (error != 0)
            throw Error(error, "bind", SocketAddresses.Name(address));
    }

    public sealed override EndPoint LocalEndPoint
    {
        get
        {
            EnterSocket("getsockname");
            return Local ?? (_family == AddressFamily.Unix ? SocketAddresses.Nameless : AnyAddress());
        }
    }

    public sealed override EndPoint RemoteEndPoint
    {
        get
        {
            EnterSocket("getpeername");
            return Remote ?? throw Error(Errno.ENOTCONN, "getpeername");
        }
    }

    public sealed override int GetOption(SocketOptionLevel level, SocketOptionName name)
    {
        EnterSocket("getsockopt");
        return (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => SendBuffer,
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => ReceiveBuffer,
            (SocketOptionLevel.Socket, SocketOptionName.Error) => (int)TakenError(),
            (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) => Listens ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.Type) => (int)(
                _kind == PortKind.Datagram ? SocketType.Dgram : SocketType.Stream
            ),
            _ => _options.GetValueOrDefault((level, name)),
        };
    }

    public sealed override void SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        EnterSocket("setsockopt");
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                SendBuffer = Math.Max(1, value);
                Network.WakeSoon(this);
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                ReceiveBuffer = Math.Max(1, value);
                break;
            case (
                SocketOptionLevel.Socket,
                SocketOptionName.Error
                    or SocketOptionName.Type
                    or SocketOptionName.AcceptConnection
            ):
                throw Error(Errno.ENOPROTOOPT, "setsockopt");
            default:
                _options[(level, name)] = value;
                break;
        }
    }

    /// <summary>Only whether closing resets the connection has a meaning: closing never waits here.</summary>
    public sealed override LingerOption LingerState
    {
        get
        {
            EnterSocket("getsockopt");
            return new(_linger.Enabled, _linger.LingerTime);
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            EnterSocket("setsockopt");
            _linger = new(value.Enabled, value.LingerTime);
        }
    }

    /// <summary>Whether closing the socket resets its connection.</summary>
    private protected bool ResetsOnClose => _linger is { Enabled: true, LingerTime: 0 };

    internal override int TryRead(Span<byte> buffer) => TryReceive(buffer, SocketFlags.None);

    internal override int TryWrite(ReadOnlySpan<byte> buffer) => TrySend(buffer, SocketFlags.None);

    internal void SignalBoth() => Signal(reads: true, writes: true, hungUp: false);

    private protected virtual bool Listens => false;

    /// <summary>What SO_ERROR tells, and forgets.</summary>
    private protected virtual int TakeError() => 0;

    /// <summary>Ends what the port has with others.</summary>
    private protected abstract void End();

    private protected sealed override void Release()
    {
        Network.Remove(this);
        if (_bound is not null)
            _addresses.Release(_bound);
        End();
    }

    /// <summary>Takes the next free address, if the socket has none.</summary>
    private protected bool HasAddress() => Local is not null || _family == AddressFamily.Unix || TryBind(AnyAddress());

    /// <summary>Notes that an operation has to wait, if it does; as the flag says.</summary>
    private protected int Noted(int result, byte flag)
    {
        if (result == WouldBlock)
            Flags &= unchecked((byte)~flag);
        return result;
    }

    private bool TryBind(EndPoint address)
    {
        if (_addresses.Bind(this, address) is not { } bound)
            return false;
        Local = _bound = bound;
        SetBound(bound);
        return true;
    }

    private SocketError TakenError() =>
        TakeError() is var error and not 0 ? Errno.ToSocketError(error) : SocketError.Success;

    private IPEndPoint AnyAddress() =>
        new(_family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
}
