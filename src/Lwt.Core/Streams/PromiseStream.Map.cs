using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>
    /// Returns a stream of the results of <paramref name="function"/>. The function is called when an element of the
    /// result is asked for; nothing is read ahead. If it throws, that element is lost. OCaml: <c>Lwt_stream.map</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var squares = PromiseStream.Of(1, 2, 3).Map(x => x * x); // calls nothing yet
    /// var list = await squares.ToList(); // 1, 4, 9
    /// </code>
    /// </example>
    public PromiseStream<TResult> Map<TResult>(Func<T, TResult> function) =>
        Streams.Map<T, TResult, Func1<T, TResult>>(this, new(function));

    /// <summary>
    /// Like <see cref="Map"/>, for a function that returns a promise: the next element is taken once that promise is
    /// fulfilled. If it is rejected, so is the read. Cancelling the read does not cancel it. OCaml:
    /// <c>Lwt_stream.map_s</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var pages = PromiseStream.Of("a", "b").MapAwait(Load);
    /// var first = await pages.Get(); // loads "a"; "b" is loaded when it is asked for
    /// </code>
    /// </example>
    public PromiseStream<TResult> MapAwait<TResult>(Func<T, Promise<TResult>> function) =>
        Streams.MapAwait<T, TResult, Func1<T, Promise<TResult>>>(this, new(function));

    /// <summary>
    /// Returns a stream of the elements that pass the test. The test is called when an element of the result is asked
    /// for. OCaml: <c>Lwt_stream.filter</c>.
    /// </summary>
    public PromiseStream<T> Filter(Func<T, bool> test) => Streams.Filter<T, Func1<T, bool>>(this, new(test));

    /// <summary>
    /// Like <see cref="Filter"/>, but waits for each answer before the next element. OCaml: <c>Lwt_stream.filter_s</c>.
    /// </summary>
    public PromiseStream<T> FilterAwait(Func<T, Promise<bool>> test) =>
        Streams.FilterAwait<T, Func1<T, Promise<bool>>>(this, new(test));

    /// <summary>
    /// Returns a stream of the values that <paramref name="function"/> returns. Elements for which it returns none are
    /// skipped. OCaml: <c>Lwt_stream.filter_map</c>.
    /// </summary>
    public PromiseStream<TResult> FilterMap<TResult>(Func<T, Maybe<TResult>> function) =>
        Streams.FilterMap<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Maybe<TResult>>>(
            this,
            new(function),
            default
        );

    /// <summary>
    /// Like <see cref="FilterMap"/>, but waits for each result before the next element. OCaml:
    /// <c>Lwt_stream.filter_map_s</c>.
    /// </summary>
    public PromiseStream<TResult> FilterMapAwait<TResult>(Func<T, Promise<Maybe<TResult>>> function) =>
        Streams.FilterMapAwait<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Promise<Maybe<TResult>>>>(
            this,
            new(function),
            default
        );

    /// <summary>
    /// Returns a stream of the elements of the sequences that <paramref name="function"/> returns. The function is
    /// called for the next element once the sequence before is at its end. OCaml: <c>Lwt_stream.map_list</c>.
    /// </summary>
    public PromiseStream<TResult> MapMany<TResult>(Func<T, IEnumerable<TResult>> function) =>
        Streams.MapMany<T, TResult, IEnumerable<TResult>, Func1<T, IEnumerable<TResult>>>(this, new(function));

    /// <summary>Like <see cref="MapMany"/>, but waits for each sequence. OCaml: <c>Lwt_stream.map_list_s</c>.</summary>
    public PromiseStream<TResult> MapManyAwait<TResult>(Func<T, Promise<IEnumerable<TResult>>> function) =>
        Streams.MapManyAwait<T, TResult, IEnumerable<TResult>, Func1<T, Promise<IEnumerable<TResult>>>>(
            this,
            new(function)
        );

    /// <summary>
    /// Returns a stream of pairs, up to the end of the shorter stream. Both streams are asked at the same time; at the
    /// end of the shorter, an element of the longer is lost. OCaml: <c>Lwt_stream.combine</c>.
    /// </summary>
    public PromiseStream<(T First, TOther Second)> Combine<TOther>(PromiseStream<TOther> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Streams.Combine<T, TOther, (T First, TOther Second), TupleMaker<T, TOther>>(this, other, default);
    }

    /// <summary>
    /// Returns a stream of the elements of this stream up to its end, and then of <paramref name="other"/>. OCaml:
    /// <c>Lwt_stream.append</c>.
    /// </summary>
    public PromiseStream<T> Append(PromiseStream<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Streams.Append(this, other);
    }

    /// <summary>
    /// Returns a stream of results, elements or exceptions of the source, which never fails itself. A source that
    /// always fails returns results for ever. OCaml: <c>Lwt_stream.wrap_exn</c>.
    /// </summary>
    public PromiseStream<StreamResult<T>> WrapExceptions() =>
        Streams.WrapExceptions<T, StreamResult<T>, StreamResults<T>>(this, default);
}
