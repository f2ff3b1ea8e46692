namespace Lwt.Core;

/// <summary>
/// A bounded pool of threads of a loop's own, for calls that block: each becomes a promise, and the loop goes on meanwhile.
/// OCaml: <c>Lwt_preemptive</c>.
/// </summary>
/// <remarks>
/// A thread is started when a call finds none that is free, up to <see cref="MaxThreads"/>; further calls wait for one, in the
/// order in which they came. A thread that has had no work for some seconds ends, down to <see cref="MinThreads"/>. The
/// function runs on one of these threads, so it must not touch promises: see <see cref="RunOnLoop{T}"/>.
/// </remarks>
/// <example>
/// <code>
/// var hash = await EventLoop.Current.Workers.Run(() => SHA256.HashData(largeArray));
/// </code>
/// </example>
public sealed class WorkerPool : IDisposable
{
    /// <summary>How many threads a pool has at most, if nothing else is said; as many as Lwt's pool for system calls.</summary>
    public const int DefaultMaxThreads = 1000;

    private const string NameOfRun = "a call (WorkerPool.Run)";

    // So many threads are started as soon as they are needed. Of further ones, each is started when the one before has begun: so
    // many short calls at one time are made by a few threads, and those that block have as many as they need.
    private const int StartedAtOnce = 4;

    private readonly Lock _gate = new();

    // All under the gate. A worker is idle from its coming into the list until it is taken out: to be given a job, or to end.
    private readonly List<Worker> _idle = [];
    private readonly JobQueue _queue = new();
    private int _threads;
    private bool _starts;

    // On the loop's thread only: the calls whose promises wait.
    private readonly HashSet<IWorkerJob> _pending = new(ReferenceEqualityComparer.Instance);
    private int _min;
    private int _max;
    private int _maxQueued = int.MaxValue;
    private bool _disposed;

    /// <summary>Makes a pool for the current loop of this thread.</summary>
    /// <param name="minThreads">How many threads are started at once, and kept.</param>
    /// <param name="maxThreads">How many threads there are at most, at least one.</param>
    /// <param name="maxQueued">How many calls wait for a thread at most; no limit by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or the most are fewer than the least, or none.</exception>
    public WorkerPool(int minThreads = 0, int maxThreads = DefaultMaxThreads, int maxQueued = int.MaxValue)
        : this(EventLoop.Current, maxThreads)
    {
        MaxQueued = maxQueued;
        SetBounds(minThreads, maxThreads);
    }

    internal WorkerPool(EventLoop loop, int maxThreads) => (Loop, _max) = (loop, maxThreads);

    internal EventLoop Loop { get; }

    /// <summary>How many threads are kept, even without work.</summary>
    public int MinThreads => Volatile.Read(ref _min);

    /// <summary>How many threads there are at most.</summary>
    public int MaxThreads => Volatile.Read(ref _max);

    /// <summary>
    /// How many calls wait for a thread at most; a further one is rejected with <see cref="WorkerPoolFullException"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int MaxQueued
    {
        get => Volatile.Read(ref _maxQueued);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Volatile.Write(ref _maxQueued, value);
        }
    }

    /// <summary>How many threads there are now.</summary>
    public int ThreadCount => Volatile.Read(ref _threads);

    /// <summary>How many threads run a call now.</summary>
    public int BusyCount
    {
        get
        {
            lock (_gate)
                return _threads - _idle.Count;
        }
    }

    /// <summary>How many calls wait for a thread now.</summary>
    public int QueuedCount
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>
    /// Changes how many threads there may be. Missing ones of the least are started at once; those above the most end when
    /// their call has ended.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or the most are fewer than the least, or none.</exception>
    public void SetBounds(int minThreads, int maxThreads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minThreads);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxThreads, Math.Max(1, minThreads));
        var started = new List<Worker>();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (_min, _max) = (minThreads, maxThreads);
            while (_threads < _max && (_threads < _min || _queue.Count > 0))
            {
                _threads++;
                started.Add(new Worker(this, _queue.Take()));
            }
            while (_threads > _max && _idle.Count > 0)
                EndIdle();
        }
        foreach (var worker in started)
            worker.Start();
    }

    /// <summary>
    /// Calls a function on a thread of the pool. The promise is fulfilled with what it returns, or rejected with what it
    /// throws, in the loop's next iteration after that. OCaml: <c>Lwt_preemptive.detach</c>.
    /// </summary>
    /// <remarks>
    /// Cancelling takes out a call that still waits for a thread. One that has begun goes on, and so does its promise: give
    /// the function a token, or wait for it with <c>Promise.WithTimeout</c>.
    /// </remarks>
    /// <exception cref="WorkerPoolFullException">By the promise: <see cref="MaxQueued"/> calls wait already.</exception>
    /// <exception cref="InvalidOperationException">The loop of the pool is not the current one of this thread.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed of, or its loop.</exception>
    public Promise<T> Run<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start(new FunctionJob<T>(this, NameOfRun, work));
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public Promise Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start(
            new FunctionJob<Unit>(
                this,
                NameOfRun,
                () =>
                {
                    work();
                    return default;
                }
            )
        );
    }

    /// <summary>
    /// From a function that <see cref="Run{T}(Func{T})"/> has called: has the pool's loop call <paramref name="call"/> on its
    /// own thread, and blocks until the promise is resolved. Returns its value, or throws its exception. OCaml:
    /// <c>Lwt_preemptive.run_in_main</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">This thread is none of a pool's.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed of before the promise was resolved.</exception>
    public static T RunOnLoop<T>(Func<Promise<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return LoopCall<T>.Run(Worker.CurrentPool("WorkerPool.RunOnLoop").Loop, call);
    }

    /// <inheritdoc cref="RunOnLoop{T}"/>
    public static void RunOnLoop(Func<Promise> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        RunOnLoop(() => (call() ?? throw Errors.NullPromise()).AsUnit());
    }

    /// <summary>
    /// As <see cref="RunOnLoop(Func{Promise})"/>, without waiting for anything: a failure goes to the async exception hook.
    /// OCaml: <c>Lwt_preemptive.run_in_main_dont_wait</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">This thread is none of a pool's.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed of.</exception>
    public static void PostToLoop(Func<Promise> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Worker.CurrentPool("WorkerPool.PostToLoop").Loop.Post(() => Promise.FireAndForget(call));
    }

    /// <summary>
    /// Ends the threads as they become free; further calls are errors. Calls that were started before are made, and their
    /// promises resolved.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.Count > 0)
                EndIdle();
        }
    }

    /// <summary>The promises of all calls that have not ended, in no order.</summary>
    internal Promise[] Pending => [.. _pending.Cast<Promise>()];

    /// <summary>
    /// Rejects the promises of all calls that have not ended. Those that run go on, and nobody hears of their results. OCaml:
    /// <c>Lwt_unix.abort_jobs</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop of the pool is not the current one of this thread.</exception>
    public void Abort(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        CheckThread();
        foreach (var job in _pending.ToArray())
            job.Abort(reason);
    }

    internal void Ended(IWorkerJob job) => _pending.Remove(job);

    private void CheckThread()
    {
        if (Driver.Current is var current && !ReferenceEquals(current, Loop.Driver))
            throw Errors.WrongThread("WorkerPool (F#: Lwt_preemptive)", Loop.Driver, current);
    }

    /// <summary>Has a thread do a job, which is its own promise.</summary>
    internal Promise<T> Start<T>(WorkerJob<T> job)
    {
        CheckThread();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var mustWait = _idle.Count == 0 && !MayStart;
            // Those that only wait for the start of a thread do not count.
            if (mustWait && _queue.Count - Math.Max(0, _max - _threads) >= _maxQueued)
                return new Promise<T>(new WorkerPoolFullException(_maxQueued));
            Loop.Owe();
            _pending.Add(job);
            if (mustWait)
            {
                Queue(job);
                return job;
            }
            if (_idle.Count > 0)
            {
                TakeIdle().Give(job);
                return job;
            }
            CountStart();
        }
        return StartThread(job);
    }

    private Promise<T> StartThread<T>(WorkerJob<T> job)
    {
        try
        {
            new Worker(this, job).Start();
            return job;
        }
        // The system refuses another thread.
        catch (OutOfMemoryException e)
        {
            lock (_gate)
            {
                _starts = false;
                _threads--;
                if (_threads > 0)
                {
                    Queue(job);
                    return job;
                }
            }
            Ended(job);
            Loop.ReleaseOwed();
            return new Promise<T>(e);
        }
    }

    // Under the gate.
    private bool MayStart => _threads < _max && (_threads < StartedAtOnce || !_starts);

    // Under the gate.
    private void CountStart()
    {
        _threads++;
        _starts = true;
    }

    /// <summary>For a worker whose thread has begun: starts the next one if there are calls that wait for it.</summary>
    internal void Begun()
    {
        IWorkerJob job;
        lock (_gate)
        {
            _starts = false;
            if (_idle.Count > 0 || !MayStart || _queue.Take() is not { } next)
                return;
            job = next;
            CountStart();
        }
        try
        {
            new Worker(this, job).Start();
        }
        // The system refuses another thread: those that there are do it.
        catch (OutOfMemoryException)
        {
            lock (_gate)
            {
                _starts = false;
                _threads--;
                _queue.Add(job);
            }
        }
    }

    // Under the gate.
    private void Queue<T>(WorkerJob<T> job)
    {
        job.WaitForThread();
        _queue.Add(job);
    }

    // Under the gate. The last to come: its processor is the least cold.
    private Worker TakeIdle()
    {
        var worker = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return worker;
    }

    // Under the gate.
    private void EndIdle()
    {
        _threads--;
        TakeIdle().End();
    }

    /// <summary>Takes out a job that waits for a thread; false if it has begun or ended.</summary>
    internal bool Withdraw(IWorkerJob job)
    {
        lock (_gate)
            return _queue.Remove(job);
    }

    /// <summary>What a job that has not ended waits for.</summary>
    internal string Describe(IWorkerJob job)
    {
        lock (_gate)
            return _queue.Has(job)
                ? $"a free thread of a WorkerPool, whose {_threads} are busy, for {job.Name}"
                : $"{job.Name} on a thread of a WorkerPool";
    }

    /// <summary>For a worker that is free: its next job; null if there is none, and then it is among the idle.</summary>
    internal IWorkerJob? Next(Worker worker, out bool ends)
    {
        lock (_gate)
        {
            ends = false;
            if (_threads <= _max && _queue.Take() is { } job)
                return job;
            ends = _disposed || _threads > _max;
            if (ends)
                _threads--;
            else
                _idle.Add(worker);
            return null;
        }
    }

    /// <summary>For a worker whose time without work is over; false if it has been given some, or has to stay.</summary>
    internal bool Leave(Worker worker)
    {
        lock (_gate)
        {
            if (_threads <= _min || !_idle.Remove(worker))
                return false;
            _threads--;
            return true;
        }
    }
}
