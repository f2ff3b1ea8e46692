namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// A Task that ends as this promise does, for code that knows Tasks; a cancelled promise makes a cancelled Task. Its
    /// continuations run on the thread pool, not on the loop. Never block on it in the loop's thread.
    /// </summary>
    public Task AsTask() => AsUnit().AsTask();
}

public partial class Promise<T>
{
    /// <inheritdoc cref="Promise.AsTask"/>
    public new Task<T> AsTask()
    {
        var promise = Settled();
        if (promise.State == Fulfilled)
            return Task.FromResult(promise.Result);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        OnAny(
            completion.SetResult,
            reason =>
            {
                if (reason is Canceled)
                    completion.SetCanceled();
                else
                    completion.SetException(reason);
            }
        );
        return completion.Task;
    }
}
