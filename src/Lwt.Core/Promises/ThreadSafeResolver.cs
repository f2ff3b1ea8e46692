namespace Lwt.Core;

/// <summary>
/// Fulfills or rejects a promise from any thread, once: the promise's loop does it in its next iteration. Until the
/// resolver is used, or its promise cancelled, the loop keeps running.
/// </summary>
/// <typeparam name="T">The type of the promise's value.</typeparam>
public sealed class ThreadSafeResolver<T>
{
    private readonly EventLoop _loop;

    // 0 while it may be used; 1 once it was used or its promise cancelled.
    private int _used;

    internal ThreadSafeResolver(Driver driver, string? waited = null)
    {
        _loop = driver.Loop;
        Promise = new External(driver, this, waited);
        _loop.Owe();
    }

    /// <summary>
    /// The promise that this resolver resolves. Like any promise it belongs to the thread that created it.
    /// </summary>
    public Promise<T> Promise { get; }

    /// <summary>Has the loop fulfill the promise in its next iteration. Any thread may call it.</summary>
    /// <returns>False if the promise was resolved or cancelled before.</returns>
    public bool TryFulfill(T value) => TryResolve(new Promise<T>(value));

    /// <summary>Has the loop reject the promise in its next iteration. Any thread may call it.</summary>
    /// <returns>False if the promise was resolved or cancelled before.</returns>
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

    private sealed class External(Driver driver, ThreadSafeResolver<T> resolver, string? waited)
        : Promise<T>(driver, Cancelable | NotifiesCancel)
    {
        internal override void OnCanceled(Driver driver) => resolver.Withdraw();

        internal override void DescribeWait(WaitReport report) =>
            report.On(
                Volatile.Read(ref resolver._used) != 0
                    ? "its turn in the loop: another thread has resolved it"
                    : waited ?? "a thread-safe resolver (Promise.CreateThreadSafe, F#: Lwt.wait_thread_safe)"
            );
    }
}
