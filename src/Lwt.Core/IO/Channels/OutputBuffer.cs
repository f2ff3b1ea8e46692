using System.Buffers;

namespace Lwt.Core;

/// <summary>The bytes that a program has written to an output channel and the sink has not taken.</summary>
/// <remarks>
/// Invariants: the bytes are the first <c>_count</c> of <c>_bytes</c>, which is empty before the first write and after the
/// close; <c>_offset</c> is the place of the first of them in the sink.
/// </remarks>
internal sealed class OutputBuffer : IChannelBuffer
{
    private readonly ByteSink _sink;

    // The user's own memory: what is written stays there.
    private readonly bool _isFixed;
    private Memory<byte> _fixed;
    private byte[] _bytes = [];
    private int _count;
    private int _size;
    private Affinity _affinity;
    private long _offset;

    // The write under way, or the last one.
    private Promise<int>? _writing;

    // A high surrogate at the end of a text, whose other half the next text may begin with; zero if there is none.
    private char _half;

    internal OutputBuffer(ByteSink sink, ChannelOptions options) => (_sink, _size) = (sink, options.BufferSize);

    internal OutputBuffer(Memory<byte> memory) =>
        (_sink, _isFixed, _fixed, _size) = (new FullSink(), true, memory, memory.Length);

    /// <summary>The current driver; throws where the channel belongs to another thread.</summary>
    internal Driver Enter() => _affinity.Enter("OutputChannel (F#: Lwt_io.output_channel)");

    internal EventLoop? Home => _affinity.Loop;

    internal ByteSink Sink => _sink;

    internal bool IsClosed { get; private set; }

    internal int Size => _size;

    internal int Count => _count;

    internal long Position => _offset + _count;

    /// <summary>Whether there is something to be written out.</summary>
    internal bool IsDirty => _count > 0 && !_isFixed;

    /// <summary>Whether it was closed before all was written out.</summary>
    internal bool IsCut { get; private set; }

    internal int Room => _size - _count;

    /// <summary>The rest of the buffer, which the next bytes go to; <see cref="Put"/> tells how many did.</summary>
    internal Span<byte> Free
    {
        get
        {
            if (_isFixed)
                return _fixed.Span[_count..];
            if (_bytes.Length == 0)
                Open();
            return _bytes.AsSpan(_count, _size - _count);
        }
    }

    void IChannelBuffer.CheckThread() => Enter();

    Memory<byte> IChannelBuffer.Memory => _isFixed ? _fixed : Opened().AsMemory(0, _size);

    int IChannelBuffer.Position => _count;

    int IChannelBuffer.End => _size;

    internal void Put(int count) => _count += count;

    /// <summary>Takes back what was put since.</summary>
    internal void Reset(int count, char half) => (_count, _half) = (count, half);

    internal char Half => _half;

    /// <summary>Puts as much of a text as there is room for; returns how many chars that is.</summary>
    internal int PutText(ReadOnlySpan<char> text)
    {
        var done = 0;
        if (_half != 0)
        {
            if (text.IsEmpty)
                return 0;
            if (!TryPutHalf(text[0], out done))
                return 0;
        }
        Utf8Text.Encode(text[done..], Free, out var read, out var written);
        _count += written;
        done += read;
        if (done == text.Length - 1 && char.IsHighSurrogate(text[done]))
            _half = text[done++];
        return done;
    }

    /// <summary>Writes half a character that nothing completes, before bytes; false if there is no room.</summary>
    internal bool TryPutHalf() => _half == 0 || TryPutHalf(default, out _);

    private bool TryPutHalf(char next, out int taken)
    {
        taken = 0;
        int written;
        if (char.IsLowSurrogate(next))
        {
            if (!new System.Text.Rune(_half, next).TryEncodeToUtf8(Free, out written))
                return false;
            taken = 1;
        }
        else if (!Utf8Text.TryEncodeLone(_half, Free, out written))
            return false;
        _count += written;
        _half = default;
        return true;
    }

    /// <summary>Has the sink take bytes out of the buffer; <see cref="Drained"/> drops them.</summary>
    internal Promise<int> Drain() => Begin(_isFixed ? _fixed : _bytes.AsMemory(0, _count));

    internal int Drained(int count)
    {
        Wrote(count, _count);
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
        return count;
    }

    /// <summary>Writes around the buffer, which is empty; <see cref="WroteAround"/> follows.</summary>
    internal Promise<int> WriteAround(ReadOnlyMemory<byte> bytes) => Begin(bytes);

    internal int WroteAround(int count, int most) => Wrote(count, most);

    internal Promise FlushSink() => _sink.Flush();

    internal void CancelWrite()
    {
        var writing = _writing;
        writing?.Cancel();
        if (writing is { IsPending: true })
            _sink.Interrupt();
    }

    internal async Promise SetPosition(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (_isFixed)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _size);
            _count = (int)position;
            return;
        }
        await Seek(position);
        _offset = position;
    }

    internal async Promise<long> Length()
    {
        if (_isFixed)
            return _size;
        var length = await _sink.Seek(0, SeekOrigin.End);
        await Seek(_offset);
        return length;
    }

    internal void SetSize(int size)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _count).CopyTo(bytes);
        Return(_bytes);
        (_bytes, _size) = (bytes, size);
    }

    internal bool IsFixed => _isFixed;

    internal Promise Close(bool returnBuffer)
    {
        IsClosed = true;
        IsCut = !returnBuffer || IsDirty;
        var bytes = _bytes;
        _offset += _count;
        (_bytes, _fixed, _count, _size) = ([], default, 0, 0);
        if (returnBuffer)
            Return(bytes);
        return _sink.Close();
    }

    void IChannelBuffer.MoveTo(int position)
    {
        if (IsClosed)
            throw new ChannelClosedException("output");
        _count = position;
    }

    Promise<int> IChannelBuffer.Perform() => _count == 0 ? Lengths.Of(0) : Drain();

    int IChannelBuffer.Performed(int count) => count == 0 ? 0 : Drained(count);

    private async Promise Seek(long position)
    {
        if (await _sink.Seek(position, SeekOrigin.Begin) is var reached && reached != position)
            throw new IOException($"A seek to {position} ended at {reached}.");
    }

    private Promise<int> Begin(ReadOnlyMemory<byte> bytes)
    {
        var writing = _sink.Write(bytes);
        _writing = writing.IsPending ? writing : null;
        return writing;
    }

    private int Wrote(int count, int most)
    {
        _writing = null;
        // Closed by the very function that wrote: the buffer is gone.
        if (IsClosed)
            throw new ChannelClosedException("output");
        if (count <= 0 || count > most)
            throw new IOException($"The write function of a channel returned {count} for {most} bytes.");
        _offset += count;
        return count;
    }

    private byte[] Opened()
    {
        if (_bytes.Length == 0)
            Open();
        return _bytes;
    }

    private void Open() => _bytes = IsClosed ? _bytes : ArrayPool<byte>.Shared.Rent(_size);

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
