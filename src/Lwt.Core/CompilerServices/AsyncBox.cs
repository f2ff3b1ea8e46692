using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// An async method or an F# block that has suspended: its promise, the callback on what it awaits, and its state
/// machine, all in one object.
/// </summary>
/// <remarks>
/// Invariant: while it waits it stands in the list of one promise, its Link, or is held by one foreign awaiter. The
/// builder inside the machine holds the box before the machine is copied into it.
/// </remarks>
internal sealed class AsyncBox<TStateMachine, T>(Resolution resolution) : Composed<T>(resolution)
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine Machine = default!;
    private Storage? _storage;

    internal override Promise? Run(Promise source, Resolution resolution)
    {
        resolution.Storage = _storage;
        Machine.MoveNext();
        if ((Flags & Ended) == 0)
            return null;
        // The variables of a method that has ended must not live as long as its promise.
        Machine = default!;
        _storage = null;
        var outer = Settled();
        return outer.State == Pending ? null : outer;
    }

    /// <summary>Runs the machine when <paramref name="source"/>, which is pending, is resolved.</summary>
    internal void Await(Promise source, Resolution resolution)
    {
        KeepStorage(resolution);
        SetLink(source);
        source.Attach(this, resolution);
    }

    /// <summary>Runs the machine, which has not begun, from the loop instead of here, where the stack has no room.</summary>
    internal void StartLater(Resolution resolution)
    {
        KeepStorage(resolution);
        resolution.Defer(UnitPromise, this);
    }

    /// <summary>Runs on the machine, which has just been moved here.</summary>
    internal void GoOn(Resolution resolution)
    {
        KeepStorage(resolution);
        Run(UnitPromise, resolution);
    }

    /// <summary>Runs the machine on the loop once an awaiter that knows nothing of promises has completed.</summary>
    internal void AwaitForeign<TAwaiter>(ref TAwaiter awaiter, Resolution resolution)
        where TAwaiter : INotifyCompletion
    {
        KeepStorage(resolution);
        SetLink(null);
        var loop = resolution.Loop;
        Action resume = () => resolution.Run(UnitPromise, this);
        Action post = () => loop.PostOwed(resume);
        loop.Owe();
        // A context that runs its work on this thread would never get to it: the loop holds the thread.
        var context = SynchronizationContext.Current;
        if (context is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (awaiter is ICriticalNotifyCompletion)
                ((ICriticalNotifyCompletion)awaiter).UnsafeOnCompleted(post);
            else
                awaiter.OnCompleted(post);
        }
        catch
        {
            loop.ReleaseOwed();
            throw;
        }
        finally
        {
            if (context is not null)
                SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void KeepStorage(Resolution resolution)
    {
        // Almost always none, and looking is cheaper than writing a reference.
        if (!ReferenceEquals(_storage, resolution.Storage))
            _storage = resolution.Storage;
    }

    private void SetLink(Promise? source)
    {
        Link = (Flags & HasToken) == 0 ? source : BlockToken.Wait(Link!, source);
        // As a proxy it is cancelled by way of the promise that it stands for.
        if (State == Proxy)
            Unsafe.As<Composed<T>>(Settled()).Link = Link;
    }

    internal override string Describe() => "an async method or block that awaits something unknown to the loop";
}
