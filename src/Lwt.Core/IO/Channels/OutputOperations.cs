using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>One kind of writing: it puts into the buffer what there is room for, until all is there.</summary>
internal interface IWrite<T>
{
    /// <summary>What the promise of the write is fulfilled with.</summary>
    T Result { get; }

    /// <summary>Puts what there is room for; false if it needs more room.</summary>
    bool TryPut(OutputBuffer buffer);

    /// <summary>The rest, where it may go to the sink around an empty buffer; else empty.</summary>
    ReadOnlyMemory<byte> Around(OutputBuffer buffer);

    /// <summary>So many bytes went around the buffer.</summary>
    void WentAround(int count);
}

/// <summary>A text, or a line.</summary>
internal struct TextWrite<TUnit>(string text, bool line) : IWrite<TUnit>
{
    private int _done;

    public readonly TUnit Result => default!;

    public bool TryPut(OutputBuffer buffer)
    {
        if (_done < text.Length)
            _done += buffer.PutText(text.AsSpan(_done));
        return _done >= text.Length && (!line || _done > text.Length || TryPutLineFeed(buffer));
    }

    private bool TryPutLineFeed(OutputBuffer buffer)
    {
        if (buffer.PutText("\n") == 0)
            return false;
        _done++;
        return true;
    }

    public readonly ReadOnlyMemory<byte> Around(OutputBuffer buffer) => default;

    public readonly void WentAround(int count) { }
}

/// <summary>One char.</summary>
internal readonly struct CharWrite<TUnit>(char value) : IWrite<TUnit>
{
    public TUnit Result => default!;

    public bool TryPut(OutputBuffer buffer) => buffer.PutText(new ReadOnlySpan<char>(in value)) == 1;

    public ReadOnlyMemory<byte> Around(OutputBuffer buffer) => default;

    public void WentAround(int count) { }
}

/// <summary>All bytes of a memory; many of them go to the sink without a copy.</summary>
internal struct BytesWrite<TUnit>(ReadOnlyMemory<byte> bytes) : IWrite<TUnit>
{
    private int _done;

    public readonly TUnit Result => default!;

    public bool TryPut(OutputBuffer buffer)
    {
        var rest = bytes.Span[_done..];
        if (!buffer.TryPutHalf())
            return false;
        if (IsLarge(buffer, rest.Length))
            return false;
        var count = Math.Min(rest.Length, buffer.Room);
        rest[..count].CopyTo(buffer.Free);
        buffer.Put(count);
        _done += count;
        return count == rest.Length;
    }

    public readonly ReadOnlyMemory<byte> Around(OutputBuffer buffer) =>
        IsLarge(buffer, bytes.Length - _done) ? bytes[_done..] : default;

    public void WentAround(int count) => _done += count;

    private static bool IsLarge(OutputBuffer buffer, int rest) =>
        rest >= buffer.Size && buffer.Count == 0 && !buffer.IsFixed;
}

/// <summary>As many bytes of a memory as there is room for, at least one.</summary>
internal struct PartialWrite(ReadOnlyMemory<byte> bytes) : IWrite<int>
{
    public int Result { get; private set; }

    public bool TryPut(OutputBuffer buffer)
    {
        if (!buffer.TryPutHalf())
            return false;
        Result = Math.Min(bytes.Length, buffer.Room);
        bytes.Span[..Result].CopyTo(buffer.Free);
        buffer.Put(Result);
        return Result > 0 || bytes.IsEmpty;
    }

    public readonly ReadOnlyMemory<byte> Around(OutputBuffer buffer) => default;

    public readonly void WentAround(int count) { }
}

/// <summary>As much of a text as there is room for, at least one char; returns how many chars.</summary>
internal struct PartialTextWrite(ReadOnlyMemory<char> text) : IWrite<int>
{
    public int Result { get; private set; }

    public bool TryPut(OutputBuffer buffer)
    {
        Result = buffer.PutText(text.Span);
        return Result > 0 || text.IsEmpty;
    }

    public readonly ReadOnlyMemory<byte> Around(OutputBuffer buffer) => default;

    public readonly void WentAround(int count) { }
}

/// <summary>A number of fixed size.</summary>
internal readonly struct NumberWrite<T, TUnit, TFormat>(T value) : IWrite<TUnit>
    where TFormat : struct, INumberFormat<T>
{
    public TUnit Result => default!;

    public bool TryPut(OutputBuffer buffer)
    {
        if (!buffer.TryPutHalf() || buffer.Room < Unsafe.SizeOf<T>())
            return false;
        default(TFormat).Write(buffer.Free, value);
        buffer.Put(Unsafe.SizeOf<T>());
        return true;
    }

    public ReadOnlyMemory<byte> Around(OutputBuffer buffer) => default;

    public void WentAround(int count) { }
}
