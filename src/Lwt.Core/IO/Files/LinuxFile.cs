using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>An open file, by calls of Linux.</summary>
internal sealed unsafe class LinuxFile : OpenFile
{
    private const int GetLock = 5;
    private const int SetLock = 6;
    private const int WaitForLock = 7;
    private const int LockSize = 32;

    // Linux 5.9 and 5.10 can say that the file has ended where it has not.
    private static readonly bool s_endIsSure = Environment.OSVersion.Version >= new Version(5, 11);

    // The C library is older than the call.
    private static volatile bool s_cannotReadCached;

    // What the file cannot do once, it never can.
    private volatile bool _cannotReadCached;

    internal LinuxFile(SafeFileHandle handle, string? path)
        : base(handle, path)
    {
        Opened = LinuxFileSystem.Status(Descriptor, Name);
        // A terminal tells whether bytes are there, not whether it can go without waiting.
        _cannotReadCached = Opened.Kind is not (FileKind.Regular or FileKind.BlockDevice);
    }

    internal override FileStatus Opened { get; }

    private int Descriptor => (int)Handle.DangerousGetHandle();

    internal override int TryReadCached(Span<byte> buffer, long offset)
    {
        if (_cannotReadCached || s_cannotReadCached)
            return -Errno.EAGAIN;
        fixed (byte* start = buffer)
        {
            var piece = stackalloc nint[2];
            (piece[0], piece[1]) = ((nint)start, buffer.Length);
            return ReadCached(piece, 1, offset);
        }
    }

    internal override int TryReadCached(InputPieces pieces, long offset)
    {
        if (_cannotReadCached || s_cannotReadCached)
            return -Errno.EAGAIN;
        using var pinned = PinnedPieces.Pin(pieces);
        return ReadCached(pinned.Vector, pinned.Count, offset);
    }

    private int ReadCached(nint* pieces, int count, long offset)
    {
        int result;
        try
        {
            result = Libc.ReadCached(Descriptor, pieces, count, offset);
        }
        catch (EntryPointNotFoundException)
        {
            s_cannotReadCached = true;
            return -Errno.EAGAIN;
        }
        switch (result)
        {
            case > 0:
            case 0 when s_endIsSure:
                return result;
            case -Errno.EOPNOTSUPP or -Errno.ENOSYS or -Errno.EINVAL:
                _cannotReadCached = true;
                return -Errno.EAGAIN;
            case 0:
                return -Errno.EAGAIN;
            default:
                return result;
        }
    }

    internal override int Read(Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
            return offset == AtPosition
                ? Checked(Libc.Read(Descriptor, start, buffer.Length), "read")
                : Checked(Libc.ReadAt(Descriptor, start, buffer.Length, offset), "pread");
    }

    internal override int Write(ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
            return offset == AtPosition
                ? Checked(Libc.Write(Descriptor, start, buffer.Length), "write")
                : Checked(Libc.WriteAt(Descriptor, start, buffer.Length, offset), "pwrite");
    }

    internal override int Read(InputPieces pieces, long offset)
    {
        using var pinned = PinnedPieces.Pin(pieces);
        return offset == AtPosition
            ? Checked(Libc.ReadVector(Descriptor, pinned.Vector, pinned.Count), "readv")
            : Checked(Libc.ReadVectorAt(Descriptor, pinned.Vector, pinned.Count, offset), "preadv");
    }

    internal override int Write(OutputPieces pieces, long offset)
    {
        using var pinned = PinnedPieces.Pin(pieces);
        return offset == AtPosition
            ? Checked(Libc.WriteVector(Descriptor, pinned.Vector, pinned.Count), "writev")
            : Checked(Libc.WriteVectorAt(Descriptor, pinned.Vector, pinned.Count, offset), "pwritev");
    }

    internal override void Block() => _ = Libc.SetFlags(Descriptor, Libc.GetFlags(Descriptor) & ~Libc.NonBlocking);

    internal override long Seek(long offset, SeekOrigin origin)
    {
        var position = Libc.Seek(Descriptor, offset, (int)origin);
        return position >= 0 ? position : throw new PromiseIOException((int)-position, "lseek", Name);
    }

    internal override bool Lock(FileLock kind, bool wait, long offset, long length, SeekOrigin origin)
    {
        var region = stackalloc byte[LockSize];
        Describe(region, kind, offset, length, origin);
        var result = Libc.Lock(Descriptor, wait ? WaitForLock : SetLock, region);
        if (result is -Errno.EAGAIN or -Errno.EACCES && !wait)
            return false;
        Checked(result, "lockf");
        return true;
    }

    internal override bool IsLocked(long offset, long length, SeekOrigin origin)
    {
        var region = stackalloc byte[LockSize];
        Describe(region, FileLock.Exclusive, offset, length, origin);
        Checked(Libc.Lock(Descriptor, GetLock, region), "lockf");
        return *(short*)region != (short)FileLock.None;
    }

    private static void Describe(byte* region, FileLock kind, long offset, long length, SeekOrigin origin)
    {
        new Span<byte>(region, LockSize).Clear();
        *(short*)region = (short)kind;
        *(short*)(region + 2) = (short)origin;
        *(long*)(region + 8) = offset;
        *(long*)(region + 16) = length;
    }

    private int Checked(int result, string call) => LinuxFileSystem.Checked(result, call, Name);
}
