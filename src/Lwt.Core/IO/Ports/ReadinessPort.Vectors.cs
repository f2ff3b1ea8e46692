using System.Buffers;

namespace Lwt.Core;

// Reading into several buffers, and writing from several, in one call.
public abstract partial class ReadinessPort
{
    // No datagram is longer; a stream leaves the rest to the next operation.
    private const int MostCopied = 64 * 1024;

    /// <inheritdoc/>
    public sealed override Promise<int> Read(IReadOnlyList<Memory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var driver = Enter();
        var pieces = new InputPieces(buffers);
        if (Pieces.Length(pieces, most: 1) == 0)
            return IsUnusable ? new(Unusable("readv")) : Lengths.Of(0);
        if ((Flags & MayRead) != 0 && _readers.IsEmpty && Turns.Take())
        {
            var count = TryRead(pieces);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != WouldBlock)
                return new(Error(-count, "readv"));
        }
        return (Promise<int>)Wait(new ReadVectorOperation(this, pieces, driver));
    }

    /// <inheritdoc/>
    public sealed override Promise<int> Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var driver = Enter();
        var pieces = new OutputPieces(buffers);
        if (Pieces.Length(pieces, most: 1) == 0)
            return Write(ReadOnlyMemory<byte>.Empty);
        if ((Flags & MayWrite) != 0 && _writers.IsEmpty && Turns.Take())
        {
            var count = TryWrite(pieces);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != WouldBlock)
                return new(Error(-count, "writev"));
        }
        return (Promise<int>)Wait(new WriteVectorOperation(this, pieces, driver));
    }

    // What a kind does whose system has no such call: it copies.

    internal virtual int TryRead(InputPieces pieces)
    {
        var length = Pieces.Length(pieces, MostCopied);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var count = TryRead(buffer.AsSpan(0, length));
            if (count > 0)
                pieces.Fill(buffer.AsSpan(0, count));
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal virtual int TryWrite(OutputPieces pieces)
    {
        var length = Pieces.Length(pieces, MostCopied);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            pieces.CopyTo(buffer.AsSpan(0, length));
            return TryWrite(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
