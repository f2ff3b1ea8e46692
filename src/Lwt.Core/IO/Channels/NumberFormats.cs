using System.Buffers.Binary;

namespace Lwt.Core;

/// <summary>How a number stands in bytes.</summary>
internal interface INumberFormat<T>
{
    T Read(ReadOnlySpan<byte> bytes);

    void Write(Span<byte> bytes, T value);
}

/// <summary>Little-endian numbers. OCaml: <c>Lwt_io.LE</c>.</summary>
internal readonly struct LittleEndian
    : INumberFormat<short>,
        INumberFormat<int>,
        INumberFormat<long>,
        INumberFormat<float>,
        INumberFormat<double>
{
    short INumberFormat<short>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16LittleEndian(bytes);

    int INumberFormat<int>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    long INumberFormat<long>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    float INumberFormat<float>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleLittleEndian(bytes);

    double INumberFormat<double>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleLittleEndian(bytes);

    public void Write(Span<byte> bytes, short value) => BinaryPrimitives.WriteInt16LittleEndian(bytes, value);

    public void Write(Span<byte> bytes, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes, value);

    public void Write(Span<byte> bytes, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes, value);

    public void Write(Span<byte> bytes, float value) => BinaryPrimitives.WriteSingleLittleEndian(bytes, value);

    public void Write(Span<byte> bytes, double value) => BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
}

/// <summary>Big-endian numbers. OCaml: <c>Lwt_io.BE</c>.</summary>
internal readonly struct BigEndian
    : INumberFormat<short>,
        INumberFormat<int>,
        INumberFormat<long>,
        INumberFormat<float>,
        INumberFormat<double>
{
    short INumberFormat<short>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16BigEndian(bytes);

    int INumberFormat<int>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    long INumberFormat<long>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);

    float INumberFormat<float>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleBigEndian(bytes);

    double INumberFormat<double>.Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleBigEndian(bytes);

    public void Write(Span<byte> bytes, short value) => BinaryPrimitives.WriteInt16BigEndian(bytes, value);

    public void Write(Span<byte> bytes, int value) => BinaryPrimitives.WriteInt32BigEndian(bytes, value);

    public void Write(Span<byte> bytes, long value) => BinaryPrimitives.WriteInt64BigEndian(bytes, value);

    public void Write(Span<byte> bytes, float value) => BinaryPrimitives.WriteSingleBigEndian(bytes, value);

    public void Write(Span<byte> bytes, double value) => BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
}
