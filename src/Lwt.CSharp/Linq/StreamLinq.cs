using System.Runtime.CompilerServices;
using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.CSharp;

/// <summary>
/// LINQ over streams, query syntax included: <c>from x in stream where x &gt; 0 select x * 2</c>. Nothing is read before the
/// result is, nothing is read ahead, and no more than one element is held.
/// </summary>
/// <remarks>
/// The operators read their stream: what one takes is gone for other readers. Those with Await wait for the promise of each call
/// before they take the next element. What a selector throws goes to whoever reads, and does not end the stream.
/// </remarks>
public static class StreamLinq
{
    /// <summary>What <paramref name="selector"/> makes of each element.</summary>
    public static PromiseStream<TResult> Select<T, TResult>(this PromiseStream<T> stream, Func<T, TResult> selector) =>
        Checked(stream).Map(Checked(selector));

    /// <summary>As Select, waiting for each result.</summary>
    public static PromiseStream<TResult> SelectAwait<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, Promise<TResult>> selector
    ) => Checked(stream).MapAwait(Checked(selector));

    /// <summary>The elements that pass the test.</summary>
    public static PromiseStream<T> Where<T>(this PromiseStream<T> stream, Func<T, bool> predicate) =>
        Checked(stream).Filter(Checked(predicate));

    /// <summary>As Where, waiting for each answer.</summary>
    public static PromiseStream<T> WhereAwait<T>(this PromiseStream<T> stream, Func<T, Promise<bool>> predicate) =>
        Checked(stream).FilterAwait(Checked(predicate));

    /// <summary>The elements of the streams that <paramref name="selector"/> makes, one stream after the other.</summary>
    public static PromiseStream<TResult> SelectMany<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, PromiseStream<TResult>> selector
    ) => Checked(stream).Map(Checked(selector)).Concat();

    /// <summary>The elements of the sequences that <paramref name="selector"/> makes.</summary>
    public static PromiseStream<TResult> SelectMany<T, TResult>(
        this PromiseStream<T> stream,
        Func<T, IEnumerable<TResult>> selector
    ) => Checked(stream).MapMany(Checked(selector));

    /// <summary>Two <c>from</c> clauses of a query.</summary>
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
    /// The first <paramref name="count"/> elements. Having given them it releases what the stream is made of, as leaving an
    /// <c>await foreach</c> does; the rest of a stream that is written to can still be read.
    /// </summary>
    public static PromiseStream<T> Take<T>(this PromiseStream<T> stream, int count)
    {
        var left = count;
        return Read<T, T>(stream, s => left-- > 0 ? s.Get() : End(s));
    }

    /// <summary>The elements up to the first that does not pass the test, which is taken too. Ends as Take does.</summary>
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

    /// <summary>All but the first <paramref name="count"/> elements.</summary>
    public static PromiseStream<T> Skip<T>(this PromiseStream<T> stream, int count) =>
        After(stream, s => s.Junk(count));

    /// <summary>The elements from the first that does not pass the test.</summary>
    public static PromiseStream<T> SkipWhile<T>(this PromiseStream<T> stream, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return After(stream, s => s.JunkWhile(predicate));
    }

    /// <summary>This stream to its end, then the other.</summary>
    public static PromiseStream<T> Concat<T>(this PromiseStream<T> stream, PromiseStream<T> other) =>
        Checked(stream).Append(Checked(other));

    /// <summary>Pairs with the elements of another stream, to the end of the shorter.</summary>
    public static PromiseStream<(T First, TOther Second)> Zip<T, TOther>(
        this PromiseStream<T> stream,
        PromiseStream<TOther> other
    ) => Checked(stream).Combine(Checked(other));

    /// <summary>Lists of <paramref name="size"/> elements; the last may be shorter.</summary>
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

    /// <summary>Combines all elements from the left, beginning with <paramref name="seed"/>.</summary>
    public static Promise<TState> Aggregate<T, TState>(
        this PromiseStream<T> stream,
        TState seed,
        Func<TState, T, TState> function
    ) => Checked(stream).Fold(seed, Checked(function));

    /// <summary>How many elements there are, to the end.</summary>
    public static Promise<long> Count<T>(this PromiseStream<T> stream) =>
        Checked(stream).Fold(0L, static (count, _) => count + 1);

    /// <summary>Whether an element passes the test; reads up to it.</summary>
    public static Promise<bool> Any<T>(this PromiseStream<T> stream, Func<T, bool> predicate) =>
        Checked(stream).Find(Checked(predicate)).Map(static found => found.HasValue);

    /// <summary>Whether all elements pass the test; reads up to the first that does not.</summary>
    public static Promise<bool> All<T>(this PromiseStream<T> stream, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Checked(stream).Find(element => !predicate(element)).Map(static found => !found.HasValue);
    }

    /// <summary>An argument that is not null; an error names it as the operator does.</summary>
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
