using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A condition that promises wait for and that others signal, with a value. A signal that nobody waits for is lost.
/// OCaml: <c>Lwt_condition</c>.
/// </summary>
/// <typeparam name="T">The type of the value that a signal carries.</typeparam>
/// <remarks>
/// It belongs to the thread that uses it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// var added = new PromiseCondition&lt;Unit>();
/// async Promise&lt;string> Next()
/// {
///     while (queue.Count == 0)
///         await added.Wait();
///     return queue.Dequeue();
/// }
/// var next = Next();
/// queue.Enqueue("job");
/// added.Signal(default); // Next continues and finds the job
/// </code>
/// </example>
public sealed class PromiseCondition<T>
{
    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;

    /// <summary>
    /// The number of waiting promises. It counts them, which takes time in proportion to their number.
    /// </summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// Returns a cancelable promise for the value of the next signal. OCaml: <c>Lwt_condition.wait</c>.
    /// </summary>
    /// <param name="mutex">
    /// A mutex that the caller holds, or null. It is released now and locked again before the promise is resolved,
    /// whether by a signal or by cancellation.
    /// </param>
    public Promise<T> Wait(PromiseMutex? mutex = null)
    {
        var driver = Enter();
        mutex?.Enter();
        var waiter = _waiters.Add(new Waiting<T, ConditionSignal>(driver, Promise.Cancelable));
        mutex?.Unlock(driver);
        return Primitives.TryBind<T, T, Waiting, Relock, RelockFailed>(new(waiter), new(mutex), new(mutex));
    }

    /// <summary>
    /// Fulfills the promise that has waited longest, if any, with <paramref name="value"/>. Its callbacks run before
    /// this returns, except inside a callback of another promise: there they run after all callbacks of that
    /// resolution. OCaml: <c>Lwt_condition.signal</c>.
    /// </summary>
    public void Signal(T value)
    {
        var driver = Enter();
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, value, driver);
    }

    /// <summary>
    /// Fulfills all waiting promises with <paramref name="value"/>, oldest first. Their callbacks run when those of
    /// <see cref="Signal"/> would. OCaml: <c>Lwt_condition.broadcast</c>.
    /// </summary>
    public void Broadcast(T value)
    {
        var driver = Enter();
        foreach (var waiter in _waiters.TakeAll(driver))
            WaiterQueue.Wake(waiter, value, driver);
    }

    /// <summary>
    /// Rejects all waiting promises with <paramref name="reason"/>, oldest first. Their callbacks run when those of
    /// <see cref="Signal"/> would. OCaml: <c>Lwt_condition.broadcast_exn</c>.
    /// </summary>
    public void BroadcastFailure(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var driver = Enter();
        foreach (var waiter in _waiters.TakeAll(driver))
            WaiterQueue.WakeWith(waiter, reason, driver);
    }

    private Driver Enter() => _affinity.Enter("PromiseCondition (F#: Lwt_condition)");

    private readonly struct Waiting(Promise<T> waiter) : IBody<T>
    {
        public Promise<T> Invoke() => waiter;
    }

    private readonly struct Relock(PromiseMutex? mutex) : IStep<T>
    {
        public Promise<T> Invoke(Promise source)
        {
            var outcome = Cast.To<Promise<T>>(source);
            return mutex is null ? outcome : Primitives.Bind<T, GiveBack<T>>(mutex.Lock<Unit>(), new(outcome));
        }
    }

    private readonly struct RelockFailed(PromiseMutex? mutex) : IHandler<T>
    {
        public Promise<T> Invoke(Exception reason)
        {
            var outcome = new Promise<T>(reason);
            return mutex is null ? outcome : Primitives.Bind<T, GiveBack<T>>(mutex.Lock<Unit>(), new(outcome));
        }
    }
}
