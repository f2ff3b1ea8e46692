namespace Lwt.Core;

/// <summary>
/// Calls to a stream from code that does not know promises, on any thread. Each call runs on the stream's loop. A call
/// made there continues there; a call from another thread is posted, and its caller continues on the thread pool.
/// </summary>
internal static class ForeignCall
{
    internal static ValueTask<T> On<T>(EventLoop loop, Func<Promise<T>> call, CancellationToken token = default)
    {
        TaskCompletionSource<T> completion;
        if (ReferenceEquals(Driver.CurrentIfAny?.Loop, loop))
        {
            var promise = Promise.Apply(call).Underlying();
            if (promise.State == Promise.Fulfilled)
                return new(promise.Result);
            completion = new();
            Follow(promise, completion, token);
        }
        else
        {
            completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(() => Follow(Promise.Apply(call), completion, token));
        }
        return new(completion.Task);
    }

    /// <summary>Like <see cref="On{T}"/>, without a value.</summary>
    internal static ValueTask On(EventLoop loop, Func<Promise> call)
    {
        var called = On(loop, () => call().AsUnit());
        return called.IsCompletedSuccessfully ? default : new(called.AsTask());
    }

    private static void Follow<T>(Promise<T> promise, TaskCompletionSource<T> completion, CancellationToken token) =>
        promise.OnAny(
            completion.SetResult,
            reason =>
            {
                if (reason is not OperationCanceledException canceled)
                    completion.SetException(reason);
                else if (token.IsCancellationRequested)
                    completion.SetCanceled(token);
                else
                    completion.SetCanceled(canceled.CancellationToken);
            }
        );
}
