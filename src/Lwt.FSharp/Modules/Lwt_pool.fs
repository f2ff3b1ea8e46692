namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>
/// Pools of members that are expensive to create, such as connections: OCaml's <c>Lwt_pool</c>. A pool creates members
/// on demand, up to a limit, and uses them again. It belongs to the thread that first uses it: a call on another thread
/// raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_pool =

    /// <summary>A pool.</summary>
    type 'a t = PromisePool<'a>

    /// <summary>
    /// Returns a pool of at most <paramref name="n"/> members; <paramref name="f"/> is called to create one when a use
    /// finds none free. No member is created yet. For OCaml's optional arguments see <c>Lwt_pool.create_with</c>.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let create (n: int) (f: unit -> 'a Lwt.t) : 'a t =
        Null.check "Lwt_pool.create" (nameof f) f
        PromisePool<'a>(n, f)

    /// <summary>
    /// Calls <paramref name="f"/> on a free member, or on a new one, and returns the member to the pool when the
    /// promise of f is resolved. While all members are in use it waits, in the order of the calls; cancelling the
    /// result then gives up the place. The result is that of f; it is rejected if no member can be created.
    /// </summary>
    let ``use`` (p: 'a t) (f: 'a -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_pool.use" (nameof p) p
        Null.check "Lwt_pool.use" (nameof f) f
        Primitives.Use<'a, 'b, BindStep<'a, 'b>>(p, BindStep f)

    /// <summary>The same as <c>use</c>, which is a keyword of F#.</summary>
    /// <example>
    /// <code>
    /// let connections = Lwt_pool.create 2 (fun () -&gt; connect ())
    ///
    /// let query text =
    ///     Lwt_pool.use' connections (fun send -&gt; send text)
    /// </code>
    /// </example>
    let use' (p: 'a t) (f: 'a -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_pool.use'" (nameof p) p
        Null.check "Lwt_pool.use'" (nameof f) f
        ``use`` p f

    /// <summary>
    /// Disposes of all free members, one after the other, and of the members in use when they come back. The promise is
    /// resolved once the free ones are disposed of.
    /// </summary>
    let clear (p: 'a t) : unit Lwt.t =
        Null.check "Lwt_pool.clear" (nameof p) p
        Primitives.Clear<'a, unit> p

    /// <summary>Returns the number of uses that wait for a member.</summary>
    let wait_queue_length (p: 'a t) : int =
        Null.check "Lwt_pool.wait_queue_length" (nameof p) p
        p.WaiterCount

/// <summary>The function of <c>Lwt_pool</c> that has optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_pool =

    /// <summary>
    /// Returns a pool, as <c>Lwt_pool.create</c> does, with OCaml's optional arguments:
    /// <c>Lwt_pool.create_with (n, f, dispose = close)</c>. No member is created yet.
    /// </summary>
    /// <param name="n">How many members there may be at once; at least 1.</param>
    /// <param name="f">Called to create a member when a use finds none free.</param>
    /// <param name="validate">
    /// Called on a free member before it is used. If the answer is false, the member is disposed of and a new one is
    /// created; if it fails, the member is disposed of and the use is rejected.
    /// </param>
    /// <param name="check">
    /// Called on a member whose use failed, with a function that it calls, before it returns, with whether the member
    /// may be used again. A member that may not is disposed of.
    /// </param>
    /// <param name="dispose">Called to dispose of a member.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    static member create_with
        (
            n: int,
            f: unit -> 'a Lwt.t,
            ?validate: 'a -> bool Lwt.t,
            ?check: 'a -> (bool -> unit) -> unit,
            ?dispose: 'a -> unit Lwt.t
        ) : PromisePool<'a> =
        Null.check "Lwt_pool.create_with" (nameof f) f

        let answer check member' =
            let good = ref false
            check member' (fun result -> good.Value <- result)
            good.Value

        PromisePool<'a>(
            n,
            Func<Promise<'a>> f,
            validate =
                (match validate with
                 | Some validate -> Func<'a, Promise<bool>> validate
                 | None -> null),
            check =
                (match check with
                 | Some check -> Func<'a, bool>(answer check)
                 | None -> null),
            dispose =
                (match dispose with
                 | Some dispose -> Func<'a, Promise>(fun c -> dispose c)
                 | None -> null)
        )
