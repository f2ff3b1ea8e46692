using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core.CompilerServices;

// Files by their names, on threads of the loop's pool, and what only some ports can do.
public static partial class Primitives
{
    /// <summary>Opens a file. What the engine can wait for, such as a pipe with a name, becomes a port of the engine's.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="how">How.</param>
    /// <param name="permissions">Those of a file that is made.</param>
    public static Promise<Port> OpenFile(string path, FileOpening how, int permissions)
    {
        ArgumentNullException.ThrowIfNull(path);
        var workers = EventLoop.Current.Workers;
        var job = new FileOpenJob($"open of {path}", () => FileSystem.Current.Open(path, how, permissions), workers);
        return Map<Port, OpenedPort>(workers.Start(job), new(workers.Loop, how));
    }

    /// <summary>Makes a port of a descriptor that is open already, and owns it from here on.</summary>
    public static Port TakeHandle(SafeFileHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ObjectDisposedException.ThrowIf(handle.IsClosed, handle);
        return PortOf(FileSystem.Current.Take(handle), EventLoop.Current, writes: true);
    }

    /// <summary>The descriptor of a port, which the port owns.</summary>
    /// <exception cref="NotSupportedException">The port has none.</exception>
    public static SafeFileHandle HandleOf(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return port.Handle switch
        {
            SafeFileHandle handle => handle,
            null => throw new NotSupportedException($"{port.Description} has no descriptor of the system's."),
            // Not to be closed by way of it.
            var handle => new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false),
        };
    }

    /// <summary>Another port on the same thing.</summary>
    public static Port Duplicate(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return port.Duplicate();
    }

    /// <summary>Closes a port, a file on a thread of the pool.</summary>
    public static Promise<TUnit> ClosePort<TUnit>(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (port is FilePort file)
            return Map<TUnit, ToUnit<TUnit>>(file.CloseLater(), default);
        port.Close();
        return Completed<TUnit>();
    }

    /// <summary>What is known of a file.</summary>
    public static Promise<FileStatus> GetStatus(string path, bool followLinks) =>
        OnPool(followLinks ? "stat" : "lstat", path, () => FileSystem.Current.Status(path, followLinks));

    /// <summary>What is known of what a port stands on.</summary>
    public static Promise<FileStatus> GetStatus(Port port) => OnHandle(port, "fstat", FileSystem.Current.Status);

    /// <summary>Whether there is such a file, in the end.</summary>
    public static Promise<bool> FileExists(string path) => OnPool("stat", path, () => FileSystem.Current.Exists(path));

    /// <summary>Changes how long a file is.</summary>
    public static Promise<TUnit> SetLength<TUnit>(string path, long length) =>
        OnPool<TUnit>("truncate", path, () => FileSystem.Current.SetLength(path, length));

    /// <summary>Changes how long the file of a port is.</summary>
    public static Promise<TUnit> SetLength<TUnit>(Port port, long length) =>
        OnHandle<TUnit>(port, "ftruncate", (handle, name) => FileSystem.Current.SetLength(handle, length, name));

    /// <summary>Has the disk take what was written to a port.</summary>
    public static Promise<TUnit> FlushToDisk<TUnit>(Port port, bool dataOnly) =>
        OnHandle<TUnit>(
            port,
            dataOnly ? "fdatasync" : "fsync",
            (handle, name) => FileSystem.Current.FlushToDisk(handle, dataOnly, name)
        );

    /// <summary>Changes who may do what with a file.</summary>
    public static Promise<TUnit> ChangeMode<TUnit>(string path, int permissions) =>
        OnPool<TUnit>("chmod", path, () => FileSystem.Current.ChangeMode(path, permissions));

    /// <summary>Changes who may do what with the file of a port.</summary>
    public static Promise<TUnit> ChangeMode<TUnit>(Port port, int permissions) =>
        OnHandle<TUnit>(port, "fchmod", (handle, name) => FileSystem.Current.ChangeMode(handle, permissions, name));

    /// <summary>Changes who owns a file; -1 leaves the user or the group as it is.</summary>
    public static Promise<TUnit> ChangeOwner<TUnit>(string path, int user, int group) =>
        OnPool<TUnit>("chown", path, () => FileSystem.Current.ChangeOwner(path, user, group));

    /// <summary>Changes who owns the file of a port; -1 leaves the user or the group as it is.</summary>
    public static Promise<TUnit> ChangeOwner<TUnit>(Port port, int user, int group) =>
        OnHandle<TUnit>(port, "fchown", (handle, name) => FileSystem.Current.ChangeOwner(handle, user, group, name));

    /// <summary>Removes a name of a file.</summary>
    public static Promise<TUnit> Unlink<TUnit>(string path) =>
        OnPool<TUnit>("unlink", path, () => FileSystem.Current.Unlink(path));

    /// <summary>Gives a file another name; what has that name is replaced.</summary>
    public static Promise<TUnit> Rename<TUnit>(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return OnPool<TUnit>("rename", from, () => FileSystem.Current.Rename(from, to));
    }

    /// <summary>Gives a file one more name.</summary>
    public static Promise<TUnit> Link<TUnit>(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return OnPool<TUnit>("link", from, () => FileSystem.Current.Link(from, to));
    }

    /// <summary>Makes a link to a name.</summary>
    /// <param name="target">What it leads to.</param>
    /// <param name="path">Its own name.</param>
    /// <param name="toDirectory">For Windows: whether it leads to a directory; null to look.</param>
    public static Promise<TUnit> SymbolicLink<TUnit>(string target, string path, bool? toDirectory)
    {
        ArgumentNullException.ThrowIfNull(path);
        return OnPool<TUnit>("symlink", target, () => FileSystem.Current.SymbolicLink(target, path, toDirectory));
    }

    /// <summary>What a link leads to.</summary>
    public static Promise<string> ReadLink(string path) =>
        OnPool("readlink", path, () => FileSystem.Current.ReadLink(path));

    /// <summary>Makes a directory, which must not exist yet, in one that does.</summary>
    public static Promise<TUnit> MakeDirectory<TUnit>(string path, int permissions) =>
        OnPool<TUnit>("mkdir", path, () => FileSystem.Current.MakeDirectory(path, permissions));

    /// <summary>Removes an empty directory.</summary>
    public static Promise<TUnit> RemoveDirectory<TUnit>(string path) =>
        OnPool<TUnit>("rmdir", path, () => FileSystem.Current.RemoveDirectory(path));

    /// <summary>Makes a pipe with a name.</summary>
    public static Promise<TUnit> MakeFifo<TUnit>(string path, int permissions) =>
        OnPool<TUnit>("mkfifo", path, () => FileSystem.Current.MakeFifo(path, permissions));

    /// <summary>Rejected if this process may not do all of it: 4 is reading, 2 writing, 1 executing, 0 only looks for it.</summary>
    public static Promise<TUnit> CheckAccess<TUnit>(string path, int permissions) =>
        OnPool<TUnit>("access", path, () => FileSystem.Current.CheckAccess(path, permissions));

    /// <summary>Changes the current directory of the process.</summary>
    public static Promise<TUnit> ChangeDirectory<TUnit>(string path) =>
        OnPool<TUnit>("chdir", path, () => FileSystem.Current.ChangeDirectory(path));

    /// <summary>The current directory of the process.</summary>
    public static Promise<string> CurrentDirectory() =>
        OnPool("getcwd", "the process", () => FileSystem.Current.CurrentDirectory);

    /// <summary>Changes the root of the process.</summary>
    public static Promise<TUnit> ChangeRoot<TUnit>(string path) =>
        OnPool<TUnit>("chroot", path, () => FileSystem.Current.ChangeRoot(path));

    /// <summary>Sets the times of the last access and the last change, in seconds since 1970; null is now.</summary>
    public static Promise<TUnit> SetTimes<TUnit>(string path, double? access, double? write) =>
        OnPool<TUnit>("utimes", path, () => FileSystem.Current.SetTimes(path, access, write));

    /// <summary>
    /// Locks a part of a file for this process, of so many bytes from the position on, or back from it; zero is all that
    /// follows. False if another process has a lock there, and this does not wait.
    /// </summary>
    public static Promise<bool> Lock(FilePort file, bool shared, bool wait, long length)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Lock(shared ? FileLock.Shared : FileLock.Exclusive, wait, 0, length, SeekOrigin.Current);
    }

    /// <summary>Lets a part go that <see cref="Lock"/> has locked.</summary>
    public static Promise<bool> Unlock(FilePort file, long length)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Lock(FileLock.None, wait: false, 0, length, SeekOrigin.Current);
    }

    /// <summary>Whether another process has a lock on a part.</summary>
    public static Promise<bool> IsLocked(FilePort file, long length)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.IsLocked(0, length, SeekOrigin.Current);
    }

    /// <summary>Deletes a directory and all that is in it; links, not what they lead to.</summary>
    public static Promise<TUnit> DeleteTree<TUnit>(string path) =>
        OnPool<TUnit>("rmdir", path, () => FileSystem.Current.DeleteTree(path));

    /// <summary>The entries of a directory, read as they are enumerated.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="all">Whether those for the directory itself and the one above it come too.</param>
    public static async IAsyncEnumerable<DirectoryEntry> EntriesOf(string path, bool all)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var reader = await DirectoryReader.Open(path);
        while (await reader.Next("readdir") is { } entry)
            if (all || entry.Name is not ("." or ".."))
                yield return entry;
    }

    internal static Promise<T> OnPool<T>(string call, string path, Func<T> f)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Detach(EventLoop.Current.Workers, $"{call} of {path}", f);
    }

    internal static Promise<TUnit> OnPool<TUnit>(string call, string path, Action f) =>
        OnPool<TUnit>(
            call,
            path,
            () =>
            {
                f();
                return default!;
            }
        );

    private static Promise<T> OnHandle<T>(Port port, string call, Func<SafeHandle, string, T> f)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (port is FilePort file)
            return file.Call(call, open => f(open.Handle, open.Name), inTurn: call is not ("fstat" or "isatty"));
        if (port.IsClosed)
            return new(new PortClosedException(call, port.Description));
        if (port.AbortReason is { } reason)
            return new(reason);
        var (handle, name) = (port.Handle, port.Description);
        if (handle is null)
            return new(new NotSupportedException($"{call}: {name} has no descriptor of the system's."));
        return Detach(
            EventLoop.Current.Workers,
            $"{call} of {name}",
            () =>
            {
                var held = false;
                try
                {
                    handle.DangerousAddRef(ref held);
                    return f(handle, name);
                }
                catch (ObjectDisposedException) when (!held)
                {
                    throw new PortClosedException(call, name);
                }
                finally
                {
                    if (held)
                        handle.DangerousRelease();
                }
            }
        );
    }

    private static Promise<TUnit> OnHandle<TUnit>(Port port, string call, Action<SafeHandle, string> f) =>
        OnHandle<TUnit>(
            port,
            call,
            (handle, name) =>
            {
                f(handle, name);
                return default!;
            }
        );

    private static Port PortOf(OpenFile file, EventLoop loop, bool writes)
    {
        var kind = file.Opened.Kind;
        if (kind.IsPollable() && loop.TryTake(file.Handle, kind) is { } port)
            return port;
        // Threads wait for a device, and for a pipe that the engine cannot wait for.
        if (kind is not (FileKind.Regular or FileKind.Directory))
            file.Block();
        return new FilePort(file, loop, writes);
    }

    private readonly struct OpenedPort(EventLoop loop, FileOpening how) : IPlainStep<Port>
    {
        public Port Invoke(Promise source) => PortOf(Value<OpenFile>(source), loop, how.HasFlag(FileOpening.Write));
    }
}
