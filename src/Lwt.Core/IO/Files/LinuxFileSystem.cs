using System.Runtime.InteropServices;
using Lwt.Core.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>The file system by calls of Linux: they tell which error it was, and take names of any bytes.</summary>
internal sealed unsafe class LinuxFileSystem : FileSystem
{
    private const int LongestName = 4096; // PATH_MAX
    private const int UseNow = (1 << 30) - 1; // UTIME_NOW

    private delegate int NameCall(byte* path);

    internal override OpenFile Open(string path, FileOpening how, int permissions)
    {
        var descriptor = Call("open", path, name => Libc.Open(name, Native(how), permissions));
        return new LinuxFile(new SafeFileHandle(descriptor, ownsHandle: true), path);
    }

    internal override OpenFile Take(SafeFileHandle handle) => new LinuxFile(handle, null);

    internal override FileStatus Status(string path, bool followLinks)
    {
        var call = followLinks ? "stat" : "lstat";
        var status = stackalloc byte[StatusReader.Size];
        var flags = followLinks ? 0 : Libc.OfLink;
        int result;
        fixed (byte* name = Libc.Path(path, call))
            result = Libc.Status(Libc.OfThisProcess, name, flags, status);
        return Checked(result, call, path) >= 0 ? StatusReader.Read(status) : null!;
    }

    internal override FileStatus Status(SafeHandle handle, string name) => Status(Number(handle), name);

    internal static FileStatus Status(int descriptor, string name)
    {
        var status = stackalloc byte[StatusReader.Size];
        byte none = 0;
        Checked(Libc.Status(descriptor, &none, Libc.OfDescriptor, status), "fstat", name);
        return StatusReader.Read(status);
    }

    internal override void SetLength(string path, long length) =>
        Call("truncate", path, name => Libc.SetLength(name, length));

    internal override void SetLength(SafeHandle handle, long length, string name) =>
        Checked(Libc.SetLength(Number(handle), length), "ftruncate", name);

    internal override void FlushToDisk(SafeHandle handle, bool dataOnly, string name) =>
        Checked(Libc.FlushToDisk(Number(handle), dataOnly), dataOnly ? "fdatasync" : "fsync", name);

    internal override void ChangeMode(string path, int permissions) =>
        Call("chmod", path, name => Libc.ChangeMode(name, permissions));

    internal override void ChangeMode(SafeHandle handle, int permissions, string name) =>
        Checked(Libc.ChangeMode(Number(handle), permissions), "fchmod", name);

    internal override void ChangeOwner(string path, int user, int group) =>
        Call("chown", path, name => Libc.ChangeOwner(name, user, group));

    internal override void ChangeOwner(SafeHandle handle, int user, int group, string name) =>
        Checked(Libc.ChangeOwner(Number(handle), user, group), "fchown", name);

    internal override void Unlink(string path) => Call("unlink", path, Libc.Unlink);

    internal override void Rename(string from, string to) => Call("rename", from, to, Libc.Rename);

    internal override void Link(string from, string to) => Call("link", from, to, Libc.Link);

    internal override void SymbolicLink(string target, string path, bool? toDirectory) =>
        Call("symlink", target, path, Libc.SymbolicLink);

    internal override string ReadLink(string path)
    {
        var target = new byte[LongestName];
        var length = Call(
            "readlink",
            path,
            name =>
            {
                fixed (byte* start = target)
                    return Libc.ReadLink(name, start, target.Length);
            }
        );
        return Utf8Text.Decode(target.AsSpan(0, length));
    }

    internal override void MakeDirectory(string path, int permissions) =>
        Call("mkdir", path, name => Libc.MakeDirectory(name, permissions));

    internal override void RemoveDirectory(string path) => Call("rmdir", path, Libc.RemoveDirectory);

    internal override void MakeFifo(string path, int permissions) =>
        Call("mkfifo", path, name => Libc.MakeFifo(name, permissions));

    internal override void CheckAccess(string path, int permissions) =>
        Call("access", path, name => Libc.CheckAccess(name, permissions));

    internal override void ChangeDirectory(string path) => Call("chdir", path, Libc.ChangeDirectory);

    internal override string CurrentDirectory
    {
        get
        {
            var name = new byte[LongestName];
            fixed (byte* start = name)
            {
                Checked(Libc.CurrentDirectory(start, name.Length), "getcwd", "");
                return Libc.Text(start);
            }
        }
    }

    internal override void ChangeRoot(string path) => Call("chroot", path, Libc.ChangeRoot);

    internal override void SetTimes(string path, double? access, double? write)
    {
        var times = stackalloc long[4];
        Set(access, times);
        Set(write, times + 2);
        int result;
        fixed (byte* name = Libc.Path(path, "utimes"))
            result = Libc.SetTimes(name, times);
        Checked(result, "utimes", path);
    }

    internal override OpenDirectory OpenDirectory(string path)
    {
        int result;
        nint directory;
        fixed (byte* name = Libc.Path(path, "opendir"))
            result = Libc.OpenDirectory(name, out directory);
        Checked(result, "opendir", path);
        return new LinuxDirectory(directory, path);
    }

    private static int Native(FileOpening how)
    {
        var flags = how.HasFlag(FileOpening.Inheritable) ? 0 : Libc.CloseOnExec;
        if (how.HasFlag(FileOpening.Write))
            flags |= how.HasFlag(FileOpening.Read) ? Libc.ReadAndWrite : Libc.WriteOnly;
        Add(FileOpening.Append, Libc.Append);
        Add(FileOpening.Create, Libc.Create);
        Add(FileOpening.Exclusive, Libc.Exclusive);
        Add(FileOpening.Truncate, Libc.Truncate);
        Add(FileOpening.NonBlocking, Libc.NonBlocking);
        Add(FileOpening.NoControllingTerminal, Libc.NoControllingTerminal);
        Add(FileOpening.DataSync, Libc.DataSync);
        Add(FileOpening.Sync, Libc.Sync);
        return flags;

        void Add(FileOpening one, int flag)
        {
            if (how.HasFlag(one))
                flags |= flag;
        }
    }

    private static void Set(double? seconds, long* time)
    {
        if (seconds is not { } value)
        {
            (time[0], time[1]) = (0, UseNow);
            return;
        }
        var whole = Math.Floor(value);
        time[0] = (long)whole;
        time[1] = Math.Clamp((long)((value - whole) * 1e9), 0, 999_999_999);
    }

    // The caller, a job, holds the handle open.
    private static int Number(SafeHandle handle) => (int)handle.DangerousGetHandle();

    private static int Call(string call, string path, NameCall f)
    {
        int result;
        fixed (byte* name = Libc.Path(path, call))
            result = f(name);
        return Checked(result, call, path);
    }

    private delegate int NamesCall(byte* first, byte* second);

    private static void Call(string call, string first, string second, NamesCall f)
    {
        int result;
        fixed (byte* name = Libc.Path(first, call))
        fixed (byte* other = Libc.Path(second, call))
            result = f(name, other);
        Checked(result, call, first);
    }

    internal static int Checked(int result, string call, string argument) =>
        result >= 0 ? result : throw new PromiseIOException(-result, call, argument);
}
