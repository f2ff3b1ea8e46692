using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// What <see cref="InputChannel"/> and <see cref="OutputChannel"/> share: a buffer in front of something that bytes come from
/// or go to, and a queue of operations. OCaml: <c>Lwt_io.channel</c>.
/// </summary>
/// <remarks>
/// <para>
/// The operations of a channel run one at a time, in the order in which they were called. Cancelling one that waits takes it
/// out of the queue, and loses no byte.
/// </para>
/// <para>
/// A channel belongs to the loop that first uses it; a call on another thread throws <see cref="InvalidOperationException"/>.
/// </para>
/// <para>
/// Invariants: an operation has the channel while <c>State</c> is Busy; a block of <c>Atomic</c> while it is InBlock, and then
/// <c>_block</c> is the channel that the block was given. Operations wait in <c>_waiters</c> only while the channel is
/// taken. Handed: the first of them was woken, and is to run next. One that is Shared never changes: each loop has a channel
/// of its own for it (<see cref="SharedChannels"/>).
/// </para>
/// </remarks>
public abstract class Channel : IAsyncDisposable
{
    private protected const byte Idle = 0;
    private protected const byte Busy = 1;
    private protected const byte InBlock = 2;
    private protected const byte Handed = 3;
    private protected const byte Closed = 4;
    private protected const byte BlockEnded = 5;
    private protected const byte Shared = 6;

    private protected byte State;

    // Null while nothing ever waited.
    private WaiterQueue? _waiters;

    // The channel that this one stands for inside an atomic block; null for a channel itself.
    private readonly Channel? _outer;
    private Channel? _block;

    // What Abort returned.
    private Promise? _closed;

    private protected Channel(Channel? outer) => _outer = outer;

    /// <summary>Whether an operation or an atomic block has the channel. OCaml: <c>Lwt_io.is_busy</c>.</summary>
    public bool IsBusy => Local.State is Busy or InBlock or Handed;

    /// <summary>Whether the channel was closed. OCaml: <c>Lwt_io.is_closed</c>.</summary>
    public bool IsClosed => Local.State == Closed;

    /// <summary>The number of bytes that are read or written at once. OCaml: <c>Lwt_io.buffer_size</c>.</summary>
    public abstract int BufferSize { get; }

    /// <summary>The number of bytes in the buffer: not yet read by the program, or not yet written. OCaml: <c>Lwt_io.buffered</c>.</summary>
    public abstract int Buffered { get; }

    /// <summary>The place of the next byte that the program reads or writes. OCaml: <c>Lwt_io.position</c>.</summary>
    public abstract long Position { get; }

    /// <summary>Moves to a place, where what the channel stands on has places. OCaml: <c>Lwt_io.set_position</c>.</summary>
    public Promise SetPosition(long position) => SetPosition<Unit>(position);

    /// <summary>The length of what the channel stands on, in bytes. OCaml: <c>Lwt_io.length</c>.</summary>
    public abstract Promise<long> Length();

    /// <summary>Changes the size of the buffer. OCaml: <c>Lwt_io.resize_buffer</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 16.</exception>
    public Promise SetBufferSize(int size) => SetBufferSize<Unit>(size);

    /// <summary>
    /// Closes the channel and what it stands on. An output channel first runs the operations that wait, and writes out what
    /// is in its buffer; if that fails it is closed all the same, so <c>Flush</c> before to learn of failures. An input
    /// channel closes at once. Closing again returns the same result. OCaml: <c>Lwt_io.close</c>.
    /// </summary>
    public Promise Close() => CloseOnce();

    /// <summary>
    /// Closes the channel at once, without writing what is in its buffer. Operations that run or wait are rejected with
    /// <see cref="ChannelClosedException"/>. OCaml: <c>Lwt_io.abort</c>.
    /// </summary>
    public Promise Abort()
    {
        if (State == Shared)
            return FindLocal().Abort();
        Enter();
        return _outer is null ? Abort(returnBuffer: State == Idle) : InBlockOnly("Abort");
    }

    /// <summary>As <see cref="Close"/>.</summary>
    public Promise DisposeAsync() => Close();

    /// <summary>For owners that know nothing of promises; they may run on any thread.</summary>
    [SuppressMessage(
        "Usage",
        "CA1816",
        Justification = "Nothing outside this assembly derives from it, and no finalizer does."
    )]
    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(Home, DisposeAsync);

    /// <summary>This loop's channel for one that belongs to none.</summary>
    private protected abstract Channel FindLocal();

    private Channel Local => State == Shared ? FindLocal() : this;

    /// <summary>Input or output, as in messages.</summary>
    private protected abstract string Kind { get; }

    /// <summary>The loop of the channel.</summary>
    internal abstract EventLoop Home { get; }

    /// <summary>The current driver; throws where the channel belongs to another thread.</summary>
    internal abstract Driver Enter();

    /// <summary>Ends the I/O under way.</summary>
    private protected abstract void CancelIO();

    /// <summary>Closes what the channel stands on.</summary>
    /// <param name="returnBuffer">Whether nothing can touch the buffer any more.</param>
    private protected abstract Promise CloseEnd(bool returnBuffer);

    /// <summary>An operation has ended, and none waits.</summary>
    private protected virtual void BecameIdle() { }

    internal abstract Promise<TUnit> SetPosition<TUnit>(long position);

    internal abstract Promise<TUnit> SetBufferSize<TUnit>(int size);

    private protected virtual Promise CloseOnce() => Abort();

    /// <summary>Whether this is a channel itself, not what an atomic block was given.</summary>
    private protected bool IsRoot => _outer is null;

    /// <summary>The channel whose turn it is: this one, or that of the innermost block.</summary>
    private protected Channel Innermost
    {
        get
        {
            var channel = this;
            while (channel is { State: InBlock, _block: { } block })
                channel = block;
            return channel;
        }
    }

    /// <summary>Takes the channel, or waits for that; pair it with <see cref="Leave"/>.</summary>
    private protected Promise Take()
    {
        switch (State)
        {
            case Idle:
                State = Busy;
                return Completed<Unit>.Default;
            case Closed or BlockEnded:
                return new Promise<Unit>(Unusable());
            default:
                return TakeLater(
                    (_waiters ??= new()).Add(new Waiting<Unit, ChannelTurn>(Driver.Current, Promise.Cancelable))
                );
        }
    }

    private Promise<Unit> TakeLater(Promise<Unit> turn) => Primitives.Map<Unit, BecomesBusy>(turn, new(this));

    private readonly struct BecomesBusy(Channel channel) : IPlainStep<Unit>
    {
        public Unit Invoke(Promise source)
        {
            if (channel.State is Closed or BlockEnded)
                throw channel.Unusable();
            Debug.Assert(channel.State == Handed);
            channel.State = Busy;
            return default;
        }
    }

    /// <summary>Hands the channel to the one that has waited longest.</summary>
    private protected void Leave()
    {
        if (State is Closed or BlockEnded)
            return;
        var driver = Driver.Current;
        if (_waiters?.Take(driver) is { } next)
        {
            State = Handed;
            WaiterQueue.Wake(next, driver);
            return;
        }
        State = Idle;
        BecameIdle();
    }

    /// <summary>Runs a block that has the channel for itself, by way of <paramref name="block"/>.</summary>
    private protected async Promise<T> RunBlock<T, TBody>(TBody body, Channel block)
        where TBody : IBody<T>
    {
        await Take();
        (State, _block) = (InBlock, block);
        try
        {
            return await Primitives.Apply<T, TBody>(body);
        }
        finally
        {
            try
            {
                // What the block has started and not waited for must not run beside others.
                await block.Take();
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                // Closed, or cancelled.
            }
            block.End(BlockEnded);
            _block = null;
            Leave();
        }
    }

    /// <summary>Calls a block of direct access.</summary>
    private protected static async Promise<T> RunDirect<T, TBlock>(IChannelBuffer buffer, TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T>
    {
        var access = new DirectAccess(buffer);
        try
        {
            var result = await Primitives.Apply<T, ChannelBody<DirectAccess, T, TBlock>>(new(access, block));
            access.Accept();
            return result;
        }
        finally
        {
            access.Drop();
        }
    }

    /// <summary>Closes the channel, all blocks and what it stands on.</summary>
    private protected Promise Abort(bool returnBuffer)
    {
        if (_closed is { } closed)
            return closed;
        var (promise, resolver) = Promise.Create<Unit>();
        _closed = promise;
        for (var channel = this; channel is not null; channel = channel._block)
            channel.State = Closed;
        CancelIO();
        for (var channel = this; channel is not null; channel = channel._block)
            channel.End(Closed);
        var end = CloseEnd(returnBuffer);
        if (end.IsFulfilled)
            resolver.Fulfill(default);
        else
            end.AsUnit().OnAny(resolver.Fulfill, resolver.Reject);
        return promise;
    }

    /// <summary>Rejects those that wait for a turn that does not come.</summary>
    private void End(byte state)
    {
        State = state;
        if (_waiters is null)
            return;
        var driver = Driver.Current;
        while (_waiters.Take(driver) is { } waiter)
            WaiterQueue.WakeWith(waiter, Unusable(), driver);
    }

    /// <summary>Whether an operation failed because the channel was closed under it.</summary>
    private protected bool WasClosed(Exception e) =>
        State == Closed && e is not ChannelClosedException && ExceptionFilter.MayCatch(e);

    private protected Exception Unusable() =>
        State == BlockEnded
            ? new InvalidOperationException(
                $"This {Kind} channel was given to a block of Atomic, which has ended. Use the channel itself."
            )
            : new ChannelClosedException(Kind);

    private protected static Promise<Unit> InBlockOnly(string call) =>
        new(
            new InvalidOperationException(
                $"{call}: a channel that a block of Atomic was given cannot be closed. Close the channel itself."
            )
        );
}
