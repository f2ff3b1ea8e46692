using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>A datagram socket on a <see cref="VirtualNetwork"/>.</summary>
/// <remarks>
/// Between internet addresses a datagram that finds no receiver or no room is lost; inside a host the sender waits for
/// room. Invariant: <c>_unread</c> is the bytes of <c>_received</c>; <c>_coming</c> those of datagrams under way inside
/// the host.
/// </remarks>
internal sealed class VirtualDatagramPort : VirtualPort
{
    private const int MostBytes = 65_507;

    private readonly Queue<(byte[] Data, EndPoint From)> _received = new();
    private int _unread;
    private int _coming;

    // Sent, and still on its way into a link of limited bandwidth.
    private int _leaving;

    // Of a pair.
    private VirtualDatagramPort? _partner;

    // Those that wait for room here.
    private readonly List<VirtualDatagramPort> _senders = [];
    private bool _readsNoMore;
    private bool _writesNoMore;

    internal VirtualDatagramPort(VirtualPorts ports, AddressFamily family)
        : base(ports, family, PortKind.Datagram) { }

    internal static (VirtualDatagramPort First, VirtualDatagramPort Second) Pair(VirtualPorts ports)
    {
        var (first, second) = (
            new VirtualDatagramPort(ports, AddressFamily.Unix),
            new VirtualDatagramPort(ports, AddressFamily.Unix)
        );
        (first._partner, second._partner) = (second, first);
        first.Remote = second.Remote = SocketAddresses.Nameless;
        return (first, second);
    }

    public override void Listen(int backlog)
    {
        EnterSocket("listen");
        throw Error(Errno.EOPNOTSUPP, "listen");
    }

    public override void Shutdown(SocketShutdown how)
    {
        EnterSocket("shutdown");
        if (Remote is null)
            throw Error(Errno.ENOTCONN, "shutdown");
        _readsNoMore |= how != SocketShutdown.Send;
        _writesNoMore |= how != SocketShutdown.Receive;
        Network.WakeSoon(this);
    }

    internal override int TryAccept(out Port? port)
    {
        port = null;
        return -Errno.EOPNOTSUPP;
    }

    internal override int TryReceive(Span<byte> buffer, SocketFlags flags) => TryReceiveFrom(buffer, flags, out _);

    internal override int TryReceiveFrom(Span<byte> buffer, SocketFlags flags, out EndPoint? peer)
    {
        peer = null;
        if ((flags & SocketFlags.OutOfBand) != 0)
            return -Errno.EOPNOTSUPP;
        if (!_received.TryPeek(out var first))
        {
            peer = Remote;
            return Noted(_readsNoMore ? 0 : WouldBlock, MayRead);
        }
        (var data, peer) = first;
        var count = Math.Min(data.Length, buffer.Length);
        data.AsSpan(0, count).CopyTo(buffer);
        if ((flags & SocketFlags.Peek) != 0)
            return count;
        _received.Dequeue();
        _unread -= data.Length;
        WakeSenders();
        return count;
    }

    internal override int TrySend(ReadOnlySpan<byte> buffer, SocketFlags flags) =>
        Remote is null
            ? -(Family == AddressFamily.Unix ? Errno.ENOTCONN : Errno.EDESTADDRREQ)
            : Send(buffer, Remote, flags);

    internal override int TrySendTo(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags) =>
        peer.AddressFamily != Family ? -Errno.EAFNOSUPPORT : Send(buffer, peer, flags);

    internal override bool WouldWait(bool writes) =>
        writes
            ? !_writesNoMore
                && (_leaving >= SendBuffer || (IsInside && Remote is not null && WaitsForRoomOf(Receiver(Remote))))
            : _received.Count == 0 && !_readsNoMore;

    internal override int EndConnect() => 0;

    private protected override int BeginConnect(EndPoint peer)
    {
        if (peer.AddressFamily != Family)
            return -Errno.EAFNOSUPPORT;
        if (!HasAddress())
            return -Errno.EADDRNOTAVAIL;
        if (IsInside && Receiver(peer) is null)
            return -Errno.ECONNREFUSED;
        Remote = Reachable(peer);
        return 0;
    }

    private protected override void End() => WakeSenders();

    private bool IsInside => Family == AddressFamily.Unix;

    private bool HasRoom => _unread + _coming < ReceiveBuffer;

    private int Send(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags)
    {
        if ((flags & SocketFlags.OutOfBand) != 0)
            return -Errno.EOPNOTSUPP;
        if (_writesNoMore)
            return -Errno.EPIPE;
        if (buffer.Length > MostBytes)
            return -Errno.EMSGSIZE;
        if (!HasAddress())
            return -Errno.EADDRNOTAVAIL;
        return Noted(IsInside ? SendInside(buffer, peer) : SendAcross(buffer, (IPEndPoint)Reachable(peer)), MayWrite);
    }

    private int SendInside(ReadOnlySpan<byte> buffer, EndPoint peer)
    {
        if (Receiver(peer) is not { } receiver)
            return -Errno.ECONNREFUSED;
        if (WaitsForRoomOf(receiver))
            return WouldBlock;
        receiver._coming += buffer.Length;
        Depart(Network.Inside, new Datagram(this, receiver, peer, buffer.ToArray(), Local ?? SocketAddresses.Nameless));
        return buffer.Length;
    }

    private int SendAcross(ReadOnlySpan<byte> buffer, IPEndPoint peer)
    {
        if (_leaving >= SendBuffer)
            return WouldBlock;
        var from = new IPEndPoint(Host, ((IPEndPoint)Local!).Port);
        var leaves = Depart(Network.Route(Host, peer.Address), new Datagram(this, null, peer, buffer.ToArray(), from));
        if (leaves > Network.Now)
        {
            _leaving += buffer.Length;
            Network.Schedule(Network.Inside, new Left(this, buffer.Length), leaves - Network.Now);
        }
        return buffer.Length;
    }

    private long Depart(VirtualRoute route, Datagram datagram)
    {
        Network.Statistics.DatagramsSent++;
        Network.Statistics.BytesSent += datagram.Size;
        return route.Send(datagram);
    }

    private void Take(byte[] data, EndPoint from)
    {
        // A connected socket hears its peer alone.
        var isStranger = !IsInside && Remote is not null && !Remote.Equals(from);
        if (IsClosed || _readsNoMore || isStranger || (!IsInside && !HasRoom))
        {
            Network.Statistics.DatagramsLost++;
            return;
        }
        _received.Enqueue((data, from));
        _unread += data.Length;
        Network.Statistics.BytesReceived += data.Length;
        SignalBoth();
    }

    private VirtualDatagramPort? Receiver(EndPoint peer)
    {
        var receiver = _partner ?? Network.Datagrams.Find(peer) as VirtualDatagramPort;
        return receiver is { IsClosed: false } ? receiver : null;
    }

    /// <summary>Whether a receiver inside the host has no room; it will tell when it has.</summary>
    private bool WaitsForRoomOf(VirtualDatagramPort? receiver)
    {
        if (receiver is null || receiver.HasRoom)
            return false;
        if (!receiver._senders.Contains(this))
            receiver._senders.Add(this);
        return true;
    }

    private static EndPoint Reachable(EndPoint peer) =>
        peer is IPEndPoint ip && VirtualAddresses.IsAny(ip)
            ? new IPEndPoint(VirtualAddresses.Loopback(ip), ip.Port)
            : peer;

    private void WakeSenders()
    {
        foreach (var sender in _senders)
            Network.WakeSoon(sender);
        _senders.Clear();
    }

    private sealed class Datagram(
        VirtualDatagramPort sender,
        VirtualDatagramPort? receiver,
        EndPoint peer,
        byte[] data,
        EndPoint from
    ) : VirtualMessage
    {
        internal override int Size => data.Length;

        internal override bool IsReliable => false;

        internal override void Arrive()
        {
            if (receiver is not null)
                receiver._coming -= data.Length;
            if ((receiver ?? sender.Receiver(peer)) is { } taker)
                taker.Take(data, from);
            else
                sender.Network.Statistics.DatagramsLost++;
        }
    }

    /// <summary>Bytes that have gone into the link leave room in the sender's buffer.</summary>
    private sealed class Left(VirtualDatagramPort sender, int count) : VirtualMessage
    {
        internal override void Arrive()
        {
            sender._leaving -= count;
            sender.SignalBoth();
        }
    }
}
