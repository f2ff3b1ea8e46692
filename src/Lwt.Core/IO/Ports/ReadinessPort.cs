using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A port on something that does not block: each operation is tried at once while that may be ready, and waits only after
/// the system has said that it is not. The kinds say how an operation is tried.
/// </summary>
/// <remarks>
/// <para>
/// A set flag (<c>MayRead</c>, <c>MayWrite</c>) means that the system has to be asked; a clear one, that it has said no and
/// will tell when that changes. A read of a stream that returns less than was asked for clears its flag without a call that
/// only sees that nothing is there, but never once the peer has hung up or failed: its end is still to be read then.
/// </para>
/// <para>
/// Invariant: operations wait in a queue only while its flag is clear, or while the port is among those that
/// <see cref="PortTurns"/> serves next (<c>InTurns</c>).
/// </para>
/// </remarks>
public abstract partial class ReadinessPort : Port
{
    private protected const byte MayRead = 1;
    private protected const byte MayWrite = 2;
    private protected const byte HungUp = 4; // the peer has ended its side, or the connection has failed
    private const byte InTurns = 8;
    private const byte Closed = 16;
    private protected const byte IsStream = 32; // a short read means that there is no more
    private protected const byte IsSocket = 64;
    private const byte Aborted = 128;

    private protected readonly PortTurns Turns;
    private protected readonly Driver Driver;
    private protected byte Flags = MayRead | MayWrite;
    private PortQueue _readers;
    private PortQueue _writers;
    private Exception? _abortReason;
    private string? _description;

    // For messages; null while unknown.
    private EndPoint? _peer;
    private EndPoint? _bound;

    private protected ReadinessPort(PortKind kind, PortTurns turns, Driver driver)
    {
        (Turns, Driver) = (turns, driver);
        if (kind != PortKind.Pipe)
            Flags |= IsSocket;
        if (kind != PortKind.Datagram)
            Flags |= IsStream;
    }

    /// <inheritdoc/>
    public sealed override bool IsClosed => (Flags & Closed) != 0;

    /// <inheritdoc/>
    public sealed override Exception? AbortReason => _abortReason;

    /// <inheritdoc/>
    public sealed override bool IsReadable => IsReady("poll", writes: false);

    /// <inheritdoc/>
    public sealed override bool IsWritable => IsReady("poll", writes: true);

    /// <inheritdoc/>
    public sealed override string Description => _description ??= Name();

    private protected IReadiness Readiness => Turns.Readiness;

    /// <summary>The place in <see cref="OpenPorts"/>.</summary>
    internal int OpenPlace { get; set; }

    /// <summary>Whether operations of a direction wait.</summary>
    public bool Waits(bool writes) => !(writes ? _writers : _readers).IsEmpty;

    /// <inheritdoc/>
    public sealed override Promise<int> Read(Memory<byte> buffer)
    {
        var driver = Enter();
        if ((Flags & MayRead) != 0 && _readers.IsEmpty && Turns.Take())
        {
            var count = TryRead(buffer.Span);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != WouldBlock)
                return new(Error(-count, "read"));
        }
        return (Promise<int>)Wait(new ReadOperation(this, buffer, driver));
    }

    /// <inheritdoc/>
    public sealed override Promise<int> Write(ReadOnlyMemory<byte> buffer)
    {
        var driver = Enter();
        if ((Flags & MayWrite) != 0 && _writers.IsEmpty && Turns.Take())
        {
            var count = TryWrite(buffer.Span);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != WouldBlock)
                return new(Error(-count, "write"));
        }
        return (Promise<int>)Wait(new WriteOperation(this, buffer, driver));
    }

    /// <inheritdoc/>
    public sealed override Promise Readable() => Begin(new ReadyOperation(this, writes: false, Enter()));

    /// <inheritdoc/>
    public sealed override Promise Writable() => Begin(new ReadyOperation(this, writes: true, Enter()));

    /// <inheritdoc/>
    public sealed override Promise<Port> Accept() => (Promise<Port>)Begin(new AcceptOperation(this, Enter()));

    /// <inheritdoc/>
    public sealed override Promise Connect(EndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var driver = Enter();
        if (IsUnusable)
            return new Promise<Unit>(Unusable("connect"));
        (_peer, _description) = (peer, null);
        var result = BeginConnect(peer);
        if (result >= 0)
            return Completed<Unit>.Default;
        if (result != WouldBlock)
            return new Promise<Unit>(Error(-result, "connect", SocketAddresses.Name(peer)));
        Flags &= unchecked((byte)~MayWrite);
        return Wait(new ConnectOperation(this, peer, driver));
    }

    /// <inheritdoc/>
    public sealed override Promise<SocketReceiveFromResult> ReceiveFrom(Memory<byte> buffer, SocketFlags flags) =>
        (Promise<SocketReceiveFromResult>)Begin(new ReceiveFromOperation(this, buffer, flags, Enter()));

    /// <inheritdoc/>
    public sealed override Promise<int> SendTo(ReadOnlyMemory<byte> buffer, EndPoint peer, SocketFlags flags)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return (Promise<int>)Begin(new SendToOperation(this, buffer, peer, flags, Enter()));
    }

    /// <inheritdoc/>
    public sealed override Promise<int> Receive(Memory<byte> buffer, SocketFlags flags) =>
        flags == SocketFlags.None && (Flags & IsSocket) != 0
            ? Read(buffer)
            : (Promise<int>)Begin(new ReceiveOperation(this, buffer, flags, Enter()));

    /// <inheritdoc/>
    public sealed override Promise<int> Send(ReadOnlyMemory<byte> buffer, SocketFlags flags) =>
        flags == SocketFlags.None && (Flags & IsSocket) != 0
            ? Write(buffer)
            : (Promise<int>)Begin(new SendOperation(this, buffer, flags, Enter()));

    /// <inheritdoc/>
    public sealed override void Abort(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Enter();
        if (IsClosed)
            return;
        _abortReason = reason;
        Stop(Aborted);
        RejectAll();
    }

    /// <inheritdoc/>
    public sealed override void Close()
    {
        if (IsClosed)
            return;
        Enter();
        Stop(Closed);
        Release();
        // After the descriptor, so that their callbacks can use its address again. Each may call anything here.
        RejectAll();
    }

    /// <summary>
    /// Closes the port as its engine is disposed of, outside of the loop: what waits stays pending, and no callback runs.
    /// </summary>
    internal void Abandon()
    {
        if (IsClosed)
            return;
        Stop(Closed);
        Release();
    }

    /// <summary>Nothing is tried, and nothing is watched for, from here on.</summary>
    private void Stop(byte flag)
    {
        var watched = !IsUnusable;
        Flags = (byte)((Flags & ~(MayRead | MayWrite)) | flag);
        if (watched)
            Readiness.Forget(this);
    }

    // What a kind does. Each returns what the system did, or an error, negated: WouldBlock where it has to wait, after the
    // flag was cleared.

    internal const int WouldBlock = -Errno.EAGAIN;

    internal abstract int TryRead(Span<byte> buffer);

    internal abstract int TryWrite(ReadOnlySpan<byte> buffer);

    internal abstract int TryAccept(out Port? port);

    internal abstract int TryReceive(Span<byte> buffer, SocketFlags flags);

    internal abstract int TrySend(ReadOnlySpan<byte> buffer, SocketFlags flags);

    internal abstract int TryReceiveFrom(Span<byte> buffer, SocketFlags flags, out EndPoint? peer);

    internal abstract int TrySendTo(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags);

    /// <summary>Whether an operation of a direction would have to wait now.</summary>
    internal abstract bool WouldWait(bool writes);

    private protected abstract int BeginConnect(EndPoint peer);

    /// <summary>How a connection that was begun has ended, once it may be written to.</summary>
    internal abstract int EndConnect();

    /// <summary>Closes what the port stands on.</summary>
    private protected abstract void Release();

    /// <summary>What a failed call is told as; the error is one of Linux, or one that the kind knows.</summary>
    internal virtual Exception Error(int error, string call, string? argument = null) =>
        (Flags & IsSocket) != 0
            ? new PromiseSocketException(error, call, argument ?? Description)
            : new PromiseIOException(error, call, argument ?? Description);

    /// <summary>
    /// Tells what has become ready. The engine calls it on the loop's thread, in its dispatch; callbacks run before it returns.
    /// </summary>
    /// <param name="reads">A read would not wait.</param>
    /// <param name="writes">A write would not wait.</param>
    /// <param name="hungUp">The peer has ended its side, or the connection has failed. False where that is not known.</param>
    public void Signal(bool reads, bool writes, bool hungUp)
    {
        if (IsUnusable)
            return;
        if (hungUp)
            Flags |= HungUp | MayRead | MayWrite;
        if (reads)
            Flags |= MayRead;
        if (writes)
            Flags |= MayWrite;
        Serve();
    }

    /// <summary>Goes on where the budget had run out.</summary>
    internal void ServeAgain()
    {
        Flags &= unchecked((byte)~InTurns);
        Serve();
    }

    /// <summary>An operation was cancelled.</summary>
    internal void Withdraw(IPortOperation operation)
    {
        Turns.Waiting--;
        if (operation.Writes)
            _writers.Withdraw(operation);
        else
            _readers.Withdraw(operation);
    }

    /// <summary>Knows the peer of a connection that was accepted.</summary>
    private protected void SetPeer(EndPoint? peer) => _peer = peer;

    /// <summary>Knows the address that the socket was bound to.</summary>
    private protected void SetBound(EndPoint? address) => (_bound, _description) = (address, null);

    /// <summary>The current driver, which must be the port's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Driver Enter()
    {
        var driver = Driver.Current;
        if (!ReferenceEquals(driver, Driver))
            ThrowWrongThread(driver);
        return driver;
    }

    private void ThrowWrongThread(Driver current) =>
        throw Errors.WrongThread("Port (F#: Lwt_unix.file_descr)", Driver, current);

    /// <summary>Tries an operation at once if that may be, and else has it wait.</summary>
    private Promise Begin(IPortOperation operation)
    {
        var (queueIsEmpty, flag) = operation.Writes ? (_writers.IsEmpty, MayWrite) : (_readers.IsEmpty, MayRead);
        if ((Flags & flag) == 0 || !queueIsEmpty || !Turns.Take())
            return Wait(operation);
        return operation.Attempt() ?? Wait(operation, tried: true);
    }

    /// <summary>Puts an operation into its queue, and has the port watched.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Promise Wait(IPortOperation operation, bool tried = false)
    {
        if (IsUnusable)
            return operation.RejectNow(Unusable(operation.Call));
        var writes = operation.Writes;
        if (writes)
            _writers.Add(operation);
        else
            _readers.Add(operation);
        Turns.Waiting++;
        try
        {
            Readiness.Watch(this, writes);
        }
        // Such as for want of descriptors.
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            var rejected = operation.RejectNow(e);
            Withdraw(operation);
            return rejected;
        }
        // Not for want of readiness, but for the budget, or for those before it. One that only asks leaves the flag set.
        if ((Flags & (writes ? MayWrite : MayRead)) != 0 && !(tried && operation.OnlyAsks))
            ServeNextTurn();
        return (Promise)operation;
    }

    private void ServeNextTurn()
    {
        if ((Flags & InTurns) != 0)
            return;
        Flags |= InTurns;
        Turns.Add(this);
    }

    private void Serve()
    {
        if (IsUnusable)
        {
            RejectAll();
            return;
        }
        Turns.Current = this;
        Serve(ref _readers, MayRead);
        Serve(ref _writers, MayWrite);
        Turns.Current = null;
    }

    /// <summary>Does what waits in a queue, as long as the system lets it and the budget lasts.</summary>
    private void Serve(ref PortQueue queue, byte flag)
    {
        while ((Flags & flag) != 0 && queue.First is { } operation)
        {
            if (!Turns.Take())
            {
                ServeNextTurn();
                return;
            }
            if (operation.Attempt() is not { } resolved)
            {
                Readiness.Watch(this, operation.Writes);
                return;
            }
            queue.RemoveFirst();
            Turns.Waiting--;
            if (resolved.Slot is not null)
                Driver.Run(resolved);
        }
    }

    /// <summary>Rejects what waits. After a callback whose exception ends the run, the next run rejects the rest.</summary>
    private void RejectAll()
    {
        var ended = false;
        try
        {
            RejectAll(ref _readers);
            RejectAll(ref _writers);
            ended = true;
        }
        finally
        {
            if (!ended)
                ServeNextTurn();
        }
    }

    private void RejectAll(ref PortQueue queue)
    {
        while (queue.First is { } operation)
        {
            queue.RemoveFirst();
            Turns.Waiting--;
            Driver.Run(operation.RejectNow(Unusable(operation.Call)));
        }
    }

    private bool IsUnusable => (Flags & (Closed | Aborted)) != 0;

    private Exception Unusable(string call) =>
        IsClosed || _abortReason is null ? new PortClosedException(call, Description) : _abortReason;

    private bool IsReady(string call, bool writes)
    {
        EnterOpen(call);
        return !WouldWait(writes);
    }

    /// <summary>Checks that a call may be made on this port now.</summary>
    private protected void EnterOpen(string call)
    {
        Enter();
        if (IsUnusable)
            throw Unusable(call);
    }

    /// <summary>Checks that a call may be made on this socket now.</summary>
    private protected void EnterSocket(string call)
    {
        EnterOpen(call);
        if ((Flags & IsSocket) == 0)
            throw Error(Errno.ENOTSOCK, call);
    }

    private string Name()
    {
        var what =
            (Flags & IsSocket) == 0 ? "a pipe"
            : _peer is not null ? $"the connection to {SocketAddresses.Name(_peer)}"
            : _bound is not null ? $"the socket on {SocketAddresses.Name(_bound)}"
            : "a socket";
        return Descriptor >= 0 ? $"{what}, descriptor {Descriptor}" : what;
    }
}

/// <summary>What a port stands on, as far as its calls differ.</summary>
internal enum PortKind : byte
{
    Stream,
    Datagram,
    Pipe,
}
