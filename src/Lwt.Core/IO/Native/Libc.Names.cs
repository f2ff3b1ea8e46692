using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Files by their names, and directories. A name ends with a zero: see Path.
internal static unsafe partial class Libc
{
    internal const int OfThisProcess = -100; // AT_FDCWD: names count from the current directory
    internal const int OfLink = 0x100; // AT_SYMLINK_NOFOLLOW
    internal const int OfDescriptor = 0x1000; // AT_EMPTY_PATH

    /// <summary>Where a directory's entry has its kind and its name.</summary>
    private const int EntryKind = 18;
    private const int EntryName = 19;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Open(byte* path, int flags, int permissions)
    {
        int descriptor;
        do descriptor = open(path, flags, permissions);
        while (descriptor < 0 && IsInterrupted());
        return Result(descriptor);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Unlink(byte* path) => Result(unlink(path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Rename(byte* from, byte* to) => Result(rename(from, to));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Link(byte* from, byte* to) => Result(link(from, to));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SymbolicLink(byte* target, byte* path) => Result(symlink(target, path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadLink(byte* path, byte* buffer, int length) => Result((int)readlink(path, buffer, length));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeMode(byte* path, int permissions) => Result(chmod(path, (uint)permissions));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeOwner(byte* path, int user, int group) => Result(chown(path, (uint)user, (uint)group));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int MakeDirectory(byte* path, int permissions) => Result(mkdir(path, (uint)permissions));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int RemoveDirectory(byte* path) => Result(rmdir(path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int MakeFifo(byte* path, int permissions) => Result(mkfifo(path, (uint)permissions));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int CheckAccess(byte* path, int permissions) => Result(access(path, permissions));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeDirectory(byte* path) => Result(chdir(path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int CurrentDirectory(byte* path, int length) =>
        getcwd(path, length) is not null ? 0 : -Marshal.GetLastSystemError();

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ChangeRoot(byte* path) => Result(chroot(path));

    /// <summary>Sets the times of the last access and the last change: seconds and nanoseconds of each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetTimes(byte* path, long* times) => Result(utimensat(OfThisProcess, path, times, 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetLength(byte* path, long length)
    {
        int result;
        do result = truncate(path, (nint)length);
        while (result < 0 && IsInterrupted());
        return Result(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int OpenDirectory(byte* path, out nint directory)
    {
        directory = opendir(path);
        return directory != 0 ? 0 : -Marshal.GetLastSystemError();
    }

    /// <summary>The next entry: 1, or 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadDirectory(nint directory, out byte kind, out byte* name)
    {
        Marshal.SetLastSystemError(0);
        var entry = readdir(directory);
        kind = entry is null ? (byte)0 : entry[EntryKind];
        name = entry is null ? null : entry + EntryName;
        return entry is null ? -Marshal.GetLastSystemError() : 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RewindDirectory(nint directory) => rewinddir(directory);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int CloseDirectory(nint directory) => Result(closedir(directory));

    [LibraryImport(Name)]
    private static partial int open(byte* path, int flags, int permissions);

    [LibraryImport(Name)]
    private static partial int unlink(byte* path);

    [LibraryImport(Name)]
    private static partial int rename(byte* from, byte* to);

    [LibraryImport(Name)]
    private static partial int link(byte* from, byte* to);

    [LibraryImport(Name)]
    private static partial int symlink(byte* target, byte* path);

    [LibraryImport(Name)]
    private static partial nint readlink(byte* path, byte* buffer, nint length);

    [LibraryImport(Name)]
    private static partial int chmod(byte* path, uint permissions);

    [LibraryImport(Name)]
    private static partial int chown(byte* path, uint user, uint group);

    [LibraryImport(Name)]
    private static partial int mkdir(byte* path, uint permissions);

    [LibraryImport(Name)]
    private static partial int rmdir(byte* path);

    [LibraryImport(Name)]
    private static partial int mkfifo(byte* path, uint permissions);

    [LibraryImport(Name)]
    private static partial int access(byte* path, int permissions);

    [LibraryImport(Name)]
    private static partial int chdir(byte* path);

    [LibraryImport(Name)]
    private static partial byte* getcwd(byte* path, nint length);

    [LibraryImport(Name)]
    private static partial int chroot(byte* path);

    [LibraryImport(Name)]
    private static partial int utimensat(int directory, byte* path, long* times, int flags);

    [LibraryImport(Name)]
    private static partial int truncate(byte* path, nint length);

    [LibraryImport(Name)]
    private static partial nint opendir(byte* path);

    [LibraryImport(Name)]
    private static partial byte* readdir(nint directory);

    [LibraryImport(Name)]
    private static partial void rewinddir(nint directory);

    [LibraryImport(Name)]
    private static partial int closedir(nint directory);
}
