using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>map_list_s</c> and, with a function that answers at once, of <c>map_list</c>: the elements of the
/// lists. It asks for the next list when one is at its end.
/// </summary>
internal sealed class MapManySource<TSource, T, TList, TFunction>(PromiseStream<TSource> stream, TFunction function)
    : SkippingSource<TSource, T, MapManyPicker<TSource, T, TList, TFunction>>(stream, new(function))
    where TList : IEnumerable<T>
    where TFunction : IFunction<TSource, Promise<TList>>
{
    // Null, or the list whose elements are being read.
    private IEnumerator<T>? _elements;

    internal override Promise Release(bool close)
    {
        var released = base.Release(close);
        // A stream that an await foreach left may still be asked for the rest of the list; one that was closed may not.
        if (close)
        {
            var elements = _elements;
            _elements = null;
            elements?.Dispose();
        }
        return released;
    }

    private protected override Promise Pull() => NextElement() ?? PickNext();

    /// <summary>The next element of the current list, or null if there is none.</summary>
    private Promise<Maybe<T>>? NextElement()
    {
        if (_elements is not { } elements)
            return null;
        if (elements.MoveNext())
            return new(new Maybe<T>(elements.Current));
        _elements = null;
        elements.Dispose();
        return null;
    }

    /// <summary>The first element of a list, or null if the list is empty.</summary>
    internal Promise<Maybe<T>>? Begin(TList list)
    {
        _elements = list.GetEnumerator();
        return NextElement();
    }
}

/// <summary>
/// What a <see cref="MapManySource{TSource, T, TList, TFunction}"/> picks: the first element of a list.
/// </summary>
internal readonly struct MapManyPicker<TSource, T, TList, TFunction>(TFunction function)
    : IPicker<TSource, T, MapManyPicker<TSource, T, TList, TFunction>>
    where TList : IEnumerable<T>
    where TFunction : IFunction<TSource, Promise<TList>>
{
    public Promise<Maybe<T>>? Pick(
        TSource element,
        Promise<Maybe<TSource>> got,
        SkippingSource<TSource, T, MapManyPicker<TSource, T, TList, TFunction>> source
    )
    {
        var caller = Cast.To<MapManySource<TSource, T, TList, TFunction>>(source);
        var list = Primitives.Underlying(function.Invoke(element));
        return list.State == Promise.Fulfilled
            ? caller.Begin(list.Result)
            : Primitives.Bind<Maybe<T>, Listed>(list, new(caller));
    }

    private readonly struct Listed(MapManySource<TSource, T, TList, TFunction> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise list) =>
            source.Begin(Primitives.Value<TList>(list)) ?? source.PickNext();
    }
}

/// <summary>A function that answers at once, as one that returns a promise.</summary>
internal readonly struct AtOnce<T, TResult, TFunction>(TFunction function) : IFunction<T, Promise<TResult>>
    where TFunction : IFunction<T, TResult>
{
    public Promise<TResult> Invoke(T argument) => new(function.Invoke(argument));
}
