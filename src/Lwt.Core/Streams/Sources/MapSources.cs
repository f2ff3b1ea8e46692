using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>map</c>.</summary>
internal sealed class MapSource<TSource, T, TFunction>(PromiseStream<TSource> stream, TFunction function)
    : StreamOfStream<TSource, T>(stream)
    where TFunction : IFunction<TSource, T>
{
    private protected override Promise Pull() => Primitives.Map<Maybe<T>, Step>(GetNext(), new(function));

    private readonly struct Step(TFunction function) : IPlainStep<Maybe<T>>
    {
        public Maybe<T> Invoke(Promise got) =>
            Primitives.Value<Maybe<TSource>>(got).TryGetValue(out var element)
                ? new(function.Invoke(element))
                : Maybe<T>.None;
    }
}

/// <summary>The source of <c>map_s</c>.</summary>
internal sealed class MapAwaitSource<TSource, T, TFunction>(PromiseStream<TSource> stream, TFunction function)
    : StreamOfStream<TSource, T>(stream)
    where TFunction : IFunction<TSource, Promise<T>>
{
    private protected override Promise Pull() => Primitives.Bind<Maybe<T>, Step>(GetNext(), new(function));

    private readonly struct Step(TFunction function) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) =>
            Primitives.Value<Maybe<TSource>>(got).TryGetValue(out var element)
                ? Primitives.Map<Maybe<T>, ToMaybe>(function.Invoke(element), default)
                : AtEnd;
    }

    private readonly struct ToMaybe : IPlainStep<Maybe<T>>
    {
        public Maybe<T> Invoke(Promise mapped) => new(Primitives.Value<T>(mapped));
    }
}
