using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>Time limits and CancellationTokens for promises.</summary>
public static class PromiseExtensions
{
    /// <summary>
    /// Returns a promise that is resolved like this one, if that happens within <paramref name="limit"/> on the loop's
    /// clock. If the limit passes first, this promise is cancelled and the result is rejected with
    /// <see cref="PromiseTimeoutException"/>. To let this promise continue instead, call
    /// <see cref="Promise{T}.Protected"/> first. OCaml: <c>Lwt_unix.with_timeout</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// string page;
    /// try
    /// {
    ///     page = await Load("slow mirror").WithTimeout(TimeSpan.FromSeconds(5));
    /// }
    /// catch (TimeoutException)
    /// {
    ///     page = "no answer";
    /// }
    /// </code>
    /// </example>
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
    /// Returns a promise that is resolved like this one, unless <paramref name="token"/> fires first: then this promise
    /// and the result are cancelled, on the loop's thread, in its next iteration; at once if the token has already
    /// fired. The token may fire on any thread.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The result is then rejected with a <see cref="PromiseCanceledException"/> that names the token, so that <c>catch
    /// (OperationCanceledException e) when (e.CancellationToken == token)</c> handles it; this promise is rejected as
    /// <see cref="Promise.Cancel"/> does it.
    /// </para>
    /// <para>
    /// While the result is pending, the loop keeps running for the token. A loop on a <see cref="VirtualEngine"/> does
    /// not wait for it: a token that another thread fires may come late by any virtual time. So fire tokens from the
    /// loop or by its clock: <c>new CancellationTokenSource(delay, EventLoop.Current.Clock)</c>.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), EventLoop.Current.Clock);
    /// string page;
    /// try
    /// {
    ///     page = await Load("slow mirror").WithCancellation(source.Token);
    /// }
    /// catch (OperationCanceledException e) when (e.CancellationToken == source.Token)
    /// {
    ///     page = "canceled";
    /// }
    /// </code>
    /// </example>
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
