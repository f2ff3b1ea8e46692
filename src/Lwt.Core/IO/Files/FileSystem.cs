using System.Runtime.InteropServices;
using Lwt.Core.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// The calls on files by their names, and those on open ones that have no position. They block: all run on threads of a pool.
/// What fails is <see cref="PromiseIOException"/>.
/// </summary>
internal abstract class FileSystem
{
    private const int EntriesAtOnce = 256;

    /// <summary>That of this system.</summary>
    internal static FileSystem Current { get; } =
        OperatingSystem.IsLinux() ? new LinuxFileSystem() : new PortableFileSystem();

    internal abstract OpenFile Open(string path, FileOpening how, int permissions);

    /// <summary>A file that is open already, which is owned from here on.</summary>
    internal abstract OpenFile Take(SafeFileHandle handle);

    internal abstract FileStatus Status(string path, bool followLinks);

    internal abstract FileStatus Status(SafeHandle handle, string name);

    internal abstract void SetLength(string path, long length);

    internal abstract void SetLength(SafeHandle handle, long length, string name);

    internal abstract void FlushToDisk(SafeHandle handle, bool dataOnly, string name);

    internal abstract void ChangeMode(string path, int permissions);

    internal abstract void ChangeMode(SafeHandle handle, int permissions, string name);

    internal abstract void ChangeOwner(string path, int user, int group);

    internal abstract void ChangeOwner(SafeHandle handle, int user, int group, string name);

    internal abstract void Unlink(string path);

    /// <summary>Gives a file another name; what has that name is replaced.</summary>
    internal abstract void Rename(string from, string to);

    internal abstract void Link(string from, string to);

    internal abstract void SymbolicLink(string target, string path, bool? toDirectory);

    internal abstract string ReadLink(string path);

    internal abstract void MakeDirectory(string path, int permissions);

    internal abstract void RemoveDirectory(string path);

    internal abstract void MakeFifo(string path, int permissions);

    /// <summary>Fails if this process may not do all of it: 4 is reading, 2 writing, 1 executing, 0 that there is such a file.</summary>
    internal abstract void CheckAccess(string path, int permissions);

    internal abstract void ChangeDirectory(string path);

    internal abstract string CurrentDirectory { get; }

    internal abstract void ChangeRoot(string path);

    /// <summary>Sets the times of the last access and the last change, in seconds since 1970; null is now.</summary>
    internal abstract void SetTimes(string path, double? access, double? write);

    internal abstract OpenDirectory OpenDirectory(string path);

    /// <summary>Makes a directory and those above it, as far as they are not there.</summary>
    internal void MakeDirectories(string path, int permissions)
    {
        var missing = new Stack<string>();
        for (
            var above = Path.TrimEndingDirectorySeparator(path);
            !string.IsNullOrEmpty(above) && !IsDirectory(above);
            above = Path.GetDirectoryName(above)
        )
            missing.Push(above);
        foreach (var directory in missing)
            try
            {
                MakeDirectory(directory, permissions);
            }
            // Another process has made it meanwhile.
            catch (PromiseIOException e) when (e.ErrorName == "EEXIST" && IsDirectory(directory)) { }
    }

    /// <summary>Deletes a directory and all that is in it; links, not what they lead to.</summary>
    internal void DeleteTree(string path)
    {
        var rest = new Stack<(string Path, bool IsEmpty)>([(path, false)]);
        while (rest.TryPop(out var next))
        {
            if (next.IsEmpty)
            {
                RemoveDirectory(next.Path);
                continue;
            }
            rest.Push((next.Path, true));
            using var directory = OpenDirectory(next.Path);
            while (directory.Next(EntriesAtOnce) is { Count: > 0 } entries)
                foreach (var (name, kind) in entries)
                    if (name is not ("." or ".."))
                        DeleteEntry(Path.Combine(next.Path, name), kind, rest);
        }
    }

    private void DeleteEntry(string path, FileKind kind, Stack<(string, bool)> rest)
    {
        if (kind == FileKind.Unknown)
            kind = Status(path, followLinks: false).Kind;
        if (kind == FileKind.Directory)
            rest.Push((path, false));
        else
            Unlink(path);
    }

    internal bool IsDirectory(string path)
    {
        try
        {
            return Status(path, followLinks: true).Kind == FileKind.Directory;
        }
        catch (PromiseIOException)
        {
            return false;
        }
    }

    /// <summary>Whether there is such a file, in the end: a link that leads nowhere is none.</summary>
    internal bool Exists(string path)
    {
        try
        {
            Status(path, followLinks: true);
            return true;
        }
        // OCaml's answer to whatever the system says: one that cannot be reached is none.
        catch (PromiseIOException)
        {
            return false;
        }
    }
}
