/// Blocks that call each other at their ends for ever take constant memory, and ReturnFromFinal is right wherever a
/// compiler calls it.
module Lwt.FSharp.Tests.Block.EndlessTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.CompilerServices
open Lwt.FSharp.Tests.Block.Cases

/// The number of iterations of each loop; the variable LWT_TURNS sets a larger one.
let private turns =
    match Environment.GetEnvironmentVariable "LWT_TURNS" with
    | null -> 100_000
    | turns -> int turns

/// The number of elements of the loops over sequences.
let private elements = max turns 1_000_000

let private early = 10_000
let private slack = 1_000_000L

exception Stop

/// Called with the number of each iteration; records the size of the live heap early on and at the end.
type private Watch() =
    let mutable first = 0L

    member _.Grown = GC.GetTotalMemory true - first

    member _.Turn n =
        if n = early then
            first <- GC.GetTotalMemory true

    member this.Check name =
        let grown = this.Grown
        printfn $"{name}: {first} bytes after {early} turns, {first + grown} at the end"
        Expect.isLessThan grown slack "growth of the live heap"

// Each loop measures the heap in its last iteration, while it still runs: the heap must not have grown.

let rec private paused (watch: Watch) name n =
    lwt {
        watch.Turn n
        do! Lwt.pause ()

        if n = turns then
            watch.Check name
        else
            return! paused watch name (n + 1)
    }

let rec private ping (watch: Watch) name n =
    lwt {
        watch.Turn n

        if n >= turns then
            watch.Check name
        else
            do! Lwt.pause ()
            return! pong watch name (n + 1)
    }

and private pong watch name n =
    lwt {
        let! () = Lwt.return_unit
        watch.Turn n
        return! ping watch name (n + 1)
    }

let rec private resolved (watch: Watch) name n =
    lwt {
        // In Debug, iterations stay on the stack until it is full; a pause empties it before the heap is measured.
        if n = early || n = turns then
            do! Lwt.pause ()

        watch.Turn n

        if n = turns then
            watch.Check name
        else
            return! resolved watch name (n + 1)
    }

let rec private afterLoop (watch: Watch) name n =
    lwt {
        watch.Turn n

        for _ in 1..2 do
            do! Lwt.pause ()

        try
            do! Lwt.pause ()
        with Stop ->
            ()

        if n >= turns / 3 then
            watch.Check name
        else
            return! afterLoop watch name (n + 1)
    }

let private untilRaise (watch: Watch) name _ =
    lwt {
        let mutable n = 0

        try
            while true do
                n <- n + 1
                watch.Turn n
                do! Lwt.pause ()

                if n = turns then
                    watch.Check name
                    raise Stop
        with Stop ->
            ()
    }

let private tokens (watch: Watch) name _ =
    lwt {
        for n in 1..turns do
            watch.Turn n
            let! token = Lwt.cancellationToken
            do! Lwt.pause ()

            if token.IsCancellationRequested then
                do! Lwt.fail Lwt.Canceled

        watch.Check name
    }

let private asked (watch: Watch) name n =
    lwt {
        let! token = Lwt.cancellationToken
        do! Lwt.map ignore (Lwt.return' token)
        return! paused watch name n
    }

/// A loop over n elements, some of which are pending at first.
let private overElements (numbers: unit -> int Lwt_seq.t) (watch: Watch) name _ =
    lwt {
        for n in numbers () do
            watch.Turn n

            if n % 3 = 0 then
                do! Lwt.pause ()

            if n = elements then
                watch.Check name
    }

let private computed =
    Lwt_seq.unfold_lwt (fun n ->
        let next = if n > elements then None else Some(n, n + 1)

        if n % 2 = 0 then
            Lwt.map (fun () -> next) (Lwt.pause ())
        else
            Lwt.return' next)

let private overStream (watch: Watch) name _ =
    let stream, push = Lwt_stream.create_bounded 4

    let pushing =
        lwt {
            for n in 1..elements do
                do! push.push n

            push.close ()
        }

    lwt {
        for n in stream do
            watch.Turn n

            if n = elements then
                watch.Check name

        do! pushing
    }

let private endless name loop =
    test name { Lwt_main.run_virtual (fun () -> loop (Watch()) name 1) }

/// Calls ReturnFromFinal as other compilers do, in the body of use, for and try as well.
let private forwarding =
    let log = ResizeArray<string>()

    let resource () =
        { new IDisposable with
            member _.Dispose() = log.Add "disposed"
        }

    let items =
        seq {
            try
                yield 1
                yield 2
            finally
                log.Add "items disposed"
        }

    let forwards name (start: unit Lwt.t -> unit Lwt.t) expected =
        testList
            name
            [
                for ending in endings do
                    test (describe ending) {
                        log.Clear()
                        let awaited, finish = source ending ()
                        let block = start awaited

                        if Lwt.is_sleeping awaited then
                            Expect.equal (outcome block) "pending" "the block waits"

                        finish ()

                        let failed = not (List.contains ending [ Resolved; Fulfilled ])
                        let reason = if ending = Cancelled then "#Canceled" else "#!"
                        Expect.equal (List.ofSeq log) (expected failed) "log"
                        Expect.equal (outcome block) (if failed then reason else "") "outcome"
                    }
            ]

    testSequenced
    <| testList
        "forwarding"
        [
            forwards
                "in use"
                (fun p -> lwt.Run(lwt.Delay(fun () -> lwt.Using(resource (), (fun _ -> lwt.ReturnFromFinal p)))))
                (fun _ -> [ "disposed" ])
            forwards
                "in try finally"
                (fun p ->
                    lwt.Run(lwt.Delay(fun () -> lwt.TryFinally(lwt.ReturnFromFinal p, (fun () -> log.Add "finally")))))
                (fun _ -> [ "finally" ])
            forwards
                "in for"
                (fun p ->
                    lwt.Run(
                        lwt.Delay(fun () ->
                            lwt.For(
                                items,
                                (fun i ->
                                    log.Add(string i)
                                    lwt.ReturnFromFinal p)
                            ))
                    ))
                (fun failed ->
                    if failed then
                        [ "1"; "items disposed" ]
                    else
                        [ "1"; "2"; "items disposed" ])
            forwards
                "in for over a sequence of promises"
                (fun p ->
                    lwt.Run(
                        lwt.Delay(fun () ->
                            lwt.For(
                                Lwt_seq.of_seq items,
                                (fun i ->
                                    log.Add(string i)
                                    lwt.ReturnFromFinal p)
                            ))
                    ))
                (fun failed -> if failed then [ "1" ] else [ "1"; "2"; "items disposed" ])
            forwards
                "in for over a stream"
                (fun p ->
                    lwt.Run(
                        lwt.Delay(fun () ->
                            lwt.For(
                                Lwt_stream.of_seq items,
                                (fun i ->
                                    log.Add(string i)
                                    lwt.ReturnFromFinal p)
                            ))
                    ))
                (fun failed ->
                    if failed then
                        [ "1"; "items disposed" ]
                    else
                        [ "1"; "2"; "items disposed" ])
            forwards
                "in while"
                (fun p ->
                    let count = ref 0

                    lwt.Run(
                        lwt.Delay(fun () ->
                            lwt.While(
                                (fun () -> count.Value < 2),
                                lwt.Delay(fun () ->
                                    count.Value <- count.Value + 1
                                    log.Add(string count.Value)
                                    lwt.ReturnFromFinal p)
                            ))
                    ))
                (fun failed -> if failed then [ "1" ] else [ "1"; "2" ])
        ]

[<Tests>]
let tests =
    // The heap is that of the whole process: nothing else may run at the same time.
    testSequenced
    <| testList
        "lwt block, endless"
        [
            testList
                "constant memory"
                [
                    endless "return! after a pause" paused
                    endless "two blocks that end in each other" ping
                    endless "return! over resolved promises" resolved
                    endless "return! after a loop and a try" afterLoop
                    endless "while true, left by an exception" untilRaise
                    endless "for, asking for the token each time" tokens
                    endless "for over a sequence that is computed" (overElements (fun () -> computed 1))
                    endless
                        "for over a sequence of elements that are there"
                        (overElements (fun () -> Lwt_seq.of_seq (Seq.init elements (fun n -> n + 1))))
                    endless "for over a stream" overStream
                    endless "return! of a block with a token to an endless one" asked
                ]
            forwarding
        ]
