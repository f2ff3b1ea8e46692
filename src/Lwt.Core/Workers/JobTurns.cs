namespace Lwt.Core;

/// <summary>Jobs that must run one at a time, in the order in which they came, such as those that move a file's position.</summary>
/// <remarks>
/// Invariant: <c>_running</c> is the job whose turn it is, from before it is started until it has ended; jobs wait only
/// meanwhile. One that waits is a <see cref="JobTurn"/>, which can be cancelled.
/// </remarks>
internal sealed class JobTurns(WorkerPool pool)
{
    private readonly WaiterQueue _waiters = new();
    private IWorkerJob? _running;

    /// <summary>Whether no job runs or waits.</summary>
    internal bool AreFree => _running is null;

    /// <summary>What the jobs that wait are kept from running by, for messages.</summary>
    internal string Running => _running is { } job ? pool.Describe(job) : "its turn";

    /// <summary>Starts a job, now or when it is its turn. When it has ended it calls <see cref="Leave"/>.</summary>
    internal Promise<T> Start<T>(WorkerJob<T> job) => _running is null ? StartNow(job) : StartLater(job);

    private Promise<T> StartNow<T>(WorkerJob<T> job)
    {
        _running = job;
        Promise<T>? started = null;
        try
        {
            return started = pool.Start(job);
        }
        finally
        {
            // Nothing was started: the pool is full, or disposed of.
            if (!ReferenceEquals(started, job))
                Leave();
        }
    }

    private async Promise<T> StartLater<T>(WorkerJob<T> job)
    {
        await _waiters.Add(new JobTurn(this, job, pool.Loop.Driver));
        return await StartNow(job);
    }

    /// <summary>Ends a turn.</summary>
    internal void Leave()
    {
        // The next one has its turn from now on, though it starts only when its promise runs.
        if (_waiters.Take(pool.Loop.Driver) is not { } next)
        {
            _running = null;
            return;
        }
        _running = ((JobTurn)next).Job;
        WaiterQueue.Wake(next, pool.Loop.Driver);
    }

    /// <summary>Rejects the jobs that wait for their turn; their callbacks run before this returns.</summary>
    internal void Reject(Func<Exception> reason)
    {
        foreach (var waiter in _waiters.TakeAll(pool.Loop.Driver))
            pool.Loop.Driver.Run(waiter.RejectWith(reason()));
    }
}

/// <summary>The wait of a job for its turn.</summary>
internal sealed class JobTurn(JobTurns turns, IWorkerJob job, Driver driver) : Promise<Unit>(driver, Cancelable)
{
    internal IWorkerJob Job => job;

    internal override void DescribeWait(WaitReport report) => report.On($"{turns.Running}, before {job.Name}");
}
