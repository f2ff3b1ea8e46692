namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Add_task_r and add_task_l: a cancelable promise whose resolver stands in a sequence until it is cancelled.</summary>
    public static Promise<T> AddTask<T>(Sequence<Resolver<T>> sequence, bool left)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return TaskInSequence<T>.Add(sequence, left);
    }

    /// <summary>Lwt_mutex.lock.</summary>
    public static Promise<TUnit> Lock<TUnit>(PromiseMutex mutex) => mutex.Lock<TUnit>();

    /// <summary>Lwt_mutex.with_lock.</summary>
    public static Promise<T> WithLock<T, TBody>(PromiseMutex mutex, TBody body)
        where TBody : IBody<T> => mutex.WithLock<T, TBody>(body);

    /// <summary>Lwt_mvar.put.</summary>
    public static Promise<TUnit> Put<T, TUnit>(PromiseMailbox<T> mailbox, T value) => mailbox.Put<TUnit>(value);

    /// <summary>Lwt_pool.use.</summary>
    public static Promise<TResult> Use<T, TResult, TStep>(PromisePool<T> pool, TStep step)
        where TStep : IStep<TResult> => pool.Use<TResult, TStep>(step);

    /// <summary>Lwt_pool.clear.</summary>
    public static Promise<TUnit> Clear<T, TUnit>(PromisePool<T> pool) => pool.Clear<TUnit>();

    /// <summary>Lwt_switch.turn_off.</summary>
    public static Promise<TUnit> TurnOff<TUnit>(PromiseSwitch it) => it.TurnOff<TUnit>();

    /// <summary>Lwt_switch.with_switch, of a body that knows the switch.</summary>
    public static Promise<T> WithSwitch<T, TUnit, TBody>(PromiseSwitch it, TBody body)
        where TBody : IBody<T> => Finalize<T, TUnit, TBody, PromiseSwitch.TurnsOff<TUnit>>(body, new(it));

    /// <summary>Lwt_list.iter_n: so many calls, at most so many under way at once.</summary>
    public static Promise<TUnit> Bounded<TUnit>(int count, int maxConcurrency, Func<int, Promise> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (maxConcurrency < 1)
            throw new ArgumentOutOfRangeException(
                nameof(maxConcurrency),
                maxConcurrency,
                "Promise.ForEach, MapEach (Lwt_list.iter_n, map_n): less than one at once would never do anything. Give 1 at least."
            );
        var calls = new Bounded<TUnit>(count, call);
        var workers = new Promise[Math.Min(count, maxConcurrency)];
        for (var i = 0; i < workers.Length; i++)
            workers[i] = calls.Worker();
        return Join<TUnit>(workers);
    }

    /// <summary>Lwt_scope.with_scope.</summary>
    public static Promise<T> WithScope<T, TBody>(Func<PromiseScope, TBody> body)
        where TBody : IBody<T> => PromiseScope.Run<T, TBody>(body);

    /// <summary>Lwt_scope.start.</summary>
    public static Promise<T> Start<T, TBody>(PromiseScope scope, TBody work)
        where TBody : IBody<T> => scope.Start<T, TBody>(work);
}
