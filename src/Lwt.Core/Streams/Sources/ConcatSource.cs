using Lwt.Core.CompilerServices;

namespace Lwt.Core;

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
                return Primitives.Bind<Maybe<T>, GotStream>(got, new(this));
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

    private readonly struct GotStream(ConcatSource<T> source) : IStep<Maybe<T>>
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
