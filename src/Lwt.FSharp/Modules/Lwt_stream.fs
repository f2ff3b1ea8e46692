namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Sequences of values that come over time: OCaml's module <c>Lwt_stream</c>, in the order of its interface.
/// </summary>
/// <remarks>
/// <para>
/// A read waits until its element has come. Two reads that wait at the same time both return the same element, as in
/// OCaml. Cancelling a read does not take an element, and does not cancel other reads or the work that makes the
/// element.
/// </para>
/// <para>
/// A function that is passed to an operation is called when its element comes: at once, before the operation returns,
/// if the element is there. The functions whose names end in <c>_s</c> wait for the promise before they take the next
/// element; those that end in <c>_p</c> do not.
/// </para>
/// <para>
/// An exception does not end the stream: the next read goes on. An exception of the source, or of a function, goes to
/// whoever reads: it rejects the promise of the read or, if the function was called before the read returned, may be
/// raised by the read itself.
/// </para>
/// </remarks>
module Lwt_stream =

    /// <summary>A stream: OCaml's <c>'a Lwt_stream.t</c>.</summary>
    type 'a t = PromiseStream<'a>

    /// <summary>
    /// Returns a stream that calls <paramref name="f"/> when an element is asked for that is not there yet, one call at
    /// a time. None ends the stream. If the call fails, the read is rejected, the stream does not end, and the next
    /// read calls again. Cancelling a read does not cancel the call.
    /// </summary>
    /// <example>
    /// <code>
    /// let number = ref 0
    ///
    /// let pages =
    ///     Lwt_stream.from (fun () ->
    ///         number.Value &lt;- number.Value + 1
    ///
    ///         if number.Value > 3 then
    ///             Lwt.return_none
    ///         else
    ///             Lwt.map Some (load $"{number.Value}"))
    ///
    /// let first = Lwt_stream.get pages // loads page 1 only
    /// </code>
    /// </example>
    let from (f: unit -> 'a option Lwt.t) : 'a t =
        Null.check "Lwt_stream.from" (nameof f) f
        Streams.From<'a, 'a option, Options<'a>, Thunk<Promise<'a option>>>(Thunk f, Options())

    /// <summary>Like <c>from</c>, for a function that returns the element itself.</summary>
    let from_direct (f: unit -> 'a option) : 'a t =
        Null.check "Lwt_stream.from_direct" (nameof f) f
        Streams.FromDirect<'a, 'a option, Options<'a>, Thunk<'a option>>(Thunk f, Options())

    /// <summary>The exception of a push on a closed stream, for raising.</summary>
    let Closed: exn = StreamClosedException()

    /// <summary>Matches the exception of a push on a closed stream.</summary>
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
    /// Returns a stream and the function that writes to it: an element, or None to end the stream. The queue has no
    /// bound. Callbacks of the reads that wait for an element run before the push returns; when it is called inside a
    /// callback, they run after the outermost resolution. A push after the end raises <c>Closed</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// let messages, push = Lwt_stream.create ()
    /// let all = Lwt_stream.to_list messages // waits for the end
    /// push (Some "first")
    /// push (Some "second")
    /// push None
    /// </code>
    /// </example>
    let create<'a> () : 'a t * ('a option -> unit) =
        let struct (stream, push) = PromiseStream.Create<'a>()
        stream, pushing push

    /// <summary>Like <c>create</c>, and returns a function that keeps an object alive as long as the stream.</summary>
    let create_with_reference<'a, 'b> () : 'a t * ('a option -> unit) * ('b -> unit) =
        let struct (stream, push) = PromiseStream.Create<'a>()
        stream, pushing push, (fun reference -> push.SetReference(box reference))

    /// <summary>The exception of a push on a full bounded stream while another push waits, for raising.</summary>
    let Full: exn = StreamFullException()

    /// <summary>Matches the exception of a second push on a full bounded stream.</summary>
    [<return: Struct>]
    let (|Full|_|) (e: exn) =
        match e with
        | :? StreamFullException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The writing end of a bounded stream. It belongs to the loop of the stream, as the readers do.</summary>
    [<Sealed; AllowNullLiteral(false)>]
    type bounded_push<'a> internal (push: BoundedPush<'a>) =
        /// <summary>How many elements the queue may hold.</summary>
        member _.size: int = push.Size

        /// <summary>
        /// Sets how many elements the queue may hold; it may hold more than that at the moment. If there is room now,
        /// the push that waits is fulfilled.
        /// </summary>
        /// <exception cref="T:System.ArgumentException">The size is negative.</exception>
        member _.resize(size: int) : unit = push.Resize size

        /// <summary>
        /// Writes an element. When the queue is full, the promise waits until an element is taken. Cancelling it
        /// withdraws the element. It is rejected with <c>Closed</c> if the stream is closed, now or while it waits, and
        /// with <c>Full</c> if another push waits already.
        /// </summary>
        member _.push(value: 'a) : unit Lwt.t =
            Streams.Push(push, value, Lwt.return_unit)

        /// <summary>
        /// Ends the stream. Elements in the queue can still be read; a push that waits is rejected with <c>Closed</c>.
        /// A second call does nothing. (OCaml's <c>push#close</c> is <c>push.close ()</c>.)
        /// </summary>
        member _.close() : unit = push.Close()

        /// <summary>How many elements the queue holds, without that of a push that waits.</summary>
        member _.count: int = push.Count

        /// <summary>Whether a push waits for room.</summary>
        member _.blocked: bool = push.IsBlocked

        /// <summary>Whether the stream is closed.</summary>
        member _.closed: bool = push.IsClosed

        /// <summary>Keeps an object alive as long as the stream.</summary>
        member _.set_reference(reference: 'b) : unit = push.SetReference(box reference)

    /// <summary>
    /// Returns a stream with a bounded queue, and the object that writes to it: a push on a full queue waits until an
    /// element is taken. The stream has one reader: it cannot be cloned or parsed.
    /// </summary>
    /// <param name="size">
    /// How many elements the queue may hold. If zero, each push waits until <c>resize</c> makes room.
    /// </param>
    /// <exception cref="T:System.ArgumentException"><paramref name="size"/> is negative.</exception>
    /// <example>
    /// <code>
    /// let messages, push = Lwt_stream.create_bounded 2
    ///
    /// let write () =
    ///     lwt {
    ///         for message in [ "a"; "b"; "c"; "d" ] do
    ///             do! push.push message // waits while two messages are in the queue
    ///
    ///         push.close ()
    ///     }
    ///
    /// let all = Lwt.join [ write (); Lwt_stream.iter_s send messages ]
    /// </code>
    /// </example>
    let create_bounded<'a> (size: int) : 'a t * bounded_push<'a> =
        let struct (stream, push) = PromiseStream.CreateBounded<'a> size
        stream, bounded_push push

    /// <summary>Returns a closed stream of one element. (<c>return</c> is a keyword of F#.)</summary>
    let return' (value: 'a) : 'a t = PromiseStream.Return<'a> value

    /// <summary>The same as <c>return'</c>.</summary>
    let ``return`` (value: 'a) : 'a t = PromiseStream.Return<'a> value

    /// <summary>
    /// Returns a stream of one element, the value of a promise. The stream is closed when the promise is resolved,
    /// without an element if it is rejected.
    /// </summary>
    let return_lwt (p: 'a Lwt.t) : 'a t =
        Null.check "Lwt_stream.return_lwt" (nameof p) p
        Streams.Return p

    /// <summary>
    /// Returns a stream of the elements of a sequence, each taken when it is asked for. The sequence's enumerator is
    /// disposed at its end, when it raises, and when the stream is disposed. If it raises, the read fails, and the next
    /// read is at the end.
    /// </summary>
    let of_seq (s: 'a seq) : 'a t = PromiseStream.OfEnumerable s

    /// <summary>Returns a stream of the elements of a sequence, each asked for when it is read.</summary>
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

    /// <summary>Returns a closed stream that holds the elements of a list.</summary>
    /// <example>
    /// <code>
    /// let numbers = Lwt_stream.of_list [ 1; 2; 3 ]
    /// let squares = Lwt_stream.to_list (Lwt_stream.map (fun x -> x * x) numbers) // 1, 4, 9
    /// </code>
    /// </example>
    let of_list (l: 'a list) : 'a t =
        PromiseStream.Of(ReadOnlySpan(List.toArray l))

    /// <summary>Returns a closed stream that holds the elements of an array.</summary>
    let of_array (a: 'a array) : 'a t = PromiseStream.Of(ReadOnlySpan a)

    /// <summary>Returns a closed stream that holds the characters of a string.</summary>
    let of_string (s: string) : char t = PromiseStream.Of(s.AsSpan())

    /// <summary>
    /// Returns a stream that reads the same elements, from the current one on, independently of this stream. Elements
    /// that only one of the two has read stay in memory for the other.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The stream is bounded.</exception>
    let clone (s: 'a t) : 'a t =
        Null.check "Lwt_stream.clone" (nameof s) s
        Streams.Clone s

    /// <summary>Takes all elements up to the end and returns them as a list. Waits for the end.</summary>
    let to_list (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.to_list" (nameof s) s
        Streams.ToList<'a, 'a list, ListMaker<'a>>(s, ListMaker())

    /// <summary>Takes all characters up to the end and returns them as one string.</summary>
    let to_string (s: char t) : string Lwt.t =
        Null.check "Lwt_stream.to_string" (nameof s) s
        Streams.ToText s

    /// <summary>The exception of <c>next</c> and <c>last_new</c> at the end of a stream, for raising.</summary>
    let Empty: exn = StreamEmptyException()

    /// <summary>Matches the exception of <c>next</c> and <c>last_new</c> at the end of a stream.</summary>
    [<return: Struct>]
    let (|Empty|_|) (e: exn) =
        match e with
        | :? StreamEmptyException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Waits for the next element and returns it without taking it: the next read returns it again. Returns None at the
    /// end.
    /// </summary>
    let peek (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.peek" (nameof s) s
        Streams.Peek<'a, 'a option, Options<'a>>(s, Options())

    /// <summary>
    /// Waits for the next <paramref name="n"/> elements and returns them without taking them. Returns fewer if the
    /// stream ends before; [] if <paramref name="n"/> is zero or less.
    /// </summary>
    let npeek (n: int) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.npeek" (nameof s) s
        Streams.Peek<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>
    /// Waits for the next element and takes it. Returns None at the end. If the source fails, the promise is rejected,
    /// and the next call asks the source again. Cancelling the promise leaves the element in the stream.
    /// </summary>
    /// <example>
    /// <code>
    /// let rec sendAll () =
    ///     lwt {
    ///         match! Lwt_stream.get messages with
    ///         | Some message ->
    ///             do! send message
    ///             return! sendAll ()
    ///         | None -> return ()
    ///     }
    /// </code>
    /// </example>
    let get (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.get" (nameof s) s
        let mutable element = Unchecked.defaultof<'a>

        if Streams.TryTake(s, &element) then
            Lwt.return_some element
        else
            Streams.Get<'a, 'a option, Options<'a>>(s, Options())

    /// <summary>
    /// Waits for the next <paramref name="n"/> elements and takes them. Returns fewer if the stream ends before; [] if
    /// <paramref name="n"/> is zero or less.
    /// </summary>
    let nget (n: int) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.nget" (nameof s) s
        Streams.Get<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>Takes elements as long as they pass the test. The first that fails it stays in the stream.</summary>
    let get_while (f: 'a -> bool) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.get_while" (nameof f) f
        Null.check "Lwt_stream.get_while" (nameof s) s
        Streams.GetWhile<'a, 'a list, ListMaker<'a>, Fun<'a, bool>>(s, Fun f, ListMaker())

    /// <summary>Like <c>get_while</c>, but waits for each answer before the next element.</summary>
    let get_while_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a list Lwt.t =
        Null.check "Lwt_stream.get_while_s" (nameof f) f
        Null.check "Lwt_stream.get_while_s" (nameof s) s
        Streams.GetWhileAwait<'a, 'a list, ListMaker<'a>, Fun<'a, Promise<bool>>>(s, Fun f, ListMaker())

    /// <summary>
    /// Like <c>get</c>, but returns the element itself. At the end the promise is rejected with <c>Empty</c>.
    /// </summary>
    let next (s: 'a t) : 'a Lwt.t =
        Null.check "Lwt_stream.next" (nameof s) s
        Streams.Next s

    /// <summary>
    /// Takes all elements that are there and returns the last; waits for one if there is none. At the end the promise
    /// is rejected with <c>Empty</c>.
    /// </summary>
    let last_new (s: 'a t) : 'a Lwt.t =
        Null.check "Lwt_stream.last_new" (nameof s) s
        Streams.LastNew s

    /// <summary>Waits for the next element and discards it. Does nothing at the end.</summary>
    let junk (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk" (nameof s) s
        Streams.Junk<'a, unit> s

    /// <summary>
    /// Waits for the next <paramref name="n"/> elements and discards them; fewer if the stream ends before.
    /// </summary>
    let njunk (n: int) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.njunk" (nameof s) s
        Streams.Junk<'a, unit>(s, n)

    /// <summary>Discards elements as long as they pass the test. The first that fails it stays in the stream.</summary>
    let junk_while (f: 'a -> bool) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_while" (nameof f) f
        Null.check "Lwt_stream.junk_while" (nameof s) s
        Streams.JunkWhile<'a, unit, Fun<'a, bool>>(s, Fun f)

    /// <summary>Like <c>junk_while</c>, but waits for each answer before the next element.</summary>
    let junk_while_s (f: 'a -> bool Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_while_s" (nameof f) f
        Null.check "Lwt_stream.junk_while_s" (nameof s) s
        Streams.JunkWhileAwait<'a, unit, Fun<'a, Promise<bool>>>(s, Fun f)

    /// <summary>
    /// Discards the elements that are there, without waiting for more. The promise is already resolved: rejected if the
    /// source fails.
    /// </summary>
    let junk_old (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.junk_old" (nameof s) s
        Streams.JunkOld<'a, unit> s

    /// <summary>
    /// Like <c>junk_old</c>, but returns no promise: raises what the source fails with. (Since Lwt 5.7.)
    /// </summary>
    let junk_available (s: 'a t) : unit =
        Null.check "Lwt_stream.junk_available" (nameof s) s
        Lwt.ignore_result (junk_old s)

    /// <summary>
    /// Takes the elements that are there, without waiting. Raises what the source fails with. A source that always has
    /// an element, such as an endless sequence, is read for ever.
    /// </summary>
    let get_available (s: 'a t) : 'a list =
        Null.check "Lwt_stream.get_available" (nameof s) s
        Streams.GetAvailable<'a, 'a list, ListMaker<'a>>(s, Int32.MaxValue, ListMaker())

    /// <summary>Like <c>get_available</c>, but takes at most <paramref name="n"/> elements.</summary>
    let get_available_up_to (n: int) (s: 'a t) : 'a list =
        Null.check "Lwt_stream.get_available_up_to" (nameof s) s
        Streams.GetAvailable<'a, 'a list, ListMaker<'a>>(s, n, ListMaker())

    /// <summary>
    /// Whether the stream is at its end. Waits for an element or the end if neither is there; takes nothing.
    /// </summary>
    let is_empty (s: 'a t) : bool Lwt.t =
        Null.check "Lwt_stream.is_empty" (nameof s) s
        Streams.IsEmpty s

    /// <summary>
    /// Whether the stream is closed: no more elements can come, though there may be unread ones. No read waits any
    /// more.
    /// </summary>
    let is_closed (s: 'a t) : bool =
        Null.check "Lwt_stream.is_closed" (nameof s) s
        Streams.IsClosed s

    /// <summary>Returns a promise that is fulfilled when the stream is closed: the same one each time.</summary>
    let closed (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.closed" (nameof s) s
        Streams.Closed<'a, unit> s

    /// <summary>Calls a function when the stream is closed. Deprecated in Lwt: use <c>closed</c>.</summary>
    let on_termination (s: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt_stream.on_termination" (nameof s) s
        Null.check "Lwt_stream.on_termination" (nameof f) f
        Lwt.async (fun () -> Lwt.map f (closed s))

    /// <summary>The same as <c>on_termination</c>. Deprecated in Lwt: use <c>closed</c>.</summary>
    let on_terminate (s: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt_stream.on_terminate" (nameof s) s
        Null.check "Lwt_stream.on_terminate" (nameof f) f
        on_termination s f

    /// <summary>
    /// Returns a stream of the elements of several streams, in the order in which they come. Each stream is asked for
    /// one element ahead, from now on. The result ends when all streams have ended.
    /// </summary>
    let choose (streams: 'a t list) : 'a t = Streams.Choose(List.toArray streams)

    /// <summary>
    /// Returns a stream of the results of <paramref name="f"/>. The function is called when an element of the result is
    /// asked for; nothing is read ahead. If it raises, that element is lost.
    /// </summary>
    let map (f: 'a -> 'b) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map" (nameof f) f
        Null.check "Lwt_stream.map" (nameof s) s
        Streams.Map<'a, 'b, Fun<'a, 'b>>(s, Fun f)

    /// <summary>
    /// Like <c>map</c>, for a function that returns a promise: the next element is taken once that promise is
    /// fulfilled. If it is rejected, so is the read. Cancelling the read does not cancel it.
    /// </summary>
    /// <example>
    /// <code>
    /// let pages = Lwt_stream.map_s load (Lwt_stream.of_list [ "a"; "b" ])
    /// let first = Lwt_stream.get pages // loads "a"; "b" is loaded when it is asked for
    /// </code>
    /// </example>
    let map_s (f: 'a -> 'b Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_s" (nameof f) f
        Null.check "Lwt_stream.map_s" (nameof s) s
        Streams.MapAwait<'a, 'b, Fun<'a, Promise<'b>>>(s, Fun f)

    /// <summary>
    /// Returns a stream of the elements that pass the test. The test is called when an element of the result is asked
    /// for.
    /// </summary>
    let filter (f: 'a -> bool) (s: 'a t) : 'a t =
        Null.check "Lwt_stream.filter" (nameof f) f
        Null.check "Lwt_stream.filter" (nameof s) s
        Streams.Filter<'a, Fun<'a, bool>>(s, Fun f)

    /// <summary>Like <c>filter</c>, but waits for each answer before the next element.</summary>
    let filter_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a t =
        Null.check "Lwt_stream.filter_s" (nameof f) f
        Null.check "Lwt_stream.filter_s" (nameof s) s
        Streams.FilterAwait<'a, Fun<'a, Promise<bool>>>(s, Fun f)

    /// <summary>
    /// Returns a stream of the values that <paramref name="f"/> returns. Elements for which it returns None are
    /// skipped.
    /// </summary>
    let filter_map (f: 'a -> 'b option) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.filter_map" (nameof f) f
        Null.check "Lwt_stream.filter_map" (nameof s) s
        Streams.FilterMap<'a, 'b, 'b option, Options<'b>, Fun<'a, 'b option>>(s, Fun f, Options())

    /// <summary>Like <c>filter_map</c>, but waits for each result before the next element.</summary>
    let filter_map_s (f: 'a -> 'b option Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.filter_map_s" (nameof f) f
        Null.check "Lwt_stream.filter_map_s" (nameof s) s
        Streams.FilterMapAwait<'a, 'b, 'b option, Options<'b>, Fun<'a, Promise<'b option>>>(s, Fun f, Options())

    /// <summary>
    /// Returns a stream of the elements of the lists that <paramref name="f"/> returns. The function is called for the
    /// next element once the list before is at its end.
    /// </summary>
    let map_list (f: 'a -> 'b list) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_list" (nameof f) f
        Null.check "Lwt_stream.map_list" (nameof s) s
        Streams.MapMany<'a, 'b, 'b list, Fun<'a, 'b list>>(s, Fun f)

    /// <summary>Like <c>map_list</c>, but waits for each list.</summary>
    let map_list_s (f: 'a -> 'b list Lwt.t) (s: 'a t) : 'b t =
        Null.check "Lwt_stream.map_list_s" (nameof f) f
        Null.check "Lwt_stream.map_list_s" (nameof s) s
        Streams.MapManyAwait<'a, 'b, 'b list, Fun<'a, Promise<'b list>>>(s, Fun f)

    /// <summary>Updates a state with each element up to the end, and returns the last state.</summary>
    /// <param name="f">Returns the next state from an element and the state.</param>
    /// <param name="s">The stream.</param>
    /// <param name="acc">The first state.</param>
    let fold (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_stream.fold" (nameof f) f
        Null.check "Lwt_stream.fold" (nameof s) s
        Streams.Fold<'a, 'b, Fun2<'a, 'b, 'b>>(s, Fun2 f, acc)

    /// <summary>Like <c>fold</c>, but waits for each state before the next element.</summary>
    let fold_s (f: 'a -> 'b -> 'b Lwt.t) (s: 'a t) (acc: 'b) : 'b Lwt.t =
        Null.check "Lwt_stream.fold_s" (nameof f) f
        Null.check "Lwt_stream.fold_s" (nameof s) s
        Streams.FoldAwait<'a, 'b, Fun2<'a, 'b, Promise<'b>>>(s, Fun2 f, acc)

    /// <summary>
    /// Calls <paramref name="f"/> with each element, in order. The promise is fulfilled at the end of the stream. If
    /// the function raises, no more elements are taken, and the rest stays in the stream.
    /// </summary>
    let iter (f: 'a -> unit) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter" (nameof f) f
        Null.check "Lwt_stream.iter" (nameof s) s
        Streams.ForEach<'a, unit, Fun<'a, unit>>(s, Fun f)

    /// <summary>
    /// Like <c>iter_s</c>, but does not wait before it takes the next element. The promise is fulfilled when the stream
    /// is at its end and all promises of the function are fulfilled. If one is rejected the others go on.
    /// </summary>
    /// <example>
    /// <code>
    /// let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
    /// let all = Lwt_stream.iter_p send messages // takes as long as one message
    /// </code>
    /// </example>
    let iter_p (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_p" (nameof f) f
        Null.check "Lwt_stream.iter_p" (nameof s) s
        Streams.ForEachParallel<'a, unit, Fun<'a, Promise<unit>>>(s, Fun f)

    /// <summary>
    /// Like <c>iter</c>, for a function that returns a promise: the next element is taken once that promise is
    /// fulfilled. If it is rejected, so is the promise of this call. Cancelling this call cancels the promise that it
    /// waits for.
    /// </summary>
    /// <example>
    /// <code>
    /// let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
    /// let all = Lwt_stream.iter_s send messages // takes as long as three messages
    /// </code>
    /// </example>
    let iter_s (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_s" (nameof f) f
        Null.check "Lwt_stream.iter_s" (nameof s) s
        Streams.ForEachAwait<'a, unit, Fun<'a, Promise<unit>>>(s, Fun f)

    /// <summary>
    /// Like <c>iter_p</c>, but with at most <paramref name="max_concurrency"/> pending promises: when there are that
    /// many, it waits for one of them before it takes the next element. A rejection is noticed the next time that it
    /// waits for them; then no more elements are taken.
    /// </summary>
    /// <param name="max_concurrency">
    /// One or more. (Optional in OCaml, where it is one if it is left out; required here.)
    /// </param>
    /// <param name="f">Called with each element, in order.</param>
    /// <param name="s">The stream.</param>
    /// <exception cref="T:System.ArgumentException"><paramref name="max_concurrency"/> is zero or less.</exception>
    /// <example>
    /// <code>
    /// let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
    /// let all = Lwt_stream.iter_n 2 send messages // sends "c" once "a" or "b" is sent
    /// </code>
    /// </example>
    let iter_n (max_concurrency: int) (f: 'a -> unit Lwt.t) (s: 'a t) : unit Lwt.t =
        Null.check "Lwt_stream.iter_n" (nameof f) f
        Null.check "Lwt_stream.iter_n" (nameof s) s
        Streams.ForEachParallel<'a, unit, Fun<'a, Promise<unit>>>(s, max_concurrency, Fun f)

    /// <summary>
    /// Takes elements up to the first that passes the test, and returns it; None at the end. The elements before it are
    /// discarded.
    /// </summary>
    let find (f: 'a -> bool) (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.find" (nameof f) f
        Null.check "Lwt_stream.find" (nameof s) s
        Streams.Find<'a, 'a option, Options<'a>, Fun<'a, bool>>(s, Fun f, Options())

    /// <summary>Like <c>find</c>, but waits for each answer before the next element.</summary>
    let find_s (f: 'a -> bool Lwt.t) (s: 'a t) : 'a option Lwt.t =
        Null.check "Lwt_stream.find_s" (nameof f) f
        Null.check "Lwt_stream.find_s" (nameof s) s
        Streams.FindAwait<'a, 'a option, Options<'a>, Fun<'a, Promise<bool>>>(s, Fun f, Options())

    /// <summary>
    /// Takes elements up to the first for which <paramref name="f"/> returns a value, and returns that value; None at
    /// the end.
    /// </summary>
    let find_map (f: 'a -> 'b option) (s: 'a t) : 'b option Lwt.t =
        Null.check "Lwt_stream.find_map" (nameof f) f
        Null.check "Lwt_stream.find_map" (nameof s) s
        Streams.FindMap<'a, 'b, 'b option, Options<'b>, Fun<'a, 'b option>>(s, Fun f, Options())

    /// <summary>Like <c>find_map</c>, but waits for each result before the next element.</summary>
    let find_map_s (f: 'a -> 'b option Lwt.t) (s: 'a t) : 'b option Lwt.t =
        Null.check "Lwt_stream.find_map_s" (nameof f) f
        Null.check "Lwt_stream.find_map_s" (nameof s) s
        Streams.FindMapAwait<'a, 'b, 'b option, Options<'b>, Fun<'a, Promise<'b option>>>(s, Fun f, Options())

    /// <summary>
    /// Returns a stream of pairs, up to the end of the shorter stream. Both streams are asked at the same time; at the
    /// end of the shorter, an element of the longer is lost.
    /// </summary>
    let combine (s1: 'a t) (s2: 'b t) : ('a * 'b) t =
        Null.check "Lwt_stream.combine" (nameof s1) s1
        Null.check "Lwt_stream.combine" (nameof s2) s2
        Streams.Combine<'a, 'b, 'a * 'b, PairMaker<'a, 'b>>(s1, s2, PairMaker())

    /// <summary>
    /// Returns a stream of the elements of <paramref name="s1"/> up to its end, and then of <paramref name="s2"/>.
    /// </summary>
    let append (s1: 'a t) (s2: 'a t) : 'a t =
        Null.check "Lwt_stream.append" (nameof s1) s1
        Null.check "Lwt_stream.append" (nameof s2) s2
        Streams.Append(s1, s2)

    /// <summary>Returns a stream of the elements of the streams of a stream, one stream after the other.</summary>
    let concat (s: 'a t t) : 'a t =
        Null.check "Lwt_stream.concat" (nameof s) s
        Streams.Concat s

    /// <summary>Returns a stream of the elements of the lists of a stream.</summary>
    let flatten (s: 'a list t) : 'a t =
        Null.check "Lwt_stream.flatten" (nameof s) s
        map_list id s

    /// <summary>
    /// Returns a stream of results, elements or exceptions of the source, which never fails itself. A source that
    /// always fails returns results for ever.
    /// </summary>
    let wrap_exn (s: 'a t) : 'a Lwt.result t =
        Null.check "Lwt_stream.wrap_exn" (nameof s) s
        Streams.WrapExceptions<'a, Result<'a, exn>, Results<'a>>(s, Results())

    /// <summary>
    /// Returns a stream of the elements of an asynchronous .NET sequence, each asked for when it is read. The sequence
    /// may complete on any thread. Its enumerator is disposed at its end, when it fails, and when the stream is
    /// disposed. (Not in OCaml.)
    /// </summary>
    let of_async_enumerable (elements: Collections.Generic.IAsyncEnumerable<'a>) : 'a t =
        PromiseStream.OfAsyncEnumerable elements

    /// <summary>
    /// Calls <paramref name="f"/> with the stream. If its promise is rejected, the elements that it read are put back.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The stream is bounded.</exception>
    let parse (s: 'a t) (f: 'a t -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_stream.parse" (nameof s) s
        Null.check "Lwt_stream.parse" (nameof f) f
        Streams.Parse<'a, 'b, Fun<'a t, Promise<'b>>>(s, Fun f)

    /// <summary>
    /// The lines that the command <c>hexdump -C</c> prints for these bytes: each char stands for the byte of its code.
    /// </summary>
    let hexdump (s: char t) : string t =
        Null.check "Lwt_stream.hexdump" (nameof s) s
        let next = ref 0

        from (fun () ->
            Lwt.map
                (function
                | [] -> None
                | chars ->
                    let start = next.Value
                    next.Value <- start + 16

                    let column i (c: char) =
                        (if i = 8 then " " else "") + $"%02x{int c} "

                    let bytes = String.concat "" (List.mapi column chars)

                    let shown =
                        String.map (fun c -> if c >= ' ' && c <= '~' then c else '.') (String.Concat chars)

                    Some $"%08x{start}|  {bytes.PadRight 49} |{shown}|")
                (nget 16 s))

    /// <summary>An element or an exception. Deprecated in Lwt: use <c>Lwt.result</c>.</summary>
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

    /// <summary>Like <c>wrap_exn</c>, with the deprecated type. Deprecated in Lwt: use <c>wrap_exn</c>.</summary>
    let map_exn (s: 'a t) : 'a result t =
        Null.check "Lwt_stream.map_exn" (nameof s) s
        Streams.WrapExceptions<'a, 'a result, OldResults<'a>>(s, OldResults())
