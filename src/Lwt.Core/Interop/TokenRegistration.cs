namespace Lwt.Core;

/// <summary>
/// Has the loop of a pending promise cancel it when a token fires, on whichever thread. While the promise is pending the loop
/// knows that the token may wake it; after the loop was disposed of, a token that fires does nothing.
/// </summary>
internal sealed class TokenRegistration
{
    private readonly Promise _promise;
    private readonly EventLoop _loop;
    private CancellationTokenRegistration _registration;

    // 0 as long as the loop expects the token; 1 once it fired or the promise was resolved.
    private int _settled;

    private TokenRegistration(Promise promise, EventLoop loop)
    {
        _promise = promise;
        _loop = loop;
    }

    /// <summary>Registers a promise of this thread's loop. The registration is taken off when the promise is resolved.</summary>
    internal static void Cancel(Promise pending, CancellationToken token)
    {
        var registration = new TokenRegistration(pending, Resolution.Current.Loop);
        pending.OnTermination(registration.Release);
        registration._loop.Owe();
        registration._registration = token.UnsafeRegister(
            static registration => ((TokenRegistration)registration!).Fire(),
            registration
        );
        // The token has fired, or never will: its source was disposed of.
        if (registration._registration.Equals(default(CancellationTokenRegistration)))
            registration.Settle();
    }

    private void Fire()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
            _loop.PostOwed(_promise.Cancel);
    }

    private void Release()
    {
        // Not Dispose, which would wait for a callback that runs on another thread.
        _registration.Unregister();
        Settle();
    }

    private void Settle()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
            _loop.ReleaseOwed();
    }
}
