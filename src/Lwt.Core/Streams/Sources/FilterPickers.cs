using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>What the source of <c>filter</c> picks.</summary>
internal readonly struct FilterPicker<T, TTest>(TTest test) : IPicker<T, T, FilterPicker<T, TTest>>
    where TTest : IFunction<T, bool>
{
    public Promise<Maybe<T>>? Pick(
        T element,
        Promise<Maybe<T>> got,
        SkippingSource<T, T, FilterPicker<T, TTest>> source
    ) => test.Invoke(element) ? got : null;
}

/// <summary>What the source of <c>filter_s</c> picks.</summary>
internal readonly struct FilterAwaitPicker<T, TTest>(TTest test) : IPicker<T, T, FilterAwaitPicker<T, TTest>>
    where TTest : IFunction<T, Promise<bool>>
{
    public Promise<Maybe<T>>? Pick(
        T element,
        Promise<Maybe<T>> got,
        SkippingSource<T, T, FilterAwaitPicker<T, TTest>> source
    )
    {
        var answer = Primitives.Underlying(test.Invoke(element));
        if (answer.State != Promise.Fulfilled)
            return Primitives.Bind<Maybe<T>, Answered>(answer, new(source, got));
        return answer.Result ? got : null;
    }

    private readonly struct Answered(SkippingSource<T, T, FilterAwaitPicker<T, TTest>> source, Promise<Maybe<T>> got)
        : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) => Primitives.Value<bool>(answer) ? got : source.PickNext();
    }
}

/// <summary>What the source of <c>filter_map</c> picks.</summary>
internal readonly struct FilterMapPicker<TSource, T, TOption, TOptions, TFunction>(TFunction function, TOptions options)
    : IPicker<TSource, T, FilterMapPicker<TSource, T, TOption, TOptions, TFunction>>
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, TOption>
{
    public Promise<Maybe<T>>? Pick(
        TSource element,
        Promise<Maybe<TSource>> got,
        SkippingSource<TSource, T, FilterMapPicker<TSource, T, TOption, TOptions, TFunction>> source
    )
    {
        var mapped = options.ToMaybe(function.Invoke(element));
        return mapped.HasValue ? new(mapped) : null;
    }
}

/// <summary>What the source of <c>filter_map_s</c> picks.</summary>
internal readonly struct FilterMapAwaitPicker<TSource, T, TOption, TOptions, TFunction>(
    TFunction function,
    TOptions options
) : IPicker<TSource, T, FilterMapAwaitPicker<TSource, T, TOption, TOptions, TFunction>>
    where TOptions : IOptions<T, TOption>
    where TFunction : IFunction<TSource, Promise<TOption>>
{
    public Promise<Maybe<T>>? Pick(
        TSource element,
        Promise<Maybe<TSource>> got,
        SkippingSource<TSource, T, FilterMapAwaitPicker<TSource, T, TOption, TOptions, TFunction>> source
    )
    {
        var answer = Primitives.Underlying(function.Invoke(element));
        return answer.State == Promise.Fulfilled
            ? Pick(answer.Result)
            : Primitives.Bind<Maybe<T>, Answered>(answer, new(source));
    }

    private Promise<Maybe<T>>? Pick(TOption answer)
    {
        var mapped = options.ToMaybe(answer);
        return mapped.HasValue ? new(mapped) : null;
    }

    private readonly struct Answered(
        SkippingSource<TSource, T, FilterMapAwaitPicker<TSource, T, TOption, TOptions, TFunction>> source
    ) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise answer) =>
            source.Picker.Pick(Primitives.Value<TOption>(answer)) ?? source.PickNext();
    }
}
