namespace Lwt.Core;

// Channels that belong to no loop: each loop has one of its own on the end that they share.
public sealed partial class InputChannel
{
    /// <summary>
    /// Standard input, for all loops. A background thread reads it, and only while an operation waits; what one that was
    /// cancelled would have got is left to the next. It follows <see cref="Console.SetIn"/>. Closing it closes it for this
    /// loop. OCaml: <c>Lwt_io.stdin</c>.
    /// </summary>
    /// <remarks>
    /// While <see cref="Console.In"/> is not used, bytes are read as they are, and more than a line may be read ahead where
    /// input is redirected; else text is, a line at a time.
    /// </remarks>
    public static InputChannel StandardInput => StandardEnds.Input;

    /// <summary>
    /// A channel, for all loops, on a reader whose calls block, as that of a console does: a background thread calls it, a
    /// line at a time, and only while an operation waits.
    /// </summary>
    /// <param name="source">Returns the reader; called before each line, on the background thread.</param>
    public static InputChannel Of(Func<TextReader> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(new SharedInput(() => StandardEnds.ReadText(source())));
    }

    internal InputChannel(ByteSource shared)
        : this(shared, null) => State = Shared;

    /// <summary>This loop's own channel for one that belongs to none; else this one.</summary>
    private InputChannel Here => State == Shared ? Driver.Current.Loop.Shared.Of(_buffer.Source) : this;

    private protected override Channel FindLocal() => Here;

    /// <summary>Returns bytes that were read and not used; with <paramref name="all"/>, of an operation that waits too.</summary>
    internal void GiveBack(SharedInput source, bool all)
    {
        if (_buffer.Count == 0 || !(all || State == Idle))
            return;
        var bytes = _buffer.Bytes.ToArray();
        _buffer.Consume(bytes.Length);
        source.PutBack(bytes);
    }
}
