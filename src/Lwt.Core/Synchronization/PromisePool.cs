using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A pool of members that are expensive to create, such as connections. Members are created on demand, up to a maximum,
/// and reused. If all are in use, a use waits for its turn. OCaml: <c>Lwt_pool</c>.
/// </summary>
/// <typeparam name="T">The type of the members.</typeparam>
/// <remarks>
/// It belongs to the thread that uses it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// var pool = new PromisePool&lt;Connection>(
///     maxSize: 2,
///     create: Connection.Open,
///     dispose: connection => connection.Close()
/// );
/// var rows = await pool.Use(connection => connection.Query("select")); // opens a connection
/// var more = await pool.Use(connection => connection.Query("select")); // uses it again
/// await pool.Clear(); // closes it
/// </code>
/// </example>
public sealed partial class PromisePool<T>
{
    // Invariant: _count is the number of members that are being created, in use, passed to a waiter, or free in _free.
    // A member that is disposed leaves the count when its disposal has ended, successfully or not.

    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;
    private readonly Queue<T> _free = new();
    private readonly int _max;
    private readonly Func<Promise<T>> _create;
    private readonly Func<T, Promise<bool>>? _validate;
    private readonly Func<T, bool>? _check;
    private readonly Func<T, Promise>? _dispose;

    private int _count;

    // For messages: the uses that are pending, and the creations, of which those that have ended go with the next use.
    private readonly Sequence<Promise?> _uses = new();
    private readonly List<Promise> _creations = [];

    // Clear replaces it and marks the old one, which the members in use refer to.
    private Generation _generation = new();

    /// <summary>Creates a pool without members. OCaml: <c>Lwt_pool.create</c>.</summary>
    /// <param name="maxSize">The largest number of members at one time; at least 1.</param>
    /// <param name="create">
    /// Creates a member. The pool calls it during a use, when no member is free and there are fewer than
    /// <paramref name="maxSize"/>. If it fails, the use is rejected.
    /// </param>
    /// <param name="validate">
    /// Called before a free member is used. If the result is false, the member is disposed and a new one created. If it
    /// fails, the member is disposed and the use is rejected.
    /// </param>
    /// <param name="check">
    /// Called after a use failed: returns whether the member may be used again. By default it may.
    /// </param>
    /// <param name="dispose">
    /// Disposes a member. The pool calls it for members that are not valid or are cleared.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSize"/> is less than 1.</exception>
    public PromisePool(
        int maxSize,
        Func<Promise<T>> create,
        Func<T, Promise<bool>>? validate = null,
        Func<T, bool>? check = null,
        Func<T, Promise>? dispose = null
    )
    {
        if (maxSize < 1)
            throw new ArgumentOutOfRangeException(
                nameof(maxSize),
                maxSize,
                "In a pool (Lwt_pool.create) without members every use would wait for ever. Pass a size of at least 1."
            );
        ArgumentNullException.ThrowIfNull(create);
        (_max, _create, _validate, _check, _dispose) = (maxSize, create, validate, check, dispose);
    }

    /// <summary>
    /// The number of uses that wait for a member. It counts them, which takes time in proportion to their number.
    /// OCaml: <c>Lwt_pool.wait_queue_length</c>.
    /// </summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// Calls <paramref name="function"/> with a member, and returns the member to the pool when the function's promise
    /// is resolved. The result is resolved like the function's promise; it is also rejected if no member can be
    /// created. OCaml: <c>Lwt_pool.use</c>.
    /// </summary>
    public Promise<TResult> Use<TResult>(Func<T, Promise<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Use<TResult, FuncStep<T, TResult>>(new(function));
    }

    /// <inheritdoc cref="Use{TResult}(Func{T, Promise{TResult}})"/>
    public Promise Use(Func<T, Promise> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Use<Unit, UnitFuncStep<T>>(new(function));
    }

    /// <summary>
    /// Disposes all free members, one after the other, and each member in use when its use ends. Later uses create new
    /// members. The result is fulfilled once the free members are disposed, or rejected with the first failure. OCaml:
    /// <c>Lwt_pool.clear</c>.
    /// </summary>
    public Promise Clear() => Clear<Unit>();

    internal Promise<TResult> Use<TResult, TStep>(TStep step)
        where TStep : IStep<TResult> =>
        Primitives.Bind<TResult, UseMember<TResult, TStep>>(Acquire(Enter()), new(this, step));

    internal Promise<TUnit> Clear<TUnit>()
    {
        Enter();
        var members = _free.ToArray();
        Array.Reverse(members);
        _free.Clear();
        _generation.Cleared = true;
        _generation = new();
        return new Clearing<TUnit>(this, members, 0, null).Next();
    }

    private Driver Enter() => _affinity.Enter("PromisePool (F#: Lwt_pool)");

    private Promise<T> Acquire(Driver driver)
    {
        if (_free.TryDequeue(out var member))
            return Validated(member);
        return _count < _max
            ? Create()
            : Primitives.Bind<T, ValidateTaken>(_waiters.Add(new Turn(this, driver)), new(this));
    }

    private Promise<T> Create()
    {
        var creation = Primitives.Catch<T, Creation, CreationFailed>(new(this), new(this));
        if (creation.IsPending)
            _creations.Add(creation);
        return creation;
    }

    private Promise<T> Validated(T member) =>
        _validate is null
            ? new Promise<T>(member)
            : Primitives.TryBind<bool, T, Validation, Validity, ValidationFailed>(
                new(_validate, member),
                new(this, member),
                new(this, member)
            );

    /// <summary>Returns a member: to the use that has waited longest, otherwise to the free members.</summary>
    private void Release(T member)
    {
        var driver = Driver.Current;
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, member, driver);
        else
            _free.Enqueue(member);
    }

    /// <summary>Disposes a member; its place becomes free when the disposal has ended.</summary>
    private Promise<Unit> Dispose(T member)
    {
        Promise end;
        try
        {
            end = _dispose is null ? Completed<Unit>.Default : (_dispose(member) ?? throw Errors.NullPromise());
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            end = new Promise<Unit>(e);
        }
        end = end.Underlying();
        var driver = Driver.Current;
        if (end.State == Promise.Pending)
        {
            var node = Sequential.TryBind<Unit, Disposed, DisposalFailed>(end, new(this), new(this), driver);
            end.Attach(node, driver);
            return node;
        }
        return end.State == Promise.Fulfilled
            ? new Disposed(this).Invoke(end)
            : new DisposalFailed(this).Invoke(end.Reason);
    }

    /// <summary>Keeps or disposes a member whose use failed.</summary>
    private Promise<Unit> CheckAndRelease(T member, Generation generation)
    {
        bool good;
        try
        {
            good = _check is null || _check(member);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Primitives.Bind<Unit, GiveBack<Unit>>(Dispose(member), new(new Promise<Unit>(e)));
        }
        if (generation.Cleared || !good)
            return Dispose(member);
        Release(member);
        return Completed<Unit>.Default;
    }

    /// <summary>Creates a member for the use that has waited longest, after one was disposed.</summary>
    private void Replace()
    {
        var driver = Driver.Current;
        if (_waiters.Take(driver) is not { } waiter)
            return;
        // The waiter can be cancelled while the member is being created; the member then goes to the next one.
        Primitives.OnAny(Create(), new Replaced(this, waiter), new ReplacementFailed(waiter));
    }

    private void DescribeTurn(WaitReport report) =>
        report.On(
            $"a member of a PromisePool (F#: Lwt_pool; {_count} of {_max} made, {_free.Count} free)",
            this,
            "whose uses wait for:",
            [.. _creations, .. _uses.OfType<Promise>()]
        );

    /// <summary>A place in the queue.</summary>
    private sealed class Turn(PromisePool<T> pool, Driver driver) : Promise<T>(driver, Cancelable)
    {
        internal override void DescribeWait(WaitReport report) => pool.DescribeTurn(report);
    }

    /// <summary>The period up to a Clear. A use remembers the one in which it began.</summary>
    private sealed class Generation
    {
        internal bool Cleared;
    }
}
