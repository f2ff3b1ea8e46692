using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// An async method or an F# block that has suspended: its promise, the callback on what it awaits, and its state
/// machine, in one object.
/// </summary>
/// <remarks>
/// Invariant: while it waits it stands in the list of one promise, its Link, or is held by one foreign awaiter. The
/// builder inside the machine holds the box before the machine is copied into it. Where there is storage, a
/// <see cref="WithStorage"/> stands in its place.
/// </remarks>
internal sealed class AsyncBox<TStateMachine, T>(Driver driver) : Dependent<T>(driver), IResumable
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine Machine = default!;

    internal override Promise? Run(Promise source, Driver driver)
    {
        driver.Storage = null;
        return Resume();
    }

    public Promise? Resume()
    {
        Machine.MoveNext();
        if ((Flags & Ended) == 0)
            return null;
        // The method has ended: its promise may live long, its variables must not.
        Machine = default!;
        var outer = Underlying();
        return outer.State == Pending ? null : outer;
    }

    /// <summary>Runs the machine when <paramref name="source"/>, which must be pending, is resolved.</summary>
    internal void Await(Promise source, Driver driver)
    {
        SetLink(CancelLink.To(source));
        source.Attach(Node(driver), driver);
    }

    /// <summary>Starts the machine from the loop, because the stack has no room to start it here.</summary>
    internal void StartLater(Driver driver) =>
        Link = CancelLink.To(Deferral.Enqueue(Completed<Unit>.Default, new FirstRun(this, driver.Storage), driver));

    public Promise Abandon(Exception reason)
    {
        Flags |= Ended;
        Machine = default!;
        return TakeOuter().RejectWith(reason);
    }

    /// <summary>Runs the machine on the loop once an awaiter of a type other than a promise's has completed.</summary>
    internal void AwaitForeign<TAwaiter>(ref TAwaiter awaiter, Driver driver)
        where TAwaiter : INotifyCompletion
    {
        var continuation = new ForeignContinuation(driver, Node(driver));
        SetLink(CancelLink.ToForeign(continuation));
        driver.Loop.Owe();
        // A context that runs its work on this thread would never do so: the loop occupies the thread.
        var context = SynchronizationContext.Current;
        if (context is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            // The same holds for a scheduler that is busy with the task in which the loop runs.
            if (TaskSchedulers.IsDefault)
                OnCompleted(ref awaiter, continuation.Call);
            else
                OnCompletedWithoutScheduler(ref awaiter, continuation.Call);
        }
        catch
        {
            continuation.Withdraw();
            throw;
        }
        finally
        {
            if (context is not null)
                SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static void OnCompleted<TAwaiter>(ref TAwaiter awaiter, Action continuation)
        where TAwaiter : INotifyCompletion
    {
        if (awaiter is ICriticalNotifyCompletion)
            ((ICriticalNotifyCompletion)awaiter).UnsafeOnCompleted(continuation);
        else
            awaiter.OnCompleted(continuation);
    }

    private static void OnCompletedWithoutScheduler<TAwaiter>(ref TAwaiter awaiter, Action continuation)
        where TAwaiter : INotifyCompletion =>
        awaiter = TaskSchedulers.WithDefault(
            static call =>
            {
                OnCompleted(ref call.Awaiter, call.Continuation);
                return call.Awaiter;
            },
            (Awaiter: awaiter, Continuation: continuation)
        );

    private Continuation Node(Driver driver) => driver.Storage is { } storage ? new WithStorage(this, storage) : this;

    private void SetLink(CancelLink link)
    {
        if ((Flags & HasToken) == 0)
            Link = link;
        else
            BlockToken.Wait(Link, link);
        // As a proxy it is cancelled by way of the promise that it stands for.
        if (State == Proxy)
            Cast.To<Dependent<T>>(Underlying()).Link = Link;
    }
}

internal interface IResumable
{
    /// <summary>Continues the machine; returns its promise if that ended it.</summary>
    Promise? Resume();

    /// <summary>Rejects a machine that has not started; returns its promise.</summary>
    Promise Abandon(Exception reason);
}

/// <summary>Starts a machine that has not started, unless it was cancelled before its turn.</summary>
internal sealed class FirstRun(IResumable box, Storage? storage) : Callback
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        if (source.State == Promise.Rejected)
            return box.Abandon(source.Reason);
        driver.Storage = storage;
        return box.Resume();
    }
}

/// <summary>
/// Represents a box among the callbacks of what it awaits, and restores the storage in which it started to wait.
/// </summary>
internal sealed class WithStorage(IResumable box, Storage storage) : Callback
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        driver.Storage = storage;
        return box.Resume();
    }
}
