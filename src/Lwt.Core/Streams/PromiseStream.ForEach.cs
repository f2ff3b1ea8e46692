using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>
    /// Updates a state with each element up to the end, and returns the last state. OCaml: <c>Lwt_stream.fold</c>.
    /// </summary>
    /// <param name="state">The first state.</param>
    /// <param name="function">Returns the next state from the state and an element.</param>
    public Promise<TState> Fold<TState>(TState state, Func<TState, T, TState> function) =>
        Streams.Fold<T, TState, Func2<T, TState>>(this, new(function), state);

    /// <summary>
    /// Like <see cref="Fold"/>, but waits for each state before the next element. OCaml: <c>Lwt_stream.fold_s</c>.
    /// </summary>
    /// <param name="state">The first state.</param>
    /// <param name="function">Returns a promise for the next state, from the state and an element.</param>
    public Promise<TState> FoldAwait<TState>(TState state, Func<TState, T, Promise<TState>> function) =>
        Streams.FoldAwait<T, TState, Func2<T, TState>>(this, new(function), state);

    /// <summary>
    /// Calls <paramref name="action"/> with each element, in order. The promise is fulfilled at the end of the stream.
    /// If the action throws, no more elements are taken, and the rest stays in the stream. OCaml:
    /// <c>Lwt_stream.iter</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var sum = 0;
    /// await PromiseStream.Of(1, 2, 3).ForEach(x => sum += x);
    /// </code>
    /// </example>
    public Promise ForEach(Action<T> action) => Streams.ForEach<T, Unit, Action1<T>>(this, new(action));

    /// <summary>
    /// Like <see cref="ForEach"/>, for an action that returns a promise: the next element is taken once that promise is
    /// fulfilled. If it is rejected, so is the promise of this call. Cancelling this call cancels the promise that it
    /// waits for. An <c>await foreach</c> does the same. OCaml: <c>Lwt_stream.iter_s</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// await messages.ForEachAwait(Send); // sends a message once the one before is sent
    /// </code>
    /// </example>
    public Promise ForEachAwait(Func<T, Promise> action) =>
        Streams.ForEachAwait<T, Unit, PromiseAction1<T>>(this, new(action));

    /// <summary>
    /// Like <see cref="ForEachAwait"/>, but does not wait before it takes the next element. The promise is fulfilled
    /// when the stream is at its end and all promises of the action are fulfilled. If one is rejected the others go on.
    /// OCaml: <c>Lwt_stream.iter_p</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// await messages.ForEachParallel(Send); // sends all three at the same time
    /// </code>
    /// </example>
    public Promise ForEachParallel(Func<T, Promise> action) =>
        Streams.ForEachParallel<T, Unit, PromiseAction1<T>>(this, new(action));

    /// <summary>
    /// Like <see cref="ForEachParallel(Func{T, Promise})"/>, but with at most <paramref name="maxConcurrency"/> pending
    /// promises: when there are that many, it waits for one of them before it takes the next element. A rejection is
    /// noticed the next time that it waits for them; then no more elements are taken. OCaml: <c>Lwt_stream.iter_n</c>.
    /// </summary>
    /// <param name="maxConcurrency">One or more.</param>
    /// <param name="action">Called with each element, in order.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is zero or less.</exception>
    /// <example>
    /// <code>
    /// await messages.ForEachParallel(2, Send); // sends two at the same time, then the third
    /// </code>
    /// </example>
    public Promise ForEachParallel(int maxConcurrency, Func<T, Promise> action) =>
        Streams.ForEachParallel<T, Unit, PromiseAction1<T>>(this, maxConcurrency, new(action));

    /// <summary>
    /// Takes elements up to the first that passes the test, and returns it; none at the end. The elements before it are
    /// discarded. OCaml: <c>Lwt_stream.find</c>.
    /// </summary>
    public Promise<Maybe<T>> Find(Func<T, bool> test) =>
        Streams.Find<T, Maybe<T>, MaybeOptions<T>, Func1<T, bool>>(this, new(test), default);

    /// <summary>
    /// Like <see cref="Find"/>, but waits for each answer before the next element. OCaml: <c>Lwt_stream.find_s</c>.
    /// </summary>
    public Promise<Maybe<T>> FindAwait(Func<T, Promise<bool>> test) =>
        Streams.FindAwait<T, Maybe<T>, MaybeOptions<T>, Func1<T, Promise<bool>>>(this, new(test), default);

    /// <summary>
    /// Takes elements up to the first for which <paramref name="function"/> returns a value, and returns that value;
    /// none at the end. OCaml: <c>Lwt_stream.find_map</c>.
    /// </summary>
    public Promise<Maybe<TResult>> FindMap<TResult>(Func<T, Maybe<TResult>> function) =>
        Streams.FindMap<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Maybe<TResult>>>(
            this,
            new(function),
            default
        );

    /// <summary>
    /// Like <see cref="FindMap"/>, but waits for each result before the next element. OCaml:
    /// <c>Lwt_stream.find_map_s</c>.
    /// </summary>
    public Promise<Maybe<TResult>> FindMapAwait<TResult>(Func<T, Promise<Maybe<TResult>>> function) =>
        Streams.FindMapAwait<T, TResult, Maybe<TResult>, MaybeOptions<TResult>, Func1<T, Promise<Maybe<TResult>>>>(
            this,
            new(function),
            default
        );
}
