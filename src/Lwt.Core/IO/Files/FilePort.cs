using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// A port on what no engine can wait for: a file, a directory, a device, a terminal. Its calls run on threads of the loop's
/// <see cref="EventLoop.Workers"/>, but for reads that RAM can answer. In C#, see <see cref="PromiseFile"/>.
/// </summary>
/// <remarks>
/// <para>
/// Operations that use the file's position run one at a time, in the order in which they were called; those with an offset run
/// beside them. One that waits for its turn or for a thread can be cancelled, one that runs cannot: it may use the memory that
/// it was given until its promise is resolved. (Only <see cref="WorkerPool.Abort"/> rejects it earlier; then leave that memory
/// alone.)
/// </para>
/// <para>
/// Closing rejects what waits. What runs goes on, and the descriptor stays open until it has ended. Failures are
/// <see cref="PromiseIOException"/>.
/// </para>
/// <para>It works on every engine, and needs none: a virtual clock stands while a call runs.</para>
/// </remarks>
public sealed class FilePort : Port
{
    private readonly WorkerPool _pool;
    private readonly JobTurns _turns;
    private readonly bool _writes;

    // What operations wait for that wait until a device is ready.
    private readonly List<Port> _watched = [];
    private string? _description;
    private bool _closed;
    private Exception? _abortReason;

    /// <summary>Makes a port of an open file, on the current loop.</summary>
    /// <param name="file">The file, which is owned from here on.</param>
    /// <param name="loop">The current loop.</param>
    /// <param name="writes">Whether it may be open for writing.</param>
    internal FilePort(OpenFile file, EventLoop loop, bool writes)
    {
        (File, _pool, _writes) = (file, loop.Workers, writes);
        _turns = new(_pool);
        CachedReads = loop.CachedReads;
    }

    internal OpenFile File { get; }

    internal CachedReads CachedReads { get; }

    internal override SafeHandle? Handle => File.Handle;

    /// <summary>What it is.</summary>
    public FileKind Kind => File.Opened.Kind;

    /// <summary>The path that it was opened by, or else its descriptor.</summary>
    public string Name => File.Name;

    /// <inheritdoc/>
    public override bool IsClosed => _closed;

    /// <inheritdoc/>
    public override Exception? AbortReason => _abortReason;

    /// <inheritdoc/>
    public override int Descriptor => OperatingSystem.IsWindows() ? -1 : (int)File.Handle.DangerousGetHandle();

    /// <inheritdoc/>
    public override string Description => _description ??= Describe();

    /// <inheritdoc/>
    public override Promise<int> Read(Memory<byte> buffer) => Read(buffer, OpenFile.AtPosition, "read", _turns);

    /// <summary>
    /// Reads from an offset on, at most as much as the buffer takes; zero is the end. The position stays. OCaml:
    /// <c>Lwt_unix.pread</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public Promise<int> ReadAt(Memory<byte> buffer, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Read(buffer, offset, "pread", null);
    }

    /// <inheritdoc/>
    public override Promise<int> Read(IReadOnlyList<Memory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        return Read(new InputPieces(buffers), OpenFile.AtPosition, "readv", _turns);
    }

    /// <summary>As <see cref="ReadAt(Memory{byte}, long)"/>, into several buffers, each filled before the next.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public Promise<int> ReadAt(IReadOnlyList<Memory<byte>> buffers, long offset)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Read(new InputPieces(buffers), offset, "preadv", null);
    }

    /// <inheritdoc/>
    public override Promise<int> Write(ReadOnlyMemory<byte> buffer) =>
        Write(buffer, OpenFile.AtPosition, all: false, "write", _turns);

    /// <summary>
    /// Writes from an offset on, as much as the system takes, and returns how much that was. The position stays. On Linux, a
    /// file that was opened to append appends all the same. OCaml: <c>Lwt_unix.pwrite</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public Promise<int> WriteAt(ReadOnlyMemory<byte> buffer, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Write(buffer, offset, all: false, "pwrite", null);
    }

    /// <inheritdoc/>
    public override Promise<int> Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        return Write(new OutputPieces(buffers), OpenFile.AtPosition, "writev", _turns);
    }

    /// <summary>As <see cref="WriteAt(ReadOnlyMemory{byte}, long)"/>, from several buffers, in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public Promise<int> WriteAt(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Write(new OutputPieces(buffers), offset, "pwritev", null);
    }

    /// <summary>Writes all of the buffer, as one operation: at the position, or from an offset on.</summary>
    internal Promise<int> WriteAll(ReadOnlyMemory<byte> buffer, long offset = OpenFile.AtPosition) =>
        Write(buffer, offset, all: true, "write", offset < 0 ? _turns : null);

    /// <summary>
    /// Moves the position, after the operations that were called before, and returns where it is then. OCaml:
    /// <c>Lwt_unix.lseek</c>.
    /// </summary>
    /// <exception cref="PromiseIOException">By the promise: EINVAL for a place before the start; ESPIPE for a terminal.</exception>
    public Promise<long> Seek(long offset, SeekOrigin origin)
    {
        if (origin is < SeekOrigin.Begin or > SeekOrigin.End)
            throw new ArgumentOutOfRangeException(nameof(origin), origin, "It is none of SeekOrigin's values.");
        return Call("lseek", file => file.Seek(offset, origin), _turns);
    }

    /// <summary>How many bytes the file has.</summary>
    public Promise<long> Length() => Call("fstat", file => Of(file).Length, null);

    /// <summary>
    /// Cuts the file off, or adds zeros to it, after the operations that were called before. The position stays. OCaml:
    /// <c>Lwt_unix.ftruncate</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public Promise SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Call(
            "ftruncate",
            file =>
            {
                FileSystem.Current.SetLength(file.Handle, length, file.Name);
                return default(Unit);
            },
            _turns
        );
    }

    /// <summary>
    /// Has the disk take all that was written by operations that were called before. OCaml: <c>Lwt_unix.fsync</c>,
    /// <c>Lwt_unix.fdatasync</c>.
    /// </summary>
    /// <param name="dataOnly">Whether times and the like may come later.</param>
    public Promise FlushToDisk(bool dataOnly = false) =>
        Call(
            dataOnly ? "fdatasync" : "fsync",
            file =>
            {
                FileSystem.Current.FlushToDisk(file.Handle, dataOnly, file.Name);
                return default(Unit);
            },
            _turns
        );

    /// <summary>Locks a part; false if another process has it and this does not wait.</summary>
    internal Promise<bool> Lock(FileLock kind, bool wait, long offset, long length, SeekOrigin origin) =>
        Call("lockf", file => file.Lock(kind, wait, offset, length, origin), null);

    internal Promise<bool> IsLocked(long offset, long length, SeekOrigin origin) =>
        Call("lockf", file => file.IsLocked(offset, length, origin), null);

    /// <summary>What the file system knows of the file. OCaml: <c>Lwt_unix.fstat</c>.</summary>
    public Promise<FileStatus> Status() => Call("fstat", Of, null);

    /// <summary>At once for a file; for a device when the system says so.</summary>
    public override Promise Readable() => Ready(writes: false);

    /// <inheritdoc cref="Readable"/>
    public override Promise Writable() => Ready(writes: true);

    /// <inheritdoc/>
    public override bool IsReadable => IsReady(writes: false);

    /// <inheritdoc/>
    public override bool IsWritable => IsReady(writes: true);

    /// <inheritdoc/>
    public override bool IsInheritable
    {
        get
        {
            EnterOpen("fcntl");
            return (Checked(Libc.GetDescriptorFlags(CheckedDescriptor), "fcntl") & 1) == 0;
        }
        set
        {
            EnterOpen("fcntl");
            Checked(Libc.SetDescriptorFlags(CheckedDescriptor, value ? 0 : 1), "fcntl");
        }
    }

    /// <summary>
    /// Rejects the operations that wait, and all later ones, with a reason; what runs goes on. OCaml: <c>Lwt_unix.abort</c>.
    /// </summary>
    public override void Abort(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Enter();
        if (_closed)
            return;
        _abortReason = reason;
        RejectWaiting(() => reason);
    }

    /// <summary>
    /// Closes the file. Operations that wait are rejected with <see cref="PortClosedException"/>, and so are later ones. What
    /// runs goes on, and the system has the descriptor back after that.
    /// </summary>
    public override void Close()
    {
        if (_closed)
            return;
        Enter();
        var name = Description;
        _closed = true;
        File.Handle.Dispose();
        RejectWaiting(() => new PortClosedException("close", name));
    }

    /// <summary>
    /// As <see cref="Close"/>, on a thread of the pool where the system may write to a disk or a network before the call
    /// returns.
    /// </summary>
    internal Promise CloseLater()
    {
        if (_closed || !_writes)
        {
            Close();
            return Completed<Unit>.Default;
        }
        Enter();
        var name = Description;
        _closed = true;
        RejectWaiting(() => new PortClosedException("close", name));
        var job = new FileCloseJob(File.Handle, Name, _pool);
        var closing = _pool.Start(job);
        // Not if the pool has no room for another job.
        if (!ReferenceEquals(closing, job))
            File.Handle.Dispose();
        return closing;
    }

    internal override Port Duplicate()
    {
        EnterOpen("dup");
        var copy = Checked(Libc.Duplicate(CheckedDescriptor), "dup");
        return new FilePort(new LinuxFile(new SafeFileHandle(copy, ownsHandle: true), File.Path), _pool.Loop, _writes);
    }

    /// <summary>Runs a call that is no read and no write.</summary>
    internal Promise<T> Call<T>(string call, Func<OpenFile, T> f, bool inTurn) => Call(call, f, inTurn ? _turns : null);

    private Promise<T> Call<T>(string call, Func<OpenFile, T> f, JobTurns? turns)
    {
        Enter();
        return IsUnusable ? new(Unusable(call)) : Start(new FileCallJob<T>(this, call, f, turns, _pool), turns);
    }

    private Promise<int> Read(Memory<byte> buffer, long offset, string call, JobTurns? turns)
    {
        Enter();
        if (IsUnusable)
            return new(Unusable(call));
        if (buffer.IsEmpty)
            return Lengths.Of(0);
        if (turns is null or { AreFree: true } && CachedReads.Take(buffer.Length))
        {
            var count = File.TryReadCached(buffer.Span, offset);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != -Errno.EAGAIN)
                return new(new PromiseIOException(-count, call, Name));
        }
        return StartTransfer(new FileReadJob(this, buffer, offset, turns, _pool), writes: false, turns);
    }

    private Promise<int> Read(InputPieces pieces, long offset, string call, JobTurns? turns)
    {
        Enter();
        if (IsUnusable)
            return new(Unusable(call));
        var length = Pieces.Length(pieces, CachedReads.MostAtOnce + 1);
        if (length == 0)
            return Lengths.Of(0);
        if (turns is null or { AreFree: true } && CachedReads.Take(length))
        {
            var count = File.TryReadCached(pieces, offset);
            if (count >= 0)
                return Lengths.Of(count);
            if (count != -Errno.EAGAIN)
                return new(new PromiseIOException(-count, call, Name));
        }
        return StartTransfer(new FileReadVectorJob(this, pieces, offset, turns, _pool), writes: false, turns);
    }

    private Promise<int> Write(ReadOnlyMemory<byte> buffer, long offset, bool all, string call, JobTurns? turns)
    {
        Enter();
        if (IsUnusable)
            return new(Unusable(call));
        return StartTransfer(new FileWriteJob(this, buffer, offset, all, turns, _pool), writes: true, turns);
    }

    private Promise<int> Write(OutputPieces pieces, long offset, string call, JobTurns? turns)
    {
        Enter();
        if (IsUnusable)
            return new(Unusable(call));
        if (Pieces.Length(pieces, most: 1) == 0)
            return Lengths.Of(0);
        return StartTransfer(new FileWriteVectorJob(this, pieces, offset, turns, _pool), writes: true, turns);
    }

    private Promise<T> Start<T>(FileJob<T> job, JobTurns? turns) => turns is null ? _pool.Start(job) : turns.Start(job);

    private Promise<int> StartTransfer(FileJob<int> job, bool writes, JobTurns? turns) =>
        turns is null || IsReady(writes) ? Start(job, turns) : StartWhenReady(job, writes);

    private Promise Ready(bool writes)
    {
        Enter();
        if (IsUnusable)
            return new Promise<Unit>(Unusable(writes ? "wait_write" : "wait_read"));
        return IsReady(writes) ? Completed<Unit>.Default : WaitUntilReady(writes);
    }

    // By a descriptor of the engine's own, which goes when it is no longer waited for.
    private async Promise WaitUntilReady(bool writes)
    {
        using var watched = _pool.Loop.Ports.Watch(File.Handle);
        _watched.Add(watched);
        try
        {
            await (writes ? watched.Writable() : watched.Readable());
        }
        catch (PortClosedException) when (IsUnusable)
        {
            throw Unusable(writes ? "wait_write" : "wait_read");
        }
        finally
        {
            _watched.Remove(watched);
        }
    }

    /// <summary>
    /// Starts a call on a device only when it need not wait: a thread that waits for a terminal could not be stopped. An engine
    /// that cannot tell leaves the waiting to the thread.
    /// </summary>
    private async Promise<int> StartWhenReady(FileJob<int> job, bool writes)
    {
        try
        {
            await WaitUntilReady(writes);
        }
        catch (NotSupportedException) { }
        return await (IsUnusable ? new(Unusable(writes ? "write" : "read")) : _turns.Start(job));
    }

    private void RejectWaiting(Func<Exception> reason)
    {
        foreach (var watched in _watched.ToArray())
            watched.Close();
        _turns.Reject(reason);
    }

    private bool IsReady(bool writes)
    {
        EnterOpen("poll");
        return Kind is not (FileKind.CharacterDevice or FileKind.Fifo or FileKind.Socket)
            || !OperatingSystem.IsLinux()
            || Libc.IsReady(Descriptor, writes ? Libc.Writable : Libc.Readable);
    }

    private static FileStatus Of(OpenFile file) => FileSystem.Current.Status(file.Handle, file.Name);

    private int Checked(int result, string call) => LinuxFileSystem.Checked(result, call, Description);

    private int CheckedDescriptor => OperatingSystem.IsLinux() ? Descriptor : throw PortableFileSystem.Missing("fcntl");

    private void Enter()
    {
        var driver = Driver.Current;
        if (!ReferenceEquals(driver, _pool.Loop.Driver))
            throw Errors.WrongThread("Port (F#: Lwt_unix.file_descr)", _pool.Loop.Driver, driver);
    }

    private void EnterOpen(string call)
    {
        Enter();
        if (IsUnusable)
            throw Unusable(call);
    }

    private bool IsUnusable => _closed || _abortReason is not null;

    private Exception Unusable(string call) =>
        _closed || _abortReason is null ? new PortClosedException(call, Description) : _abortReason;

    private string Describe()
    {
        var what = Kind switch
        {
            FileKind.Directory => "directory",
            FileKind.CharacterDevice or FileKind.BlockDevice => "device",
            FileKind.Fifo => "pipe",
            _ => "file",
        };
        return File.Path is { } path
            ? $"the {what} {path}, descriptor {Descriptor}"
            : $"a {what}, descriptor {Descriptor}";
    }
}
