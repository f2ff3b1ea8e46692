using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>
    /// A stream that reads the same elements, from here on, on its own. What one of the two has not read yet stays in
    /// memory for it. OCaml: <c>Lwt_stream.clone</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The stream is bounded.</exception>
    public PromiseStream<T> Clone() => Streams.Clone(this);

    /// <summary>All elements to the end. OCaml: <c>Lwt_stream.to_list</c>.</summary>
    public Promise<IReadOnlyList<T>> ToList() =>
        Streams.ToList<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, default);

    /// <summary>The next element, which stays in the stream; none at the end. OCaml: <c>Lwt_stream.peek</c>.</summary>
    public Promise<Maybe<T>> Peek() => Streams.Peek<T, Maybe<T>, MaybeOptions<T>>(this, default);

    /// <summary>
    /// The next <paramref name="count"/> elements, which stay in the stream; fewer if it ends. OCaml:
    /// <c>Lwt_stream.npeek</c>.
    /// </summary>
    public Promise<IReadOnlyList<T>> Peek(int count) =>
        Streams.Peek<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, count, default);

    /// <summary>Takes the next element; none at the end. OCaml: <c>Lwt_stream.get</c>.</summary>
    public Promise<Maybe<T>> Get() => Streams.Get(this);

    /// <summary>Takes the next <paramref name="count"/> elements; fewer if it ends. OCaml: <c>Lwt_stream.nget</c>.</summary>
    public Promise<IReadOnlyList<T>> Get(int count) =>
        Streams.Get<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, count, default);

    /// <summary>Takes elements as long as they pass the test. OCaml: <c>Lwt_stream.get_while</c>.</summary>
    public Promise<IReadOnlyList<T>> GetWhile(Func<T, bool> test) =>
        Streams.GetWhile<T, IReadOnlyList<T>, ReadOnlyListMaker<T>, Func1<T, bool>>(this, new(test), default);

    /// <summary>As <see cref="GetWhile"/>, waiting for each answer. OCaml: <c>Lwt_stream.get_while_s</c>.</summary>
    public Promise<IReadOnlyList<T>> GetWhileAwait(Func<T, Promise<bool>> test) =>
        Streams.GetWhileAwait<T, IReadOnlyList<T>, ReadOnlyListMaker<T>, Func1<T, Promise<bool>>>(
            this,
            new(test),
            default
        );

    /// <summary>
    /// Takes the next element; rejected with <see cref="StreamEmptyException"/> at the end. OCaml: <c>Lwt_stream.next</c>.
    /// </summary>
    public Promise<T> Next() => Streams.Next(this);

    /// <summary>
    /// Takes all elements that are there and gives the last; waits for one if there is none. Rejected with
    /// <see cref="StreamEmptyException"/> at the end. OCaml: <c>Lwt_stream.last_new</c>.
    /// </summary>
    public Promise<T> LastNew() => Streams.LastNew(this);

    /// <summary>Throws the next element away, once it is there. OCaml: <c>Lwt_stream.junk</c>.</summary>
    public Promise Junk() => Streams.Junk<T, Unit>(this);

    /// <summary>Throws the next <paramref name="count"/> elements away. OCaml: <c>Lwt_stream.njunk</c>.</summary>
    public Promise Junk(int count) => Streams.Junk<T, Unit>(this, count);

    /// <summary>Throws elements away as long as they pass the test. OCaml: <c>Lwt_stream.junk_while</c>.</summary>
    public Promise JunkWhile(Func<T, bool> test) => Streams.JunkWhile<T, Unit, Func1<T, bool>>(this, new(test));

    /// <summary>As <see cref="JunkWhile"/>, waiting for each answer. OCaml: <c>Lwt_stream.junk_while_s</c>.</summary>
    public Promise JunkWhileAwait(Func<T, Promise<bool>> test) =>
        Streams.JunkWhileAwait<T, Unit, Func1<T, Promise<bool>>>(this, new(test));

    /// <summary>Throws away what is there. OCaml: <c>Lwt_stream.junk_old</c>.</summary>
    public Promise JunkOld() => Streams.JunkOld<T, Unit>(this);

    /// <summary>Takes what is there, without waiting. OCaml: <c>Lwt_stream.get_available</c>.</summary>
    public IReadOnlyList<T> GetAvailable() =>
        Streams.GetAvailable<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, int.MaxValue, default);

    /// <summary>As <see cref="GetAvailable()"/>, at most so many. OCaml: <c>Lwt_stream.get_available_up_to</c>.</summary>
    public IReadOnlyList<T> GetAvailable(int limit) =>
        Streams.GetAvailable<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(this, limit, default);

    /// <summary>
    /// Whether the stream is at its end; waits for an element or the end if neither is there. OCaml:
    /// <c>Lwt_stream.is_empty</c>.
    /// </summary>
    public Promise<bool> IsEmpty() => Streams.IsEmpty(this);

    /// <summary>
    /// Whether the end is known, though elements before it may be unread: no read will wait any more. OCaml:
    /// <c>Lwt_stream.is_closed</c>.
    /// </summary>
    public bool IsClosed => Source.IsClosed;

    /// <summary>The same promise each time, fulfilled when the stream is closed. OCaml: <c>Lwt_stream.closed</c>.</summary>
    public Promise Closed => Source.WhenClosed<Unit>();

    /// <summary>
    /// Gives the stream to <paramref name="parser"/>; if that fails, what it read is put back. OCaml:
    /// <c>Lwt_stream.parse</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The stream is bounded.</exception>
    public Promise<TResult> Parse<TResult>(Func<PromiseStream<T>, Promise<TResult>> parser) =>
        Streams.Parse<T, TResult, Func1<PromiseStream<T>, Promise<TResult>>>(this, new(parser));
}
