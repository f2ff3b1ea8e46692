using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>A call that a worker's thread has made on its loop, and waits for.</summary>
internal sealed class LoopCall<T>
{
    // How often it is looked whether the loop still lives.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _ended = new();
    private T? _value;
    private Exception? _failure;

    internal static T Run(EventLoop loop, Func<Promise<T>> call)
    {
        var one = new LoopCall<T>();
        loop.Post(() => Promise.Apply(call).OnAny(one.Fulfill, one.Reject));
        while (!one._ended.Wait(s_look))
            ObjectDisposedException.ThrowIf(loop.IsDisposed, loop);
        if (one._failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return one._value!;
    }

    private void Fulfill(T value)
    {
        _value = value;
        _ended.Set();
    }

    private void Reject(Exception reason)
    {
        _failure = reason;
        _ended.Set();
    }
}
