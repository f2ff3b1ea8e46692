using System.Buffers;
using System.Diagnostics;

namespace Lwt.Core;

/// <summary>The bytes that an input channel has read and the program has not.</summary>
/// <remarks>
/// <para>
/// Bytes stay here until an operation has all that it needs, so that one that is cancelled has taken none. The buffer grows for
/// what needs more than its size, such as a long line, by doubling, and shrinks again when it is next filled.
/// </para>
/// <para>
/// Invariants: the bytes are those of <c>_bytes</c> from <c>_start</c> to <c>_end</c>; none of the first <c>_searched</c> of
/// them ends a line; <c>_offset</c> is the place of <c>_end</c> in the source.
/// </para>
/// </remarks>
internal sealed class InputBuffer : IChannelBuffer
{
    private const int MostForLargeRead = 64 * 1024;

    private readonly ByteSource _source;

    // The user's own memory, which holds all the bytes there are.
    private readonly bool _isFixed;
    private byte[] _bytes;

    // How much of the array is used: the pool may have given more.
    private int _limit;
    private int _start;
    private int _end;
    private int _searched;
    private long _offset;
    private int _size;
    private Affinity _affinity;

    // The read under way, or the last one.
    private Promise<int>? _reading;

    // The second half of a character whose first one was read as a char; zero if there is none.
    private char _half;

    internal InputBuffer(ByteSource source, ChannelOptions options)
    {
        (_source, _bytes, _size, MaxLineLength) = (source, [], options.BufferSize, options.MaxLineLength);
    }

    internal InputBuffer(byte[] bytes, ChannelOptions options)
        : this(new EmptySource(), options)
    {
        (_isFixed, _bytes) = (true, bytes);
        _limit = _end = _size = bytes.Length;
        _offset = bytes.Length;
    }

    /// <summary>The current driver; throws where the channel belongs to another thread.</summary>
    internal Driver Enter() => _affinity.Enter("InputChannel (F#: Lwt_io.input_channel)");

    internal EventLoop? Home => _affinity.Loop;

    internal ByteSource Source => _source;

    internal bool IsClosed { get; private set; }

    internal int MaxLineLength { get; set; }

    internal int Size => _size;

    internal int Count => _end - _start;

    /// <summary>Whether the second half of a character is to be taken.</summary>
    internal bool HasHalf => _half != 0;

    /// <summary>Whether there is no text to be taken.</summary>
    internal bool IsEmpty => _start == _end && _half == 0;

    internal long Position => _offset - Count;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, _end - _start);

    void IChannelBuffer.CheckThread() => Enter();

    Memory<byte> IChannelBuffer.Memory => _bytes.AsMemory(0, _limit);

    int IChannelBuffer.Position => _start;

    int IChannelBuffer.End => _end;

    /// <summary>Reads more bytes behind those that are here; <see cref="Filled"/> takes them.</summary>
    /// <param name="wanted">How many bytes are still wanted, as far as that is known.</param>
    internal Promise<int> Fill(int wanted)
    {
        if (_isFixed)
            return Lengths.Of(0);
        MakeRoom(wanted);
        var reading = _source.Read(_bytes.AsMemory(_end, _limit - _end));
        _reading = reading.IsPending ? reading : null;
        return reading;
    }

    internal int Filled(int count)
    {
        _reading = null;
        // Closed by the very function that read: the buffer is gone.
        if (IsClosed)
            throw new ChannelClosedException("input");
        if ((uint)count > (uint)(_limit - _end))
            throw new IOException(
                $"The read function of a channel returned {count} where the buffer had room for {_limit - _end}."
            );
        _end += count;
        _offset += count;
        return count;
    }

    internal void CancelRead()
    {
        var reading = _reading;
        reading?.Cancel();
        if (reading is { IsPending: true })
            _source.Interrupt();
    }

    /// <summary>The place of the next line feed in <see cref="Bytes"/>; negative if there is none.</summary>
    internal int FindLineEnd()
    {
        var index = _bytes.AsSpan(_start + _searched, _end - _start - _searched).IndexOf((byte)'\n');
        if (index >= 0)
            return _searched + index;
        _searched = Count;
        return -1;
    }

    internal void Consume(int count)
    {
        Debug.Assert(count <= Count);
        _start += count;
        _searched = Math.Max(0, _searched - count);
        if (_start == _end && !_isFixed)
            _start = _end = 0;
    }

    /// <summary>Takes bytes as bytes: half a character that was read before is forgotten.</summary>
    internal void Take(Span<byte> target)
    {
        _half = default;
        Bytes[..target.Length].CopyTo(target);
        Consume(target.Length);
    }

    /// <summary>Puts bytes back that were taken last.</summary>
    internal void PutBack(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || bytes.IsEmpty)
            return;
        if (_isFixed || _start >= bytes.Length)
            _start -= bytes.Length;
        else
        {
            var count = Count;
            var limit = Math.Max(_size, count + bytes.Length);
            var larger = ArrayPool<byte>.Shared.Rent(limit);
            Bytes.CopyTo(larger.AsSpan(bytes.Length));
            Replace(larger, limit);
            (_start, _end) = (0, count + bytes.Length);
        }
        bytes.CopyTo(_bytes.AsSpan(_start));
        _searched = 0;
    }

    /// <summary>Takes so many bytes as text, and passes over some more.</summary>
    internal string TakeText(int count, int skip = 0)
    {
        var text = Utf8Text.Decode(Bytes[..count]);
        if (_half != 0)
            text = TakeHalf() + text;
        Consume(count + skip);
        return text;
    }

    /// <summary>As text, as many whole characters as have at most so many chars, but one at least.</summary>
    internal string TakeText(ReadOnlySpan<byte> bytes, int most)
    {
        var room = most - (_half != 0 ? 1 : 0);
        if (bytes.Length <= room)
            return TakeText(bytes.Length);
        if (room == 0)
            return TakeHalf().ToString();
        var chars = ArrayPool<char>.Shared.Rent(Math.Max(2, room));
        Utf8Text.Decode(bytes, chars.AsSpan(0, room), out var read, out var written);
        // A character of two chars where one was asked for.
        if (read == 0 && _half == 0)
            Utf8Text.Decode(bytes, chars.AsSpan(0, 2), out read, out written);
        var text = new string(chars, 0, written);
        ArrayPool<char>.Shared.Return(chars);
        if (_half != 0)
            text = TakeHalf() + text;
        Consume(read);
        return text;
    }

    /// <summary>Takes one char; false if there is none, or only the beginning of one.</summary>
    internal bool TryTakeChar(bool atEnd, out char value)
    {
        value = default;
        if (_half != 0)
        {
            value = TakeHalf();
            return true;
        }
        var bytes = Bytes;
        if (bytes.IsEmpty)
            return false;
        var status = System.Text.Rune.DecodeFromUtf8(bytes, out var rune, out var length);
        if (status == OperationStatus.NeedMoreData && !atEnd)
            return false;
        if (status != OperationStatus.Done)
        {
            value = Utf8Text.Escape(bytes[0]);
            Consume(1);
            return true;
        }
        Span<char> chars = stackalloc char[2];
        if (rune.EncodeToUtf16(chars) == 2)
            _half = chars[1];
        value = chars[0];
        Consume(length);
        return true;
    }

    internal async Promise SetPosition(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        _half = default;
        if ((position >= Position && position <= _offset) || _isFixed)
        {
            if (position > _offset)
                throw new ArgumentOutOfRangeException(
                    nameof(position),
                    position,
                    $"The memory that this channel reads has {_offset} bytes."
                );
            _start = _end - (int)(_offset - position);
        }
        else
        {
            await Seek(position);
            (_start, _end, _offset) = (0, 0, position);
        }
        _searched = 0;
    }

    internal async Promise<long> Length()
    {
        if (_isFixed)
            return _size;
        var length = await _source.Seek(0, SeekOrigin.End);
        await Seek(_offset);
        return length;
    }

    private async Promise Seek(long position)
    {
        if (await _source.Seek(position, SeekOrigin.Begin) is var reached && reached != position)
            throw new IOException($"A seek to {position} ended at {reached}.");
    }

    internal void SetSize(int size)
    {
        ChannelOptions.CheckBufferSize(size);
        if (_isFixed)
            throw new InvalidOperationException("The buffer of a channel over memory cannot be resized.");
        if (size < Count)
            throw new InvalidOperationException(
                $"The buffer holds {Count} bytes that are to be read, and cannot be made smaller than that."
            );
        _size = size;
        if (_limit != 0)
            Move(size);
    }

    internal Promise Close(bool returnBuffer)
    {
        IsClosed = true;
        var bytes = _bytes;
        // The place stays what it was.
        _offset -= Count;
        (_bytes, _limit, _start, _end, _searched) = ([], 0, 0, 0, 0);
        if (returnBuffer)
            Return(bytes);
        return _source.Close();
    }

    void IChannelBuffer.MoveTo(int position)
    {
        if (IsClosed)
            throw new ChannelClosedException("input");
        _half = default;
        Consume(position - _start);
    }

    Promise<int> IChannelBuffer.Perform() => Fill(0);

    int IChannelBuffer.Performed(int count) => Filled(count);

    private char TakeHalf()
    {
        var half = _half;
        _half = default;
        return half;
    }

    /// <summary>Moves the bytes to the front, and has room behind them.</summary>
    private void MakeRoom(int wanted)
    {
        var count = Count;
        // A large read asks for more than the buffer's size. Growth by doubling keeps the cost of a long line linear.
        var limit =
            count < _size ? Math.Max(_size, Math.Min(count + wanted, MostForLargeRead))
            : count < _limit ? _limit
            : GrownFrom(count);
        if (limit != _limit)
            Move(limit);
        else if (_start > 0)
        {
            Bytes.CopyTo(_bytes);
            (_start, _end) = (0, count);
        }
    }

    private static int GrownFrom(int count) =>
        count < Array.MaxLength / 2 ? 2 * count
        : count < Array.MaxLength ? Array.MaxLength
        : throw new IOException($"A channel cannot hold more than {Array.MaxLength} bytes at once.");

    private void Move(int limit)
    {
        var count = Count;
        var bytes = ArrayPool<byte>.Shared.Rent(limit);
        Bytes.CopyTo(bytes);
        Replace(bytes, limit);
        (_start, _end) = (0, count);
    }

    private void Replace(byte[] bytes, int limit)
    {
        var before = _bytes;
        (_bytes, _limit) = (bytes, limit);
        Return(before);
    }

    private void Return(byte[] bytes)
    {
        if (!_isFixed && bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
