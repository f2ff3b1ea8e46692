using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A scope for concurrent work (structured concurrency): the scope's promise waits for all work that was started in it,
/// so no work outlives it. The first failure, of the body or of any work, cancels all the rest and becomes the result.
/// Not in OCaml's Lwt; in F#, <c>Lwt_scope</c>.
/// </summary>
/// <remarks>
/// Cancelling the scope's promise cancels the body and all work. The scope still waits for work that ignores
/// cancellation. Work that is cancelled is not a failure. A scope belongs to the loop that runs its body: a call from
/// another loop throws <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// await PromiseScope.Run(async scope =>
/// {
///     _ = scope.Start(Serve); // if Serve fails, the scope is cancelled and fails
///     await Promise.Sleep(TimeSpan.FromSeconds(2.5));
///     scope.Cancel(); // cancels Serve
/// });
/// // Serve has ended here.
/// </code>
/// </example>
public sealed class PromiseScope
{
    // The scope is the link of its promise, so that one walk of cancel goes through nested scopes. Invariant: _running
    // counts the body and the pending work; the scope is resolved when it reaches 0.

    // The loop of the scope's promises. Unlike a mutex, a scope never moves to another loop.
    private readonly Driver _driver = Driver.Current;
    private int _running;
    private Exception? _failure;
    private bool _ended;

    // The pending work, oldest first, doubly linked.
    private Work? _first;
    private Work? _last;

    // The scope's promise, and the body's promise; null until the body has returned.
    [SuppressMessage("Performance", "CA1859", Justification = "The type of the value is not the scope's.")]
    private IScopeEnd? _end;
    private Promise? _body;

    private PromiseScope() { }

    /// <summary>
    /// Whether the scope was cancelled, by <see cref="Cancel"/>, through its promise, or after a failure.
    /// </summary>
    public bool IsCanceled { get; private set; }

    /// <summary>
    /// Calls <paramref name="body"/> with a new scope. The result is resolved once the body's promise and all work in
    /// the scope are: like the body's promise, or, if anything failed, rejected with the first failure.
    /// </summary>
    public static Promise<T> Run<T>(Func<PromiseScope, Promise<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new PromiseScope();
        return scope.Run<T, FuncBody<T>>(new(() => body(scope)));
    }

    /// <inheritdoc cref="Run{T}(Func{PromiseScope, Promise{T}})"/>
    public static Promise Run(Func<PromiseScope, Promise> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new PromiseScope();
        return scope.Run<Unit, UnitFuncBody>(new(() => body(scope)));
    }

    /// <summary>
    /// Calls <paramref name="work"/> now, as part of the scope, and returns its promise, which need not be awaited: if
    /// it is rejected, the scope fails. In a scope that is already cancelled the work is not called, and the result is
    /// a cancelled promise.
    /// </summary>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    public Promise<T> Start<T>(Func<Promise<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start<T, FuncBody<T>>(new(work));
    }

    /// <inheritdoc cref="Start{T}(Func{Promise{T}})"/>
    public Promise Start(Func<Promise> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start<Unit, UnitFuncBody>(new(work));
    }

    /// <summary>
    /// Cancels the body and all work of the scope. The scope is then resolved like its body, unless something fails.
    /// </summary>
    /// <exception cref="InvalidOperationException">The call comes from another loop.</exception>
    public void Cancel()
    {
        CheckLoop();
        Cancellation.CancelScope(this, _driver);
    }

    /// <summary>
    /// What is pending in the scope: the work, newest first, and the body. Cancel rejects in this order, and runs callbacks
    /// in the other: those of the body first.
    /// </summary>
    internal Promise[] Pending
    {
        get
        {
            var all = new List<Promise>();
            for (var work = _last; work is not null; work = work.Before)
                all.Add(work.Source);
            if (_body is not null)
                all.Add(_body);
            return [.. all];
        }
    }

    /// <summary>For the walk of cancel, which goes on with what is pending.</summary>
    internal void MarkCanceled() => IsCanceled = true;

    private void CheckLoop()
    {
        if (!ReferenceEquals(Driver.Current, _driver))
            throw Errors.WrongThread("PromiseScope (F#: Lwt_scope)", _driver, Driver.Current);
    }

    /// <summary>For the fronts: calls a body with a new scope.</summary>
    internal static Promise<T> Run<T, TBody>(Func<PromiseScope, TBody> body)
        where TBody : IBody<T>
    {
        var scope = new PromiseScope();
        return scope.Run<T, TBody>(body(scope));
    }

    internal Promise<T> Start<T, TBody>(TBody work)
        where TBody : IBody<T>
    {
        CheckLoop();
        if (_ended)
            throw new InvalidOperationException(
                "PromiseScope.Start (Lwt_scope.start): the scope has ended. Start work while its body, or work in it, runs."
            );
        if (IsCanceled)
            return new Promise<T>(PromiseCanceledException.Shared);
        _running++;
        var promise = Primitives.Apply<T, TBody>(work).Underlying();
        if (promise.State == Promise.Pending && promise.Owner == _driver.Id)
        {
            promise.Attach(new Work(this, promise));
            if (IsCanceled)
                promise.Cancel();
            return promise;
        }
        _running--;
        if (promise.State == Promise.Pending)
            throw Errors.WrongLoop(promise);
        if (promise.State == Promise.Rejected && promise.Reason is not OperationCanceledException)
            Fail(promise.Reason);
        return promise;
    }

    private Promise<T> Run<T, TBody>(TBody body)
        where TBody : IBody<T>
    {
        _running = 1;
        var promise = Primitives.Apply<T, TBody>(body).Underlying();
        var end = new ScopeEnd<T>(this);
        if (promise.State == Promise.Pending)
        {
            promise.Attach(end, _driver);
            (_end, _body) = (end, promise);
            if (IsCanceled)
                promise.Cancel();
            return end;
        }
        end.Outcome = promise;
        _end = end;
        BodyEnded(promise);
        return end;
    }

    private Promise? BodyEnded(Promise body)
    {
        _body = null;
        _running--;
        if (body.State == Promise.Rejected)
            Fail(body.Reason);
        return TryEnd();
    }

    private Promise? WorkEnded(Promise work)
    {
        _running--;
        if (work.State == Promise.Rejected && work.Reason is not OperationCanceledException)
            Fail(work.Reason);
        return TryEnd();
    }

    private void Fail(Exception reason)
    {
        if (reason is not OperationCanceledException)
            _failure ??= reason;
        // Once is enough: work that is still pending ignores cancellation or is cleaning up.
        if (!IsCanceled)
            Cancel();
    }

    private Promise? TryEnd()
    {
        Debug.Assert(_running >= 0, "A scope counts its body and its work.");
        if (_running > 0 || _ended || _end is null)
            return null;
        Debug.Assert(_first is null && _body is null, "A scope ends when nothing in it is pending.");
        _ended = true;
        return _end.Resolve(_failure);
    }

    private interface IScopeEnd
    {
        /// <summary>Resolves the scope's promise, like its body or with the first failure.</summary>
        Promise Resolve(Exception? failure);
    }

    /// <summary>The promise of a scope, which is the callback on the body's promise.</summary>
    private sealed class ScopeEnd<T> : Dependent<T>, IScopeEnd
    {
        private readonly PromiseScope _scope;

        // The outcome of the body; null before it has ended.
        internal Promise<T>? Outcome;

        internal ScopeEnd(PromiseScope scope)
            : base(scope._driver)
        {
            _scope = scope;
            Link = CancelLink.ToScope(scope);
        }

        public Promise Resolve(Exception? failure) =>
            failure is null ? Core.Outcome.Copy(this, Outcome!) : TakeOuter().RejectWith(failure);

        internal override Promise? Run(Promise source, Driver driver)
        {
            Outcome = Cast.To<Promise<T>>(source);
            return _scope.BodyEnded(source);
        }
    }

    /// <summary>The callback on pending work, and its place in the list of work.</summary>
    private sealed class Work : Callback
    {
        private readonly PromiseScope _scope;
        internal readonly Promise Source;
        internal Work? Before;
        internal Work? After;

        internal Work(PromiseScope scope, Promise source)
        {
            (_scope, Source, Before) = (scope, source, scope._last);
            if (Before is null)
                scope._first = this;
            else
                Before.After = this;
            scope._last = this;
        }

        internal override Promise? Run(Promise source, Driver driver)
        {
            if (Before is null)
                _scope._first = After;
            else
                Before.After = After;
            if (After is null)
                _scope._last = Before;
            else
                After.Before = Before;
            return _scope.WorkEnded(source);
        }
    }
}
