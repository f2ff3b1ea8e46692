using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A condition that promises wait for and that others signal, with a value. A signal that nobody waits for is lost.
/// Answers to <c>Lwt_condition</c>.
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
    /// now and takes it again before the promise is resolved, however that comes. Answers to <c>Lwt_condition.wait</c>.
    /// </summary>
    public Promise<T> Wait(PromiseMutex? mutex = null)
    {
        var resolution = Enter();
        mutex?.Enter();
        var waiter = _waiters.Add<T>(resolution);
        mutex?.Unlock(resolution);
        return Primitives.TryBind<T, T, Waiting, Relock, RelockFailed>(new(waiter), new(mutex), new(mutex));
    }

    /// <summary>
    /// Wakes the one that has waited longest, if any; its callbacks run before this returns, but from inside another
    /// promise's callbacks only after all of those. Answers to <c>Lwt_condition.signal</c>.
    /// </summary>
    public void Signal(T value)
    {
        var resolution = Enter();
        if (_waiters.Take(resolution) is { } waiter)
            WaiterQueue.Wake(waiter, value, resolution);
    }

    /// <summary>
    /// Wakes all that wait now, oldest first, as <see cref="Signal"/> wakes one. Answers to <c>Lwt_condition.broadcast</c>.
    /// </summary>
    public void Broadcast(T value)
    {
        var resolution = Enter();
        foreach (var waiter in _waiters.TakeAll(resolution))
            WaiterQueue.Wake(waiter, value, resolution);
    }

    /// <summary>
    /// Rejects all that wait now with <paramref name="reason"/>. Answers to <c>Lwt_condition.broadcast_exn</c>.
    /// </summary>
    public void BroadcastFailure(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var resolution = Enter();
        foreach (var waiter in _waiters.TakeAll(resolution))
            WaiterQueue.WakeWith(waiter, reason, resolution);
    }

    private Resolution Enter() => _affinity.Enter("PromiseCondition (F#: Lwt_condition)");

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
