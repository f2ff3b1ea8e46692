using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Makes promises of .NET's Tasks.</summary>
public static class PromiseTaskExtensions
{
    /// <summary>
    /// A promise that the loop of this thread resolves as the Task ends; a cancelled Task rejects it with
    /// <see cref="PromiseCanceledException"/>. Cancelling the promise does not stop the Task: see <see cref="FromTask{T}"/>.
    /// </summary>
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
    /// Starts a Task with a token that cancelling the promise cancels; the promise is resolved as the Task ends, or
    /// rejected with <see cref="PromiseCanceledException"/> at once when it is cancelled. An exception from <paramref name="start"/>
    /// itself rejects too. What is registered with the token runs on the loop, before <c>Cancel</c> returns.
    /// </summary>
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
        // After a cancellation the Task may be at work yet, and look at its token.
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
