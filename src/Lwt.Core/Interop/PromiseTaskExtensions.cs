using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Converts Tasks to promises.</summary>
public static class PromiseTaskExtensions
{
    /// <summary>
    /// Returns a promise for the Task's value: this thread's loop resolves it when the Task ends. A failed Task rejects
    /// it with the Task's exception, a cancelled one with <see cref="PromiseCanceledException"/>. Cancelling the
    /// promise does not stop the Task; <see cref="FromTask{T}"/> does.
    /// </summary>
    /// <remarks>The loop keeps running until the Task ends. An async method can also await a Task directly.</remarks>
    /// <example>
    /// <code>
    /// Task&lt;int> task = Task.Run(() => Enumerable.Range(1, 100).Sum()); // runs on the thread pool
    /// Promise&lt;string> text = task.AsPromise().Map(sum => $"sum {sum}"); // runs on the loop
    /// </code>
    /// </example>
    public static Promise<T> AsPromise<T>(this Task<T> task) =>
        Follow(task, static ended => ((Task<T>)ended).GetAwaiter().GetResult());

    /// <inheritdoc cref="AsPromise{T}(Task{T})"/>
    public static Promise AsPromise(this Task task) => AsPromise<Unit>(task);

    /// <inheritdoc cref="AsPromise{T}(Task{T})"/>
    public static Promise<T> AsPromise<T>(this ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? Promise.Return(task.GetAwaiter().GetResult()) : AsPromise(task.AsTask());

    /// <inheritdoc cref="AsPromise{T}(Task{T})"/>
    public static Promise AsPromise(this ValueTask task) =>
        task.IsCompletedSuccessfully ? Promise.Return() : AsPromise(task.AsTask());

    /// <summary>
    /// Calls <paramref name="start"/> and returns a promise that is resolved when the Task ends. Cancelling the promise
    /// rejects it at once with <see cref="PromiseCanceledException"/> and cancels the token.
    /// </summary>
    /// <param name="start">
    /// Called now, with a token that is cancelled when the promise is. Callbacks registered with the token run on the
    /// loop, before <c>Cancel</c> returns. If the function throws, the promise is rejected.
    /// </param>
    /// <example>
    /// <code>
    /// Promise&lt;string> page = PromiseTaskExtensions.FromTask(token => Download(token));
    /// page.Cancel(); // cancels the token, which stops the download
    /// </code>
    /// </example>
    public static Promise<T> FromTask<T>(Func<CancellationToken, Task<T>> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (!StackGuard.HasRoom())
            return Primitives.Later<T, NextStep<T>>(new(() => FromTask(start)));
        var cancellation = new CancellationTokenSource();
        try
        {
            return CanceledBy((start(cancellation.Token) ?? throw NullTask()).AsPromise(), cancellation);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Promise.Fail<T>(e);
        }
    }

    /// <inheritdoc cref="FromTask{T}"/>
    public static Promise FromTask(Func<CancellationToken, Task> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (!StackGuard.HasRoom())
            return Primitives.Later<Unit, UnitNextStep>(new(() => FromTask(start)));
        var cancellation = new CancellationTokenSource();
        try
        {
            return CanceledBy(AsPromise<Unit>(start(cancellation.Token) ?? throw NullTask()), cancellation);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Promise.Fail(e);
        }
    }

    private static Promise<T> CanceledBy<T>(Promise<T> promise, CancellationTokenSource cancellation)
    {
        promise.OnCancel(cancellation.Cancel);
        // After a cancellation the Task may still run and look at its token.
        promise.OnTermination(() =>
        {
            if (!cancellation.IsCancellationRequested)
                cancellation.Dispose();
        });
        return promise;
    }

    private static InvalidOperationException NullTask() =>
        new("The function given to FromTask (F#: Lwt.of_task) returned null. Return the Task that it started.");

    internal static Promise<TUnit> AsPromise<TUnit>(Task task) => Follow<TUnit>(task, static _ => default!);

    private static Promise<T> Follow<T>(Task task, Func<Task, T> value)
    {
        ArgumentNullException.ThrowIfNull(task);
        return TaskPromise<T>.Of(task, value);
    }
}
