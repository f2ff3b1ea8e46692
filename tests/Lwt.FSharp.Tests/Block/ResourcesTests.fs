/// use and use! of IDisposable and IAsyncDisposable, and for over asynchronous sequences.
module Lwt.FSharp.Tests.Block.ResourcesTests

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

type Plain(log: string -> unit) =
    interface IDisposable with
        member _.Dispose() = log "disposed"

type Async(log: string -> unit, ending: unit -> unit Lwt.t) =
    interface IAsyncDisposable with
        member _.DisposeAsync() =
            log "disposing"

            ValueTask(
                lwt {
                    do! ending ()
                    log "disposed"
                }
                |> _.AsTask()
                :> Task
            )

type Both(log: string -> unit) =
    interface IDisposable with
        member _.Dispose() = log "disposed, blocking"

    interface IAsyncDisposable with
        member _.DisposeAsync() =
            log "disposed, asynchronously"
            ValueTask()

[<Struct>]
type Value(log: string -> unit) =
    interface IDisposable with
        member _.Dispose() = log "disposed"

/// Returns 1 and 2, and pauses before each; the second step can fail.
type Items(log: string -> unit, step: int -> unit Lwt.t) =
    interface IAsyncEnumerable<int> with
        member _.GetAsyncEnumerator(_: CancellationToken) =
            let mutable current = 0

            { new IAsyncEnumerator<int> with
                member _.Current = current

                member _.MoveNextAsync() =
                    current <- current + 1

                    lwt {
                        do! step current
                        return current <= 2
                    }
                    |> _.AsTask()
                    |> ValueTask<bool>

                member _.DisposeAsync() =
                    log "disposed"
                    ValueTask()
            }

let private cases =
    [
        case "use" ("42", [ "42"; "disposed" ]) ("#!", [ "disposed" ]) (fun log p ->
            lwt {
                use _ = new Plain(log)
                let! x = p
                log (string x)
                return x
            })
        case "use, return! last" ("42", [ "disposed" ]) ("#!", [ "disposed" ]) (fun log p ->
            lwt {
                use _ = new Plain(log)
                return! p
            })
        case "use, a struct" ("42", [ "disposed" ]) ("#!", [ "disposed" ]) (fun log p ->
            lwt {
                use _ = new Value(log)
                return! p
            })
        case "use, null" ("42", []) ("#!", []) (fun _ p ->
            lwt {
                use _ = Unchecked.defaultof<IDisposable>
                return! p
            })
        case "use, null, asynchronous" ("42", []) ("#!", []) (fun _ p ->
            lwt {
                use _ = Unchecked.defaultof<IAsyncDisposable>
                return! p
            })
        case
            "use, both interfaces"
            ("42", [ "disposed, asynchronously" ])
            ("#!", [ "disposed, asynchronously" ])
            (fun log p ->
                lwt {
                    use _ = new Both(log)
                    return! p
                })
        case
            "use, asynchronous, at once"
            ("42", [ "disposing"; "disposed" ])
            ("#!", [ "disposing"; "disposed" ])
            (fun log p ->
                lwt {
                    use _ = Async(log, fun () -> Lwt.return_unit)
                    return! p
                })
        case "use!" ("42", [ "42"; "disposed" ]) ("#!", []) (fun log p ->
            lwt {
                use! _ = Lwt.map (fun _ -> new Plain(log)) p
                let! x = p
                log (string x)
                return x
            })
        case "use!, asynchronous" ("42", [ "disposing"; "disposed" ]) ("#!", []) (fun log p ->
            lwt {
                use! _ = Lwt.map (fun _ -> Async(log, fun () -> Lwt.return_unit)) p
                return! p
            })
        case "use, two of them" ("42", [ "2"; "1" ]) ("#!", [ "2"; "1" ]) (fun log p ->
            lwt {
                use _ = new Plain(fun _ -> log "1")
                use _ = new Plain(fun _ -> log "2")
                return! p
            })
        case "use, in a loop" ("2", [ "disposed"; "disposed" ]) ("#!", [ "disposed" ]) (fun log p ->
            lwt {
                let mutable count = 0

                for _ in 1..2 do
                    use _ = new Plain(log)
                    let! _ = p
                    count <- count + 1

                return count
            })
        case "use, disposing raises" ("#disposing", []) ("#disposing", []) (fun _ p ->
            lwt {
                use _ = new Plain(fun _ -> raise (Boom "disposing"))
                return! p
            })
    ]

/// Runs on the virtual clock; returns the outcome and the log.
let private run (block: (string -> unit) -> 'a Lwt.t) =
    let log = ResizeArray<string>()

    let result =
        try
            string (box (Lwt_main.run_virtual (fun () -> block log.Add)))
        with e ->
            "#" + name e

    result, List.ofSeq log

let private asynchronous =
    [
        test "use, asynchronous > the block waits until it is disposed of" {
            run (fun log ->
                lwt {
                    use _ = Async(log, Lwt.pause)
                    do! Lwt.pause ()
                    log "body"
                    return 1
                })
            |> fun it -> Expect.equal it ("1", [ "body"; "disposing"; "disposed" ]) "outcome and log"
        }
        test "use, asynchronous > the body's exception waits too" {
            run (fun log ->
                lwt {
                    try
                        use _ = Async(log, Lwt.pause)
                        do! Lwt.pause ()
                        return raise (Boom "body")
                    with e ->
                        log (name e)
                        return 2
                })
            |> fun it -> Expect.equal it ("2", [ "disposing"; "disposed"; "body" ]) "outcome and log"
        }
        test "use, asynchronous > the later exception wins" {
            let failing () =
                lwt {
                    do! Lwt.pause ()
                    return raise (Boom "disposing")
                }

            run (fun log ->
                lwt {
                    use _ = Async(log, failing)
                    do! Lwt.pause ()
                    return raise (Boom "body")
                })
            |> fun it -> Expect.equal it ("#disposing", [ "disposing" ]) "outcome and log"
        }
        test "use, asynchronous, nested > inner before outer" {
            run (fun log ->
                lwt {
                    use _ = Async((fun s -> log ("outer " + s)), Lwt.pause)
                    use _ = Async((fun s -> log ("inner " + s)), Lwt.pause)
                    do! Lwt.fail (Boom "body")
                })
            |> fun it ->
                let order =
                    [ "inner disposing"; "inner disposed"; "outer disposing"; "outer disposed" ]

                Expect.equal it ("#body", order) "outcome and log"
        }
        test "for over an asynchronous sequence > runs over each item and disposes" {
            run (fun log ->
                lwt {
                    let mutable sum = 0

                    for i in Items(log, (fun _ -> Lwt.pause ())) do
                        log (string i)
                        do! Lwt.pause ()
                        sum <- sum + i

                    return sum
                })
            |> fun it -> Expect.equal it ("3", [ "1"; "2"; "disposed" ]) "outcome and log"
        }
        test "for over an asynchronous sequence > whose items are there at once" {
            run (fun log ->
                lwt {
                    for i in Items(log, (fun _ -> Lwt.return_unit)) do
                        log (string i)
                })
            |> fun it -> Expect.equal (snd it) [ "1"; "2"; "disposed" ] "log"
        }
        test "for over an asynchronous sequence > that fails is disposed of" {
            run (fun log ->
                lwt {
                    for i in Items(log, (fun n -> if n = 2 then Lwt.fail (Boom "step") else Lwt.pause ())) do
                        log (string i)
                })
            |> fun it -> Expect.equal it ("#step", [ "1"; "disposed" ]) "outcome and log"
        }
        test "for over an asynchronous sequence > a body that fails ends it" {
            run (fun log ->
                lwt {
                    for i in Items(log, (fun _ -> Lwt.pause ())) do
                        do! Lwt.pause ()
                        log (string i)
                        raise (Boom "body")
                })
            |> fun it -> Expect.equal it ("#body", [ "1"; "disposed" ]) "outcome and log"
        }
        test "use, disposed resource > what it raises rejects the block" {
            let resource = new Threading.CancellationTokenSource()
            resource.Dispose()

            run (fun _ ->
                lwt {
                    use resource = resource
                    do! Lwt.pause ()
                    return resource.Token.CanBeCanceled
                })
            |> fun it -> Expect.equal (fst it) "#ObjectDisposedException" "outcome"
        }
    ]

[<Tests>]
let tests =
    testList "lwt block, resources" ([ for case in cases -> testsOf case ] @ asynchronous)
