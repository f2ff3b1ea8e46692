namespace Lwt.Core;

/// <summary>
/// A stream as code sees it that knows nothing of promises. Each call goes to the stream's loop: made there, it goes on there;
/// made on another thread, it is posted, and goes on in the thread pool.
/// </summary>
internal sealed class ForeignStreamEnumerator<T>(StreamEnumerator<T> enumerator) : IAsyncEnumerator<T>
{
    private readonly EventLoop _loop = EventLoop.Current;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public T Current => enumerator.Current;

    public ValueTask<bool> MoveNextAsync() => Call(enumerator.MoveNextAsync);

    public ValueTask DisposeAsync()
    {
        var disposed = Call(() => enumerator.DisposeAsync().AsUnit());
        return disposed.IsCompletedSuccessfully ? default : new(disposed.AsTask());
    }

    private ValueTask<TResult> Call<TResult>(Func<Promise<TResult>> call)
    {
        TaskCompletionSource<TResult> completion;
        if (Environment.CurrentManagedThreadId == _thread)
        {
            var promise = call();
            if (promise.IsFulfilled)
                return new(promise.GetAwaiter().GetResult());
            completion = new();
            Follow(promise, completion);
        }
        else
        {
            completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _loop.Post(() => Follow(Promise.Apply(call), completion));
        }
        return new(completion.Task);
    }

    private static void Follow<TResult>(Promise<TResult> promise, TaskCompletionSource<TResult> completion) =>
        promise.OnAny(
            completion.SetResult,
            reason =>
            {
                if (reason is Canceled)
                    completion.SetCanceled();
                else
                    completion.SetException(reason);
            }
        );
}
