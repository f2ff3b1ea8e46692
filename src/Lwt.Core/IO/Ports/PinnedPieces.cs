using System.Buffers;
using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>Buffers held in place for one system call, with the array of iovec that tells the system of them.</summary>
internal unsafe struct PinnedPieces : IDisposable
{
    private readonly MemoryHandle[] _pins;

    /// <summary>A pointer and a length for each.</summary>
    internal readonly nint* Vector;

    /// <summary>How many; the empty ones are left out, and those beyond what one call takes.</summary>
    internal int Count { get; private set; }

    /// <summary>How many bytes they hold together.</summary>
    internal int Length { get; private set; }

    private PinnedPieces(int room)
    {
        _pins = ArrayPool<MemoryHandle>.Shared.Rent(room);
        Vector = (nint*)NativeMemory.Alloc((nuint)room, 2 * (nuint)sizeof(nint));
    }

    internal static PinnedPieces Pin<TPieces>(TPieces pieces)
        where TPieces : struct, IPieces
    {
        var pinned = new PinnedPieces(Math.Min(pieces.Count, Pieces.Most));
        try
        {
            for (var i = 0; i < pieces.Count && pinned.Count < Pieces.Most; i++)
                if (!pinned.Add(pieces[i]))
                    break;
            return pinned;
        }
        catch
        {
            pinned.Dispose();
            throw;
        }
    }

    private bool Add(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
            return true;
        if (piece.Length > int.MaxValue - Length)
            return false;
        var pin = _pins[Count] = piece.Pin();
        Vector[2 * Count] = (nint)pin.Pointer;
        Vector[(2 * Count) + 1] = piece.Length;
        Count++;
        Length += piece.Length;
        return true;
    }

    public readonly void Dispose()
    {
        foreach (ref var pin in _pins.AsSpan(0, Count))
        {
            pin.Dispose();
            pin = default;
        }
        ArrayPool<MemoryHandle>.Shared.Return(_pins);
        NativeMemory.Free(Vector);
    }
}
