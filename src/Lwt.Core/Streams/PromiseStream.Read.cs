using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>
    /// Returns a stream that reads the same elements, from the current one on, independently of this stream. Elements
    /// that only one of the two has read stay in memory for the other. OCaml: <c>Lwt_stream.clone</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The stream is bounded.</exception>
    /// <example>
    /// <code>
    /// var numbers = PromiseStream.Of(1, 2, 3);
    /// var clone = numbers.Clone();
    /// var sum = await numbers.Fold(0, (sum, x) => sum + x); // 6
    /// var list = await clone.ToList(); // 1, 2, 3
    /// </code>
    /// </example>
    public PromiseStream<T> Clone() => Streams.Clone(this);

    /// <summary>
    /// Takes all elements up to the end and returns them as a list. Waits for the end. OCaml:
    /// <c>Lwt_stream.to_list</c>.
    /// </summary>
    public Promise<IReadOnlyList<T>> ToList() =>
        Streams.ToList<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, default);

    /// <summary>
    /// Waits for the next element and returns it without taking it: the next read returns it again. Returns none at the
    /// end. OCaml: <c>Lwt_stream.peek</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var words = PromiseStream.Of("one", "two");
    /// var next = await words.Peek(); // "one", which stays in the stream
    /// var taken = await words.Get(); // "one" again
    /// </code>
    /// </example>
    public Promise<Maybe<T>> Peek() => Streams.Peek<T, Maybe<T>, MaybeOptions<T>>(this, default);

    /// <summary>
    /// Waits for the next <paramref name="count"/> elements and returns them without taking them. Returns fewer if the
    /// stream ends before. OCaml: <c>Lwt_stream.npeek</c>.
    /// </summary>
    /// <param name="count">How many elements; zero or less returns an empty list at once.</param>
    public Promise<IReadOnlyList<T>> Peek(int count) =>
        Streams.Peek<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, count, default);

    /// <summary>
    /// Waits for the next element and takes it. Returns none at the end. If the source fails, the promise is rejected,
    /// and the next call asks the source again. Cancelling the promise leaves the element in the stream. OCaml:
    /// <c>Lwt_stream.get</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// while ((await lines.Get()).TryGetValue(out var line))
    ///     await Send(line);
    /// </code>
    /// </example>
    public Promise<Maybe<T>> Get() => Streams.Get(this);

    /// <summary>
    /// Waits for the next <paramref name="count"/> elements and takes them. Returns fewer if the stream ends before.
    /// OCaml: <c>Lwt_stream.nget</c>.
    /// </summary>
    /// <param name="count">How many elements; zero or less returns an empty list at once.</param>
    public Promise<IReadOnlyList<T>> Get(int count) =>
        Streams.Get<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, count, default);

    /// <summary>
    /// Takes elements as long as they pass the test. The first that fails it stays in the stream. OCaml:
    /// <c>Lwt_stream.get_while</c>.
    /// </summary>
    public Promise<IReadOnlyList<T>> GetWhile(Func<T, bool> test) =>
        Streams.GetWhile<T, IReadOnlyList<T>, ReadOnlyListMaker<T>, Func1<T, bool>>(this, new(test), default);

    /// <summary>
    /// Like <see cref="GetWhile"/>, but waits for each answer before the next element. OCaml:
    /// <c>Lwt_stream.get_while_s</c>.
    /// </summary>
    public Promise<IReadOnlyList<T>> GetWhileAwait(Func<T, Promise<bool>> test) =>
        Streams.GetWhileAwait<T, IReadOnlyList<T>, ReadOnlyListMaker<T>, Func1<T, Promise<bool>>>(
            this,
            new(test),
            default
        );

    /// <summary>
    /// Like <see cref="Get()"/>, but returns the element itself. At the end the promise is rejected with
    /// <see cref="StreamEmptyException"/>. OCaml: <c>Lwt_stream.next</c>.
    /// </summary>
    public Promise<T> Next() => Streams.Next(this);

    /// <summary>
    /// Takes all elements that are there and returns the last; waits for one if there is none. At the end the promise
    /// is rejected with <see cref="StreamEmptyException"/>. OCaml: <c>Lwt_stream.last_new</c>.
    /// </summary>
    public Promise<T> LastNew() => Streams.LastNew(this);

    /// <summary>
    /// Waits for the next element and discards it. Does nothing at the end. OCaml: <c>Lwt_stream.junk</c>.
    /// </summary>
    public Promise Junk() => Streams.Junk<T, Unit>(this);

    /// <summary>
    /// Waits for the next <paramref name="count"/> elements and discards them; fewer if the stream ends before. OCaml:
    /// <c>Lwt_stream.njunk</c>.
    /// </summary>
    /// <param name="count">How many elements; zero or less discards nothing.</param>
    public Promise Junk(int count) => Streams.Junk<T, Unit>(this, count);

    /// <summary>
    /// Discards elements as long as they pass the test. The first that fails it stays in the stream. OCaml:
    /// <c>Lwt_stream.junk_while</c>.
    /// </summary>
    public Promise JunkWhile(Func<T, bool> test) => Streams.JunkWhile<T, Unit, Func1<T, bool>>(this, new(test));

    /// <summary>
    /// Like <see cref="JunkWhile"/>, but waits for each answer before the next element. OCaml:
    /// <c>Lwt_stream.junk_while_s</c>.
    /// </summary>
    public Promise JunkWhileAwait(Func<T, Promise<bool>> test) =>
        Streams.JunkWhileAwait<T, Unit, Func1<T, Promise<bool>>>(this, new(test));

    /// <summary>
    /// Discards the elements that are there, without waiting for more. The promise is already resolved: rejected if the
    /// source fails. OCaml: <c>Lwt_stream.junk_old</c>.
    /// </summary>
    public Promise JunkOld() => Streams.JunkOld<T, Unit>(this);

    /// <summary>
    /// Takes the elements that are there, without waiting. Throws what the source fails with. A source that always has
    /// an element, such as an endless sequence, is read for ever. OCaml: <c>Lwt_stream.get_available</c>.
    /// </summary>
    public IReadOnlyList<T> GetAvailable() =>
        Streams.GetAvailable<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, int.MaxValue, default);

    /// <summary>
    /// Like <see cref="GetAvailable()"/>, but takes at most <paramref name="limit"/> elements. OCaml:
    /// <c>Lwt_stream.get_available_up_to</c>.
    /// </summary>
    public IReadOnlyList<T> GetAvailable(int limit) =>
        Streams.GetAvailable<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, limit, default);

    /// <summary>
    /// Whether the stream is at its end. Waits for an element or the end if neither is there; takes nothing. OCaml:
    /// <c>Lwt_stream.is_empty</c>.
    /// </summary>
    public Promise<bool> IsEmpty() => Streams.IsEmpty(this);

    /// <summary>
    /// Whether the stream is closed: no more elements can come, though there may be unread ones. No read waits any
    /// more. OCaml: <c>Lwt_stream.is_closed</c>.
    /// </summary>
    public bool IsClosed => Source.IsClosed;

    /// <summary>
    /// A promise that is fulfilled when the stream is closed: the same one each time. OCaml: <c>Lwt_stream.closed</c>.
    /// </summary>
    public Promise Closed => Source.WhenClosed<Unit>();

    /// <summary>
    /// Calls <paramref name="parser"/> with this stream. If its promise is rejected, the elements that it read are put
    /// back. OCaml: <c>Lwt_stream.parse</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The stream is bounded.</exception>
    public Promise<TResult> Parse<TResult>(Func<PromiseStream<T>, Promise<TResult>> parser) =>
        Streams.Parse<T, TResult, Func1<PromiseStream<T>, Promise<TResult>>>(this, new(parser));
}
