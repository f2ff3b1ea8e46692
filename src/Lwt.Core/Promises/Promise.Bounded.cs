using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Calls <paramref name="body"/> on the items in order, with at most <paramref name="maxConcurrency"/> of its promises
    /// pending at once, and waits for all. After a failure no more are started, and the result is rejected with it once
    /// those under way have ended; cancelling it cancels those under way. In F#, <c>Lwt_list.iter_n</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public static Promise ForEach<T>(IEnumerable<T> items, int maxConcurrency, Func<T, Promise> body)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        var all = items.ToArray();
        return Primitives.Bounded<Unit>(all.Length, maxConcurrency, i => body(all[i]));
    }

    /// <summary>As ForEach, giving the values in the order of the items. In F#, <c>Lwt_list.map_n</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
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
