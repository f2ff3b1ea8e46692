namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.Threading
open Lwt.Core
open Lwt.FSharp.React
open Lwt.FSharp.CompilerServices

/// <summary>
/// Events and signals that are computed from others: OCaml's <c>Lwt_react</c>, with what it takes from the package React. A
/// send or a set is one update step: all that depends on it is updated before the call returns, each event and signal once,
/// after what it is made of. Events and signals belong to the thread that made them: a send on another thread raises
/// <c>InvalidOperationException</c>.
/// </summary>
/// <remarks>
/// <para>
/// As in OCaml, an event or a signal that nobody refers to any more is collected, and its function is not called any more:
/// <c>E.map print e |> ignore</c> prints for a while only. Keep the result, or call <c>E.keep</c> or <c>S.keep</c>. What
/// <c>Subscribe</c> of <c>IObservable</c> was called on needs no such care, nor does <c>E.next</c>.
/// </para>
/// <para>
/// An exception of a function reaches the caller of the send or the set, once the step has ended. The event of that function does
/// not occur, and the signal stays as it is. The others are updated.
/// </para>
/// <para>
/// The optional argument <c>?eq</c> of OCaml's is the first of a function <c>name_with</c>: <c>S.map_with eq f s</c>. Without it
/// values are compared as F#'s <c>=</c> does, functions by reference.
/// </para>
/// </remarks>
module Lwt_react =

    /// <summary>An event: it occurs now and then, each time with a value.</summary>
    type 'a event = ReactEvent<'a>

    /// <summary>A signal: it has a value at any time, which changes now and then.</summary>
    type 'a signal = ReactSignal<'a>

    /// <summary>An update step that was made and is not executed yet.</summary>
    type step = ReactStep

    // What E.keep and S.keep were called on.
    let private kept = HashSet<obj>(HashIdentity.Reference)

    let private keepForEver (it: obj) =
        lock kept (fun () -> kept.Add it |> ignore)

    // A token whose end is that of all that refers to it.
    let private token (f: unit -> unit) : obj =
        let it = obj ()

        Lwt_gc.finalise
            (fun (_: obj) ->
                f ()
                Lwt.return_unit)
            it

        it

    // Has the step contain a send or a set, once.
    let private schedule (call: string) (node: Node) (step: step) (change: Step -> unit) : unit =
        node.CheckThread()

        if step.Step.IsStarted then
            raise (
                InvalidArgumentException
                    $"{call}: the step was executed already. Make another: Lwt_react.Step.create ()."
            )

        match node.Moment with
        | null -> ()
        | moment when moment.IsOver -> ()
        | _ ->
            raise (
                InvalidArgumentException
                    $"{call}: the event or signal is in a step already. Execute that step first: Lwt_react.Step.execute."
            )

        if not node.IsStopped then
            change step.Step

    // The results of promises, in the order of the calls: each call waits for the one before.
    let private serial () : (unit -> 'b Lwt.t) -> 'b Lwt.t =
        let mutex = Lwt_mutex.create ()
        fun start -> Lwt_mutex.with_lock mutex start

    // An event that occurs with the results of promises. Each occurrence of the source starts one; the event keeps the source.
    let private asynchronous (source: 'a event) (start: 'a -> 'b Lwt.t) (result: 'a -> 'b -> 'c voption) : 'c event =
        let results, send = Events.create ()

        let starting =
            Events.choosing source (fun value ->
                Lwt.on_success (start value) (fun done' ->
                    match result value done' with
                    | ValueSome it -> send it
                    | ValueNone -> ())

                ValueNone)

        Events.make [ (starting: 'c event).Node; results.Node ] (fun node step ->
            match Events.now results with
            | ValueSome it -> node.Occur(step, it)
            | ValueNone -> ())

    // The limited rate of an event: the last occurrence of those that come too early is sent when the promise is resolved.
    let private limited (f: unit -> unit Lwt.t) (limiter: unit Lwt.t) (e: 'a event) : 'a event =
        let limiter = ref limiter
        let delayed = ref ValueNone
        let results, send = Events.create ()

        let pass value =
            limiter.Value <- f ()
            send value

        let wait () =
            Lwt.on_success limiter.Value (fun () ->
                let last: 'a voption = delayed.Value
                delayed.Value <- ValueNone

                match last with
                | ValueSome value when not (Lwt.is_sleeping limiter.Value) -> pass value
                | _ -> ())

        let passing =
            Events.choosing e (fun value ->
                if Lwt.is_sleeping limiter.Value then
                    let isFirst = delayed.Value.IsNone
                    delayed.Value <- ValueSome value

                    if isFirst then
                        wait ()
                else
                    pass value

                ValueNone)

        Events.make [ (passing: 'a event).Node; results.Node ] (fun node step ->
            match Events.now results with
            | ValueSome value -> node.Occur(step, value)
            | ValueNone -> ())

    let private all (events: ReactEvent<'a> list) (node: EventNode<'b>) (step: Step) (combine: 'a list -> 'b) =
        match events |> List.choose (fun e -> ValueOption.toOption (Events.now e)) with
        | [] -> ()
        | values -> node.Occur(step, combine values)

    /// <summary>Update steps in which several primitive events occur, or signals change, at once.</summary>
    module Step =

        /// <summary>Returns a new step, in which nothing happens yet.</summary>
        let create () : step = ReactStep()

        /// <summary>Executes the step: updates all that depends on what was sent or set in it.</summary>
        /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The step was executed already.</exception>
        let execute (step: step) : unit =
            Null.check "Lwt_react.Step.execute" (nameof step) step

            if step.Step.IsStarted then
                raise (InvalidArgumentException "Lwt_react.Step.execute: the step was executed already.")

            step.Step.Execute()

    /// <summary>Events.</summary>
    module E =

        /// <summary>An event.</summary>
        type 'a t = 'a event

        /// <summary>An event that never occurs.</summary>
        [<GeneralizableValue>]
        let never<'a> : 'a event = Events.never<'a>()

        /// <summary>
        /// Returns an event and its send function. A call of send makes the event occur: it is an update step of its
        /// own, also when a function of another step calls it.
        /// </summary>
        /// <remarks>A send in the middle of another step sees that step half done. Avoid it, as in OCaml.</remarks>
        /// <example>
        /// <code>
        /// let clicks, click = Lwt_react.E.create ()
        /// let count = Lwt_react.S.fold (fun n () -&gt; n + 1) 0 clicks
        /// click ()
        /// click ()
        /// </code>
        /// </example>
        let create<'a> () : 'a event * ('a -> unit) = Events.create ()

        /// <summary>
        /// Returns an event and its send function, which takes the step in which the event is to occur: OCaml's send
        /// has the step as an optional argument. A second send in a step that was not executed yet raises an exception.
        /// </summary>
        let create_with_step<'a> () : 'a event * (step -> 'a -> unit) =
            let e, _ = Events.create ()

            e,
            (fun (step: step) value ->
                Null.check "Lwt_react.E.create_with_step" (nameof step) step
                schedule "send" e.Node step (fun step -> e.Node.Occur(step, value)))

        /// <summary>
        /// Has the event keep a closure from the collector, and returns the one that it kept before. Neither is called.
        /// </summary>
        let retain (e: 'a event) (c: unit -> unit) : unit -> unit =
            Null.check "Lwt_react.E.retain" (nameof e) e
            Null.check "Lwt_react.E.retain" (nameof c) c

            if e.Node.IsStopped then
                raise (InvalidArgumentException "Lwt_react.E.retain: the event is never, or was stopped.")

            let before = e.Node.Retained
            e.Node.Retained <- c

            match before with
            | :? (unit -> unit) as before -> before
            | _ -> ignore

        /// <summary>Ends an event: it does not occur any more. In an update step it may still occur once.</summary>
        let stop (e: 'a event) : unit =
            Null.check "Lwt_react.E.stop" (nameof e) e
            e.Node.Stop()

        /// <summary>Returns true if both are one event, or neither can occur.</summary>
        let equal (e1: 'a event) (e2: 'a event) : bool =
            Null.check "Lwt_react.E.equal" (nameof e1) e1
            Null.check "Lwt_react.E.equal" (nameof e2) e2
            obj.ReferenceEquals(e1, e2) || (e1.Node.IsStopped && e2.Node.IsStopped)

        /// <summary>Returns the event with its values given to the function.</summary>
        let map (f: 'a -> 'b) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.map" (nameof f) f
            Null.check "Lwt_react.E.map" (nameof e) e
            Events.choosing e (fun value -> ValueSome(f value))

        /// <summary>The same as <c>trace</c>, while the signal is true.</summary>
        let trace_with (iff: bool signal) (tr: 'a -> unit) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.trace_with" (nameof iff) iff
            Null.check "Lwt_react.E.trace_with" (nameof tr) tr
            Null.check "Lwt_react.E.trace_with" (nameof e) e

            Events.make [ e.Node; iff.Node ] (fun node step ->
                match Events.now e with
                | ValueSome value ->
                    if iff.Value then
                        tr value

                    node.Occur(step, value)
                | ValueNone -> ())

        /// <summary>Returns the event itself; the function is called with each of its values.</summary>
        let trace (tr: 'a -> unit) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.trace" (nameof tr) tr
            Null.check "Lwt_react.E.trace" (nameof e) e

            map
                (fun value ->
                    tr value
                    value)
                e

        /// <summary>Returns the next occurrence of the event only.</summary>
        let once (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.once" (nameof e) e

            Events.make [ e.Node ] (fun node step ->
                match Events.now e with
                | ValueSome value ->
                    node.Stop()
                    node.Occur(step, value)
                | ValueNone -> ())

        /// <summary>Returns the event without its next occurrence.</summary>
        let drop_once (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.drop_once" (nameof e) e
            let isFirst = ref true

            Events.choosing e (fun value ->
                if isFirst.Value then
                    isFirst.Value <- false
                    ValueNone
                else
                    ValueSome value)

        /// <summary>
        /// Returns an event that occurs when both occur at once: with the function of the one applied to the value of
        /// the other.
        /// </summary>
        let app (ef: ('a -> 'b) event) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.app" (nameof ef) ef
            Null.check "Lwt_react.E.app" (nameof e) e

            Events.make [ ef.Node; e.Node ] (fun node step ->
                match Events.now ef, Events.now e with
                | ValueSome f, ValueSome value -> node.Occur(step, f value)
                | _ -> ())

        /// <summary>Returns the event with another value, always the same.</summary>
        let stamp (e: 'b event) (v: 'a) : 'a event =
            Null.check "Lwt_react.E.stamp" (nameof e) e
            map (fun _ -> v) e

        /// <summary>Returns the occurrences whose value satisfies the function.</summary>
        let filter (p: 'a -> bool) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.filter" (nameof p) p
            Null.check "Lwt_react.E.filter" (nameof e) e
            Events.choosing e (fun value -> if p value then ValueSome value else ValueNone)

        /// <summary>Returns the occurrences for which the function returns a value, with that value.</summary>
        let fmap (fm: 'a -> 'b option) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.fmap" (nameof fm) fm
            Null.check "Lwt_react.E.fmap" (nameof e) e
            Events.choosing e (fun value -> ValueOption.ofOption (fm value))

        /// <summary>
        /// Returns an event that occurs from the second occurrence on, with the function of the value and the one
        /// before.
        /// </summary>
        let diff (f: 'a -> 'a -> 'b) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.diff" (nameof f) f
            Null.check "Lwt_react.E.diff" (nameof e) e
            let before = ref ValueNone

            Events.choosing e (fun value ->
                let last = before.Value
                before.Value <- ValueSome value

                match last with
                | ValueSome last -> ValueSome(f value last)
                | ValueNone -> ValueNone)

        /// <summary>The same as <c>changes</c>, with OCaml's optional argument: the equality.</summary>
        let changes_with (eq: 'a -> 'a -> bool) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.changes_with" (nameof eq) eq
            Null.check "Lwt_react.E.changes_with" (nameof e) e
            let before = ref ValueNone

            Events.choosing e (fun value ->
                match before.Value with
                | ValueSome last when eq value last -> ValueNone
                | _ ->
                    before.Value <- ValueSome value
                    ValueSome value)

        /// <summary>Returns the occurrences whose value is not that of the one before.</summary>
        let changes (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.changes" (nameof e) e
            changes_with Unchecked.equals e

        /// <summary>Returns the occurrences of the event while the signal is true.</summary>
        let on (c: bool signal) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.on" (nameof c) c
            Null.check "Lwt_react.E.on" (nameof e) e

            Events.make [ e.Node; c.Node ] (fun node step ->
                match Events.now e with
                | ValueSome value when c.Value -> node.Occur(step, value)
                | _ -> ())

        /// <summary>The old name of <c>on</c>.</summary>
        let when_ (c: bool signal) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.when_" (nameof c) c
            Null.check "Lwt_react.E.when_" (nameof e) e
            on c e

        /// <summary>Returns the occurrences of the event at which the other does not occur.</summary>
        let dismiss (c: 'b event) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.dismiss" (nameof c) c
            Null.check "Lwt_react.E.dismiss" (nameof e) e

            Events.make [ c.Node; e.Node ] (fun node step ->
                match Events.now c, Events.now e with
                | ValueNone, ValueSome value -> node.Occur(step, value)
                | _ -> ())

        /// <summary>Returns the occurrences of the event before the first one of the other.</summary>
        let until (c: 'b event) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.until" (nameof c) c
            Null.check "Lwt_react.E.until" (nameof e) e

            Events.make [ c.Node; e.Node ] (fun node step ->
                match Events.now c, Events.now e with
                | ValueSome _, _ -> node.Stop()
                | ValueNone, ValueSome value -> node.Occur(step, value)
                | _ -> ())

        /// <summary>Returns an event whose value is <paramref name="i"/> after all functions that have occurred.</summary>
        let accum (ef: ('a -> 'a) event) (i: 'a) : 'a event =
            Null.check "Lwt_react.E.accum" (nameof ef) ef
            let state = ref i

            Events.choosing ef (fun f ->
                state.Value <- f state.Value
                ValueSome state.Value)

        /// <summary>
        /// Returns an event whose value is what the function has made of <paramref name="i"/> and all values so far.
        /// </summary>
        let fold (f: 'a -> 'b -> 'a) (i: 'a) (e: 'b event) : 'a event =
            Null.check "Lwt_react.E.fold" (nameof f) f
            Null.check "Lwt_react.E.fold" (nameof e) e
            let state = ref i

            Events.choosing e (fun value ->
                state.Value <- f state.Value value
                ValueSome state.Value)

        /// <summary>
        /// Returns the occurrences of all events. Of several that occur at once the first in the list counts.
        /// </summary>
        let select (el: 'a event list) : 'a event =
            List.iter (Null.check "Lwt_react.E.select" (nameof el)) el
            let nodes = [ for e in el -> e.Node :> Node ]
            Events.make nodes (fun node step -> all el node step List.head)

        /// <summary>
        /// Returns an event that occurs when some of the events do, with what the function makes of <paramref
        /// name="a"/> and the values of those, in the order of the list.
        /// </summary>
        let merge (f: 'a -> 'b -> 'a) (a: 'a) (el: 'b event list) : 'a event =
            Null.check "Lwt_react.E.merge" (nameof f) f
            List.iter (Null.check "Lwt_react.E.merge" (nameof el)) el
            let nodes = [ for e in el -> e.Node :> Node ]
            Events.make nodes (fun node step -> all el node step (List.fold f a))

        /// <summary>
        /// Returns the occurrences of the event until the other occurs, then those of the event that is its value, and
        /// so on.
        /// </summary>
        let switch (e: 'a event) (ee: 'a event event) : 'a event =
            Null.check "Lwt_react.E.switch" (nameof e) e
            Null.check "Lwt_react.E.switch" (nameof ee) ee
            Events.switching [ ee.Node ] e (fun () -> Events.now ee)

        /// <summary>
        /// Calls the function with an event that occurs one step after the event that the function returns, with the
        /// same value. Returns the other result of the function.
        /// </summary>
        let fix (ef: 'a event -> 'a event * 'b) : 'b =
            Null.check "Lwt_react.E.fix" (nameof ef) ef
            let delayed = EventNode<'a>()
            let source, result = ef (ReactEvent delayed)

            if obj.ReferenceEquals(source.Node, delayed) then
                raise (InvalidArgumentException "Lwt_react.E.fix: the function returned the event that it was given.")

            let link =
                Events.choosing source (fun value ->
                    match source.Node.Moment with
                    | null -> ()
                    | step -> step.Later(fun next -> delayed.Occur(next, value))

                    ValueNone)

            delayed.Retained <- (link: unit event)
            result

        /// <summary>Returns the event with its values given to the function: <c>map</c>.</summary>
        let l1 (f: 'a -> 'b) (e1: 'a event) : 'b event =
            Null.check "Lwt_react.E.l1" (nameof f) f
            Null.check "Lwt_react.E.l1" (nameof e1) e1
            map f e1

        /// <summary>Returns an event that occurs when all two occur at once, with the function of their values.</summary>
        let l2 (f: 'a -> 'b -> 'c) (e1: 'a event) (e2: 'b event) : 'c event =
            Null.check "Lwt_react.E.l2" (nameof f) f
            Null.check "Lwt_react.E.l2" (nameof e1) e1
            Null.check "Lwt_react.E.l2" (nameof e2) e2

            Events.make [ e1.Node; e2.Node ] (fun node step ->
                match Events.now e1, Events.now e2 with
                | ValueSome v1, ValueSome v2 -> node.Occur(step, f v1 v2)
                | _ -> ())

        /// <summary>Returns an event that occurs when all three occur at once, with the function of their values.</summary>
        let l3 (f: 'a -> 'b -> 'c -> 'd) (e1: 'a event) (e2: 'b event) (e3: 'c event) : 'd event =
            Null.check "Lwt_react.E.l3" (nameof f) f
            Null.check "Lwt_react.E.l3" (nameof e1) e1
            Null.check "Lwt_react.E.l3" (nameof e2) e2
            Null.check "Lwt_react.E.l3" (nameof e3) e3

            Events.make [ e1.Node; e2.Node; e3.Node ] (fun node step ->
                match Events.now e1, Events.now e2, Events.now e3 with
                | ValueSome v1, ValueSome v2, ValueSome v3 -> node.Occur(step, f v1 v2 v3)
                | _ -> ())

        /// <summary>Returns an event that occurs when all four occur at once, with the function of their values.</summary>
        let l4 (f: 'a -> 'b -> 'c -> 'd -> 'e) (e1: 'a event) (e2: 'b event) (e3: 'c event) (e4: 'd event) : 'e event =
            Null.check "Lwt_react.E.l4" (nameof f) f
            Null.check "Lwt_react.E.l4" (nameof e1) e1
            Null.check "Lwt_react.E.l4" (nameof e2) e2
            Null.check "Lwt_react.E.l4" (nameof e3) e3
            Null.check "Lwt_react.E.l4" (nameof e4) e4

            Events.make [ e1.Node; e2.Node; e3.Node; e4.Node ] (fun node step ->
                match Events.now e1, Events.now e2, Events.now e3, Events.now e4 with
                | ValueSome v1, ValueSome v2, ValueSome v3, ValueSome v4 -> node.Occur(step, f v1 v2 v3 v4)
                | _ -> ())

        /// <summary>Returns an event that occurs when all five occur at once, with the function of their values.</summary>
        let l5
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f)
            (e1: 'a event)
            (e2: 'b event)
            (e3: 'c event)
            (e4: 'd event)
            (e5: 'e event)
            : 'f event =
            Null.check "Lwt_react.E.l5" (nameof f) f
            Null.check "Lwt_react.E.l5" (nameof e1) e1
            Null.check "Lwt_react.E.l5" (nameof e2) e2
            Null.check "Lwt_react.E.l5" (nameof e3) e3
            Null.check "Lwt_react.E.l5" (nameof e4) e4
            Null.check "Lwt_react.E.l5" (nameof e5) e5

            Events.make [ e1.Node; e2.Node; e3.Node; e4.Node; e5.Node ] (fun node step ->
                match Events.now e1, Events.now e2, Events.now e3, Events.now e4, Events.now e5 with
                | ValueSome v1, ValueSome v2, ValueSome v3, ValueSome v4, ValueSome v5 ->
                    node.Occur(step, f v1 v2 v3 v4 v5)
                | _ -> ())

        /// <summary>Returns an event that occurs when all six occur at once, with the function of their values.</summary>
        let l6
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g)
            (e1: 'a event)
            (e2: 'b event)
            (e3: 'c event)
            (e4: 'd event)
            (e5: 'e event)
            (e6: 'f event)
            : 'g event =
            Null.check "Lwt_react.E.l6" (nameof f) f
            Null.check "Lwt_react.E.l6" (nameof e1) e1
            Null.check "Lwt_react.E.l6" (nameof e2) e2
            Null.check "Lwt_react.E.l6" (nameof e3) e3
            Null.check "Lwt_react.E.l6" (nameof e4) e4
            Null.check "Lwt_react.E.l6" (nameof e5) e5
            Null.check "Lwt_react.E.l6" (nameof e6) e6

            Events.make [ e1.Node; e2.Node; e3.Node; e4.Node; e5.Node; e6.Node ] (fun node step ->
                match Events.now e1, Events.now e2, Events.now e3, Events.now e4, Events.now e5, Events.now e6 with
                | ValueSome v1, ValueSome v2, ValueSome v3, ValueSome v4, ValueSome v5, ValueSome v6 ->
                    node.Occur(step, f v1 v2 v3 v4 v5 v6)
                | _ -> ())

        /// <summary>
        /// Returns an event that occurs as the given one does. The function is called on the loop after the event was
        /// collected.
        /// </summary>
        let with_finaliser (f: unit -> unit) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.with_finaliser" (nameof f) f
            Null.check "Lwt_react.E.with_finaliser" (nameof e) e
            let token = token f

            map
                (fun value ->
                    GC.KeepAlive token
                    value)
                e

        /// <summary>
        /// Returns a promise for the value of the next occurrence. Cancelling it gives up. A loop of calls can miss
        /// occurrences that come between two: read <c>to_stream</c> in a loop instead.
        /// </summary>
        /// <example>
        /// <code>
        /// lwt {
        ///     let! key = Lwt_react.E.next keys
        ///     return $"pressed {key}"
        /// }
        /// </code>
        /// </example>
        let next (e: 'a event) : 'a Lwt.t =
            Null.check "Lwt_react.E.next" (nameof e) e
            let p, u = Lwt.task<'a>()
            let observing = ref ValueNone

            let stop () =
                match observing.Value with
                | ValueSome(it: Observing) -> it.Stop()
                | ValueNone -> ()

            observing.Value <-
                ValueSome(
                    e.Node.Observe(fun value ->
                        stop ()

                        if Lwt.is_sleeping p then
                            Lwt.wakeup u value)
                )

            Lwt.on_cancel p stop
            p

        /// <summary>
        /// Returns the event, with a limited rate. After each occurrence the function is called, and until its promise
        /// is resolved the event does not occur; of the occurrences in between only the last one counts, which comes
        /// then.
        /// </summary>
        /// <example>
        /// <code>
        /// let positions = Lwt_react.E.limit (fun () -&gt; Lwt_unix.sleep 0.1) moves
        /// </code>
        /// </example>
        let limit (f: unit -> unit Lwt.t) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.limit" (nameof f) f
            Null.check "Lwt_react.E.limit" (nameof e) e
            limited f Lwt.return_unit e

        /// <summary>
        /// Returns an event that occurs with the results of the function, which is called again after each. The first
        /// call comes after a pause. The event ends when the promise of the function is rejected, and when the event is
        /// collected, which cancels the promise.
        /// </summary>
        let from (f: unit -> 'a Lwt.t) : 'a event =
            Null.check "Lwt_react.E.from" (nameof f) f
            let e, send = Events.create ()

            let rec loop () : unit Lwt.t =
                Lwt.bind (f ()) (fun value ->
                    send value
                    loop ())

            let reading = Lwt.bind (Lwt.pause ()) loop
            with_finaliser (fun () -> Lwt.cancel reading) e

        /// <summary>
        /// Returns a stream of the values of all occurrences from now on. The event keeps unread values for the stream,
        /// without a limit.
        /// </summary>
        let to_stream (e: 'a event) : 'a Lwt_stream.t =
            Null.check "Lwt_react.E.to_stream" (nameof e) e
            let stream, push, set_reference = Lwt_stream.create_with_reference ()
            set_reference (map (fun value -> push (Some value)) e)
            stream

        /// <summary>
        /// Returns an event that occurs with each element of the stream, which it begins to read after a pause. An
        /// exception of the update step goes to the async exception hook. Once the event is collected, the stream is
        /// not read any more.
        /// </summary>
        let of_stream (stream: 'a Lwt_stream.t) : 'a event =
            Null.check "Lwt_react.E.of_stream" (nameof stream) stream
            let e, send = Events.create ()

            let reading =
                Lwt.bind (Lwt.pause ()) (fun () ->
                    Lwt_stream.iter
                        (fun value ->
                            Lwt.async (fun () ->
                                send value
                                Lwt.return_unit))
                        stream)

            with_finaliser (fun () -> Lwt.cancel reading) e

        /// <summary>
        /// Returns an event that occurs with each value of an observable, which it subscribes to at once. Values that
        /// come on other threads are posted to this loop. An error of the observable, or an exception of the update
        /// step, goes to the async exception hook. Once the event is collected, the subscription is disposed of. Not in
        /// OCaml's.
        /// </summary>
        let of_observable (source: IObservable<'a>) : 'a event =
            Null.check "Lwt_react.E.of_observable" (nameof source) source
            let e, send = Events.create ()
            let loop = EventLoop.Current
            let thread = Thread.CurrentThread

            let run (action: unit -> unit Lwt.t) =
                if obj.ReferenceEquals(thread, Thread.CurrentThread) then
                    Lwt.async action
                else
                    loop.Post(fun () -> Lwt.async action)

            let subscription =
                source.Subscribe
                    { new IObserver<'a> with
                        member _.OnNext value =
                            run (fun () ->
                                send value
                                Lwt.return_unit)

                        member _.OnError reason = run (fun () -> Lwt.fail reason)

                        member _.OnCompleted() = ()
                    }

            with_finaliser (fun () -> subscription.Dispose()) e

        /// <summary>Returns an event that occurs as the event of the promise does, once that is there.</summary>
        let delay (promise: 'a event Lwt.t) : 'a event =
            Null.check "Lwt_react.E.delay" (nameof promise) promise

            match Lwt.poll promise with
            | Some e -> e
            | None ->
                let arrivals, send = Events.create ()

                Lwt.on_success promise (fun e ->
                    send e
                    stop arrivals)

                switch never arrivals

        /// <summary>Keeps the event from the collector for ever.</summary>
        let keep (e: 'a event) : unit =
            Null.check "Lwt_react.E.keep" (nameof e) e
            keepForEver e

        /// <summary>
        /// Has <c>app</c> take functions that return promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let app_s (ef: ('a -> 'b Lwt.t) event) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.app_s" (nameof ef) ef
            Null.check "Lwt_react.E.app_s" (nameof e) e
            let serial = serial ()
            let pairs = app (map (fun f value -> struct (f, value)) ef) e

            asynchronous pairs (fun (struct (f, value)) -> serial (fun () -> f value)) (fun _ result ->
                ValueSome result)

        /// <summary>
        /// Has <c>app</c> take functions that return promises. Calls overlap, so that results can come in another
        /// order. A promise that is rejected makes no occurrence.
        /// </summary>
        let app_p (ef: ('a -> 'b Lwt.t) event) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.app_p" (nameof ef) ef
            Null.check "Lwt_react.E.app_p" (nameof e) e
            let pairs = app (map (fun f value -> struct (f, value)) ef) e
            asynchronous pairs (fun (struct (f, value)) -> f value) (fun _ result -> ValueSome result)

        /// <summary>
        /// Has <c>map</c> take a function that returns promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let map_s (f: 'a -> 'b Lwt.t) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.map_s" (nameof f) f
            Null.check "Lwt_react.E.map_s" (nameof e) e
            let serial = serial ()
            asynchronous e (fun value -> serial (fun () -> f value)) (fun _ result -> ValueSome result)

        /// <summary>
        /// Has <c>map</c> take a function that returns promises. Calls overlap, so that results can come in another
        /// order. A promise that is rejected makes no occurrence.
        /// </summary>
        let map_p (f: 'a -> 'b Lwt.t) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.map_p" (nameof f) f
            Null.check "Lwt_react.E.map_p" (nameof e) e
            asynchronous e f (fun _ result -> ValueSome result)

        /// <summary>
        /// Has <c>filter</c> take a function that returns promises. One call at a time: each waits for the promise of
        /// the one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let filter_s (p: 'a -> bool Lwt.t) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.filter_s" (nameof p) p
            Null.check "Lwt_react.E.filter_s" (nameof e) e
            let serial = serial ()

            asynchronous e (fun value -> serial (fun () -> p value)) (fun value passes ->
                if passes then ValueSome value else ValueNone)

        /// <summary>
        /// Has <c>filter</c> take a function that returns promises. Calls overlap, so that results can come in another
        /// order. A promise that is rejected makes no occurrence.
        /// </summary>
        let filter_p (p: 'a -> bool Lwt.t) (e: 'a event) : 'a event =
            Null.check "Lwt_react.E.filter_p" (nameof p) p
            Null.check "Lwt_react.E.filter_p" (nameof e) e
            asynchronous e p (fun value passes -> if passes then ValueSome value else ValueNone)

        /// <summary>
        /// Has <c>fmap</c> take a function that returns promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let fmap_s (fm: 'a -> 'b option Lwt.t) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.fmap_s" (nameof fm) fm
            Null.check "Lwt_react.E.fmap_s" (nameof e) e
            let serial = serial ()
            asynchronous e (fun value -> serial (fun () -> fm value)) (fun _ result -> ValueOption.ofOption result)

        /// <summary>
        /// Has <c>fmap</c> take a function that returns promises. Calls overlap, so that results can come in another
        /// order. A promise that is rejected makes no occurrence.
        /// </summary>
        let fmap_p (fm: 'a -> 'b option Lwt.t) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.fmap_p" (nameof fm) fm
            Null.check "Lwt_react.E.fmap_p" (nameof e) e
            asynchronous e fm (fun _ result -> ValueOption.ofOption result)

        /// <summary>
        /// Has <c>diff</c> take a function that returns promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let diff_s (f: 'a -> 'a -> 'b Lwt.t) (e: 'a event) : 'b event =
            Null.check "Lwt_react.E.diff_s" (nameof f) f
            Null.check "Lwt_react.E.diff_s" (nameof e) e
            let serial = serial ()
            let pairs = diff (fun value before -> struct (value, before)) e

            asynchronous pairs (fun (struct (value, before)) -> serial (fun () -> f value before)) (fun _ result ->
                ValueSome result)

        /// <summary>
        /// Has <c>accum</c> take functions that return promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let accum_s (ef: ('a -> 'a Lwt.t) event) (i: 'a) : 'a event =
            Null.check "Lwt_react.E.accum_s" (nameof ef) ef
            let serial = serial ()
            let state = ref i

            asynchronous ef (fun f -> serial (fun () -> f state.Value)) (fun _ result ->
                state.Value <- result
                ValueSome result)

        /// <summary>
        /// Has <c>fold</c> take a function that returns promises. One call at a time: each waits for the promise of the
        /// one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let fold_s (f: 'a -> 'b -> 'a Lwt.t) (i: 'a) (e: 'b event) : 'a event =
            Null.check "Lwt_react.E.fold_s" (nameof f) f
            Null.check "Lwt_react.E.fold_s" (nameof e) e
            let serial = serial ()
            let state = ref i

            asynchronous e (fun value -> serial (fun () -> f state.Value value)) (fun _ result ->
                state.Value <- result
                ValueSome result)

        /// <summary>
        /// Has <c>merge</c> take a function that returns promises. One call at a time: each waits for the promise of
        /// the one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let merge_s (f: 'a -> 'b -> 'a Lwt.t) (a: 'a) (el: 'b event list) : 'a event =
            Null.check "Lwt_react.E.merge_s" (nameof f) f
            List.iter (Null.check "Lwt_react.E.merge_s" (nameof el)) el
            let serial = serial ()
            let lists = merge (fun values value -> value :: values) [] el

            asynchronous
                lists
                (fun values -> serial (fun () -> Lwt_list.fold_left_s f a (List.rev values)))
                (fun _ result -> ValueSome result)

        /// <summary>
        /// Returns an event that occurs with the results of promises. One call at a time: each waits for the promise of
        /// the one before. A promise that is rejected makes no occurrence.
        /// </summary>
        let run_s (e: 'a Lwt.t event) : 'a event =
            Null.check "Lwt_react.E.run_s" (nameof e) e
            let serial = serial ()
            asynchronous e (fun p -> serial (fun () -> p)) (fun _ result -> ValueSome result)

        /// <summary>
        /// Returns an event that occurs with the results of promises. Calls overlap, so that results can come in
        /// another order. A promise that is rejected makes no occurrence.
        /// </summary>
        let run_p (e: 'a Lwt.t event) : 'a event =
            Null.check "Lwt_react.E.run_p" (nameof e) e
            asynchronous e id (fun _ result -> ValueSome result)

        /// <summary>Events whose values are options.</summary>
        module Option =

            /// <summary>Returns the event with its values in Some.</summary>
            let some (e: 'a event) : 'a option event =
                Null.check "Lwt_react.E.Option.some" (nameof e) e
                map Some e

            /// <summary>Returns the occurrences that have a value.</summary>
            let value (e: 'a option event) : 'a event =
                Null.check "Lwt_react.E.Option.value" (nameof e) e
                fmap id e

            /// <summary>
            /// Returns the event, with the value of the signal for None: OCaml's value with its optional argument.
            /// </summary>
            let value_with (def: 'a signal) (e: 'a option event) : 'a event =
                Null.check "Lwt_react.E.Option.value_with" (nameof def) def
                Null.check "Lwt_react.E.Option.value_with" (nameof e) e

                Events.make [ e.Node; def.Node ] (fun node step ->
                    match Events.now e with
                    | ValueSome value -> node.Occur(step, Option.defaultValue def.Value value)
                    | ValueNone -> ())

    /// <summary>Signals.</summary>
    module S =

        /// <summary>A signal.</summary>
        type 'a t = 'a signal

        // A signal of promises' results, from the first one on.
        let private waiting
            (changes: 'a event)
            (current: unit -> 'a)
            (start: 'a -> 'b Lwt.t)
            (first: 'a -> 'b -> 'c)
            (result: 'a -> 'b -> 'c voption)
            (hold: 'c -> 'c event -> 'd)
            : 'd Lwt.t =
            let serial = serial ()

            let results =
                asynchronous changes (fun value -> serial (fun () -> start value)) result

            let value = current ()
            Lwt.map (fun it -> hold (first value it) results) (serial (fun () -> start value))

        /// <summary>Returns a signal that always has this value.</summary>
        let const' (v: 'a) : 'a signal = Signals.constant v

        /// <summary>The same as <c>const'</c>: a keyword of F#.</summary>
        let ``const`` (v: 'a) : 'a signal = const' v

        /// <summary>The same as <c>const'</c>: OCaml's <c>return</c>, a keyword of F#.</summary>
        let return' (v: 'a) : 'a signal = const' v

        /// <summary>The same as <c>const'</c>.</summary>
        let ``return`` (v: 'a) : 'a signal = const' v

        /// <summary>
        /// The same as <c>create</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let create_with (eq: 'a -> 'a -> bool) (i: 'a) : 'a signal * ('a -> unit) =
            Null.check "Lwt_react.S.create_with" (nameof eq) eq
            Signals.create eq i

        /// <summary>Returns a signal and its set function. A call of set is an update step of its own.</summary>
        /// <example>
        /// <code>
        /// let width, set_width = Lwt_react.S.create 2
        /// let height, set_height = Lwt_react.S.create 3
        /// let area = Lwt_react.S.l2 (fun w h -&gt; w * h) width height
        /// set_width 5
        /// </code>
        /// </example>
        let create (i: 'a) : 'a signal * ('a -> unit) = create_with Unchecked.equals i

        /// <summary>
        /// Returns a signal and its set function, which takes the step in which the signal is to change: OCaml's set
        /// has the step as an optional argument. A second set in a step that was not executed yet raises an exception.
        /// </summary>
        let create_with_step (eq: 'a -> 'a -> bool) (i: 'a) : 'a signal * (step -> 'a -> unit) =
            Null.check "Lwt_react.S.create_with_step" (nameof eq) eq
            let s, _ = Signals.create eq i

            s,
            (fun (step: step) value ->
                Null.check "Lwt_react.S.create_with_step" (nameof step) step
                schedule "set" s.Node step (fun step -> s.Node.Set(step, value)))

        /// <summary>Returns the current value. In an update step it may be the one from before the step.</summary>
        let value (s: 'a signal) : 'a =
            Null.check "Lwt_react.S.value" (nameof s) s
            s.Value

        /// <summary>
        /// Has the signal keep a closure from the collector, and returns the one that it kept before. Neither is
        /// called.
        /// </summary>
        let retain (s: 'a signal) (c: unit -> unit) : unit -> unit =
            Null.check "Lwt_react.S.retain" (nameof s) s
            Null.check "Lwt_react.S.retain" (nameof c) c

            if s.Node.IsStopped then
                raise (InvalidArgumentException "Lwt_react.S.retain: the signal is a constant, or was stopped.")

            let before = s.Node.Retained
            s.Node.Retained <- c

            match before with
            | :? (unit -> unit) as before -> before
            | _ -> ignore

        /// <summary>
        /// Ends the changes of a signal: it keeps its last value. In an update step it may still change once.
        /// </summary>
        let stop (s: 'a signal) : unit =
            Null.check "Lwt_react.S.stop" (nameof s) s
            s.Node.Stop()

        /// <summary>
        /// The same as <c>equal</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let equal_with (eq: 'a -> 'a -> bool) (s1: 'a signal) (s2: 'a signal) : bool =
            Null.check "Lwt_react.S.equal_with" (nameof eq) eq
            Null.check "Lwt_react.S.equal_with" (nameof s1) s1
            Null.check "Lwt_react.S.equal_with" (nameof s2) s2

            obj.ReferenceEquals(s1, s2)
            || (s1.Node.IsStopped && s2.Node.IsStopped && eq s1.Value s2.Value)

        /// <summary>Returns true if both are one signal, or constants with equal values.</summary>
        let equal (s1: 'a signal) (s2: 'a signal) : bool =
            Null.check "Lwt_react.S.equal" (nameof s1) s1
            Null.check "Lwt_react.S.equal" (nameof s2) s2
            equal_with Unchecked.equals s1 s2

        /// <summary>The same as <c>trace</c>, while the first signal is true.</summary>
        let trace_with (iff: bool signal) (tr: 'a -> unit) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.trace_with" (nameof iff) iff
            Null.check "Lwt_react.S.trace_with" (nameof tr) tr
            Null.check "Lwt_react.S.trace_with" (nameof s) s

            if iff.Value then
                tr s.Value

            Signals.make (fun one other -> s.Node.AreEqual(one, other)) s.Value [ s.Node; iff.Node ] (fun node step ->
                if iff.Value && not (isNull s.Node.Moment) then
                    tr s.Value

                node.Set(step, s.Value))

        /// <summary>Returns the signal itself; the function is called with its value, and at each change.</summary>
        let trace (tr: 'a -> unit) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.trace" (nameof tr) tr
            Null.check "Lwt_react.S.trace" (nameof s) s
            trace_with (const' true) tr s

        /// <summary>
        /// The same as <c>hold</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let hold_with (eq: 'a -> 'a -> bool) (i: 'a) (e: 'a event) : 'a signal =
            Null.check "Lwt_react.S.hold_with" (nameof eq) eq
            Null.check "Lwt_react.S.hold_with" (nameof e) e
            Signals.hold eq i e

        /// <summary>Returns a signal that has the value of the last occurrence, at first the given one.</summary>
        let hold (i: 'a) (e: 'a event) : 'a signal =
            Null.check "Lwt_react.S.hold" (nameof e) e
            hold_with Unchecked.equals i e

        /// <summary>
        /// The same as <c>app</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let app_with (eq: 'b -> 'b -> bool) (sf: ('a -> 'b) signal) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.app_with" (nameof eq) eq
            Null.check "Lwt_react.S.app_with" (nameof sf) sf
            Null.check "Lwt_react.S.app_with" (nameof s) s
            Signals.lift eq [ sf.Node; s.Node ] (fun () -> sf.Value s.Value)

        /// <summary>Returns a signal that is the function of the one signal applied to the value of the other.</summary>
        let app (sf: ('a -> 'b) signal) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.app" (nameof sf) sf
            Null.check "Lwt_react.S.app" (nameof s) s
            app_with Unchecked.equals sf s

        /// <summary>
        /// The same as <c>map</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let map_with (eq: 'b -> 'b -> bool) (f: 'a -> 'b) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.map_with" (nameof eq) eq
            Null.check "Lwt_react.S.map_with" (nameof f) f
            Null.check "Lwt_react.S.map_with" (nameof s) s
            Signals.lift eq [ s.Node ] (fun () -> f s.Value)

        /// <summary>Returns a signal that is the function of the value.</summary>
        let map (f: 'a -> 'b) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.map" (nameof f) f
            Null.check "Lwt_react.S.map" (nameof s) s
            map_with Unchecked.equals f s

        /// <summary>
        /// The same as <c>fmap</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let fmap_with (eq: 'b -> 'b -> bool) (fm: 'a -> 'b option) (i: 'b) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.fmap_with" (nameof eq) eq
            Null.check "Lwt_react.S.fmap_with" (nameof fm) fm
            Null.check "Lwt_react.S.fmap_with" (nameof s) s

            Signals.make eq (Option.defaultValue i (fm s.Value)) [ s.Node ] (fun node step ->
                match fm s.Value with
                | Some value -> node.Set(step, value)
                | None -> ())

        /// <summary>
        /// Returns a signal that has the last value which the function has returned, at first the given one.
        /// </summary>
        let fmap (fm: 'a -> 'b option) (i: 'b) (s: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.fmap" (nameof fm) fm
            Null.check "Lwt_react.S.fmap" (nameof s) s
            fmap_with Unchecked.equals fm i s

        /// <summary>
        /// The same as <c>filter</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let filter_with (eq: 'a -> 'a -> bool) (p: 'a -> bool) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.filter_with" (nameof eq) eq
            Null.check "Lwt_react.S.filter_with" (nameof p) p
            Null.check "Lwt_react.S.filter_with" (nameof s) s
            fmap_with eq (fun value -> if p value then Some value else None) i s

        /// <summary>Returns a signal that has the last value which satisfies the function, at first the given one.</summary>
        let filter (p: 'a -> bool) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.filter" (nameof p) p
            Null.check "Lwt_react.S.filter" (nameof s) s
            filter_with Unchecked.equals p i s

        /// <summary>
        /// Returns an event that occurs when the signal changes, with the function of the new value and the old one.
        /// </summary>
        let diff (f: 'a -> 'a -> 'b) (s: 'a signal) : 'b event =
            Null.check "Lwt_react.S.diff" (nameof f) f
            Null.check "Lwt_react.S.diff" (nameof s) s
            Signals.diff f s

        /// <summary>Returns an event that occurs when the signal changes, with the new value.</summary>
        let changes (s: 'a signal) : 'a event =
            Null.check "Lwt_react.S.changes" (nameof s) s
            Signals.changes s

        /// <summary>Returns the event with the function of its value and the signal's.</summary>
        let sample (f: 'b -> 'a -> 'c) (e: 'b event) (s: 'a signal) : 'c event =
            Null.check "Lwt_react.S.sample" (nameof f) f
            Null.check "Lwt_react.S.sample" (nameof e) e
            Null.check "Lwt_react.S.sample" (nameof s) s

            Events.make [ e.Node; s.Node ] (fun node step ->
                match Events.now e with
                | ValueSome value -> node.Occur(step, f value s.Value)
                | ValueNone -> ())

        /// <summary>
        /// The same as <c>on</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let on_with (eq: 'a -> 'a -> bool) (c: bool signal) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.on_with" (nameof eq) eq
            Null.check "Lwt_react.S.on_with" (nameof c) c
            Null.check "Lwt_react.S.on_with" (nameof s) s

            Signals.make eq (if c.Value then s.Value else i) [ c.Node; s.Node ] (fun node step ->
                if c.Value then
                    node.Set(step, s.Value))

        /// <summary>
        /// Returns the signal as it is while the first one is true, and as it was at the end of that otherwise; at
        /// first the given value.
        /// </summary>
        let on (c: bool signal) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.on" (nameof c) c
            Null.check "Lwt_react.S.on" (nameof s) s
            on_with Unchecked.equals c i s

        /// <summary>
        /// The same as <c>when_</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let when__with (eq: 'a -> 'a -> bool) (c: bool signal) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.when__with" (nameof eq) eq
            Null.check "Lwt_react.S.when__with" (nameof c) c
            Null.check "Lwt_react.S.when__with" (nameof s) s
            on_with eq c i s

        /// <summary>The old name of <c>on</c>.</summary>
        let when_ (c: bool signal) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.when_" (nameof c) c
            Null.check "Lwt_react.S.when_" (nameof s) s
            when__with Unchecked.equals c i s

        /// <summary>
        /// The same as <c>dismiss</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let dismiss_with (eq: 'a -> 'a -> bool) (c: 'b event) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.dismiss_with" (nameof eq) eq
            Null.check "Lwt_react.S.dismiss_with" (nameof c) c
            Null.check "Lwt_react.S.dismiss_with" (nameof s) s
            let first = if (Events.now c).IsSome then i else s.Value

            Signals.make eq first [ c.Node; s.Node ] (fun node step ->
                if (Events.now c).IsNone then
                    node.Set(step, s.Value))

        /// <summary>
        /// Returns the signal without the changes that come when the event occurs. If it occurs now, the signal begins
        /// with the given value.
        /// </summary>
        let dismiss (c: 'b event) (i: 'a) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.dismiss" (nameof c) c
            Null.check "Lwt_react.S.dismiss" (nameof s) s
            dismiss_with Unchecked.equals c i s

        /// <summary>
        /// The same as <c>accum</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let accum_with (eq: 'a -> 'a -> bool) (ef: ('a -> 'a) event) (i: 'a) : 'a signal =
            Null.check "Lwt_react.S.accum_with" (nameof eq) eq
            Null.check "Lwt_react.S.accum_with" (nameof ef) ef
            Signals.hold eq i (E.accum ef i)

        /// <summary>Returns a signal that is <paramref name="i"/> after all functions that have occurred.</summary>
        let accum (ef: ('a -> 'a) event) (i: 'a) : 'a signal =
            Null.check "Lwt_react.S.accum" (nameof ef) ef
            accum_with Unchecked.equals ef i

        /// <summary>
        /// The same as <c>fold</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let fold_with (eq: 'a -> 'a -> bool) (f: 'a -> 'b -> 'a) (i: 'a) (e: 'b event) : 'a signal =
            Null.check "Lwt_react.S.fold_with" (nameof eq) eq
            Null.check "Lwt_react.S.fold_with" (nameof f) f
            Null.check "Lwt_react.S.fold_with" (nameof e) e
            Signals.hold eq i (E.fold f i e)

        /// <summary>
        /// Returns a signal that is what the function has made of <paramref name="i"/> and all values so far.
        /// </summary>
        let fold (f: 'a -> 'b -> 'a) (i: 'a) (e: 'b event) : 'a signal =
            Null.check "Lwt_react.S.fold" (nameof f) f
            Null.check "Lwt_react.S.fold" (nameof e) e
            fold_with Unchecked.equals f i e

        /// <summary>
        /// The same as <c>merge</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let merge_with (eq: 'a -> 'a -> bool) (f: 'a -> 'b -> 'a) (a: 'a) (sl: 'b signal list) : 'a signal =
            Null.check "Lwt_react.S.merge_with" (nameof eq) eq
            Null.check "Lwt_react.S.merge_with" (nameof f) f
            List.iter (Null.check "Lwt_react.S.merge_with" (nameof sl)) sl
            let nodes = [ for s in sl -> s.Node :> Node ]
            Signals.lift eq nodes (fun () -> sl |> List.fold (fun state s -> f state s.Value) a)

        /// <summary>
        /// Returns a signal that is what the function makes of <paramref name="a"/> and the values of all signals, in
        /// the order of the list.
        /// </summary>
        let merge (f: 'a -> 'b -> 'a) (a: 'a) (sl: 'b signal list) : 'a signal =
            Null.check "Lwt_react.S.merge" (nameof f) f
            List.iter (Null.check "Lwt_react.S.merge" (nameof sl)) sl
            merge_with Unchecked.equals f a sl

        /// <summary>
        /// The same as <c>switch</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let switch_with (eq: 'a -> 'a -> bool) (ss: 'a signal signal) : 'a signal =
            Null.check "Lwt_react.S.switch_with" (nameof eq) eq
            Null.check "Lwt_react.S.switch_with" (nameof ss) ss
            Signals.switch eq ss

        /// <summary>Returns the signal that is the value of the signal.</summary>
        let switch (ss: 'a signal signal) : 'a signal =
            Null.check "Lwt_react.S.switch" (nameof ss) ss
            switch_with Unchecked.equals ss

        /// <summary>
        /// The same as <c>bind</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let bind_with (eq: 'b -> 'b -> bool) (s: 'a signal) (sf: 'a -> 'b signal) : 'b signal =
            Null.check "Lwt_react.S.bind_with" (nameof eq) eq
            Null.check "Lwt_react.S.bind_with" (nameof s) s
            Null.check "Lwt_react.S.bind_with" (nameof sf) sf
            Signals.switch eq (map_with (fun one other -> obj.ReferenceEquals(one, other)) sf s)

        /// <summary>
        /// Returns the signal that the function returns for the value; at each change the function is called again.
        /// </summary>
        let bind (s: 'a signal) (sf: 'a -> 'b signal) : 'b signal =
            Null.check "Lwt_react.S.bind" (nameof s) s
            Null.check "Lwt_react.S.bind" (nameof sf) sf
            bind_with Unchecked.equals s sf

        /// <summary>
        /// The same as <c>fix</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let fix_with (eq: 'a -> 'a -> bool) (i: 'a) (sf: 'a signal -> 'a signal * 'b) : 'b =
            Null.check "Lwt_react.S.fix_with" (nameof eq) eq
            Null.check "Lwt_react.S.fix_with" (nameof sf) sf
            let delayed = SignalNode<'a>(i, eq)
            let source, result = sf (ReactSignal delayed)

            if obj.ReferenceEquals(source.Node, delayed) then
                raise (InvalidArgumentException "Lwt_react.S.fix: the function returned the signal that it was given.")

            let link =
                Events.choosing (changes source) (fun value ->
                    match source.Node.Moment with
                    | null -> ()
                    | step -> step.Later(fun next -> delayed.Set(next, value))

                    ValueNone)

            delayed.Retained <- (link: unit event)

            // What it is already. In a step of the source this comes after the step, otherwise now.
            match source.Node.Moment with
            | null ->
                let step = Step()
                delayed.Set(step, source.Value)
                step.Execute()
            | step -> step.Later(fun next -> delayed.Set(next, source.Value))

            result

        /// <summary>
        /// Calls the function with a signal that has the value which the signal that the function returns had one step
        /// before, at first the given one. Returns the other result of the function.
        /// </summary>
        let fix (i: 'a) (sf: 'a signal -> 'a signal * 'b) : 'b =
            Null.check "Lwt_react.S.fix" (nameof sf) sf
            fix_with Unchecked.equals i sf

        /// <summary>
        /// The same as <c>l1</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l1_with (eq: 'b -> 'b -> bool) (f: 'a -> 'b) (s1: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.l1_with" (nameof eq) eq
            Null.check "Lwt_react.S.l1_with" (nameof f) f
            Null.check "Lwt_react.S.l1_with" (nameof s1) s1
            Signals.lift eq [ s1.Node ] (fun () -> f s1.Value)

        /// <summary>Returns a signal that is the function of the value: <c>map</c>.</summary>
        let l1 (f: 'a -> 'b) (s1: 'a signal) : 'b signal =
            Null.check "Lwt_react.S.l1" (nameof f) f
            Null.check "Lwt_react.S.l1" (nameof s1) s1
            l1_with Unchecked.equals f s1

        /// <summary>
        /// The same as <c>l2</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l2_with (eq: 'c -> 'c -> bool) (f: 'a -> 'b -> 'c) (s1: 'a signal) (s2: 'b signal) : 'c signal =
            Null.check "Lwt_react.S.l2_with" (nameof eq) eq
            Null.check "Lwt_react.S.l2_with" (nameof f) f
            Null.check "Lwt_react.S.l2_with" (nameof s1) s1
            Null.check "Lwt_react.S.l2_with" (nameof s2) s2
            Signals.lift eq [ s1.Node; s2.Node ] (fun () -> f s1.Value s2.Value)

        /// <summary>Returns a signal that is the function of two signals.</summary>
        let l2 (f: 'a -> 'b -> 'c) (s1: 'a signal) (s2: 'b signal) : 'c signal =
            Null.check "Lwt_react.S.l2" (nameof f) f
            Null.check "Lwt_react.S.l2" (nameof s1) s1
            Null.check "Lwt_react.S.l2" (nameof s2) s2
            l2_with Unchecked.equals f s1 s2

        /// <summary>
        /// The same as <c>l3</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l3_with
            (eq: 'd -> 'd -> bool)
            (f: 'a -> 'b -> 'c -> 'd)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            : 'd signal =
            Null.check "Lwt_react.S.l3_with" (nameof eq) eq
            Null.check "Lwt_react.S.l3_with" (nameof f) f
            Null.check "Lwt_react.S.l3_with" (nameof s1) s1
            Null.check "Lwt_react.S.l3_with" (nameof s2) s2
            Null.check "Lwt_react.S.l3_with" (nameof s3) s3
            Signals.lift eq [ s1.Node; s2.Node; s3.Node ] (fun () -> f s1.Value s2.Value s3.Value)

        /// <summary>Returns a signal that is the function of three signals.</summary>
        let l3 (f: 'a -> 'b -> 'c -> 'd) (s1: 'a signal) (s2: 'b signal) (s3: 'c signal) : 'd signal =
            Null.check "Lwt_react.S.l3" (nameof f) f
            Null.check "Lwt_react.S.l3" (nameof s1) s1
            Null.check "Lwt_react.S.l3" (nameof s2) s2
            Null.check "Lwt_react.S.l3" (nameof s3) s3
            l3_with Unchecked.equals f s1 s2 s3

        /// <summary>
        /// The same as <c>l4</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l4_with
            (eq: 'e -> 'e -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            : 'e signal =
            Null.check "Lwt_react.S.l4_with" (nameof eq) eq
            Null.check "Lwt_react.S.l4_with" (nameof f) f
            Null.check "Lwt_react.S.l4_with" (nameof s1) s1
            Null.check "Lwt_react.S.l4_with" (nameof s2) s2
            Null.check "Lwt_react.S.l4_with" (nameof s3) s3
            Null.check "Lwt_react.S.l4_with" (nameof s4) s4
            Signals.lift eq [ s1.Node; s2.Node; s3.Node; s4.Node ] (fun () -> f s1.Value s2.Value s3.Value s4.Value)

        /// <summary>Returns a signal that is the function of four signals.</summary>
        let l4
            (f: 'a -> 'b -> 'c -> 'd -> 'e)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            : 'e signal =
            Null.check "Lwt_react.S.l4" (nameof f) f
            Null.check "Lwt_react.S.l4" (nameof s1) s1
            Null.check "Lwt_react.S.l4" (nameof s2) s2
            Null.check "Lwt_react.S.l4" (nameof s3) s3
            Null.check "Lwt_react.S.l4" (nameof s4) s4
            l4_with Unchecked.equals f s1 s2 s3 s4

        /// <summary>
        /// The same as <c>l5</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l5_with
            (eq: 'f -> 'f -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            : 'f signal =
            Null.check "Lwt_react.S.l5_with" (nameof eq) eq
            Null.check "Lwt_react.S.l5_with" (nameof f) f
            Null.check "Lwt_react.S.l5_with" (nameof s1) s1
            Null.check "Lwt_react.S.l5_with" (nameof s2) s2
            Null.check "Lwt_react.S.l5_with" (nameof s3) s3
            Null.check "Lwt_react.S.l5_with" (nameof s4) s4
            Null.check "Lwt_react.S.l5_with" (nameof s5) s5

            Signals.lift eq [ s1.Node; s2.Node; s3.Node; s4.Node; s5.Node ] (fun () ->
                f s1.Value s2.Value s3.Value s4.Value s5.Value)

        /// <summary>Returns a signal that is the function of five signals.</summary>
        let l5
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            : 'f signal =
            Null.check "Lwt_react.S.l5" (nameof f) f
            Null.check "Lwt_react.S.l5" (nameof s1) s1
            Null.check "Lwt_react.S.l5" (nameof s2) s2
            Null.check "Lwt_react.S.l5" (nameof s3) s3
            Null.check "Lwt_react.S.l5" (nameof s4) s4
            Null.check "Lwt_react.S.l5" (nameof s5) s5
            l5_with Unchecked.equals f s1 s2 s3 s4 s5

        /// <summary>
        /// The same as <c>l6</c>, with OCaml's optional argument: the equality that decides whether the signal changes.
        /// </summary>
        let l6_with
            (eq: 'g -> 'g -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            (s6: 'f signal)
            : 'g signal =
            Null.check "Lwt_react.S.l6_with" (nameof eq) eq
            Null.check "Lwt_react.S.l6_with" (nameof f) f
            Null.check "Lwt_react.S.l6_with" (nameof s1) s1
            Null.check "Lwt_react.S.l6_with" (nameof s2) s2
            Null.check "Lwt_react.S.l6_with" (nameof s3) s3
            Null.check "Lwt_react.S.l6_with" (nameof s4) s4
            Null.check "Lwt_react.S.l6_with" (nameof s5) s5
            Null.check "Lwt_react.S.l6_with" (nameof s6) s6

            Signals.lift eq [ s1.Node; s2.Node; s3.Node; s4.Node; s5.Node; s6.Node ] (fun () ->
                f s1.Value s2.Value s3.Value s4.Value s5.Value s6.Value)

        /// <summary>Returns a signal that is the function of six signals.</summary>
        let l6
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            (s6: 'f signal)
            : 'g signal =
            Null.check "Lwt_react.S.l6" (nameof f) f
            Null.check "Lwt_react.S.l6" (nameof s1) s1
            Null.check "Lwt_react.S.l6" (nameof s2) s2
            Null.check "Lwt_react.S.l6" (nameof s3) s3
            Null.check "Lwt_react.S.l6" (nameof s4) s4
            Null.check "Lwt_react.S.l6" (nameof s5) s5
            Null.check "Lwt_react.S.l6" (nameof s6) s6
            l6_with Unchecked.equals f s1 s2 s3 s4 s5 s6

        /// <summary>
        /// Returns a signal that is as the given one. The function is called on the loop after the signal was
        /// collected.
        /// </summary>
        let with_finaliser (f: unit -> unit) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.with_finaliser" (nameof f) f
            Null.check "Lwt_react.S.with_finaliser" (nameof s) s
            let token = token f

            map_with
                (fun one other -> s.Node.AreEqual(one, other))
                (fun value ->
                    GC.KeepAlive token
                    value)
                s

        /// <summary>
        /// The same as <c>limit</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let limit_with (eq: 'a -> 'a -> bool) (f: unit -> unit Lwt.t) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.limit_with" (nameof eq) eq
            Null.check "Lwt_react.S.limit_with" (nameof f) f
            Null.check "Lwt_react.S.limit_with" (nameof s) s
            Signals.hold eq s.Value (limited f (f ()) (changes s))

        /// <summary>
        /// Returns the signal, with a limited rate. After each change, and at first, the function is called, and until
        /// its promise is resolved the signal does not change; then it takes the last value of those in between.
        /// </summary>
        let limit (f: unit -> unit Lwt.t) (s: 'a signal) : 'a signal =
            Null.check "Lwt_react.S.limit" (nameof f) f
            Null.check "Lwt_react.S.limit" (nameof s) s
            limit_with Unchecked.equals f s

        /// <summary>Keeps the signal from the collector for ever.</summary>
        let keep (s: 'a signal) : unit =
            Null.check "Lwt_react.S.keep" (nameof s) s
            keepForEver s

        /// <summary>
        /// The same as <c>run_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let run_s_with (eq: 'a -> 'a -> bool) (s: 'a Lwt.t signal) : 'a signal Lwt.t =
            Null.check "Lwt_react.S.run_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.run_s_with" (nameof s) s

            waiting
                (changes s)
                (fun () -> s.Value)
                id
                (fun _ result -> result)
                (fun _ result -> ValueSome result)
                (Signals.hold eq)

        /// <summary>
        /// Returns a signal of the results of promises. One call at a time. The promise is fulfilled with the first
        /// value; a later promise that is rejected makes no change.
        /// </summary>
        let run_s (s: 'a Lwt.t signal) : 'a signal Lwt.t =
            Null.check "Lwt_react.S.run_s" (nameof s) s
            run_s_with Unchecked.equals s

        /// <summary>
        /// The same as <c>map_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let map_s_with (eq: 'b -> 'b -> bool) (f: 'a -> 'b Lwt.t) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.map_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.map_s_with" (nameof f) f
            Null.check "Lwt_react.S.map_s_with" (nameof s) s

            waiting
                (changes s)
                (fun () -> s.Value)
                f
                (fun _ result -> result)
                (fun _ result -> ValueSome result)
                (Signals.hold eq)

        /// <summary>
        /// Has <c>map</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let map_s (f: 'a -> 'b Lwt.t) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.map_s" (nameof f) f
            Null.check "Lwt_react.S.map_s" (nameof s) s
            map_s_with Unchecked.equals f s

        /// <summary>
        /// The same as <c>app_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let app_s_with (eq: 'b -> 'b -> bool) (sf: ('a -> 'b Lwt.t) signal) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.app_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.app_s_with" (nameof sf) sf
            Null.check "Lwt_react.S.app_s_with" (nameof s) s

            let pairs =
                Signals.lift (fun _ _ -> false) [ sf.Node; s.Node ] (fun () -> struct (sf.Value, s.Value))

            map_s_with eq (fun (struct (f, value)) -> f value) pairs

        /// <summary>
        /// Has <c>app</c> take functions that return promises. A change of one of the two counts. One call at a time.
        /// The promise is fulfilled with the first value; a later promise that is rejected makes no change.
        /// </summary>
        let app_s (sf: ('a -> 'b Lwt.t) signal) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.app_s" (nameof sf) sf
            Null.check "Lwt_react.S.app_s" (nameof s) s
            app_s_with Unchecked.equals sf s

        /// <summary>
        /// The same as <c>filter_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let filter_s_with (eq: 'a -> 'a -> bool) (p: 'a -> bool Lwt.t) (i: 'a) (s: 'a signal) : 'a signal Lwt.t =
            Null.check "Lwt_react.S.filter_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.filter_s_with" (nameof p) p
            Null.check "Lwt_react.S.filter_s_with" (nameof s) s

            waiting
                (changes s)
                (fun () -> s.Value)
                p
                (fun value passes -> if passes then value else i)
                (fun value passes -> if passes then ValueSome value else ValueNone)
                (Signals.hold eq)

        /// <summary>
        /// Has <c>filter</c> take a function that returns promises. One call at a time. The promise is fulfilled with
        /// the first value; a later promise that is rejected makes no change.
        /// </summary>
        let filter_s (p: 'a -> bool Lwt.t) (i: 'a) (s: 'a signal) : 'a signal Lwt.t =
            Null.check "Lwt_react.S.filter_s" (nameof p) p
            Null.check "Lwt_react.S.filter_s" (nameof s) s
            filter_s_with Unchecked.equals p i s

        /// <summary>
        /// The same as <c>fmap_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let fmap_s_with (eq: 'b -> 'b -> bool) (fm: 'a -> 'b option Lwt.t) (i: 'b) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.fmap_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.fmap_s_with" (nameof fm) fm
            Null.check "Lwt_react.S.fmap_s_with" (nameof s) s

            waiting
                (changes s)
                (fun () -> s.Value)
                fm
                (fun _ result -> Option.defaultValue i result)
                (fun _ result -> ValueOption.ofOption result)
                (Signals.hold eq)

        /// <summary>
        /// Has <c>fmap</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let fmap_s (fm: 'a -> 'b option Lwt.t) (i: 'b) (s: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.fmap_s" (nameof fm) fm
            Null.check "Lwt_react.S.fmap_s" (nameof s) s
            fmap_s_with Unchecked.equals fm i s

        /// <summary>
        /// Has <c>diff</c> take a function that returns promises. One call at a time; a promise that is rejected makes
        /// no occurrence.
        /// </summary>
        let diff_s (f: 'a -> 'a -> 'b Lwt.t) (s: 'a signal) : 'b event =
            Null.check "Lwt_react.S.diff_s" (nameof f) f
            Null.check "Lwt_react.S.diff_s" (nameof s) s
            let pairs = diff (fun value before -> struct (value, before)) s
            E.map_s (fun (struct (value, before)) -> f value before) pairs

        /// <summary>
        /// Has <c>sample</c> take a function that returns promises. One call at a time, with the signal's value then; a
        /// promise that is rejected makes no occurrence.
        /// </summary>
        let sample_s (f: 'b -> 'a -> 'c Lwt.t) (e: 'b event) (s: 'a signal) : 'c event =
            Null.check "Lwt_react.S.sample_s" (nameof f) f
            Null.check "Lwt_react.S.sample_s" (nameof e) e
            Null.check "Lwt_react.S.sample_s" (nameof s) s
            E.map_s (fun value -> f value s.Value) e

        /// <summary>
        /// The same as <c>accum_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let accum_s_with (eq: 'a -> 'a -> bool) (ef: ('a -> 'a Lwt.t) event) (i: 'a) : 'a signal =
            Null.check "Lwt_react.S.accum_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.accum_s_with" (nameof ef) ef
            Signals.hold eq i (E.accum_s ef i)

        /// <summary>
        /// Has <c>accum</c> take functions that return promises. One call at a time; a promise that is rejected makes
        /// no change.
        /// </summary>
        let accum_s (ef: ('a -> 'a Lwt.t) event) (i: 'a) : 'a signal =
            Null.check "Lwt_react.S.accum_s" (nameof ef) ef
            accum_s_with Unchecked.equals ef i

        /// <summary>
        /// The same as <c>fold_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let fold_s_with (eq: 'a -> 'a -> bool) (f: 'a -> 'b -> 'a Lwt.t) (i: 'a) (e: 'b event) : 'a signal =
            Null.check "Lwt_react.S.fold_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.fold_s_with" (nameof f) f
            Null.check "Lwt_react.S.fold_s_with" (nameof e) e
            Signals.hold eq i (E.fold_s f i e)

        /// <summary>
        /// Has <c>fold</c> take a function that returns promises. One call at a time; a promise that is rejected makes
        /// no change.
        /// </summary>
        let fold_s (f: 'a -> 'b -> 'a Lwt.t) (i: 'a) (e: 'b event) : 'a signal =
            Null.check "Lwt_react.S.fold_s" (nameof f) f
            Null.check "Lwt_react.S.fold_s" (nameof e) e
            fold_s_with Unchecked.equals f i e

        /// <summary>
        /// The same as <c>merge_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let merge_s_with
            (eq: 'a -> 'a -> bool)
            (f: 'a -> 'b -> 'a Lwt.t)
            (a: 'a)
            (sl: 'b signal list)
            : 'a signal Lwt.t =
            Null.check "Lwt_react.S.merge_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.merge_s_with" (nameof f) f
            List.iter (Null.check "Lwt_react.S.merge_s_with" (nameof sl)) sl
            let nodes = [ for s in sl -> s.Node :> Node ]

            let values =
                Signals.lift (fun _ _ -> false) nodes (fun () -> [ for s in sl -> s.Value ])

            map_s_with eq (Lwt_list.fold_left_s f a) values

        /// <summary>
        /// Has <c>merge</c> take a function that returns promises. One call at a time. The promise is fulfilled with
        /// the first value; a later promise that is rejected makes no change.
        /// </summary>
        let merge_s (f: 'a -> 'b -> 'a Lwt.t) (a: 'a) (sl: 'b signal list) : 'a signal Lwt.t =
            Null.check "Lwt_react.S.merge_s" (nameof f) f
            List.iter (Null.check "Lwt_react.S.merge_s" (nameof sl)) sl
            merge_s_with Unchecked.equals f a sl

        /// <summary>
        /// The same as <c>bind_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let bind_s_with (eq: 'b -> 'b -> bool) (s: 'a signal) (sf: 'a -> 'b signal Lwt.t) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.bind_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.bind_s_with" (nameof s) s
            Null.check "Lwt_react.S.bind_s_with" (nameof sf) sf
            Lwt.map (Signals.switch eq) (map_s_with (fun one other -> obj.ReferenceEquals(one, other)) sf s)

        /// <summary>
        /// Has <c>bind</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let bind_s (s: 'a signal) (sf: 'a -> 'b signal Lwt.t) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.bind_s" (nameof s) s
            Null.check "Lwt_react.S.bind_s" (nameof sf) sf
            bind_s_with Unchecked.equals s sf

        /// <summary>
        /// The same as <c>l1_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l1_s_with (eq: 'b -> 'b -> bool) (f: 'a -> 'b Lwt.t) (s1: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.l1_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l1_s_with" (nameof f) f
            Null.check "Lwt_react.S.l1_s_with" (nameof s1) s1
            map_s_with eq f s1

        /// <summary>
        /// Has <c>l1</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l1_s (f: 'a -> 'b Lwt.t) (s1: 'a signal) : 'b signal Lwt.t =
            Null.check "Lwt_react.S.l1_s" (nameof f) f
            Null.check "Lwt_react.S.l1_s" (nameof s1) s1
            l1_s_with Unchecked.equals f s1

        /// <summary>
        /// The same as <c>l2_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l2_s_with
            (eq: 'c -> 'c -> bool)
            (f: 'a -> 'b -> 'c Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            : 'c signal Lwt.t =
            Null.check "Lwt_react.S.l2_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l2_s_with" (nameof f) f
            Null.check "Lwt_react.S.l2_s_with" (nameof s1) s1
            Null.check "Lwt_react.S.l2_s_with" (nameof s2) s2

            let values =
                Signals.lift (fun _ _ -> false) [ s1.Node; s2.Node ] (fun () -> struct (s1.Value, s2.Value))

            map_s_with eq (fun (struct (v1, v2)) -> f v1 v2) values

        /// <summary>
        /// Has <c>l2</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l2_s (f: 'a -> 'b -> 'c Lwt.t) (s1: 'a signal) (s2: 'b signal) : 'c signal Lwt.t =
            Null.check "Lwt_react.S.l2_s" (nameof f) f
            Null.check "Lwt_react.S.l2_s" (nameof s1) s1
            Null.check "Lwt_react.S.l2_s" (nameof s2) s2
            l2_s_with Unchecked.equals f s1 s2

        /// <summary>
        /// The same as <c>l3_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l3_s_with
            (eq: 'd -> 'd -> bool)
            (f: 'a -> 'b -> 'c -> 'd Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            : 'd signal Lwt.t =
            Null.check "Lwt_react.S.l3_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l3_s_with" (nameof f) f
            Null.check "Lwt_react.S.l3_s_with" (nameof s1) s1
            Null.check "Lwt_react.S.l3_s_with" (nameof s2) s2
            Null.check "Lwt_react.S.l3_s_with" (nameof s3) s3

            let values =
                Signals.lift (fun _ _ -> false) [ s1.Node; s2.Node; s3.Node ] (fun () ->
                    struct (s1.Value, s2.Value, s3.Value))

            map_s_with eq (fun (struct (v1, v2, v3)) -> f v1 v2 v3) values

        /// <summary>
        /// Has <c>l3</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l3_s (f: 'a -> 'b -> 'c -> 'd Lwt.t) (s1: 'a signal) (s2: 'b signal) (s3: 'c signal) : 'd signal Lwt.t =
            Null.check "Lwt_react.S.l3_s" (nameof f) f
            Null.check "Lwt_react.S.l3_s" (nameof s1) s1
            Null.check "Lwt_react.S.l3_s" (nameof s2) s2
            Null.check "Lwt_react.S.l3_s" (nameof s3) s3
            l3_s_with Unchecked.equals f s1 s2 s3

        /// <summary>
        /// The same as <c>l4_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l4_s_with
            (eq: 'e -> 'e -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            : 'e signal Lwt.t =
            Null.check "Lwt_react.S.l4_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l4_s_with" (nameof f) f
            Null.check "Lwt_react.S.l4_s_with" (nameof s1) s1
            Null.check "Lwt_react.S.l4_s_with" (nameof s2) s2
            Null.check "Lwt_react.S.l4_s_with" (nameof s3) s3
            Null.check "Lwt_react.S.l4_s_with" (nameof s4) s4

            let values =
                Signals.lift (fun _ _ -> false) [ s1.Node; s2.Node; s3.Node; s4.Node ] (fun () ->
                    struct (s1.Value, s2.Value, s3.Value, s4.Value))

            map_s_with eq (fun (struct (v1, v2, v3, v4)) -> f v1 v2 v3 v4) values

        /// <summary>
        /// Has <c>l4</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l4_s
            (f: 'a -> 'b -> 'c -> 'd -> 'e Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            : 'e signal Lwt.t =
            Null.check "Lwt_react.S.l4_s" (nameof f) f
            Null.check "Lwt_react.S.l4_s" (nameof s1) s1
            Null.check "Lwt_react.S.l4_s" (nameof s2) s2
            Null.check "Lwt_react.S.l4_s" (nameof s3) s3
            Null.check "Lwt_react.S.l4_s" (nameof s4) s4
            l4_s_with Unchecked.equals f s1 s2 s3 s4

        /// <summary>
        /// The same as <c>l5_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l5_s_with
            (eq: 'f -> 'f -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            : 'f signal Lwt.t =
            Null.check "Lwt_react.S.l5_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l5_s_with" (nameof f) f
            Null.check "Lwt_react.S.l5_s_with" (nameof s1) s1
            Null.check "Lwt_react.S.l5_s_with" (nameof s2) s2
            Null.check "Lwt_react.S.l5_s_with" (nameof s3) s3
            Null.check "Lwt_react.S.l5_s_with" (nameof s4) s4
            Null.check "Lwt_react.S.l5_s_with" (nameof s5) s5

            let values =
                Signals.lift (fun _ _ -> false) [ s1.Node; s2.Node; s3.Node; s4.Node; s5.Node ] (fun () ->
                    struct (s1.Value, s2.Value, s3.Value, s4.Value, s5.Value))

            map_s_with eq (fun (struct (v1, v2, v3, v4, v5)) -> f v1 v2 v3 v4 v5) values

        /// <summary>
        /// Has <c>l5</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l5_s
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            : 'f signal Lwt.t =
            Null.check "Lwt_react.S.l5_s" (nameof f) f
            Null.check "Lwt_react.S.l5_s" (nameof s1) s1
            Null.check "Lwt_react.S.l5_s" (nameof s2) s2
            Null.check "Lwt_react.S.l5_s" (nameof s3) s3
            Null.check "Lwt_react.S.l5_s" (nameof s4) s4
            Null.check "Lwt_react.S.l5_s" (nameof s5) s5
            l5_s_with Unchecked.equals f s1 s2 s3 s4 s5

        /// <summary>
        /// The same as <c>l6_s</c>, with OCaml's optional argument: the equality that decides whether the signal
        /// changes.
        /// </summary>
        let l6_s_with
            (eq: 'g -> 'g -> bool)
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            (s6: 'f signal)
            : 'g signal Lwt.t =
            Null.check "Lwt_react.S.l6_s_with" (nameof eq) eq
            Null.check "Lwt_react.S.l6_s_with" (nameof f) f
            Null.check "Lwt_react.S.l6_s_with" (nameof s1) s1
            Null.check "Lwt_react.S.l6_s_with" (nameof s2) s2
            Null.check "Lwt_react.S.l6_s_with" (nameof s3) s3
            Null.check "Lwt_react.S.l6_s_with" (nameof s4) s4
            Null.check "Lwt_react.S.l6_s_with" (nameof s5) s5
            Null.check "Lwt_react.S.l6_s_with" (nameof s6) s6

            let values =
                Signals.lift (fun _ _ -> false) [ s1.Node; s2.Node; s3.Node; s4.Node; s5.Node; s6.Node ] (fun () ->
                    struct (s1.Value, s2.Value, s3.Value, s4.Value, s5.Value, s6.Value))

            map_s_with eq (fun (struct (v1, v2, v3, v4, v5, v6)) -> f v1 v2 v3 v4 v5 v6) values

        /// <summary>
        /// Has <c>l6</c> take a function that returns promises. One call at a time. The promise is fulfilled with the
        /// first value; a later promise that is rejected makes no change.
        /// </summary>
        let l6_s
            (f: 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g Lwt.t)
            (s1: 'a signal)
            (s2: 'b signal)
            (s3: 'c signal)
            (s4: 'd signal)
            (s5: 'e signal)
            (s6: 'f signal)
            : 'g signal Lwt.t =
            Null.check "Lwt_react.S.l6_s" (nameof f) f
            Null.check "Lwt_react.S.l6_s" (nameof s1) s1
            Null.check "Lwt_react.S.l6_s" (nameof s2) s2
            Null.check "Lwt_react.S.l6_s" (nameof s3) s3
            Null.check "Lwt_react.S.l6_s" (nameof s4) s4
            Null.check "Lwt_react.S.l6_s" (nameof s5) s5
            Null.check "Lwt_react.S.l6_s" (nameof s6) s6
            l6_s_with Unchecked.equals f s1 s2 s3 s4 s5 s6

        /// <summary>Signals whose values are bools.</summary>
        module Bool =

            /// <summary>The signal that is always false.</summary>
            let zero: bool signal = const' false

            /// <summary>The signal that is always true.</summary>
            let one: bool signal = const' true

            /// <summary>Returns the negation of the signal.</summary>
            let not (s: bool signal) : bool signal =
                Null.check "Lwt_react.S.Bool.not" (nameof s) s
                map not s

            /// <summary>Returns the changes of the signal.</summary>
            let edge (s: bool signal) : bool event =
                Null.check "Lwt_react.S.Bool.edge" (nameof s) s
                changes s

            /// <summary>Returns an event that occurs when the signal becomes true.</summary>
            let rise (s: bool signal) : unit event =
                Null.check "Lwt_react.S.Bool.rise" (nameof s) s
                E.fmap (fun value -> if value then Some() else None) (edge s)

            /// <summary>Returns an event that occurs when the signal becomes false.</summary>
            let fall (s: bool signal) : unit event =
                Null.check "Lwt_react.S.Bool.fall" (nameof s) s
                E.fmap (fun value -> if value then None else Some()) (edge s)

            /// <summary>Returns a signal that is negated at each occurrence, at first the given value.</summary>
            let flip (b: bool) (e: 'a event) : bool signal =
                Null.check "Lwt_react.S.Bool.flip" (nameof e) e
                fold (fun value _ -> Operators.not value) b e
