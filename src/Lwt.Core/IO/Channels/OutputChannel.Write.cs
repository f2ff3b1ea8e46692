using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class OutputChannel
{
    /// <summary>
    /// Writes a text; fulfilled at once while the buffer has room. A high surrogate at its end waits for its other half, with
    /// which the next text may begin. OCaml: <c>Lwt_io.write</c>.
    /// </summary>
    public Promise Write(string text) => Primitives.Write<Unit>(this, text);

    /// <summary>As <see cref="Write(string)"/>, with a line feed after the text. OCaml: <c>Lwt_io.write_line</c>.</summary>
    public Promise WriteLine(string text) => Primitives.WriteLine<Unit>(this, text);

    /// <summary>Writes one char. OCaml: <c>Lwt_io.write_char</c>.</summary>
    public Promise WriteChar(char value) => Write<Unit, CharWrite<Unit>>(new(value));

    /// <summary>Writes each line of a stream. OCaml: <c>Lwt_io.write_lines</c>.</summary>
    public Promise WriteLines(PromiseStream<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Enter();
        return lines.ForEachAwait(WriteLine);
    }

    /// <summary>
    /// Writes as many of the bytes as there is room for, at least one, and returns how many. OCaml: <c>Lwt_io.write_from</c>.
    /// </summary>
    public Promise<int> WriteFrom(ReadOnlyMemory<byte> bytes) => Write<int, PartialWrite>(new(bytes));

    /// <summary>
    /// Writes all of the bytes. The memory must stay as it is until the promise is resolved. OCaml:
    /// <c>Lwt_io.write_from_exactly</c>.
    /// </summary>
    public Promise WriteFromExactly(ReadOnlyMemory<byte> bytes) => Write<Unit, BytesWrite<Unit>>(new(bytes));

    /// <summary>
    /// Fulfilled when all that was written before is out; rejected with the failure that it meets. OCaml:
    /// <c>Lwt_io.flush</c>.
    /// </summary>
    public Promise Flush() => Flush<Unit>();
}
