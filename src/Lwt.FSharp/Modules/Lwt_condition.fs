namespace Lwt.FSharp

open System.Runtime.InteropServices
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>Conditions that promises wait for: OCaml's <c>Lwt_condition</c>.</summary>
module Lwt_condition =

    /// <summary>A condition whose signals carry a value.</summary>
    type 'a t = PromiseCondition<'a>

    /// <summary>A new condition.</summary>
    let create<'a> () : 'a t = PromiseCondition<'a>()

    /// <summary>Wakes the one that has waited longest, if any; a signal that nobody waits for is lost.</summary>
    let signal (c: 'a t) (v: 'a) : unit =
        Null.check "Lwt_condition.signal" (nameof c) c
        c.Signal v

    /// <summary>Wakes all that wait now, oldest first.</summary>
    let broadcast (c: 'a t) (v: 'a) : unit =
        Null.check "Lwt_condition.broadcast" (nameof c) c
        c.Broadcast v

    /// <summary>Rejects all that wait now, oldest first.</summary>
    let broadcast_exn (c: 'a t) (e: exn) : unit =
        Null.check "Lwt_condition.broadcast_exn" (nameof c) c
        c.BroadcastFailure e

/// <summary>The function of <c>Lwt_condition</c> that takes an optional argument.</summary>
[<AbstractClass; Sealed>]
type Lwt_condition =

    /// <summary>
    /// A cancelable promise of the value of a signal to come: <c>Lwt_condition.wait c</c>. With
    /// <c>Lwt_condition.wait (c, mutex = m)</c> it releases the mutex, which the caller holds, and takes it again before
    /// it is resolved.
    /// </summary>
    static member wait
        (c: PromiseCondition<'a>, [<Optional; DefaultParameterValue(null: PromiseMutex)>] mutex)
        : 'a Lwt.t =
        Null.check "Lwt_condition.wait" (nameof c) c
        c.Wait mutex
