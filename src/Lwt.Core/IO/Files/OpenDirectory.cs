using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>A directory that is read entry by entry. Its calls block; one at a time.</summary>
internal abstract class OpenDirectory : IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>
    /// The next entries, none at the end. Those for the directory itself and the one above it come too.
    /// </summary>
    internal List<(string Name, FileKind Kind)> Next(int most)
    {
        var entries = new List<(string, FileKind)>();
        // A call that nobody waits for any more may still be under way.
        lock (_gate)
            while (entries.Count < most && TryNext(out var name, out var kind))
                entries.Add((name, kind));
        return entries;
    }

    internal void Rewind()
    {
        lock (_gate)
            Restart();
    }

    private protected abstract bool TryNext(out string name, out FileKind kind);

    private protected abstract void Restart();

    public abstract void Dispose();
}

/// <summary>One by calls of Linux.</summary>
internal sealed unsafe class LinuxDirectory(nint directory, string path) : OpenDirectory
{
    private readonly Handle _handle = new(directory);

    private protected override bool TryNext(out string name, out FileKind kind)
    {
        var held = false;
        try
        {
            _handle.DangerousAddRef(ref held);
            var result = Libc.ReadDirectory(_handle.DangerousGetHandle(), out var bits, out var bytes);
            LinuxFileSystem.Checked(result, "readdir", path);
            (name, kind) = result == 0 ? ("", default) : (Libc.Text(bytes), FileKinds.OfBits(bits));
            return result != 0;
        }
        finally
        {
            if (held)
                _handle.DangerousRelease();
        }
    }

    private protected override void Restart()
    {
        var held = false;
        try
        {
            _handle.DangerousAddRef(ref held);
            Libc.RewindDirectory(_handle.DangerousGetHandle());
        }
        finally
        {
            if (held)
                _handle.DangerousRelease();
        }
    }

    public override void Dispose() => _handle.Dispose();

    private sealed class Handle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal Handle(nint directory)
            : base(ownsHandle: true) => SetHandle(directory);

        protected override bool ReleaseHandle() => Libc.CloseDirectory(handle) >= 0;
    }
}

/// <summary>One by what .NET has for it, which does not tell of the directory itself and the one above it.</summary>
internal sealed class PortableDirectory : OpenDirectory
{
    private static readonly string[] s_own = [".", ".."];

    private readonly string _path;
    private IEnumerator<FileSystemInfo> _entries;
    private int _told;

    internal PortableDirectory(string path) => (_path, _entries) = (path, Entries(path));

    private protected override bool TryNext(out string name, out FileKind kind)
    {
        if (_told < s_own.Length)
        {
            (name, kind) = (s_own[_told++], FileKind.Directory);
            return true;
        }
        var found = PortableFileSystem.Call("readdir", _path, _entries.MoveNext);
        (name, kind) = found
            ? (
                _entries.Current.Name,
                FileKinds.Of(_entries.Current.Attributes, _entries.Current.LinkTarget is not null)
            )
            : ("", default);
        return found;
    }

    private protected override void Restart()
    {
        _entries.Dispose();
        (_entries, _told) = (Entries(_path), 0);
    }

    public override void Dispose() => _entries.Dispose();

    private static IEnumerator<FileSystemInfo> Entries(string path) =>
        new DirectoryInfo(path)
            .EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
            .GetEnumerator();
}
