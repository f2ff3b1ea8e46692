namespace Lwt.Core;

/// <summary>
/// A promise that its maker resolves when something happens which the type names: as large as a plain one.
/// </summary>
internal sealed class Waiting<T, TWaited>(Driver driver, byte flags) : Promise<T>(driver, flags)
    where TWaited : struct, IWaited
{
    internal override void DescribeWait(WaitReport report) => report.On(TWaited.Name);
}

/// <summary>What such promises wait for.</summary>
internal interface IWaited
{
    static abstract string Name { get; }
}

internal readonly struct EndlessSleep : IWaited
{
    public static string Name => "a sleep without end";
}

internal readonly struct ConditionSignal : IWaited
{
    public static string Name => "a signal of a PromiseCondition (F#: Lwt_condition)";
}

internal readonly struct MailboxValue : IWaited
{
    public static string Name => "a value in a PromiseMailbox (F#: Lwt_mvar.take)";
}

internal readonly struct MailboxRoom : IWaited
{
    public static string Name => "room in a PromiseMailbox (F#: Lwt_mvar.put)";
}

internal readonly struct StreamElement : IWaited
{
    public static string Name => "an element of a PromiseStream (F#: Lwt_stream)";
}

internal readonly struct StreamRoom : IWaited
{
    public static string Name => "room in a bounded PromiseStream (F#: Lwt_stream.create_bounded)";
}

internal readonly struct StreamEnd : IWaited
{
    public static string Name => "the end of a PromiseStream (F#: Lwt_stream.closed)";
}

internal readonly struct StreamDisposal : IWaited
{
    public static string Name => "the disposal of the sequence that a PromiseStream reads";
}

internal readonly struct ChannelTurn : IWaited
{
    public static string Name => "a turn on an InputChannel or OutputChannel that another operation has (F#: Lwt_io)";
}
