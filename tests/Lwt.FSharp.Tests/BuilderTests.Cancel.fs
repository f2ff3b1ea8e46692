/// Cancelling a block cancels what it waits for now; and the block's CancellationToken.
module Lwt.FSharp.Tests.BuilderCancel

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.BuilderCases

let private never () = fst (Lwt.task<int> ())

let private cancelling =
    [
        test "cancel > before the first wait is over" {
            let awaited = never ()
            let block = lwt { return! awaited }
            let behind = lwt { return! Lwt.map id block }
            Lwt.cancel behind
            Expect.equal (outcome awaited) "#Canceled" "awaited"
            Expect.equal (outcome behind) "#Canceled" "block"
        }
        test "cancel > reaches what is awaited now, not what was before" {
            let first, r = Lwt.task ()
            let second, third = never (), never ()

            let block =
                lwt {
                    let! _ = first
                    let! _ = Lwt.return_unit
                    let! x = second
                    let! y = third
                    return x + y
                }

            Lwt.wakeup r 1
            Lwt.cancel block
            Expect.equal (outcome first) "1" "first"
            Expect.equal (outcome second) "#Canceled" "second"
            Expect.equal (outcome third) "pending" "third"
            Expect.equal (outcome block) "#Canceled" "block"
        }
        test "cancel > in a try, the handler sees Canceled and the block goes on" {
            let second = never ()

            let block =
                lwt {
                    try
                        return! never ()
                    with Lwt.Canceled ->
                        return! second
                }

            Lwt.cancel block
            Expect.equal (outcome block) "pending" "goes on"
            Lwt.cancel block
            Expect.equal (outcome second) "#Canceled" "second"
            Expect.equal (outcome block) "#Canceled" "block"
        }
        test "cancel > in use, the resource is disposed of" {
            let mutable disposed = false

            let resource =
                { new IDisposable with
                    member _.Dispose() = disposed <- true
                }

            let block =
                lwt {
                    use _ = resource
                    return! never ()
                }

            Lwt.cancel block
            Expect.equal (outcome block) "#Canceled" "block"
            Expect.isTrue disposed "disposed"
        }
        test "cancel > while a block waits for what cannot be cancelled, does nothing" {
            let p, r = Lwt.wait ()
            let block = lwt { return! Lwt.map id p }
            Lwt.cancel block
            Expect.equal (outcome block) "pending" "block"
            Lwt.wakeup r 1
            Expect.equal (outcome block) "1" "block"
        }
        test "cancel > through a Task, goes on without it" {
            let task = TaskCompletionSource<int>()

            let block =
                lwt {
                    let! x = task.Task
                    return x
                }

            Lwt.cancel block
            Expect.equal (outcome block) "#Canceled" "block"
            Expect.isFalse task.Task.IsCompleted "the Task"
        }
        test "cancel > through an async, cancels it" {
            let mutable canceled = false

            let computation =
                async {
                    use! _ = Async.OnCancel(fun () -> canceled <- true)
                    do! Async.AwaitTask(TaskCompletionSource<unit>().Task)
                    return 1
                }

            let block = lwt { return! computation }
            Lwt.cancel block
            Expect.equal (outcome block) "#Canceled" "block"
            Expect.isTrue canceled "the async"
        }
        test "of_task > cancelling the promise cancels the token" {
            let mutable token = CancellationToken.None

            let block =
                lwt {
                    return!
                        Lwt.of_task (fun it ->
                            token <- it
                            TaskCompletionSource<int>().Task)
                }

            Expect.isFalse token.IsCancellationRequested "before"
            Lwt.cancel block
            Expect.isTrue token.IsCancellationRequested "after"
            Expect.equal (outcome block) "#Canceled" "block"
        }
        test "of_task > what the function raises rejects" {
            Expect.equal (outcome (Lwt.of_task (fun _ -> raise (Boom "start")): int Lwt.t)) "#start" "outcome"
        }
    ]

/// Where a block asks for its token: before it has suspended, or after.
let private asking =
    [
        "at its start", (fun () -> Lwt.return_unit), ignore
        (let p, r = Lwt.wait ()
         "after a wait", (fun () -> p), (fun () -> Lwt.wakeup r ()))
    ]

let private tokens =
    [
        for (place, first, start) in asking do
            testList
                $"asked for {place}"
                [
                    test "cancelled before the handlers of the block run" {
                        let first, r = Lwt.wait ()

                        if place = "at its start" then
                            Lwt.wakeup r ()

                        let block =
                            lwt {
                                do! first
                                let! token = Lwt.cancellationToken

                                try
                                    let! x = never ()
                                    return string x
                                with e ->
                                    return $"{name e} {token.IsCancellationRequested}"
                            }

                        if place <> "at its start" then
                            Lwt.wakeup r ()

                        Expect.equal (outcome block) "pending" "waits"
                        Lwt.cancel block
                        Expect.equal (outcome block) "Canceled True" "outcome"
                    }
                    test "stops a Task that was given it" {
                        let mutable stopped = false

                        let work (token: CancellationToken) =
                            let completion = TaskCompletionSource<int>()

                            token.Register(fun () ->
                                stopped <- true
                                completion.SetCanceled token)
                            |> ignore

                            completion.Task

                        let p, r = Lwt.wait ()

                        let block =
                            lwt {
                                if place <> "at its start" then
                                    do! p

                                let! token = Lwt.cancellationToken
                                return! work token
                            }

                        Lwt.wakeup r ()
                        Lwt.cancel block
                        Expect.equal (outcome block) "#Canceled" "block"
                        Expect.isTrue stopped "the Task"
                    }
                ]
        test "asked for twice > is the same" {
            let block =
                lwt {
                    let! first = Lwt.cancellationToken
                    do! Lwt.pause ()
                    let! second = Lwt.cancellationToken
                    return first = second
                }

            Expect.isTrue (Lwt_main.run_virtual (fun () -> block)) "same"
        }
    ]
