namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices
open Lwt.FSharp.Lwt.Infix

/// <summary>
/// Lists and functions that give promises: OCaml's <c>Lwt_list</c>. The functions in <c>_s</c> go on to an element when
/// the one before is done; those in <c>_p</c> start them all at once, and an exception that one raises rejects.
/// </summary>
module Lwt_list =

    /// <summary>Calls the function on the elements, one after the other.</summary>
    let rec iter_s (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_s" (nameof f) f

        match l with
        | [] -> Lwt.return_unit
        | x :: l -> Lwt.apply f x >>= fun () -> iter_s f l

    /// <summary>Calls the function on all elements and waits for all.</summary>
    let iter_p (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_p" (nameof f) f
        Lwt.join (List.rev (List.map (Lwt.apply f) l))

    /// <summary>As <c>iter_s</c>, for a function of the index too.</summary>
    let iteri_s (f: int -> 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iteri_s" (nameof f) f

        let rec from i l =
            match l with
            | [] -> Lwt.return_unit
            | x :: l -> Lwt.apply (f i) x >>= fun () -> from (i + 1) l

        from 0 l

    /// <summary>As <c>iter_p</c>, for a function of the index too.</summary>
    let iteri_p (f: int -> 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iteri_p" (nameof f) f
        Lwt.join (List.rev (List.mapi (fun i x -> Lwt.apply (f i) x) l))

    /// <summary>The values that the function gives, one after the other.</summary>
    let map_s (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.map_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' (List.rev acc)
            | x :: l -> Lwt.apply f x >>= fun y -> inner (y :: acc) l

        inner [] l

    /// Waits for promises one after the other, given last first; so their values come out first first.
    let rec private collect acc (ps: 'a Lwt.t list) =
        match ps with
        | [] -> Lwt.return' acc
        | p :: ps -> p >>= fun v -> collect (v :: acc) ps

    /// <summary>The values that the function gives; rejected as the last rejected one, once those after it are fulfilled.</summary>
    let map_p (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.map_p" (nameof f) f
        collect [] (List.rev (List.map (Lwt.apply f) l))

    /// <summary>As <c>map_s</c>, for a function of the index too.</summary>
    let mapi_s (f: int -> 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.mapi_s" (nameof f) f

        let rec inner acc i l =
            match l with
            | [] -> Lwt.return' (List.rev acc)
            | x :: l -> Lwt.apply (f i) x >>= fun y -> inner (y :: acc) (i + 1) l

        inner [] 0 l

    /// <summary>As <c>map_p</c>, for a function of the index too.</summary>
    let mapi_p (f: int -> 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.mapi_p" (nameof f) f
        collect [] (List.rev (List.mapi (fun i x -> Lwt.apply (f i) x) l))

    /// <summary>As <c>map_s</c>, the values in reverse.</summary>
    let rev_map_s (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.rev_map_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' acc
            | x :: l -> Lwt.apply f x >>= fun y -> inner (y :: acc) l

        inner [] l

    /// <summary>As <c>map_p</c>, the values in reverse.</summary>
    let rev_map_p (f: 'a -> 'b Lwt.t) (l: 'a list) : 'b list Lwt.t =
        Null.check "Lwt_list.rev_map_p" (nameof f) f

        let rec inner (acc: Promise<'b list>) l =
            match l with
            | [] -> acc
            | x :: l -> inner (Lwt.apply f x >>= fun y -> acc >|= fun ys -> y :: ys) l

        inner Lwt.return_nil l

    /// <summary>Folds from the left, one element after the other.</summary>
    let rec fold_left_s (f: 'a -> 'b -> 'a Lwt.t) (acc: 'a) (l: 'b list) : 'a Lwt.t =
        Null.check "Lwt_list.fold_left_s" (nameof f) f

        match l with
        | [] -> Lwt.return' acc
        | x :: l -> Lwt.apply (f acc) x >>= fun acc -> fold_left_s f acc l

    /// <summary>Folds from the right, one element after the other.</summary>
    let fold_right_s (f: 'a -> 'b -> 'b Lwt.t) (l: 'a list) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_list.fold_right_s" (nameof f) f

        let rec inner acc l =
            match l with
            | [] -> Lwt.return' acc
            | x :: l -> Lwt.apply (f x) acc >>= fun acc -> inner acc l

        inner acc (List.rev l)

    /// <summary>Whether all elements satisfy the predicate; stops at the first that does not.</summary>
    let rec for_all_s (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.for_all_s" (nameof f) f

        match l with
        | [] -> Lwt.return_true
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then for_all_s f l else Lwt.return_false

    /// <summary>Whether all elements satisfy the predicate; asks about all.</summary>
    let for_all_p (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.for_all_p" (nameof f) f
        map_p f l >>= fun answers -> Lwt.return' (List.forall id answers)

    /// <summary>Whether an element satisfies the predicate; stops at the first that does.</summary>
    let rec exists_s (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.exists_s" (nameof f) f

        match l with
        | [] -> Lwt.return_false
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then Lwt.return_true else exists_s f l

    /// <summary>Whether an element satisfies the predicate; asks about all.</summary>
    let exists_p (f: 'a -> bool Lwt.t) (l: 'a list) : bool Lwt.t =
        Null.check "Lwt_list.exists_p" (nameof f) f
        map_p f l >>= fun answers -> Lwt.return' (List.exists id answers)

    /// <summary>
    /// The first element that satisfies the predicate; rejected with <c>NotFoundException</c>, OCaml's
    /// <c>Not_found</c>, if there is none.
    /// </summary>
    let rec find_s (f: 'a -> bool Lwt.t) (l: 'a list) : 'a Lwt.t =
        Null.check "Lwt_list.find_s" (nameof f) f

        match l with
        | [] -> Lwt.fail (NotFoundException "No element of the list satisfies the predicate.")
        | x :: l -> Lwt.apply f x >>= fun holds -> if holds then Lwt.return' x else find_s f l

    /// <summary>The values that the function chooses to give, one after the other.</summary>
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

    /// <summary>The values that the function chooses to give, called on all elements at once.</summary>
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

    /// <summary>The elements that satisfy the predicate, asked one after the other.</summary>
    let filter_s (f: 'a -> bool Lwt.t) (l: 'a list) : 'a list Lwt.t =
        Null.check "Lwt_list.filter_s" (nameof f) f
        filter_map_s (optionally f) l

    /// <summary>The elements that satisfy the predicate, asked about all at once.</summary>
    let filter_p (f: 'a -> bool Lwt.t) (l: 'a list) : 'a list Lwt.t =
        Null.check "Lwt_list.filter_p" (nameof f) f
        filter_map_p (optionally f) l

    /// <summary>The elements that satisfy the predicate and those that do not, asked one after the other.</summary>
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

    /// <summary>The elements that satisfy the predicate and those that do not, asked about all at once.</summary>
    let partition_p (f: 'a -> bool Lwt.t) (l: 'a list) : ('a list * 'a list) Lwt.t =
        Null.check "Lwt_list.partition_p" (nameof f) f

        map_p (fun x -> Lwt.apply f x >>= fun holds -> Lwt.return' (holds, x)) l
        >>= fun answers ->
            let yes, no = List.partition fst answers
            Lwt.return' (List.map snd yes, List.map snd no)

    /// <summary>
    /// Calls the function on the elements in order, with at most <paramref name="max_concurrency"/> of its promises
    /// pending at once, and waits for all. After a rejection no more are started; the result is rejected with it once
    /// those under way have ended. Cancelling it cancels those under way. (Not in OCaml's Lwt_list.)
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let iter_n (max_concurrency: int) (f: 'a -> unit Lwt.t) (l: 'a list) : unit Lwt.t =
        Null.check "Lwt_list.iter_n" (nameof f) f
        let items = List.toArray l
        Primitives.Bounded<unit>(items.Length, max_concurrency, (fun i -> f items[i] :> Promise))

    /// <summary>As <c>iter_n</c>, giving the values in the order of the elements. (Not in OCaml's Lwt_list.)</summary>
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
