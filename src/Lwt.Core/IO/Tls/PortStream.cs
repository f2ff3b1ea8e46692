using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>
/// A port as the stream under a SslStream. It does its work on the loop, and completes there, so that the SslStream goes on
/// there too. Nobody cancels its operations: closing the port ends them.
/// </summary>
internal sealed class PortStream(Port port, EventLoop loop) : Stream
{
    /// <summary>Whether the peer has ended the connection, below TLS.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>What the port has failed with; null if it has not. The SslStream wraps it in an IOException.</summary>
    internal Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await OnLoop(() => port.Read(buffer)).ConfigureAwait(false);
            HasEnded |= count == 0 && !buffer.IsEmpty;
            return count;
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var written = OnLoop(() => WriteAll(buffer));
        return written.IsCompletedSuccessfully ? default : new(written.AsTask());
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Resolved as the promise of the SslStream, but rejected with the failure of the port where that is the cause.</summary>
    internal async Promise<T> Unwrap<T>(Promise<T> promise)
    {
        try
        {
            return await promise;
        }
        catch (IOException e) when (Failure is not null && e.InnerException == Failure)
        {
            ExceptionDispatchInfo.Throw(Failure);
            throw;
        }
    }

    private async Promise<Unit> WriteAll(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await new PromiseSocket(port).SendAll(bytes);
            return default;
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    private ValueTask<T> OnLoop<T>(Func<Promise<T>> call)
    {
        if (!ReferenceEquals(Driver.CurrentIfAny?.Loop, loop))
            return ForeignCall.On(loop, call);
        var promise = call().Underlying();
        if (promise.State == Promise.Fulfilled)
            return new(promise.Result);
        var completion = new TaskCompletionSource<T>();
        promise.OnAny(
            result => WithoutContext(() => completion.SetResult(result)),
            reason => WithoutContext(() => completion.SetException(reason))
        );
        return new(completion.Task);
    }

    /// <summary>Completes a Task. Where a thread has a context, its continuation would go to the thread pool.</summary>
    private static void WithoutContext(Action complete)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
