namespace Lwt.FSharp.React

open System
open System.Collections.Generic
open System.Runtime.ExceptionServices
open System.Threading
open Lwt.Core

// The graph of events and signals, and the steps in which it is updated. Each node has a rank above those of its
// producers, and a step updates nodes by rank: so a node sees each of its producers either as it was or updated, and
// it is updated once. A node keeps its producers; they keep it only while it is held. So what nobody refers to
// any more can be collected, although what it is made of goes on.

/// <summary>A node of the graph: an event, a signal, or what observes one.</summary>
[<AbstractClass; AllowNullLiteral>]
type internal Node() =

    static let mutable made = 0L

    let number = Interlocked.Increment &made
    let thread = Thread.CurrentThread
    let loop = EventLoop.Current
    // Nodes that are updated after this one, by their weak references. The value is the node itself while it is held.
    let mutable dependents: Dictionary<WeakReference<Node>, Node | null> | null = null
    // Collected nodes are removed when there are this many dependents.
    let mutable sweepAt = 8
    let mutable weak: WeakReference<Node> | null = null
    // How many observers and held dependents need this node.
    let mutable holds = 0

    /// <summary>Above the ranks of the producers. It grows when a switch takes a producer of a higher rank.</summary>
    member val Rank = 0 with get, set

    /// <summary>The number of the node: of two nodes of one rank the older one is updated first.</summary>
    member _.Number = number

    /// <summary>The nodes that this one is updated after, each once.</summary>
    member val Producers = HashSet<Node>(HashIdentity.Reference) with get

    /// <summary>The step in which the event occurs or the signal has changed; null outside of it.</summary>
    member val Moment: Step | null = null with get, set

    /// <summary>Stopped, or never more than it was from the start: it is not updated any more.</summary>
    member val IsStopped = false with get, set

    /// <summary>What the node keeps for somebody else: a closure, or the other end of a fixed point.</summary>
    member val Retained: obj | null = null with get, set

    /// <summary>Updates the node, after all its producers.</summary>
    abstract Update: Step -> unit

    /// <summary>Forgets what held for the step only.</summary>
    abstract Clear: unit -> unit

    default node.Clear() = node.Moment <- null

    /// <summary>Raises an exception on any thread but that of the node.</summary>
    member _.CheckThread() =
        if
            not (obj.ReferenceEquals(thread, Thread.CurrentThread))
            && thread.IsAlive
            && not (obj.ReferenceEquals(loop, EventLoop.Current))
        then
            raise (
                InvalidOperationException(
                    $"An event or a signal of Lwt_react belongs to the thread that made it, {thread.ManagedThreadId}, and was used on "
                    + $"thread {Thread.CurrentThread.ManagedThreadId}. Give the work to its loop: Lwt_main.post_to."
                )
            )

    member private node.Weak =
        match weak with
        | null ->
            let made = WeakReference<Node> node
            weak <- made
            made
        | weak -> weak

    member private _.Sweep() =
        match dependents with
        | null -> ()
        | all ->
            for dependent in List.ofSeq all.Keys do
                if not (fst (dependent.TryGetTarget())) then
                    all.Remove dependent |> ignore

            sweepAt <- max 8 (2 * all.Count)

    member private node.Add(dependent: Node, isHeld: bool) =
        let all =
            match dependents with
            | null ->
                let made = Dictionary<WeakReference<Node>, Node | null>(HashIdentity.Reference)
                dependents <- made
                made
            | all -> all

        if all.Count >= sweepAt then
            node.Sweep()

        all[dependent.Weak] <- (if isHeld then dependent else null)

    member private _.Remove(dependent: Node) =
        match dependents with
        | null -> ()
        | all -> all.Remove dependent.Weak |> ignore

    /// <summary>The nodes that are updated after this one and are not collected.</summary>
    member _.Dependents: Node list =
        match dependents with
        | null -> []
        | all ->
            [
                for dependent in all.Keys do
                    match dependent.TryGetTarget() with
                    | true, node -> node
                    | false, _ -> ()
            ]

    /// <summary>Makes a node the producer of this one.</summary>
    member node.DependOn(producer: Node) =
        if not producer.IsStopped then
            producer.CheckThread()

            if node.Producers.Add producer then
                producer.Add(node, node.IsHeld)

                if node.IsHeld then
                    producer.Hold()

            if node.Rank <= producer.Rank then
                node.RaiseAbove producer.Rank

    /// <summary>Ends that a node is the producer of this one.</summary>
    member node.Leave(producer: Node) =
        if node.Producers.Remove producer then
            producer.Remove node

            if node.IsHeld then
                producer.Release()

    /// <summary>Gives the node, and all that are updated after it, ranks above this one.</summary>
    member private node.RaiseAbove(rank: int) =
        node.Rank <- rank + 1
        let work = Stack [ node ]

        while work.Count > 0 do
            let lower = work.Pop()

            for dependent in lower.Dependents do
                if dependent.Rank <= lower.Rank then
                    dependent.Rank <- lower.Rank + 1
                    work.Push dependent

    member private _.IsHeld = holds > 0

    /// <summary>Has its producers keep this node, and theirs keep them.</summary>
    member node.Hold() =
        let work = Stack [ node ]

        while work.Count > 0 do
            let next = work.Pop()

            if next.AddHold() then
                for producer in next.Producers do
                    producer.Add(next, true)
                    work.Push producer

    /// <summary>Ends a Hold.</summary>
    member node.Release() =
        let work = Stack [ node ]

        while work.Count > 0 do
            let next = work.Pop()

            if next.EndHold() then
                for producer in next.Producers do
                    producer.Add(next, false)
                    work.Push producer

    // Whether it was not held before.
    member private _.AddHold() =
        holds <- holds + 1
        holds = 1

    // Whether it is not held any more.
    member private _.EndHold() =
        holds <- holds - 1
        holds = 0

    /// <summary>Takes the node out of the graph for good.</summary>
    member node.Stop() =
        node.IsStopped <- true

        for producer in List.ofSeq node.Producers do
            node.Leave producer

/// <summary>An update of the graph: what happens at one moment.</summary>
and [<Sealed; AllowNullLiteral>] internal Step() =

    let queue = PriorityQueue<Node, struct (int * int64)>()
    let queued = HashSet<Node>(HashIdentity.Reference)
    let touched = List<Node>()
    let later = List<Step -> unit>()

    /// <summary>Whether the step was executed, or is being executed.</summary>
    member val IsStarted = false with get, set

    /// <summary>Whether the step has ended.</summary>
    member val IsOver = false with get, set

    /// <summary>Has the step update a node, once.</summary>
    member step.Add(node: Node) =
        if queued.Add node then
            step.AddAgain node

    /// <summary>Has the step update a node again, whose rank has grown.</summary>
    member _.AddAgain(node: Node) =
        queue.Enqueue(node, struct (node.Rank, node.Number))

    /// <summary>The event occurs, or the signal has changed: updates what depends on it.</summary>
    member step.Touch(node: Node) =
        node.Moment <- step
        touched.Add node

        for dependent in node.Dependents do
            step.Add dependent

    /// <summary>Has a step that follows this one do something first.</summary>
    member _.Later(action: Step -> unit) = later.Add action

    // Updates the nodes by rank. The exception of one does not keep the others from their update.
    member private step.UpdateAll(failed: exn -> unit) =
        step.IsStarted <- true
        let mutable node: Node | null = null
        let mutable priority = struct (0, 0L)

        while queue.TryDequeue(&node, &priority) do
            match node with
            | null -> ()
            | node ->
                let struct (rank, _) = priority

                if node.Rank > rank then
                    step.AddAgain node
                elif not node.IsStopped then
                    try
                        node.Update step
                    with e ->
                        failed e

        for node in touched do
            node.Clear()

        step.IsOver <- true
        queued.Clear()
        touched.Clear()

    member private _.Next() : Step | null =
        if later.Count = 0 then
            null
        else
            let next = Step()

            for action in later do
                action next

            next

    /// <summary>Executes the step and those that follow it. Raises the first exception of them at the end.</summary>
    member first.Execute() =
        let mutable failure: ExceptionDispatchInfo | null = null
        let mutable step: Step | null = first

        let failed e =
            if isNull failure then
                failure <- ExceptionDispatchInfo.Capture e

        let mutable isRunning = true

        while isRunning do
            match step with
            | null -> isRunning <- false
            | current ->
                current.UpdateAll failed
                step <- current.Next()

        match failure with
        | null -> ()
        | failure -> failure.Throw()
