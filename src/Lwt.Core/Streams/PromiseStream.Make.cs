using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Makes streams. The operations on them are members of <see cref="PromiseStream{T}"/>.</summary>
public static class PromiseStream
{
    /// <summary>
    /// A stream that calls <paramref name="next"/> when an element is wanted that is not there yet, one call at a time;
    /// none ends it. An exception goes to whoever reads, and does not end the stream: the next read calls again. OCaml:
    /// <c>Lwt_stream.from</c>.
    /// </summary>
    public static PromiseStream<T> From<T>(Func<Promise<Maybe<T>>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Streams.From<T, Maybe<T>, MaybeOptions<T>, Call<Promise<Maybe<T>>>>(new(next), default);
    }

    /// <summary>As <see cref="From{T}"/>, for a function that has the element at once. OCaml: <c>Lwt_stream.from_direct</c>.</summary>
    public static PromiseStream<T> FromDirect<T>(Func<Maybe<T>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Streams.FromDirect<T, Maybe<T>, MaybeOptions<T>, Call<Maybe<T>>>(new(next), default);
    }

    /// <summary>
    /// A stream and the end that feeds it, with a queue that has no bound. OCaml: <c>Lwt_stream.create</c> and
    /// <c>create_with_reference</c>.
    /// </summary>
    public static (PromiseStream<T> Stream, StreamPush<T> Push) Create<T>()
    {
        var source = new PushSource<T>();
        return (new(source), new(source));
    }

    /// <summary>
    /// A stream and the end that feeds it, with a queue of at most <paramref name="size"/> elements: a push on a full queue
    /// waits until one is taken. Such a stream cannot be cloned or parsed. OCaml: <c>Lwt_stream.create_bounded</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static (PromiseStream<T> Stream, BoundedPush<T> Push) CreateBounded<T>(int size)
    {
        if (size < 0)
            throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                "Lwt_stream.create_bounded: the size of a bounded stream cannot be negative."
            );
        var source = new BoundedSource<T>(size);
        return (new(source), new(source));
    }

    /// <summary>A closed stream of one element. OCaml: <c>Lwt_stream.return</c>.</summary>
    public static PromiseStream<T> Return<T>(T value) => Of([value]);

    /// <summary>
    /// A stream of the one element that a promise gives; of none if the promise is rejected. OCaml:
    /// <c>Lwt_stream.return_lwt</c>.
    /// </summary>
    public static PromiseStream<T> Return<T>(Promise<T> promise) => Streams.Return(promise);

    /// <summary>
    /// A closed stream that holds these elements. OCaml: <c>Lwt_stream.of_list</c>, <c>of_array</c> and <c>of_string</c>.
    /// </summary>
    public static PromiseStream<T> Of<T>(params ReadOnlySpan<T> elements)
    {
        var source = new PushSource<T>();
        var stream = new PromiseStream<T>(source);
        source.Fill(elements);
        return stream;
    }

    /// <summary>
    /// A stream of the elements of a sequence, each taken when it is wanted. The sequence's enumerator is disposed at its
    /// end, when it throws, and when the stream is disposed. OCaml: <c>Lwt_stream.of_seq</c>.
    /// </summary>
    public static PromiseStream<T> OfEnumerable<T>(IEnumerable<T> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new(new EnumerableSource<T>(elements));
    }

    /// <summary>
    /// A stream of the elements of an asynchronous sequence, each asked for when it is wanted; what it awaits may end on any
    /// thread. Its enumerator is disposed at its end, when it fails, when an <c>await foreach</c> over the stream, or over one made
    /// of it, is left, and when the stream is disposed: its token is cancelled then, so that what it waits for can end.
    /// </summary>
    public static PromiseStream<T> OfAsyncEnumerable<T>(IAsyncEnumerable<T> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new(new AsyncEnumerableSource<T>(elements));
    }

    /// <summary>
    /// The elements of several streams as they come. Each stream is asked for one element ahead, at once. OCaml:
    /// <c>Lwt_stream.choose</c>.
    /// </summary>
    public static PromiseStream<T> Choose<T>(params PromiseStream<T>[] streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        for (var i = 0; i < streams.Length; i++)
            if (streams[i] is null)
                throw Errors.NullElement(nameof(streams), i, "a stream");
        return Streams.Choose(streams);
    }

    /// <summary>The streams of a stream, one after the other. OCaml: <c>Lwt_stream.concat</c>.</summary>
    public static PromiseStream<T> Concat<T>(this PromiseStream<PromiseStream<T>> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        return Streams.Concat(streams);
    }

    /// <summary>The elements of the lists of a stream. OCaml: <c>Lwt_stream.flatten</c>.</summary>
    public static PromiseStream<T> Flatten<T>(this PromiseStream<IReadOnlyList<T>> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        return Streams.MapMany<IReadOnlyList<T>, T, IReadOnlyList<T>, Same<IReadOnlyList<T>>>(lists, default);
    }

    /// <summary>All characters as one string. OCaml: <c>Lwt_stream.to_string</c>.</summary>
    public static Promise<string> ToText(this PromiseStream<char> characters)
    {
        ArgumentNullException.ThrowIfNull(characters);
        return Streams.ToText(characters);
    }

    private readonly struct Call<TResult>(Func<TResult> function) : IFunction<Unit, TResult>
    {
        public TResult Invoke(Unit argument) => function();
    }

    private readonly struct Same<T> : IFunction<T, T>
    {
        public T Invoke(T argument) => argument;
    }
}
