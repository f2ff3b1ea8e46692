using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>A stream of what <paramref name="function"/> makes of each element. OCaml: <c>Lwt_stream.map</c>.</summary>
    public PromiseStream<TResult> Map<TResult>(Func<T, TResult> function) =>
        Streams.Map<T, TResult, Func1<T, TResult>>(this, new(function));

    /// <summary>As <see cref="Map"/>, waiting for each result. OCaml: <c>Lwt_stream.map_s</c>.</summary>
    public PromiseStream<TResult> MapAwait<TResult>(Func<T, Promise<TResult>> function) =>
        Streams.MapAwait<T, TResult, Func1<T, Promise<TResult>>>(this, new(function));

    /// <summary>A stream of the elements that pass the test. OCaml: <c>Lwt_stream.filter</c>.</summary>
    public PromiseStream<T> Filter(Func<T, bool> test) => Streams.Filter<T, Func1<T, bool>>(this, new(test));

    /// <summary>As <see cref="Filter"/>, waiting for each answer. OCaml: <c>Lwt_stream.filter_s</c>.</summary>
    public PromiseStream<T> FilterAwait(Func<T, Promise<bool>> test) =>
        Streams.FilterAwait<T, Func1<T, Promise<bool>>>(this, new(test));

    /// <summary>A stream of the values that <paramref name="function"/> gives. OCaml: <c>Lwt_stream.filter_map</c>.</summary>
    public PromiseStream<TResult> FilterMap<TResult>(Func<T, Maybe<TResult>> function) =>
        Streams.FilterMap<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Maybe<TResult>>>(
            this,
            new(function),
            default
        );

    /// <summary>As <see cref="FilterMap"/>, waiting for each result. OCaml: <c>Lwt_stream.filter_map_s</c>.</summary>
    public PromiseStream<TResult> FilterMapAwait<TResult>(Func<T, Promise<Maybe<TResult>>> function) =>
        Streams.FilterMapAwait<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Promise<Maybe<TResult>>>>(
            this,
            new(function),
            default
        );

    /// <summary>
    /// A stream of the elements of the sequences that <paramref name="function"/> makes. OCaml: <c>Lwt_stream.map_list</c>.
    /// </summary>
    public PromiseStream<TResult> MapMany<TResult>(Func<T, IEnumerable<TResult>> function) =>
        Streams.MapMany<T, TResult, IEnumerable<TResult>, Func1<T, IEnumerable<TResult>>>(this, new(function));

    /// <summary>As <see cref="MapMany"/>, waiting for each sequence. OCaml: <c>Lwt_stream.map_list_s</c>.</summary>
    public PromiseStream<TResult> MapManyAwait<TResult>(Func<T, Promise<IEnumerable<TResult>>> function) =>
        Streams.MapManyAwait<T, TResult, IEnumerable<TResult>, Func1<T, Promise<IEnumerable<TResult>>>>(
            this,
            new(function)
        );

    /// <summary>Pairs with the elements of another stream, to the end of the shorter. OCaml: <c>Lwt_stream.combine</c>.</summary>
    public PromiseStream<(T First, TOther Second)> Combine<TOther>(PromiseStream<TOther> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Streams.Combine<T, TOther, (T First, TOther Second), TupleMaker<T, TOther>>(this, other, default);
    }

    /// <summary>This stream to its end, then the other. OCaml: <c>Lwt_stream.append</c>.</summary>
    public PromiseStream<T> Append(PromiseStream<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Streams.Append(this, other);
    }

    /// <summary>
    /// A stream of results: the elements, and the exceptions of the source, which then does not fail. A source that always
    /// fails gives results for ever. OCaml: <c>Lwt_stream.wrap_exn</c>.
    /// </summary>
    public PromiseStream<StreamResult<T>> WrapExceptions() =>
        Streams.WrapExceptions<T, StreamResult<T>, StreamResults<T>>(this, default);

    /// <summary>
    /// Combines all elements from the left, beginning with <paramref name="state"/>. OCaml: <c>Lwt_stream.fold</c>.
    /// </summary>
    public Promise<TState> Fold<TState>(TState state, Func<TState, T, TState> function) =>
        Streams.Fold<T, TState, Func2<T, TState>>(this, new(function), state);

    /// <summary>As <see cref="Fold"/>, waiting for each state. OCaml: <c>Lwt_stream.fold_s</c>.</summary>
    public Promise<TState> FoldAwait<TState>(TState state, Func<TState, T, Promise<TState>> function) =>
        Streams.FoldAwait<T, TState, Func2<T, TState>>(this, new(function), state);

    /// <summary>Calls <paramref name="action"/> on each element, to the end. OCaml: <c>Lwt_stream.iter</c>.</summary>
    public Promise ForEach(Action<T> action) => Streams.ForEach<T, Unit, Action1<T>>(this, new(action));

    /// <summary>As <see cref="ForEach"/>, waiting for each call. OCaml: <c>Lwt_stream.iter_s</c>.</summary>
    public Promise ForEachAwait(Func<T, Promise> action) =>
        Streams.ForEachAwait<T, Unit, PromiseAction1<T>>(this, new(action));

    /// <summary>
    /// As <see cref="ForEachAwait"/>, but goes on without waiting; done when the stream is at its end and all calls are.
    /// OCaml: <c>Lwt_stream.iter_p</c>.
    /// </summary>
    public Promise ForEachParallel(Func<T, Promise> action) =>
        Streams.ForEachParallel<T, Unit, PromiseAction1<T>>(this, new(action));

    /// <summary>
    /// As <see cref="ForEachParallel(Func{T, Promise})"/>, with at most so many calls under way. OCaml:
    /// <c>Lwt_stream.iter_n</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is zero or less.</exception>
    public Promise ForEachParallel(int maxConcurrency, Func<T, Promise> action) =>
        Streams.ForEachParallel<T, Unit, PromiseAction1<T>>(this, maxConcurrency, new(action));

    /// <summary>Takes elements up to the first that passes the test. OCaml: <c>Lwt_stream.find</c>.</summary>
    public Promise<Maybe<T>> Find(Func<T, bool> test) =>
        Streams.Find<T, Maybe<T>, MaybeOptions<T>, Func1<T, bool>>(this, new(test), default);

    /// <summary>As <see cref="Find"/>, waiting for each answer. OCaml: <c>Lwt_stream.find_s</c>.</summary>
    public Promise<Maybe<T>> FindAwait(Func<T, Promise<bool>> test) =>
        Streams.FindAwait<T, Maybe<T>, MaybeOptions<T>, Func1<T, Promise<bool>>>(this, new(test), default);

    /// <summary>Takes elements up to the first of which the function makes a value. OCaml: <c>Lwt_stream.find_map</c>.</summary>
    public Promise<Maybe<TResult>> FindMap<TResult>(Func<T, Maybe<TResult>> function) =>
        Streams.FindMap<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Maybe<TResult>>>(
            this,
            new(function),
            default
        );

    /// <summary>As <see cref="FindMap"/>, waiting for each result. OCaml: <c>Lwt_stream.find_map_s</c>.</summary>
    public Promise<Maybe<TResult>> FindMapAwait<TResult>(Func<T, Promise<Maybe<TResult>>> function) =>
        Streams.FindMapAwait<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Promise<Maybe<TResult>>>>(
            this,
            new(function),
            default
        );
}
