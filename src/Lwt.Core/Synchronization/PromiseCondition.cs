using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A condition that promises wait for and that others signal, with a value. A signal that nobody waits for is lost.
/// OCaml: <c>Lwt_condition</c>.
/// </summary>
/// <typeparam name="T">The type of the value that a signal carries.</typeparam>
/// <remarks>
/// It belongs to the thread that used it first: a call from another thread throws <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class PromiseCondition<T>
{
    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;

    /// <summary>How many wait; they are counted each time.</summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// A cancelable promise of the value of a signal to come. Given a mutex, which the caller holds, this releases it
    /// now and takes it again before the promise is resolved, however that comes. OCaml: <c>Lwt_condition.wait</c>.
    /// </summary>
    public Promise<T> Wait(PromiseMutex? mutex = null)
    {
        var driver = Enter();
        mutex?.Enter();
        var waiter = _waiters.Add<T>(driver);
        mutex?.Unlock(driver);
        return Primitives.TryBind<T, T, Waiting, Relock, RelockFailed>(new(waiter), new(mutex), new(mutex));
    }

    /// <summary>
    /// Wakes the one that has waited longest, if any; its callbacks run before this returns, but from inside another
    /// promise's callbacks only after all of those. OCaml: <c>Lwt_condition.signal</c>.
    /// </summary>
    public void Signal(T value)
    {
        var driver = Enter();
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, value, driver);
    }

    /// <summary>
    /// Wakes all that wait now, oldest first, as <see cref="Signal"/> wakes one. OCaml: <c>Lwt_condition.broadcast</c>.
    /// </summary>
    public void Broadcast(T value)
    {
        var driver = Enter();
        foreach (var waiter in _waiters.TakeAll(driver))
            WaiterQueue.Wake(waiter, value, driver);
    }

    /// <summary>
    /// Rejects all that wait now with <paramref name="reason"/>. OCaml: <c>Lwt_condition.broadcast_exn</c>.
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
            var outcome = Unsafe.As<Promise<T>>(source);
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
