using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Hides the TaskScheduler of a task that a loop runs in. Code that awaits a Task captures the current scheduler. A
/// scheduler that is exclusive, or has no free thread, would never run the continuation: it waits for the task in which
/// the loop waits.
/// </summary>
internal static class TaskSchedulers
{
    internal static bool IsDefault => ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default);

    /// <summary>Calls a function on this thread, in a new task on the default scheduler.</summary>
    internal static TResult WithDefault<TArgument, TResult>(Func<TArgument, TResult> function, TArgument argument)
    {
        // With less stack the task would run on another thread.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var task = new Task<TResult>(() => function(argument), TaskCreationOptions.DenyChildAttach);
        task.RunSynchronously(TaskScheduler.Default);
        return task.GetAwaiter().GetResult();
    }
}
