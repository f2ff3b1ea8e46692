using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Hides the TaskScheduler of a task that a loop runs in. What awaits a Task captures the current scheduler; one that is
/// exclusive or out of threads would never run the continuation, for it waits for the task in which the loop waits.
/// </summary>
internal static class TaskSchedulers
{
    internal static bool IsDefault => ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default);

    /// <summary>Calls a function here and now, in a task of its own on the default scheduler.</summary>
    internal static TResult WithDefault<TArgument, TResult>(Func<TArgument, TResult> function, TArgument argument)
    {
        // On less stack the task would run on another thread.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var task = new Task<TResult>(() => function(argument), TaskCreationOptions.DenyChildAttach);
        task.RunSynchronously(TaskScheduler.Default);
        return task.GetAwaiter().GetResult();
    }
}
