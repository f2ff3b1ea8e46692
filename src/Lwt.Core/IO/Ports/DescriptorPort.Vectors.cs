namespace Lwt.Core;

// Several buffers in one system call.
internal sealed unsafe partial class DescriptorPort
{
    internal override int TryRead(InputPieces pieces)
    {
        using var pinned = PinnedPieces.Pin(pieces);
        return Received(Libc.ReadVector(_descriptor, pinned.Vector, pinned.Count), pinned.Length);
    }

    internal override int TryWrite(OutputPieces pieces)
    {
        using var pinned = PinnedPieces.Pin(pieces);
        return Written(
            (Flags & IsSocket) != 0
                ? Libc.SendVector(_descriptor, pinned.Vector, pinned.Count)
                : Libc.WriteVector(_descriptor, pinned.Vector, pinned.Count)
        );
    }
}
