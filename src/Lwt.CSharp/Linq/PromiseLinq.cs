using System.Runtime.CompilerServices;
using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>
/// Query syntax over promises: <c>from</c> waits for a promise, <c>let</c> names a value, <c>where</c> rejects,
/// <c>join</c> waits for two at a time.
/// </summary>
/// <remarks>
/// Clauses run in order, each once the promise before it is fulfilled, at once if it is already; a rejection skips the
/// rest. Unlike <see cref="Promise{T}.Bind{TResult}"/>, a query never raises: an exception of a selector rejects its
/// promise even when everything before was fulfilled already. Cancelling a query cancels what it waits for.
/// </remarks>
/// <example>
/// <code>
/// var greeting =
///     from name in ReadLine()
///     where name.Length > 0
///     from _ in Promise.Sleep(TimeSpan.FromSeconds(1))
///     select $"Hello, {name}";
/// </code>
/// </example>
public static class PromiseLinq
{
    /// <summary>
    /// <c>select</c> and <c>let</c>: a promise of what <paramref name="selector"/> makes of the value. OCaml:
    /// <c>Lwt.map</c>.
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
    /// Goes on with the promise that <paramref name="selector"/> gives for the value. OCaml: <c>Lwt.bind</c>, but an
    /// exception of the selector always rejects.
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
    /// Two <c>from</c> clauses: waits for the promise that <paramref name="selector"/> gives for the value, and makes the
    /// result of both values.
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
    /// <c>where</c>: the promise itself if <paramref name="predicate"/> holds of its value; otherwise a rejection with
    /// <see cref="NoMatchException"/>.
    /// </summary>
    /// <param name="source">The promise of the value.</param>
    /// <param name="predicate">What must hold.</param>
    /// <param name="text">The predicate's text for the exception; the compiler gives it.</param>
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
    /// <c>join … in … on … equals …</c>: waits for both promises at a time, as <see cref="Promise.Both"/> does, and makes
    /// the result of both values.
    /// </summary>
    /// <remarks>
    /// In a query over sequences the keys choose the pairs; here there is one pair, and its keys are checked: if they
    /// differ, the result is rejected with <see cref="NoMatchException"/>. To wait without a check, join on constants
    /// (<c>on 1 equals 1</c>) or use <see cref="Promise.Both"/>. Unlike the second promise of two <c>from</c> clauses,
    /// the inner one cannot depend on the outer value.
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
