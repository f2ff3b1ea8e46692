namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Lists whose elements are made when they are read, each by a promise: OCaml's module <c>Lwt_seq</c>, in the order of
/// its interface.
/// </summary>
/// <remarks>
/// A sequence does not keep its elements: reading it twice makes them twice. A function that is passed to an operation
/// is called when its element is made. The functions whose names end in <c>_s</c> wait for the promise before they read
/// the next element. An exception rejects the promise of the read.
/// </remarks>
module Lwt_seq =
    open Lwt.Infix

    /// <summary>What reading a sequence once returns.</summary>
    type 'a node =
        /// The end.
        | Nil
        /// An element and the rest.
        | Cons of 'a * 'a t

    /// <summary>A sequence: a function that reads its first element.</summary>
    and 'a t = unit -> 'a node Lwt.t

    let private return_nil<'a> : 'a node Lwt.t = Lwt.return' Nil

    /// <summary>The sequence without elements.</summary>
    [<GeneralizableValue>]
    let empty<'a> : 'a t = fun () -> return_nil<'a>

    /// <summary>Returns a sequence of one element. (<c>return</c> is a keyword of F#.)</summary>
    let return' (x: 'a) : 'a t = fun () -> Lwt.return' (Cons(x, empty))

    /// <summary>Returns a sequence of one element, the value of a promise.</summary>
    let return_lwt (x: 'a Lwt.t) : 'a t =
        Null.check "Lwt_seq.return_lwt" (nameof x) x
        fun () -> x >|= fun x -> Cons(x, empty)

    /// <summary>Returns a sequence of an element and then those of <paramref name="t"/>.</summary>
    let cons (x: 'a) (t: 'a t) : 'a t =
        Null.check "Lwt_seq.cons" (nameof t) t
        fun () -> Lwt.return' (Cons(x, t))

    /// <summary>Like <c>cons</c>, for the value of a promise.</summary>
    let cons_lwt (x: 'a Lwt.t) (t: 'a t) : 'a t =
        Null.check "Lwt_seq.cons_lwt" (nameof x) x
        Null.check "Lwt_seq.cons_lwt" (nameof t) t
        fun () -> x >|= fun x -> Cons(x, t)

    // An exception of the first step of a sequence must become a rejection. Later steps run inside a bind, which does
    // that; the first one is called by Lwt.apply.

    /// Calls the next step in a bind, which leaves the call to the loop where the stack has no room: a sequence may be
    /// made of others in very many layers.
    let private call (next: 'a t) : 'a node Lwt.t = Lwt.return_unit >>= next

    /// <summary>
    /// Returns a sequence of the elements of <paramref name="xs"/> and then of <paramref name="ys"/>.
    /// </summary>
    let append (xs: 'a t) (ys: 'a t) : 'a t =
        Null.check "Lwt_seq.append" (nameof xs) xs
        Null.check "Lwt_seq.append" (nameof ys) ys

        let rec after step =
            step
            >>= function
                | Nil -> ys ()
                | Cons(x, next) -> Lwt.return' (Cons(x, (fun () -> after (call next))))

        fun () -> after (Lwt.apply xs ())

    /// <summary>
    /// Returns a sequence of the results of <paramref name="f"/>, which is called each time that an element is read.
    /// </summary>
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

    /// <summary>Like <c>map</c>, but waits for each result.</summary>
    let map_s (f: 'a -> 'b Lwt.t) (seq: 'a t) : 'b t =
        Null.check "Lwt_seq.map_s" (nameof f) f
        Null.check "Lwt_seq.map_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> return_nil
                | Cons(x, next) -> f x >|= fun y -> Cons(y, (fun () -> after (call next)))

        fun () -> after (Lwt.apply seq ())

    /// <summary>Returns a sequence of the elements that pass the test, which is called when they are read.</summary>
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

    /// <summary>Like <c>filter</c>, but waits for each answer.</summary>
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

    /// <summary>
    /// Returns a sequence of the values that <paramref name="f"/> returns. Elements for which it returns None are
    /// skipped.
    /// </summary>
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

    /// <summary>Like <c>filter_map</c>, but waits for each result.</summary>
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

    /// <summary>
    /// Returns a sequence of the elements of the sequences that <paramref name="f"/> returns, one sequence after the
    /// other.
    /// </summary>
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

    /// <summary>Updates a state with each element, and returns the last state.</summary>
    /// <param name="f">Returns the next state from the state and an element.</param>
    /// <param name="acc">The first state.</param>
    /// <param name="seq">The sequence.</param>
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

    /// <summary>Like <c>fold_left</c>, but waits for each state before it reads the next element.</summary>
    let fold_left_s (f: 'a -> 'b -> 'a Lwt.t) (acc: 'a) (seq: 'b t) : 'a Lwt.t =
        Null.check "Lwt_seq.fold_left_s" (nameof f) f
        Null.check "Lwt_seq.fold_left_s" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.return' acc
                | Cons(x, next) -> f acc x >>= fun acc -> after acc (next ())

        after acc (Lwt.apply seq ())

    /// <summary>Calls <paramref name="f"/> with each element, in order. The promise is fulfilled at the end.</summary>
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

    /// <summary>
    /// Like <c>iter</c>, for a function that returns a promise: the next element is read once that promise is
    /// fulfilled. If it is rejected, so is the promise of this call.
    /// </summary>
    let iter_s (f: 'a -> unit Lwt.t) (seq: 'a t) : unit Lwt.t =
        Null.check "Lwt_seq.iter_s" (nameof f) f
        Null.check "Lwt_seq.iter_s" (nameof seq) seq

        let rec after step =
            step
            >>= function
                | Nil -> Lwt.return_unit
                | Cons(x, next) -> f x >>= fun () -> after (next ())

        after (Lwt.apply seq ())

    /// <summary>
    /// Like <c>iter_s</c>, but does not wait before it reads the next element. The promise is resolved when the
    /// sequence is at its end and all promises of the function are resolved; it is rejected if one of them is.
    /// </summary>
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
    /// Like <c>iter_p</c>, but with at most <paramref name="max_concurrency"/> pending promises: when there are that
    /// many, it waits for one of them before it reads the next element.
    /// </summary>
    /// <param name="max_concurrency">
    /// One or more. (Optional in OCaml, where it is one if it is left out; required here.)
    /// </param>
    /// <param name="f">Called with each element, in order.</param>
    /// <param name="seq">The sequence.</param>
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

    /// <summary>
    /// Returns a sequence that <paramref name="f"/> makes: it returns an element and the next state from a state, or
    /// None at the end.
    /// </summary>
    /// <param name="f">Called when an element is read.</param>
    /// <param name="u">The first state.</param>
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

    /// <summary>Like <c>unfold</c>, but waits for each result.</summary>
    let unfold_lwt (f: 'b -> ('a * 'b) option Lwt.t) (u: 'b) : 'a t =
        Null.check "Lwt_seq.unfold_lwt" (nameof f) f

        let rec after step =
            step
            >>= function
                | None -> return_nil
                | Some(x, u') -> Lwt.return' (Cons(x, (fun () -> after (f u'))))

        fun () -> after (Lwt.apply f u)

    /// <summary>Reads all elements and returns them as a list.</summary>
    let to_list (seq: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_seq.to_list" (nameof seq) seq

        let rec after acc step =
            step
            >>= function
                | Nil -> Lwt.return' (List.rev acc)
                | Cons(x, next) -> after (x :: acc) (next ())

        after [] (Lwt.apply seq ())

    /// <summary>Returns a sequence of the elements of a list.</summary>
    let rec of_list (l: 'a list) : 'a t =
        match l with
        | [] -> empty
        | h :: t -> fun () -> Lwt.return' (Cons(h, of_list t))

    /// Reads a .NET sequence. An enumerator cannot go back, but a sequence can be read again from each of its tails: so
    /// each step is kept.
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
    /// Returns a sequence of the elements of a .NET sequence, each taken when it is first read. Reading from the start
    /// enumerates the .NET sequence again. If it raises, the promise of the read is rejected.
    /// </summary>
    let of_seq (seq: 'a seq) : 'a t =
        Null.check "Lwt_seq.of_seq" (nameof seq) seq
        enumerate (fun x rest -> Lwt.return' (Cons(x, rest))) seq

    /// <summary>Like <c>of_seq</c>, for a .NET sequence of promises: returns a sequence of their values.</summary>
    let of_seq_lwt (seq: 'a Lwt.t seq) : 'a t =
        Null.check "Lwt_seq.of_seq_lwt" (nameof seq) seq
        enumerate (fun x rest -> x >|= fun x -> Cons(x, rest)) seq

    /// <summary>
    /// Returns a sequence of the elements of an asynchronous .NET sequence, each asked for when it is first read.
    /// Reading from the start enumerates the .NET sequence again. It is disposed at its end and when it fails. (Not in
    /// OCaml.)
    /// </summary>
    let of_async_enumerable (elements: Collections.Generic.IAsyncEnumerable<'a>) : 'a t =
        Null.check "Lwt_seq.of_async_enumerable" (nameof elements) elements

        let rec from (stream: PromiseStream<'a>) : 'a t =
            // Each step is kept: the stream cannot go back.
            let step =
                lazy
                    (stream.Get()
                     >|= fun item -> if item.HasValue then Cons(item.Value, from stream) else Nil)

            fun () -> step.Force()

        fun () -> from (PromiseStream.OfAsyncEnumerable elements) ()

    /// <summary>
    /// Returns the sequence for consumers that do not use promises. Each enumeration reads it from the start, and must
    /// begin on the thread of the loop. (Not in OCaml.)
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
