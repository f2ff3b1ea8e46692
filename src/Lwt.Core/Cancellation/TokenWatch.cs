namespace Lwt.Core;

/// <summary>
/// The callback on a cancelable promise that a CancellationToken cancels. It unregisters from the token when the
/// promise is resolved in another way.
/// </summary>
/// <remarks>
/// Invariant: while <c>_state</c> is Watching, the loop counts one possible post for it. Whoever changes the state
/// removes that count: the token, on any thread, or the loop.
/// </remarks>
internal sealed class TokenWatch : Callback
{
    private const int Watching = 0;
    private const int Over = 1;

    private readonly Promise _promise;
    private readonly CancellationToken _token;
    private readonly EventLoop _loop;
    private CancellationTokenRegistration _registration;
    private int _state;

    private TokenWatch(Promise promise, EventLoop loop, CancellationToken token) =>
        (_promise, _loop, _token) = (promise, loop, token);

    /// <summary>
    /// Lets the token cancel a promise that is itself cancelable; at once if the token has already fired.
    /// </summary>
    internal static void Begin(Promise promise, Driver driver, CancellationToken token)
    {
        var watch = new TokenWatch(promise, driver.Loop, token);
        if (token.IsCancellationRequested)
        {
            watch.Cancel();
            return;
        }
        promise.Attach(watch, driver);
        driver.Loop.AnnouncePossible();
        watch._registration = token.UnsafeRegister(static watch => ((TokenWatch)watch!).Fired(), watch);
        // Either the token has fired just now, or it never will, because its source was disposed.
        if (watch._registration == default && watch.TryEnd())
            driver.Loop.ReleasePossible();
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        // Not Dispose, which would wait for a callback that is running on another thread.
        _registration.Unregister();
        if (TryEnd())
            _loop.ReleasePossible();
        return null;
    }

    private void Fired()
    {
        if (TryEnd())
            _loop.PostPossible(Cancel);
    }

    private void Cancel()
    {
        var promise = _promise.Underlying();
        if (promise.State != Promise.Pending)
            return;
        promise.DropLink();
        _loop.Driver.Reject(promise, new PromiseCanceledException(_token));
    }

    private bool TryEnd() => Interlocked.Exchange(ref _state, Over) == Watching;
}
