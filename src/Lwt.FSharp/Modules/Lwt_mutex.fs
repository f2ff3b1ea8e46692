namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>Locks for cooperating promises: OCaml's <c>Lwt_mutex</c>.</summary>
module Lwt_mutex =

    /// <summary>A mutex.</summary>
    type t = PromiseMutex

    /// <summary>A new mutex, which is free.</summary>
    let create () : t = PromiseMutex()

    /// <summary>
    /// Fulfilled once the caller holds the mutex, at once if it is free; in the order of the calls. Cancelling the
    /// promise gives the place in the queue up.
    /// </summary>
    let lock (m: t) : unit Lwt.t =
        Null.check "Lwt_mutex.lock" (nameof m) m
        Primitives.Lock<unit> m

    /// <summary>
    /// Hands the mutex to the one that has waited longest, or frees it. Nothing happens when it is free.
    /// </summary>
    let unlock (m: t) : unit =
        Null.check "Lwt_mutex.unlock" (nameof m) m
        m.Unlock()

    /// <summary>Whether someone holds the mutex.</summary>
    let is_locked (m: t) : bool =
        Null.check "Lwt_mutex.is_locked" (nameof m) m
        m.IsLocked

    /// <summary>Whether nobody waits for the mutex.</summary>
    let is_empty (m: t) : bool =
        Null.check "Lwt_mutex.is_empty" (nameof m) m
        not m.HasWaiters

    /// <summary>
    /// Calls <paramref name="f"/> while holding the mutex and releases it when the promise of f is resolved, either way,
    /// or f raises.
    /// </summary>
    let with_lock (m: t) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_mutex.with_lock" (nameof m) m
        Null.check "Lwt_mutex.with_lock" (nameof f) f
        Primitives.WithLock<'a, Body<'a>>(m, Body f)
