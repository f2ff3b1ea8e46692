/// Cancelling a block cancels the promise that it waits for, and the block's CancellationToken.
module Lwt.FSharp.Tests.Block.CancelTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

type Disposing(dispose: unit -> unit) =
    interface IDisposable with
        member _.Dispose() = dispose ()

let private never () : int Lwt.t = fst (Lwt.task ())

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
        test "cancel > in a try, the handler sees Canceled and the block continues" {
            let second = never ()

            let block =
                lwt {
                    try
                        return! never ()
                    with Lwt.Canceled ->
                        return! second
                }

            Lwt.cancel block
            Expect.equal (outcome block) "pending" "continues"
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
        test "cancel > while it waits for a Task, the block stops waiting and the Task runs on" {
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

/// Asks for the token before the block has ever suspended, or after.
let private tokenTests (place, late) =
    // The promise that the block waits for before it asks, and the resolver that lets it continue.
    let start () =
        if late then
            let p, r = Lwt.wait ()
            p, (fun () -> Lwt.wakeup r ())
        else
            Lwt.return_unit, ignore

    testList
        place
        [
            test "cancel > the token is cancelled before a handler of the block runs" {
                let first, go = start ()

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

                go ()
                Expect.equal (outcome block) "pending" "waits"
                Lwt.cancel block
                Expect.equal (outcome block) "Canceled True" "outcome"
            }
            test "cancel > a Task that was given the token stops" {
                let first, go = start ()
                let mutable stopped = false

                let work (token: CancellationToken) =
                    let completion = TaskCompletionSource<int>()

                    token.Register(fun () ->
                        stopped <- true
                        completion.SetCanceled token)
                    |> ignore

                    completion.Task

                let block =
                    lwt {
                        do! first
                        let! token = Lwt.cancellationToken
                        return! work token
                    }

                go ()
                Lwt.cancel block
                Expect.equal (outcome block) "#Canceled" "block"
                Expect.isTrue stopped "the Task"
            }
            test "cancel > of what the block has raced, leaves the token alone" {
                let first, go = start ()
                let winner, r = Lwt.task ()
                let loser = never ()

                let block =
                    lwt {
                        do! first
                        let! token = Lwt.cancellationToken
                        let! x = Lwt.pick [ winner; loser ]
                        let! y = Lwt.return' 1
                        return $"{x + y} {token.IsCancellationRequested}"
                    }

                go ()
                Lwt.wakeup r 1
                Expect.equal (outcome loser) "#Canceled" "loser"
                Expect.equal (outcome block) "2 False" "outcome"
            }
            test "cancel > of what the block waits for, by another, leaves the token alone" {
                let first, go = start ()
                let awaited = never ()

                let block =
                    lwt {
                        do! first
                        let! token = Lwt.cancellationToken

                        try
                            let! x = awaited
                            return string x
                        with _ ->
                            return string token.IsCancellationRequested
                    }

                go ()
                Lwt.cancel awaited
                Expect.equal (outcome block) "False" "outcome"
            }
            test "cancel > by way of promises that wait for the block" {
                let first, go = start ()
                let mutable seen = CancellationToken.None

                let block () =
                    lwt {
                        do! first
                        let! token = Lwt.cancellationToken
                        seen <- token
                        do! Lwt.return_unit
                        return! Lwt.map id (never ())
                    }

                // The block becomes a proxy of the bind's promise, before it asks or after.
                let started = Lwt.task ()
                let proxied = lwt { return! Lwt.bind (fst started) block }
                Lwt.wakeup (snd started) ()
                go ()
                Lwt.cancel proxied
                Expect.isTrue seen.IsCancellationRequested "token"
                Expect.equal (outcome proxied) "#Canceled" "block"
            }
            test "asked for twice > is the same, and outlives several waits" {
                let first, go = start ()
                let p, r = Lwt.task ()

                let block =
                    lwt {
                        do! first
                        let! before = Lwt.cancellationToken
                        do! p

                        try
                            do! Lwt.map ignore (never ())
                        with _ ->
                            ()

                        let! after = Lwt.cancellationToken
                        return before = after && after.IsCancellationRequested
                    }

                go ()
                Lwt.wakeup r ()
                Lwt.cancel block
                Expect.equal (outcome block) "True" "outcome"
            }
            test "inside try, use and loops > the block continues there" {
                let first, go = start ()
                let log = ResizeArray<string>()

                let block =
                    lwt {
                        try
                            for i in 1..2 do
                                use _ = new Disposing(fun () -> log.Add $"disposed {i}")
                                do! first
                                let! token = Lwt.cancellationToken
                                log.Add $"{i} {token.CanBeCanceled}"

                            return raise (Boom "end")
                        with e ->
                            log.Add(name e)
                            return 1
                    }

                go ()
                Expect.equal (outcome block) "1" "outcome"
                let order = [ "1 True"; "disposed 1"; "2 True"; "disposed 2"; "end" ]
                Expect.equal (List.ofSeq log) order "log"
            }
            test "raise after it > rejects the block" {
                let first, go = start ()

                let block =
                    lwt {
                        do! first
                        let! token = Lwt.cancellationToken

                        if token.CanBeCanceled then
                            raise (Boom "after")
                    }

                go ()
                Expect.equal (outcome block) "#after" "outcome"
            }
            test "return! to a pending promise > ends as that does" {
                for ending in endings do
                    let first, go = start ()
                    let awaited, finish = source ending 42

                    let block =
                        lwt {
                            do! first
                            let! _ = Lwt.cancellationToken
                            return! awaited
                        }

                    let behind = Lwt.map id block
                    go ()
                    finish ()
                    Expect.equal (outcome block) (outcome awaited) "block"
                    Expect.equal (outcome behind) (outcome awaited) "what waits for it"
            }
            test "nothing can wake > the message does not name the token" {
                let block () =
                    lwt {
                        let! _ = Lwt.cancellationToken
                        let forever: int Lwt.t = fst (Lwt.wait ())
                        return! Lwt.map id forever
                    }

                let message =
                    try
                        string (Lwt_main.run_virtual block)
                    with e ->
                        e.Message

                Expect.stringContains message "waits for: a promise made by Promise.Create (F#: Lwt.wait). " "message"
            }
        ]

[<Tests>]
let tests =
    testList
        "lwt block, cancelling"
        (cancelling
         @ [
             tokenTests ("token, asked for at once", false)
             tokenTests ("token, asked for after a wait", true)
         ])
