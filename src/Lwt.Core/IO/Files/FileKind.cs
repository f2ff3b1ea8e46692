namespace Lwt.Core;

/// <summary>What a name of the file system stands for. OCaml: <c>Unix.file_kind</c>.</summary>
public enum FileKind
{
    /// <summary>The system does not tell, or it is none of the others.</summary>
    Unknown,

    /// <summary>A file with contents.</summary>
    Regular,

    /// <summary>A directory, which has entries.</summary>
    Directory,

    /// <summary>A device of bytes, such as a terminal.</summary>
    CharacterDevice,

    /// <summary>A device of blocks, such as a disk.</summary>
    BlockDevice,

    /// <summary>A link to another name.</summary>
    SymbolicLink,

    /// <summary>A pipe with a name.</summary>
    Fifo,

    /// <summary>A socket with a name.</summary>
    Socket,
}

internal static class FileKinds
{
    /// <summary>The kind in the mode of a file, or in an entry of a directory, which has the same four bits.</summary>
    internal static FileKind OfBits(int bits) =>
        bits switch
        {
            1 => FileKind.Fifo,
            2 => FileKind.CharacterDevice,
            4 => FileKind.Directory,
            6 => FileKind.BlockDevice,
            8 => FileKind.Regular,
            10 => FileKind.SymbolicLink,
            12 => FileKind.Socket,
            _ => FileKind.Unknown,
        };

    /// <summary>Whether the system tells when it is ready; a call on anything else may block.</summary>
    internal static bool IsPollable(this FileKind kind) => kind is FileKind.Fifo or FileKind.Socket;

    internal static FileKind Of(FileAttributes attributes, bool isLink) =>
        isLink ? FileKind.SymbolicLink
        : (attributes & FileAttributes.Directory) != 0 ? FileKind.Directory
        : (attributes & FileAttributes.Device) != 0 ? FileKind.CharacterDevice
        : FileKind.Regular;
}
