using System.Runtime.CompilerServices;
using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>
/// Query syntax over promises: <c>from</c> waits for a promise, <c>let</c> names a value, <c>where</c> rejects a value,
/// <c>join</c> waits for two promises at once.
/// </summary>
/// <remarks>
/// Clauses run in order, each when the promise before it is fulfilled, at once if it already is; a rejection skips the
/// rest. Unlike <see cref="Promise{T}.Bind{TResult}"/> a query never throws: an exception of a selector always rejects
/// the query's promise. Cancelling that promise cancels what it waits for.
/// </remarks>
/// <example>
/// <code>
/// var length =
///     from address in Promise.Return("home")
///     where address.Length > 0 // else the result is rejected
///     from page in Load(address)
///     from _ in Promise.Sleep(TimeSpan.FromSeconds(1))
///     select page.Length;
/// </code>
/// </example>
public static class PromiseLinq
{
    /// <summary>
    /// Implements <c>select</c> and <c>let</c>: calls <paramref name="selector"/> with the value when the promise is
    /// fulfilled, and returns a promise for its result. OCaml: <c>Lwt.map</c>.
    /// </summary>
    public static Promise<TResult> Select<T, TResult>(this Promise<T> source, Func<T, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return source.Map(selector);
    }

    /// <inheritdoc cref="Select{T, TResult}"/>
    public static Promise<TResult> Select<TResult>(this Promise source, Func<Unit, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().Select(selector);
    }

    /// <summary>
    /// Calls <paramref name="selector"/> with the value when the promise is fulfilled; the result is resolved like the
    /// selector's promise. OCaml: <c>Lwt.bind</c>, but an exception of the selector always rejects the result.
    /// </summary>
    public static Promise<TResult> SelectMany<T, TResult>(this Promise<T> source, Func<T, Promise<TResult>> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Primitives.Bind<TResult, Selected<T, TResult>>(source, new(selector));
    }

    /// <inheritdoc cref="SelectMany{T, TResult}(Promise{T}, Func{T, Promise{TResult}})"/>
    public static Promise SelectMany<T>(this Promise<T> source, Func<T, Promise> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Primitives.Bind<Unit, SelectedUnit<T>>(source, new(selector));
    }

    /// <summary>
    /// Implements two <c>from</c> clauses: waits for the promise, then for the promise that <paramref name="selector"/>
    /// returns, and calls <paramref name="resultSelector"/> with both values.
    /// </summary>
    public static Promise<TResult> SelectMany<T, TInner, TResult>(
        this Promise<T> source,
        Func<T, Promise<TInner>> selector,
        Func<T, TInner, TResult> resultSelector
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(resultSelector);
        return Primitives.Bind<TResult, SelectedPair<T, TInner, TResult>>(source, new(selector, resultSelector));
    }

    /// <inheritdoc cref="SelectMany{T, TInner, TResult}(Promise{T}, Func{T, Promise{TInner}}, Func{T, TInner, TResult})"/>
    public static Promise<TResult> SelectMany<T, TResult>(
        this Promise<T> source,
        Func<T, Promise> selector,
        Func<T, Unit, TResult> resultSelector
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(resultSelector);
        return Primitives.Bind<TResult, SelectedUnitPair<T, TResult>>(source, new(selector, resultSelector));
    }

    /// <inheritdoc cref="SelectMany{T, TInner, TResult}(Promise{T}, Func{T, Promise{TInner}}, Func{T, TInner, TResult})"/>
    public static Promise<TResult> SelectMany<TInner, TResult>(
        this Promise source,
        Func<Unit, Promise<TInner>> selector,
        Func<Unit, TInner, TResult> resultSelector
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().SelectMany(selector, resultSelector);
    }

    /// <inheritdoc cref="SelectMany{T, TInner, TResult}(Promise{T}, Func{T, Promise{TInner}}, Func{T, TInner, TResult})"/>
    public static Promise<TResult> SelectMany<TResult>(
        this Promise source,
        Func<Unit, Promise> selector,
        Func<Unit, Unit, TResult> resultSelector
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.AsUnit().SelectMany(selector, resultSelector);
    }

    /// <summary>
    /// Implements <c>where</c>: the result is fulfilled with the value if <paramref name="predicate"/> returns true for
    /// it, and otherwise rejected with <see cref="NoMatchException"/>.
    /// </summary>
    /// <param name="source">The promise of the value.</param>
    /// <param name="predicate">Called with the value when the promise is fulfilled.</param>
    /// <param name="text">The source text of the predicate, for the exception; the compiler supplies it.</param>
    public static Promise<T> Where<T>(
        this Promise<T> source,
        Func<T, bool> predicate,
        [CallerArgumentExpression(nameof(predicate))] string? text = null
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        return Primitives.Bind<T, Kept<T>>(source, new(predicate, text));
    }

    /// <summary>
    /// Implements <c>join … in … on … equals …</c>: waits for both promises at once, as <see cref="Promise.Both"/>
    /// does, and calls <paramref name="resultSelector"/> with both values.
    /// </summary>
    /// <remarks>
    /// In a query over sequences the keys select the pairs; here there is one pair, and its keys are compared: if they
    /// differ, the result is rejected with <see cref="NoMatchException"/>. To wait without a comparison, join on
    /// constants (<c>on 1 equals 1</c>) or use <see cref="Promise.Both"/>. Unlike the second promise of two <c>from</c>
    /// clauses, the inner promise cannot depend on the outer value.
    /// </remarks>
    public static Promise<TResult> Join<TOuter, TInner, TKey, TResult>(
        this Promise<TOuter> outer,
        Promise<TInner> inner,
        Func<TOuter, TKey> outerKeySelector,
        Func<TInner, TKey> innerKeySelector,
        Func<TOuter, TInner, TResult> resultSelector,
        [CallerArgumentExpression(nameof(outerKeySelector))] string? outerText = null,
        [CallerArgumentExpression(nameof(innerKeySelector))] string? innerText = null
    )
    {
        ArgumentNullException.ThrowIfNull(outer);
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outerKeySelector);
        ArgumentNullException.ThrowIfNull(innerKeySelector);
        ArgumentNullException.ThrowIfNull(resultSelector);
        return Primitives.Both<TOuter, TInner, TResult, Matched<TOuter, TInner, TKey, TResult>>(
            outer,
            inner,
            new(outerKeySelector, innerKeySelector, resultSelector, outerText, innerText)
        );
    }
}
