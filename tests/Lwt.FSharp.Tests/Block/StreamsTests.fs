/// for over a Lwt_seq.t or a Lwt_stream.t: what holds of only one of them.
module Lwt.FSharp.Tests.Block.StreamsTests

open System.Collections.Generic
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

let private run block = Lwt_main.run_virtual block

let private sequences =
    testList
        "Lwt_seq"
        [
            test "a sequence that raises in its first step rejects" {
                let raising: int Lwt_seq.t = fun () -> raise (Boom "first")

                let block =
                    lwt {
                        for _ in raising do
                            ()
                    }

                Expect.equal (outcome block) "#first" "outcome"
            }
            test "is read from the start each time" {
                let numbers = Lwt_seq.of_list [ 1; 2; 3 ]

                let sum () =
                    lwt {
                        let mutable sum = 0

                        for x in numbers do
                            sum <- sum + x

                        return sum
                    }

                Expect.equal (outcome (sum ())) "6" "first"
                Expect.equal (outcome (sum ())) "6" "second"
            }
            test "code after the loop, and a last return!, go on" {
                let block () =
                    lwt {
                        for _ in Lwt_seq.of_list [ 1; 2 ] do
                            do! Lwt.pause ()

                        return! Lwt.map (fun () -> 7) (Lwt.pause ())
                    }

                Expect.equal (run block) 7 "value"
            }
        ]

let private streams =
    testList
        "Lwt_stream"
        [
            test "pushed while the body waits > comes in order" {
                let stream, push = Lwt_stream.create ()
                let log = ResizeArray<int>()

                let reading () =
                    lwt {
                        for x in stream do
                            log.Add x
                            do! Lwt.pause ()
                    }

                let pushing first () =
                    lwt {
                        for x in first .. first + 4 do
                            push (Some x)
                            do! Lwt.pause ()
                    }

                run (fun () ->
                    lwt {
                        let reader = reading ()
                        do! Lwt.join [ pushing 0 (); pushing 10 () ]
                        push None
                        do! reader
                    })

                Expect.equal
                    (List.ofSeq log)
                    [
                        for x in 0..4 do
                            x
                            x + 10
                    ]
                    "as they were pushed"
            }
            test "two loops over one stream > each element goes to one of them" {
                let stream, push = Lwt_stream.create ()
                let first, second = ResizeArray<int>(), ResizeArray<int>()

                let reading (log: ResizeArray<int>) =
                    lwt {
                        for x in stream do
                            do! Lwt.pause ()
                            log.Add x
                    }

                run (fun () ->
                    lwt {
                        for x in 1..4 do
                            push (Some x)

                        push None
                        do! Lwt.join [ reading first; reading second ]
                    })

                Expect.equal (List.ofSeq first, List.ofSeq second) ([ 1; 3 ], [ 2; 4 ]) "in turn"
            }
            for (how, ending) in [ "raises", Raised; "is cancelled", Cancelled; "ends", Resolved ] do
                test $"a body that {how} > what the stream is made of is disposed of" {
                    let mutable disposed = 0

                    let items =
                        seq {
                            try
                                yield! [ 1; 2; 3 ]
                            finally
                                disposed <- disposed + 1
                        }

                    let awaited, finish = source ending ()

                    let block =
                        lwt {
                            for _ in Lwt_stream.of_seq items do
                                do! awaited
                        }

                    finish ()

                    Expect.equal
                        (outcome block)
                        (match ending with
                         | Raised -> "#!"
                         | Cancelled -> "#Canceled"
                         | _ -> "")
                        "outcome"

                    Expect.equal disposed 1 "disposed"
                }
            test "left early > what is unread stays" {
                let stream = Lwt_stream.of_list [ 1; 2; 3 ]

                let block =
                    lwt {
                        try
                            for _ in stream do
                                raise (Boom "enough")
                        with Boom _ ->
                            ()

                        return! Lwt_stream.to_list stream
                    }

                Expect.equal (Lwt.poll block) (Some [ 2; 3 ]) "unread"
            }
            test "cancelled while an element is on its way > the next reader gets it" {
                let element, r = Lwt.task ()
                let stream = Lwt_stream.from (fun () -> element)

                let block =
                    lwt {
                        for _ in stream do
                            ()
                    }

                Lwt.cancel block
                let next = Lwt_stream.next stream
                Lwt.wakeup r (Some 1)
                Expect.equal (outcome block, outcome next) ("#Canceled", "1") "the block, and the next reader"
            }
            test "cancelled while waiting for a push > the stream still gives what is pushed" {
                let stream, push = Lwt_stream.create ()

                let block =
                    lwt {
                        for _ in stream do
                            ()
                    }

                Lwt.cancel block
                Expect.equal (outcome block) "#Canceled" "block"
                push (Some 1)
                Expect.equal (Lwt.poll (Lwt_stream.next stream)) (Some 1) "the next reader"
            }
        ]

/// An asynchronous sequence of 1 that fails, at once or after a while, in one of its members.
let private failing (where: string) (pausing: bool) (reason: exn) =
    let pause () : Task =
        task {
            if pausing then
                do! Task.Yield()
        }

    let mutable moves = 0

    { new IAsyncEnumerable<int> with
        member _.GetAsyncEnumerator _ =
            if where = "GetAsyncEnumerator" then
                raise reason

            { new IAsyncEnumerator<int> with
                member _.Current = 1

                member _.MoveNextAsync() =
                    ValueTask<bool>(
                        task {
                            do! pause ()
                            moves <- moves + 1

                            if moves = 2 && where = "MoveNextAsync" then
                                raise reason

                            return moves = 1
                        }
                    )

                member _.DisposeAsync() =
                    ValueTask(
                        task {
                            do! pause ()

                            if where = "DisposeAsync" then
                                raise reason
                        }
                        :> Task
                    )
            }
    }

let private failures =
    testList
        "Lwt_stream of an asynchronous sequence"
        [
            for where in [ "GetAsyncEnumerator"; "MoveNextAsync"; "DisposeAsync" ] do
                for pausing in [ false; true ] do
                    let when' = if pausing then "after a while" else "at once"

                    test $"{where} fails {when'} > for raises its exception, and releasing does nothing" {
                        let boom = Boom where
                        let stream = Lwt_stream.of_async_enumerable (failing where pausing boom)

                        let caught =
                            run (fun () ->
                                lwt {
                                    let mutable caught = null

                                    try
                                        for x in stream do
                                            Expect.equal x 1 "element"
                                    with e ->
                                        caught <- e

                                    do! stream.DisposeAsync()
                                    do! stream.DisposeAsync()
                                    return caught
                                })

                        Expect.isTrue (obj.ReferenceEquals(caught, boom)) $"{caught}"
                    }
        ]

[<Tests>]
let tests = testList "lwt block, streams" [ sequences; streams; failures ]
