using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// The sources of the streams that are made of one other stream by a function. As in Lwt, each element is a get on the
// other stream when it is asked for, so nothing is read ahead. Where Lwt recurs (filter) these loop while elements are
// there, for a million of them may be skipped.

/// <summary>A source that reads another stream.</summary>
internal abstract class StreamOfStream<TSource, T>(PromiseStream<TSource> stream) : PulledSource<T>
{
    private protected Promise<Maybe<TSource>> GetNext() => Streams.Get(stream);

    private protected sealed override StreamOwner Origin => stream.Source;

    internal override Promise Release(bool close) => stream.Release(close);

    private protected static Promise<Maybe<T>> AtEnd { get; } = new(Maybe<T>.None);
}

/// <summary>The source of a stream that a front makes of another by a function of its own.</summary>
internal sealed class ReadingSource<TSource, T, TPull>(PromiseStream<TSource> stream, TPull pull) : PulledSource<T>
    where TPull : IFunction<PromiseStream<TSource>, Promise<Maybe<T>>>
{
    private protected override StreamOwner Origin => stream.Source;

    internal override Promise Release(bool close) => stream.Release(close);

    private protected override Promise Pull() => pull.Invoke(stream);
}

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

/// <summary>The source of <c>filter</c>.</summary>
internal sealed class FilterSource<T, TTest>(PromiseStream<T> stream, TTest test) : StreamOfStream<T, T>(stream)
    where TTest : IFunction<T, bool>
{
    private protected override Promise Pull() => Next(GetNext());

    private Promise<Maybe<T>> Next(Promise<Maybe<T>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element) || test.Invoke(element))
                return settled;
        }
    }

    private readonly struct Step(FilterSource<T, TTest> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<T>>>(got));
    }
}

/// <summary>The source of <c>filter_s</c>.</summary>
internal sealed class FilterAwaitSource<T, TTest>(PromiseStream<T> stream, TTest test) : StreamOfStream<T, T>(stream)
    where TTest : IFunction<T, Promise<bool>>
{
    private protected override Promise Pull() => Next(GetNext());

    private Promise<Maybe<T>> Next(Promise<Maybe<T>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return settled;
            var answer = Primitives.Underlying(test.Invoke(element));
            if (answer.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Answered>(answer, new(this, settled));
            if (answer.Result)
                return settled;
        }
    }

    private readonly struct Step(FilterAwaitSource<T, TTest> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<T>>>(got));
    }

    private readonly struct Answered(FilterAwaitSource<T, TTest> source, Promise<Maybe<T>> got) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) =>
            Primitives.Value<bool>(answer) ? got : source.Next(source.GetNext());
    }
}

/// <summary>The source of <c>filter_map</c>.</summary>
internal sealed class FilterMapSource<TSource, T, TOption, TOptions, TFunction>(
    PromiseStream<TSource> stream,
    TFunction function,
    TOptions options
) : StreamOfStream<TSource, T>(stream)
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, TOption>
{
    private protected override Promise Pull() => Next(GetNext());

    private Promise<Maybe<T>> Next(Promise<Maybe<TSource>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return AtEnd;
            var mapped = options.ToMaybe(function.Invoke(element));
            if (mapped.HasValue)
                return new(mapped);
        }
    }

    private readonly struct Step(FilterMapSource<TSource, T, TOption, TOptions, TFunction> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<TSource>>>(got));
    }
}

/// <summary>The source of <c>filter_map_s</c>.</summary>
internal sealed class FilterMapAwaitSource<TSource, T, TOption, TOptions, TFunction>(
    PromiseStream<TSource> stream,
    TFunction function,
    TOptions options
) : StreamOfStream<TSource, T>(stream)
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, Promise<TOption>>
{
    private protected override Promise Pull() => Next(GetNext());

    private Promise<Maybe<T>> Next(Promise<Maybe<TSource>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return AtEnd;
            var answer = Primitives.Underlying(function.Invoke(element));
            if (answer.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Answered>(answer, new(this));
            var mapped = options.ToMaybe(answer.Result);
            if (mapped.HasValue)
                return new(mapped);
        }
    }

    private Promise<Maybe<T>> After(TOption answer)
    {
        var mapped = options.ToMaybe(answer);
        return mapped.HasValue ? new(mapped) : Next(GetNext());
    }

    private readonly struct Step(FilterMapAwaitSource<TSource, T, TOption, TOptions, TFunction> source)
        : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<TSource>>>(got));
    }

    private readonly struct Answered(FilterMapAwaitSource<TSource, T, TOption, TOptions, TFunction> source)
        : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) => source.After(Primitives.Value<TOption>(answer));
    }
}
