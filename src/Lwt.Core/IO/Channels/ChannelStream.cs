using System.IO.Pipelines;

namespace Lwt.Core;

public sealed partial class InputChannel
{
    /// <summary>
    /// This channel as a .NET stream, with an output to write to if one is given. Its asynchronous methods may be called on any
    /// thread, and do their work on the channel's loop. Its synchronous ones would block the loop, and throw
    /// <see cref="NotSupportedException"/>. Disposing of it closes the channels.
    /// </summary>
    public Stream AsStream(OutputChannel? output = null)
    {
        Enter();
        return new ChannelStream(this, output);
    }

    /// <summary>This channel as a pipe's reading end, which reads ahead.</summary>
    public PipeReader AsPipeReader() => PipeReader.Create(AsStream());
}

public sealed partial class OutputChannel
{
    /// <summary>This channel as a .NET stream; see <see cref="InputChannel.AsStream"/>.</summary>
    public Stream AsStream()
    {
        Enter();
        return new ChannelStream(null, this);
    }

    /// <summary>This channel as a pipe's writing end.</summary>
    public PipeWriter AsPipeWriter() => PipeWriter.Create(AsStream());
}

/// <summary>Channels as a stream. The loop does the work, whichever thread calls.</summary>
internal sealed class ChannelStream(InputChannel? input, OutputChannel? output) : Stream
{
    private readonly EventLoop _loop = (input?.Home ?? output?.Home)!;

    // Whether DisposeAsync has closed the channels.
    private bool _closed;

    public override bool CanRead => input is { IsClosed: false };

    public override bool CanWrite => output is { IsClosed: false };

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        input is null
            ? throw new NotSupportedException("This stream cannot be read.")
            : OnLoop(() => input.ReadInto(buffer), cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WithoutValue(OnLoop(() => Output.WriteFromExactly(buffer).AsUnit(), cancellationToken));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        output is null ? Task.CompletedTask : OnLoop(() => output.Flush().AsUnit(), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (output is not null)
            await OnLoop(() => output.Close().AsUnit(), default).ConfigureAwait(false);
        if (input is not null)
            await OnLoop(() => input.Close().AsUnit(), default).ConfigureAwait(false);
        _closed = true;
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Nothing of a channel is read or written without the loop, so each of these would block it.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw WouldBlock("Read");

    public override void Write(byte[] buffer, int offset, int count) => throw WouldBlock("Write");

    public override void Flush() => throw WouldBlock("Flush");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes the channels without waiting for that.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
            _loop.Post(() => Promise.FireAndForget(() => Promise.Join(Close(output), Close(input))));
        base.Dispose(disposing);

        static Promise Close(Channel? channel) => channel?.Close() ?? Promise.Return();
    }

    private OutputChannel Output => output ?? throw new NotSupportedException("This stream cannot be written.");

    private ValueTask<T> OnLoop<T>(Func<Promise<T>> call, CancellationToken token) =>
        token.CanBeCanceled
            ? ForeignCall.On(_loop, () => Cancelable(call(), token), token)
            : ForeignCall.On(_loop, call, token);

    /// <summary>Cancels the very operation, which then has taken nothing.</summary>
    private Promise<T> Cancelable<T>(Promise<T> promise, CancellationToken token)
    {
        if (!promise.IsPending)
            return promise;
        var registration = token.UnsafeRegister(_ => _loop.Post(promise.Cancel), null);
        promise.OnTermination(() => registration.Unregister());
        return promise;
    }

    private static ValueTask WithoutValue(ValueTask<Unit> called) =>
        called.IsCompletedSuccessfully ? default : new(called.AsTask());

    private static NotSupportedException WouldBlock(string call) =>
        new($"{call} on the stream of a channel would block its event loop. Call {call}Async instead.");
}
