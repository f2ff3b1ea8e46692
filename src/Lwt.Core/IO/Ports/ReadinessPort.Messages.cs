using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

// Bytes with descriptors.
public abstract partial class ReadinessPort
{
    /// <inheritdoc/>
    public sealed override Promise<ReceivedMessage> ReceiveMessage(IReadOnlyList<Memory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        return (Promise<ReceivedMessage>)Begin(new ReceiveMessageOperation(this, new(buffers), Enter()));
    }

    /// <inheritdoc/>
    public sealed override Promise<int> SendMessage(
        IReadOnlyList<ReadOnlyMemory<byte>> buffers,
        IReadOnlyList<SafeHandle>? descriptors = null,
        EndPoint? peer = null
    )
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var driver = Enter();
        var pieces = new OutputPieces(buffers);
        SafeHandle[] handles = [.. descriptors ?? []];
        CheckDescriptors(handles, pieces);
        return (Promise<int>)Begin(new SendMessageOperation(this, pieces, handles, peer, driver));
    }

    private void CheckDescriptors(SafeHandle[] descriptors, OutputPieces pieces)
    {
        if (descriptors.Length == 0)
            return;
        for (var i = 0; i < descriptors.Length; i++)
            if (descriptors[i] is null)
                throw Errors.NullElement(nameof(descriptors), i, "a descriptor");
        if (descriptors.Length > Libc.MostDescriptors)
            throw new ArgumentException(
                $"A message takes at most {Libc.MostDescriptors} descriptors, and was given {descriptors.Length}. Send several "
                    + "messages.",
                nameof(descriptors)
            );
        if ((Flags & IsStream) != 0 && Pieces.Length(pieces, most: 1) == 0)
            throw new ArgumentException(
                "Descriptors on a stream need at least one byte to go with: without one they would be lost.",
                nameof(descriptors)
            );
    }

    // What a kind does that has no descriptors to pass.

    internal virtual int TryReceiveMessage(InputPieces pieces, out SafeFileHandle[] descriptors)
    {
        descriptors = [];
        return TryRead(pieces);
    }

    internal virtual int TrySendMessage(OutputPieces pieces, SafeHandle[] descriptors, EndPoint? peer) =>
        descriptors.Length > 0 ? -Errno.EOPNOTSUPP
        : peer is null ? TryWrite(pieces)
        : TrySendTo(pieces, peer);

    private int TrySendTo(OutputPieces pieces, EndPoint peer)
    {
        var length = Pieces.Length(pieces, MostCopied);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            pieces.CopyTo(buffer.AsSpan(0, length));
            return TrySendTo(buffer.AsSpan(0, length), peer, default);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
