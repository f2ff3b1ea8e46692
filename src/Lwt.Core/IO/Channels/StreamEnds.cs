using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>
/// Reads from a .NET Stream. A read of a stream may go on, and take bytes, after it was cancelled. So it reads into a
/// buffer of its own, one read at a time, and what a cancelled one brings stays for the next.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing.")]
internal class DotNetSource(Stream stream, bool leaveOpen) : ByteSource
{
    private readonly CancellationTokenSource _closing = new();
    private byte[] _buffer = [];

    // What was read and not taken yet.
    private int _start;
    private int _end;

    // The read under way; null between two.
    private Promise<int>? _reading;

    internal override Promise<int> Read(Memory<byte> buffer)
    {
        if (_start < _end)
            return Lengths.Of(Take(buffer.Span));
        if (_reading is null)
        {
            if (_buffer.Length < buffer.Length)
                _buffer = GC.AllocateUninitializedArray<byte>(buffer.Length);
            _reading = Begin(_buffer.AsMemory(0, buffer.Length));
        }
        return _reading.IsPending ? Wait(_reading, buffer) : Ended(_reading, buffer);
    }

    internal override async Promise<long> Seek(long offset, SeekOrigin origin)
    {
        if (!stream.CanSeek)
            throw NotSeekable();
        if (_reading is { } reading)
        {
            await reading.Protected();
            _reading = null;
        }
        (_start, _end) = (0, 0);
        return stream.Seek(offset, origin);
    }

    internal override Promise Close()
    {
        _closing.Cancel();
        return leaveOpen ? Completed<Unit>.Default : stream.DisposeAsync().AsPromise();
    }

    private Promise<int> Begin(Memory<byte> buffer)
    {
        try
        {
            return Follow(stream.ReadAsync(buffer, _closing.Token));
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return new(e);
        }
    }

    private protected virtual Promise<int> Follow(ValueTask<int> reading) => reading.AsPromise();

    private async Promise<int> Wait(Promise<int> reading, Memory<byte> buffer)
    {
        try
        {
            await reading.Protected();
        }
        catch (Exception e) when (reading.IsPending && ExceptionFilter.MayCatch(e))
        {
            // Cancelled: the read goes on.
            throw;
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // That of the read itself.
        }
        return await Ended(reading, buffer);
    }

    private Promise<int> Ended(Promise<int> reading, Memory<byte> buffer)
    {
        _reading = null;
        if (reading.IsRejected)
            return reading;
        (_start, _end) = (0, reading.Underlying().Result);
        return Lengths.Of(Take(buffer.Span));
    }

    private int Take(Span<byte> target)
    {
        var count = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(target);
        _start += count;
        return count;
    }
}

/// <summary>
/// Writes to a .NET Stream, one write at a time, out of a buffer of its own: a write counts as done once it has begun, so that
/// cancelling one that waits writes nothing twice. Its failure is told to the next write and flush, and to all that follow.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing.")]
internal class DotNetSink(Stream stream, bool leaveOpen) : ByteSink
{
    private const int MostAtOnce = 64 * 1024;

    private readonly CancellationTokenSource _closing = new();
    private byte[] _buffer = [];

    // The write or flush of the stream under way, or the last one; one that failed stays here.
    private Promise _writing = Completed<Unit>.Default;

    // Whether something was written that the stream has not flushed.
    private bool _unflushed;

    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer) =>
        _writing.IsFulfilled ? Begin(buffer) : WriteAfter(buffer);

    internal override async Promise Flush()
    {
        await Written();
        if (!_unflushed)
            return;
        _unflushed = false;
        _writing = Start(() => new(stream.FlushAsync(_closing.Token)));
        await Written();
    }

    internal override async Promise<long> Seek(long offset, SeekOrigin origin)
    {
        await Written();
        return stream.CanSeek ? stream.Seek(offset, origin) : throw ByteSource.NotSeekable();
    }

    internal override Promise Close()
    {
        _closing.Cancel();
        return leaveOpen ? Completed<Unit>.Default : stream.DisposeAsync().AsPromise();
    }

    private async Promise<int> WriteAfter(ReadOnlyMemory<byte> buffer)
    {
        await Written();
        return await Begin(buffer);
    }

    private Promise<int> Begin(ReadOnlyMemory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, MostAtOnce);
        if (_buffer.Length < count)
            _buffer = GC.AllocateUninitializedArray<byte>(count);
        buffer.Span[..count].CopyTo(_buffer);
        _unflushed = true;
        _writing = Start(() => stream.WriteAsync(_buffer.AsMemory(0, count), _closing.Token));
        return Lengths.Of(count);
    }

    private protected virtual Promise Follow(ValueTask writing) => writing.AsPromise();

    private Promise Start(Func<ValueTask> call)
    {
        try
        {
            return Follow(call());
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Promise.Fail(e);
        }
    }

    /// <summary>Waits until the write under way has ended. A failure stays: what was to be written is lost.</summary>
    private Promise<Unit> Written() => _writing.AsUnit().Protected();
}
