using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>map_list_s</c> and, with a function that answers at once, <c>map_list</c>: the lists' elements, each list
/// gone through before the next is asked for.
/// </summary>
internal sealed class FlatSource<TSource, T, TList, TFunction>(PromiseStream<TSource> stream, TFunction function)
    : StreamOfStream<TSource, T>(stream)
    where TList : IEnumerable<T>
    where TFunction : IFunction<TSource, Promise<TList>>
{
    // Null, or the list that is being gone through.
    private IEnumerator<T>? _elements;

    internal override Promise Release(bool close)
    {
        var released = base.Release(close);
        // A stream that is left, not given up, may still be asked for the rest of the list.
        if (close)
        {
            var elements = _elements;
            _elements = null;
            elements?.Dispose();
        }
        return released;
    }

    private protected override Promise Pull() => NextElement() ?? Next(GetNext());

    /// <summary>The next element of the list under way, or null.</summary>
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

    private Promise<Maybe<T>> Next(Promise<Maybe<TSource>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return AtEnd;
            var list = Primitives.Underlying(function.Invoke(element));
            if (list.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Listed>(list, new(this));
            if (Begin(list.Result) is { } first)
                return first;
        }
    }

    private Promise<Maybe<T>>? Begin(TList list)
    {
        _elements = list.GetEnumerator();
        return NextElement();
    }

    private readonly struct Step(FlatSource<TSource, T, TList, TFunction> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<TSource>>>(got));
    }

    private readonly struct Listed(FlatSource<TSource, T, TList, TFunction> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise list) =>
            source.Begin(Primitives.Value<TList>(list)) ?? source.Next(source.GetNext());
    }
}

/// <summary>A function that answers at once as one that gives a promise.</summary>
internal readonly struct AtOnce<T, TResult, TFunction>(TFunction function) : IFunction<T, Promise<TResult>>
    where TFunction : IFunction<T, TResult>
{
    public Promise<TResult> Invoke(T argument) => new(function.Invoke(argument));
}

/// <summary>The source of <c>append</c>: the first stream to its end, then the second.</summary>
internal sealed class AppendSource<T>(PromiseStream<T> first, PromiseStream<T> second) : PulledSource<T>
{
    private PromiseStream<T> _current = first;

    private protected override StreamOwner Origin => _current.Source;

    private protected override StreamOwner SecondOrigin => second.Source;

    // Once the second stream is the current one, the first is at its end.
    internal override Promise Release(bool close) =>
        ReferenceEquals(_current, second)
            ? second.Release(close)
            : Primitives.Join<Unit>([_current.Release(close), second.Release(close)]);

    private protected override Promise Pull() => Next(Streams.Get(_current));

    private Promise<Maybe<T>> Next(Promise<Maybe<T>> got)
    {
        while (true)
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (settled.Result.HasValue || ReferenceEquals(_current, second))
                return settled;
            _current = second;
            got = Streams.Get(_current);
        }
    }

    private readonly struct Step(AppendSource<T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<T>>>(got));
    }
}

/// <summary>The source of <c>concat</c>: the streams of a stream, one after the other.</summary>
internal sealed class ConcatSource<T>(PromiseStream<PromiseStream<T>> streams) : PulledSource<T>
{
    // Null before the first stream.
    private PromiseStream<T>? _current;

    private protected override StreamOwner Origin => streams.Source;

    internal override Promise Release(bool close) =>
        _current is { } current
            ? Primitives.Join<Unit>([current.Release(close), streams.Release(close)])
            : streams.Release(close);

    private protected override Promise Pull() => _current is { } current ? Next(Streams.Get(current)) : NextStream();

    private Promise<Maybe<T>> Next(Promise<Maybe<T>> got)
    {
        var settled = got.Underlying();
        if (settled.State != Promise.Fulfilled)
            return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
        return settled.Result.HasValue ? settled : NextStream();
    }

    private Promise<Maybe<T>> NextStream()
    {
        while (true)
        {
            var got = Streams.Get(streams).Underlying();
            if (got.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, StreamStep>(got, new(this));
            if (!got.Result.TryGetValue(out var stream))
                return new(Maybe<T>.None);
            _current = stream;
            var element = Streams.Get(stream).Underlying();
            if (element.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(element, new(this));
            if (element.Result.HasValue)
                return element;
        }
    }

    private readonly struct Step(ConcatSource<T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<T>>>(got));
    }

    private readonly struct StreamStep(ConcatSource<T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got)
        {
            if (!Primitives.Value<Maybe<PromiseStream<T>>>(got).TryGetValue(out var stream))
                return new(Maybe<T>.None);
            source._current = stream;
            return source.Next(Streams.Get(stream));
        }
    }
}
