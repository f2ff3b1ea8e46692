namespace Lwt.Core;

/// <summary>
/// Resolves a promise from any thread, once: the loop of the promise does it in its next iteration. As long as it has
/// not been used, the loop waits for it rather than report that nothing can wake it.
/// </summary>
/// <typeparam name="T">The type of the promise's value.</typeparam>
public sealed class ThreadSafeResolver<T>
{
    private readonly EventLoop _loop;

    // 0 while it may be used; 1 once it was used or its promise cancelled.
    private int _used;

    internal ThreadSafeResolver(Driver driver)
    {
        _loop = driver.Loop;
        Promise = new External(driver, this);
        _loop.Owe();
    }

    /// <summary>The promise that this resolves. It belongs to the thread that made it, as any promise.</summary>
    public Promise<T> Promise { get; }

    /// <summary>Has the loop fulfill the promise; false if it was resolved or cancelled before.</summary>
    public bool TryFulfill(T value) => TryResolve(new Promise<T>(value));

    /// <summary>Has the loop reject the promise; false if it was resolved or cancelled before.</summary>
    public bool TryReject(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return TryResolve(new Promise<T>(reason));
    }

    private bool TryResolve(Promise<T> outcome)
    {
        if (Interlocked.Exchange(ref _used, 1) != 0)
            return false;
        _loop.PostOwed(() =>
        {
            if (Promise.Underlying() is { State: Core.Promise.Pending } promise)
                _loop.Driver.Run(Outcome.Copy(promise, outcome));
        });
        return true;
    }

    private void Withdraw()
    {
        if (Interlocked.Exchange(ref _used, 1) == 0)
            _loop.ReleaseOwed();
    }

    private sealed class External(Driver driver, ThreadSafeResolver<T> resolver)
        : Promise<T>(driver, Cancelable | NotifiesCancel)
    {
        internal override void OnCanceled(Driver driver) => resolver.Withdraw();

        internal override string Describe() => "a promise that another thread is to resolve";
    }
}
