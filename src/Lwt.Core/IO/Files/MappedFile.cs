using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// A part of a file as memory: reading the memory reads the file, without a call and without a copy. In F#,
/// <c>Lwt_bytes.map_file</c>.
/// </summary>
/// <remarks>
/// Memory that is not in RAM yet is read from the disk when it is touched, which blocks the thread: see
/// <see cref="WaitUntilResident"/>. The file is unmapped when this is disposed of, or collected: keep it, or its
/// <see cref="MemoryManager{T}.Memory"/>, as long as a span of it is in use.
/// </remarks>
public sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly int _length;
    private MemoryMappedViewAccessor? _view;
    private byte* _start;

    private MappedFile(MemoryMappedViewAccessor? view, int length)
    {
        (_view, _length) = (view, length);
        if (view is null)
            return;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        // The system maps whole pages.
        _start += view.PointerOffset;
    }

    /// <summary>Unmaps the file.</summary>
    [SuppressMessage(
        "Reliability",
        "CA2015",
        Justification = "The remarks say what to keep; else a file stays mapped."
    )]
    ~MappedFile() => Dispose(false);

    /// <summary>How many bytes are mapped.</summary>
    public int Length => _length;

    /// <summary>Maps a part of a file. The file can be closed then.</summary>
    /// <param name="file">The file; open for reading, and for writing if it is shared.</param>
    /// <param name="position">Where the part begins.</param>
    /// <param name="length">How long it is; null for the rest of the file. Where it ends after the file does, the file grows.</param>
    /// <param name="shared">
    /// Whether what is written to the memory is written to the file, and seen by others who map it; otherwise it stays here.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The part is outside of the file and cannot be made, or longer than memory can be.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file is not open for what is asked for.</exception>
    public static MappedFile Map(SafeFileHandle file, long position = 0, int? length = null, bool shared = true)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        var rest = RandomAccess.GetLength(file) - position;
        if (length is null && rest > Array.MaxLength)
            throw new ArgumentOutOfRangeException(
                nameof(length),
                rest,
                "The rest of the file is longer than memory can be: give a length, and map the file part by part."
            );
        if (rest < 0 && (length is null || !shared))
            throw new ArgumentOutOfRangeException(nameof(position), position, "The position is after the file's end.");
        if (length > rest && !shared)
            throw new ArgumentOutOfRangeException(
                nameof(length),
                length,
                "The part ends after the file does. Only a shared mapping makes the file grow."
            );
        var count = length ?? (int)rest;
        return count == 0 ? new(null, 0) : new(View(file, position, count, shared), count);
    }

    /// <summary>Advises the system how a part will be used, which begins at a page's start. Linux; elsewhere it does nothing.</summary>
    /// <exception cref="PromiseIOException">The system refuses it: EINVAL for a part that does not begin a page.</exception>
    public void Advise(int offset, int length, MappedFileAdvice advice)
    {
        CheckPart(offset, length);
        if (!OperatingSystem.IsLinux() || _length == 0)
            return;
        var result = Libc.Advise(Start + offset, length, (int)advice);
        GC.KeepAlive(this);
        if (result < 0)
            throw new PromiseIOException(-result, "madvise", "");
    }

    /// <summary>
    /// Tells, for each page from an offset on, whether it is in RAM: touching it does not block. Linux; elsewhere all pages
    /// count as in RAM.
    /// </summary>
    /// <param name="offset">A multiple of <see cref="Environment.SystemPageSize"/>.</param>
    /// <param name="pages">Receives the answers.</param>
    public void AreResident(int offset, Span<bool> pages)
    {
        var size = Environment.SystemPageSize;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset % size != 0 || (pages.Length > 0 && _length - offset < ((long)(pages.Length - 1) * size) + 1))
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                $"The offset must be a multiple of the page's size, {size}, and the pages must be of the mapped part."
            );
        if (!OperatingSystem.IsLinux())
        {
            pages.Fill(true);
            return;
        }
        var start = Start + offset;
        var skew = (int)((nuint)start % (nuint)size);
        var answers = new byte[pages.Length + 1];
        var length = Math.Min((nint)pages.Length * size, _length - offset) + skew;
        int result;
        fixed (byte* answer = answers)
            result = pages.Length == 0 ? 0 : Libc.AreResident(start - skew, length, answer);
        GC.KeepAlive(this);
        if (result < 0)
            throw new PromiseIOException(-result, "mincore", "");
        // Of a part that does not begin a page, each has the page that it begins in.
        for (var i = 0; i < pages.Length; i++)
            pages[i] = (answers[i] & 1) != 0;
    }

    /// <summary>
    /// Fulfilled once the page of a byte is in RAM: at once if it is there, or after the thread pool has read it.
    /// </summary>
    public Promise WaitUntilResident(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, _length);
        var page = new bool[1];
        AreResident(offset - (offset % Environment.SystemPageSize), page);
        return page[0] ? Promise.Return() : Task.Run(() => GetSpan()[offset]).AsPromise().AsUnit();
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(Start, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        // It does not move; the handle keeps it from being collected.
        return new(Start + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_view is not { } view)
            return;
        _view = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
    }

    private byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_view is null && _length > 0, this);
            return _start;
        }
    }

    private static MemoryMappedViewAccessor View(SafeFileHandle file, long position, int length, bool shared)
    {
        var access = shared ? MemoryMappedFileAccess.ReadWrite : MemoryMappedFileAccess.CopyOnWrite;
        var capacity = Math.Max(RandomAccess.GetLength(file), position + length);
        using var mapped = MemoryMappedFile.CreateFromFile(
            file,
            null,
            capacity,
            access,
            HandleInheritability.None,
            leaveOpen: true
        );
        return mapped.CreateViewAccessor(position, length, access);
    }

    private void CheckPart(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length - offset);
    }
}
