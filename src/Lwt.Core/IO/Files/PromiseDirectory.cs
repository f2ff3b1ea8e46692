using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Operations on directories, as promises, on threads of the loop's <see cref="EventLoop.Workers"/>.</summary>
/// <remarks>Failures are <see cref="PromiseIOException"/>, by the promise.</remarks>
public static class PromiseDirectory
{
    private const int UsualPermissions = 0x1FF; // all; the process's umask takes some away

    /// <summary>
    /// The entries of a directory, but for itself and the one above it, in the order of the system. They are read as the stream
    /// is read, some hundred at a time, so a directory of any size takes little memory; the directory is open until the stream
    /// ends or is disposed of. OCaml: <c>Lwt_unix.files_of_directory</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// await foreach (var entry in PromiseDirectory.Enumerate(path))
    ///     if (entry.Kind == FileKind.Directory)
    ///         names.Add(entry.Name);
    /// </code>
    /// </example>
    public static PromiseStream<DirectoryEntry> Enumerate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PromiseStream.OfAsyncEnumerable(Primitives.EntriesOf(path, all: false));
    }

    /// <summary>Makes a directory and those above it, as far as they are not there yet.</summary>
    public static Promise Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Primitives.OnPool<Unit>("mkdir", path, () => FileSystem.Current.MakeDirectories(path, UsualPermissions));
    }

    /// <summary>Deletes a directory. OCaml: <c>Lwt_unix.rmdir</c>.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="recursive">
    /// Whether all that is in it is deleted too: links, but not what they lead to. Otherwise it must be empty.
    /// </param>
    public static Promise Delete(string path, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return recursive ? Primitives.DeleteTree<Unit>(path) : Primitives.RemoveDirectory<Unit>(path);
    }

    /// <summary>Whether there is such a directory.</summary>
    public static Promise<bool> Exists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Primitives.OnPool("stat", path, () => FileSystem.Current.IsDirectory(path));
    }
}
