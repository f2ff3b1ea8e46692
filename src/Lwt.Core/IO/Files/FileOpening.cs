namespace Lwt.Core.CompilerServices;

/// <summary>How a file is opened. OCaml: <c>Unix.open_flag</c>.</summary>
[Flags]
public enum FileOpening
{
    /// <summary>To read; what is opened in no other way is.</summary>
    Read = 1,

    /// <summary>To write.</summary>
    Write = 2,

    /// <summary>Each write goes to the end.</summary>
    Append = 4,

    /// <summary>Make the file if there is none.</summary>
    Create = 8,

    /// <summary>With <see cref="Create"/>: there may be none.</summary>
    Exclusive = 16,

    /// <summary>Make the file empty.</summary>
    Truncate = 32,

    /// <summary>Do not wait for another process that opens the pipe or the device.</summary>
    NonBlocking = 64,

    /// <summary>A terminal does not become that of the process.</summary>
    NoControllingTerminal = 128,

    /// <summary>Writes wait until the disk has the bytes.</summary>
    DataSync = 256,

    /// <summary>Writes wait until the disk has the bytes and what is known of the file.</summary>
    Sync = 512,

    /// <summary>Processes that are started later inherit the descriptor.</summary>
    Inheritable = 1024,
}
