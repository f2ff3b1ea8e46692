namespace Lwt.Core.CompilerServices;

// Channels: what has no value is generic in the type of unit.
public static partial class Primitives
{
    /// <summary>Lwt_io.write.</summary>
    public static Promise<TUnit> Write<TUnit>(OutputChannel channel, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Checked(channel).Write<TUnit, TextWrite<TUnit>>(new(text, line: false));
    }

    /// <summary>Lwt_io.write_line.</summary>
    public static Promise<TUnit> WriteLine<TUnit>(OutputChannel channel, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Checked(channel).Write<TUnit, TextWrite<TUnit>>(new(text, line: true));
    }

    /// <summary>Lwt_io.write_char.</summary>
    public static Promise<TUnit> WriteChar<TUnit>(OutputChannel channel, char value) =>
        Checked(channel).Write<TUnit, CharWrite<TUnit>>(new(value));

    /// <summary>Lwt_io.write_from_exactly.</summary>
    public static Promise<TUnit> WriteFromExactly<TUnit>(OutputChannel channel, ReadOnlyMemory<byte> bytes) =>
        Checked(channel).Write<TUnit, BytesWrite<TUnit>>(new(bytes));

    /// <summary>Lwt_io.LE.write_int16.</summary>
    public static Promise<TUnit> WriteInt16LittleEndian<TUnit>(OutputChannel channel, short value) =>
        Checked(channel).Write<TUnit, NumberWrite<short, TUnit, LittleEndian>>(new(value));

    /// <summary>Lwt_io.LE.write_int32.</summary>
    public static Promise<TUnit> WriteInt32LittleEndian<TUnit>(OutputChannel channel, int value) =>
        Checked(channel).Write<TUnit, NumberWrite<int, TUnit, LittleEndian>>(new(value));

    /// <summary>Lwt_io.LE.write_int64.</summary>
    public static Promise<TUnit> WriteInt64LittleEndian<TUnit>(OutputChannel channel, long value) =>
        Checked(channel).Write<TUnit, NumberWrite<long, TUnit, LittleEndian>>(new(value));

    /// <summary>Lwt_io.LE.write_float32.</summary>
    public static Promise<TUnit> WriteSingleLittleEndian<TUnit>(OutputChannel channel, float value) =>
        Checked(channel).Write<TUnit, NumberWrite<float, TUnit, LittleEndian>>(new(value));

    /// <summary>Lwt_io.LE.write_float64.</summary>
    public static Promise<TUnit> WriteDoubleLittleEndian<TUnit>(OutputChannel channel, double value) =>
        Checked(channel).Write<TUnit, NumberWrite<double, TUnit, LittleEndian>>(new(value));

    /// <summary>Lwt_io.BE.write_int16.</summary>
    public static Promise<TUnit> WriteInt16BigEndian<TUnit>(OutputChannel channel, short value) =>
        Checked(channel).Write<TUnit, NumberWrite<short, TUnit, BigEndian>>(new(value));

    /// <summary>Lwt_io.BE.write_int32.</summary>
    public static Promise<TUnit> WriteInt32BigEndian<TUnit>(OutputChannel channel, int value) =>
        Checked(channel).Write<TUnit, NumberWrite<int, TUnit, BigEndian>>(new(value));

    /// <summary>Lwt_io.BE.write_int64.</summary>
    public static Promise<TUnit> WriteInt64BigEndian<TUnit>(OutputChannel channel, long value) =>
        Checked(channel).Write<TUnit, NumberWrite<long, TUnit, BigEndian>>(new(value));

    /// <summary>Lwt_io.BE.write_float32.</summary>
    public static Promise<TUnit> WriteSingleBigEndian<TUnit>(OutputChannel channel, float value) =>
        Checked(channel).Write<TUnit, NumberWrite<float, TUnit, BigEndian>>(new(value));

    /// <summary>Lwt_io.BE.write_float64.</summary>
    public static Promise<TUnit> WriteDoubleBigEndian<TUnit>(OutputChannel channel, double value) =>
        Checked(channel).Write<TUnit, NumberWrite<double, TUnit, BigEndian>>(new(value));

    /// <summary>Lwt_io.flush.</summary>
    public static Promise<TUnit> Flush<TUnit>(OutputChannel channel) => Checked(channel).Flush<TUnit>();

    /// <summary>Lwt_io.flush_all, of the channels of this loop.</summary>
    public static Promise<TUnit> FlushAllChannels<TUnit>() => OutputChannel.FlushAll<TUnit>();

    /// <summary>Lwt_io.read_into_exactly.</summary>
    public static Promise<TUnit> ReadIntoExactly<TUnit>(InputChannel channel, Memory<byte> target) =>
        Checked(channel).ReadExactly<TUnit>(target);

    /// <summary>Lwt_io.set_position.</summary>
    public static Promise<TUnit> SetPosition<TUnit>(Channel channel, long position) =>
        Checked(channel).SetPosition<TUnit>(position);

    /// <summary>Lwt_io.resize_buffer.</summary>
    public static Promise<TUnit> SetBufferSize<TUnit>(Channel channel, int size) =>
        Checked(channel).SetBufferSize<TUnit>(size);

    /// <summary>Lwt_io.close.</summary>
    public static Promise<TUnit> Close<TUnit>(Channel channel) => WithUnit<TUnit>(Checked(channel).Close());

    /// <summary>Lwt_io.abort.</summary>
    public static Promise<TUnit> Abort<TUnit>(Channel channel) => WithUnit<TUnit>(Checked(channel).Abort());

    /// <summary>Lwt_io.shutdown_server.</summary>
    public static Promise<TUnit> StopListening<TUnit>(ChannelServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return WithUnit<TUnit>(server.StopListening());
    }

    /// <summary>Lwt_io.atomic.</summary>
    public static Promise<T> Atomic<T, TBlock>(InputChannel channel, TBlock block)
        where TBlock : IChannelBlock<InputChannel, T> => Checked(channel).Atomic<T, TBlock>(block);

    /// <summary>Lwt_io.atomic.</summary>
    public static Promise<T> Atomic<T, TBlock>(OutputChannel channel, TBlock block)
        where TBlock : IChannelBlock<OutputChannel, T> => Checked(channel).Atomic<T, TBlock>(block);

    /// <summary>Lwt_io.direct_access.</summary>
    public static Promise<T> DirectAccess<T, TBlock>(InputChannel channel, TBlock block)
        where TBlock : IChannelBlock<DirectAccess, T> => Checked(channel).DirectAccess<T, TBlock>(block);

    /// <summary>Lwt_io.direct_access.</summary>
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
