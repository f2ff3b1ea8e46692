using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>A port on .NET's socket.</summary>
/// <remarks>
/// <para>
/// What streams read and write, and what is sent, goes by calls that do not block. Input is waited for by one asynchronous
/// call at a time, only while a reader waits: a stream receives zero bytes, which ends when there is something to read, or
/// the end; other sockets receive a datagram into a buffer of the port's own, or accept a connection. What such a call has
/// brought stays until a reader takes it, whoever was cancelled meanwhile.
/// </para>
/// <para>
/// Invariant: <c>_input</c> is Ended only while it holds a datagram, a connection or an error that nobody has taken.
/// </para>
/// </remarks>
internal sealed partial class SocketPort : ReadinessPort
{
    // As long as a datagram can be.
    private const int MostBytes = 64 * 1024;

    // An error is SocketError's number, or this for its only negative one. The errnos that the base class uses are smaller.
    private const int NoNumber = 900;

    private readonly Socket _socket;
    private readonly SocketReadiness _readiness;

    // Null until input is waited for.
    private SocketCall? _input;

    // Null unless a connection is under way.
    private SocketCall? _connection;

    // How the last connection that was begun has ended.
    private SocketError _connected;

    // Whether it is surely a stream with a peer. Others may be listening, and are asked.
    private bool _hasPeer;

    internal SocketPort(Socket socket, PortKind kind, SocketReadiness readiness)
        : base(kind, readiness.Turns, readiness.Driver)
    {
        (_socket, _readiness) = (socket, readiness);
        _socket.Blocking = false;
        _hasPeer = kind != PortKind.Datagram && socket.Connected;
        Turns.Open.Add(this);
    }

    /// <summary>How long its output waits before it asks again, in milliseconds; zero once the system has taken something.</summary>
    internal int Delay { get; set; }

    /// <summary>Whether it is among the <see cref="OutputRetries"/>.</summary>
    internal bool AsksAgain { get; set; }

    internal bool IsConnecting => _connection is not null;

    private bool IsDatagram => (Flags & IsStream) == 0;

    internal override int TryRead(Span<byte> buffer)
    {
        if (IsDatagram)
            return TakeDatagram(buffer, SocketFlags.None, out _);
        var count = TryReceive(buffer, SocketFlags.None);
        // No more is there. The end of a stream is told again and again.
        if (count > 0 && count < buffer.Length)
            Flags &= unchecked((byte)~MayRead);
        return count;
    }

    internal override int TryWrite(ReadOnlySpan<byte> buffer) => TrySend(buffer, SocketFlags.None);

    internal override int TryReceive(Span<byte> buffer, SocketFlags flags)
    {
        if (IsDatagram)
            return TakeDatagram(buffer, flags, out _);
        if (IsConnecting)
            return Waits(MayRead);
        var count = _socket.Receive(buffer, flags, out var error);
        return error == SocketError.Success ? count : Failed(error, MayRead);
    }

    internal override int TrySend(ReadOnlySpan<byte> buffer, SocketFlags flags)
    {
        if (IsConnecting)
            return Waits(MayWrite);
        return Sent(_socket.Send(buffer, flags, out var error), error);
    }

    internal override int TryAccept(out Port? port)
    {
        port = null;
        if (IsDatagram)
            return -(int)SocketError.OperationNotSupported;
        while (HasInput(accepts: true))
        {
            var error = _input!.SocketError;
            var socket = _input.AcceptSocket;
            _input.AcceptSocket = null;
            _input.State = SocketCall.Idle;
            // A connection that was reset before it was accepted is no error of the listener's.
            if (error is SocketError.ConnectionAborted or SocketError.ConnectionReset)
                continue;
            if (error != SocketError.Success)
                return Failed(error, MayRead);
            var accepted = new SocketPort(socket!, PortKind.Stream, _readiness) { _hasPeer = true };
            accepted.SetPeer(socket!.RemoteEndPoint);
            port = accepted;
            return 0;
        }
        return Waits(MayRead);
    }

    internal override int TryReceiveFrom(Span<byte> buffer, SocketFlags flags, out EndPoint? peer)
    {
        if (IsDatagram)
            return TakeDatagram(buffer, flags, out peer);
        var count = TryReceive(buffer, flags);
        peer = count >= 0 ? _socket.RemoteEndPoint : null;
        return count;
    }

    internal override int TrySendTo(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags)
    {
        if (IsConnecting)
            return Waits(MayWrite);
        try
        {
            return Sent(_socket.SendTo(buffer, flags, peer), SocketError.Success);
        }
        catch (SocketException e)
        {
            return Sent(0, e.SocketErrorCode);
        }
    }

    internal override bool WouldWait(bool writes)
    {
        if (IsConnecting)
            return true;
        if (!writes && _input is { State: not SocketCall.Idle } input)
            return input.State == SocketCall.UnderWay;
        try
        {
            if (!_socket.Poll(0, writes ? SelectMode.SelectWrite : SelectMode.SelectRead))
                return true;
            if (writes)
                Delay = 0;
            return false;
        }
        catch (SocketException)
        {
            // The operation itself tells the error.
            return false;
        }
    }

    private protected override int BeginConnect(EndPoint peer)
    {
        if (IsConnecting)
            return -(int)SocketError.AlreadyInProgress;
        var call = new SocketCall(this, _readiness.Completions) { RemoteEndPoint = peer };
        if (Begin(call, static (socket, call) => socket.ConnectAsync(call)))
        {
            _connection = call;
            return WouldBlock;
        }
        Connected(call);
        return EndConnect();
    }

    internal override int EndConnect() => _connected == SocketError.Success ? 0 : -Number(_connected);

    /// <summary>Begins to wait for input, unless it does so already.</summary>
    internal void WaitForInput()
    {
        if (_input is { State: not SocketCall.Idle })
            return;
        if (BeginInput(accepts: false))
            return;
        // It has ended at once. Whoever waits is told in the next dispatch, as if it had not.
        _input!.State = SocketCall.UnderWay;
        _readiness.Completions.Add(_input);
    }

    /// <summary>A call has ended; on the loop's thread.</summary>
    internal void Complete(SocketCall call)
    {
        if (IsClosed)
        {
            call.Discard();
            return;
        }
        if (ReferenceEquals(call, _connection))
        {
            _connection = null;
            Connected(call);
            Signal(reads: true, writes: true, hungUp: false);
            return;
        }
        call.State = call.KeepsResult ? SocketCall.Ended : SocketCall.Idle;
        Signal(reads: true, writes: false, hungUp: false);
    }

    internal override Exception Error(int error, string call, string? argument = null)
    {
        if (error < NoNumber)
            return base.Error(error, call, argument);
        argument ??= Description;
        var code = error == NoNumber ? SocketError.SocketError : (SocketError)error;
        // What .NET's socket says of a pipe's other end.
        if ((Flags & IsSocket) == 0)
            return code is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
                ? new PromiseIOException(Errno.EPIPE, call, argument)
                : new PromiseIOException(new SocketException((int)code), call, argument);
        return new PromiseSocketException(new SocketException((int)code), call, argument, _socket.AddressFamily);
    }

    private protected override void Release()
    {
        Turns.Open.Remove(this);
        // .NET resets a connection that is closed while a call is under way, unless it was shut down.
        if (_hasPeer && _input is { State: SocketCall.UnderWay })
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException) { }
        }
        _socket.Dispose();
        if (_input?.State == SocketCall.Ended)
            _input.Discard();
        _input?.Dispose();
        _connection?.Dispose();
    }

    private static int Number(SocketError error) => error == SocketError.SocketError ? NoNumber : (int)error;

    /// <summary>Whether a result can be taken; begins a call if none is under way.</summary>
    private bool HasInput(bool accepts) =>
        _input is { State: not SocketCall.Idle } input ? input.State == SocketCall.Ended : !BeginInput(accepts);

    /// <summary>Begins the call that waits for input. Returns whether it is under way; otherwise it has ended.</summary>
    private bool BeginInput(bool accepts)
    {
        _input ??= new SocketCall(this, _readiness.Completions);
        accepts |= !IsDatagram && !_hasPeer && IsListening();
        _input.KeepsResult = accepts || IsDatagram;
        var underWay =
            accepts ? Begin(_input, static (socket, call) => socket.AcceptAsync(call))
            : IsDatagram ? BeginDatagram(_input)
            : Begin(_input, static (socket, call) => socket.ReceiveAsync(call));
        _input.State = underWay ? SocketCall.UnderWay : SocketCall.Ended;
        return underWay;
    }

    private bool BeginDatagram(SocketCall call)
    {
        if (call.MemoryBuffer.IsEmpty)
            call.SetBuffer(new byte[MostBytes]);
        call.RemoteEndPoint = SocketAddresses.Any(_socket.AddressFamily);
        return Begin(
            call,
            static (socket, call) =>
            {
                // .NET asks for an address before the first datagram; the system does not.
                if (!socket.IsBound && call.RemoteEndPoint is IPEndPoint any)
                    socket.Bind(any);
                return socket.ReceiveFromAsync(call);
            }
        );
    }

    /// <summary>Begins a call. What it throws is as if it had ended so at once.</summary>
    private bool Begin(SocketCall call, Func<Socket, SocketCall, bool> begin)
    {
        call.SocketError = SocketError.Success;
        try
        {
            return begin(_socket, call);
        }
        catch (SocketException e)
        {
            call.SocketError = e.SocketErrorCode;
        }
        // It does not listen and was to accept, or listens and was to connect.
        catch (InvalidOperationException)
        {
            call.SocketError = ReferenceEquals(call, _input) ? SocketError.InvalidArgument : SocketError.IsConnected;
        }
        // An address of another family.
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            call.SocketError = SocketError.AddressFamilyNotSupported;
        }
        return false;
    }

    private bool IsListening()
    {
        try
        {
            return _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private int TakeDatagram(Span<byte> buffer, SocketFlags flags, out EndPoint? peer)
    {
        peer = null;
        if (IsConnecting || !HasInput(accepts: false))
            return Waits(MayRead);
        var call = _input!;
        if (call.SocketError is not (SocketError.Success or SocketError.MessageSize))
        {
            call.State = SocketCall.Idle;
            // Windows says so of a datagram that was sent earlier, and not to whom. Elsewhere nobody says anything.
            return call.SocketError == SocketError.ConnectionReset && !_socket.Connected
                ? TakeDatagram(buffer, flags, out peer)
                : Failed(call.SocketError, MayRead);
        }
        var count = Math.Min(call.BytesTransferred, buffer.Length);
        call.MemoryBuffer.Span[..count].CopyTo(buffer);
        // .NET leaves the address as it was where the sender has none.
        peer = ReferenceEquals(call.RemoteEndPoint, SocketAddresses.AnyPath)
            ? SocketAddresses.Nameless
            : call.RemoteEndPoint;
        if ((flags & SocketFlags.Peek) == 0)
            call.State = SocketCall.Idle;
        return count;
    }

    private void Connected(SocketCall call)
    {
        _connected = call.SocketError;
        call.Dispose();
        // .NET makes the socket anew when it connects after a failure.
        _socket.Blocking = false;
        _hasPeer |= _connected == SocketError.Success && !IsDatagram;
    }

    private int Sent(int count, SocketError error)
    {
        if (error != SocketError.Success)
            return Failed(error, MayWrite);
        Delay = 0;
        return count;
    }

    private int Failed(SocketError error, byte flag)
    {
        if (error != SocketError.WouldBlock)
            return -Number(error);
        return Waits(flag);
    }

    private int Waits(byte flag)
    {
        Flags &= (byte)~flag;
        return WouldBlock;
    }
}
