using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A promise without a value, the base of <see cref="Promise{T}"/>, as Task is the base of Task&lt;T&gt;. It is pending
/// until it is fulfilled or rejected, once; its state does not change after that. OCaml: <c>unit Lwt.t</c>.
/// </summary>
/// <remarks>
/// A promise belongs to the event loop of the thread that created it, and its callbacks run on that thread, newest
/// first. While it is pending only that thread may attach callbacks to it or resolve it; on another thread that throws
/// <see cref="InvalidOperationException"/>. Other threads post to the loop (<see cref="EventLoop.Post"/>) or use a
/// <see cref="ThreadSafeResolver{T}"/>.
/// </remarks>
[AsyncMethodBuilder(typeof(CompilerServices.PromiseMethodBuilder))]
public abstract partial class Promise : Continuation
{
    internal const byte Pending = 0;
    internal const byte Fulfilled = 1;
    internal const byte Rejected = 2;
    internal const byte Proxy = 3;

    // Flags: how the pending promise reacts to cancel, which callbacks it has, and what has happened to it.
    internal const byte Cancelable = 1; // cancel rejects this very promise (Lwt.task)
    internal const byte HasCancelNodes = 2; // one of the callbacks is an on_cancel callback
    internal const byte NotifiesCancel = 4; // cancel calls OnCanceled (a timer, a waiter in a queue)
    internal const byte Ended = 8; // the async method or block in this box has ended
    internal const byte HasToken = 16; // the block in this box asked for its CancellationToken
    internal const byte Thrown = 32; // the reason was thrown to an awaiting method before
    internal const byte HasSeveral = 64; // more than one callback may be attached

    // Who may touch these, when, and what they hold then: docs/internals.md, "Invariants".
    //
    // Pending, or fulfilled before its callbacks run: the only callback, or the last one of a circular list, newest
    // first. Rejected: the exception; before its callbacks run, a Rejection that holds both. Proxy: the promise it
    // stands for.
    internal object? Slot;
    internal byte State;
    internal byte Flags;
    internal ushort Owner;

    private protected Promise() { }

    /// <summary>Whether the promise is pending. OCaml: <c>Lwt.is_sleeping</c>.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool IsPending => Underlying().State == Pending;

    /// <summary>Whether the promise is fulfilled: it has its value.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool IsFulfilled => Underlying().State == Fulfilled;

    /// <summary>Whether the promise is rejected: it failed or was cancelled.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool IsRejected => Underlying().State == Rejected;

    /// <summary>
    /// Whether the promise is rejected with <see cref="PromiseCanceledException"/> or another
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public bool IsCanceled => Underlying() is { State: Rejected } p && PromiseCanceledException.Is(p.Reason);

    /// <summary>The state of the promise: pending, fulfilled or rejected. OCaml: <c>Lwt.state</c>.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public PromiseState Status =>
        Underlying().State switch
        {
            Pending => PromiseState.Pending,
            Fulfilled => PromiseState.Fulfilled,
            _ => PromiseState.Rejected,
        };

    /// <summary>The exception of a rejected promise; null while it is pending or if it is fulfilled.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Exception? Exception => Underlying() is { State: Rejected } p ? p.ReasonToShow() : null;

    internal Exception Reason => Slot is Rejection rejection ? rejection.Reason : Cast.To<Exception>(Slot!);

    /// <summary>
    /// The reason as users' code sees it: the same object at each call, which no other cancelled promise shares.
    /// </summary>
    internal Exception ReasonToShow()
    {
        var reason = Reason;
        if (!ReferenceEquals(reason, PromiseCanceledException.Shared))
            return reason;
        reason = PromiseCanceledException.Shared.Copy();
        if (Slot is Rejection rejection)
            rejection.Reason = reason;
        else
            Slot = reason;
        return reason;
    }

    /// <summary>The promise that this one stands for: itself unless it is a proxy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Promise Underlying() => State == Proxy ? Proxying.Follow(this) : this;

    /// <summary>What cancelling this pending promise cancels.</summary>
    internal virtual CancelLink CancelLink => CancelLink.None;

    // Called on a resolved promise that had become the target of proxies, so that it holds on to nothing.
    internal virtual void DropLink() { }

    // Called when cancel rejects a promise whose NotifiesCancel is set, before any callback runs.
    internal virtual void OnCanceled(Driver driver) { }

    /// <summary>
    /// Fulfills this pending promise with the default value, which Result already has. For a unit type that is its
    /// value.
    /// </summary>
    internal Promise FulfillWithDefault()
    {
        AssertCanResolve();
        State = Fulfilled;
        return this;
    }

    /// <summary>
    /// Tells a report what this promise waits for: pending, or a proxy that is asked for what its kind knows. Asked for
    /// messages only; changes nothing.
    /// </summary>
    internal virtual void DescribeWait(WaitReport report) =>
        report.On(
            (Flags & Cancelable) != 0
                ? "a promise made by Promise.CreateCancelable (F#: Lwt.task)"
                : "a promise made by Promise.Create (F#: Lwt.wait)"
        );

    /// <summary>
    /// Rejects this pending promise; the caller runs the callbacks, by returning it to the driver or by Driver.Run.
    /// </summary>
    internal Promise RejectWith(Exception reason)
    {
        AssertCanResolve();
        Slot = Slot is null ? reason : KeepCallbacks(reason, Cast.To<Continuation>(Slot));
        State = Rejected;
        return this;
    }

    /// <summary>Like <see cref="RejectWith"/>, but returns the callbacks, as in Slot, for the caller to run.</summary>
    internal Continuation? RejectTaking(Exception reason)
    {
        AssertCanResolve();
        var callbacks = Cast.To<Continuation?>(Slot);
        Slot = reason;
        State = Rejected;
        return callbacks;
    }

    /// <summary>
    /// Takes the callbacks from a promise that was just resolved and returns the last one, as in Slot.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Continuation? TakeCallbacks()
    {
        if (State != Fulfilled)
            return TakeKeptCallbacks();
        var last = Cast.To<Continuation?>(Slot);
        Slot = null;
        return last;
    }

    /// <summary>Whether nothing that cancel would follow is left: so it is before a promise is resolved.</summary>
    private protected virtual bool HoldsNoLink => true;

    [Conditional("DEBUG")]
    internal void AssertCanResolve()
    {
        Debug.Assert(State == Pending, "A promise is resolved once, and a proxy never.");
        Debug.Assert(HoldsNoLink, "The link of a promise is dropped before it is resolved.");
        Debug.Assert(Slot is null or Continuation, "A pending promise holds callbacks.");
    }

    /// <summary>
    /// Keeps the callbacks of a promise that needs its Slot for the reason; returns what to store in the Slot.
    /// </summary>
    private protected virtual object KeepCallbacks(Exception reason, Continuation callbacks) =>
        new Rejection(reason, callbacks);

    private protected virtual Continuation? TakeKeptCallbacks()
    {
        if (Slot is not Rejection rejection)
            return null;
        Slot = rejection.Reason;
        return rejection.Callbacks;
    }

    /// <summary>Attaches a callback to this promise, which must be pending and not a proxy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Attach(Continuation node)
    {
        Debug.Assert(State == Pending, "A callback is attached to a pending promise.");
        if (Slot is null)
            Slot = node;
        else
        {
            Callbacks.Push(this, node);
            Flags |= HasSeveral;
        }
    }

    /// <summary>Attaches a callback after checking that the promise belongs to this loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Attach(Continuation node, Driver driver)
    {
        if (Owner != driver.Id)
            Errors.ThrowWrongLoop(this);
        Attach(node);
    }
}

/// <summary>The exception of a rejected promise and its callbacks, until the driver takes the callbacks.</summary>
internal sealed class Rejection(Exception reason, Continuation callbacks)
{
    internal Exception Reason = reason;
    internal readonly Continuation Callbacks = callbacks;
}

/// <summary>The state of a promise. OCaml: <c>Lwt.state</c> (<c>Sleep</c>, <c>Return</c>, <c>Fail</c>).</summary>
public enum PromiseState
{
    /// <summary>Not resolved yet. OCaml: <c>Sleep</c>.</summary>
    Pending,

    /// <summary>Resolved with a value. OCaml: <c>Return</c>.</summary>
    Fulfilled,

    /// <summary>
    /// Resolved with an exception, which is <see cref="PromiseCanceledException"/> if the promise was cancelled. OCaml:
    /// <c>Fail</c>.
    /// </summary>
    Rejected,
}
