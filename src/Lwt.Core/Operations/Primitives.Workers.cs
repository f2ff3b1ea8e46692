namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Calls a function on a thread of a pool. The fronts call it for <c>Lwt_preemptive.detach</c> and the like.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="name">What the function does, for messages.</param>
    /// <param name="work">The function.</param>
    public static Promise<T> Detach<T>(WorkerPool pool, string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return pool.Start(new FunctionJob<T>(pool, name, work));
    }

    /// <summary>
    /// The promises of the calls of a pool that have not ended. The fronts call it for <c>Lwt_unix.wait_for_jobs</c>.
    /// </summary>
    public static Promise[] PendingJobs(WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return pool.Pending;
    }
}
