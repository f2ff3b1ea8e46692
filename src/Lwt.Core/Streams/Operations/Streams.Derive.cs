namespace Lwt.Core.CompilerServices;

// The streams made of other streams. They read those: an element that one takes is gone for other readers of its source.

public static partial class Streams
{
    /// <summary>Get, with the core's own option.</summary>
    internal static Promise<Maybe<T>> Get<T>(PromiseStream<T> stream) =>
        TryTake(stream, out var element)
            ? new(new Maybe<T>(element))
            : StreamWalk.From<T, Maybe<T>, GetVisitor<T, Maybe<T>, MaybeOptions<T>>>(stream, default);

    /// <summary>Choose.</summary>
    public static PromiseStream<T> Choose<T>(PromiseStream<T>[] streams)
    {
        // All before the first one is asked. What reads them at once belongs to the loop that they belong to.
        foreach (var stream in streams)
            Enter(stream);
        var source = new ChooseSource<T>(streams);
        source.Enter();
        return new(source);
    }

    /// <summary>Map.</summary>
    public static PromiseStream<TResult> Map<T, TResult, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, TResult> => new(new MapSource<T, TResult, TFunction>(Check(stream), function));

    /// <summary>Map_s.</summary>
    public static PromiseStream<TResult> MapAwait<T, TResult, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, Promise<TResult>> =>
        new(new MapAwaitSource<T, TResult, TFunction>(Check(stream), function));

    /// <summary>Filter.</summary>
    public static PromiseStream<T> Filter<T, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, bool> => new(new FilterSource<T, TTest>(Check(stream), test));

    /// <summary>Filter_s.</summary>
    public static PromiseStream<T> FilterAwait<T, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, Promise<bool>> => new(new FilterAwaitSource<T, TTest>(Check(stream), test));

    /// <summary>Filter_map.</summary>
    public static PromiseStream<TResult> FilterMap<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, TOption> =>
        new(new FilterMapSource<T, TResult, TOption, TOptions, TFunction>(Check(stream), function, options));

    /// <summary>Filter_map_s.</summary>
    public static PromiseStream<TResult> FilterMapAwait<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, Promise<TOption>> =>
        new(new FilterMapAwaitSource<T, TResult, TOption, TOptions, TFunction>(Check(stream), function, options));

    /// <summary>Map_list.</summary>
    public static PromiseStream<TResult> MapMany<T, TResult, TList, TFunction>(
        PromiseStream<T> stream,
        TFunction function
    )
        where TList : IEnumerable<TResult>
        where TFunction : IFunction<T, TList> =>
        new(
            new FlatSource<T, TResult, TList, AtOnce<T, TList, TFunction>>(
                Check(stream),
                new AtOnce<T, TList, TFunction>(function)
            )
        );

    /// <summary>Map_list_s.</summary>
    public static PromiseStream<TResult> MapManyAwait<T, TResult, TList, TFunction>(
        PromiseStream<T> stream,
        TFunction function
    )
        where TList : IEnumerable<TResult>
        where TFunction : IFunction<T, Promise<TList>> =>
        new(new FlatSource<T, TResult, TList, TFunction>(Check(stream), function));

    /// <summary>Combine.</summary>
    public static PromiseStream<TResult> Combine<TFirst, TSecond, TResult, TPair>(
        PromiseStream<TFirst> first,
        PromiseStream<TSecond> second,
        TPair pair
    )
        where TPair : IPairMaker<TFirst, TSecond, TResult> =>
        new(new CombineSource<TFirst, TSecond, TResult, TPair>(Check(first), Check(second), pair));

    /// <summary>Append.</summary>
    public static PromiseStream<T> Append<T>(PromiseStream<T> first, PromiseStream<T> second) =>
        new(new AppendSource<T>(Check(first), Check(second)));

    /// <summary>Concat.</summary>
    public static PromiseStream<T> Concat<T>(PromiseStream<PromiseStream<T>> streams) =>
        new(new ConcatSource<T>(Check(streams)));

    /// <summary>Wrap_exn and map_exn.</summary>
    public static PromiseStream<TResult> WrapExceptions<T, TResult, TResults>(PromiseStream<T> stream, TResults results)
        where TResults : IResults<T, TResult> => new(new ResultSource<T, TResult, TResults>(Check(stream), results));
}
