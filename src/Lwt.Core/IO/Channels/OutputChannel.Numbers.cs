using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// Numbers of fixed size.
public sealed partial class OutputChannel
{
    /// <summary>Writes a 16-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.write_int16</c>.</summary>
    public Promise WriteInt16LittleEndian(short value) => Primitives.WriteInt16LittleEndian<Unit>(this, value);

    /// <summary>Writes a 32-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.write_int32</c>.</summary>
    public Promise WriteInt32LittleEndian(int value) => Primitives.WriteInt32LittleEndian<Unit>(this, value);

    /// <summary>Writes a 64-bit integer, least significant byte first. OCaml: <c>Lwt_io.LE.write_int64</c>.</summary>
    public Promise WriteInt64LittleEndian(long value) => Primitives.WriteInt64LittleEndian<Unit>(this, value);

    /// <summary>Writes a 32-bit floating-point number, least significant byte first. OCaml: <c>Lwt_io.LE.write_float32</c>.</summary>
    public Promise WriteSingleLittleEndian(float value) => Primitives.WriteSingleLittleEndian<Unit>(this, value);

    /// <summary>Writes a 64-bit floating-point number, least significant byte first. OCaml: <c>Lwt_io.LE.write_float64</c>.</summary>
    public Promise WriteDoubleLittleEndian(double value) => Primitives.WriteDoubleLittleEndian<Unit>(this, value);

    /// <summary>Writes a 16-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.write_int16</c>.</summary>
    public Promise WriteInt16BigEndian(short value) => Primitives.WriteInt16BigEndian<Unit>(this, value);

    /// <summary>Writes a 32-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.write_int32</c>.</summary>
    public Promise WriteInt32BigEndian(int value) => Primitives.WriteInt32BigEndian<Unit>(this, value);

    /// <summary>Writes a 64-bit integer, most significant byte first. OCaml: <c>Lwt_io.BE.write_int64</c>.</summary>
    public Promise WriteInt64BigEndian(long value) => Primitives.WriteInt64BigEndian<Unit>(this, value);

    /// <summary>Writes a 32-bit floating-point number, most significant byte first. OCaml: <c>Lwt_io.BE.write_float32</c>.</summary>
    public Promise WriteSingleBigEndian(float value) => Primitives.WriteSingleBigEndian<Unit>(this, value);

    /// <summary>Writes a 64-bit floating-point number, most significant byte first. OCaml: <c>Lwt_io.BE.write_float64</c>.</summary>
    public Promise WriteDoubleBigEndian(double value) => Primitives.WriteDoubleBigEndian<Unit>(this, value);
}
