/// Promises in task { } and async { }.
module Lwt.FSharp.Tests.OtherBlockTests

open System
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.States

// The test is that these compile with the types given: a parameter of unknown type is inferred as a Task, or an Async.
module private Inferred =
    let bound p = task { let! x = p in return x + 1 }
    let _: Task<int> -> Task<int> = bound

    let called f =
        task {
            let! x = f ()
            let! y = Task.FromResult x
            do! Task.Delay 0
            return x + y
        }

    let _: (unit -> Task<int>) -> Task<int> = called

    let returned p = task { return! p }
    let _: Task<int> -> Task<int> = returned

    let generic (f: string -> Task<'a>) = task { let! x = f "" in return x }

    let others () =
        task {
            let! a = async { return 1 }
            let! b = ValueTask<int> 2
            do! Task.Yield()
            do! Task.CompletedTask
            let! c = Task.FromResult 3
            and! d = Task.FromResult 4
            return a + b + c + d
        }

    let rec loop n =
        task {
            if n > 0 then
                return! loop (n - 1)
        }

    let boundAsync p = async { let! x = p in return x + 1 }
    let _: Async<int> -> Async<int> = boundAsync

    let calledAsync f =
        async {
            let! x = f ()
            do! Async.Sleep 0
            return x + 1
        }

    let _: (unit -> Async<int>) -> Async<int> = calledAsync

    let returnedAsync p = async { return! p }
    let _: Async<int> -> Async<int> = returnedAsync

let private thread () = Environment.CurrentManagedThreadId

/// Both kinds of block, as promises: each waits for a promise, then reports the thread on which it continues.
let private kinds: (string * (int Lwt.t -> (int * int) Lwt.t)) list =
    [
        "task", (fun p -> lwt { return! task { let! x = p in return x, thread () } })
        "async", (fun p -> lwt { return! async { let! x = p in return x, thread () } })
        "task, return!", (fun p -> lwt { return! task { let! x = task { return! p } in return x, thread () } })
        "async, return!", (fun p -> lwt { return! async { let! x = async { return! p } in return x, thread () } })
    ]

let private inEach =
    [
        for name, block in kinds do
            test $"{name}: fulfilled" {
                Expect.equal (Lwt_main.run_virtual (fun () -> block (Lwt.return' 1))) (1, thread ()) "value and thread"
            }

            test $"{name}: rejected" {
                Expect.throwsT<Broken>
                    (fun () -> Lwt_main.run_virtual (fun () -> block (Lwt.fail Broken)) |> ignore)
                    "raised"
            }

            test $"{name}: pending, rejected" {
                Expect.throwsT<Broken>
                    (fun () ->
                        Lwt_main.run_virtual (fun () -> block (Lwt.bind (Lwt.pause ()) (fun () -> Lwt.fail Broken)))
                        |> ignore)
                    "raised"
            }

            test $"{name}: null" {
                Expect.throwsT<ArgumentNullException>
                    (fun () -> Lwt_main.run_virtual (fun () -> block (Unchecked.defaultof<_>)) |> ignore)
                    "raised"
            }
    ]

let private slow n = Lwt.map (fun () -> n) (Lwt.pause ())

let private pending =
    testList
        "pending"
        [
            test "task: continues on the loop's thread, several times" {
                let sum, threads =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            return!
                                task {
                                    let! a = slow 1
                                    let first = thread ()
                                    let! b = slow 2
                                    do! Lwt.pause ()
                                    return a + b, [ first; thread () ]
                                }
                        })

                Expect.equal sum 3 "sum"
                Expect.allEqual threads (thread ()) "threads"
            }

            test "async: continues on the loop's thread, several times" {
                let sum, threads =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            return!
                                async {
                                    let! a = slow 1
                                    let first = thread ()
                                    let! b = slow 2
                                    do! Lwt.pause ()
                                    return a + b, [ first; thread () ]
                                }
                        })

                Expect.equal sum 3 "sum"
                Expect.allEqual threads (thread ()) "threads"
            }

            test "async: resolved by another async: continues on the loop's thread" {
                let threads =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            let p, r = Lwt.wait<int>()

                            let waiting =
                                Async.StartImmediateAsTask(
                                    async {
                                        let! _ = p
                                        let first = thread ()
                                        do! Lwt.pause ()
                                        return [ first; thread () ]
                                    }
                                )

                            let resolving =
                                Async.StartImmediateAsTask(
                                    async {
                                        do! Lwt.pause ()
                                        Lwt.wakeup r 1
                                    }
                                )

                            do! resolving
                            return! waiting
                        })

                Expect.allEqual threads (thread ()) "threads"
            }

            test "async: no synchronization context is left behind" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let! context =
                            async {
                                do! Lwt.pause ()
                                return Threading.SynchronizationContext.Current
                            }

                        Expect.isTrue (isNull context) "the context in the block"
                        Expect.isTrue (isNull Threading.SynchronizationContext.Current) "the context after"
                    })
            }

            test "cancelled: Canceled" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let p, _ = Lwt.task<int>()

                        let caught =
                            async {
                                try
                                    let! x = p
                                    return string x
                                with Lwt.Canceled ->
                                    return "canceled"
                            }

                        let caughtInTask =
                            task {
                                try
                                    let! x = p
                                    return string x
                                with Lwt.Canceled ->
                                    return "canceled"
                            }

                        let caught = Async.StartImmediateAsTask caught
                        Lwt.cancel p
                        let! first = caught
                        let! second = caughtInTask
                        Expect.equal (first, second) ("canceled", "canceled") "what the handlers saw"
                    })
            }

            test "on another thread: an error in the block that names the mistake" {
                let p, r = Lwt.wait<int>()

                let says (started: Task<int>) =
                    Expect.throwsC (fun () -> started.GetAwaiter().GetResult() |> ignore) (fun e ->
                        Expect.stringContains e.Message "belongs to the thread" "its message")

                says (Task.Run<int>(Func<Task<int>>(fun () -> task { let! x = p in return x })))
                says (Task.Run<int>(Func<Task<int>>(fun () -> Async.StartAsTask(async { let! x = p in return x }))))
                Lwt.wakeup r 1
            }

            test "on another thread, resolved: the value" {
                let p = Lwt.return' 1

                let started =
                    Task.Run<int>(Func<Task<int>>(fun () -> task { let! x = p in return x }))

                Expect.equal started.Result 1 "value"
            }
        ]

let private deep =
    testList
        "many"
        [
            test "async: resolved promises, in constant stack" {
                let count =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            return!
                                async {
                                    let mutable n = 0

                                    while n < 100_000 do
                                        let! one = Lwt.return' 1
                                        n <- n + one

                                    return n
                                }
                        })

                Expect.equal count 100_000 "count"
            }

            test "task: pauses, in constant stack" {
                let count =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            return!
                                task {
                                    let mutable n = 0

                                    while n < 100_000 do
                                        do! Lwt.pause ()
                                        n <- n + 1

                                    return n
                                }
                        })

                Expect.equal count 100_000 "count"
            }
        ]

let private asBefore =
    test "without promises: as F# has it" {
        Expect.equal (Inferred.bound (Task.FromResult 1)).Result 2 "bound"
        Expect.equal (Inferred.called (fun () -> Task.FromResult 1)).Result 2 "called"
        Expect.equal (Inferred.returned (Task.FromResult 1)).Result 1 "returned"
        Expect.equal (Inferred.generic Task.FromResult).Result "" "generic"
        Expect.equal (Inferred.others ()).Result 10 "others"
        (Inferred.loop 10).Wait()
        Expect.equal (Async.RunSynchronously(Inferred.boundAsync (async { return 1 }))) 2 "boundAsync"
        Expect.equal (Async.RunSynchronously(Inferred.calledAsync (fun () -> async { return 1 }))) 2 "calledAsync"
        Expect.equal (Async.RunSynchronously(Inferred.returnedAsync (async { return 1 }))) 1 "returnedAsync"
    }

[<Tests>]
let tests =
    testList "blocks of others" [ testList "in each" inEach; pending; deep; asBefore ]
