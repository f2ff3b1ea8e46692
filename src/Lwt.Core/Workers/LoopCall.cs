using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>A call that a worker's thread has made on its loop, and waits for.</summary>
internal sealed class LoopCall<T>
{
    // How often it is looked whether the loop still lives.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();

    // Under the gate.
    private bool _ended;
    private T? _value;
    private Exception? _failure;

    internal static T Run(EventLoop loop, Func<Promise<T>> call)
    {
        var one = new LoopCall<T>();
        loop.Post(() => Promise.Apply(call).OnAny(value => one.End(value, null), reason => one.End(default, reason)));
        one.Wait(loop);
        if (one._failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return one._value!;
    }

    private void Wait(EventLoop loop)
    {
        lock (_gate)
            while (!_ended)
                ObjectDisposedException.ThrowIf(!Monitor.Wait(_gate, s_look) && loop.IsDisposed, loop);
    }

    private void End(T? value, Exception? failure)
    {
        lock (_gate)
        {
            (_ended, _value, _failure) = (true, value, failure);
            Monitor.Pulse(_gate);
        }
    }
}
