using System.Diagnostics.CodeAnalysis;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A nursery: work started in a scope is joined at the scope's end. The first failure, of the body or of any work,
/// cancels all the rest and becomes the outcome of the scope; nothing outlives it. (Not in OCaml's Lwt; in F#,
/// <c>Lwt_scope</c>.)
/// </summary>
/// <remarks>
/// <code>await PromiseScope.Run(async scope =&gt; { scope.Start(Serve); scope.Start(Watch); await Stopped; scope.Cancel(); });</code>
/// Cancelling the promise of the scope cancels the body and all work. Work that does not heed cancellation is waited
/// for. That some work was cancelled is no failure. A scope belongs to the loop that runs its body: a call from another
/// throws <see cref="InvalidOperationException"/>. The scope is the link of its promise, so that one walk of cancel goes
/// through nested scopes.
/// Invariant: <c>_running</c> counts the body and the work that is pending; the scope is resolved when it reaches 0.
/// </remarks>
public sealed class PromiseScope
{
    // The loop of the scope's promises: unlike a mutex, a scope never goes over to another.
    private readonly Driver _driver = Driver.Current;
    private int _running;
    private Exception? _failure;
    private bool _ended;

    // The work that is pending, oldest first, doubly linked.
    private Work? _first;
    private Work? _last;

    // What the scope gives, and the body's promise in it; null until the body has given its promise.
    [SuppressMessage("Performance", "CA1859", Justification = "The type of the value is not the scope's.")]
    private IScopeEnd? _end;
    private Promise? _body;

    private PromiseScope() { }

    /// <summary>Whether the scope was cancelled, or is being cancelled because of a failure.</summary>
    public bool IsCanceled { get; private set; }

    /// <summary>
    /// Calls <paramref name="body"/> with a new scope. The promise is resolved once the body's is and all work has ended:
    /// as the body's, unless something failed; then it is rejected with the first failure.
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
    /// Starts <paramref name="work"/> now, as part of the scope, and gives its promise, which needs not be awaited: a
    /// rejection of it fails the scope. In a scope that is cancelled already the work is not called, and the promise is
    /// cancelled.
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

    /// <summary>Cancels the body and all work. The outcome is that of the body, unless something fails.</summary>
    public void Cancel()
    {
        CheckLoop();
        Cancellation.CancelSeveral(this, _driver);
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

    /// <summary>For the fronts: runs a body that knows the scope, which is new.</summary>
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
        // Once is enough: what runs on does not heed it, or cleans up.
        if (!IsCanceled)
            Cancel();
    }

    private Promise? TryEnd()
    {
        if (_running > 0 || _ended || _end is null)
            return null;
        _ended = true;
        return _end.Resolve(_failure);
    }

    private interface IScopeEnd
    {
        /// <summary>Resolves what the scope gives, as its body or with the first failure.</summary>
        Promise Resolve(Exception? failure);
    }

    /// <summary>The promise of a scope, and the callback on the body's.</summary>
    private sealed class ScopeEnd<T> : Dependent<T>, IScopeEnd
    {
        private readonly PromiseScope _scope;

        // How the body ended; null before.
        internal Promise<T>? Outcome;

        internal ScopeEnd(PromiseScope scope)
            : base(scope._driver)
        {
            _scope = scope;
            Link = scope;
        }

        public Promise Resolve(Exception? failure) =>
            failure is null ? Core.Outcome.Copy(this, Outcome!) : TakeOuter().RejectWith(failure);

        internal override Promise? Run(Promise source, Driver driver)
        {
            Outcome = System.Runtime.CompilerServices.Unsafe.As<Promise<T>>(source);
            return _scope.BodyEnded(source);
        }
    }

    /// <summary>The callback on work that is pending, and its place among the others.</summary>
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
