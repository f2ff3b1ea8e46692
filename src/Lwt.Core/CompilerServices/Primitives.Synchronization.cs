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
    public static Promise<TUnit> Put<T, TUnit>(Mailbox<T> mailbox, T value) => mailbox.Put<TUnit>(value);

    /// <summary>Lwt_pool.use.</summary>
    public static Promise<TResult> Use<T, TResult, TStep>(Pool<T> pool, TStep step)
        where TStep : IStep<TResult> => pool.Use<TResult, TStep>(step);

    /// <summary>Lwt_pool.clear.</summary>
    public static Promise<TUnit> Clear<T, TUnit>(Pool<T> pool) => pool.Clear<TUnit>();

    /// <summary>Lwt_switch.turn_off.</summary>
    public static Promise<TUnit> TurnOff<TUnit>(Switch it) => it.TurnOff<TUnit>();

    /// <summary>Lwt_switch.with_switch, of a body that knows the switch.</summary>
    public static Promise<T> WithSwitch<T, TUnit, TBody>(Switch it, TBody body)
        where TBody : IBody<T> => Finalize<T, TUnit, TBody, Switch.TurnsOff<TUnit>>(body, new(it));
}
