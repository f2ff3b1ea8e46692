namespace Lwt.Core.CompilerServices;

// Streams made of one other stream. They read it: an element that one of them takes is gone for its other readers.

public static partial class Streams
{
    /// <summary>A stream of the elements that pass a test. OCaml: <c>Lwt_stream.filter</c>.</summary>
    public static PromiseStream<T> Filter<T, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, bool> =>
        new(new SkippingSource<T, T, FilterPicker<T, TTest>>(Check(stream), new(test)));

    /// <summary>Like <c>Filter</c>, but waits for each answer. OCaml: <c>Lwt_stream.filter_s</c>.</summary>
    public static PromiseStream<T> FilterAwait<T, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, Promise<bool>> =>
        new(new SkippingSource<T, T, FilterAwaitPicker<T, TTest>>(Check(stream), new(test)));

    /// <summary>
    /// A stream of the values that a function returns, without the nones. OCaml: <c>Lwt_stream.filter_map</c>.
    /// </summary>
    public static PromiseStream<TResult> FilterMap<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, TOption> =>
        new(
            new SkippingSource<T, TResult, FilterMapPicker<T, TResult, TOption, TOptions, TFunction>>(
                Check(stream),
                new(function, options)
            )
        );

    /// <summary>Like <c>FilterMap</c>, but waits for each result. OCaml: <c>Lwt_stream.filter_map_s</c>.</summary>
    public static PromiseStream<TResult> FilterMapAwait<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, Promise<TOption>> =>
        new(
            new SkippingSource<T, TResult, FilterMapAwaitPicker<T, TResult, TOption, TOptions, TFunction>>(
                Check(stream),
                new(function, options)
            )
        );
}
