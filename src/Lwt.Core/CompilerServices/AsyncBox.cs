using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// An async method or an F# block that has suspended: its promise, the callback on what it awaits, and its state
/// machine, all in one object.
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
        // The variables of a method that has ended must not live as long as its promise.
        Machine = default!;
        var outer = Underlying();
        return outer.State == Pending ? null : outer;
    }

    /// <summary>Runs the machine when <paramref name="source"/>, which is pending, is resolved.</summary>
    internal void Await(Promise source, Driver driver)
    {
        SetLink(source);
        source.Attach(Node(driver), driver);
    }

    /// <summary>Runs the machine, which has not begun, from the loop instead of here, where the stack has no room.</summary>
    internal void StartLater(Driver driver) =>
        Link = Deferral.Enqueue(Completed<Unit>.Default, new FirstRun(this, driver.Storage), driver);

    public Promise Abandon(Exception reason)
    {
        Flags |= Ended;
        Machine = default!;
        return TakeOuter().RejectWith(reason);
    }

    /// <summary>Runs the machine on the loop once an awaiter that knows nothing of promises has completed.</summary>
    internal void AwaitForeign<TAwaiter>(ref TAwaiter awaiter, Driver driver)
        where TAwaiter : INotifyCompletion
    {
        SetLink(null);
        var continuation = new ForeignContinuation(driver, Node(driver));
        driver.Loop.Owe();
        // A context that runs its work on this thread would never get to it: the loop holds the thread.
        var context = SynchronizationContext.Current;
        if (context is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            // So would a scheduler that is busy with the task that the loop runs in.
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

    private void SetLink(Promise? source)
    {
        Link = (Flags & HasToken) == 0 ? source : BlockToken.Wait(Link!, source);
        // As a proxy it is cancelled by way of the promise that it stands for.
        if (State == Proxy)
            Unsafe.As<Dependent<T>>(Underlying()).Link = Link;
    }

    internal override string Describe() => "an async method or block that awaits something unknown to the loop";
}

internal interface IResumable
{
    /// <summary>Runs the machine on; gives the promise if that ended it.</summary>
    Promise? Resume();

    /// <summary>Ends a machine that has not begun with a rejection; gives the promise.</summary>
    Promise Abandon(Exception reason);
}

/// <summary>Begins a box whose machine has not begun, unless it was cancelled before its turn.</summary>
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

/// <summary>Stands for a box in the list of what it awaits, and gives it the storage back in which it awaited that.</summary>
internal sealed class WithStorage(IResumable box, Storage storage) : Callback
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        driver.Storage = storage;
        return box.Resume();
    }
}
