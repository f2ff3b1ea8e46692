namespace Lwt.Core;

/// <summary>One entry of a directory.</summary>
public sealed class DirectoryEntry
{
    private readonly string _directory;

    internal DirectoryEntry(string directory, string name, FileKind kind) =>
        (_directory, Name, Kind) = (directory, name, kind);

    /// <summary>Its name in the directory. Bytes that are no UTF-8 are lone surrogates, which calls here take as they are.</summary>
    public string Name { get; }

    /// <summary>The directory's path as it was given, and the name.</summary>
    public string Path => System.IO.Path.Combine(_directory, Name);

    /// <summary>What it is. Some file systems do not tell: then it is Unknown, and <see cref="PromiseFile.GetStatus(string, bool)"/> tells.</summary>
    public FileKind Kind { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
