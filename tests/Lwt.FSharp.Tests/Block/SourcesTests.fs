/// What a block can wait for besides promises of F#, and the errors for misuse.
module Lwt.FSharp.Tests.Block.SourcesTests

open System
open System.Runtime.CompilerServices
open System.Threading
open System.Threading.Tasks
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

let private run = Lwt_main.run_virtual

/// Tests that let!, return! and and! return the value of a source.
let inline private gives sort ([<InlineIfLambda>] block: int -> int Lwt.t) =
    testCase sort (fun () -> Expect.equal (run (fun () -> block 1)) 42 "value")

/// A Task that another thread completes once the block waits.
let private later (outcome: Result<int, exn>) : Task<int> =
    let completion = TaskCompletionSource<int>()

    ThreadPool.QueueUserWorkItem(fun _ ->
        match outcome with
        | Ok v -> completion.SetResult v
        | Error(:? OperationCanceledException) -> completion.SetCanceled()
        | Error e -> completion.SetException e)
    |> ignore

    completion.Task

let private later' () = later (Ok 42)

let private values =
    [
        test "let! > every kind of source" {
            run (fun () ->
                lwt {
                    let! a = Lwt.return' 1
                    let! b = Promise.Return 2
                    let! c = Task.FromResult 3
                    let! d = later (Ok 4)
                    let! e = ValueTask<int> 5
                    let! f = ValueTask<int>(later (Ok 6))
                    let! g = async { return 7 }

                    let! h =
                        async {
                            do! Async.SwitchToThreadPool()
                            return 8
                        }

                    return [ a; b; c; d; e; f; g; h ]
                })
            |> fun it -> Expect.equal it [ 1..8 ] "values"
        }
        test "do! > every kind of source" {
            run (fun () ->
                lwt {
                    do! Lwt.return_unit
                    do! Promise.Return()
                    do! Promise.Sleep(TimeSpan.FromSeconds 1.0)
                    do! Task.CompletedTask
                    do! (later' () :> Task)
                    do! ValueTask()
                    do! ValueTask(later' () :> Task)
                    do! async { do! Async.SwitchToThreadPool() }
                    do! Task.Yield()
                    return 1
                })
            |> fun it -> Expect.equal it 1 "value"
        }
        test "do! last > every kind of source" {
            for block in
                [
                    fun () -> lwt { do! Promise.Sleep(TimeSpan.FromSeconds 1.0) }
                    fun () -> lwt { do! (later' () :> Task) }
                    fun () -> lwt { do! ValueTask() }
                    fun () -> lwt { do! async { do! Async.SwitchToThreadPool() } }
                    fun () -> lwt { do! Task.Yield() }
                ] do
                run block
        }
        test "return! > every kind of source" {
            for block in
                [
                    fun () -> lwt { return! Lwt.return' 42 }
                    fun () -> lwt { return! Task.FromResult 42 }
                    fun () -> lwt { return! later' () }
                    fun () -> lwt { return! ValueTask<int> 42 }
                    fun () -> lwt { return! ValueTask<int>(later' ()) }
                    fun () -> lwt { return! async { return 42 } }
                ] do
                Expect.equal (run block) 42 "value"
        }
        test "and! > kinds of source mixed" {
            run (fun () ->
                lwt {
                    let! a = Lwt.return' 1
                    and! b = later (Ok 2)
                    and! c = ValueTask<int> 3
                    and! d = async { return 4 }
                    and! () = Task.Yield()
                    return [ a; b; c; d ]
                })
            |> fun it -> Expect.equal it [ 1..4 ] "values"
        }
        test "let! > a Task that fails raises its own exception" {
            let block ending () =
                lwt {
                    try
                        let! _ = later (Error ending)
                        return "nothing"
                    with e ->
                        return name e
                }

            Expect.equal (run (block (Boom "task"))) "task" "failed"
            Expect.equal (run (block (OperationCanceledException()))) "Canceled" "cancelled"
        }
        test "let! > an async that fails raises its own exception" {
            run (fun () ->
                lwt {
                    try
                        let! x = async { return raise (Boom "async") }
                        return x
                    with e ->
                        return name e
                })
            |> fun it -> Expect.equal it "async" "outcome"
        }
        test "let! > an awaiter that refuses callbacks rejects" {
            let refusing =
                { new INotifyCompletion with
                    member _.OnCompleted _ = raise (Boom "refused")
                }

            let block () =
                lwt {
                    try
                        do! Lwt.FSharp.CompilerServices.Foreign.wait refusing ignore
                        return "nothing"
                    with e ->
                        return name e
                }

            Expect.equal (run block) "refused" "outcome"
        }
    ]

/// Checks that misuse rejects the block, with a message that contains each of these words.
let private says (words: string list) (block: unit -> 'a Lwt.t) () =
    match Lwt.state (block ()) with
    | Lwt.Fail e ->
        for word in words do
            Expect.stringContains e.Message word "message"
    | state -> failtest $"expected a rejection, got {state}"

let private null'<'a when 'a: not struct> = Unchecked.defaultof<'a>

let private misuse =
    [
        testCase "null promise > let!"
        <| says [ "null"; "Lwt.return'" ] (fun () ->
            lwt {
                let! x = null'<int Lwt.t>
                return x
            })
        testCase "null promise > return!"
        <| says [ "null"; "Lwt.return'" ] (fun () -> lwt { return! null'<int Lwt.t> })
        testCase "null promise > and!"
        <| says [ "null"; "Lwt.return'" ] (fun () ->
            lwt {
                let! x = null'<int Lwt.t>
                and! y = Lwt.return' 1
                return x + y
            })
        testCase "null promise of C# > do!"
        <| says [ "null"; "lwt"; "a promise" ] (fun () -> lwt { do! null'<Promise> })
        testCase "null Task > let!"
        <| says [ "null"; "lwt"; "a Task" ] (fun () ->
            lwt {
                let! x = null'<Task<int>>
                return x
            })
        testCase "null Task > do!"
        <| says [ "null"; "lwt"; "a Task" ] (fun () -> lwt { do! null'<Task> })
        testCase "null async > let!"
        <| says [ "null"; "lwt"; "an Async" ] (fun () ->
            lwt {
                let! x = null'<Async<int>>
                return x
            })
        testCase "promise of another thread > let!, and the handler of the block sees it"
        <| fun () ->
            let mutable foreign = null'<int Lwt.t>
            let thread = Thread(fun () -> foreign <- fst (Lwt.wait ()))
            thread.Start()
            thread.Join()

            let waiting () =
                lwt {
                    do! Lwt.return_unit
                    let! x = foreign
                    return x
                }

            says [ "belongs to the thread"; "Lwt_main.post_to" ] waiting ()

            let handled =
                lwt {
                    try
                        return! foreign
                    with :? InvalidOperationException ->
                        return 1
                }

            Expect.equal (outcome handled) "1" "handled"
    ]

[<Tests>]
let tests =
    testList "lwt block, sources" [ testList "values" values; testList "misuse" misuse ]
