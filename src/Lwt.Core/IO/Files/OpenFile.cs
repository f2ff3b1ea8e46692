using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>An open file, and the calls on it that know its position. They block, but for the one that says so.</summary>
/// <remarks>
/// Whoever makes a call holds the handle open meanwhile. An offset of <see cref="AtPosition"/> is the file's position, which
/// moves on; those who use it take turns.
/// </remarks>
internal abstract class OpenFile(SafeFileHandle handle, string? path)
{
    internal const long AtPosition = Libc.AtPosition;

    internal SafeFileHandle Handle => handle;

    /// <summary>What it was opened by; null where that is unknown.</summary>
    internal string? Path => path;

    /// <summary>What it is, and how long it was when it was opened.</summary>
    internal abstract FileStatus Opened { get; }

    /// <summary>
    /// Reads what is in RAM without blocking; the error EAGAIN, negated, if a call that may block has to find out.
    /// </summary>
    internal virtual int TryReadCached(Span<byte> buffer, long offset) => -Errno.EAGAIN;

    internal virtual int TryReadCached(InputPieces pieces, long offset) => -Errno.EAGAIN;

    internal abstract int Read(Span<byte> buffer, long offset);

    internal abstract int Write(ReadOnlySpan<byte> buffer, long offset);

    internal abstract int Read(InputPieces pieces, long offset);

    internal abstract int Write(OutputPieces pieces, long offset);

    /// <summary>Has calls wait that the system could not do at once.</summary>
    internal virtual void Block() { }

    internal abstract long Seek(long offset, SeekOrigin origin);

    /// <summary>
    /// Locks a part; false if another process has it and this does not wait. Without a length it is all that follows.
    /// </summary>
    internal abstract bool Lock(FileLock kind, bool wait, long offset, long length, SeekOrigin origin);

    /// <summary>Whether another process has a lock on the part.</summary>
    internal abstract bool IsLocked(long offset, long length, SeekOrigin origin);

    /// <summary>For messages: its name, or what there is of it.</summary>
    internal string Name => path ?? $"descriptor {handle.DangerousGetHandle()}";
}

/// <summary>A lock on a part of a file.</summary>
internal enum FileLock : short
{
    /// <summary>Others may have such a lock too, and none may write.</summary>
    Shared = 0,

    /// <summary>Nobody else has a lock.</summary>
    Exclusive = 1,

    /// <summary>No lock at all.</summary>
    None = 2,
}
