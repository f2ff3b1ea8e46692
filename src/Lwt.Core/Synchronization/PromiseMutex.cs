using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A lock for the promises of one event loop: they get it one at a time, in the order in which they ask. OCaml:
/// <c>Lwt_mutex</c>.
/// </summary>
/// <remarks>
/// It is not re-entrant. It belongs to the thread that uses it first, so it needs no system lock: a call from another
/// thread throws <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// var mutex = new PromiseMutex();
/// async Promise Deposit(int amount)
/// {
///     using (await mutex.Acquire())
///     {
///         var before = balance;
///         await Promise.Sleep(TimeSpan.FromSeconds(1)); // no other deposit runs meanwhile
///         balance = before + amount;
///     }
/// }
/// await Promise.Join(Deposit(30), Deposit(12));
/// </code>
/// </example>
public sealed class PromiseMutex
{
    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;

    // True from lock to unlock; if there are waiters, unlock passes the mutex on and it stays true.
    private bool _locked;

    // The promise of the with_lock that holds the mutex while its body is pending; null where lock took it. For messages.
    private Promise? _holder;

    /// <summary>Whether the mutex is locked. OCaml: <c>Lwt_mutex.is_locked</c>.</summary>
    public bool IsLocked => _locked;

    /// <summary>Whether a promise waits for the mutex. OCaml: <c>not (Lwt_mutex.is_empty m)</c>.</summary>
    public bool HasWaiters => !_waiters.IsEmpty;

    /// <summary>
    /// The number of promises that wait for the mutex. It counts them, which takes time in proportion to their number.
    /// </summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// Returns a promise that is fulfilled once the caller holds the mutex, at once if it is free. Cancelling a pending
    /// promise leaves the queue. Call <see cref="Unlock()"/> afterwards. OCaml: <c>Lwt_mutex.lock</c>.
    /// </summary>
    public Promise Lock() => Lock<Unit>();

    /// <summary>
    /// Locks the mutex, as <see cref="Lock()"/> does; the value releases it when it is disposed: <c>using (await
    /// mutex.Acquire())</c>.
    /// </summary>
    public Promise<Hold> Acquire() => Primitives.Map<Hold, TakeHold>(Lock<Unit>(), new(this));

    /// <summary>
    /// Passes the mutex to the promise that has waited longest, or frees it if none waits. That promise's callbacks run
    /// before this returns, except inside a callback of another promise: there they run after all callbacks of that
    /// resolution. If the mutex is free, nothing happens. OCaml: <c>Lwt_mutex.unlock</c>.
    /// </summary>
    public void Unlock() => Unlock(Enter());

    /// <summary>Returns the current driver; throws if the mutex belongs to another thread.</summary>
    internal Driver Enter() => _affinity.Enter("PromiseMutex (F#: Lwt_mutex)");

    /// <summary>For callers that have called Enter, or that run in a promise of the mutex.</summary>
    internal void Unlock(Driver driver)
    {
        if (!_locked)
            return;
        _holder = null;
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, driver);
        else
            _locked = false;
    }

    /// <summary>
    /// Calls <paramref name="body"/> while it holds the mutex, and releases the mutex when the body's promise is
    /// resolved or the body throws. The result is resolved like the body's promise. OCaml: <c>Lwt_mutex.with_lock</c>.
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
            return _waiters.Add(new Turn<TUnit>(this, driver));
        _locked = true;
        return Completed<TUnit>.Default;
    }

    internal Promise<T> WithLock<T, TBody>(TBody body)
        where TBody : IBody<T>
    {
        var driver = Enter();
        if (_locked)
        {
            var waiter = _waiters.Add(new LockedTurn(driver));
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

    /// <summary>Called by a with_lock that holds the mutex and waits for its body.</summary>
    internal void HeldBy(Promise locked)
    {
        // Not if the body has unlocked the mutex itself.
        if (_locked)
            _holder = locked;
    }

    internal void DescribeTurn(WaitReport report)
    {
        const string Turn = "a turn at a PromiseMutex (F#: Lwt_mutex)";
        if (_holder is { } holder)
            report.On(Turn, this, "whose holder waits for:", holder);
        else
            report.On(Turn + " that Lock or Acquire took and that is not unlocked");
    }

    /// <summary>A place in the queue that lock made.</summary>
    private sealed class Turn<T>(PromiseMutex mutex, Driver driver) : Promise<T>(driver, Cancelable)
    {
        internal override void DescribeWait(WaitReport report) => mutex.DescribeTurn(report);
    }

    /// <summary>A place that with_lock made: its one callback knows the mutex.</summary>
    private sealed class LockedTurn(Driver driver) : Promise<Unit>(driver, Cancelable)
    {
        internal override void DescribeWait(WaitReport report) => (Slot as ILocked)?.Mutex.DescribeTurn(report);
    }

    /// <summary>A locked mutex: disposing it releases the mutex. Disposing it again does nothing.</summary>
    public sealed class Hold : IDisposable, IAsyncDisposable
    {
        private PromiseMutex? _mutex;

        internal Hold(PromiseMutex mutex) => _mutex = mutex;

        /// <summary>Releases the mutex as <see cref="Unlock()"/> does, the first time it is called.</summary>
        public void Dispose()
        {
            if (_mutex is not { } mutex)
                return;
            var driver = mutex.Enter();
            // Before the callbacks of unlock, which may call this again.
            _mutex = null;
            mutex.Unlock(driver);
        }

        /// <summary>Releases the mutex as <see cref="Dispose"/> does, without waiting.</summary>
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
/// The promise of with_lock when it must wait, for its turn and then for its body. One node does the work of Lwt's bind
/// and finalize; callbacks run in the same order.
/// </summary>
internal sealed class Locked<T, TBody> : Dependent<T>, ILocked
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
        Link = CancelLink.To(source);
    }

    public PromiseMutex Mutex => _mutex;

    /// <summary>For a mutex that was free and a body that was called at once.</summary>
    internal static Promise<T> Inside(PromiseMutex mutex, Promise<T> inner, Driver driver)
    {
        if (inner.Owner != driver.Id)
        {
            mutex.Unlock(driver);
            Errors.ThrowWrongLoop(inner);
        }
        var locked = new Locked<T, TBody>(mutex, inner, default!, driver) { _entered = true };
        inner.Attach(locked);
        mutex.HeldBy(locked);
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
            outer.Link = CancelLink.To(inner);
        inner.Attach(this);
        _mutex.HeldBy(this);
        return true;
    }
}

/// <summary>What waits for its turn at a mutex.</summary>
internal interface ILocked
{
    PromiseMutex Mutex { get; }
}
