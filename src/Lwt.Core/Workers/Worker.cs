namespace Lwt.Core;

/// <summary>A thread of a <see cref="WorkerPool"/>.</summary>
/// <remarks>
/// Invariant: <c>_given</c> is written under the pool's gate, when the worker is taken from the idle: a job, or
/// <see cref="s_end"/>. The worker alone takes it out.
/// </remarks>
internal sealed class Worker(WorkerPool pool, IWorkerJob? first)
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);

    // A thread that has let its processor go takes longer to come back than a loop takes to give it the next job.
    private static readonly TimeSpan s_moment = TimeSpan.FromMicroseconds(50);

    private static readonly object s_end = new();

    [ThreadStatic]
    private static WorkerPool? t_pool;

    private readonly Spin _spin = new(s_moment);
    private readonly object _sleep = new();
    private volatile object? _given;
    private volatile bool _sleeps;

    /// <summary>The pool whose thread this is.</summary>
    internal static WorkerPool CurrentPool(string member) =>
        t_pool
        ?? throw new InvalidOperationException(
            $"{member} (F#: Lwt_preemptive.run_in_main) was called on a thread that is none of a WorkerPool's. Call it from a "
                + "function that was given to WorkerPool.Run (F#: Lwt_preemptive.detach). Other threads hand a call over with "
                + "EventLoop.Post (F#: Lwt_main.post_to)."
        );

    internal void Start() => new Thread(Run) { IsBackground = true, Name = "Lwt.Net worker" }.UnsafeStart();

    /// <summary>Gives it a job. Under the pool's gate, when it was idle.</summary>
    internal void Give(IWorkerJob job) => Wake(job);

    /// <summary>Ends the thread. Under the pool's gate, when it was idle.</summary>
    internal void End() => Wake(s_end);

    private void Wake(object given)
    {
        _given = given;
        // Seen by the worker before it sleeps, or it is seen to sleep.
        Interlocked.MemoryBarrier();
        if (!_sleeps)
            return;
        lock (_sleep)
            Monitor.Pulse(_sleep);
    }

    private void Run()
    {
        t_pool = pool;
        pool.Begun();
        var job = first;
        do
        {
            job?.Execute();
            // Free before the loop hears of the result: what the loop does next may be to give it another job.
            var next = pool.Next(this, out var ends);
            job?.Deliver();
            if (ends)
                return;
            job = next ?? Await();
        } while (job is not null);
    }

    /// <summary>Waits until it is given something to do; null when it is to end.</summary>
    private IWorkerJob? Await()
    {
        if (!TrySpin() && !TrySleep())
            return null;
        var job = _given as IWorkerJob;
        _given = null;
        return job;
    }

    /// <summary>False when nothing came for a while, and the thread is too many.</summary>
    private bool TrySleep()
    {
        var begun = _spin.BeginWait();
        _sleeps = true;
        Interlocked.MemoryBarrier();
        while (_given is null)
        {
            bool inTime;
            lock (_sleep)
                inTime = _given is not null || Monitor.Wait(_sleep, s_linger);
            // Not under the lock, which is taken under the pool's gate.
            if (!inTime && pool.Leave(this))
                return false;
        }
        _sleeps = false;
        _spin.EndedWait(begun);
        return true;
    }

    private bool TrySpin()
    {
        if (!_spin.Pays)
            return false;
        var end = _spin.Begin(null);
        while (_given is null && !Spin.IsOver(end))
            Thread.Yield();
        var found = _given is not null;
        _spin.Ended(found);
        return found;
    }
}
