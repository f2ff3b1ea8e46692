using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>An open file, by what .NET has for it. Its position is kept here, for .NET's calls take an offset.</summary>
internal sealed class PortableFile(SafeFileHandle handle, string? path, bool appends) : OpenFile(handle, path)
{
    private const int MostCopied = 64 * 1024;

    // Only those that have their turn touch it.
    private long _position;

    internal override FileStatus Opened { get; } = PortableFileSystem.Status(handle);

    internal override int Read(Span<byte> buffer, long offset)
    {
        try
        {
            var count = RandomAccess.Read(Handle, buffer, offset == AtPosition ? _position : offset);
            if (offset == AtPosition)
                _position += count;
            return count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PromiseIOException(e, offset == AtPosition ? "read" : "pread", Name);
        }
    }

    internal override int Write(ReadOnlySpan<byte> buffer, long offset)
    {
        try
        {
            var start =
                offset != AtPosition ? offset
                : appends ? RandomAccess.GetLength(Handle)
                : _position;
            RandomAccess.Write(Handle, buffer, start);
            if (offset == AtPosition)
                _position = start + buffer.Length;
            return buffer.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PromiseIOException(e, offset == AtPosition ? "write" : "pwrite", Name);
        }
    }

    internal override int Read(InputPieces pieces, long offset)
    {
        var length = Pieces.Length(pieces, MostCopied);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var count = Read(buffer.AsSpan(0, length), offset);
            pieces.Fill(buffer.AsSpan(0, count));
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal override int Write(OutputPieces pieces, long offset)
    {
        var length = Pieces.Length(pieces, MostCopied);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            pieces.CopyTo(buffer.AsSpan(0, length));
            return Write(buffer.AsSpan(0, length), offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal override long Seek(long offset, SeekOrigin origin)
    {
        if (Opened.Kind.IsPollable() || Opened.Kind == FileKind.CharacterDevice)
            throw new PromiseIOException(Errno.ESPIPE, "lseek", Name);
        var start = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            _ => PortableFileSystem.Call("lseek", Name, () => RandomAccess.GetLength(Handle)),
        };
        if (offset > long.MaxValue - start || start + offset < 0)
            throw new PromiseIOException(Errno.EINVAL, "lseek", Name);
        return _position = start + offset;
    }

    internal override bool Lock(FileLock kind, bool wait, long offset, long length, SeekOrigin origin) =>
        throw PortableFileSystem.Missing("lockf");

    internal override bool IsLocked(long offset, long length, SeekOrigin origin) =>
        throw PortableFileSystem.Missing("lockf");
}
