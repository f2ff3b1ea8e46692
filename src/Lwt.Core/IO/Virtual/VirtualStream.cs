using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>A stream socket or an end of a pipe on a <see cref="VirtualNetwork"/>: one of a connection, or not
/// connected.</summary>
/// <remarks>
/// Invariant: <c>_in</c> and <c>_out</c> are both null or both not; they are not while it is connecting or connected.
/// What the peer does comes by <see cref="Apply"/> alone, in the order in which it did it. The part that listens is in
/// VirtualStream.Listening.cs.
/// </remarks>
internal sealed partial class VirtualStream : VirtualPort
{
    private VirtualFlow? _in;
    private VirtualFlow? _out;

    // Whether the other side has not answered yet.
    private bool _isConnecting;

    // The peer sends no more; or neither side does.
    private bool _hasEnded;
    private bool _isBroken;

    // What the program itself has ended.
    private bool _readsNoMore;
    private bool _writesNoMore;

    // Of a failure that no operation was told of yet; else zero.
    private int _error;

    // An end of a pipe goes one way.
    private bool _onlyReads;
    private bool _onlyWrites;

    internal VirtualStream(VirtualPorts ports, AddressFamily family, PortKind kind)
        : base(ports, family, kind) { }

    /// <summary>Whether bytes that arrive can still be read.</summary>
    internal bool Takes => !IsClosed && !_isBroken;

    internal static (VirtualStream First, VirtualStream Second) Pair(VirtualPorts ports, PortKind kind)
    {
        var network = ports.Network;
        var (first, second) = (
            new VirtualStream(ports, AddressFamily.Unix, kind),
            new VirtualStream(ports, AddressFamily.Unix, kind)
        );
        first._onlyReads = second._onlyWrites = kind == PortKind.Pipe;
        first._in = second._out = new(network, network.Inside)
        {
            Back = network.Inside,
            Reader = first,
            Writer = second,
        };
        first._out = second._in = new(network, network.Inside)
        {
            Back = network.Inside,
            Reader = second,
            Writer = first,
        };
        if (kind != PortKind.Pipe)
            first.Remote = second.Remote = SocketAddresses.Nameless;
        return (first, second);
    }

    public override void Shutdown(SocketShutdown how)
    {
        EnterSocket("shutdown");
        if (Listens || _in is null || _isConnecting)
            throw Error(Errno.ENOTCONN, "shutdown");
        if (how != SocketShutdown.Send)
            _readsNoMore = true;
        if (how != SocketShutdown.Receive && !_writesNoMore)
        {
            _writesNoMore = true;
            _out!.Send(SegmentKind.End);
        }
        // Those that wait see it now.
        Network.WakeSoon(this);
    }

    internal override int TryReceive(Span<byte> buffer, SocketFlags flags) => Noted(Receive(buffer, flags), MayRead);

    internal override int TrySend(ReadOnlySpan<byte> buffer, SocketFlags flags) => Noted(Send(buffer, flags), MayWrite);

    internal override int TryReceiveFrom(Span<byte> buffer, SocketFlags flags, out EndPoint? peer)
    {
        peer = Remote;
        return TryReceive(buffer, flags);
    }

    // The address of a stream's peer is known already.
    internal override int TrySendTo(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags) =>
        TrySend(buffer, flags);

    internal override bool WouldWait(bool writes)
    {
        if (Listens)
            return writes || _accepted!.Count == 0;
        if (_in is null)
            return false;
        if (_isConnecting)
            return true;
        if (_error != 0 || _isBroken)
            return false;
        return writes
            ? !_onlyReads && !_writesNoMore && !PeerIsGone && _out!.Room == 0
            : !_onlyWrites && !_hasEnded && !_readsNoMore && _in.Unread == 0;
    }

    internal override int EndConnect() => -TakeError();

    private protected override int BeginConnect(EndPoint peer)
    {
        if (Listens || (_in is not null && !_isConnecting))
            return -Errno.EISCONN;
        if (_isConnecting)
            return -Errno.EALREADY;
        if ((Flags & IsSocket) == 0)
            return -Errno.ENOTSOCK;
        if (peer.AddressFamily != Family)
            return -Errno.EAFNOSUPPORT;
        if (!HasAddress())
            return -Errno.EADDRNOTAVAIL;
        var (there, back) = (Network.Inside, Network.Inside);
        if (Local is IPEndPoint local && peer is IPEndPoint ip)
        {
            if (VirtualAddresses.IsAny(ip))
                peer = ip = new IPEndPoint(VirtualAddresses.Loopback(ip), ip.Port);
            Local = new IPEndPoint(Host, local.Port);
            (there, back) = (Network.Route(Host, ip.Address), Network.Route(ip.Address, Host));
        }
        _out = new(Network, there) { Back = back, Writer = this };
        _in = new(Network, back) { Back = there, Reader = this };
        (_isConnecting, _hasEnded, _isBroken, _error, Remote) = (true, false, false, 0, peer);
        there.Send(new ConnectRequest(this, there));
        return WouldBlock;
    }

    private protected override int TakeError()
    {
        var error = _error;
        _error = 0;
        return error;
    }

    /// <summary>The peer has done something. Returns the socket whose waiters that concerns.</summary>
    internal VirtualStream Apply(SegmentKind kind)
    {
        if (!Takes)
        {
            // What it sends to one that is gone is answered, but for an answer.
            if (kind is SegmentKind.Open or SegmentKind.Data)
                _out!.Send(SegmentKind.Reset);
            return this;
        }
        switch (kind)
        {
            case SegmentKind.Open when _isConnecting:
                _isConnecting = false;
                _out!.Send(SegmentKind.Open);
                break;
            case SegmentKind.Open:
                return Opened();
            case SegmentKind.End:
                _hasEnded = true;
                break;
            case SegmentKind.Reset:
                Fail(
                    _isConnecting ? Errno.ECONNREFUSED
                    : _hasEnded ? Errno.EPIPE
                    : Errno.ECONNRESET
                );
                break;
        }
        return this;
    }

    /// <summary>The connection has failed, or could not be made. Whoever calls it signals then.</summary>
    internal void Fail(int error)
    {
        if (IsClosed || _isBroken)
            return;
        _error = error;
        if (_isConnecting)
        {
            (_isConnecting, _in, _out, Remote) = (false, null, null, null);
            return;
        }
        _isBroken = true;
        // Nobody has accepted it, and nobody will.
        if (_listener is not null)
            Abandon();
    }

    private protected override void End()
    {
        if (Listens)
            EndListening();
        LeaveListener();
        if (_in is null || _isConnecting || _isBroken)
            return;
        // Bytes that nobody will read are lost, which the peer has to know.
        if (_givesUp || ResetsOnClose || _in.Unread > 0)
            _out!.Send(SegmentKind.Reset);
        else if (!_writesNoMore)
            _out!.Send(SegmentKind.End);
    }

    // Inside one host, where the system sees both ends, a write finds out at once.
    private bool PeerIsGone => _out is { IsLocal: true, Reader: { IsClosed: true } };

    private int Receive(Span<byte> buffer, SocketFlags flags)
    {
        if (_onlyWrites)
            return -Errno.EBADF;
        if ((flags & SocketFlags.OutOfBand) != 0)
            return -Errno.EOPNOTSUPP;
        if (_in is { Unread: > 0 })
            return _in.Read(buffer, (flags & SocketFlags.Peek) != 0);
        if (_hasEnded)
            return 0;
        if (_error != 0)
            return -TakeError();
        if (_in is null)
            return -Errno.ENOTCONN;
        return _isBroken || _readsNoMore ? 0 : WouldBlock;
    }

    private int Send(ReadOnlySpan<byte> buffer, SocketFlags flags)
    {
        if (_onlyReads)
            return -Errno.EBADF;
        if ((flags & SocketFlags.OutOfBand) != 0)
            return -Errno.EOPNOTSUPP;
        if (PeerIsGone)
            return -Errno.EPIPE;
        if (_error != 0)
            return -TakeError();
        if (_in is null || _isBroken || _writesNoMore)
            return -Errno.EPIPE;
        if (_isConnecting)
            return WouldBlock;
        var count = _out!.Write(buffer);
        return count == 0 && buffer.Length > 0 ? WouldBlock : count;
    }
}
