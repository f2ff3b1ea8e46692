using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Files that are open. Those that wait for a disk are called on threads of a pool.
internal static unsafe partial class Libc
{
    // How to open a file: the same numbers on x64 and arm64.
    internal const int WriteOnly = 0x1;
    internal const int ReadAndWrite = 0x2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NoControllingTerminal = 0x100;
    internal const int Truncate = 0x200;
    internal const int Append = 0x400;
    internal const int DataSync = 0x1000;
    internal const int Sync = 0x101000;

    /// <summary>For <see cref="ReadCached"/>: where the file is, and it moves on.</summary>
    internal const long AtPosition = -1;

    private const int OnlyCached = 8; // RWF_NOWAIT

    /// <summary>
    /// Reads what is in RAM, into pieces: EAGAIN if nothing is, EOPNOTSUPP where the file does not offer it. Linux 4.14.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadCached(int descriptor, nint* pieces, int count, long offset)
    {
        nint read;
        do read = preadv2(descriptor, pieces, count, (nint)offset, OnlyCached);
        while (read < 0 && IsInterrupted());
        return read >= 0 ? (int)read : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadVectorAt(int descriptor, nint* pieces, int count, long offset)
    {
        nint read;
        do read = preadv(descriptor, pieces, count, (nint)offset);
        while (read < 0 && IsInterrupted());
        return read >= 0 ? (int)read : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int WriteVectorAt(int descriptor, nint* pieces, int count, long offset)
    {
        nint written;
        do written = pwritev(descriptor, pieces, count, (nint)offset);
        while (written < 0 && IsInterrupted());
        return written >= 0 ? (int)written : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadAt(int descriptor, byte* buffer, int length, long offset)
    {
        nint count;
        do count = pread(descriptor, buffer, length, (nint)offset);
        while (count < 0 && IsInterrupted());
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int WriteAt(int descriptor, byte* buffer, int length, long offset)
    {
        nint count;
        do count = pwrite(descriptor, buffer, length, (nint)offset);
        while (count < 0 && IsInterrupted());
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    /// <summary>Moves the file's position: 0 counts from the start, 1 from where it is, 2 from the end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long Seek(int descriptor, long offset, int origin)
    {
        long position = lseek(descriptor, (nint)offset, origin);
        return position >= 0 ? position : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetLength(int descriptor, long length)
    {
        int result;
        do result = ftruncate(descriptor, (nint)length);
        while (result < 0 && IsInterrupted());
        return Result(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int FlushToDisk(int descriptor, bool dataOnly)
    {
        int result;
        do result = dataOnly ? fdatasync(descriptor) : fsync(descriptor);
        while (result < 0 && IsInterrupted());
        return Result(result);
    }

    /// <summary>Locks a part of a file, or lets it go; a command of fcntl and a flock.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Lock(int descriptor, int command, byte* region)
    {
        int result;
        do result = fcntl(descriptor, command, (nint)region);
        while (result < 0 && IsInterrupted());
        return Result(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeMode(int descriptor, int permissions) => Result(fchmod(descriptor, (uint)permissions));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeOwner(int descriptor, int user, int group) =>
        Result(fchown(descriptor, (uint)user, (uint)group));

    /// <summary>What is known of a file, into 256 bytes: a struct that is the same on all machines.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Status(int descriptor, byte* path, int flags, byte* status) =>
        Result(statx(descriptor, path, flags, 0x7FF, status));

    /// <summary>A name as the system takes it, closed by a zero.</summary>
    internal static byte[] Path(string path, string call)
    {
        // OCaml's error too: there can be no such file.
        if (path.Contains('\0'))
            throw new PromiseIOException(Errno.ENOENT, call, path);
        return [.. Utf8Text.Encode(path), 0];
    }

    /// <summary>The text that a zero closes.</summary>
    internal static string Text(byte* text) =>
        Utf8Text.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    [LibraryImport(Name)]
    private static partial nint preadv2(int descriptor, nint* pieces, int count, nint offset, int flags);

    [LibraryImport(Name)]
    private static partial nint preadv(int descriptor, nint* pieces, int count, nint offset);

    [LibraryImport(Name)]
    private static partial nint pwritev(int descriptor, nint* pieces, int count, nint offset);

    [LibraryImport(Name)]
    private static partial nint pread(int descriptor, byte* buffer, nint length, nint offset);

    [LibraryImport(Name)]
    private static partial nint pwrite(int descriptor, byte* buffer, nint length, nint offset);

    [LibraryImport(Name)]
    private static partial nint lseek(int descriptor, nint offset, int origin);

    [LibraryImport(Name)]
    private static partial int ftruncate(int descriptor, nint length);

    [LibraryImport(Name)]
    private static partial int fsync(int descriptor);

    [LibraryImport(Name)]
    private static partial int fdatasync(int descriptor);

    [LibraryImport(Name)]
    private static partial int fchmod(int descriptor, uint permissions);

    [LibraryImport(Name)]
    private static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport(Name)]
    private static partial int statx(int descriptor, byte* path, int flags, uint mask, byte* status);
}
