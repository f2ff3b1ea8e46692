using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>One kind of reading: it takes its value once the buffer holds all of it, and before that takes nothing.</summary>
internal interface IRead<T>
{
    /// <summary>How many bytes it wants beyond those that the buffer has, as far as it knows.</summary>
    int Wanted { get; }

    /// <summary>Takes the value; false if more bytes are needed.</summary>
    bool TryTake(InputBuffer buffer, out T value);

    /// <summary>Called where more bytes are needed; throws if no more may be.</summary>
    static virtual void CheckMore(InputBuffer buffer) { }

    /// <summary>The value at the end of input.</summary>
    T AtEnd(InputBuffer buffer);

    /// <summary>It is cancelled, or the source failed: gives back what it has taken.</summary>
    void Undo(InputBuffer buffer);
}

/// <summary>A line without its end; null at the end of input.</summary>
internal readonly struct LineRead : IRead<string?>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out string? line)
    {
        line = null;
        var end = buffer.FindLineEnd();
        if (end < 0)
            return false;
        var length = end > 0 && buffer.Bytes[end - 1] == '\r' ? end - 1 : end;
        if (length > buffer.MaxLineLength)
            return false;
        line = buffer.TakeText(length, end + 1 - length);
        return true;
    }

    public static void CheckMore(InputBuffer buffer)
    {
        // One more may be the carriage return before the end.
        if (
            buffer.Count > buffer.MaxLineLength
            && (buffer.Count > buffer.MaxLineLength + 1L || buffer.Bytes[^1] != '\r')
        )
            throw new LineTooLongException(buffer.MaxLineLength);
    }

    public string? AtEnd(InputBuffer buffer) =>
        buffer.IsEmpty ? null
        : buffer.Count > buffer.MaxLineLength ? throw new LineTooLongException(buffer.MaxLineLength)
        : buffer.TakeText(buffer.Count);

    public void Undo(InputBuffer buffer) { }
}

/// <summary>What text is there, up to a number of chars.</summary>
internal readonly struct TextRead(int most) : IRead<string>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out string text)
    {
        text = "";
        if (most == 0)
            return true;
        var whole = Utf8Text.WholeLength(buffer.Bytes);
        if (whole == 0 && !buffer.HasHalf)
            return false;
        text = buffer.TakeText(buffer.Bytes[..whole], most);
        return true;
    }

    public string AtEnd(InputBuffer buffer) => buffer.IsEmpty ? "" : buffer.TakeText(buffer.Bytes, most);

    public void Undo(InputBuffer buffer) { }
}

/// <summary>All text up to the end.</summary>
internal readonly struct WholeTextRead : IRead<string>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out string text)
    {
        text = "";
        return false;
    }

    public string AtEnd(InputBuffer buffer) => buffer.TakeText(buffer.Count);

    public void Undo(InputBuffer buffer) { }
}

/// <summary>One char; null at the end of input.</summary>
internal readonly struct CharRead : IRead<char?>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out char? value)
    {
        var taken = buffer.TryTakeChar(atEnd: false, out var it);
        value = it;
        return taken;
    }

    public char? AtEnd(InputBuffer buffer) => buffer.TryTakeChar(atEnd: true, out var value) ? value : null;

    public void Undo(InputBuffer buffer) { }
}

/// <summary>What bytes are there, into memory.</summary>
internal readonly struct IntoRead(Memory<byte> target) : IRead<int>
{
    public int Wanted => target.Length;

    public bool TryTake(InputBuffer buffer, out int count)
    {
        count = Math.Min(buffer.Count, target.Length);
        buffer.Take(target.Span[..count]);
        return count > 0 || target.IsEmpty;
    }

    public int AtEnd(InputBuffer buffer) => 0;

    public void Undo(InputBuffer buffer) { }
}

/// <summary>What bytes are there, up to a number.</summary>
internal readonly struct BytesRead(int most) : IRead<byte[]>
{
    public int Wanted => most;

    public bool TryTake(InputBuffer buffer, out byte[] bytes)
    {
        bytes = [];
        if (buffer.Count == 0)
            return most == 0;
        bytes = GC.AllocateUninitializedArray<byte>(Math.Min(buffer.Count, most));
        buffer.Take(bytes);
        return true;
    }

    public byte[] AtEnd(InputBuffer buffer) => [];

    public void Undo(InputBuffer buffer) { }
}

/// <summary>All bytes up to the end.</summary>
internal readonly struct AllBytesRead : IRead<byte[]>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out byte[] bytes)
    {
        bytes = [];
        return false;
    }

    public byte[] AtEnd(InputBuffer buffer)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(buffer.Count);
        buffer.Take(bytes);
        return bytes;
    }

    public void Undo(InputBuffer buffer) { }
}

/// <summary>As many bytes as the memory takes. Those that come early go there at once, so that the buffer stays small.</summary>
internal struct ExactlyRead<TUnit>(Memory<byte> target) : IRead<TUnit>
{
    private int _done;

    public readonly int Wanted => target.Length - _done;

    public bool TryTake(InputBuffer buffer, out TUnit value)
    {
        value = default!;
        var count = Math.Min(buffer.Count, target.Length - _done);
        buffer.Take(target.Span.Slice(_done, count));
        _done += count;
        return _done == target.Length;
    }

    public readonly TUnit AtEnd(InputBuffer buffer) =>
        throw new EndOfStreamException($"The input ended after {_done} bytes where {target.Length} were to be read.");

    public readonly void Undo(InputBuffer buffer) => buffer.PutBack(target.Span[.._done]);
}

/// <summary>A number of fixed size; the bytes of one that is cut by the end stay unread.</summary>
internal readonly struct NumberRead<T, TFormat> : IRead<T>
    where TFormat : struct, INumberFormat<T>
{
    public int Wanted => 0;

    public bool TryTake(InputBuffer buffer, out T value)
    {
        if (buffer.Count < Unsafe.SizeOf<T>())
        {
            value = default!;
            return false;
        }
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes = bytes[..Unsafe.SizeOf<T>()];
        buffer.Take(bytes);
        value = default(TFormat).Read(bytes);
        return true;
    }

    public T AtEnd(InputBuffer buffer) =>
        throw new EndOfStreamException(
            $"The input ended where a number of {Unsafe.SizeOf<T>()} bytes was to be read: {buffer.Count} are left."
        );

    public void Undo(InputBuffer buffer) { }
}
