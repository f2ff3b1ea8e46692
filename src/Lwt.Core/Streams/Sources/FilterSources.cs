using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>filter</c>.</summary>
internal sealed class FilterSource<T, TTest>(PromiseStream<T> stream, TTest test) : SkippingSource<T, T>(stream)
    where TTest : IFunction<T, bool>
{
    private protected override Promise<Maybe<T>>? Pick(T element, Promise<Maybe<T>> got) =>
        test.Invoke(element) ? got : null;
}

/// <summary>The source of <c>filter_s</c>.</summary>
internal sealed class FilterAwaitSource<T, TTest>(PromiseStream<T> stream, TTest test) : SkippingSource<T, T>(stream)
    where TTest : IFunction<T, Promise<bool>>
{
    private protected override Promise<Maybe<T>>? Pick(T element, Promise<Maybe<T>> got)
    {
        var answer = Primitives.Underlying(test.Invoke(element));
        if (answer.State != Promise.Fulfilled)
            return Primitives.Bind<Maybe<T>, Answered>(answer, new(this, got));
        return answer.Result ? got : null;
    }

    private readonly struct Answered(FilterAwaitSource<T, TTest> source, Promise<Maybe<T>> got) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) => Primitives.Value<bool>(answer) ? got : source.PickNext();
    }
}

/// <summary>The source of <c>filter_map</c>.</summary>
internal sealed class FilterMapSource<TSource, T, TOption, TOptions, TFunction>(
    PromiseStream<TSource> stream,
    TFunction function,
    TOptions options
) : SkippingSource<TSource, T>(stream)
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, TOption>
{
    private protected override Promise<Maybe<T>>? Pick(TSource element, Promise<Maybe<TSource>> got)
    {
        var mapped = options.ToMaybe(function.Invoke(element));
        return mapped.HasValue ? new(mapped) : null;
    }
}

/// <summary>The source of <c>filter_map_s</c>.</summary>
internal sealed class FilterMapAwaitSource<TSource, T, TOption, TOptions, TFunction>(
    PromiseStream<TSource> stream,
    TFunction function,
    TOptions options
) : SkippingSource<TSource, T>(stream)
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, Promise<TOption>>
{
    private protected override Promise<Maybe<T>>? Pick(TSource element, Promise<Maybe<TSource>> got)
    {
        var answer = Primitives.Underlying(function.Invoke(element));
        return answer.State == Promise.Fulfilled
            ? Pick(answer.Result)
            : Primitives.Bind<Maybe<T>, Answered>(answer, new(this));
    }

    private Promise<Maybe<T>>? Pick(TOption answer)
    {
        var mapped = options.ToMaybe(answer);
        return mapped.HasValue ? new(mapped) : null;
    }

    private readonly struct Answered(FilterMapAwaitSource<TSource, T, TOption, TOptions, TFunction> source)
        : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) =>
            source.Pick(Primitives.Value<TOption>(answer)) ?? source.PickNext();
    }
}
