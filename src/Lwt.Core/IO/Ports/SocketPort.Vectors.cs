using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Several buffers in one call, of a stream. A datagram that came is in a buffer of the port's own already, and one that is
// sent is copied; so are buffers that are not arrays, which .NET's socket does not take.
internal sealed partial class SocketPort
{
    internal override int TryRead(InputPieces pieces)
    {
        if (IsDatagram || Segments(pieces, out var length) is not { } segments)
            return base.TryRead(pieces);
        if (IsConnecting)
            return Waits(MayRead);
        var count = _socket.Receive(segments, SocketFlags.None, out var error);
        if (error != SocketError.Success)
            return Failed(error, MayRead);
        if (count > 0 && count < length)
            Flags &= unchecked((byte)~MayRead);
        return count;
    }

    internal override int TryWrite(OutputPieces pieces)
    {
        if (IsDatagram || Segments(pieces, out _) is not { } segments)
            return base.TryWrite(pieces);
        if (IsConnecting)
            return Waits(MayWrite);
        return Sent(_socket.Send(segments, SocketFlags.None, out var error), error);
    }

    /// <summary>The pieces as .NET's socket takes them; null if one is not in an array.</summary>
    private static List<ArraySegment<byte>>? Segments<TPieces>(TPieces pieces, out int length)
        where TPieces : struct, IPieces
    {
        length = 0;
        var segments = new List<ArraySegment<byte>>(Math.Min(pieces.Count, Pieces.Most));
        for (var i = 0; i < pieces.Count && segments.Count < Pieces.Most; i++)
        {
            if (pieces[i].IsEmpty)
                continue;
            if (!MemoryMarshal.TryGetArray(pieces[i], out var segment))
                return null;
            if (segment.Count > int.MaxValue - length)
                break;
            segments.Add(segment);
            length += segment.Count;
        }
        return segments;
    }
}
