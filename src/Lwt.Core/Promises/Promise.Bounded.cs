using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Calls <paramref name="body"/> with each item, in order, with at most <paramref name="maxConcurrency"/> promises
    /// pending at once. The result is fulfilled once all promises are. In F#, <c>Lwt_list.iter_n</c>.
    /// </summary>
    /// <param name="items">The items; they are read completely before the first call.</param>
    /// <param name="maxConcurrency">How many promises may be pending at once; at least 1.</param>
    /// <param name="body">Called once for each item. If it throws, that counts as a rejected promise.</param>
    /// <remarks>
    /// After a failure no more calls start, and the result is rejected with the first failure once the pending promises
    /// are resolved. Cancelling the result cancels the pending promises.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is less than 1.</exception>
    /// <example>
    /// <code>
    /// await Promise.ForEach(
    ///     addresses,
    ///     maxConcurrency: 2,
    ///     async address =>
    ///     {
    ///         pages.Add(await Load(address));
    ///     }
    /// );
    /// </code>
    /// </example>
    public static Promise ForEach<T>(IEnumerable<T> items, int maxConcurrency, Func<T, Promise> body)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        var all = items.ToArray();
        return Primitives.Bounded<Unit>(all.Length, maxConcurrency, i => body(all[i]));
    }

    /// <summary>
    /// Calls <paramref name="function"/> with each item, in order, with at most <paramref name="maxConcurrency"/>
    /// promises pending at once. Returns a promise for the results, in the order of the items. In F#,
    /// <c>Lwt_list.map_n</c>.
    /// </summary>
    /// <param name="items">The items; they are read completely before the first call.</param>
    /// <param name="maxConcurrency">How many promises may be pending at once; at least 1.</param>
    /// <param name="function">Called once for each item. If it throws, that counts as a rejected promise.</param>
    /// <remarks>
    /// After a failure no more calls start, and the result is rejected with the first failure once the pending promises
    /// are resolved. Cancelling the result cancels the pending promises.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is less than 1.</exception>
    /// <example>
    /// <code>
    /// string[] addresses = ["home", "news", "about"];
    /// IReadOnlyList&lt;string> pages = await Promise.MapEach(addresses, maxConcurrency: 2, Load);
    /// </code>
    /// </example>
    public static Promise<IReadOnlyList<TResult>> MapEach<T, TResult>(
        IEnumerable<T> items,
        int maxConcurrency,
        Func<T, Promise<TResult>> function
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(function);
        var all = items.ToArray();
        var results = new TResult[all.Length];
        return Primitives
            .Bounded<Unit>(all.Length, maxConcurrency, i => function(all[i]).Map(value => results[i] = value))
            .Map(_ => (IReadOnlyList<TResult>)results);
    }
}
