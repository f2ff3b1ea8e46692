using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// Where a standard input or output of a child process leads to. OCaml: <c>Lwt_process.redirection</c>.
/// </summary>
public sealed class ProcessRedirection
{
    private ProcessRedirection(RedirectionKind kind, SafeFileHandle? file = null) => (Kind, File) = (kind, file);

    /// <summary>To where that of this process leads.</summary>
    public static ProcessRedirection Inherit { get; } = new(RedirectionKind.Inherit);

    /// <summary>To nothing: reading ends at once, what is written is lost.</summary>
    public static ProcessRedirection Null { get; } = new(RedirectionKind.Null);

    /// <summary>The child does not have it at all.</summary>
    public static ProcessRedirection Close { get; } = new(RedirectionKind.Close);

    /// <summary>To a channel of this process: <see cref="PromiseProcess.Input"/> and its kin.</summary>
    public static ProcessRedirection Pipe { get; } = new(RedirectionKind.Pipe);

    /// <summary>Of the standard error: to where the standard output leads.</summary>
    public static ProcessRedirection ToOutput { get; } = new(RedirectionKind.ToOutput);

    internal RedirectionKind Kind { get; }

    internal SafeFileHandle? File { get; }

    /// <summary>To a file, or to the end of a pipe, which stays open here.</summary>
    public static ProcessRedirection To(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(RedirectionKind.File, file);
    }

    /// <summary>To a file, or to the end of a pipe, which is closed here once the child has it.</summary>
    public static ProcessRedirection MoveTo(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(RedirectionKind.MovedFile, file);
    }
}

internal enum RedirectionKind
{
    Inherit,
    Null,
    Close,
    Pipe,
    ToOutput,
    File,
    MovedFile,
}
