namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Scopes for concurrent work (also called nurseries): no work that is started in a scope outlives it, and the first
/// failure cancels the rest. A scope belongs to the thread that runs it: a call on another thread raises
/// <c>InvalidOperationException</c>. (Not in OCaml's Lwt.)
/// </summary>
module Lwt_scope =

    /// <summary>A scope.</summary>
    type t = PromiseScope

    /// <summary>
    /// Calls <paramref name="f"/> with a new scope. The result is resolved once the promise of f and all work of the
    /// scope are resolved: as the promise of f, or, if f or any work failed, rejected with the first of these
    /// exceptions. A failure cancels all the rest; work that is cancelled is no failure. Cancelling the result cancels
    /// f and all work.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt_scope.with_scope (fun scope -&gt;
    ///     lwt {
    ///         let first = Lwt_scope.fork scope (fun () -&gt; fetch "a")
    ///         let second = Lwt_scope.fork scope (fun () -&gt; fetch "b")
    ///         let! a = first
    ///         let! b = second
    ///         return $"{a}, {b}"
    ///     })
    /// </code>
    /// </example>
    let with_scope (f: t -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_scope.with_scope" (nameof f) f
        Primitives.WithScope<'a, Body<'a>>(fun scope -> Body(fun () -> f scope))

    /// <summary>
    /// Calls <paramref name="f"/> at once as work of the scope and returns its promise. You need not wait for the
    /// promise: if it is rejected, the scope fails. In a scope that is already cancelled, f is not called, and the
    /// promise is cancelled.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let fork (scope: t) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_scope.fork" (nameof scope) scope
        Null.check "Lwt_scope.fork" (nameof f) f
        Primitives.Start<'a, Body<'a>>(scope, Body f)

    /// <summary>Like <c>fork</c>, for work whose promise nobody needs.</summary>
    /// <exception cref="T:System.InvalidOperationException">The scope has ended.</exception>
    let start (scope: t) (f: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_scope.start" (nameof scope) scope
        Null.check "Lwt_scope.start" (nameof f) f
        fork scope f |> ignore

    /// <summary>Cancels the promise of the function given to <c>with_scope</c> and all work of the scope.</summary>
    let cancel (scope: t) : unit =
        Null.check "Lwt_scope.cancel" (nameof scope) scope
        scope.Cancel()

    /// <summary>Returns true if the scope is cancelled, by <c>cancel</c> or because of a failure.</summary>
    let is_canceled (scope: t) : bool =
        Null.check "Lwt_scope.is_canceled" (nameof scope) scope
        scope.IsCanceled
