using System.Runtime.CompilerServices;
using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

// The functions of a query as the structs that the core's promises hold, so that a clause costs only the core's own
// promise. If a selector throws, or returns null, the result is rejected, wherever the selector is called:
// Primitives.Apply ensures that.

internal readonly struct Selected<TSource, T>(Func<TSource, Promise<T>> selector) : IStep<T>
{
    public Promise<T> Invoke(Promise source) =>
        Primitives.Apply<T, Call<TSource, T>>(new(selector, Primitives.Value<TSource>(source)));
}

internal readonly struct SelectedUnit<TSource>(Func<TSource, Promise> selector) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source) =>
        Primitives.Apply<Unit, CallUnit<TSource>>(new(selector, Primitives.Value<TSource>(source)));
}

/// <summary>Two <c>from</c> clauses in a row: the inner promise, and the function of both values.</summary>
internal readonly struct SelectedPair<TSource, TInner, T>(
    Func<TSource, Promise<TInner>> selector,
    Func<TSource, TInner, T> result
) : IStep<T>
{
    public Promise<T> Invoke(Promise source)
    {
        var value = Primitives.Value<TSource>(source);
        var inner = Primitives.Apply<TInner, Call<TSource, TInner>>(new(selector, value));
        return Primitives.Map<T, Combine<TSource, TInner, T>>(inner, new(value, result));
    }
}

internal readonly struct SelectedUnitPair<TSource, T>(Func<TSource, Promise> selector, Func<TSource, Unit, T> result)
    : IStep<T>
{
    public Promise<T> Invoke(Promise source)
    {
        var value = Primitives.Value<TSource>(source);
        var inner = Primitives.Apply<Unit, CallUnit<TSource>>(new(selector, value));
        return Primitives.Map<T, Combine<TSource, Unit, T>>(inner, new(value, result));
    }
}

internal readonly struct Call<TSource, T>(Func<TSource, Promise<T>> selector, TSource value) : IBody<T>
{
    public Promise<T> Invoke() => selector(value);
}

internal readonly struct CallUnit<TSource>(Func<TSource, Promise> selector, TSource value) : IBody<Unit>
{
    public Promise<Unit> Invoke() => selector(value)?.AsUnit()!;
}

internal readonly struct Combine<TSource, TInner, T>(TSource value, Func<TSource, TInner, T> result) : IPlainStep<T>
{
    public T Invoke(Promise source) => result(value, Primitives.Value<TInner>(source));
}

internal readonly struct Kept<T>(Func<T, bool> predicate, string? text) : IStep<T>
{
    public Promise<T> Invoke(Promise source)
    {
        try
        {
            return predicate(Primitives.Value<T>(source))
                ? Unsafe.As<Promise<T>>(source)
                : Promise.Fail<T>(new NoMatchException(text));
        }
        catch (Exception e)
        {
            Primitives.CheckCatchable(e);
            return Promise.Fail<T>(e);
        }
    }
}

internal readonly struct Matched<TOuter, TInner, TKey, T>(
    Func<TOuter, TKey> outerKey,
    Func<TInner, TKey> innerKey,
    Func<TOuter, TInner, T> result,
    string? outerText,
    string? innerText
) : IPairMaker<TOuter, TInner, T>
{
    public T Make(TOuter first, TInner second)
    {
        if (!EqualityComparer<TKey>.Default.Equals(outerKey(first), innerKey(second)))
            throw new NoMatchException(
                outerText is null || innerText is null ? null : $"{outerText} equals {innerText}"
            );
        return result(first, second);
    }
}
