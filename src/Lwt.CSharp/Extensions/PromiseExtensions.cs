using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>What C# programs expect of anything that can be awaited: a time limit, a token.</summary>
public static class PromiseExtensions
{
    /// <summary>
    /// A promise that follows this one unless <paramref name="limit"/> passes first on the loop's clock: then this one is
    /// cancelled and the result rejected with <see cref="PromiseTimeoutException"/>. To let it go on, limit its
    /// <see cref="Promise{T}.Protected"/>. OCaml: <c>Lwt_unix.with_timeout</c>.
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
    /// The result is then rejected with a <see cref="PromiseCanceledException"/> that names the token, so that
    /// <c>catch (OperationCanceledException e) when (e.CancellationToken == token)</c> handles it; this promise is rejected
    /// as <see cref="Promise.Cancel"/> does it. As long as the result is pending the loop keeps running for the token. A loop
    /// on a <see cref="VirtualEngine"/> does not hold its clock back for it: a token that another thread fires may come late
    /// by any virtual time, so fire tokens from the loop or by its clock: <c>new CancellationTokenSource(delay,
    /// EventLoop.Current.Clock)</c>.
    /// </remarks>
    public static Promise<T> WithCancellation<T>(this Promise<T> source, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.IsPending && token.CanBeCanceled ? Primitives.WithCancellation(source, token) : source;
    }

    /// <inheritdoc cref="WithCancellation{T}"/>
    public static Promise WithCancellation(this Promise source, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().WithCancellation(token);
    }
}
