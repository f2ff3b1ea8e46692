namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>
    /// Creates a cancelable promise and adds its resolver to a sequence, at its left or right end; cancelling the
    /// promise removes the resolver. F# calls it for <c>Lwt.add_task_l</c> and <c>Lwt.add_task_r</c>.
    /// </summary>
    public static Promise<T> AddTask<T>(Sequence<Resolver<T>> sequence, bool left)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return TaskInSequence<T>.Add(sequence, left);
    }

    /// <summary>Locks a mutex. F# calls it for <c>Lwt_mutex.lock</c>.</summary>
    public static Promise<TUnit> Lock<TUnit>(PromiseMutex mutex) => mutex.Lock<TUnit>();

    /// <summary>Calls a body while it holds a mutex. F# calls it for <c>Lwt_mutex.with_lock</c>.</summary>
    public static Promise<T> WithLock<T, TBody>(PromiseMutex mutex, TBody body)
        where TBody : IBody<T> => mutex.WithLock<T, TBody>(body);

    /// <summary>Puts a value into a mailbox. F# calls it for <c>Lwt_mvar.put</c>.</summary>
    public static Promise<TUnit> Put<T, TUnit>(PromiseMailbox<T> mailbox, T value) => mailbox.Put<TUnit>(value);

    /// <summary>Calls a function with a member of a pool. F# calls it for <c>Lwt_pool.use</c>.</summary>
    public static Promise<TResult> Use<T, TResult, TStep>(PromisePool<T> pool, TStep step)
        where TStep : IStep<TResult> => pool.Use<TResult, TStep>(step);

    /// <summary>Disposes all members of a pool. F# calls it for <c>Lwt_pool.clear</c>.</summary>
    public static Promise<TUnit> Clear<T, TUnit>(PromisePool<T> pool) => pool.Clear<TUnit>();

    /// <summary>Turns a switch off and runs its hooks. F# calls it for <c>Lwt_switch.turn_off</c>.</summary>
    public static Promise<TUnit> TurnOff<TUnit>(PromiseSwitch it) => it.TurnOff<TUnit>();

    /// <summary>
    /// Calls a body, which knows the switch, and then turns the switch off. F# calls it for
    /// <c>Lwt_switch.with_switch</c>.
    /// </summary>
    public static Promise<T> WithSwitch<T, TUnit, TBody>(PromiseSwitch it, TBody body)
        where TBody : IBody<T> => Finalize<T, TUnit, TBody, PromiseSwitch.TurnsOff<TUnit>>(body, new(it));

    /// <summary>
    /// Makes <paramref name="count"/> calls, in order, with at most <paramref name="maxConcurrency"/> of their promises
    /// pending at once. The fronts call it for ForEach and <c>Lwt_list.iter_n</c>.
    /// </summary>
    /// <param name="count">The number of calls.</param>
    /// <param name="maxConcurrency">How many promises may be pending at once; at least 1.</param>
    /// <param name="call">Called with 0, 1 and so on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is less than 1.</exception>
    public static Promise<TUnit> Bounded<TUnit>(int count, int maxConcurrency, Func<int, Promise> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (maxConcurrency < 1)
            throw new ArgumentOutOfRangeException(
                nameof(maxConcurrency),
                maxConcurrency,
                "Promise.ForEach, MapEach (Lwt_list.iter_n, map_n): with less than one call at once nothing would start. Pass at least 1."
            );
        var calls = new Bounded<TUnit>(count, call);
        var workers = new Promise[Math.Min(count, maxConcurrency)];
        for (var i = 0; i < workers.Length; i++)
            workers[i] = calls.Worker();
        return Join<TUnit>(workers);
    }

    /// <summary>
    /// Calls a body with a new scope and waits for the body and all work in the scope. F# calls it for
    /// <c>Lwt_scope.with_scope</c>.
    /// </summary>
    public static Promise<T> WithScope<T, TBody>(Func<PromiseScope, TBody> body)
        where TBody : IBody<T> => PromiseScope.Run<T, TBody>(body);

    /// <summary>Starts work in a scope. F# calls it for <c>Lwt_scope.start</c>.</summary>
    public static Promise<T> Start<T, TBody>(PromiseScope scope, TBody work)
        where TBody : IBody<T> => scope.Start<T, TBody>(work);
}
