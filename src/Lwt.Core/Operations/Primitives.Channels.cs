namespace Lwt.Core.CompilerServices;

// Channels: what has no value is generic in the type of unit.
public static partial class Primitives
{
    /// <summary>Writes a text. F# calls it for <c>Lwt_io.write</c>.</summary>
    public static Promise<TUnit> Write<TUnit>(OutputChannel channel, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Checked(channel).Write<TUnit, TextWrite<TUnit>>(new(text, line: false));
    }

    /// <summary>Writes a text and a line feed. F# calls it for <c>Lwt_io.write_line</c>.</summary>
    public static Promise<TUnit> WriteLine<TUnit>(OutputChannel channel, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Checked(channel).Write<TUnit, TextWrite<TUnit>>(new(text, line: true));
    }

    /// <summary>The bytes of a text, as channels write them.</summary>
    public static byte[] EncodeText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Utf8Text.Encode(text);
    }

    /// <summary>Bytes as text, as channels read them: <see cref="EncodeText"/> makes the same bytes of it again.</summary>
    public static string DecodeText(ReadOnlySpan<byte> bytes) => Utf8Text.Decode(bytes);

    /// <summary>Writes as much of a text as there is room for, and returns how many chars. F# calls it for <c>Lwt_io.write_from_string</c>.</summary>
    public static Promise<int> WriteFromText(OutputChannel channel, ReadOnlyMemory<char> text) =>
        Checked(channel).Write<int, PartialTextWrite>(new(text));

    /// <summary>An input of zeros that all loops share. F# calls it for <c>Lwt_io.zero</c>.</summary>
    public static InputChannel ZeroForAll { get; } = new(new ZeroSource());

    /// <summary>An output that swallows all, which all loops share. F# calls it for <c>Lwt_io.null</c>.</summary>
    public static OutputChannel NullForAll { get; } = new(new NullSink());

    /// <summary>Writes one char. F# calls it for <c>Lwt_io.write_char</c>.</summary>
    public static Promise<TUnit> WriteChar<TUnit>(OutputChannel channel, char value) =>
        Checked(channel).Write<TUnit, CharWrite<TUnit>>(new(value));

    /// <summary>Writes bytes. F# calls it for <c>Lwt_io.write_from_exactly</c>.</summary>
    public static Promise<TUnit> WriteFromExactly<TUnit>(OutputChannel channel, ReadOnlyMemory<byte> bytes) =>
        Checked(channel).Write<TUnit, BytesWrite<TUnit>>(new(bytes));

    /// <summary>Writes a whole number of 16 bits, low byte first. F# calls it for <c>Lwt_io.LE.write_int16</c>.</summary>
    public static Promise<TUnit> WriteInt16LittleEndian<TUnit>(OutputChannel channel, short value) =>
        Checked(channel).Write<TUnit, NumberWrite<short, TUnit, LittleEndian>>(new(value));

    /// <summary>Writes a whole number of 32 bits, low byte first. F# calls it for <c>Lwt_io.LE.write_int32</c>.</summary>
    public static Promise<TUnit> WriteInt32LittleEndian<TUnit>(OutputChannel channel, int value) =>
        Checked(channel).Write<TUnit, NumberWrite<int, TUnit, LittleEndian>>(new(value));

    /// <summary>Writes a whole number of 64 bits, low byte first. F# calls it for <c>Lwt_io.LE.write_int64</c>.</summary>
    public static Promise<TUnit> WriteInt64LittleEndian<TUnit>(OutputChannel channel, long value) =>
        Checked(channel).Write<TUnit, NumberWrite<long, TUnit, LittleEndian>>(new(value));

    /// <summary>Writes a floating-point number of 32 bits, low byte first. F# calls it for <c>Lwt_io.LE.write_float32</c>.</summary>
    public static Promise<TUnit> WriteSingleLittleEndian<TUnit>(OutputChannel channel, float value) =>
        Checked(channel).Write<TUnit, NumberWrite<float, TUnit, LittleEndian>>(new(value));

    /// <summary>Writes a floating-point number of 64 bits, low byte first. F# calls it for <c>Lwt_io.LE.write_float64</c>.</summary>
    public static Promise<TUnit> WriteDoubleLittleEndian<TUnit>(OutputChannel channel, double value) =>
        Checked(channel).Write<TUnit, NumberWrite<double, TUnit, LittleEndian>>(new(value));

    /// <summary>Writes a whole number of 16 bits, high byte first. F# calls it for <c>Lwt_io.BE.write_int16</c>.</summary>
    public static Promise<TUnit> WriteInt16BigEndian<TUnit>(OutputChannel channel, short value) =>
        Checked(channel).Write<TUnit, NumberWrite<short, TUnit, BigEndian>>(new(value));

    /// <summary>Writes a whole number of 32 bits, high byte first. F# calls it for <c>Lwt_io.BE.write_int32</c>.</summary>
    public static Promise<TUnit> WriteInt32BigEndian<TUnit>(OutputChannel channel, int value) =>
        Checked(channel).Write<TUnit, NumberWrite<int, TUnit, BigEndian>>(new(value));

    /// <summary>Writes a whole number of 64 bits, high byte first. F# calls it for <c>Lwt_io.BE.write_int64</c>.</summary>
    public static Promise<TUnit> WriteInt64BigEndian<TUnit>(OutputChannel channel, long value) =>
        Checked(channel).Write<TUnit, NumberWrite<long, TUnit, BigEndian>>(new(value));

    /// <summary>Writes a floating-point number of 32 bits, high byte first. F# calls it for <c>Lwt_io.BE.write_float32</c>.</summary>
    public static Promise<TUnit> WriteSingleBigEndian<TUnit>(OutputChannel channel, float value) =>
        Checked(channel).Write<TUnit, NumberWrite<float, TUnit, BigEndian>>(new(value));

    /// <summary>Writes a floating-point number of 64 bits, high byte first. F# calls it for <c>Lwt_io.BE.write_float64</c>.</summary>
    public static Promise<TUnit> WriteDoubleBigEndian<TUnit>(OutputChannel channel, double value) =>
        Checked(channel).Write<TUnit, NumberWrite<double, TUnit, BigEndian>>(new(value));

    /// <summary>Writes out what the buffer of a channel holds. F# calls it for <c>Lwt_io.flush</c>.</summary>
    public static Promise<TUnit> Flush<TUnit>(OutputChannel channel) => Checked(channel).Flush<TUnit>();

    /// <summary>Writes out all channels of this loop. F# calls it for <c>Lwt_io.flush_all</c>.</summary>
    public static Promise<TUnit> FlushAllChannels<TUnit>() => OutputChannel.FlushAll<TUnit>();

    /// <summary>Reads as many bytes as a memory takes. F# calls it for <c>Lwt_io.read_into_exactly</c>.</summary>
    public static Promise<TUnit> ReadIntoExactly<TUnit>(InputChannel channel, Memory<byte> target) =>
        Checked(channel).ReadExactly<TUnit>(target);

    /// <summary>Moves a channel to a place. F# calls it for <c>Lwt_io.set_position</c>.</summary>
    public static Promise<TUnit> SetPosition<TUnit>(Channel channel, long position) =>
        Checked(channel).SetPosition<TUnit>(position);

    /// <summary>Changes the size of the buffer of a channel. F# calls it for <c>Lwt_io.resize_buffer</c>.</summary>
    public static Promise<TUnit> SetBufferSize<TUnit>(Channel channel, int size) =>
        Checked(channel).SetBufferSize<TUnit>(size);

    /// <summary>Closes a channel. F# calls it for <c>Lwt_io.close</c>.</summary>
    public static Promise<TUnit> Close<TUnit>(Channel channel) => WithUnit<TUnit>(Checked(channel).Close());

    /// <summary>Closes a channel at once. F# calls it for <c>Lwt_io.abort</c>.</summary>
    public static Promise<TUnit> Abort<TUnit>(Channel channel) => WithUnit<TUnit>(Checked(channel).Abort());

    /// <summary>Has a server accept no more connections. F# calls it for <c>Lwt_io.shutdown_server</c>.</summary>
    public static Promise<TUnit> StopListening<TUnit>(ChannelServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return WithUnit<TUnit>(server.StopListening());
    }

    /// <summary>Calls a block that has a channel for itself. F# calls it for <c>Lwt_io.atomic</c>.</summary>
    public static Promise<T> Atomic<T, TBlock>(InputChannel channel, TBlock block)
        where TBlock : IChannelBlock<InputChannel, T> => Checked(channel).Atomic<T, TBlock>(block);

    /// <summary>Calls a block that has a channel for itself. F# calls it for <c>Lwt_io.atomic</c>.</summary>
    public static Promise<T> Atomic<T, TBlock>(OutputChannel channel, TBlock block)
        where TBlock : IChannelBlock<OutputChannel, T> => Checked(channel).Atomic<T, TBlock>(block);

    /// <summary>Calls a block on the buffer of a channel. F# calls it for <c>Lwt_io.direct_access</c>.</summary>
    public static Promise<T> DirectAccess<T, TBlock>(InputChannel channel, TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T> => Checked(channel).DirectAccess<T, TBlock>(block);

    /// <summary>Calls a block on the buffer of a channel. F# calls it for <c>Lwt_io.direct_access</c>.</summary>
    public static Promise<T> DirectAccess<T, TBlock>(OutputChannel channel, TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T> => Checked(channel).DirectAccess<T, TBlock>(block);

    /// <summary>A promise without a value, with the unit of the language that asks.</summary>
    private static Promise<TUnit> WithUnit<TUnit>(Promise promise) => Map<TUnit, ToUnit<TUnit>>(promise, default);

    private readonly struct ToUnit<TUnit> : IPlainStep<TUnit>
    {
        public TUnit Invoke(Promise source) => default!;
    }

    private static TChannel Checked<TChannel>(TChannel channel)
        where TChannel : Channel
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel;
    }
}
