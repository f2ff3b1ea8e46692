namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Lists that are made as they are read, each step a promise, under OCaml's names: the module <c>Lwt_seq</c>, in the order
/// of its interface.
/// </summary>
/// <remarks>
/// Nothing is remembered: to read a sequence twice is to make it twice. The functions with <c>_s</c> wait for the function's
/// promise before they ask for the next element. What raises in the first step of a sequence rejects the promise.
/// </remarks>
module Lwt_seq =
    open Lwt.Infix

    /// <summary>One step of a sequence.</summary>
    type 'a node =
        /// The end.
        | Nil
        /// An element and the rest.
        | Cons of 'a * 'a t

    /// <summary>A sequence: a function that makes its first step.</summary>
    and 'a t = unit -> 'a node Lwt.t

    let private return_nil<'a> : 'a node Lwt.t = Lwt.return' Nil

    /// <summary>The sequence of no element.</summary>
    [<GeneralizableValue>]
    let empty<'a> : 'a t = fun () -> return_nil<'a>

    /// <summary>The sequence of one element. (<c>return</c> is a keyword of F#.)</summary>
    let return' (x: 'a) : 'a t = fun () -> Lwt.return' (Cons(x, empty))

    /// <summary>The sequence of the one element that a promise gives.</summary>
    let return_lwt (x: 'a Lwt.t) : 'a t =
        Null.check "Lwt_seq.return_lwt" (nameof x) x
        fun () -> x >|= fun x -> Cons(x, empty)

    /// <summary>An element before a sequence.</summary>
    let cons (x: 'a) (t: 'a t) : 'a t =
        Null.check "Lwt_seq.cons" (nameof t) t
        fun () -> Lwt.return' (Cons(x, t))

    /// <summary>The element that a promise gives before a sequence.</summary>
    let cons_lwt (x: 'a Lwt.t) (t: 'a t) : 'a t =
        Null.check "Lwt_seq.cons_lwt" (nameof x) x
        Null.check "Lwt_seq.cons_lwt" (nameof t) t
        fun () -> x >|= fun x -> Cons(x, t)

    // What a sequence raises in its first step must become a rejection; later steps run inside of a bind, which sees to it.
    // So each function below is a walk from an answer that is there, given the first one by apply.

    /// The next step of what a sequence was made of. By bind, which leaves the call to the loop where the stack has no room:
    /// sequences are made of one another in very many layers.
    let private call (next: 'a t) : 'a node Lwt.t = Lwt.return_unit >>= next

    /// <summary>One sequence after another.</summary>
    let append (xs: 'a t) (ys: 'a t) : 'a t =
        Null.check "Lwt_seq.append" (nameof xs) xs
        Null.check "Lwt_seq.append" (nameof ys) ys

        let rec after step =
            step
            >>= function
                | Nil -> ys ()
                | Cons(x, next) -> Lwt.return' (Cons(x, (fun () -> after (call next))))

        fun () -> after (Lwt.apply xs ())

    /// <summary>The results of a function.</summary>
    let map (f: 'a -> 'b) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.map" (nameof f) f
        Null.check "Lwt_seq.map" (nameof seq) seq

        let rec after step =
            step
            >|= function
                | Nil -> Nil
                | Cons(x, next) ->
                    let y = f x
                    Cons(y, (fun () -> after (call next)))

        fun () -> after (Lwt.apply seq ())

    /// <summary>As <c>map</c>, waiting for each result.</summary>
    let map_s (f: 'a -> 'b Lwt.t) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.map_s" (nameof f) f
        Null.check "Lwt_seq.map_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) -> f x >|= fun y -> Cons(y, (fun () -> after (call next)))

        fun () -> after (Lwt.apply seq ())

    /// <summary>The elements that pass a test.</summary>
    let filter (f: 'a -> bool) (seq: 'a t) : 'a t =
        Null.check "Lwt_seq.filter" (nameof f) f
        Null.check "Lwt_seq.filter" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) ->
                    if f x then
                        Lwt.return' (Cons(x, (fun () -> after (call next))))
                    else
                        after (next ())

        fun () -> after (Lwt.apply seq ())

    /// <summary>As <c>filter</c>, waiting for each answer.</summary>
    let filter_s (f: 'a -> bool Lwt.t) (seq: 'a t) : 'a t =
        Null.check "Lwt_seq.filter_s" (nameof f) f
        Null.check "Lwt_seq.filter_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) ->
                    f x
                    >>= fun ok ->
                        if ok then
                            Lwt.return' (Cons(x, (fun () -> after (call next))))
                        else
                            after (next ())

        fun () -> after (Lwt.apply seq ())

    /// <summary>The values that a function gives.</summary>
    let filter_map (f: 'a -> 'b option) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.filter_map" (nameof f) f
        Null.check "Lwt_seq.filter_map" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) ->
                    match f x with
                    | None -> after (next ())
                    | Some y -> Lwt.return' (Cons(y, (fun () -> after (call next))))

        fun () -> after (Lwt.apply seq ())

    /// <summary>As <c>filter_map</c>, waiting for each result.</summary>
    let filter_map_s (f: 'a -> 'b option Lwt.t) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.filter_map_s" (nameof f) f
        Null.check "Lwt_seq.filter_map_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) ->
                    f x
                    >>= function
                        | None -> after (next ())
                        | Some y -> Lwt.return' (Cons(y, (fun () -> after (call next))))

        fun () -> after (Lwt.apply seq ())

    /// <summary>The elements of the sequences that a function makes, one sequence after the other.</summary>
    let flat_map (f: 'a -> 'b t) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.flat_map" (nameof f) f
        Null.check "Lwt_seq.flat_map" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) -> inside ((f x) ()) next

        and inside step tail =
            step
            >>= function
                | Nil -> after (tail ())
                | Cons(x, next) -> Lwt.return' (Cons(x, (fun () -> inside (call next) tail)))

        fun () -> after (Lwt.apply seq ())

    /// <summary>Combines all elements from the left.</summary>
    let fold_left (f: 'a -> 'b -> 'a) (acc: 'a) (seq: 'b t) : 'a Lwt.t =
        Null.check "Lwt_seq.fold_left" (nameof f) f
        Null.check "Lwt_seq.fold_left" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.return' acc
                | Cons(x, next) ->
                    let acc = f acc x
                    after acc (next ())

        after acc (Lwt.apply seq ())

    /// <summary>As <c>fold_left</c>, waiting for each state.</summary>
    let fold_left_s (f: 'a -> 'b -> 'a Lwt.t) (acc: 'a) (seq: 'b t) : 'a Lwt.t =
        Null.check "Lwt_seq.fold_left_s" (nameof f) f
        Null.check "Lwt_seq.fold_left_s" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.return' acc
                | Cons(x, next) -> f acc x >>= fun acc -> after acc (next ())

        after acc (Lwt.apply seq ())

    /// <summary>Calls a function on each element.</summary>
    let iter (f: 'a -> unit) (seq: 'a t) : unit Lwt.t =
        Null.check "Lwt_seq.iter" (nameof f) f
        Null.check "Lwt_seq.iter" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> Lwt.return_unit
                | Cons(x, next) ->
                    f x
                    after (next ())

        after (Lwt.apply seq ())

    /// <summary>As <c>iter</c>, waiting for each call.</summary>
    let iter_s (f: 'a -> unit Lwt.t) (seq: 'a t) : unit Lwt.t =
        Null.check "Lwt_seq.iter_s" (nameof f) f
        Null.check "Lwt_seq.iter_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> Lwt.return_unit
                | Cons(x, next) -> f x >>= fun () -> after (next ())

        after (Lwt.apply seq ())

    /// <summary>As <c>iter_s</c>, but asks for the next element at once; done when all calls are.</summary>
    let iter_p (f: 'a -> unit Lwt.t) (seq: 'a t) : unit Lwt.t =
        Null.check "Lwt_seq.iter_p" (nameof f) f
        Null.check "Lwt_seq.iter_p" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.join acc
                | Cons(x, next) ->
                    let p = f x
                    after (p :: acc) (next ())

        after [] (Lwt.apply seq ())

    /// <summary>
    /// As <c>iter_p</c>, with at most <paramref name="max_concurrency"/> calls under way. (OCaml's optional argument comes
    /// first here too, but must be given.)
    /// </summary>
    /// <exception cref="T:System.ArgumentException"><paramref name="max_concurrency"/> is zero or less.</exception>
    let iter_n (max_concurrency: int) (f: 'a -> unit Lwt.t) (seq: 'a t) : unit Lwt.t =
        Null.check "Lwt_seq.iter_n" (nameof f) f
        Null.check "Lwt_seq.iter_n" (nameof seq) seq

        if max_concurrency <= 0 then
            raise (ArgumentException $"Lwt_seq.iter_n: max_concurrency must be > 0, {max_concurrency} given")

        let rec loop running available (step: unit -> 'a node Lwt.t) =
            (if available > 0 then
                 Lwt.return' (running, available)
             else
                 Lwt.nchoose_split running
                 >>= fun (complete, running) -> Lwt.return' (running, available + List.length complete))
            >>= fun (running, available) ->
                step ()
                >>= function
                    | Nil -> Lwt.join running
                    | Cons(x, next) -> loop (f x :: running) (available - 1) next

        loop [] max_concurrency (fun () -> Lwt.apply seq ())

    /// <summary>A sequence made by a step function from a first state; None ends it.</summary>
    let rec unfold (f: 'b -> ('a * 'b) option) (u: 'b) : 'a t =
        Null.check "Lwt_seq.unfold" (nameof f) f

        fun () ->
            match
                (try
                    Ok(f u)
                 with e ->
                     Error e)
            with
            | Ok None -> return_nil
            | Ok(Some(x, u')) -> Lwt.return' (Cons(x, unfold f u'))
            | Error e -> Lwt.fail e

    /// <summary>As <c>unfold</c>, waiting for each step.</summary>
    let unfold_lwt (f: 'b -> ('a * 'b) option Lwt.t) (u: 'b) : 'a t =
        Null.check "Lwt_seq.unfold_lwt" (nameof f) f

        let rec after step =
            step
            >>= function
                | None -> return_nil
                | Some(x, u') -> Lwt.return' (Cons(x, (fun () -> after (f u'))))

        fun () -> after (Lwt.apply f u)

    /// <summary>All elements.</summary>
    let to_list (seq: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_seq.to_list" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.return' (List.rev acc)
                | Cons(x, next) -> after (x :: acc) (next ())

        after [] (Lwt.apply seq ())

    /// <summary>The sequence of the elements of a list.</summary>
    let rec of_list (l: 'a list) : 'a t =
        match l with
        | [] -> empty
        | h :: t -> fun () -> Lwt.return' (Cons(h, of_list t))

    /// Reads a .NET sequence. An enumerator cannot go back, and a sequence can be read again from each of its tails: so a
    /// step that was made is kept.
    let private enumerate (cons: 'a -> 'b t -> 'b node Lwt.t) (seq: 'a seq) : 'b t =
        let rec from (e: Collections.Generic.IEnumerator<'a>) : 'b t =
            let step =
                lazy
                    (if e.MoveNext() then
                         ValueSome struct (e.Current, from e)
                     else
                         e.Dispose()
                         ValueNone)

            fun () ->
                match
                    (try
                        Ok(step.Force())
                     with e ->
                         Error e)
                with
                | Ok ValueNone -> return_nil
                | Ok(ValueSome struct (x, rest)) -> cons x rest
                | Error e -> Lwt.fail e

        fun () ->
            match
                (try
                    Ok(seq.GetEnumerator())
                 with e ->
                     Error e)
            with
            | Ok e -> from e ()
            | Error e -> Lwt.fail e

    /// <summary>
    /// The elements of a .NET sequence, each taken when it is wanted; reading from the start enumerates it again. An
    /// exception of it rejects.
    /// </summary>
    let of_seq (seq: 'a seq) : 'a t =
        Null.check "Lwt_seq.of_seq" (nameof seq) seq
        enumerate (fun x rest -> Lwt.return' (Cons(x, rest))) seq

    /// <summary>
    /// The values of the promises of a .NET sequence, each taken when it is wanted. An exception of it rejects.
    /// </summary>
    let of_seq_lwt (seq: 'a Lwt.t seq) : 'a t =
        Null.check "Lwt_seq.of_seq_lwt" (nameof seq) seq
        enumerate (fun x rest -> x >|= fun x -> Cons(x, rest)) seq

    /// <summary>
    /// The elements of an asynchronous .NET sequence, each asked for when it is wanted; reading from the start enumerates it
    /// again. It is disposed at its end and when it fails. (Not in OCaml's Lwt.)
    /// </summary>
    let of_async_enumerable (elements: Collections.Generic.IAsyncEnumerable<'a>) : 'a t =
        Null.check "Lwt_seq.of_async_enumerable" (nameof elements) elements

        let rec from (stream: PromiseStream<'a>) : 'a t =
            // A step that was asked for is kept: the stream cannot go back.
            let step =
                lazy
                    (stream.Get()
                     >|= fun item -> if item.HasValue then Cons(item.Value, from stream) else Nil)

            fun () -> step.Force()

        fun () -> from (PromiseStream.OfAsyncEnumerable elements) ()

    /// <summary>
    /// The sequence for consumers that know nothing of promises; each enumeration reads it from the start. It must be begun on
    /// the thread of its loop. (Not in OCaml's Lwt.)
    /// </summary>
    let to_async_enumerable (seq: 'a t) : Collections.Generic.IAsyncEnumerable<'a> =
        Null.check "Lwt_seq.to_async_enumerable" (nameof seq) seq

        { new Collections.Generic.IAsyncEnumerable<'a> with
            member _.GetAsyncEnumerator token =
                let rest = ref seq

                let stream =
                    PromiseStream.From(fun () ->
                        rest.Value()
                        >|= function
                            | Nil -> Maybe.None
                            | Cons(x, next) ->
                                rest.Value <- next
                                Maybe x)

                (stream :> Collections.Generic.IAsyncEnumerable<'a>).GetAsyncEnumerator token
        }
