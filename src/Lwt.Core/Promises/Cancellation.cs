namespace Lwt.Core;

/// <summary>
/// Cancelling walks back from a promise to the cancelable ones that it waits for, rejects all of these first, and
/// then runs their callbacks, which carry the rejection forward.
/// </summary>
internal static class Cancellation
{
    internal static void Cancel(Promise promise, Resolution resolution)
    {
        promise = promise.Settled();
        if (promise.State != Promise.Pending)
            return;
        if (promise.Owner != resolution.Id)
            Errors.ThrowWrongLoop(promise);
        // One step at a time while there is one way to go: no memory for the plain case.
        while (true)
        {
            if (promise.State != Promise.Pending)
                return;
            if ((promise.Flags & Promise.Cancelable) != 0)
            {
                Reject(promise, resolution);
                resolution.Run(promise);
                return;
            }
            switch (promise.CancelLink)
            {
                case null:
                    return;
                case Promise source:
                    promise = source.Settled();
                    continue;
                case var several:
                    CancelSeveral(several, resolution);
                    return;
            }
        }
    }

    private static void Reject(Promise promise, Resolution resolution)
    {
        var told = (promise.Flags & Promise.NotifiesCancel) == 0 ? null : promise.CancelLink as Promise ?? promise;
        promise.DropLink();
        promise.RejectWith(Canceled.Shared);
        told?.OnCanceled(resolution);
    }

    private static void CancelSeveral(object first, Resolution resolution)
    {
        var canceled = new Stack<Promise>();
        var ways = new Stack<Promise>();
        // A promise reached twice has nothing new to cancel; without this a web of joins takes exponential time.
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Fork(first, ways, seen);
        while (ways.TryPop(out var way))
        {
            var promise = way.Settled();
            if (promise.State != Promise.Pending)
                continue;
            if ((promise.Flags & Promise.Cancelable) != 0)
            {
                Reject(promise, resolution);
                canceled.Push(promise);
                continue;
            }
            switch (promise.CancelLink)
            {
                case null:
                    break;
                case Promise source:
                    ways.Push(source);
                    break;
                case var several:
                    Fork(several, ways, seen);
                    break;
            }
        }
        while (canceled.TryPop(out var promise))
            resolution.Run(promise);
    }

    /// <summary>Puts the promises of a join or a race on the stack, so that the first is taken first.</summary>
    private static void Fork(object several, Stack<Promise> ways, HashSet<object> seen)
    {
        if (!seen.Add(several))
            return;
        if (several is Promise[] promises)
        {
            for (var i = promises.Length - 1; i >= 0; i--)
                ways.Push(promises[i]);
            return;
        }
        var count = ways.Count;
        for (var racer = (Racer?)several; racer is not null; racer = racer.Sibling)
            ways.Push(racer.Source);
        Reverse(ways, ways.Count - count);
    }

    private static void Reverse(Stack<Promise> ways, int count)
    {
        var taken = new Promise[count];
        for (var i = 0; i < count; i++)
            taken[i] = ways.Pop();
        foreach (var promise in taken)
            ways.Push(promise);
    }
}

public abstract partial class Promise
{
    /// <summary>
    /// Cancels what this promise waits for: the cancelable promises (<see cref="CreateCancelable{T}"/>, sleeps, pauses)
    /// at the far ends of its dependencies are rejected with <see cref="Canceled"/>, and their callbacks run before this
    /// returns, cancel callbacks first. Nothing happens when there is none. Answers to <c>Lwt.cancel</c>.
    /// </summary>
    public void Cancel() => Cancellation.Cancel(this, Resolution.Current);

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is cancelled, before its other callbacks; at once when it is
    /// already. An exception from it goes to the async exception hook. Answers to <c>Lwt.on_cancel</c>.
    /// </summary>
    public void OnCancel(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        CancelCallback.Attach(this, new CancelCallback.OfAction(action));
    }
}

/// <summary>A callback for cancellation: it stands among the others and runs before them, if at all.</summary>
internal abstract class CancelCallback : Callback
{
    private Storage? _storage;

    internal static void Attach(Promise promise, CancelCallback callback)
    {
        promise = promise.Settled();
        var resolution = Resolution.Current;
        if (promise.State == Promise.Pending)
        {
            callback._storage = resolution.Storage;
            promise.Attach(callback, resolution);
            promise.Flags |= Promise.HasCancelNodes;
        }
        else if (promise.State == Promise.Rejected && promise.Reason is Canceled)
        {
            if (StackGuard.HasRoom())
            {
                callback.Guarded(resolution);
                return;
            }
            callback._storage = resolution.Storage;
            promise.Flags |= Promise.HasCancelNodes;
            resolution.Defer(promise, callback);
        }
    }

    internal void RunCanceled(Resolution resolution)
    {
        resolution.Storage = _storage;
        Guarded(resolution);
    }

    internal sealed override Promise? Run(Promise source, Resolution resolution) => null;

    private protected abstract void Invoke();

    private void Guarded(Resolution resolution)
    {
        try
        {
            Invoke();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, resolution);
        }
    }

    internal sealed class OfAction(Action action) : CancelCallback
    {
        private protected override void Invoke() => action();
    }
}
