namespace Lwt.Core;

/// <summary>What the file system knows of a file. OCaml: <c>Unix.stats</c>.</summary>
/// <remarks>On systems other than Linux, what .NET does not tell is zero.</remarks>
public sealed class FileStatus
{
    internal FileStatus() { }

    /// <summary>What it is.</summary>
    public FileKind Kind { get; internal init; }

    /// <summary>Who may do what with it.</summary>
    public UnixFileMode Permissions { get; internal init; }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; internal init; }

    /// <summary>When it was last read.</summary>
    public DateTimeOffset LastAccess { get; internal init; }

    /// <summary>When its contents last changed.</summary>
    public DateTimeOffset LastWrite { get; internal init; }

    /// <summary>When its contents or what is told here last changed.</summary>
    public DateTimeOffset LastChange { get; internal init; }

    /// <summary>The device that it is on; with <see cref="Node"/> it tells files apart.</summary>
    public long Device { get; internal init; }

    /// <summary>Its number on that device.</summary>
    public long Node { get; internal init; }

    /// <summary>How many names it has.</summary>
    public long LinkCount { get; internal init; }

    /// <summary>The number of the user who owns it.</summary>
    public int User { get; internal init; }

    /// <summary>The number of the group that owns it.</summary>
    public int Group { get; internal init; }

    /// <summary>Of a device: which one it is.</summary>
    public long DeviceNumber { get; internal init; }
}
