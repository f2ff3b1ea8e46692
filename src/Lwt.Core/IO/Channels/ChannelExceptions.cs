namespace Lwt.Core;

/// <summary>
/// The channel was closed: before the operation was called, or while it waited. OCaml: <c>Lwt_io.Channel_closed</c>.
/// </summary>
public sealed class ChannelClosedException : ObjectDisposedException
{
    /// <summary>Makes the exception for a channel of this kind: input or output.</summary>
    public ChannelClosedException(string kind)
        : base(
            $"{kind ?? throw new ArgumentNullException(nameof(kind))} channel",
            $"The {kind} channel is closed: nothing can be done with it any more."
        ) => Kind = kind;

    /// <summary>Input or output: the argument of <c>Lwt_io.Channel_closed</c>.</summary>
    public string Kind { get; }
}

/// <summary>
/// A line has more bytes than <see cref="ChannelOptions.MaxLineLength"/>. It is still to be read: with reads of bytes or of
/// text, or as a line once <see cref="InputChannel.MaxLineLength"/> allows it.
/// </summary>
public sealed class LineTooLongException : IOException
{
    internal LineTooLongException(int most)
        : base(
            $"A line has more than {most} bytes. Set MaxLineLength to allow longer lines, or read it by Read or ReadInto: no "
                + "byte of it is lost."
        ) { }
}
