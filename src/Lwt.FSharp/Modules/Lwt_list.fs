namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices
open Lwt.FSharp.Lwt.Infix

/// <summary>
/// Functions over lists whose argument returns a promise: OCaml's <c>Lwt_list</c>. A function in <c>_s</c> (sequential)
/// calls its argument on an element once the promise for the element before is fulfilled; it stops at the first
/// rejection and is rejected with it. A function in <c>_p</c> (parallel) calls its argument on all elements at once. An
/// exception that the argument raises counts as a rejection.
/// </summary>
module Lwt_list =

    /// <summary>
    /// Calls <paramref name="f"/> on the elements in order, each once the promise for the one before is fulfilled.
    /// </summary>
    /// <example>
    /// <code>
    /// [ "a"; "b" ] |&gt; Lwt_list.iter_s (fun name -&gt; fetch name &gt;&gt;= Lwt_io.printl)
    /// </code>
    /// </example>
    let rec iter_s (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_s" (nameof f) f

        match l with
        | [] -> Lwt.return_unit
        | x :: l -> Lwt.apply f x >>= fun () -> iter_s f l

    /// <summary>
    /// Calls <paramref name="f"/> on all elements at once and waits for all promises, as <c>Lwt.join</c> does.
    /// </summary>
    let iter_p (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_p" (nameof f) f
        Lwt.join (List.rev (List.map (Lwt.apply f) l))

    /// <summary>Like <c>iter_s</c>, but also passes the index of the element, from 0.</summary>
    let iteri_s (f: int -> 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iteri_s" (nameof f) f

        let rec from i l =
            match l with
            | [] -> Lwt.return_unit
            | x :: l -> Lwt.apply (f i) x >>= fun () -> from (i + 1) l

        from 0 l

    /// <summary>Like <c>iter_p</c>, but also passes the index of the element, from 0.</summary>
    let iteri_p (f: int -> 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iteri_p" (nameof f) f
        Lwt.join (List.rev (List.mapi (fun i x -> Lwt.apply (f i) x) l))

    /// <summary>
    /// Calls <paramref name="f"/> on the elements in order, each once the promise for the one before is fulfilled, and
    /// returns a promise for the list of the values.
    /// </summary>
    let map_s (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.map_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' (List.rev acc)
            | x :: l -> Lwt.apply f x >>= fun y -> inner (y :: acc) l

        inner [] l

    /// <summary>
    /// Waits for promises, which come in reverse order, one after the other; so the values are in order.
    /// </summary>
    let rec private collect acc (ps: 'a Lwt.t list) =
        match ps with
        | [] -> Lwt.return' acc
        | p :: ps -> p >>= fun v -> collect (v :: acc) ps

    /// <summary>
    /// Calls <paramref name="f"/> on all elements at once and returns a promise for the list of the values, in the
    /// order of the elements. It waits for the promises one by one, the last one first: so if several are rejected, the
    /// result is rejected with the exception of the last of them in the list.
    /// </summary>
    /// <example>
    /// <code>
    /// [ "a"; "b"; "c" ] |&gt; Lwt_list.map_p fetch
    /// </code>
    /// </example>
    let map_p (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.map_p" (nameof f) f
        collect [] (List.rev (List.map (Lwt.apply f) l))

    /// <summary>Like <c>map_s</c>, but also passes the index of the element, from 0.</summary>
    let mapi_s (f: int -> 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.mapi_s" (nameof f) f

        let rec inner acc i l =
            match l with
            | [] -> Lwt.return' (List.rev acc)
            | x :: l -> Lwt.apply (f i) x >>= fun y -> inner (y :: acc) (i + 1) l

        inner [] 0 l

    /// <summary>Like <c>map_p</c>, but also passes the index of the element, from 0.</summary>
    let mapi_p (f: int -> 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.mapi_p" (nameof f) f
        collect [] (List.rev (List.mapi (fun i x -> Lwt.apply (f i) x) l))

    /// <summary>Like <c>map_s</c>, but returns the values in reverse order.</summary>
    let rev_map_s (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.rev_map_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' acc
            | x :: l -> Lwt.apply f x >>= fun y -> inner (y :: acc) l

        inner [] l

    /// <summary>Like <c>map_p</c>, but returns the values in reverse order.</summary>
    let rev_map_p (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.rev_map_p" (nameof f) f

        let rec inner (acc: Promise<'b list>) l =
            match l with
            | [] -> acc
            | x :: l -> inner (Lwt.apply f x >>= fun y -> acc >|= fun ys -> y :: ys) l

        inner Lwt.return_nil l

    /// <summary>
    /// Calls <paramref name="f"/> on an accumulator, at first <paramref name="acc"/>, and on each element from the
    /// left; the value of its promise is the next accumulator. Returns a promise for the last one.
    /// </summary>
    let rec fold_left_s (f: 'a -> 'b -> 'a Lwt.t) (acc: 'a) (l: 'b list) : 'a Lwt.t =
        Null.check "Lwt_list.fold_left_s" (nameof f) f

        match l with
        | [] -> Lwt.return' acc
        | x :: l -> Lwt.apply (f acc) x >>= fun acc -> fold_left_s f acc l

    /// <summary>
    /// Calls <paramref name="f"/> on each element from the right and on an accumulator, at first
    /// <paramref name="acc"/>; the value of its promise is the next accumulator. Returns a promise for the last one.
    /// </summary>
    let fold_right_s (f: 'a -> 'b -> 'b Lwt.t) (l: 'a list) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_list.fold_right_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' acc
            | x :: l -> Lwt.apply (f x) acc >>= fun acc -> inner acc l

        inner acc (List.rev l)

    /// <summary>
    /// Tests whether <paramref name="f"/> holds for all elements, one after the other, and stops at the first for which
    /// it does not.
    /// </summary>
    let rec for_all_s (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.for_all_s" (nameof f) f

        match l with
        | [] -> Lwt.return_true
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then for_all_s f l else Lwt.return_false

    /// <summary>Tests whether <paramref name="f"/> holds for all elements. It calls f on all of them at once.</summary>
    let for_all_p (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.for_all_p" (nameof f) f
        map_p f l >>= fun answers -> Lwt.return' (List.forall id answers)

    /// <summary>
    /// Tests whether <paramref name="f"/> holds for some element, one after the other, and stops at the first for which
    /// it does.
    /// </summary>
    let rec exists_s (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.exists_s" (nameof f) f

        match l with
        | [] -> Lwt.return_false
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then Lwt.return_true else exists_s f l

    /// <summary>Tests whether <paramref name="f"/> holds for some element. It calls f on all of them at once.</summary>
    let exists_p (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.exists_p" (nameof f) f
        map_p f l >>= fun answers -> Lwt.return' (List.exists id answers)

    /// <summary>
    /// Returns a promise for the first element for which <paramref name="f"/> holds. It calls f on one element after
    /// the other, and stops there. If there is none, the promise is rejected with <c>NotFoundException</c>, OCaml's
    /// <c>Not_found</c>.
    /// </summary>
    let rec find_s (f: 'a -> bool Lwt.t) (l: 'a list) : 'a Lwt.t =
        Null.check "Lwt_list.find_s" (nameof f) f

        match l with
        | [] -> Lwt.fail (NotFoundException "No element of the list satisfies the predicate.")
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then Lwt.return' x else find_s f l

    /// <summary>
    /// Calls <paramref name="f"/> on the elements in order, one after the other, and returns a promise for the list of
    /// the values that are not <c>None</c>.
    /// </summary>
    let filter_map_s (f: 'a -> 'b option Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.filter_map_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' (List.rev acc)
            | x :: l ->
                Lwt.apply f x
                >>= fun choice ->
                    match choice with
                    | Some y -> inner (y :: acc) l
                    | None -> inner acc l

        inner [] l

    /// <summary>
    /// Calls <paramref name="f"/> on all elements at once and returns a promise for the list of the values that are not
    /// <c>None</c>, in the order of the elements.
    /// </summary>
    let filter_map_p (f: 'a -> 'b option Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.filter_map_p" (nameof f) f

        let rec chosen acc (ps: Promise<'b option> list) =
            match ps with
            | [] -> Lwt.return' acc
            | p :: ps ->
                p
                >>= fun choice ->
                    match choice with
                    | Some y -> chosen (y :: acc) ps
                    | None -> chosen acc ps

        chosen [] (List.rev (List.map (Lwt.apply f) l))

    let private optionally (f: 'a -> bool Lwt.t) (x: 'a) : 'a option Lwt.t =
        f x >>= fun holds -> if holds then Lwt.return_some x else Lwt.return_none

    /// <summary>
    /// Returns a promise for the elements for which <paramref name="f"/> holds. It calls f on one element after the
    /// other.
    /// </summary>
    let filter_s (f: 'a -> bool Lwt.t) (l: 'a list) : 'a list Lwt.t =
        Null.check "Lwt_list.filter_s" (nameof f) f
        filter_map_s (optionally f) l

    /// <summary>
    /// Returns a promise for the elements for which <paramref name="f"/> holds, in their order. It calls f on all
    /// elements at once.
    /// </summary>
    let filter_p (f: 'a -> bool Lwt.t) (l: 'a list) : 'a list Lwt.t =
        Null.check "Lwt_list.filter_p" (nameof f) f
        filter_map_p (optionally f) l

    /// <summary>
    /// Returns a promise for two lists: the elements for which <paramref name="f"/> holds, and the others. It calls f
    /// on one element after the other.
    /// </summary>
    let partition_s (f: 'a -> bool Lwt.t) (l: 'a list) : ('a list * 'a list) Lwt.t =
        Null.check "Lwt_list.partition_s" (nameof f) f

        let rec inner yes no l =
            match l with
            | [] -> Lwt.return' (List.rev yes, List.rev no)
            | x :: l ->
                Lwt.apply f x
                >>= fun holds ->
                    if holds then
                        inner (x :: yes) no l
                    else
                        inner yes (x :: no) l

        inner [] [] l

    /// <summary>
    /// Returns a promise for two lists: the elements for which <paramref name="f"/> holds, and the others. It calls f
    /// on all elements at once.
    /// </summary>
    let partition_p (f: 'a -> bool Lwt.t) (l: 'a list) : ('a list * 'a list) Lwt.t =
        Null.check "Lwt_list.partition_p" (nameof f) f

        map_p (fun x -> Lwt.apply f x >>= fun holds -> Lwt.return' (holds, x)) l
        >>= fun answers ->
            let yes, no = List.partition fst answers
            Lwt.return' (List.map snd yes, List.map snd no)

    /// <summary>
    /// Calls <paramref name="f"/> on the elements in order, but so that at most <paramref name="max_concurrency"/> of
    /// its promises are pending at a time, and waits for all. After a rejection it calls f no more; the result is
    /// rejected with that exception once the promises that are pending are resolved. Cancelling the result cancels
    /// these. (Not in OCaml's Lwt_list.)
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    /// <example>
    /// <code>
    /// [ for i in 1..100 -&gt; $"{i}" ] |&gt; Lwt_list.iter_n 10 visit // ten at a time
    /// </code>
    /// </example>
    let iter_n (max_concurrency: int) (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_n" (nameof f) f
        let items = List.toArray l
        Primitives.Bounded<unit>(items.Length, max_concurrency, (fun i -> f items[i] :> Promise))

    /// <summary>
    /// Like <c>iter_n</c>, but returns a promise for the list of the values, in the order of the elements. (Not in
    /// OCaml's Lwt_list.)
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let map_n (max_concurrency: int) (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.map_n" (nameof f) f
        let items = List.toArray l
        let results = Array.zeroCreate<'b> items.Length

        Primitives.Bounded<unit>(
            items.Length,
            max_concurrency,
            fun i -> f items[i] >|= (fun y -> results[i] <- y) :> Promise
        )
        >|= fun () -> List.ofArray results
