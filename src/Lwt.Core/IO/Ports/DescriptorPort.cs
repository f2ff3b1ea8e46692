using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>A port on a descriptor of Linux.</summary>
internal sealed unsafe partial class DescriptorPort : ReadinessPort
{
    private readonly SafeHandle _handle;
    private readonly int _descriptor;

    // Null until it is needed. It does not own the descriptor, unless it is another of the same socket, that was taken over.
    private Socket? _socket;

    // Of a connection that was accepted: the system forgets it once the peer is gone.
    private EndPoint? _acceptedFrom;

    // Once descriptors may come: a read ends where they were sent, so a short one does not mean that nothing is left.
    private bool _readsByMessage;

    /// <summary>The place in the table of whoever watches it; -1 while nobody does.</summary>
    internal int Place = -1;

    /// <summary>Whether what it stands on stays open when it is closed: then whoever watches it must be told so.</summary>
    internal bool IsShared { get; set; }

    internal DescriptorPort(SafeHandle handle, PortKind kind, PortTurns turns, Driver driver)
        : base(kind, turns, driver)
    {
        (_handle, _descriptor) = (handle, (int)handle.DangerousGetHandle());
        turns.Open.Add(this);
    }

    public override int Descriptor => _descriptor;

    internal override int TryRead(Span<byte> buffer)
    {
        int count;
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
            count =
                (Flags & IsSocket) != 0
                    ? Libc.Receive(_descriptor, start, buffer.Length, 0)
                    : Libc.Read(_descriptor, start, buffer.Length);
        return Received(count, buffer.Length);
    }

    internal override int TryWrite(ReadOnlySpan<byte> buffer)
    {
        int count;
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
            count =
                (Flags & IsSocket) != 0
                    ? Libc.Send(_descriptor, start, buffer.Length, 0)
                    : Libc.Write(_descriptor, start, buffer.Length);
        return Written(count);
    }

    internal override int TryReceive(Span<byte> buffer, SocketFlags flags)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
            return Taken(Libc.Receive(_descriptor, start, buffer.Length, (int)flags));
    }

    internal override int TrySend(ReadOnlySpan<byte> buffer, SocketFlags flags)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
            return Written(Libc.Send(_descriptor, start, buffer.Length, (int)flags));
    }

    internal override int TryAccept(out Port? port)
    {
        var address = stackalloc byte[SocketAddresses.MostBytes];
        var size = SocketAddresses.MostBytes;
        int accepted;
        // A connection that was reset before it was accepted is no error of the listener's.
        do accepted = Libc.Accept(_descriptor, address, &size);
        while (accepted == -Errno.ECONNABORTED);
        port = null;
        if (accepted >= 0)
        {
            var made = new DescriptorPort(new DescriptorHandle(accepted), PortKind.Stream, Turns, Driver);
            made._acceptedFrom = SocketAddresses.Read(new ReadOnlySpan<byte>(address, size));
            made.SetPeer(made._acceptedFrom);
            port = made;
        }
        return Taken(accepted);
    }

    internal override int TryReceiveFrom(Span<byte> buffer, SocketFlags flags, out EndPoint? peer)
    {
        var address = stackalloc byte[SocketAddresses.MostBytes];
        var size = SocketAddresses.MostBytes;
        int count;
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
            count = Libc.ReceiveFrom(_descriptor, start, buffer.Length, (int)flags, address, &size);
        peer = count < 0 ? null : Sender(new ReadOnlySpan<byte>(address, size));
        return Taken(count);
    }

    internal override int TrySendTo(ReadOnlySpan<byte> buffer, EndPoint peer, SocketFlags flags)
    {
        var address = peer.Serialize();
        fixed (byte* start = &MemoryMarshal.GetReference(buffer))
        fixed (byte* to = address.Buffer.Span)
            return Written(Libc.SendTo(_descriptor, start, buffer.Length, (int)flags, to, address.Size));
    }

    // A connected stream tells no address, and a sender that was not bound has none.
    private EndPoint Sender(ReadOnlySpan<byte> address)
    {
        if (SocketAddresses.Read(address) is { } known)
            return known;
        var buffer = stackalloc byte[SocketAddresses.MostBytes];
        var size = SocketAddresses.MostBytes;
        return Libc.GetPeerName(_descriptor, buffer, &size) >= 0
            ? SocketAddresses.Read(new ReadOnlySpan<byte>(buffer, size)) ?? SocketAddresses.Nameless
            : SocketAddresses.Nameless;
    }

    internal override bool WouldWait(bool writes) => !Libc.IsReady(_descriptor, writes ? Libc.Writable : Libc.Readable);

    private protected override int BeginConnect(EndPoint peer)
    {
        var address = peer.Serialize();
        fixed (byte* to = address.Buffer.Span)
        {
            var result = Libc.Connect(_descriptor, to, address.Size);
            return result is -Errno.EINPROGRESS or -Errno.EINTR ? WouldBlock : result;
        }
    }

    internal override int EndConnect()
    {
        var error = 0;
        var size = sizeof(int);
        var result = Libc.GetOption(_descriptor, NativeOptions.SolSocket, NativeOptions.SoError, (byte*)&error, &size);
        return result < 0 ? result : -error;
    }

    /// <summary>Disposes of a socket that was taken over when the port is closed.</summary>
    internal void Keep(Socket socket) => _socket = socket;

    private protected override void Release()
    {
        Turns.Open.Remove(this);
        _socket?.Dispose();
        _socket = null;
        _handle.Dispose();
    }

    /// <summary>Notes what a read of so many bytes at most has shown.</summary>
    private int Received(int count, int length)
    {
        if (count == 0 && length > 0 && (Flags & IsStream) != 0)
            Flags |= HungUp;
        else if (
            count == WouldBlock
            || ((uint)count < (uint)length && (Flags & (IsStream | HungUp)) == IsStream && !_readsByMessage)
        )
            Flags &= unchecked((byte)~MayRead);
        return count;
    }

    private int Taken(int result)
    {
        if (result == WouldBlock)
            Flags &= unchecked((byte)~MayRead);
        return result;
    }

    // Not on a short write: only after EAGAIN does the system surely tell when there is room.
    private int Written(int result)
    {
        if (result == WouldBlock)
            Flags &= unchecked((byte)~MayWrite);
        return result;
    }
}
