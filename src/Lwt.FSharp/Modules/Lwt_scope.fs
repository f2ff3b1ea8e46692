namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Nurseries: work that is started in a scope is joined at the scope's end; the first failure cancels the rest and becomes
/// the outcome; nothing outlives the scope. (Not in OCaml's Lwt.)
/// </summary>
module Lwt_scope =

    /// <summary>A scope.</summary>
    type t = PromiseScope

    /// <summary>
    /// Calls <paramref name="f"/> with a new scope. The promise is resolved once that of f is and all work has ended: as
    /// that of f, unless something failed; then it is rejected with the first failure. Cancelling it cancels all.
    /// </summary>
    let with_scope (f: t -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_scope.with_scope" (nameof f) f
        Primitives.WithScope<'a, Body<'a>>(fun scope -> Body(fun () -> f scope))

    /// <summary>
    /// Starts <paramref name="f"/> now, as work of the scope, and gives its promise. In a scope that is cancelled already
    /// f is not called, and the promise is cancelled.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let fork (scope: t) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_scope.fork" (nameof scope) scope
        Null.check "Lwt_scope.fork" (nameof f) f
        Primitives.Start<'a, Body<'a>>(scope, Body f)

    /// <summary>As <c>fork</c>, for work whose promise nobody needs.</summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let start (scope: t) (f: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_scope.start" (nameof scope) scope
        Null.check "Lwt_scope.start" (nameof f) f
        fork scope f |> ignore

    /// <summary>Cancels the promise of the function and all work.</summary>
    let cancel (scope: t) : unit =
        Null.check "Lwt_scope.cancel" (nameof scope) scope
        scope.Cancel()

    /// <summary>Whether the scope was cancelled, or is being cancelled because of a failure.</summary>
    let is_canceled (scope: t) : bool =
        Null.check "Lwt_scope.is_canceled" (nameof scope) scope
        scope.IsCanceled
