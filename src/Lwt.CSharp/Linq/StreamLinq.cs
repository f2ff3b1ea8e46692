using System.Runtime.CompilerServices;
using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>
/// LINQ over streams, query syntax included: <c>from x in stream where x &gt; 0 select x * 2</c>. Nothing is read
/// before the result is read, and nothing is read ahead.
/// </summary>
/// <remarks>
/// The operators read their stream: an element that one of them takes is gone for other readers. Those whose names end
/// in <c>Await</c> wait for each promise before they take the next element. An exception of a function goes to whoever
/// reads, and does not end the stream.
/// </remarks>
public static class StreamLinq
{
    /// <summary>
    /// Returns a stream of the results of <paramref name="selector"/>. See <see cref="PromiseStream{T}.Map"/>.
    /// </summary>
    public static PromiseStream<TResult> Select<T, TResult>(this PromiseStream<T> stream, Func<T, TResult> selector) =>
        Checked(stream).Map(Checked(selector));

    /// <summary>Like Select, but waits for each result.</summary>
    public static PromiseStream<TResult> SelectAwait<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, Promise<TResult>> selector
    ) => Checked(stream).MapAwait(Checked(selector));

    /// <summary>Returns a stream of the elements that pass the test.</summary>
    public static PromiseStream<T> Where<T>(this PromiseStream<T> stream, Func<T, bool> predicate) =>
        Checked(stream).Filter(Checked(predicate));

    /// <summary>Like Where, but waits for each answer.</summary>
    public static PromiseStream<T> WhereAwait<T>(this PromiseStream<T> stream, Func<T, Promise<bool>> predicate) =>
        Checked(stream).FilterAwait(Checked(predicate));

    /// <summary>
    /// Returns a stream of the elements of the streams that <paramref name="selector"/> returns, one stream after the
    /// other.
    /// </summary>
    public static PromiseStream<TResult> SelectMany<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, PromiseStream<TResult>> selector
    ) => Checked(stream).Map(Checked(selector)).Concat();

    /// <summary>Returns a stream of the elements of the sequences that <paramref name="selector"/> returns.</summary>
    public static PromiseStream<TResult> SelectMany<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, IEnumerable<TResult>> selector
    ) => Checked(stream).MapMany(Checked(selector));

    /// <summary>
    /// What a query with two <c>from</c> clauses calls: for each element, the elements of a second stream.
    /// </summary>
    public static PromiseStream<TResult> SelectMany<T, TInner, TResult>(
        this PromiseStream<T> stream,
        Func<T, PromiseStream<TInner>> selector,
        Func<T, TInner, TResult> result
    )
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(result);
        return Checked(stream).Map(outer => selector(outer).Map(inner => result(outer, inner))).Concat();
    }

    /// <summary>
    /// Returns a stream of the first <paramref name="count"/> elements. At its end it releases what the stream is made
    /// of, as leaving an <c>await foreach</c> does; the rest of a stream that is written to can still be read.
    /// </summary>
    public static PromiseStream<T> Take<T>(this PromiseStream<T> stream, int count)
    {
        var left = count;
        return Read<T, T>(stream, s => left-- > 0 ? s.Get() : End(s));
    }

    /// <summary>
    /// Returns a stream of the elements up to the first that fails the test, which is taken too. At its end it releases
    /// what the stream is made of, like Take.
    /// </summary>
    public static PromiseStream<T> TakeWhile<T>(this PromiseStream<T> stream, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Read<T, T>(
            stream,
            s =>
                s.Get()
                    .Bind(item =>
                        item.TryGetValue(out var element) && !predicate(element) ? End(s) : Promise.Return(item)
                    )
        );
    }

    /// <summary>Returns a stream of all but the first <paramref name="count"/> elements.</summary>
    public static PromiseStream<T> Skip<T>(this PromiseStream<T> stream, int count) =>
        After(stream, s => s.Junk(count));

    /// <summary>Returns a stream of the elements from the first that fails the test.</summary>
    public static PromiseStream<T> SkipWhile<T>(this PromiseStream<T> stream, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return After(stream, s => s.JunkWhile(predicate));
    }

    /// <summary>
    /// Returns a stream of the elements of this stream up to its end, and then of <paramref name="other"/>.
    /// </summary>
    public static PromiseStream<T> Concat<T>(this PromiseStream<T> stream, PromiseStream<T> other) =>
        Checked(stream).Append(Checked(other));

    /// <summary>
    /// Returns a stream of pairs, up to the end of the shorter stream. Both streams are asked at the same time.
    /// </summary>
    public static PromiseStream<(T First, TOther Second)> Zip<T, TOther>(
        this PromiseStream<T> stream,
        PromiseStream<TOther> other
    ) => Checked(stream).Combine(Checked(other));

    /// <summary>
    /// Returns a stream of lists of <paramref name="size"/> elements; the last list may be shorter. Only the elements
    /// of one list are held.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is zero or less.</exception>
    public static PromiseStream<IReadOnlyList<T>> Chunk<T>(this PromiseStream<T> stream, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Read<T, IReadOnlyList<T>>(
            stream,
            s =>
                s.Get(size)
                    .Map(list => list.Count > 0 ? new Maybe<IReadOnlyList<T>>(list) : Maybe<IReadOnlyList<T>>.None)
        );
    }

    /// <summary>Updates a state with each element up to the end, and returns the last state.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="seed">The first state.</param>
    /// <param name="function">Returns the next state from the state and an element.</param>
    public static Promise<TState> Aggregate<T, TState>(
        this PromiseStream<T> stream,
        TState seed,
        Func<TState, T, TState> function
    ) => Checked(stream).Fold(seed, Checked(function));

    /// <summary>Reads all elements up to the end and returns how many there are.</summary>
    public static Promise<long> Count<T>(this PromiseStream<T> stream) =>
        Checked(stream).Fold(0L, static (count, _) => count + 1);

    /// <summary>Whether an element passes the test. Reads up to the first that does.</summary>
    public static Promise<bool> Any<T>(this PromiseStream<T> stream, Func<T, bool> predicate) =>
        Checked(stream).Find(Checked(predicate)).Map(static found => found.HasValue);

    /// <summary>Whether all elements pass the test. Reads up to the first that does not.</summary>
    public static Promise<bool> All<T>(this PromiseStream<T> stream, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Checked(stream).Find(element => !predicate(element)).Map(static found => !found.HasValue);
    }

    /// <summary>Returns an argument that is not null. An error names it as the operator does.</summary>
    private static T Checked<T>(T argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(argument, name);
        return argument;
    }

    private static PromiseStream<T> After<T>(PromiseStream<T> stream, Func<PromiseStream<T>, Promise> skip)
    {
        var skipped = false;
        return Read<T, T>(
            stream,
            s =>
            {
                if (skipped)
                    return s.Get();
                skipped = true;
                return skip(s).Bind(s.Get);
            }
        );
    }

    private static Promise<Maybe<T>> End<T>(PromiseStream<T> stream) =>
        Streams.Release(stream).Bind(static () => Promise.Return(Maybe<T>.None));

    private static PromiseStream<TResult> Read<T, TResult>(
        PromiseStream<T> stream,
        Func<PromiseStream<T>, Promise<Maybe<TResult>>> pull
    ) => Streams.FromStream<T, TResult, Reader<T, TResult>>(stream, new(pull));

    private readonly struct Reader<T, TResult>(Func<PromiseStream<T>, Promise<Maybe<TResult>>> pull)
        : IFunction<PromiseStream<T>, Promise<Maybe<TResult>>>
    {
        public Promise<Maybe<TResult>> Invoke(PromiseStream<T> stream) => pull(stream);
    }
}
