using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>A user's own functions as the source of a channel.</summary>
internal sealed class FunctionSource(
    Func<Memory<byte>, Promise<int>> read,
    Func<long, SeekOrigin, Promise<long>>? seek,
    Func<Promise>? close
) : ByteSource
{
    private Interruptible _interruptible;

    internal override Promise<int> Read(Memory<byte> buffer) =>
        _interruptible.Wait(Primitives.Apply<int, Call>(new(read, buffer)));

    internal override Promise<long> Seek(long offset, SeekOrigin origin) =>
        seek is null ? base.Seek(offset, origin) : Promise.Apply(() => seek(offset, origin));

    internal override void Interrupt() => _interruptible.Interrupt();

    internal override Promise Close() => close is null ? base.Close() : Promise.Apply(() => close().AsUnit());

    private readonly struct Call(Func<Memory<byte>, Promise<int>> function, Memory<byte> buffer) : IBody<int>
    {
        public Promise<int> Invoke() => function(buffer);
    }
}

/// <summary>A user's own functions as the sink of a channel.</summary>
internal sealed class FunctionSink(
    Func<ReadOnlyMemory<byte>, Promise<int>> write,
    Func<long, SeekOrigin, Promise<long>>? seek,
    Func<Promise>? close
) : ByteSink
{
    private Interruptible _interruptible;

    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer) =>
        _interruptible.Wait(Primitives.Apply<int, Call>(new(write, buffer)));

    internal override Promise<long> Seek(long offset, SeekOrigin origin) =>
        seek is null ? base.Seek(offset, origin) : Promise.Apply(() => seek(offset, origin));

    internal override void Interrupt() => _interruptible.Interrupt();

    internal override Promise Close() => close is null ? base.Close() : Promise.Apply(() => close().AsUnit());

    private readonly struct Call(Func<ReadOnlyMemory<byte>, Promise<int>> function, ReadOnlyMemory<byte> buffer)
        : IBody<int>
    {
        public Promise<int> Invoke() => function(buffer);
    }
}

/// <summary>Lets a promise of the user's be given up, which may ignore that it is cancelled.</summary>
internal struct Interruptible
{
    // Null until something waits, and while nothing can be interrupted.
    private Promise<int>? _interruption;

    internal Promise<int> Wait(Promise<int> promise) =>
        promise.IsPending ? Primitives.Pick<int>([_interruption = Primitives.Wait<int>(), promise]) : promise;

    internal void Interrupt()
    {
        if (_interruption is { IsPending: true } interruption)
            Driver.Current.Reject(interruption.Underlying(), new ObjectDisposedException("channel"));
        _interruption = null;
    }
}
