using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Lwt.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Lwt.AspNetCore;

/// <summary>
/// A connection: two pipes between a port and Kestrel, and a loop for each, both on the event loop. Kestrel's side of a pipe
/// continues there too, so a request is read, handled and answered without a change of thread.
/// </summary>
/// <remarks>
/// It ends when Kestrel completes its output and that was written, when a write fails, or by <see cref="Abort"/>. Each of
/// them closes the port, which ends the reading.
/// </remarks>
internal sealed class PortConnection : DefaultConnectionContext, IMemoryPoolFeature
{
    // A read into less than this is not worth a system call.
    private const int LeastRead = 2048;

    // As many blocks as are written by one call: the pipe seldom holds more.
    private const int MostBlocks = 64;

    private readonly Port _port;
    private readonly LwtLoop _loop;
    private readonly bool _waitsForData;
    private readonly PipeWriter _input;
    private readonly PipeReader _output;
    private readonly CancellationTokenSource _closed = new();
    private Task _ended = Task.CompletedTask;

    // Why the port was closed; null while it is open.
    private Exception? _reason;

    // Null until several blocks are written by one call.
    private List<ReadOnlyMemory<byte>>? _blocks;

    internal PortConnection(Port port, LwtLoop loop, MemoryPool<byte> pool, Pipe input, Pipe output, bool waitsForData)
        : base(Guid.NewGuid().ToString("N"))
    {
        (_port, _loop, _waitsForData, MemoryPool) = (port, loop, waitsForData, pool);
        (_input, _output) = (input.Writer, output.Reader);
        Transport = new DuplexPipe(input.Reader, output.Writer);
        (LocalEndPoint, RemoteEndPoint) = (port.LocalEndPoint, port.RemoteEndPoint);
        ConnectionClosed = _closed.Token;
        Features.Set<IMemoryPoolFeature>(this);
    }

    public MemoryPool<byte> MemoryPool { get; }

    internal void Start()
    {
        var written = WriteAll();
        _ended = Task.WhenAll(ReadAll().AsTask(), written);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _loop.Do(() => Close(abortReason));
        _output.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        Transport.Input.Complete();
        Transport.Output.Complete();
        await _ended.ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Promise ReadAll()
    {
        Exception? error = null;
        try
        {
            FlushResult flushed;
            do
            {
                if (_waitsForData)
                    await _port.Readable();
                var count = await _port.Read(_input.GetMemory(LeastRead));
                if (count == 0)
                    break;
                _input.Advance(count);
                // Kestrel and the handler run in here.
                flushed = await _input.FlushAsync();
            } while (!flushed.IsCompleted && !flushed.IsCanceled);
        }
        catch (Exception e)
        {
            error = _reason ?? Translate(e);
        }
        _input.Complete(error);
        // Its callbacks run on the thread pool.
        _ = _closed.CancelAsync();
    }

    // A method of a Task: the pipe continues it at once. One of a promise would continue in the loop's next turn.
    private async Task WriteAll()
    {
        Exception? error = null;
        try
        {
            ReadResult read;
            do
            {
                read = await _output.ReadAsync();
                for (var rest = read.Buffer; !rest.IsEmpty && !read.IsCanceled; )
                    rest = rest.Slice(await Write(rest));
                _output.AdvanceTo(read.Buffer.End);
            } while (!read.IsCompleted && !read.IsCanceled);
        }
        catch (Exception e)
        {
            error = Translate(e);
        }
        Close(error);
        _output.Complete(error);
        _input.CancelPendingFlush();
    }

    /// <summary>Writes by one call, also what stands in several blocks.</summary>
    private Promise<int> Write(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return _port.Write(bytes.First);
        _blocks ??= [];
        _blocks.Clear();
        foreach (var block in bytes)
        {
            _blocks.Add(block);
            if (_blocks.Count == MostBlocks)
                break;
        }
        return _port.Write(_blocks);
    }

    /// <summary>Closes the port. With an error the peer gets a reset, for it must not take what it has for the whole.</summary>
    private void Close(Exception? error)
    {
        if (_reason is not null)
            return;
        _reason =
            error ?? new ConnectionAbortedException("The server has closed the connection after its last response.");
        try
        {
            if (error is null)
                _port.Shutdown(SocketShutdown.Both);
            else
                _port.LingerState = new(true, 0);
        }
        catch (SocketException)
        {
            // The connection has ended before.
        }
        _port.Close();
    }

    private static Exception Translate(Exception exception) =>
        exception switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } =>
                new ConnectionResetException(exception.Message, exception),
            SocketException => new IOException(exception.Message, exception),
            _ => exception,
        };
}
