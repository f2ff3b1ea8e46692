namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Streams of values that come over time, under OCaml's names: the module <c>Lwt_stream</c>, in the order of its interface.
/// </summary>
/// <remarks>
/// The functions with <c>_s</c> wait for their function's promise before they take the next element, those with <c>_p</c> do
/// not. A function is called when its element comes: at once, before this returns, if the element is there.
/// </remarks>
module Lwt_stream =

    /// <summary>A stream: <c>'a Lwt_stream.t</c>.</summary>
    type 'a t = PromiseStream<'a>

    /// <summary>
    /// A stream that calls <paramref name="f"/> when an element is wanted that is not there yet, one call at a time; None ends
    /// it. An exception goes to whoever reads and does not end the stream: the next read calls again.
    /// </summary>
    let from (f: unit -> 'a option Lwt.t) : 'a t =
        Null.check "Lwt_stream.from" (nameof f) f
        Streams.From<'a, 'a option, Options<'a>, Thunk<Promise<'a option>>>(Thunk f, Options())

    /// <summary>As <c>from</c>, for a function that has the element at once.</summary>
    let from_direct (f: unit -> 'a option) : 'a t =
        Null.check "Lwt_stream.from_direct" (nameof f) f
        Streams.FromDirect<'a, 'a option, Options<'a>, Thunk<'a option>>(Thunk f, Options())

    /// <summary>What pushing on a closed stream raises; to be raised.</summary>
    let Closed: exn = StreamClosedException()

    /// <summary>Recognises the exception of a push on a closed stream.</summary>
    [<return: Struct>]
    let (|Closed|_|) (e: exn) =
        match e with
        | :? StreamClosedException -> ValueSome()
        | _ -> ValueNone

    let private pushing (push: StreamPush<'a>) =
        function
        | Some value -> push.Push value
        | None -> push.Close()

    /// <summary>
    /// A stream and the function that pushes on it: an element, or None to end it. Those who wait for an element go on before
    /// push returns, but inside a promise's callbacks only after all of those. Push raises <c>Closed</c> after the end.
    /// </summary>
    let create<'a> () : 'a t * ('a option -> unit) =
        let struct (stream, push) = PromiseStream.Create<'a>()
        stream, pushing push

    /// <summary>As <c>create</c>, with a function that keeps an object alive as long as the stream is.</summary>
    let create_with_reference<'a, 'b> () : 'a t * ('a option -> unit) * ('b -> unit) =
        let struct (stream, push) = PromiseStream.Create<'a>()
        stream, pushing push, (fun reference -> push.SetReference(box reference))

    /// <summary>What a push on a full bounded stream is rejected with while another push waits; to be raised.</summary>
    let Full: exn = StreamFullException()

    /// <summary>Recognises the exception of a second push on a full stream.</summary>
    [<return: Struct>]
    let (|Full|_|) (e: exn) =
        match e with
        | :? StreamFullException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The writing end of a bounded stream.</summary>
    [<Sealed; AllowNullLiteral(false)>]
    type bounded_push<'a> internal (push: BoundedPush<'a>) =
        /// <summary>How many elements the queue may hold.</summary>
        member _.size: int = push.Size

        /// <summary>Sets how many elements the queue may hold; it may hold more at the time.</summary>
        /// <exception cref="T:System.ArgumentException">The size is negative.</exception>
        member _.resize(size: int) : unit = push.Resize size

        /// <summary>
        /// Adds an element, waiting while the queue is full; cancelling that takes the element back. Rejected with
        /// <c>Closed</c> when the stream is closed, with <c>Full</c> when another push waits.
        /// </summary>
        member _.push(value: 'a) : unit Lwt.t =
            Streams.Push(push, value, Lwt.return_unit)

        /// <summary>
        /// Ends the stream; a push that waits is rejected with <c>Closed</c>. (OCaml's <c>push#close</c> is <c>push.close ()</c>.)
        /// </summary>
        member _.close() : unit = push.Close()

        /// <summary>How many elements the queue holds.</summary>
        member _.count: int = push.Count

        /// <summary>Whether a push waits.</summary>
        member _.blocked: bool = push.IsBlocked

        /// <summary>Whether the stream is closed.</summary>
        member _.closed: bool = push.IsClosed

        /// <summary>Keeps an object alive as long as the stream is.</summary>
        member _.set_reference(reference: 'b) : unit = push.SetReference(box reference)

    /// <summary>
    /// A stream whose queue holds at most <paramref name="size"/> elements, and its writing end. It cannot be cloned or parsed.
    /// </summary>
    /// <exception cref="T:System.ArgumentException"><paramref name="size"/> is negative.</exception>
    let create_bounded<'a> (size: int) : 'a t * bounded_push<'a> =
        let struct (stream, push) = PromiseStream.CreateBounded<'a> size
        stream, bounded_push push

    /// <summary>A closed stream of one element. (<c>return</c> is a keyword of F#.)</summary>
    let return' (value: 'a) : 'a t = PromiseStream.Return<'a> value

    /// <summary><c>return'</c>.</summary>
    let ``return`` (value: 'a) : 'a t = PromiseStream.Return<'a> value

    /// <summary>A stream of the one element that a promise gives; of none if the promise is rejected.</summary>
    let return_lwt (p: 'a Lwt.t) : 'a t =
        Null.check "Lwt_stream.return_lwt" (nameof p) p
        Streams.Return p

    /// <summary>A stream of the elements of a sequence, each taken when it is wanted.</summary>
    let of_seq (s: 'a seq) : 'a t = PromiseStream.OfEnumerable s

    /// <summary>A stream of the elements of a sequence, each asked for when it is wanted.</summary>
    let of_lwt_seq (s: 'a Lwt_seq.t) : 'a t =
        Null.check "Lwt_stream.of_lwt_seq" (nameof s) s
        let rest = ref s

        from (fun () ->
            Lwt.map
                (function
                | Lwt_seq.Nil -> None
                | Lwt_seq.Cons(x, next) ->
                    rest.Value <- next
                    Some x)
                (rest.Value()))

    /// <summary>A closed stream that holds the elements of a list.</summary>
    let of_list (l: 'a list) : 'a t =
        PromiseStream.Of(ReadOnlySpan(List.toArray l))

    /// <summary>A closed stream that holds the elements of an array.</summary>
    let of_array (a: 'a array) : 'a t = PromiseStream.Of(ReadOnlySpan a)

    /// <summary>A closed stream that holds the characters of a string.</summary>
    let of_string (s: string) : char t = PromiseStream.Of(s.AsSpan())

    /// <summary>
    /// A stream that reads the same elements, from here on, on its own. What one has not read yet stays in memory for it.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The stream is bounded.</exception>
    let clone (s: 'a t) : 'a t =
        Null.check "Lwt_stream.clone" (nameof s) s
        Streams.Clone s

    /// <summary>All elements to the end.</summary>
    let to_list (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.to_list" (nameof s) s
        Streams.ToList<'a, 'a list, ListMaker<'a>>(s, ListMaker())

    /// <summary>All characters to the end.</summary>
    let to_string (s: char t) : string Lwt.t =
        Null.check "Lwt_stream.to_string" (nameof s) s
        Streams.ToText s

    /// <summary>What <c>next</c> and <c>last_new</c> are rejected with at the end; to be raised.</summary>
    let Empty: exn = StreamEmptyException()

    /// <summary>Recognises the exception of reading at the end.</summary>
    [<return: Struct>]
    let (|Empty|_|) (e: exn) =
        match e with
        | :? StreamEmptyException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The next element, which stays in the stream.</summary>
    let peek (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.peek" (nameof s) s
        Streams.Peek<'a, 'a option, Options<'a>>(s, Options())

    /// <summary>The next elements, at most so many, which stay in the stream.</summary>
    let npeek (n: int) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.npeek" (nameof s) s
        Streams.Peek<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>Takes the next element.</summary>
    let get (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.get" (nameof s) s
        let mutable element = Unchecked.defaultof<'a>

        if Streams.TryTake(s, &element) then
            Lwt.return_some element
        else
            Streams.Get<'a, 'a option, Options<'a>>(s, Options())

    /// <summary>Takes the next elements, at most so many.</summary>
    let nget (n: int) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.nget" (nameof s) s
        Streams.Get<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>Takes elements as long as they pass the test.</summary>
    let get_while (f: 'a -> bool) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.get_while" (nameof f) f
        Null.check "Lwt_stream.get_while" (nameof s) s
        Streams.GetWhile<'a, 'a list, ListMaker<'a>, Fun<'a, bool>>(s, Fun f, ListMaker())

    /// <summary>As <c>get_while</c>, waiting for each answer.</summary>
    let get_while_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.get_while_s" (nameof f) f
        Null.check "Lwt_stream.get_while_s" (nameof s) s
        Streams.GetWhileAwait<'a, 'a list, ListMaker<'a>, Fun<'a, Promise<bool>>>(s, Fun f, ListMaker())

    /// <summary>Takes the next element; rejected with <c>Empty</c> at the end.</summary>
    let next (s: 'a t) : 'a Lwt.t =
        Null.check "Lwt_stream.next" (nameof s) s
        Streams.Next s

    /// <summary>Takes all elements that are there and gives the last; waits for one if there is none.</summary>
    let last_new (s: 'a t) : 'a Lwt.t =
        Null.check "Lwt_stream.last_new" (nameof s) s
        Streams.LastNew s

    /// <summary>Throws the next element away, once it is there.</summary>
    let junk (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk" (nameof s) s
        Streams.Junk<'a, unit> s

    /// <summary>Throws the next elements away, at most so many.</summary>
    let njunk (n: int) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.njunk" (nameof s) s
        Streams.Junk<'a, unit>(s, n)

    /// <summary>Throws elements away as long as they pass the test.</summary>
    let junk_while (f: 'a -> bool) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_while" (nameof f) f
        Null.check "Lwt_stream.junk_while" (nameof s) s
        Streams.JunkWhile<'a, unit, Fun<'a, bool>>(s, Fun f)

    /// <summary>As <c>junk_while</c>, waiting for each answer.</summary>
    let junk_while_s (f: 'a -> bool Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_while_s" (nameof f) f
        Null.check "Lwt_stream.junk_while_s" (nameof s) s
        Streams.JunkWhileAwait<'a, unit, Fun<'a, Promise<bool>>>(s, Fun f)

    /// <summary>Throws away what is there.</summary>
    let junk_old (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_old" (nameof s) s
        Streams.JunkOld<'a, unit> s

    /// <summary>Throws away what is there, without a promise; raises what a source fails with. (Since Lwt 5.7.)</summary>
    let junk_available (s: 'a t) : unit =
        Null.check "Lwt_stream.junk_available" (nameof s) s
        Lwt.ignore_result (junk_old s)

    /// <summary>Takes what is there, without waiting.</summary>
    let get_available (s: 'a t) : 'a list =
        Null.check "Lwt_stream.get_available" (nameof s) s
        Streams.GetAvailable<'a, 'a list, ListMaker<'a>>(s, Int32.MaxValue, ListMaker())

    /// <summary>As <c>get_available</c>, at most so many.</summary>
    let get_available_up_to (n: int) (s: 'a t) : 'a list =
        Null.check "Lwt_stream.get_available_up_to" (nameof s) s
        Streams.GetAvailable<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>Whether the stream is at its end; waits for an element or the end.</summary>
    let is_empty (s: 'a t) : bool Lwt.t =
        Null.check "Lwt_stream.is_empty" (nameof s) s
        Streams.IsEmpty s

    /// <summary>Whether the end is known: no read will wait any more.</summary>
    let is_closed (s: 'a t) : bool =
        Null.check "Lwt_stream.is_closed" (nameof s) s
        Streams.IsClosed s

    /// <summary>The same promise each time, fulfilled when the stream is closed.</summary>
    let closed (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.closed" (nameof s) s
        Streams.Closed<'a, unit> s

    /// <summary>Calls a function when the stream is closed. Deprecated in Lwt: bind on <c>closed</c>.</summary>
    let on_termination (s: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt_stream.on_termination" (nameof s) s
        Null.check "Lwt_stream.on_termination" (nameof f) f
        Lwt.async (fun () -> Lwt.map f (closed s))

    /// <summary>Calls a function when the stream is closed. Deprecated in Lwt: bind on <c>closed</c>.</summary>
    let on_terminate (s: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt_stream.on_terminate" (nameof s) s
        Null.check "Lwt_stream.on_terminate" (nameof f) f
        on_termination s f

    /// <summary>The elements of several streams as they come. Each stream is asked for one element ahead, at once.</summary>
    let choose (streams: 'a t list) : 'a t = Streams.Choose(List.toArray streams)

    /// <summary>What a function makes of each element.</summary>
    let map (f: 'a -> 'b) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map" (nameof f) f
        Null.check "Lwt_stream.map" (nameof s) s
        Streams.Map<'a, 'b, Fun<'a, 'b>>(s, Fun f)

    /// <summary>As <c>map</c>, waiting for each result.</summary>
    let map_s (f: 'a -> 'b Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_s" (nameof f) f
        Null.check "Lwt_stream.map_s" (nameof s) s
        Streams.MapAwait<'a, 'b, Fun<'a, Promise<'b>>>(s, Fun f)

    /// <summary>The elements that pass a test.</summary>
    let filter (f: 'a -> bool) (s: 'a t) : 'a t =
        Null.check "Lwt_stream.filter" (nameof f) f
        Null.check "Lwt_stream.filter" (nameof s) s
        Streams.Filter<'a, Fun<'a, bool>>(s, Fun f)

    /// <summary>As <c>filter</c>, waiting for each answer.</summary>
    let filter_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a t =
        Null.check "Lwt_stream.filter_s" (nameof f) f
        Null.check "Lwt_stream.filter_s" (nameof s) s
        Streams.FilterAwait<'a, Fun<'a, Promise<bool>>>(s, Fun f)

    /// <summary>The values that a function gives.</summary>
    let filter_map (f: 'a -> 'b option) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.filter_map" (nameof f) f
        Null.check "Lwt_stream.filter_map" (nameof s) s
        Streams.FilterMap<'a, 'b, 'b option, Options<'b>, Fun<'a, 'b option>>(s, Fun f, Options())

    /// <summary>As <c>filter_map</c>, waiting for each result.</summary>
    let filter_map_s (f: 'a -> 'b option Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.filter_map_s" (nameof f) f
        Null.check "Lwt_stream.filter_map_s" (nameof s) s
        Streams.FilterMapAwait<'a, 'b, 'b option, Options<'b>, Fun<'a, Promise<'b option>>>(s, Fun f, Options())

    /// <summary>The elements of the lists that a function makes.</summary>
    let map_list (f: 'a -> 'b list) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_list" (nameof f) f
        Null.check "Lwt_stream.map_list" (nameof s) s
        Streams.MapMany<'a, 'b, 'b list, Fun<'a, 'b list>>(s, Fun f)

    /// <summary>As <c>map_list</c>, waiting for each list.</summary>
    let map_list_s (f: 'a -> 'b list Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_list_s" (nameof f) f
        Null.check "Lwt_stream.map_list_s" (nameof s) s
        Streams.MapManyAwait<'a, 'b, 'b list, Fun<'a, Promise<'b list>>>(s, Fun f)

    /// <summary>Combines all elements from the left.</summary>
    let fold (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_stream.fold" (nameof f) f
        Null.check "Lwt_stream.fold" (nameof s) s
        Streams.Fold<'a, 'b, Fun2<'a, 'b, 'b>>(s, Fun2 f, acc)

    /// <summary>As <c>fold</c>, waiting for each state.</summary>
    let fold_s (f: 'a -> 'b -> 'b Lwt.t) (s: 'a t) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_stream.fold_s" (nameof f) f
        Null.check "Lwt_stream.fold_s" (nameof s) s
        Streams.FoldAwait<'a, 'b, Fun2<'a, 'b, Promise<'b>>>(s, Fun2 f, acc)

    /// <summary>Calls a function on each element, to the end.</summary>
    let iter (f: 'a -> unit) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter" (nameof f) f
        Null.check "Lwt_stream.iter" (nameof s) s
        Streams.ForEach<'a, unit, Fun<'a, unit>>(s, Fun f)

    /// <summary>As <c>iter_s</c>, but goes on without waiting; done when the stream is at its end and all calls are.</summary>
    let iter_p (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_p" (nameof f) f
        Null.check "Lwt_stream.iter_p" (nameof s) s
        Streams.ForEachParallel<'a, unit, Fun<'a, Promise<unit>>>(s, Fun f)

    /// <summary>As <c>iter</c>, waiting for each call.</summary>
    let iter_s (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_s" (nameof f) f
        Null.check "Lwt_stream.iter_s" (nameof s) s
        Streams.ForEachAwait<'a, unit, Fun<'a, Promise<unit>>>(s, Fun f)

    /// <summary>
    /// As <c>iter_p</c>, with at most <paramref name="max_concurrency"/> calls under way. (Optional in OCaml; to be given here.)
    /// </summary>
    /// <exception cref="T:System.ArgumentException"><paramref name="max_concurrency"/> is zero or less.</exception>
    let iter_n (max_concurrency: int) (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_n" (nameof f) f
        Null.check "Lwt_stream.iter_n" (nameof s) s
        Streams.ForEachParallel<'a, unit, Fun<'a, Promise<unit>>>(s, max_concurrency, Fun f)

    /// <summary>Takes elements up to the first that passes a test.</summary>
    let find (f: 'a -> bool) (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.find" (nameof f) f
        Null.check "Lwt_stream.find" (nameof s) s
        Streams.Find<'a, 'a option, Options<'a>, Fun<'a, bool>>(s, Fun f, Options())

    /// <summary>As <c>find</c>, waiting for each answer.</summary>
    let find_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.find_s" (nameof f) f
        Null.check "Lwt_stream.find_s" (nameof s) s
        Streams.FindAwait<'a, 'a option, Options<'a>, Fun<'a, Promise<bool>>>(s, Fun f, Options())

    /// <summary>Takes elements up to the first of which a function makes a value.</summary>
    let find_map (f: 'a -> 'b option) (s: 'a t) : 'b option Lwt.t =
        Null.check "Lwt_stream.find_map" (nameof f) f
        Null.check "Lwt_stream.find_map" (nameof s) s
        Streams.FindMap<'a, 'b, 'b option, Options<'b>, Fun<'a, 'b option>>(s, Fun f, Options())

    /// <summary>As <c>find_map</c>, waiting for each result.</summary>
    let find_map_s (f: 'a -> 'b option Lwt.t) (s: 'a t) : 'b option Lwt.t =
        Null.check "Lwt_stream.find_map_s" (nameof f) f
        Null.check "Lwt_stream.find_map_s" (nameof s) s
        Streams.FindMapAwait<'a, 'b, 'b option, Options<'b>, Fun<'a, Promise<'b option>>>(s, Fun f, Options())

    /// <summary>Pairs, to the end of the shorter stream. Both are asked at the same time.</summary>
    let combine (s1: 'a t) (s2: 'b t) : ('a * 'b) t =
        Null.check "Lwt_stream.combine" (nameof s1) s1
        Null.check "Lwt_stream.combine" (nameof s2) s2
        Streams.Combine<'a, 'b, 'a * 'b, PairMaker<'a, 'b>>(s1, s2, PairMaker())

    /// <summary>The first stream to its end, then the second.</summary>
    let append (s1: 'a t) (s2: 'a t) : 'a t =
        Null.check "Lwt_stream.append" (nameof s1) s1
        Null.check "Lwt_stream.append" (nameof s2) s2
        Streams.Append(s1, s2)

    /// <summary>The streams of a stream, one after the other.</summary>
    let concat (s: 'a t t) : 'a t =
        Null.check "Lwt_stream.concat" (nameof s) s
        Streams.Concat s

    /// <summary>The elements of the lists of a stream.</summary>
    let flatten (s: 'a list t) : 'a t =
        Null.check "Lwt_stream.flatten" (nameof s) s
        map_list id s

    /// <summary>
    /// The elements, and the exceptions of the source, as results. A source that always fails gives results for ever.
    /// </summary>
    let wrap_exn (s: 'a t) : 'a Lwt.result t =
        Null.check "Lwt_stream.wrap_exn" (nameof s) s
        Streams.WrapExceptions<'a, Result<'a, exn>, Results<'a>>(s, Results())

    /// <summary>
    /// A stream of the elements of an asynchronous .NET sequence, each asked for when it is wanted. The sequence is disposed at
    /// its end, when it fails, and when the stream is disposed. (Not in OCaml's Lwt.)
    /// </summary>
    let of_async_enumerable (elements: Collections.Generic.IAsyncEnumerable<'a>) : 'a t =
        PromiseStream.OfAsyncEnumerable elements

    /// <summary>Gives the stream to a function; if that fails, what it read is put back.</summary>
    /// <exception cref="T:System.ArgumentException">The stream is bounded.</exception>
    let parse (s: 'a t) (f: 'a t -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_stream.parse" (nameof s) s
        Null.check "Lwt_stream.parse" (nameof f) f
        Streams.Parse<'a, 'b, Fun<'a t, Promise<'b>>>(s, Fun f)

    /// <summary>A value or an exception. Deprecated in Lwt: <c>Lwt.result</c>.</summary>
    type 'a result =
        /// An element.
        | Value of 'a
        /// An exception of the source.
        | Error of exn

    [<Struct>]
    type private OldResults<'a> =
        interface IResults<'a, 'a result> with
            member _.Ok value = Value value
            member _.Error reason = Error reason

    /// <summary>As <c>wrap_exn</c>, with the old type. Deprecated in Lwt: <c>wrap_exn</c>.</summary>
    let map_exn (s: 'a t) : 'a result t =
        Null.check "Lwt_stream.map_exn" (nameof s) s
        Streams.WrapExceptions<'a, 'a result, OldResults<'a>>(s, OldResults())
