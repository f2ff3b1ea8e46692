namespace Lwt.FSharp

open System.Runtime.InteropServices
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Condition variables: promises wait for a signal that carries a value: OCaml's <c>Lwt_condition</c>. A condition
/// belongs to the thread that first uses it: a call on another thread raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_condition =

    /// <summary>A condition whose signals carry a value of type <c>'a</c>.</summary>
    type 'a t = PromiseCondition<'a>

    /// <summary>Returns a new condition.</summary>
    let create<'a> () : 'a t = PromiseCondition<'a>()

    /// <summary>
    /// Fulfills the promise that has waited longest with <paramref name="v"/>, as <c>Lwt.wakeup_later</c> does. If
    /// nobody waits, the signal is lost.
    /// </summary>
    let signal (c: 'a t) (v: 'a) : unit =
        Null.check "Lwt_condition.signal" (nameof c) c
        c.Signal v

    /// <summary>Fulfills all promises that wait now with <paramref name="v"/>, the oldest first.</summary>
    let broadcast (c: 'a t) (v: 'a) : unit =
        Null.check "Lwt_condition.broadcast" (nameof c) c
        c.Broadcast v

    /// <summary>Rejects all promises that wait now with <paramref name="e"/>, the oldest first.</summary>
    let broadcast_exn (c: 'a t) (e: exn) : unit =
        Null.check "Lwt_condition.broadcast_exn" (nameof c) c
        c.BroadcastFailure e

/// <summary>The function of <c>Lwt_condition</c> that has an optional argument.</summary>
[<AbstractClass; Sealed>]
type Lwt_condition =

    /// <summary>
    /// Returns a promise for the value of the next signal that reaches it: <c>Lwt_condition.wait c</c>. It can be
    /// cancelled. In <c>Lwt_condition.wait (c, mutex = m)</c> the caller holds the mutex: it is unlocked now and locked
    /// again before the promise is resolved, or cancelled.
    /// </summary>
    /// <example>
    /// <code>
    /// let arrived = Lwt_condition.create&lt;string&gt;()
    /// let greeting = Lwt_condition.wait arrived &gt;|= fun name -&gt; $"Hello, {name}"
    ///
    /// Lwt_condition.signal arrived "Ann"
    /// </code>
    /// </example>
    static member wait
        (c: PromiseCondition<'a>, [<Optional; DefaultParameterValue(null: PromiseMutex)>] mutex)
        : 'a Lwt.t =
        Null.check "Lwt_condition.wait" (nameof c) c
        c.Wait mutex
