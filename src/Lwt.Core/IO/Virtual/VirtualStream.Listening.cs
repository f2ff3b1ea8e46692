namespace Lwt.Core;

/// <summary>How connections are made: a request, its answer, and the answer to that, each a message.</summary>
internal sealed partial class VirtualStream
{
    // As often as Linux asks again, and how long it waits before it first does.
    private const int MostRequests = 6;
    private static readonly TimeSpan s_requestAgain = TimeSpan.FromSeconds(1);

    // Of a socket that listens: connections that wait to be accepted. Null of one that does not.
    private Queue<VirtualStream>? _accepted;
    private int _backlog;

    // Of a socket that listens: connections whose client has not answered yet.
    private int _halfOpen;

    // Of a connection that is one of those.
    private VirtualStream? _listener;

    // Whether closing it resets the connection.
    private bool _givesUp;

    private protected override bool Listens => _accepted is not null;

    private bool HasRoom => _accepted!.Count + _halfOpen <= _backlog;

    public override void Listen(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        EnterSocket("listen");
        var error =
            _in is not null ? Errno.EINVAL
            : !HasAddress() ? Errno.EADDRINUSE
            : Local is null ? Errno.EINVAL
            : 0;
        if (error != 0)
            throw Error(error, "listen");
        _accepted ??= new();
        _backlog = backlog;
    }

    internal override int TryAccept(out Port? port)
    {
        port = null;
        if (!Listens)
            return -Errno.EINVAL;
        if (!_accepted!.TryDequeue(out var accepted))
            return Noted(WouldBlock, MayRead);
        port = accepted;
        return 0;
    }

    /// <summary>A request has come to this socket's host: makes the other end of the connection, half open.</summary>
    private void Answer(VirtualStream client)
    {
        var server = new VirtualStream(Opener, Family, PortKind.Stream)
        {
            _in = client._out,
            _out = client._in,
            _listener = this,
            Local = client.Remote,
            Remote = client.Local ?? SocketAddresses.Nameless,
        };
        server.SetPeer(server.Remote);
        (server._in!.Reader, server._out!.Writer) = (server, server);
        _halfOpen++;
        server._out.Send(SegmentKind.Open);
    }

    /// <summary>The client has answered.</summary>
    private VirtualStream Opened()
    {
        if (_listener is not { } listener)
            return this;
        LeaveListener();
        if (listener.IsClosed)
            GiveUp();
        else
            listener._accepted!.Enqueue(this);
        return listener;
    }

    /// <summary>Resets a connection that nobody will accept.</summary>
    private void GiveUp()
    {
        _givesUp = true;
        Abandon();
    }

    /// <summary>The other side has not answered for too long.</summary>
    internal void TimeOut()
    {
        Fail(Errno.ETIMEDOUT);
        SignalBoth();
    }

    private void LeaveListener()
    {
        if (_listener is not null)
            _listener._halfOpen--;
        _listener = null;
    }

    private void EndListening()
    {
        while (_accepted!.TryDequeue(out var waiting))
            waiting.GiveUp();
    }

    /// <summary>Asks for a connection; where it finds no room, again and again.</summary>
    private sealed class ConnectRequest(VirtualStream client, VirtualRoute route, int count = 1) : VirtualMessage
    {
        internal override void Arrive()
        {
            // Given up meanwhile.
            if (client.IsClosed || !client._isConnecting)
                return;
            if (client.Network.Streams.Find(client.Remote!) is not VirtualStream { Listens: true } listener)
                client._in!.Send(SegmentKind.Reset);
            else if (listener.HasRoom)
                listener.Answer(client);
            else
                client.Network.Schedule(
                    client.Network.Inside,
                    new Again(client, route, count),
                    s_requestAgain.Ticks << (count - 1)
                );
        }

        internal override void TimeOut() => client.TimeOut();
    }

    /// <summary>A request had no answer for some time.</summary>
    private sealed class Again(VirtualStream client, VirtualRoute route, int count) : VirtualMessage
    {
        internal override void Arrive()
        {
            if (client.IsClosed || !client._isConnecting)
                return;
            if (count > MostRequests)
                client.TimeOut();
            else
                route.Send(new ConnectRequest(client, route, count + 1));
        }
    }
}
