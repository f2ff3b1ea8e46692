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
            var link = promise.CancelLink;
            switch (link.Case(promise, out var next))
            {
                case LinkCase.None or LinkCase.Itself or LinkCase.Foreign:
                    return;
                case LinkCase.One:
                    promise = next!;
                    continue;
                default:
                    CancelSeveral(link, promise, driver);
                    return;
            }
        }
    }

    /// <summary>Rejects a promise and returns its callbacks.</summary>
    private static Continuation? Reject(Promise promise, Driver driver)
    {
        var told = (promise.Flags & Promise.NotifiesCancel) == 0 ? null : promise.CancelLink.Notified ?? promise;
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

    internal static void CancelScope(PromiseScope scope, Driver driver) =>
        CancelSeveral(CancelLink.ToScope(scope), null, driver);

    /// <summary>Cancels the promises that a link, of the holder if it is no scope, leads to.</summary>
    private static void CancelSeveral(CancelLink first, Promise? holder, Driver driver)
    {
        var canceled = new Stack<(Promise Promise, Continuation? Callbacks)>();
        var ways = new Stack<Promise>();
        // What is reached twice has nothing new to cancel; without this a web of joins or scopes takes exponential time,
        // and work that waits for its own scope sends the walk in a circle. Of the promises only those with several
        // callbacks can be reached twice.
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Fork(first, holder, ways, seen);
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
            var link = promise.CancelLink;
            if (link.Case(promise, out var next) != LinkCase.One)
                Fork(link, promise, ways, seen);
            else if ((promise.Flags & Promise.HasSeveral) == 0 || seen.Add(promise))
                ways.Push(next!);
        }
        while (canceled.TryPop(out var next))
            Run(next.Promise, next.Callbacks, driver);
    }

    /// <summary>Puts the promises of a join, a race or a scope on the stack, so that the first is taken first.</summary>
    private static void Fork(CancelLink several, Promise? holder, Stack<Promise> ways, HashSet<object> seen)
    {
        if (several.Identity is not { } identity || !seen.Add(identity))
            return;
        // Before any callback runs: no work may be started in what is being cancelled.
        several.Scope?.MarkCanceled();
        var sources = several.Sources(holder);
        for (var i = sources.Length - 1; i >= 0; i--)
            ways.Push(sources[i]);
    }
}
