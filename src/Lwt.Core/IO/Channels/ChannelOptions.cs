namespace Lwt.Core;

/// <summary>How to make a channel.</summary>
public sealed class ChannelOptions
{
    internal const int LeastBufferSize = 16;

    internal static readonly ChannelOptions Default = new();

    /// <summary>
    /// The number of bytes that the channel reads or writes at once; at least 16. 8 KB by default. OCaml:
    /// <c>Lwt_io.default_buffer_size</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 16.</exception>
    public int BufferSize
    {
        get;
        init
        {
            CheckBufferSize(value);
            field = value;
        }
    } = 8192;

    /// <summary>
    /// The number of bytes that a line may have: a read of a longer one is rejected with
    /// <see cref="LineTooLongException"/>. 16 MB by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int MaxLineLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>Whether closing the channel leaves what it stands on open.</summary>
    public bool LeaveOpen { get; init; }

    internal static void CheckBufferSize(int size)
    {
        if (size < LeastBufferSize)
            throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                $"The buffer of a channel has at least {LeastBufferSize} bytes."
            );
    }
}
