namespace Lwt.Core;

/// <summary>What an input channel reads from. One read at a time.</summary>
internal abstract class ByteSource
{
    /// <summary>Reads what is there, at most as much as the buffer takes; zero is the end.</summary>
    internal abstract Promise<int> Read(Memory<byte> buffer);

    /// <summary>Moves to a place; returns where that is.</summary>
    internal virtual Promise<long> Seek(long offset, SeekOrigin origin) => new(NotSeekable());

    /// <summary>Ends a read that cancelling did not end; the channel is closed.</summary>
    internal virtual void Interrupt() { }

    /// <summary>Closes it, once.</summary>
    internal virtual Promise Close() => Completed<Unit>.Default;

    internal static NotSupportedException NotSeekable() =>
        new("What this channel stands on has no positions: it cannot be moved to one, and has no length.");
}

/// <summary>What an output channel writes to. One write at a time.</summary>
internal abstract class ByteSink
{
    /// <summary>Writes some of the bytes, at least one, and returns how many.</summary>
    internal abstract Promise<int> Write(ReadOnlyMemory<byte> buffer);

    /// <summary>Whether it is a buffer itself: a channel passes on to it at once what is written.</summary>
    internal virtual bool IsBuffer => false;

    /// <summary>Whether a write has failed, and the next one is to be told.</summary>
    internal virtual bool HasFailed => false;

    /// <summary>Fulfilled when what was written is out; by default it is.</summary>
    internal virtual Promise Flush() => Completed<Unit>.Default;

    /// <inheritdoc cref="ByteSource.Seek"/>
    internal virtual Promise<long> Seek(long offset, SeekOrigin origin) => new(ByteSource.NotSeekable());

    /// <inheritdoc cref="ByteSource.Interrupt"/>
    internal virtual void Interrupt() { }

    /// <inheritdoc cref="ByteSource.Close"/>
    internal virtual Promise Close() => Completed<Unit>.Default;
}
