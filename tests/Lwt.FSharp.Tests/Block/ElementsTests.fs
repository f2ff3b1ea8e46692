/// for over Lwt_seq.t and Lwt_stream.t: each element is waited for, and the body's promise before the next is asked for.
module Lwt.FSharp.Tests.Block.ElementsTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

/// A source for `for`, made of steps that each return an element, or None at the end; and how a block loops over it.
type private Kind =
    {
        Kind: string
        /// Whether cancelling a reader cancels the element; a stream keeps it for the next one.
        Cancels: bool
        /// Loops over the elements.
        Over: (int -> int option Lwt.t) -> (int -> unit Lwt.t) -> unit Lwt.t
        /// The same inside try … with; the handler gets the exception.
        Guarded: (int -> int option Lwt.t) -> (int -> unit Lwt.t) -> (exn -> unit Lwt.t) -> unit Lwt.t
        /// The same inside try … finally, with the finalizer given.
        Finally: (int -> int option Lwt.t) -> (int -> unit Lwt.t) -> (unit -> unit) -> unit Lwt.t
        /// Loops over the elements, and inside the loop over them again.
        Nested: (int -> int option Lwt.t) -> (int -> int -> unit Lwt.t) -> unit Lwt.t
    }

let private seqOf step : int Lwt_seq.t =
    Lwt_seq.unfold_lwt (fun n -> Lwt.map (Option.map (fun x -> x, n + 1)) (step n)) 1

let private streamOf step : int Lwt_stream.t =
    let mutable n = 0

    Lwt_stream.from (fun () ->
        n <- n + 1
        step n)

let private kinds =
    [
        {
            Kind = "Lwt_seq"
            Cancels = true
            Over =
                fun step body ->
                    lwt {
                        for x in seqOf step do
                            do! body x
                    }
            Guarded =
                fun step body handler ->
                    lwt {
                        try
                            for x in seqOf step do
                                do! body x
                        with e ->
                            do! handler e
                    }
            Finally =
                fun step body finalizer ->
                    lwt {
                        try
                            for x in seqOf step do
                                do! body x
                        finally
                            finalizer ()
                    }
            Nested =
                fun step body ->
                    lwt {
                        let elements = seqOf step

                        for x in elements do
                            for y in elements do
                                do! body x y
                    }
        }
        {
            Kind = "Lwt_stream"
            Cancels = false
            Over =
                fun step body ->
                    lwt {
                        for x in streamOf step do
                            do! body x
                    }
            Guarded =
                fun step body handler ->
                    lwt {
                        try
                            for x in streamOf step do
                                do! body x
                        with e ->
                            do! handler e
                    }
            Finally =
                fun step body finalizer ->
                    lwt {
                        try
                            for x in streamOf step do
                                do! body x
                        finally
                            finalizer ()
                    }
            Nested =
                fun step body ->
                    lwt {
                        for x in streamOf step do
                            for y in streamOf step do
                                do! body x y
                    }
        }
    ]

/// Steps that return the elements 1 to n, each after a pause if asked for.
let private upTo n pause step =
    let next = if step <= n then Some step else None

    if pause then
        Lwt.map (fun () -> next) (Lwt.pause ())
    else
        Lwt.return' next

/// Steps that return the elements before n and fail at n.
let private failingAt n (failure: unit -> int option Lwt.t) step =
    if step = n then failure () else Lwt.return_some step

let private run block = Lwt_main.run_virtual block

let private ofKind kind =
    let logging () =
        let log = ResizeArray<string>()
        log, (fun (x: int) -> Lwt.map (fun () -> log.Add(string x)) (Lwt.pause ()))

    testList
        kind.Kind
        [
            test "empty" {
                let log, body = logging ()
                Expect.equal (outcome (kind.Over (upTo 0 false) body)) "" "at once"
                run (fun () -> kind.Over (upTo 0 true) body)
                Expect.isEmpty log "log"
            }
            for pause in [ false; true ] do
                test $"""elements {if pause then "that come later" else "that are there"}, and a body that waits""" {
                    let log, body = logging ()
                    run (fun () -> kind.Over (upTo 3 pause) body)
                    Expect.equal (List.ofSeq log) [ "1"; "2"; "3" ] "log"
                }
            test "everything at once > the block does not suspend" {
                let mutable sum = 0

                let block =
                    kind.Over (upTo 10 false) (fun x ->
                        sum <- sum + x
                        Lwt.return_unit)

                Expect.equal (outcome block, sum) ("", 55) "outcome and sum"
            }
            test "the next element is asked for when the body has ended" {
                let log = ResizeArray<string>()

                let step n =
                    log.Add $"asked {n}"
                    upTo 2 true n

                let body x =
                    log.Add $"body {x}"
                    Lwt.map (fun () -> log.Add $"after {x}") (Lwt.pause ())

                run (fun () -> kind.Over step body)

                Expect.equal
                    (List.ofSeq log)
                    [ "asked 1"; "body 1"; "after 1"; "asked 2"; "body 2"; "after 2"; "asked 3" ]
                    "log"
            }
            for (how, failure) in
                [
                    "rejected already", (fun () -> Lwt.fail (Boom "step"))
                    "pending, rejected", (fun () -> Lwt.bind (Lwt.pause ()) (fun () -> Lwt.fail (Boom "step")))
                    "raising", (fun () -> raise (Boom "step"))
                ] do
                test $"a step {how} > rejects the block" {
                    let log, body = logging ()

                    let block () =
                        Lwt.catch (fun () -> kind.Over (failingAt 2 failure) body) (fun e ->
                            log.Add(name e)
                            Lwt.return_unit)

                    run block
                    Expect.equal (List.ofSeq log) [ "1"; "step" ] "log"
                }

                test $"a step {how} > reaches the handler" {
                    let log, body = logging ()

                    run (fun () ->
                        kind.Guarded (failingAt 3 failure) body (fun e ->
                            log.Add(name e)
                            Lwt.pause ()))

                    Expect.equal (List.ofSeq log) [ "1"; "2"; "step" ] "log"
                }

                test $"a step {how} > reaches the finaliser" {
                    let log, body = logging ()

                    let block () =
                        Lwt.catch
                            (fun () -> kind.Finally (failingAt 2 failure) body (fun () -> log.Add "finally"))
                            (fun e ->
                                log.Add(name e)
                                Lwt.return_unit)

                    run block
                    Expect.equal (List.ofSeq log) [ "1"; "finally"; "step" ] "log"
                }
            test "a body that raises > asks for no more" {
                let mutable asked = 0
                let log = ResizeArray<string>()

                let step n =
                    asked <- n
                    upTo 9 true n

                run (fun () ->
                    kind.Guarded
                        step
                        (fun x ->
                            if x = 2 then
                                raise (Boom "body")

                            Lwt.pause ())
                        (fun e ->
                            log.Add(name e)
                            Lwt.return_unit))

                Expect.equal (List.ofSeq log, asked) ([ "body" ], 2) "log, and steps asked for"
            }
            test "finally > runs once, after the last element" {
                let log, body = logging ()
                run (fun () -> kind.Finally (upTo 2 true) body (fun () -> log.Add "finally"))
                Expect.equal (List.ofSeq log) [ "1"; "2"; "finally" ] "log"
            }
            test "cancelled while an element is on its way" {
                let onItsWay, r = Lwt.task ()
                let mutable finished = false

                let block =
                    kind.Finally (failingAt 2 (fun () -> onItsWay)) (fun _ -> Lwt.return_unit) (fun () ->
                        finished <- true)

                Expect.equal (outcome block) "pending" "before"
                Lwt.cancel block
                Expect.equal (outcome block) "#Canceled" "the block"
                Expect.isTrue finished "finally"

                if kind.Cancels then
                    Expect.equal (outcome onItsWay) "#Canceled" "the element"
                else
                    Expect.equal (outcome onItsWay) "pending" "the element"
                    Lwt.wakeup r None
            }
            test "cancelled while the body waits > cancels that, and asks for no more" {
                let waiting: unit Lwt.t = fst (Lwt.task ())
                let mutable asked = 0

                let step n =
                    asked <- n
                    Lwt.return_some n

                let block = kind.Over step (fun _ -> waiting)
                Lwt.cancel block
                Expect.equal (outcome waiting) "#Canceled" "the body"
                Expect.equal (outcome block, asked) ("#Canceled", 1) "the block, and steps asked for"
            }
            for pause in [ false; true ] do
                test $"""nested, elements {if pause then "that come later" else "that are there"}""" {
                    let log = ResizeArray<int * int>()

                    run (fun () ->
                        kind.Nested (upTo 2 pause) (fun x y -> Lwt.map (fun () -> log.Add(x, y)) (Lwt.pause ())))

                    Expect.equal (List.ofSeq log) [ 1, 1; 1, 2; 2, 1; 2, 2 ] "pairs"
                }
        ]

[<Tests>]
let tests = testList "lwt block, elements" [ for kind in kinds -> ofKind kind ]
