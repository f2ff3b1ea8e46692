using System.Runtime.InteropServices;
using Lwt.Core.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>The file system by what .NET has for it on all systems.</summary>
internal sealed class PortableFileSystem : FileSystem
{
    internal override OpenFile Open(string path, FileOpening how, int permissions) =>
        Call(
            "open",
            path,
            () =>
            {
                // .NET says only that access is denied.
                if (Directory.Exists(path))
                    throw new PromiseIOException(Errno.EISDIR, "open", path);
                // A stream, for a handle alone takes no permissions. Collecting it leaves the handle open.
                var handle = new FileStream(path, Options(how, permissions)).SafeFileHandle;
                return new PortableFile(handle, path, how.HasFlag(FileOpening.Append));
            }
        );

    internal override OpenFile Take(SafeFileHandle handle) => new PortableFile(handle, null, appends: false);

    internal override FileStatus Status(string path, bool followLinks) =>
        Call(
            followLinks ? "stat" : "lstat",
            path,
            () =>
            {
                FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
                if (followLinks)
                    info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
                if (!info.Exists && (followLinks || info.LinkTarget is null))
                    throw new PromiseIOException(Errno.ENOENT, followLinks ? "stat" : "lstat", path);
                return new FileStatus
                {
                    Kind = FileKinds.Of(info.Attributes, !followLinks && info.LinkTarget is not null),
                    Permissions = OperatingSystem.IsWindows() ? default : info.UnixFileMode,
                    Length = info is FileInfo file ? file.Length : 0,
                    LinkCount = 1,
                    LastAccess = info.LastAccessTimeUtc,
                    LastWrite = info.LastWriteTimeUtc,
                    LastChange = info.LastWriteTimeUtc,
                };
            }
        );

    internal override FileStatus Status(SafeHandle handle, string name) =>
        Call("fstat", name, () => Status(Of(handle)));

    internal static FileStatus Status(SafeFileHandle handle)
    {
        var length = Length(handle);
        return new()
        {
            Kind = length is null ? FileKind.CharacterDevice : FileKind.Regular,
            Permissions = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(handle),
            Length = length ?? 0,
            LinkCount = 1,
            LastAccess = length is null ? default : File.GetLastAccessTimeUtc(handle),
            LastWrite = length is null ? default : File.GetLastWriteTimeUtc(handle),
            LastChange = length is null ? default : File.GetLastWriteTimeUtc(handle),
        };
    }

    // A terminal or a pipe has none.
    private static long? Length(SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    internal override void SetLength(string path, long length) =>
        Call(
            "truncate",
            path,
            () =>
            {
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                RandomAccess.SetLength(handle, length);
            }
        );

    internal override void SetLength(SafeHandle handle, long length, string name) =>
        Call("ftruncate", name, () => RandomAccess.SetLength(Of(handle), length));

    internal override void FlushToDisk(SafeHandle handle, bool dataOnly, string name) =>
        Call(dataOnly ? "fdatasync" : "fsync", name, () => RandomAccess.FlushToDisk(Of(handle)));

    internal override void ChangeMode(string path, int permissions) =>
        Call(
            "chmod",
            path,
            () =>
            {
                if (OperatingSystem.IsWindows())
                    throw Missing("chmod");
                File.SetUnixFileMode(path, (UnixFileMode)permissions);
            }
        );

    internal override void ChangeMode(SafeHandle handle, int permissions, string name) =>
        Call(
            "fchmod",
            name,
            () =>
            {
                if (OperatingSystem.IsWindows())
                    throw Missing("fchmod");
                File.SetUnixFileMode(Of(handle), (UnixFileMode)permissions);
            }
        );

    internal override void ChangeOwner(string path, int user, int group) => throw Missing("chown");

    internal override void ChangeOwner(SafeHandle handle, int user, int group, string name) => throw Missing("fchown");

    internal override void Unlink(string path) =>
        Call(
            "unlink",
            path,
            () =>
            {
                // .NET says nothing of a file that is not there.
                if (!Path.Exists(path) && new FileInfo(path).LinkTarget is null)
                    throw new PromiseIOException(Errno.ENOENT, "unlink", path);
                File.Delete(path);
            }
        );

    internal override void Rename(string from, string to) =>
        Call(
            "rename",
            from,
            () =>
            {
                if (Directory.Exists(from))
                    Directory.Move(from, to);
                else
                    File.Move(from, to, overwrite: true);
            }
        );

    internal override void Link(string from, string to) => throw Missing("link");

    internal override void SymbolicLink(string target, string path, bool? toDirectory) =>
        Call(
            "symlink",
            target,
            () =>
            {
                var at = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", target);
                if (toDirectory ?? Directory.Exists(at))
                    Directory.CreateSymbolicLink(path, target);
                else
                    File.CreateSymbolicLink(path, target);
            }
        );

    internal override string ReadLink(string path) =>
        Call(
            "readlink",
            path,
            () =>
                new FileInfo(path).LinkTarget
                ?? throw new PromiseIOException(Path.Exists(path) ? Errno.EINVAL : Errno.ENOENT, "readlink", path)
        );

    internal override void MakeDirectory(string path, int permissions) =>
        Call(
            "mkdir",
            path,
            () =>
            {
                if (Path.Exists(path))
                    throw new PromiseIOException(Errno.EEXIST, "mkdir", path);
                if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
                    throw new PromiseIOException(Errno.ENOENT, "mkdir", path);
                if (OperatingSystem.IsWindows())
                    Directory.CreateDirectory(path);
                else
                    Directory.CreateDirectory(path, (UnixFileMode)permissions);
            }
        );

    internal override void RemoveDirectory(string path) =>
        Call("rmdir", path, () => Directory.Delete(path, recursive: false));

    internal override void MakeFifo(string path, int permissions) => throw Missing("mkfifo");

    internal override void CheckAccess(string path, int permissions)
    {
        if (!Path.Exists(path))
            throw new PromiseIOException(Errno.ENOENT, "access", path);
        var status = Status(path, followLinks: true);
        if ((permissions & 2) != 0 && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
            throw new PromiseIOException(Errno.EACCES, "access", path);
        const UnixFileMode Executable =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if ((permissions & 1) != 0 && !OperatingSystem.IsWindows() && (status.Permissions & Executable) == 0)
            throw new PromiseIOException(Errno.EACCES, "access", path);
    }

    internal override void ChangeDirectory(string path) =>
        Call("chdir", path, () => Directory.SetCurrentDirectory(path));

    internal override string CurrentDirectory => Call("getcwd", "", Directory.GetCurrentDirectory);

    internal override void ChangeRoot(string path) => throw Missing("chroot");

    internal override void SetTimes(string path, double? access, double? write) =>
        Call(
            "utimes",
            path,
            () =>
            {
                File.SetLastAccessTimeUtc(path, Time(access));
                File.SetLastWriteTimeUtc(path, Time(write));
            }
        );

    internal override OpenDirectory OpenDirectory(string path) =>
        Call("opendir", path, () => new PortableDirectory(path));

    private static FileStreamOptions Options(FileOpening how, int permissions)
    {
        var options = new FileStreamOptions
        {
            Mode = Mode(how),
            Access = Access(how),
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options =
                (how & (FileOpening.Sync | FileOpening.DataSync)) != 0 ? FileOptions.WriteThrough : FileOptions.None,
        };
        if (how.HasFlag(FileOpening.Create) && !OperatingSystem.IsWindows())
            options.UnixCreateMode = (UnixFileMode)(permissions & 0xFFF);
        return options;
    }

    private static FileAccess Access(FileOpening how) =>
        !how.HasFlag(FileOpening.Write) ? FileAccess.Read
        : how.HasFlag(FileOpening.Read) ? FileAccess.ReadWrite
        : FileAccess.Write;

    private static FileMode Mode(FileOpening how) =>
        (how & (FileOpening.Create | FileOpening.Exclusive | FileOpening.Truncate)) switch
        {
            var flags when flags.HasFlag(FileOpening.Create | FileOpening.Exclusive) => FileMode.CreateNew,
            var flags when flags.HasFlag(FileOpening.Create | FileOpening.Truncate) => FileMode.Create,
            var flags when flags.HasFlag(FileOpening.Create) => FileMode.OpenOrCreate,
            var flags when flags.HasFlag(FileOpening.Truncate) => FileMode.Truncate,
            _ => FileMode.Open,
        };

    private static DateTime Time(double? seconds) =>
        seconds is { } value ? DateTime.UnixEpoch.AddSeconds(value) : TimeProvider.System.GetUtcNow().UtcDateTime;

    private static SafeFileHandle Of(SafeHandle handle) =>
        handle as SafeFileHandle
        ?? throw new PlatformNotSupportedException("On this system only files have such calls, not sockets and pipes.");

    internal static PlatformNotSupportedException Missing(string call) =>
        new($"{call}: .NET has no such call on this system. It is there on Linux.");

    private static void Call(string call, string argument, Action f) =>
        Call(
            call,
            argument,
            () =>
            {
                f();
                return default(Unit);
            }
        );

    internal static T Call<T>(string call, string argument, Func<T> f)
    {
        try
        {
            return f();
        }
        catch (PromiseIOException)
        {
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PromiseIOException(e, call, argument);
        }
    }
}
