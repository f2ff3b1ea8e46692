namespace Lwt.FSharp

open System
open System.ComponentModel
open Lwt.FSharp.React

/// <summary>An update step of Lwt_react that has not happened yet. <c>Lwt_react.Step</c> makes and executes it.</summary>
[<Sealed; AllowNullLiteral>]
type ReactStep internal () =

    member val internal Step = Step()

/// <summary>Observes a node: the function is called when the event occurs, or the signal has changed.</summary>
[<Sealed>]
type internal Observing(source: Node, observe: unit -> unit) =
    inherit Node()

    override _.Update _ = observe ()

    /// <summary>Begins. The source keeps what observes it, and all that the source is made of does so too.</summary>
    member node.Start() =
        node.Hold()
        node.DependOn source

    interface IDisposable with
        member node.Dispose() = node.Stop()

/// <summary>The node of an event: it holds the occurrence during the step.</summary>
[<Sealed; AllowNullLiteral>]
type internal EventNode<'a>() =
    inherit Node()

    /// <summary>Computes the occurrence from those of the producers, and calls Occur.</summary>
    member val OnUpdate: Step -> unit = ignore with get, set

    /// <summary>The occurrence of this step; none outside of it.</summary>
    member val Now: 'a voption = ValueNone with get, set

    /// <summary>The event occurs in the step.</summary>
    member node.Occur(step: Step, value: 'a) =
        node.Now <- ValueSome value
        step.Touch node

    override node.Update step = node.OnUpdate step

    override node.Clear() =
        node.Now <- ValueNone
        base.Clear()

    /// <summary>Calls a function with each occurrence, that of the current step too, until the result is disposed.</summary>
    member node.Observe(f: 'a -> unit) : Observing =
        let observing =
            new Observing(
                node,
                fun () ->
                    match node.Now with
                    | ValueSome value -> f value
                    | ValueNone -> ()
            )

        observing.Start()

        match node.Moment with
        | null -> ()
        | step -> step.Add observing

        observing

/// <summary>
/// An event of <c>Lwt_react</c>: it occurs now and then, each time with a value. It is also an observable: a subscriber is called
/// at each occurrence, inside the update step, until it is disposed. The event never completes.
/// </summary>
[<Sealed; AllowNullLiteral>]
type ReactEvent<'a> internal (node: EventNode<'a>) =

    member internal _.Node = node

    interface IObservable<'a> with
        member _.Subscribe observer =
            ArgumentNullException.ThrowIfNull observer
            node.Observe observer.OnNext

namespace Lwt.FSharp.React

open Lwt.FSharp

/// <summary>Events by what they are made of.</summary>
module internal Events =

    let now (e: ReactEvent<'a>) = e.Node.Now

    let never<'a> () =
        ReactEvent(EventNode<'a>(IsStopped = true))

    /// An event that is updated after its producers, also in a step in which one of them has occurred already.
    let make (producers: Node list) (update: EventNode<'b> -> Step -> unit) : ReactEvent<'b> =
        let node = EventNode<'b>()
        // It does not keep the node: the node keeps it.
        node.OnUpdate <- update node
        List.iter node.DependOn producers

        for producer in producers do
            match producer.Moment with
            | null -> ()
            | step -> step.Add node

        ReactEvent node

    /// An event that occurs as often as another one does and the function returns a value.
    let choosing (e: ReactEvent<'a>) (f: 'a -> 'b voption) : ReactEvent<'b> =
        make [ e.Node ] (fun node step ->
            match now e with
            | ValueSome value ->
                match f value with
                | ValueSome result -> node.Occur(step, result)
                | ValueNone -> ()
            | ValueNone -> ())

    /// A primitive event, and the function that makes it occur.
    let create () : ReactEvent<'a> * ('a -> unit) =
        let node = EventNode<'a>()

        let send value =
            node.CheckThread()

            if not node.IsStopped then
                let step = Step()
                node.Occur(step, value)
                step.Execute()

        ReactEvent node, send

    /// An event that is the current one of several, as the function says at each update; the producers are others.
    let switching (producers: Node list) (first: ReactEvent<'a>) (next: unit -> ReactEvent<'a> voption) =
        let current = ref first

        let switched =
            make producers (fun node step ->
                match next () with
                | ValueSome other when not (obj.ReferenceEquals(other, current.Value)) ->
                    if not (List.exists (fun (p: Node) -> obj.ReferenceEquals(p, current.Value.Node)) producers) then
                        node.Leave current.Value.Node

                    current.Value <- other
                    let rank = node.Rank
                    node.DependOn other.Node

                    if node.Rank > rank then
                        step.AddAgain node
                    elif (now other).IsSome then
                        node.Occur(step, (now other).Value)
                | _ ->
                    match now current.Value with
                    | ValueSome value -> node.Occur(step, value)
                    | ValueNone -> ())

        switched.Node.DependOn first.Node
        switched
