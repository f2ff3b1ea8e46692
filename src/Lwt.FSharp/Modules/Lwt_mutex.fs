namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Mutexes: locks that at most one caller holds at a time, while others wait for it by promises: OCaml's
/// <c>Lwt_mutex</c>. A mutex is not re-entrant, and belongs to the thread that first uses it: a call on another thread
/// raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_mutex =

    /// <summary>A mutex.</summary>
    type t = PromiseMutex

    /// <summary>Returns a new mutex, which nobody holds.</summary>
    let create () : t = PromiseMutex()

    /// <summary>
    /// Returns a promise that is fulfilled once the caller holds the mutex: at once if it is free, otherwise in the
    /// order of the calls. Cancelling the promise gives up the place in the queue. Prefer <c>with_lock</c>, which
    /// cannot forget to unlock.
    /// </summary>
    let lock (m: t) : unit Lwt.t =
        Null.check "Lwt_mutex.lock" (nameof m) m
        Primitives.Lock<unit> m

    /// <summary>
    /// Hands the mutex to the caller that has waited longest and fulfills its promise, as <c>Lwt.wakeup_later</c> does;
    /// frees the mutex if nobody waits. Does nothing if the mutex is free.
    /// </summary>
    let unlock (m: t) : unit =
        Null.check "Lwt_mutex.unlock" (nameof m) m
        m.Unlock()

    /// <summary>Returns true if somebody holds the mutex.</summary>
    let is_locked (m: t) : bool =
        Null.check "Lwt_mutex.is_locked" (nameof m) m
        m.IsLocked

    /// <summary>Returns true if nobody waits for the mutex.</summary>
    let is_empty (m: t) : bool =
        Null.check "Lwt_mutex.is_empty" (nameof m) m
        not m.HasWaiters

    /// <summary>
    /// Waits for the mutex, calls <paramref name="f"/>, and unlocks the mutex when the promise of f is resolved or f
    /// raises. The result is that of f. Cancelling it while it waits gives up the place in the queue, and f is not
    /// called.
    /// </summary>
    /// <example>
    /// <code>
    /// let mutex = Lwt_mutex.create ()
    ///
    /// let deposit amount =
    ///     Lwt_mutex.with_lock mutex (fun () -&gt; write (balance.Value + amount))
    /// </code>
    /// </example>
    let with_lock (m: t) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_mutex.with_lock" (nameof m) m
        Null.check "Lwt_mutex.with_lock" (nameof f) f
        Primitives.WithLock<'a, Body<'a>>(m, Body f)
