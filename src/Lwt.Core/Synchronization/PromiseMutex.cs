using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A lock for cooperating promises of one event loop: those that want it get it one at a time, in the order in which
/// they asked. OCaml: <c>Lwt_mutex</c>.
/// </summary>
/// <remarks>
/// <code>using (await mutex.Acquire()) { … }</code> or <code>await mutex.WithLock(async () =&gt; { … });</code>
/// It is not re-entrant. It belongs to the thread that used it first, so it takes no system lock: a call from another thread
/// throws <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class PromiseMutex
{
    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;

    // True from lock to unlock; with waiters, unlock hands it on and it stays true.
    private bool _locked;

    /// <summary>Whether someone holds the mutex. OCaml: <c>Lwt_mutex.is_locked</c>.</summary>
    public bool IsLocked => _locked;

    /// <summary>Whether someone waits for the mutex. OCaml: <c>not (Lwt_mutex.is_empty m)</c>.</summary>
    public bool HasWaiters => !_waiters.IsEmpty;

    /// <summary>How many wait for the mutex; they are counted each time.</summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// Fulfilled once the caller holds the mutex, at once if it is free. Cancelling the promise gives the place in the
    /// queue up. Pair it with <see cref="Unlock()"/>. OCaml: <c>Lwt_mutex.lock</c>.
    /// </summary>
    public Promise Lock() => Lock<Unit>();

    /// <summary>
    /// As <see cref="Lock()"/>, giving what releases the mutex when it is disposed of: <c>using (await mutex.Acquire())</c>.
    /// </summary>
    public Promise<Hold> Acquire() => Primitives.Map<Hold, TakeHold>(Lock<Unit>(), new(this));

    /// <summary>
    /// Hands the mutex to the one that has waited longest, whose callbacks run before this returns, but from inside
    /// another promise's callbacks only after all of those; frees it if nobody waits. Nothing happens when it is free.
    /// OCaml: <c>Lwt_mutex.unlock</c>.
    /// </summary>
    public void Unlock() => Unlock(Enter());

    /// <summary>The current driver; throws where the mutex belongs to another thread.</summary>
    internal Driver Enter() => _affinity.Enter("PromiseMutex (F#: Lwt_mutex)");

    /// <summary>For who has entered, or runs in a promise of the mutex.</summary>
    internal void Unlock(Driver driver)
    {
        if (!_locked)
            return;
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, driver);
        else
            _locked = false;
    }

    /// <summary>
    /// Calls <paramref name="body"/> while holding the mutex and releases it when the body's promise is resolved, either
    /// way, or the body throws. OCaml: <c>Lwt_mutex.with_lock</c>.
    /// </summary>
    public Promise<T> WithLock<T>(Func<Promise<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return WithLock<T, FuncBody<T>>(new(body));
    }

    /// <inheritdoc cref="WithLock{T}(Func{Promise{T}})"/>
    public Promise WithLock(Func<Promise> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return WithLock<Unit, UnitFuncBody>(new(body));
    }

    internal Promise<TUnit> Lock<TUnit>()
    {
        var driver = Enter();
        if (_locked)
            return _waiters.Add<TUnit>(driver);
        _locked = true;
        return Completed<TUnit>.Default;
    }

    internal Promise<T> WithLock<T, TBody>(TBody body)
        where TBody : IBody<T>
    {
        var driver = Enter();
        if (_locked)
        {
            var waiter = _waiters.Add<Unit>(driver);
            var locked = new Locked<T, TBody>(this, waiter, body, driver);
            waiter.Attach(locked);
            return locked;
        }
        _locked = true;
        var inner = Primitives.Apply<T, TBody>(body).Underlying();
        if (inner.State == Promise.Pending)
            return Locked<T, TBody>.Inside(this, inner, driver);
        Unlock(driver);
        return inner;
    }

    /// <summary>A hold on a mutex: disposing of it, once or more often, releases the mutex once.</summary>
    public sealed class Hold : IDisposable, IAsyncDisposable
    {
        private PromiseMutex? _mutex;

        internal Hold(PromiseMutex mutex) => _mutex = mutex;

        /// <summary>Releases the mutex as <see cref="Unlock()"/> does.</summary>
        public void Dispose()
        {
            if (_mutex is not { } mutex)
                return;
            var driver = mutex.Enter();
            // Before the callbacks of unlock, which may come here again.
            _mutex = null;
            mutex.Unlock(driver);
        }

        /// <summary>As <see cref="Dispose"/>; it never waits.</summary>
        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private readonly struct TakeHold(PromiseMutex mutex) : IPlainStep<Hold>
    {
        public Hold Invoke(Promise source) => new(mutex);
    }
}

/// <summary>
/// What with_lock makes when it has to wait: for its turn, then for its body. It is the bind and the finalize that Lwt
/// has here in one node; callbacks run in the same order.
/// </summary>
internal sealed class Locked<T, TBody> : Dependent<T>
    where TBody : IBody<T>
{
    private readonly PromiseMutex _mutex;
    private readonly Storage? _storage;
    private TBody _body;

    // False while it waits for its turn, true while it waits for its body.
    private bool _entered;

    internal Locked(PromiseMutex mutex, Promise source, TBody body, Driver driver)
        : base(driver)
    {
        _mutex = mutex;
        _storage = driver.Storage;
        _body = body;
        Link = source;
    }

    /// <summary>For a mutex that was free, and a body that was called at once.</summary>
    internal static Promise<T> Inside(PromiseMutex mutex, Promise<T> inner, Driver driver)
    {
        if (inner.Owner != driver.Id)
        {
            mutex.Unlock(driver);
            Errors.ThrowWrongLoop(inner);
        }
        var locked = new Locked<T, TBody>(mutex, inner, default!, driver) { _entered = true };
        inner.Attach(locked);
        return locked;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        if (!_entered)
        {
            var body = _body;
            _body = default!;
            if (source.State == Rejected)
                return TakeOuter().RejectWith(source.Reason);
            driver.Storage = _storage;
            var inner = Primitives.Apply<T, TBody>(body).Underlying();
            if (inner.State == Pending && !Enter(inner, driver))
                inner = new Promise<T>(Errors.WrongLoop(inner));
            if (inner.State == Pending)
                return null;
            source = inner;
        }
        driver.Storage = _storage;
        _mutex.Unlock(driver);
        return Outcome.Copy(this, source);
    }

    private bool Enter(Promise<T> inner, Driver driver)
    {
        if (inner.Owner != driver.Id)
            return false;
        _entered = true;
        var outer = TakeOuter();
        // A body that waits for the very promise of with_lock waits for ever; cancelling must not run in a circle.
        if (!ReferenceEquals(inner, outer))
            outer.Link = inner;
        inner.Attach(this);
        return true;
    }
}
