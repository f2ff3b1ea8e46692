namespace Lwt.Core;

public sealed partial class InputChannel
{
    /// <summary>
    /// Reads a line, without the line feed and the carriage return before it that end it; what stands before the end of
    /// input is a line too. Null at the end. OCaml: <c>Lwt_io.read_line_opt</c>.
    /// </summary>
    /// <exception cref="LineTooLongException">The line has more bytes than <see cref="MaxLineLength"/>; it is still to be read.</exception>
    public Promise<string?> ReadLine() => Read<string?, LineRead>(default);

    /// <summary>The lines, each read when it is wanted; an <c>await foreach</c> can go over them. OCaml: <c>Lwt_io.read_lines</c>.</summary>
    public PromiseStream<string> ReadLines()
    {
        Enter();
        return PromiseStream.From(async () =>
            await ReadLine() is { } line ? new Maybe<string>(line) : Maybe<string>.None
        );
    }

    /// <summary>
    /// Reads what text is there, at most so many chars; waits if nothing is. Empty at the end. A character of two chars is
    /// never cut: where one char is asked for, both come. OCaml: <c>Lwt_io.read ~count</c>.
    /// </summary>
    public Promise<string> Read(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Read<string, TextRead>(new(count));
    }

    /// <summary>Reads all text up to the end. OCaml: <c>Lwt_io.read</c>.</summary>
    public Promise<string> ReadToEnd() => Read<string, WholeTextRead>(default);

    /// <summary>
    /// Reads one char; null at the end. Of a character of two chars the next read returns the second, unless bytes are read
    /// first. OCaml: <c>Lwt_io.read_char_opt</c>.
    /// </summary>
    public Promise<char?> ReadChar() => Read<char?, CharRead>(default);

    /// <summary>The characters, each read when it is wanted. OCaml: <c>Lwt_io.read_chars</c>.</summary>
    public PromiseStream<char> ReadChars()
    {
        Enter();
        return PromiseStream.From(async () =>
            await ReadChar() is { } value ? new Maybe<char>(value) : Maybe<char>.None
        );
    }

    /// <summary>
    /// Reads what bytes are there, at most as many as the memory takes; waits if nothing is. Returns how many; zero at the
    /// end. OCaml: <c>Lwt_io.read_into</c>.
    /// </summary>
    public Promise<int> ReadInto(Memory<byte> target) => Read<int, IntoRead>(new(target));

    /// <summary>
    /// Reads as many bytes as the memory takes. If it is cancelled, or the source fails, the bytes that came are still to be
    /// read. OCaml: <c>Lwt_io.read_into_exactly</c>.
    /// </summary>
    /// <exception cref="EndOfStreamException">The input ends before.</exception>
    public Promise ReadIntoExactly(Memory<byte> target) => ReadExactly<Unit>(target);

    /// <summary>As <see cref="ReadInto"/>, into a new array.</summary>
    public Promise<byte[]> ReadBytes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Read<byte[], BytesRead>(new(count));
    }

    /// <summary>As <see cref="ReadIntoExactly"/>, into a new array.</summary>
    /// <exception cref="EndOfStreamException">The input ends before.</exception>
    public Promise<byte[]> ReadBytesExactly(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = GC.AllocateUninitializedArray<byte>(count);
        var read = ReadIntoExactly(bytes);
        return read.Map(() => bytes);
    }

    /// <summary>Reads all bytes up to the end.</summary>
    public Promise<byte[]> ReadBytesToEnd() => Read<byte[], AllBytesRead>(default);
}
