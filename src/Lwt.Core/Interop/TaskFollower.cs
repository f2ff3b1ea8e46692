using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The continuation of a Task that a promise waits for. .NET cannot remove a continuation from a Task, so the
/// continuation of a cancelled promise stays on it, and the next promise of the same Task reuses it. So a long-lived
/// Task holds only as many continuations as promises waited for it at one time, however many were cancelled.
/// </summary>
internal sealed class TaskFollower
{
    private static readonly object s_ended = new();

    // The unused followers of each Task.
    private static readonly ConditionalWeakTable<Task, Stack<TaskFollower>> s_idle = new();

    // False until a promise of a Task is cancelled: before that there is no need to look into the table.
    private static volatile bool s_anyIdle;

    // The waiting promise, null if there is none, or s_ended after the Task has ended.
    private object? _promise;

    private TaskFollower(Task task, ITaskPromise promise)
    {
        Task = task;
        _promise = promise;
    }

    internal Task Task { get; }

    /// <summary>Calls the promise's TaskEnded, on any thread, when the Task ends.</summary>
    internal static void Follow(Task task, ITaskPromise promise)
    {
        if (s_anyIdle && TakeIdle(task) is { } idle)
        {
            promise.Follower = idle;
            if (Interlocked.CompareExchange(ref idle._promise, promise, null) is not null)
                promise.TaskEnded();
            return;
        }
        var follower = new TaskFollower(task, promise);
        promise.Follower = follower;
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(follower.End);
    }

    /// <summary>Frees the follower for another promise; returns false if the Task has ended.</summary>
    internal bool Leave(ITaskPromise promise)
    {
        if (!ReferenceEquals(Interlocked.CompareExchange(ref _promise, null, promise), promise))
            return false;
        s_anyIdle = true;
        var idle = s_idle.GetValue(Task, static _ => new());
        lock (idle)
            idle.Push(this);
        return true;
    }

    private static TaskFollower? TakeIdle(Task task)
    {
        if (!s_idle.TryGetValue(task, out var idle))
            return null;
        lock (idle)
            return idle.TryPop(out var follower) ? follower : null;
    }

    private void End()
    {
        // Read so that the exception of a Task whose promise was cancelled does not count as unobserved.
        _ = Task.Exception;
        if (Interlocked.Exchange(ref _promise, s_ended) is ITaskPromise promise)
            promise.TaskEnded();
        else
            s_idle.Remove(Task);
    }
}

/// <summary>A promise that waits for a Task.</summary>
internal interface ITaskPromise
{
    /// <summary>Set before <see cref="TaskEnded"/> is called.</summary>
    TaskFollower Follower { set; }

    /// <summary>Called once, on any thread, unless the promise has left its follower.</summary>
    void TaskEnded();
}

/// <summary>
/// The promise of a Task: its loop resolves it after the Task has ended, and keeps running until then.
/// </summary>
internal sealed class TaskPromise<T> : Promise<T>, ITaskPromise
{
    private readonly EventLoop _loop;
    private readonly Func<Task, T> _value;
    private TaskFollower _follower = null!;

    private TaskPromise(Func<Task, T> value, Driver driver)
        : base(driver, Cancelable | NotifiesCancel)
    {
        _loop = driver.Loop;
        _value = value;
    }

    TaskFollower ITaskPromise.Follower
    {
        set => _follower = value;
    }

    /// <summary>
    /// Returns a promise that is resolved when the Task ends; <paramref name="value"/> reads the Task's value.
    /// </summary>
    internal static Promise<T> Of(Task task, Func<Task, T> value)
    {
        // Read once: the Task may end between two reads.
        if (task.IsCompleted)
            return Outcome(task, value);
        var promise = new TaskPromise<T>(value, Driver.Current);
        promise._loop.Owe();
        TaskFollower.Follow(task, promise);
        return promise;
    }

    void ITaskPromise.TaskEnded() => _loop.PostOwed(Resolve);

    internal override void OnCanceled(Driver driver)
    {
        if (_follower.Leave(this))
            _loop.ReleaseOwed();
    }

    internal override void DescribeWait(WaitReport report) =>
        report.On(
            _follower.Task.IsCompleted
                ? "its turn in the loop: a Task has ended"
                : "a Task (AsPromise, F#: Lwt.of_task)"
        );

    private void Resolve()
    {
        if (Underlying() is { State: Pending } promise)
            _loop.Driver.Run(Core.Outcome.Copy(promise, Outcome(_follower.Task, _value)));
    }

    private static Promise<T> Outcome(Task ended, Func<Task, T> value) =>
        ended.IsCompletedSuccessfully ? new(value(ended)) : new(Failure(ended));

    /// <summary>
    /// The exception of a failed Task, as await would throw it; for a cancelled Task, a PromiseCanceledException.
    /// </summary>
    private static Exception Failure(Task ended)
    {
        if (!ended.IsCanceled)
            return ended.Exception!.InnerExceptions[0];
        var cause = new TaskCanceledException(ended);
        return new PromiseCanceledException("The Task was canceled.", cause, cause.CancellationToken);
    }
}
