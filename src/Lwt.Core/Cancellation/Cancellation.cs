namespace Lwt.Core;

/// <summary>
/// Cancelling walks back from a promise to the cancelable promises that it waits for. It rejects all of them first and
/// then runs their callbacks, which carry the rejection forward.
/// </summary>
internal static class Cancellation
{
    internal static void Cancel(Promise promise, Driver driver)
    {
        promise = promise.Underlying();
        if (promise.State != Promise.Pending)
            return;
        if (promise.Owner != driver.Id)
            Errors.ThrowWrongLoop(promise);
        // One step at a time while there is one way to go: no memory for the plain case.
        while (true)
        {
            if (promise.State != Promise.Pending)
                return;
            if ((promise.Flags & Promise.Cancelable) != 0)
            {
                Run(promise, Reject(promise, driver), driver);
                return;
            }
            switch (promise.CancelLink)
            {
                case null:
                    return;
                case Promise source when Next(promise, source) is { } next:
                    promise = next;
                    continue;
                case var several:
                    CancelSeveral(several, driver);
                    return;
            }
        }
    }

    /// <summary>Rejects a promise and returns its callbacks.</summary>
    private static Continuation? Reject(Promise promise, Driver driver)
    {
        var told = (promise.Flags & Promise.NotifiesCancel) == 0 ? null : promise.CancelLink as Promise ?? promise;
        promise.DropLink();
        var callbacks = promise.RejectTaking(PromiseCanceledException.Shared);
        told?.OnCanceled(driver);
        return callbacks;
    }

    private static void Run(Promise canceled, Continuation? callbacks, Driver driver)
    {
        if (callbacks is not null)
            driver.Run(canceled, callbacks);
    }

    /// <summary>Cancels what a link, such as a scope, leads to.</summary>
    internal static void CancelSeveral(object first, Driver driver)
    {
        var canceled = new Stack<(Promise Promise, Continuation? Callbacks)>();
        var ways = new Stack<Promise>();
        // What is reached twice has nothing new to cancel; without this a web of joins or scopes takes exponential time,
        // and work that waits for its own scope sends the walk in a circle. Of the promises only those with several
        // callbacks can be reached twice.
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Fork(first, ways, seen);
        while (ways.TryPop(out var way))
        {
            var promise = way.Underlying();
            if (promise.State != Promise.Pending)
                continue;
            if ((promise.Flags & Promise.Cancelable) != 0)
            {
                canceled.Push((promise, Reject(promise, driver)));
                continue;
            }
            switch (promise.CancelLink)
            {
                case null:
                    break;
                case Promise source when Next(promise, source) is { } next:
                    if ((promise.Flags & Promise.HasSeveral) == 0 || seen.Add(promise))
                        ways.Push(next);
                    break;
                case var several:
                    Fork(several, ways, seen);
                    break;
            }
        }
        while (canceled.TryPop(out var next))
            Run(next.Promise, next.Callbacks, driver);
    }

    /// <summary>Puts the promises of a join, a race or a scope on the stack, so that the first is taken first.</summary>
    private static void Fork(object several, Stack<Promise> ways, HashSet<object> seen)
    {
        if (!seen.Add(several))
            return;
        // Before any callback runs: no work may be started in what is being cancelled.
        (several as PromiseScope)?.MarkCanceled();
        var sources = Several(several);
        for (var i = sources.Length - 1; i >= 0; i--)
            ways.Push(sources[i]);
    }

    /// <summary>What cancelling a pending promise cancels.</summary>
    internal static Promise[] Sources(Promise promise) =>
        promise.CancelLink switch
        {
            null => [],
            Promise source when Next(promise, source) is { } next => [next],
            var several => Several(several),
        };

    /// <summary>The one promise that a link leads to; null for a race of two, which is the link of its own promise.</summary>
    private static Promise? Next(Promise promise, Promise source)
    {
        var next = source.Underlying();
        return ReferenceEquals(next, promise) ? null : next;
    }

    private static Promise[] Several(object link) =>
        link switch
        {
            Promise[] promises => promises,
            Racer first => first.Sources,
            IRaceOfTwo race => race.Sources,
            PromiseScope scope => scope.Pending,
            _ => [],
        };
}
