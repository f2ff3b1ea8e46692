using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A pool of members that are dear to make: made on demand, up to a number, and used again. Who finds all in use waits,
/// in order. OCaml: <c>Lwt_pool</c>.
/// </summary>
/// <typeparam name="T">The type of the members.</typeparam>
/// <remarks>
/// It belongs to the thread that used it first: a call from another thread throws <see cref="InvalidOperationException"/>.
/// Invariant: <c>_count</c> is the number of members that are being made, in use, on their way to a waiter, or free in
/// <c>_free</c>; a member that is disposed of leaves the count once its disposal has ended, however it ended.
/// </remarks>
public sealed partial class PromisePool<T>
{
    private readonly WaiterQueue _waiters = new();
    private Affinity _affinity;
    private readonly Queue<T> _free = new();
    private readonly int _max;
    private readonly Func<Promise<T>> _create;
    private readonly Func<T, Promise<bool>>? _validate;
    private readonly Func<T, bool>? _check;
    private readonly Func<T, Promise>? _dispose;

    private int _count;

    // Replaced by Clear, which marks the one that the members in use know.
    private Generation _generation = new();

    /// <summary>Makes a pool; no member is made yet. OCaml: <c>Lwt_pool.create</c>.</summary>
    /// <param name="maxSize">How many members there may be at once; at least 1.</param>
    /// <param name="create">Makes a member.</param>
    /// <param name="validate">
    /// Asked about a free member before it is used: one that is not valid is disposed of and a new one made. If it fails,
    /// the member is disposed of and the use rejected.
    /// </param>
    /// <param name="check">Asked about a member whose use failed: whether it may be used again.</param>
    /// <param name="dispose">Disposes of a member.</param>
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
                "A pool (Lwt_pool.create) of less than one member would let every use wait for ever. Give it 1 at least."
            );
        ArgumentNullException.ThrowIfNull(create);
        (_max, _create, _validate, _check, _dispose) = (maxSize, create, validate, check, dispose);
    }

    /// <summary>
    /// How many uses wait for a member; they are counted each time. OCaml: <c>Lwt_pool.wait_queue_length</c>.
    /// </summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>
    /// Calls <paramref name="function"/> with a member, which goes back to the pool when the function's promise is
    /// resolved. The result is that of the function; it is rejected too if no member can be made. OCaml:
    /// <c>Lwt_pool.use</c>.
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
    /// Disposes of all free members, one after the other, and of those in use when they come back. The next use gets a
    /// new member. Rejected, once all are disposed of, with the first failure. OCaml: <c>Lwt_pool.clear</c>.
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
        return _count < _max ? Create() : Primitives.Bind<T, ValidateTaken>(_waiters.Add<T>(driver), new(this));
    }

    private Promise<T> Create() => Primitives.Catch<T, Creation, CreationFailed>(new(this), new(this));

    private Promise<T> Validated(T member) =>
        _validate is null
            ? new Promise<T>(member)
            : Primitives.TryBind<bool, T, Validation, Validity, ValidationFailed>(
                new(_validate, member),
                new(this, member),
                new(this, member)
            );

    /// <summary>Gives a member back: to the one that has waited longest, else to the free ones.</summary>
    private void Release(T member)
    {
        var driver = Driver.Current;
        if (_waiters.Take(driver) is { } waiter)
            WaiterQueue.Wake(waiter, member, driver);
        else
            _free.Enqueue(member);
    }

    /// <summary>Disposes of a member; its place is free once that has ended.</summary>
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

    /// <summary>What becomes of a member whose use failed.</summary>
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

    /// <summary>Makes a member for the one that has waited longest, after one was thrown away.</summary>
    private void Replace()
    {
        var driver = Driver.Current;
        if (_waiters.Take(driver) is not { } waiter)
            return;
        // It can be cancelled while the member is being made, which then goes to the next.
        Primitives.OnAny(Create(), new Replaced(this, waiter), new ReplacementFailed(waiter));
    }

    /// <summary>What Clear ends: members in use remember theirs.</summary>
    private sealed class Generation
    {
        internal bool Cleared;
    }
}
