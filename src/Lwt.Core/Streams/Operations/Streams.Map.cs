namespace Lwt.Core.CompilerServices;

// Streams made of one other stream. They read it: an element that one of them takes is gone for its other readers.

public static partial class Streams
{
    /// <summary>A stream of the results of a function. OCaml: <c>Lwt_stream.map</c>.</summary>
    public static PromiseStream<TResult> Map<T, TResult, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, TResult> => new(new MapSource<T, TResult, TFunction>(Check(stream), function));

    /// <summary>Like <c>Map</c>, but waits for each result. OCaml: <c>Lwt_stream.map_s</c>.</summary>
    public static PromiseStream<TResult> MapAwait<T, TResult, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, Promise<TResult>> =>
        new(new MapAwaitSource<T, TResult, TFunction>(Check(stream), function));

    /// <summary>
    /// A stream of the elements of the lists that a function returns. OCaml: <c>Lwt_stream.map_list</c>.
    /// </summary>
    public static PromiseStream<TResult> MapMany<T, TResult, TList, TFunction>(
        PromiseStream<T> stream,
        TFunction function
    )
        where TList : IEnumerable<TResult>
        where TFunction : IFunction<T, TList> =>
        new(
            new MapManySource<T, TResult, TList, AtOnce<T, TList, TFunction>>(
                Check(stream),
                new AtOnce<T, TList, TFunction>(function)
            )
        );

    /// <summary>Like <c>MapMany</c>, but waits for each list. OCaml: <c>Lwt_stream.map_list_s</c>.</summary>
    public static PromiseStream<TResult> MapManyAwait<T, TResult, TList, TFunction>(
        PromiseStream<T> stream,
        TFunction function
    )
        where TList : IEnumerable<TResult>
        where TFunction : IFunction<T, Promise<TList>> =>
        new(new MapManySource<T, TResult, TList, TFunction>(Check(stream), function));

    /// <summary>
    /// A stream of results: elements and exceptions. OCaml: <c>Lwt_stream.wrap_exn</c> and <c>map_exn</c>.
    /// </summary>
    public static PromiseStream<TResult> WrapExceptions<T, TResult, TResults>(PromiseStream<T> stream, TResults results)
        where TResults : IResults<T, TResult> =>
        new(new WrapExceptionsSource<T, TResult, TResults>(Check(stream), results));
}
