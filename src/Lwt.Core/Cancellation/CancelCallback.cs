namespace Lwt.Core;

/// <summary>
/// A callback for cancellation: a node in the list of callbacks that runs before the other nodes, and only if the
/// promise is cancelled.
/// </summary>
internal abstract class CancelCallback : Callback
{
    /// <summary>The storage that was current when this was attached.</summary>
    private protected Storage? Storage { get; private set; }

    internal static void Attach(Promise promise, CancelCallback callback)
    {
        promise = promise.Underlying();
        var driver = Driver.Current;
        if (promise.State == Promise.Pending)
        {
            callback.Storage = driver.Storage;
            promise.Attach(callback, driver);
            promise.Flags |= Promise.HasCancelNodes;
        }
        else if (promise.State == Promise.Rejected && PromiseCanceledException.Is(promise.Reason))
        {
            if (StackGuard.HasRoom())
            {
                callback.Guarded(driver);
                return;
            }
            callback.Storage = driver.Storage;
            promise.Flags |= Promise.HasCancelNodes;
            driver.Defer(promise, callback);
        }
    }

    internal void RunCanceled(Driver driver)
    {
        driver.Storage = Storage;
        Guarded(driver);
    }

    internal sealed override Promise? Run(Promise source, Driver driver) => null;

    private protected abstract void Invoke();

    private void Guarded(Driver driver)
    {
        try
        {
            Invoke();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, driver);
        }
    }

    internal sealed class OfAction(Action action) : CancelCallback
    {
        private protected override void Invoke() => action();
    }
}
