namespace Lwt.Core;

// Numbers of fixed size. At the end of input each read is rejected with EndOfStreamException.
public sealed partial class InputChannel
{
    /// <summary>Reads a 16-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.read_int16</c>.</summary>
    public Promise<short> ReadInt16LittleEndian() => Read<short, NumberRead<short, LittleEndian>>(default);

    /// <summary>Reads a 32-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.read_int32</c>.</summary>
    public Promise<int> ReadInt32LittleEndian() => Read<int, NumberRead<int, LittleEndian>>(default);

    /// <summary>Reads a 64-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.read_int64</c>.</summary>
    public Promise<long> ReadInt64LittleEndian() => Read<long, NumberRead<long, LittleEndian>>(default);

    /// <summary>Reads a 32-bit floating-point number, least significant byte first. OCaml: <c>Lwt_io.LE.read_float32</c>.</summary>
    public Promise<float> ReadSingleLittleEndian() => Read<float, NumberRead<float, LittleEndian>>(default);

    /// <summary>Reads a 64-bit floating-point number, least significant byte first. OCaml: <c>Lwt_io.LE.read_float64</c>.</summary>
    public Promise<double> ReadDoubleLittleEndian() => Read<double, NumberRead<double, LittleEndian>>(default);

    /// <summary>Reads a 16-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.read_int16</c>.</summary>
    public Promise<short> ReadInt16BigEndian() => Read<short, NumberRead<short, BigEndian>>(default);

    /// <summary>Reads a 32-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.read_int32</c>.</summary>
    public Promise<int> ReadInt32BigEndian() => Read<int, NumberRead<int, BigEndian>>(default);

    /// <summary>Reads a 64-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.read_int64</c>.</summary>
    public Promise<long> ReadInt64BigEndian() => Read<long, NumberRead<long, BigEndian>>(default);

    /// <summary>Reads a 32-bit floating-point number, most significant byte first. OCaml: <c>Lwt_io.BE.read_float32</c>.</summary>
    public Promise<float> ReadSingleBigEndian() => Read<float, NumberRead<float, BigEndian>>(default);

    /// <summary>Reads a 64-bit floating-point number, most significant byte first. OCaml: <c>Lwt_io.BE.read_float64</c>.</summary>
    public Promise<double> ReadDoubleBigEndian() => Read<double, NumberRead<double, BigEndian>>(default);
}
