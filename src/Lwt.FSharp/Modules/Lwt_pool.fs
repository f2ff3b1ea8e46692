namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>Pools of members that are dear to make: OCaml's <c>Lwt_pool</c>.</summary>
module Lwt_pool =

    /// <summary>A pool.</summary>
    type 'a t = PromisePool<'a>

    /// <summary>
    /// A pool of at most <paramref name="n"/> members, which <paramref name="f"/> makes on demand. See
    /// <c>Lwt_pool.create_with</c> for OCaml's optional arguments.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let create (n: int) (f: unit -> 'a Lwt.t) : 'a t =
        Null.check "Lwt_pool.create" (nameof f) f
        PromisePool<'a>(n, f)

    /// <summary>
    /// Calls <paramref name="f"/> with a member, which goes back to the pool when the promise of f is resolved; waits, in
    /// order, while all are in use. Rejected too if no member can be made.
    /// </summary>
    let ``use`` (p: 'a t) (f: 'a -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_pool.use" (nameof p) p
        Null.check "Lwt_pool.use" (nameof f) f
        Primitives.Use<'a, 'b, BindStep<'a, 'b>>(p, BindStep f)

    /// <summary><c>use</c>, which is a keyword of F#.</summary>
    let use' (p: 'a t) (f: 'a -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_pool.use'" (nameof p) p
        Null.check "Lwt_pool.use'" (nameof f) f
        ``use`` p f

    /// <summary>
    /// Disposes of all free members, one after the other, and of those in use when they come back.
    /// </summary>
    let clear (p: 'a t) : unit Lwt.t =
        Null.check "Lwt_pool.clear" (nameof p) p
        Primitives.Clear<'a, unit> p

    /// <summary>How many uses wait for a member.</summary>
    let wait_queue_length (p: 'a t) : int =
        Null.check "Lwt_pool.wait_queue_length" (nameof p) p
        p.WaiterCount

/// <summary>The function of <c>Lwt_pool</c> that takes optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_pool =

    /// <summary>
    /// <c>Lwt_pool.create</c> with OCaml's optional arguments: <c>Lwt_pool.create_with (n, f, dispose = close)</c>.
    /// </summary>
    /// <param name="n">How many members there may be at once; at least 1.</param>
    /// <param name="f">Makes a member.</param>
    /// <param name="validate">
    /// Asked about a free member before it is used: one that is not valid is disposed of and a new one made.
    /// </param>
    /// <param name="check">
    /// Asked about a member whose use failed: it is to call its second argument with whether the member may be used again.
    /// </param>
    /// <param name="dispose">Disposes of a member.</param>
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
