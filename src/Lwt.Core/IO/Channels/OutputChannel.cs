using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Buffered output: bytes, text and numbers into a port, a stream, memory or a function. OCaml:
/// <c>Lwt_io.output_channel</c>.
/// </summary>
/// <remarks>
/// <para>
/// What is written goes out when the buffer is full, when it is flushed or closed, and by itself in the next iteration of the
/// loop. While the buffer is full and the peer does not read, writes wait: memory is bounded. A failed write rejects the
/// operation that meets it. What failed in a flush by itself is in the buffer still: the next flush tries it again, and
/// tells.
/// </para>
/// <para>
/// Text is UTF-8. A lone surrogate U+DC80 to U+DCFF is written as the one byte that it stands for, any other one as
/// U+FFFD.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var output = OutputChannel.Of(stream);
/// await output.WriteLine("one");
/// await output.WriteInt32BigEndian(2);
/// </code>
/// </example>
public sealed partial class OutputChannel : Channel
{
    private readonly OutputBuffer _buffer;
    private readonly OutputChannel _root;

    // What Close returned.
    private Promise? _closing;

    internal OutputChannel(ByteSink sink, ChannelOptions? options)
        : this(new OutputBuffer(sink, options ?? ChannelOptions.Default)) { }

    private OutputChannel(OutputBuffer buffer)
        : base(null) => (_buffer, _root) = (buffer, this);

    /// <summary>What an atomic block is given.</summary>
    private OutputChannel(OutputChannel outer)
        : base(outer) => (_buffer, _root) = (outer._buffer, outer._root);

    /// <inheritdoc/>
    public override int BufferSize => Here._buffer.Size;

    /// <inheritdoc/>
    public override int Buffered => Here._buffer.Count;

    /// <inheritdoc/>
    public override long Position => Here._buffer.Position;

    /// <summary>Whether something was written that is not out yet, or a write is under way.</summary>
    internal bool HasUnwritten => !IsClosed && (_buffer.IsDirty || IsBusy);

    /// <summary>Whether it was closed before all was written out.</summary>
    internal bool IsCut => _buffer.IsCut;

    /// <summary>
    /// The length of what the channel stands on, in bytes; what is in the buffer is written out first. OCaml:
    /// <c>Lwt_io.length</c>.
    /// </summary>
    public override Promise<long> Length() =>
        Alone(
            static async (channel, _) =>
            {
                await channel.DrainAll(0);
                return await channel._buffer.Length();
            },
            0
        );

    /// <inheritdoc cref="InputChannel.Atomic{T}(Func{InputChannel, Promise{T}})"/>
    public Promise<T> Atomic<T>(Func<OutputChannel, Promise<T>> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Atomic<T, FuncChannelBlock<OutputChannel, T>>(new(block));
    }

    /// <inheritdoc cref="InputChannel.Atomic{T}(Func{InputChannel, Promise{T}})"/>
    public Promise Atomic(Func<OutputChannel, Promise> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Atomic<Unit, UnitFuncChannelBlock<OutputChannel>>(new(block));
    }

    /// <summary>
    /// Calls a block that writes into the buffer itself. What it moves <see cref="DirectAccess.Position"/> over has been
    /// written; if it fails, nothing since the last <see cref="DirectAccess.Perform"/>. OCaml: <c>Lwt_io.direct_access</c>.
    /// </summary>
    public Promise<T> DirectAccess<T>(Func<DirectAccess, Promise<T>> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return DirectAccess<T, FuncChannelBlock<DirectAccess, T>>(new(block));
    }

    internal override EventLoop Home => _buffer.Home ?? EventLoop.Current;

    private protected override string Kind => "output";

    internal override Driver Enter() => State == Shared ? Driver.Current : _buffer.Enter();

    private protected override void CancelIO() => _buffer.CancelWrite();

    private protected override Promise CloseEnd(bool returnBuffer)
    {
        _root.Delist();
        return _buffer.Close(returnBuffer);
    }

    private protected override Promise CloseOnce()
    {
        if (State == Shared)
            return Here.CloseOnce();
        Enter();
        return !IsRoot ? InBlockOnly("Close")
            : IsClosed ? Abort(returnBuffer: false)
            : _closing ??= FlushAndClose();
    }

    private async Promise FlushAndClose()
    {
        var returnBuffer = false;
        try
        {
            await Take();
            _root.Enlist();
            if (!_buffer.TryPutHalf())
            {
                await DrainAll(0);
                _buffer.TryPutHalf();
            }
            await DrainAll(0);
            await _buffer.FlushSink();
            returnBuffer = true;
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // Closed all the same: Flush tells of failures.
        }
        await Abort(returnBuffer);
    }

    internal override Promise<TUnit> SetPosition<TUnit>(long position) =>
        Alone(
            static async (channel, position) =>
            {
                if (!channel._buffer.IsFixed)
                    await channel.DrainAll(0);
                await channel._buffer.SetPosition(position);
                return default(TUnit)!;
            },
            position
        );

    internal override Promise<TUnit> SetBufferSize<TUnit>(int size) =>
        Alone(
            static async (channel, size) =>
            {
                ChannelOptions.CheckBufferSize(size);
                if (channel._buffer.IsFixed)
                    throw new InvalidOperationException("The buffer of a channel over memory cannot be resized.");
                await channel.DrainAll(size);
                channel._buffer.SetSize(size);
                return default(TUnit)!;
            },
            size
        );

    internal Promise<T> Atomic<T, TBlock>(TBlock block)
        where TBlock : IChannelBlock<OutputChannel, T>
    {
        Enter();
        var here = Here;
        var inner = new OutputChannel(here);
        return here.RunBlock<T, ChannelBody<OutputChannel, T, TBlock>>(new(inner, block), inner);
    }

    internal Promise<T> DirectAccess<T, TBlock>(TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T> =>
        Alone(static (channel, block) => RunDirect<T, TBlock>(channel._buffer, block), block);

    internal Promise<TUnit> Flush<TUnit>() =>
        Alone(
            static async (channel, _) =>
            {
                await channel.DrainAll(0);
                await channel._buffer.FlushSink();
                return default(TUnit)!;
            },
            0
        );

    /// <summary>Writes at once where the buffer has room for all; else waits its turn, and for room.</summary>
    internal Promise<T> Write<T, TWrite>(TWrite write)
        where TWrite : IWrite<T>
    {
        if (State != Idle)
            return WriteInTurn<T, TWrite>(write);
        _buffer.Enter();
        var (count, half, whole) = (_buffer.Count, _buffer.Half, write);
        if (!whole.TryPut(_buffer))
        {
            _buffer.Reset(count, half);
            return WriteLater<T, TWrite>(write);
        }
        if (!_root._isScheduled)
            _root.Schedule();
        return typeof(T) == typeof(int)
            ? (Promise<T>)(object)Lengths.Of((int)(object)whole.Result!)
            : Completed<T>.Default;
    }

    private Promise<T> WriteInTurn<T, TWrite>(TWrite write)
        where TWrite : IWrite<T>
    {
        if (State == Shared)
            return Here.Write<T, TWrite>(write);
        Enter();
        return WriteLater<T, TWrite>(write);
    }

    // Nothing was put before: where the stack has no room, this begins later.
    private async Promise<T> WriteLater<T, TWrite>(TWrite write)
        where TWrite : IWrite<T>
    {
        await Take();
        try
        {
            _root._flushFailed = false;
            _root.Enlist();
            while (!write.TryPut(_buffer))
            {
                var around = write.Around(_buffer);
                if (around.IsEmpty)
                    _buffer.Drained(await _buffer.Drain());
                else
                    write.WentAround(_buffer.WroteAround(await _buffer.WriteAround(around), around.Length));
            }
            return write.Result;
        }
        catch (Exception e) when (WasClosed(e))
        {
            throw Unusable();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Writes out until at most so many bytes are left in the buffer.</summary>
    private async Promise DrainAll(int left)
    {
        while (_buffer.IsDirty && _buffer.Count > left)
            _buffer.Drained(await _buffer.Drain());
    }

    /// <summary>Runs something else that must have the channel for itself.</summary>
    private Promise<T> Alone<T, TArgument>(Func<OutputChannel, TArgument, Promise<T>> operation, TArgument argument)
    {
        Enter();
        return Here.AloneLater(operation, argument);
    }

    private async Promise<T> AloneLater<T, TArgument>(
        Func<OutputChannel, TArgument, Promise<T>> operation,
        TArgument argument
    )
    {
        await Take();
        try
        {
            return await operation(this, argument);
        }
        catch (Exception e) when (WasClosed(e))
        {
            throw Unusable();
        }
        finally
        {
            Leave();
        }
    }
}
