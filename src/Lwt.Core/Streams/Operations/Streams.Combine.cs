namespace Lwt.Core.CompilerServices;

// Streams made of several others. They read them: an element that one of them takes is gone for other readers.

public static partial class Streams
{
    /// <summary>Merges streams: each element when it comes. OCaml: <c>Lwt_stream.choose</c>.</summary>
    public static PromiseStream<T> Choose<T>(PromiseStream<T>[] streams)
    {
        // Checks all before the first one is asked. The result reads at once, so it belongs to their loop.
        foreach (var stream in streams)
            Enter(stream);
        var source = new ChooseSource<T>(streams);
        source.Enter();
        return new(source);
    }

    /// <summary>A stream of pairs, up to the end of the shorter stream. OCaml: <c>Lwt_stream.combine</c>.</summary>
    public static PromiseStream<TResult> Combine<TFirst, TSecond, TResult, TPair>(
        PromiseStream<TFirst> first,
        PromiseStream<TSecond> second,
        TPair pair
    )
        where TPair : IPairMaker<TFirst, TSecond, TResult> =>
        new(new CombineSource<TFirst, TSecond, TResult, TPair>(Check(first), Check(second), pair));

    /// <summary>A stream of one stream up to its end, and then of another. OCaml: <c>Lwt_stream.append</c>.</summary>
    public static PromiseStream<T> Append<T>(PromiseStream<T> first, PromiseStream<T> second) =>
        new(new AppendSource<T>(Check(first), Check(second)));

    /// <summary>
    /// A stream of the elements of streams, one stream after the other. OCaml: <c>Lwt_stream.concat</c>.
    /// </summary>
    public static PromiseStream<T> Concat<T>(PromiseStream<PromiseStream<T>> streams) =>
        new(new ConcatSource<T>(Check(streams)));
}
