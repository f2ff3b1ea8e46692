namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// A Task that ends as this promise does, for code that knows Tasks; a promise that was cancelled, or rejected with
    /// another <see cref="OperationCanceledException"/>, makes a cancelled Task, as an async method of a Task would. Its
    /// continuations run on the thread pool, not on the loop. It ends only while the promise's loop runs: never block on it in
    /// the loop's thread, and keep the loop running until it has ended.
    /// </summary>
    public Task AsTask() => AsUnit().AsTask();
}

public partial class Promise<T>
{
    /// <inheritdoc cref="Promise.AsTask"/>
    public new Task<T> AsTask()
    {
        var promise = Underlying();
        if (promise.State == Fulfilled)
            return Task.FromResult(promise.Result);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        OnAny(
            completion.SetResult,
            reason =>
            {
                if (reason is OperationCanceledException canceled)
                    completion.SetCanceled(canceled.CancellationToken);
                else
                    completion.SetException(reason);
            }
        );
        return completion.Task;
    }
}
