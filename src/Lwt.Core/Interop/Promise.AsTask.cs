namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Returns a Task that ends like this promise, for code that takes Tasks. A promise that is cancelled, or rejected
    /// with another <see cref="OperationCanceledException"/>, cancels the Task.
    /// </summary>
    /// <remarks>
    /// The Task's continuations run on the thread pool, not on the loop. The Task ends only while the promise's loop
    /// runs: never block on it on the loop's thread, and keep the loop running until it has ended.
    /// </remarks>
    /// <example>
    /// <code>
    /// async Task&lt;int> Measure(Task&lt;string> text) => (await text).Length; // takes a Task
    ///
    /// Task&lt;int> length = Measure(Load("home").AsTask());
    /// </code>
    /// </example>
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
