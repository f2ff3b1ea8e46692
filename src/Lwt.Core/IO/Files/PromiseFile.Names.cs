using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// Opening files, and what is done with a whole file by its name.
public sealed partial class PromiseFile
{
    private const int CopiedAtOnce = 1024 * 1024;

    // Who may read and write: the process's umask takes some away.
    private const UnixFileMode UsualPermissions =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Opens a file. No process that is started inherits it, and others may open, rename and delete it. OCaml:
    /// <c>Lwt_unix.openfile</c>.
    /// </summary>
    /// <remarks>Opening a pipe by its name waits for the other side, which cannot be cancelled.</remarks>
    /// <param name="path">Its name.</param>
    /// <param name="mode">What to do if there is such a file, and if not.</param>
    /// <param name="access">By default to read and to write, and to write where it appends.</param>
    /// <param name="permissions">Those of a file that is made, less what the process's umask takes away.</param>
    /// <param name="writeThrough">Whether each write waits until the disk has the bytes.</param>
    /// <exception cref="ArgumentException">The mode cannot go with the access: it needs writing.</exception>
    public static Promise<PromiseFile> Open(
        string path,
        FileMode mode,
        FileAccess? access = null,
        UnixFileMode permissions = UsualPermissions,
        bool writeThrough = false
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var how = How(mode, access ?? (mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite));
        if (writeThrough)
            how |= FileOpening.DataSync;
        return Primitives.Map<PromiseFile, Opened>(Primitives.OpenFile(path, how, (int)permissions), new(path));
    }

    /// <summary>Opens a file that exists, to read.</summary>
    public static Promise<PromiseFile> OpenRead(string path) => Open(path, FileMode.Open, FileAccess.Read);

    /// <summary>All bytes of a file.</summary>
    public static Promise<byte[]> ReadAllBytes(string path) => ReadAll(OpenRead(path));

    /// <summary>
    /// All text of a file: UTF-8, without the mark that some programs begin it with. A byte that is no UTF-8 is a lone
    /// surrogate, and is written as that byte again.
    /// </summary>
    public static Promise<string> ReadAllText(string path) =>
        Primitives.Map<string, Decoded>(ReadAllBytes(path), default);

    /// <summary>
    /// The lines of a file, each read when it is wanted; the file is open until the stream ends or is disposed of. OCaml:
    /// <c>Lwt_io.lines_of_file</c>.
    /// </summary>
    public static PromiseStream<string> ReadLines(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PromiseStream.OfAsyncEnumerable(Lines(path));
    }

    /// <summary>Makes a file of these bytes, or replaces what is in it.</summary>
    public static Promise WriteAllBytes(string path, ReadOnlyMemory<byte> bytes) =>
        WriteAll(Open(path, FileMode.Create, FileAccess.Write), bytes);

    /// <summary>Makes a file of this text, in UTF-8, or replaces what is in it.</summary>
    public static Promise WriteAllText(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(text);
        return WriteAllBytes(path, Utf8Text.Encode(text));
    }

    /// <summary>Adds text to the end of a file, which is made if there is none.</summary>
    public static Promise AppendAllText(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(text);
        return WriteAll(Open(path, FileMode.Append), Utf8Text.Encode(text));
    }

    /// <summary>Copies the contents of a file, and its permissions to a file that is made.</summary>
    /// <remarks>Cancelling it leaves what was copied so far.</remarks>
    /// <param name="from">What to copy.</param>
    /// <param name="to">Where to.</param>
    /// <param name="overwrite">Whether to replace what is in a file of that name; else that is EEXIST.</param>
    public static Promise Copy(string from, string to, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(to);
        return CopyContents(from, to, overwrite);
    }

    private static async Promise CopyContents(string from, string to, bool overwrite)
    {
        await using var source = await OpenRead(from);
        var status = await source.GetStatus();
        var mode = overwrite ? FileMode.OpenOrCreate : FileMode.CreateNew;
        await using var target = await Open(to, mode, FileAccess.Write, status.Permissions);
        var replaced = await target.GetStatus();
        if (status.Node != 0 && (status.Device, status.Node) == (replaced.Device, replaced.Node))
            throw new IOException($"{from} and {to} are the same file.");
        if (target.Port is FilePort { Kind: FileKind.Regular })
            await target.SetLength(0);
        var buffer = new byte[(int)Math.Clamp(status.Length, LeastRead, CopiedAtOnce)];
        while (await source.Read(buffer) is var count and > 0)
            await target.Write(buffer.AsMemory(0, count));
    }

    /// <summary>Gives a file another name, on the same disk. OCaml: <c>Lwt_unix.rename</c>.</summary>
    /// <param name="from">Its name.</param>
    /// <param name="to">Its new name; a file that has it is replaced, at once.</param>
    public static Promise Move(string from, string to)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(to);
        return Primitives.Rename<Unit>(from, to);
    }

    /// <summary>Deletes a file; ENOENT if there is none. OCaml: <c>Lwt_unix.unlink</c>.</summary>
    public static Promise Delete(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Primitives.Unlink<Unit>(path);
    }

    /// <summary>Whether there is such a file or directory. OCaml: <c>Lwt_unix.file_exists</c>.</summary>
    public static Promise<bool> Exists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Primitives.FileExists(path);
    }

    /// <summary>What the file system knows of a file. OCaml: <c>Lwt_unix.stat</c>, <c>Lwt_unix.lstat</c>.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="followLinks">Whether it is asked about what a link leads to, or about the link.</param>
    public static Promise<FileStatus> GetStatus(string path, bool followLinks = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Primitives.GetStatus(path, followLinks);
    }

    private static async Promise<byte[]> ReadAll(Promise<PromiseFile> opened)
    {
        await using var file = await opened;
        return await file.ReadAll();
    }

    private static async Promise WriteAll(Promise<PromiseFile> opened, ReadOnlyMemory<byte> bytes)
    {
        await using var file = await opened;
        await file.Write(bytes);
    }

    private static async IAsyncEnumerable<string> Lines(string path)
    {
        await using var input = InputChannel.Of((await OpenRead(path)).Port);
        while (await input.ReadLine() is { } line)
            yield return line;
    }

    private static FileOpening How(FileMode mode, FileAccess access)
    {
        if (access is < FileAccess.Read or > FileAccess.ReadWrite)
            throw new ArgumentOutOfRangeException(nameof(access), access, "It is none of FileAccess's values.");
        var how = (FileOpening)access;
        how |= mode switch
        {
            FileMode.CreateNew => FileOpening.Create | FileOpening.Exclusive,
            FileMode.Create => FileOpening.Create | FileOpening.Truncate,
            FileMode.Open => 0,
            FileMode.OpenOrCreate => FileOpening.Create,
            FileMode.Truncate => FileOpening.Truncate,
            FileMode.Append => FileOpening.Create | FileOpening.Append,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "It is none of FileMode's values."),
        };
        if (access == FileAccess.Read && mode is not (FileMode.Open or FileMode.OpenOrCreate))
            throw new ArgumentException($"FileMode.{mode} needs an access that writes.", nameof(access));
        return how;
    }

    private readonly struct Decoded : IPlainStep<string>
    {
        public string Invoke(Promise source)
        {
            var bytes = Primitives.Value<byte[]>(source).AsSpan();
            return Utf8Text.Decode(bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes);
        }
    }

    private readonly struct Opened(string path) : IPlainStep<PromiseFile>
    {
        public PromiseFile Invoke(Promise source) => new(Primitives.Value<Port>(source), path);
    }
}
