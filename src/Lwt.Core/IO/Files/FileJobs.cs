using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>A call on an open file that may block. The descriptor stays open until it has ended.</summary>
/// <param name="port">The file.</param>
/// <param name="turns">Those with which it takes turns; null for one that runs beside others.</param>
/// <param name="pool">The threads.</param>
internal abstract class FileJob<T>(FilePort port, JobTurns? turns, WorkerPool pool) : WorkerJob<T>(pool)
{
    public sealed override string Name => $"{Call} of {port.Name}";

    private protected abstract string Call { get; }

    private protected abstract T Do(OpenFile file);

    private protected sealed override T Work()
    {
        var handle = port.File.Handle;
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return Do(port.File);
        }
        catch (ObjectDisposedException) when (!held)
        {
            throw new PortClosedException(Call, port.Description);
        }
        finally
        {
            if (held)
                handle.DangerousRelease();
        }
    }

    private protected override void OnEnded()
    {
        port.CachedReads.Renew();
        turns?.Leave();
    }
}

internal sealed class FileReadJob(FilePort port, Memory<byte> buffer, long offset, JobTurns? turns, WorkerPool pool)
    : FileJob<int>(port, turns, pool)
{
    private protected override string Call => offset < 0 ? "read" : "pread";

    private protected override unsafe int Do(OpenFile file)
    {
        using var pin = buffer.Pin();
        return file.Read(new Span<byte>(pin.Pointer, buffer.Length), offset);
    }
}

internal sealed class FileWriteJob(
    FilePort port,
    ReadOnlyMemory<byte> buffer,
    long offset,
    bool all,
    JobTurns? turns,
    WorkerPool pool
) : FileJob<int>(port, turns, pool)
{
    private protected override string Call => offset < 0 ? "write" : "pwrite";

    private protected override unsafe int Do(OpenFile file)
    {
        using var pin = buffer.Pin();
        var bytes = new ReadOnlySpan<byte>(pin.Pointer, buffer.Length);
        var written = file.Write(bytes, offset);
        while (all && written < bytes.Length)
            written += file.Write(bytes[written..], offset < 0 ? offset : offset + written);
        return written;
    }
}

internal sealed class FileReadVectorJob(
    FilePort port,
    InputPieces pieces,
    long offset,
    JobTurns? turns,
    WorkerPool pool
) : FileJob<int>(port, turns, pool)
{
    private protected override string Call => offset < 0 ? "readv" : "preadv";

    private protected override int Do(OpenFile file) => file.Read(pieces, offset);
}

internal sealed class FileWriteVectorJob(
    FilePort port,
    OutputPieces pieces,
    long offset,
    JobTurns? turns,
    WorkerPool pool
) : FileJob<int>(port, turns, pool)
{
    private protected override string Call => offset < 0 ? "writev" : "pwritev";

    private protected override int Do(OpenFile file) => file.Write(pieces, offset);
}

/// <summary>Any other call.</summary>
internal sealed class FileCallJob<T>(FilePort port, string call, Func<OpenFile, T> f, JobTurns? turns, WorkerPool pool)
    : FileJob<T>(port, turns, pool)
{
    private protected override string Call => call;

    private protected override T Do(OpenFile file) => f(file);
}

/// <summary>Opens a file.</summary>
internal sealed class FileOpenJob(string name, Func<OpenFile> open, WorkerPool pool) : WorkerJob<OpenFile>(pool)
{
    public override string Name => name;

    private protected override OpenFile Work() => open();

    private protected override void Discard(OpenFile value) => value.Handle.Dispose();
}

/// <summary>Closes a file, whatever becomes of the job.</summary>
internal sealed class FileCloseJob(SafeFileHandle handle, string name, WorkerPool pool) : WorkerJob<Unit>(pool)
{
    public override string Name => $"close of {name}";

    private protected override Unit Work()
    {
        handle.Dispose();
        return default;
    }

    private protected override void OnEnded() => handle.Dispose();
}
