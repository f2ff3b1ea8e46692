using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>An open file whose operations are promises. In F#, <c>Lwt_unix.file_descr</c> and the functions on it.</summary>
/// <remarks>
/// <para>
/// A file belongs to the event loop of the thread that opened it. Reads of what is in RAM are answered at once; other calls run
/// on threads of the loop's <see cref="EventLoop.Workers"/>, and their callbacks on the loop. Nothing is buffered here: what was
/// written is with the system. For text, and for many small reads or writes, put a channel over <see cref="Port"/>.
/// </para>
/// <para>
/// Operations at the file's position run one at a time, in the order in which they were called; those with an offset run beside
/// them. One that waits can be cancelled, one that runs cannot. Failures are <see cref="PromiseIOException"/>, by the promise.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var file = await PromiseFile.Open(path, FileMode.Create);
/// await file.Write("one two"u8.ToArray());
/// await file.WriteAt("ONE"u8.ToArray(), 0);
/// await file.Seek(0, SeekOrigin.Begin);
/// var bytes = await file.ReadAll();
/// </code>
/// </example>
public sealed partial class PromiseFile : IAsyncDisposable, IDisposable
{
    private const int LeastRead = 4096;
    private const int MostRead = 1024 * 1024;

    private readonly EventLoop _loop = EventLoop.Current;

    private PromiseFile(Port port, string path) => (Port, Path) = (port, path);

    /// <summary>The port that this file is a face of: for a channel, <c>InputChannel.Of(file.Port)</c>.</summary>
    public Port Port { get; }

    /// <summary>The path that it was opened by.</summary>
    public string Path { get; }

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed => Port.IsClosed;

    /// <summary>Reads from the position on, at most as much as the buffer takes; zero is the end.</summary>
    public Promise<int> Read(Memory<byte> buffer) => Port.Read(buffer);

    /// <summary>Reads from an offset on, at most as much as the buffer takes; zero is the end. The position stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, which has no offsets.</exception>
    public Promise<int> ReadAt(Memory<byte> buffer, long offset) => File.ReadAt(buffer, offset);

    /// <summary>Reads from the position to the end.</summary>
    /// <exception cref="IOException">By the promise: there is more than an array can hold.</exception>
    public async Promise<byte[]> ReadAll()
    {
        // One byte more than there seems to be, so that the end shows without another buffer.
        var expected = Port is FilePort { Kind: FileKind.Regular } file ? file.File.Opened.Length : 0;
        var bytes = new byte[(int)Math.Clamp(expected + 1, LeastRead, Array.MaxLength)];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
                Grow(ref bytes);
            var count = await Port.Read(bytes.AsMemory(length, Math.Min(MostRead, bytes.Length - length)));
            if (count == 0)
                return length == bytes.Length ? bytes : bytes[..length];
            length += count;
        }
    }

    /// <summary>Writes all of the buffer at the position. Do not change it before the promise is resolved.</summary>
    public Promise Write(ReadOnlyMemory<byte> buffer) =>
        Port is FilePort file ? file.WriteAll(buffer) : new PromiseSocket(Port).SendAll(buffer);

    /// <summary>Writes all of the buffer from an offset on. The position stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, which has no offsets.</exception>
    public Promise WriteAt(ReadOnlyMemory<byte> buffer, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return File.WriteAll(buffer, offset);
    }

    /// <summary>Moves the position, after the operations that were called before; returns where it is then.</summary>
    /// <exception cref="NotSupportedException">It is a pipe, which has no position.</exception>
    public Promise<long> Seek(long offset, SeekOrigin origin) => File.Seek(offset, origin);

    /// <summary>How many bytes the file has.</summary>
    public Promise<long> Length() => File.Length();

    /// <summary>Cuts the file off, or adds zeros to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public Promise SetLength(long length) => File.SetLength(length);

    /// <summary>Has the disk take all that was written by operations that were called before.</summary>
    /// <param name="dataOnly">Whether times and the like may come later.</param>
    public Promise FlushToDisk(bool dataOnly = false) => File.FlushToDisk(dataOnly);

    /// <summary>What the file system knows of the file.</summary>
    public Promise<FileStatus> GetStatus() => Primitives.GetStatus(Port);

    /// <summary>
    /// Waits until no other process has a lock on the part, and locks it, against others that lock. The locks of a process end
    /// when it closes the file by whatever handle. Linux.
    /// </summary>
    /// <remarks>Waiting takes a thread, and cannot be cancelled: see <see cref="TryLock(long, long, bool)"/>.</remarks>
    /// <param name="position">Where the part begins.</param>
    /// <param name="length">How long it is; zero for all that follows.</param>
    /// <param name="shared">Whether others may have such a lock too; the file must be open for reading. Else for writing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Promise Lock(long position, long length, bool shared = false) => Lock(position, length, shared, wait: true);

    /// <summary>As <see cref="Lock(long, long, bool)"/>, but false if another process has a lock on the part.</summary>
    public Promise<bool> TryLock(long position, long length, bool shared = false) =>
        Lock(position, length, shared, wait: false);

    /// <summary>Lets a part go that was locked.</summary>
    public Promise Unlock(long position, long length)
    {
        CheckPart(position, length);
        return File.Lock(FileLock.None, wait: false, position, length, SeekOrigin.Begin);
    }

    /// <summary>Closes the file, on a thread of the pool where the system may have to write before that returns.</summary>
    public Promise DisposeAsync() => Primitives.ClosePort<Unit>(Port);

    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(_loop, DisposeAsync);

    /// <summary>Closes the file. What runs goes on; what waits is rejected with <see cref="PortClosedException"/>.</summary>
    public void Dispose() => Port.Close();

    /// <inheritdoc/>
    public override string ToString() => Port.Description;

    private FilePort File =>
        Port as FilePort ?? throw new NotSupportedException($"{Port.Description} has no positions, and no length.");

    private Promise<bool> Lock(long position, long length, bool shared, bool wait)
    {
        CheckPart(position, length);
        return File.Lock(shared ? FileLock.Shared : FileLock.Exclusive, wait, position, length, SeekOrigin.Begin);
    }

    private static void CheckPart(long position, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
    }

    private static void Grow(ref byte[] bytes)
    {
        if (bytes.Length == Array.MaxLength)
            throw new IOException($"The file has more than {Array.MaxLength} bytes, which is what an array can hold.");
        Array.Resize(ref bytes, bytes.Length < Array.MaxLength / 2 ? 2 * bytes.Length : Array.MaxLength);
    }
}
