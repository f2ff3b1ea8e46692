namespace Lwt.Core;

/// <summary>
/// The buffer of a channel, for a block that reads or writes it itself. OCaml: <c>Lwt_io.direct_access</c>.
/// </summary>
public sealed class DirectAccess
{
    private readonly IChannelBuffer _channel;
    private int _position;
    private bool _ended;

    internal DirectAccess(IChannelBuffer channel)
    {
        _channel = channel;
        Load();
    }

    /// <summary>All of the buffer. It may be another one after <see cref="Perform"/>.</summary>
    public Memory<byte> Buffer { get; private set; }

    /// <summary>
    /// Where the bytes to be read begin, or where the next byte is to be written: the block moves it on. OCaml:
    /// <c>da_ptr</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It moves back, or past <see cref="End"/>.</exception>
    public int Position
    {
        get => _position;
        set
        {
            _channel.CheckThread();
            if (value < _channel.Position || value > End)
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    $"The position of a direct access can move from {_channel.Position} to {End}."
                );
            _position = value;
        }
    }

    /// <summary>Where the bytes to be read end, or where the buffer ends. OCaml: <c>da_max</c>.</summary>
    public int End { get; private set; }

    /// <summary>The bytes from <see cref="Position"/> to <see cref="End"/>.</summary>
    public Span<byte> Remaining => Buffer.Span[_position..End];

    /// <summary>
    /// Reads more bytes behind those that are there, or writes what is in the buffer; returns how many. Zero is the end of
    /// input. OCaml: <c>da_perform</c>.
    /// </summary>
    public Promise<int> Perform()
    {
        _channel.CheckThread();
        return PerformHere();
    }

    private async Promise<int> PerformHere()
    {
        if (_ended)
            throw new InvalidOperationException("Perform was called after the block of DirectAccess has ended.");
        _channel.MoveTo(_position);
        try
        {
            return _channel.Performed(await _channel.Perform());
        }
        finally
        {
            Load();
        }
    }

    /// <summary>The block has ended: takes over where it left the position.</summary>
    internal void Accept()
    {
        _ended = true;
        _channel.MoveTo(_position);
    }

    /// <summary>The block has failed.</summary>
    internal void Drop() => _ended = true;

    private void Load() => (Buffer, _position, End) = (_channel.Memory, _channel.Position, _channel.End);
}

/// <summary>What direct access needs of a channel's buffer.</summary>
internal interface IChannelBuffer
{
    /// <summary>Throws where the channel belongs to another thread.</summary>
    void CheckThread();

    Memory<byte> Memory { get; }

    int Position { get; }

    int End { get; }

    void MoveTo(int position);

    Promise<int> Perform();

    int Performed(int count);
}
