namespace Lwt.Core;

/// <summary>Several buffers that one operation reads into or writes from, in their order.</summary>
internal interface IPieces
{
    int Count { get; }

    ReadOnlyMemory<byte> this[int index] { get; }
}

/// <summary>Those that are read into.</summary>
internal readonly struct InputPieces(IReadOnlyList<Memory<byte>> buffers) : IPieces
{
    public int Count => buffers.Count;

    public ReadOnlyMemory<byte> this[int index] => buffers[index];

    /// <summary>Copies what was read into the buffers.</summary>
    internal void Fill(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; !bytes.IsEmpty; i++)
        {
            var piece = buffers[i].Span;
            var count = Math.Min(piece.Length, bytes.Length);
            bytes[..count].CopyTo(piece);
            bytes = bytes[count..];
        }
    }
}

/// <summary>Those that are written from.</summary>
internal readonly struct OutputPieces(IReadOnlyList<ReadOnlyMemory<byte>> buffers) : IPieces
{
    public int Count => buffers.Count;

    public ReadOnlyMemory<byte> this[int index] => buffers[index];

    /// <summary>Copies what is to be written, as far as there is room.</summary>
    internal void CopyTo(Span<byte> room)
    {
        for (var i = 0; !room.IsEmpty; i++)
        {
            var piece = buffers[i].Span;
            var count = Math.Min(piece.Length, room.Length);
            piece[..count].CopyTo(room);
            room = room[count..];
        }
    }
}

internal static class Pieces
{
    /// <summary>How many one call takes: IOV_MAX of Linux, macOS and the BSDs.</summary>
    internal const int Most = 1024;

    /// <summary>How many bytes one call may take, up to a limit.</summary>
    internal static int Length<TPieces>(TPieces pieces, int most)
        where TPieces : struct, IPieces
    {
        var (length, used) = (0, 0);
        for (var i = 0; i < pieces.Count && length < most && used < Most; i++)
        {
            if (pieces[i].IsEmpty)
                continue;
            length += Math.Min(pieces[i].Length, most - length);
            used++;
        }
        return length;
    }
}
