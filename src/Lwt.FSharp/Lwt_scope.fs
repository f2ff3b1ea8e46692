namespace Lwt.FSharp

open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>
/// Nurseries: work that is started in a scope is joined at the scope's end; the first failure cancels the rest and becomes
/// the outcome; nothing outlives the scope. (Not in OCaml's Lwt.)
/// </summary>
[<RequireQualifiedAccess>]
module Lwt_scope =

    /// <summary>A scope.</summary>
    type t = PromiseScope

    /// <summary>
    /// Calls <paramref name="f"/> with a new scope. The promise is resolved once that of f is and all work has ended: as
    /// that of f, unless something failed; then it is rejected with the first failure. Cancelling it cancels all.
    /// </summary>
    let with_scope (f: t -> Promise<'a>) : Promise<'a> =
        Primitives.WithScope<'a, Body<'a>>(fun scope -> Body(fun () -> f scope))

    /// <summary>
    /// Starts <paramref name="f"/> now, as work of the scope, and gives its promise. In a scope that is cancelled already
    /// f is not called, and the promise is cancelled.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let fork (scope: t) (f: unit -> Promise<'a>) : Promise<'a> =
        Primitives.Start<'a, Body<'a>>(scope, Body f)

    /// <summary>As <c>fork</c>, for work whose promise nobody needs.</summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let start (scope: t) (f: unit -> Promise<unit>) : unit = fork scope f |> ignore

    /// <summary>Cancels the promise of the function and all work.</summary>
    let cancel (scope: t) : unit = scope.Cancel()

    /// <summary>Whether the scope was cancelled, or is being cancelled because of a failure.</summary>
    let is_canceled (scope: t) : bool = scope.IsCanceled
