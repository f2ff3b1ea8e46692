namespace Lwt.Core;

/// <summary>What the threads of a <see cref="WorkerPool"/> do.</summary>
internal interface IWorkerJob
{
    /// <summary>What it does, for messages: a call and its argument.</summary>
    string Name { get; }

    /// <summary>Does the work, and keeps what came of it. On a thread of the pool.</summary>
    void Execute();

    /// <summary>Has the loop resolve the promise, after the work. On a thread of the pool.</summary>
    void Deliver();

    /// <summary>Rejects the promise now, on the loop's thread, whether the work has begun or not.</summary>
    void Abort(Exception reason);
}

/// <summary>A call that a thread of a pool makes, and its promise: one object.</summary>
/// <remarks>
/// While it waits for a thread, cancelling it leads to its turn, a promise that takes it out of the queue. From then on it
/// leads nowhere: what has begun cannot be taken back, and may write into memory that the caller has lent.
/// </remarks>
internal abstract class WorkerJob<T>(WorkerPool pool) : Promise<T>(pool.Loop.Driver, 0), IWorkerJob
{
    private Turn? _turn;
    private T? _value;
    private Exception? _failure;

    public abstract string Name { get; }

    /// <summary>The work, on a thread of the pool; what it throws rejects the promise.</summary>
    private protected abstract T Work();

    /// <summary>On the loop's thread, when no thread can do the work any more: it has ended, or was taken out.</summary>
    private protected virtual void OnEnded() { }

    /// <summary>Lets a result go that nobody hears of, such as an open file: the job was aborted while it ran.</summary>
    private protected virtual void Discard(T value) { }

    internal override CancelLink CancelLink => _turn is null ? CancelLink.None : CancelLink.To(_turn);

    internal override void DropLink() => _turn = null;

    internal override void DescribeWait(WaitReport report) => report.On(pool.Describe(this));

    /// <summary>Before it is put into the queue.</summary>
    internal void WaitForThread() => _turn = new Turn(this, pool.Loop.Driver);

    public void Execute()
    {
        try
        {
            _value = Work();
        }
        // Of whatever kind: nobody on this thread could make more of it than the loop can.
        catch (Exception e)
        {
            _failure = e;
        }
    }

    public void Deliver() => pool.Loop.PostOwed(Settle);

    public void Abort(Exception reason)
    {
        if (Withdraw(reason) is { } rejected)
            pool.Loop.Driver.Run(rejected);
        else if (Underlying() is { State: Pending })
            pool.Loop.Driver.Run(TakeOuter().RejectWith(reason));
    }

    private void Settle()
    {
        pool.Ended(this);
        OnEnded();
        // Not if it was aborted meanwhile.
        if (Underlying() is not { State: Pending })
        {
            if (_failure is null)
                Discard(_value!);
            return;
        }
        var promise = TakeOuter();
        pool.Loop.Driver.Run(_failure is { } failure ? promise.RejectWith(failure) : promise.FulfillWith(_value!));
    }

    /// <summary>The wait for a thread. Cancelled, it takes the job along, unless that has begun.</summary>
    private sealed class Turn : Promise<Unit>
    {
        private readonly WorkerJob<T> _job;

        internal Turn(WorkerJob<T> job, Driver driver)
            : base(driver, Cancelable)
        {
            _job = job;
            Attach(new Withdrawal(job), driver);
        }

        internal override void DescribeWait(WaitReport report) => _job.DescribeWait(report);
    }

    private sealed class Withdrawal(WorkerJob<T> job) : Callback
    {
        internal override Promise? Run(Promise source, Driver driver) => job.Withdraw(source.Reason);
    }

    private Promise? Withdraw(Exception reason)
    {
        _turn = null;
        if (!pool.Withdraw(this))
            return null;
        pool.Ended(this);
        pool.Loop.ReleaseOwed();
        OnEnded();
        return TakeOuter().RejectWith(reason);
    }
}

/// <summary>A function, on a thread of a pool.</summary>
internal sealed class FunctionJob<T>(WorkerPool pool, string name, Func<T> work) : WorkerJob<T>(pool)
{
    public override string Name => name;

    private protected override T Work() => work();
}
