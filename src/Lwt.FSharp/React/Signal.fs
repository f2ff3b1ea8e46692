namespace Lwt.FSharp

open System
open Lwt.FSharp.React

/// <summary>The node of a signal: it holds the value.</summary>
[<Sealed; AllowNullLiteral>]
type internal SignalNode<'a>(first: 'a, eq: 'a -> 'a -> bool) =
    inherit Node()

    /// <summary>Computes the value from those of the producers, and calls Set.</summary>
    member val OnUpdate: Step -> unit = ignore with get, set

    /// <summary>The value; in a step, from the update of this node on, the new one.</summary>
    member val Value = first with get, set

    /// <summary>The value that it had before this step.</summary>
    member val Before = first with get, set

    /// <summary>Whether two values count as the same.</summary>
    member _.AreEqual(one: 'a, other: 'a) = eq one other

    /// <summary>Gives the signal a value. It changes only if the value is another one.</summary>
    member node.Set(step: Step, value: 'a) =
        if not (eq node.Value value) then
            node.Before <- node.Value
            node.Value <- value
            step.Touch node

    override node.Update step = node.OnUpdate step

    override node.Clear() =
        node.Before <- node.Value
        base.Clear()

/// <summary>
/// A signal of <c>Lwt_react</c>: it has a value at any time, which changes now and then. It is also an observable: a subscriber is
/// called at once with the value, and then at each change, inside the update step, until it is disposed. It never completes.
/// </summary>
[<Sealed; AllowNullLiteral>]
type ReactSignal<'a> internal (node: SignalNode<'a>) =

    member internal _.Node = node

    /// <summary>The current value. In an update step it may be the one from before the step.</summary>
    member _.Value = node.Value

    interface IObservable<'a> with
        member _.Subscribe observer =
            ArgumentNullException.ThrowIfNull observer
            let observing = new Observing(node, (fun () -> observer.OnNext node.Value))
            observing.Start()
            observer.OnNext node.Value
            observing

namespace Lwt.FSharp.React

open System
open Lwt.FSharp

/// <summary>Signals by what they are made of.</summary>
module internal Signals =

    let constant (value: 'a) : ReactSignal<'a> =
        ReactSignal(SignalNode(value, (fun _ _ -> true), IsStopped = true))

    /// A signal that is computed again whenever one of its producers occurs or changes.
    let make (eq: 'b -> 'b -> bool) (first: 'b) (producers: Node list) (update: SignalNode<'b> -> Step -> unit) =
        let node = SignalNode<'b>(first, eq)
        node.OnUpdate <- update node
        List.iter node.DependOn producers
        ReactSignal node

    /// A signal that is a function of others.
    let lift (eq: 'b -> 'b -> bool) (producers: Node list) (compute: unit -> 'b) : ReactSignal<'b> =
        make eq (compute ()) producers (fun node step -> node.Set(step, compute ()))

    /// The changes of a signal. One that comes before this call in the same step is none of them.
    let diff (f: 'a -> 'a -> 'b) (s: ReactSignal<'a>) : ReactEvent<'b> =
        let node = EventNode<'b>()

        node.OnUpdate <- fun step -> node.Occur(step, f s.Node.Value s.Node.Before)

        node.DependOn s.Node
        ReactEvent node

    let changes (s: ReactSignal<'a>) : ReactEvent<'a> = diff (fun value _ -> value) s

    /// A primitive signal, and the function that sets it.
    let create (eq: 'a -> 'a -> bool) (first: 'a) : ReactSignal<'a> * ('a -> unit) =
        let node = SignalNode<'a>(first, eq)

        let set value =
            node.CheckThread()

            if not node.IsStopped then
                let step = Step()
                node.Set(step, value)
                step.Execute()

        ReactSignal node, set

    let hold (eq: 'a -> 'a -> bool) (first: 'a) (e: ReactEvent<'a>) : ReactSignal<'a> =
        let first = ValueOption.defaultValue first e.Node.Now

        make eq first [ e.Node ] (fun node step ->
            match e.Node.Now with
            | ValueSome value -> node.Set(step, value)
            | ValueNone -> ())

    /// The value of the signal that is the value of a signal.
    let switch (eq: 'a -> 'a -> bool) (outer: ReactSignal<ReactSignal<'a>>) : ReactSignal<'a> =
        let current = ref outer.Value

        let switched =
            make eq current.Value.Value [ outer.Node ] (fun node step ->
                let next = outer.Value

                if obj.ReferenceEquals(next, current.Value) then
                    node.Set(step, next.Value)
                else
                    if not (obj.ReferenceEquals(current.Value.Node, outer.Node)) then
                        node.Leave current.Value.Node

                    current.Value <- next
                    let rank = node.Rank
                    node.DependOn next.Node

                    if node.Rank > rank then
                        step.AddAgain node
                    else
                        node.Set(step, next.Value))

        switched.Node.DependOn current.Value.Node
        switched
