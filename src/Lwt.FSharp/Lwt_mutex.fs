namespace Lwt.FSharp

open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>Locks for cooperating promises: OCaml's <c>Lwt_mutex</c>.</summary>
[<RequireQualifiedAccess>]
module Lwt_mutex =

    /// <summary>A mutex.</summary>
    type t = PromiseMutex

    /// <summary>A new mutex, which is free.</summary>
    let create () : t = PromiseMutex()

    /// <summary>
    /// Fulfilled once the caller holds the mutex, at once if it is free; in the order of the calls. Cancelling the
    /// promise gives the place in the queue up.
    /// </summary>
    let lock (m: t) : Promise<unit> = Primitives.Lock<unit> m

    /// <summary>
    /// Hands the mutex to the one that has waited longest, or frees it. Nothing happens when it is free.
    /// </summary>
    let unlock (m: t) : unit = m.Unlock()

    /// <summary>Whether someone holds the mutex.</summary>
    let is_locked (m: t) : bool = m.IsLocked

    /// <summary>Whether nobody waits for the mutex.</summary>
    let is_empty (m: t) : bool = not m.HasWaiters

    /// <summary>
    /// Calls <paramref name="f"/> while holding the mutex and releases it when the promise of f is resolved, either way,
    /// or f raises.
    /// </summary>
    let with_lock (m: t) (f: unit -> Promise<'a>) : Promise<'a> =
        Primitives.WithLock<'a, Body<'a>>(m, Body f)
