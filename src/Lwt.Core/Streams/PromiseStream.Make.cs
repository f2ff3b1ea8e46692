using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Creates streams. The operations on them are members of <see cref="PromiseStream{T}"/>.</summary>
public static class PromiseStream
{
    /// <summary>
    /// Creates a stream that calls <paramref name="next"/> when an element is asked for that is not there yet, one call
    /// at a time. If the call fails, the read is rejected, the stream does not end, and the next read calls again.
    /// Cancelling a read does not cancel the call. OCaml: <c>Lwt_stream.from</c>.
    /// </summary>
    /// <param name="next">Returns a promise for the next element, or for none to end the stream.</param>
    /// <example>
    /// <code>
    /// var number = 0;
    /// var pages = PromiseStream.From(async () =>
    ///     ++number &lt;= 3 ? new Maybe&lt;string>(await Load($"{number}")) : Maybe&lt;string>.None
    /// );
    /// var first = await pages.Get(); // loads page 1 only
    /// </code>
    /// </example>
    public static PromiseStream<T> From<T>(Func<Promise<Maybe<T>>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Streams.From<T, Maybe<T>, MaybeOptions<T>, Call<Promise<Maybe<T>>>>(new(next), default);
    }

    /// <summary>
    /// Like <see cref="From{T}"/>, for a function that returns the element itself. OCaml:
    /// <c>Lwt_stream.from_direct</c>.
    /// </summary>
    /// <param name="next">Returns the next element, or none to end the stream.</param>
    public static PromiseStream<T> FromDirect<T>(Func<Maybe<T>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Streams.FromDirect<T, Maybe<T>, MaybeOptions<T>, Call<Maybe<T>>>(new(next), default);
    }

    /// <summary>
    /// Creates a stream and the object that writes to it. The queue has no bound: a writer never waits. OCaml:
    /// <c>Lwt_stream.create</c> and <c>create_with_reference</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var (lines, push) = PromiseStream.Create&lt;string>();
    /// var all = lines.ToList(); // waits for the end
    /// push.Push("first");
    /// push.Push("second");
    /// push.Close();
    /// </code>
    /// </example>
    public static (PromiseStream<T> Stream, StreamPush<T> Push) Create<T>()
    {
        var source = new PushSource<T>();
        return (new(source), new(source));
    }

    /// <summary>
    /// Creates a stream with a bounded queue, and the object that writes to it: a push on a full queue waits until an
    /// element is taken. The stream has one reader: it cannot be cloned or parsed. OCaml:
    /// <c>Lwt_stream.create_bounded</c>.
    /// </summary>
    /// <param name="size">
    /// How many elements the queue may hold. If zero, each push waits until <see cref="BoundedPush{T}.Resize"/> makes
    /// room.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    /// <example>
    /// <code>
    /// var (messages, push) = PromiseStream.CreateBounded&lt;string>(2);
    ///
    /// async Promise Write()
    /// {
    ///     foreach (var message in (string[])["a", "b", "c", "d"])
    ///         await push.Push(message); // waits while two messages are in the queue
    ///     push.Close();
    /// }
    ///
    /// await Promise.Join(Write(), messages.ForEachAwait(Send));
    /// </code>
    /// </example>
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

    /// <summary>Creates a closed stream of one element. OCaml: <c>Lwt_stream.return</c>.</summary>
    public static PromiseStream<T> Return<T>(T value) => Of([value]);

    /// <summary>
    /// Creates a stream of one element, the value of a promise. The stream is closed when the promise is resolved,
    /// without an element if it is rejected. OCaml: <c>Lwt_stream.return_lwt</c>.
    /// </summary>
    public static PromiseStream<T> Return<T>(Promise<T> promise) => Streams.Return(promise);

    /// <summary>
    /// Creates a closed stream that holds these elements. OCaml: <c>Lwt_stream.of_list</c>, <c>of_array</c> and
    /// <c>of_string</c>.
    /// </summary>
    public static PromiseStream<T> Of<T>(params ReadOnlySpan<T> elements)
    {
        var source = new PushSource<T>();
        var stream = new PromiseStream<T>(source);
        source.Fill(elements);
        return stream;
    }

    /// <summary>
    /// Creates a stream of the elements of a sequence, each taken when it is asked for. The sequence's enumerator is
    /// disposed at its end, when it throws, when an <c>await foreach</c> over the stream is left, and when the stream
    /// is disposed. If it throws, the read fails, and the next read is at the end. OCaml: <c>Lwt_stream.of_seq</c>.
    /// </summary>
    public static PromiseStream<T> OfEnumerable<T>(IEnumerable<T> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new(new EnumerableSource<T>(elements));
    }

    /// <summary>
    /// Creates a stream of the elements of an asynchronous sequence, each asked for when it is read. The sequence may
    /// complete on any thread. Its enumerator is disposed at its end, when it fails, when an <c>await foreach</c> over
    /// the stream, or over one made of it, is left, and when the stream is disposed; its token is cancelled before, so
    /// that a pending move can end.
    /// </summary>
    public static PromiseStream<T> OfAsyncEnumerable<T>(IAsyncEnumerable<T> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new(new AsyncEnumerableSource<T>(elements));
    }

    /// <summary>
    /// Creates a stream of the elements of several streams, in the order in which they come. Each stream is asked for
    /// one element ahead, from now on. The result ends when all streams have ended. OCaml: <c>Lwt_stream.choose</c>.
    /// </summary>
    public static PromiseStream<T> Choose<T>(params PromiseStream<T>[] streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        for (var i = 0; i < streams.Length; i++)
            if (streams[i] is null)
                throw Errors.NullElement(nameof(streams), i, "a stream");
        return Streams.Choose(streams);
    }

    /// <summary>
    /// Creates a stream of the elements of the streams of a stream, one stream after the other. OCaml:
    /// <c>Lwt_stream.concat</c>.
    /// </summary>
    public static PromiseStream<T> Concat<T>(this PromiseStream<PromiseStream<T>> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        return Streams.Concat(streams);
    }

    /// <summary>Creates a stream of the elements of the lists of a stream. OCaml: <c>Lwt_stream.flatten</c>.</summary>
    public static PromiseStream<T> Flatten<T>(this PromiseStream<IReadOnlyList<T>> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        return Streams.MapMany<IReadOnlyList<T>, T, IReadOnlyList<T>, Same<IReadOnlyList<T>>>(lists, default);
    }

    /// <summary>
    /// Takes all characters up to the end and returns them as one string. OCaml: <c>Lwt_stream.to_string</c>.
    /// </summary>
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
