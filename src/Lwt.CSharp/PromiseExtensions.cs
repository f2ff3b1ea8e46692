using Lwt.Core;

namespace Lwt.CSharp;

/// <summary>What C# programs expect of anything that can be awaited: a time limit, a token.</summary>
public static class PromiseExtensions
{
    /// <summary>
    /// A promise that follows this one unless <paramref name="limit"/> passes first on the loop's clock: then this one is
    /// cancelled and the result rejected with <see cref="PromiseTimeoutException"/>. To let it go on, limit its
    /// <see cref="Promise{T}.Protected"/>. Answers to <c>Lwt_unix.with_timeout</c>.
    /// </summary>
    public static Promise<T> WithTimeout<T>(this Promise<T> source, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.IsPending ? Promise.Pick(Promise.Timeout<T>(limit), source) : source;
    }

    /// <inheritdoc cref="WithTimeout{T}"/>
    public static Promise WithTimeout(this Promise source, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().WithTimeout(limit);
    }

    /// <summary>
    /// A promise that follows this one and that is cancelled, together with this one, when <paramref name="token"/> fires:
    /// on the thread of the loop, in its next iteration, wherever the token fires; at once if it has fired already.
    /// </summary>
    /// <remarks>
    /// As long as the promise is pending the loop stays up for the token, as for any other thread that is to wake it; a
    /// loop on a <see cref="VirtualEngine"/> therefore gives the token its <see cref="VirtualEngine.Patience"/> before
    /// each step of the clock.
    /// </remarks>
    public static Promise<T> WithCancellation<T>(this Promise<T> source, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.IsPending || !token.CanBeCanceled)
            return source;
        var result = source.WrapInCancelable();
        if (token.IsCancellationRequested)
        {
            result.Cancel();
            return result;
        }
        var (fired, resolver) = Promise.CreateThreadSafe<Unit>();
        fired.OnSuccess(_ => result.Cancel());
        var registration = token.UnsafeRegister(
            static resolver => ((ThreadSafeResolver<Unit>)resolver!).TryFulfill(default),
            resolver
        );
        result.OnTermination(() =>
        {
            // Not Dispose, which would wait for a callback that runs on another thread.
            registration.Unregister();
            fired.Cancel();
        });
        return result;
    }

    /// <inheritdoc cref="WithCancellation{T}"/>
    public static Promise WithCancellation(this Promise source, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().WithCancellation(token);
    }
}
