using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Buffered input: bytes, text and numbers out of a port, a stream, memory or a function. OCaml:
/// <c>Lwt_io.input_channel</c>.
/// </summary>
/// <remarks>
/// Text is UTF-8. A byte that is no UTF-8 is read as a lone surrogate, U+DC80 to U+DCFF, which an
/// <see cref="OutputChannel"/> writes as that byte again.
/// </remarks>
/// <example>
/// <code>
/// await using var input = InputChannel.Of(Encoding.UTF8.GetBytes("one\ntwo\n"));
/// while (await input.ReadLine() is { } line)
///     lines.Add(line);
/// </code>
/// </example>
public sealed partial class InputChannel : Channel
{
    private readonly InputBuffer _buffer;

    internal InputChannel(ByteSource source, ChannelOptions? options)
        : this(new InputBuffer(source, options ?? ChannelOptions.Default)) { }

    private InputChannel(InputBuffer buffer)
        : base(null) => _buffer = buffer;

    /// <summary>What an atomic block is given.</summary>
    private InputChannel(InputChannel outer)
        : base(outer) => _buffer = outer._buffer;

    /// <inheritdoc/>
    public override int BufferSize => Here._buffer.Size;

    /// <inheritdoc/>
    public override int Buffered => Here._buffer.Count;

    /// <inheritdoc/>
    public override long Position => Here._buffer.Position;

    /// <summary>The number of bytes that a line may have; see <see cref="ChannelOptions.MaxLineLength"/>.</summary>
    public int MaxLineLength
    {
        get => Here._buffer.MaxLineLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Enter();
            Here._buffer.MaxLineLength = value;
        }
    }

    /// <inheritdoc/>
    public override Promise<long> Length() => Alone(static (channel, _) => channel._buffer.Length(), 0L);

    /// <summary>
    /// Calls a block with a channel on the same input, which it has for itself: operations on this one wait until the
    /// promise of the block is resolved. OCaml: <c>Lwt_io.atomic</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var pair = await input.Atomic(async block => (await block.ReadLine(), await block.ReadLine()));
    /// </code>
    /// </example>
    public Promise<T> Atomic<T>(Func<InputChannel, Promise<T>> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Atomic<T, FuncChannelBlock<InputChannel, T>>(new(block));
    }

    /// <inheritdoc cref="Atomic{T}(Func{InputChannel, Promise{T}})"/>
    public Promise Atomic(Func<InputChannel, Promise> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Atomic<Unit, UnitFuncChannelBlock<InputChannel>>(new(block));
    }

    /// <summary>
    /// Calls a block that reads the buffer itself. What it moves <see cref="DirectAccess.Position"/> over has been read; if it
    /// fails, nothing of what the last <see cref="DirectAccess.Perform"/> left there. OCaml: <c>Lwt_io.direct_access</c>.
    /// </summary>
    public Promise<T> DirectAccess<T>(Func<DirectAccess, Promise<T>> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return DirectAccess<T, FuncChannelBlock<DirectAccess, T>>(new(block));
    }

    internal override EventLoop Home => _buffer.Home ?? EventLoop.Current;

    private protected override string Kind => "input";

    internal override Driver Enter() => State == Shared ? Driver.Current : _buffer.Enter();

    private protected override void CancelIO() => _buffer.CancelRead();

    private protected override Promise CloseEnd(bool returnBuffer) => _buffer.Close(returnBuffer);

    private protected override Promise CloseOnce() => Abort();

    internal override Promise<TUnit> SetPosition<TUnit>(long position) =>
        Alone(
            static async (channel, position) =>
            {
                await channel._buffer.SetPosition(position);
                return default(TUnit)!;
            },
            position
        );

    internal override Promise<TUnit> SetBufferSize<TUnit>(int size) =>
        Alone(
            static (channel, size) =>
            {
                channel._buffer.SetSize(size);
                return Completed<TUnit>.Default;
            },
            size
        );

    internal Promise<T> Atomic<T, TBlock>(TBlock block)
        where TBlock : IChannelBlock<InputChannel, T>
    {
        Enter();
        var here = Here;
        var inner = new InputChannel(here);
        return here.RunBlock<T, ChannelBody<InputChannel, T, TBlock>>(new(inner, block), inner);
    }

    internal Promise<T> DirectAccess<T, TBlock>(TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T> =>
        Alone(static (channel, block) => RunDirect<T, TBlock>(channel._buffer, block), block);

    /// <summary>Reads at once what is in the buffer; else waits its turn, and for bytes.</summary>
    internal Promise<T> Read<T, TRead>(TRead read)
        where TRead : IRead<T>
    {
        if (State != Idle)
            return ReadInTurn<T, TRead>(read);
        _buffer.Enter();
        return read.TryTake(_buffer, out var value) ? ResolvedWith(value) : ReadLater<T, TRead>(read);
    }

    private Promise<T> ReadInTurn<T, TRead>(TRead read)
        where TRead : IRead<T>
    {
        if (State == Shared)
            return Here.Read<T, TRead>(read);
        Enter();
        return ReadLater<T, TRead>(read);
    }

    internal Promise<TUnit> ReadExactly<TUnit>(Memory<byte> target)
    {
        if (State != Idle)
            return ReadInTurn<TUnit, ExactlyRead<TUnit>>(new(target));
        _buffer.Enter();
        if (_buffer.Count < target.Length)
            return ReadLater<TUnit, ExactlyRead<TUnit>>(new(target));
        _buffer.Take(target.Span);
        return Completed<TUnit>.Default;
    }

    // Nothing was taken before: where the stack has no room, this begins later.
    private async Promise<T> ReadLater<T, TRead>(TRead read)
        where TRead : IRead<T>
    {
        await Take();
        try
        {
            T value;
            while (!read.TryTake(_buffer, out value))
            {
                TRead.CheckMore(_buffer);
                if (_buffer.Filled(await _buffer.Fill(read.Wanted)) == 0)
                    return read.AtEnd(_buffer);
            }
            return value;
        }
        catch (Exception e) when (WasClosed(e))
        {
            throw Unusable();
        }
        catch (Exception e) when (e is not EndOfStreamException && ExceptionFilter.MayCatch(e))
        {
            read.Undo(_buffer);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Runs something else that must have the channel for itself.</summary>
    private Promise<T> Alone<T, TArgument>(Func<InputChannel, TArgument, Promise<T>> operation, TArgument argument)
    {
        Enter();
        return Here.AloneLater(operation, argument);
    }

    private async Promise<T> AloneLater<T, TArgument>(
        Func<InputChannel, TArgument, Promise<T>> operation,
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

    /// <summary>A fulfilled promise; those of small lengths are made once.</summary>
    private static Promise<T> ResolvedWith<T>(T value) =>
        typeof(T) == typeof(int) ? (Promise<T>)(object)Lengths.Of((int)(object)value!) : new(value);
}
