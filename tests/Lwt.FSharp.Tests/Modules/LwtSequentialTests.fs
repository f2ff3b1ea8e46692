/// Module Lwt: the functions that run one step after another, in each state of their promise.
module Lwt.FSharp.Tests.LwtSequentialTests

open System
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States

let private plus n v = Lwt.return' (v + n)

let private minusOne: Expected<int> =
    {
        Fulfilled = Value 2
        Rejected = Value -1
        Cancelled = Value -1
    }

let private plusOne = { asIs with Fulfilled = Value 2 }

let private rejects =
    {
        Fulfilled = broken
        Rejected = broken
        Cancelled = Cancelled
    }

/// What happens when a function given to bind, map and the like raises.
let private raising =
    testList
        "raising function"
        [
            test "bind, fulfilled: raises to the caller" {
                Expect.throwsT<Broken>
                    (fun () -> Lwt.bind (Lwt.return' 1) (fun _ -> raise Broken) |> ignore)
                    "as in OCaml"
            }

            test "bind, pending" {
                let p, r = Lwt.wait ()
                let q: int Lwt.t = Lwt.bind p (fun () -> raise Broken)
                Lwt.wakeup r ()
                q |> becomes broken
            }

            inEachState "map" (Lwt.map (fun _ -> raise Broken: int)) rejects
            test "catch, body" { Lwt.catch (fun () -> raise Broken) (fun _ -> Lwt.return' 1) |> becomes (Value 1) }

            test "catch, handler called at once: raises to the caller" {
                Expect.throwsT<Broken>
                    (fun () ->
                        Lwt.catch (fun () -> failwith "first") (fun _ -> raise Broken)
                        |> ignore<unit Lwt.t>)
                    "as in OCaml"
            }

            test "catch, handler called later" {
                let p, r = Lwt.wait ()
                let q: int Lwt.t = Lwt.catch (fun () -> p) (fun _ -> raise Broken)
                Lwt.wakeup_exn r (Exception())
                q |> becomes broken
            }

            test "finalize, cleanup called later" {
                let p, r = Lwt.wait ()
                let q = Lwt.finalize (fun () -> p) (fun () -> raise Broken)
                Lwt.wakeup r 1
                q |> becomes broken
            }

            test "try_bind, body" {
                Lwt.try_bind (fun () -> raise Broken) (plus 1) (fun _ -> Lwt.return' -1)
                |> becomes (Value -1)
            }

            test "apply" { Lwt.apply (fun _ -> raise Broken: int Lwt.t) () |> becomes broken }
            test "wrap" { Lwt.wrap (fun () -> raise Broken: int) |> becomes broken }
            test "wrap2" {
                Lwt.wrap2 (fun a b -> a / b: int) 1 0
                |> becomes (Failed(nameof DivideByZeroException))
            }
        ]

/// How often, and when, cleanup and handlers run.
let private calls =
    testList
        "calls"
        [
            test "finalize, any end: once" {
                for p in [ Lwt.return' 1; Lwt.fail Broken ] do
                    let mutable calls = 0

                    Lwt.finalize (fun () -> p) (fun () ->
                        calls <- calls + 1
                        Lwt.return_unit)
                    |> ignore

                    Expect.equal calls 1 "cleanup"
            }

            test "finalize, cleanup pending" {
                let p, r = Lwt.wait ()
                let q = Lwt.finalize (fun () -> Lwt.return' 1) (fun () -> p)
                q |> becomes Pending
                Lwt.wakeup r ()
                q |> becomes (Value 1)
            }

            test "catch, fulfilled: the handler is not called" {
                Lwt.catch (fun () -> Lwt.return' 1) (fun _ -> failtest "handler")
                |> becomes (Value 1)
            }

            test "callbacks: newest first" {
                let p, r = Lwt.wait ()
                let mutable order = []

                for i in 1..3 do
                    Lwt.on_success p (fun () -> order <- i :: order)

                Lwt.wakeup r ()
                Expect.equal order [ 1; 2; 3 ] "3 ran first"
            }

            test "wakeup in a callback: its callbacks run at once" {
                let p, r = Lwt.wait ()
                let p', r' = Lwt.wait ()
                let mutable inside = false
                Lwt.on_success p' (fun () -> inside <- true)

                Lwt.on_success p (fun () ->
                    Lwt.wakeup r' ()
                    Expect.isTrue inside "before wakeup returns")

                Lwt.wakeup r ()
            }

            test "wakeup_later in a callback: its callbacks run after" {
                let p, r = Lwt.wait ()
                let p', r' = Lwt.wait ()
                let mutable after = false
                let mutable seen = true
                Lwt.on_success p' (fun () -> after <- true)

                Lwt.on_success p (fun () ->
                    Lwt.wakeup_later r' ()
                    seen <- after)

                Lwt.wakeup r ()
                Expect.equal (seen, after) (false, true) "once the outermost resolution is over"
            }

            test "wakeup twice: an error that names the call" {
                let _, r = Lwt.wait ()
                Lwt.wakeup r ()

                Expect.throwsC (fun () -> Lwt.wakeup r ()) (fun e ->
                    Expect.isTrue (e :? InvalidOperationException) "its type"
                    Expect.stringContains e.Message "Lwt.wakeup" "its message")
            }

            test "wakeup after cancel: nothing" {
                let p, r = Lwt.task ()
                Lwt.cancel p
                Lwt.wakeup r 1
                p |> becomes Cancelled
            }
        ]

let private observers =
    let observe attach =
        { asIs with Rejected = broken }
        |> inEachState "promise untouched" (fun p ->
            attach p
            p)

    /// Which of the callbacks is called in each final state of the promise.
    let called name attach expected =
        testList
            name
            [
                observe (fun p -> attach p ignore)

                for (state, p: int Lwt.t), times in
                    List.zip [ "fulfilled", Lwt.return' 1; "rejected", Lwt.fail Broken ] expected do
                    test $"{state}: called {times}" {
                        let mutable calls = 0
                        attach p (fun () -> calls <- calls + 1)
                        Expect.equal calls times "calls"
                    }
            ]

    testList
        "observers"
        [
            called "on_success" (fun p f -> Lwt.on_success p (fun _ -> f ())) [ 1; 0 ]
            called "on_failure" (fun p f -> Lwt.on_failure p (fun _ -> f ())) [ 0; 1 ]
            called "on_termination" Lwt.on_termination [ 1; 1 ]
            called "on_any" (fun p f -> Lwt.on_any p (fun _ -> f ()) (fun _ -> f ())) [ 1; 1 ]
            called "on_cancel" Lwt.on_cancel [ 0; 0 ]
        ]

[<Tests>]
let tests =
    testList
        "Lwt, sequential"
        [
            inEachState "bind" (fun p -> Lwt.bind p (plus 1)) plusOne
            inEachState ">>=" (fun p -> p >>= plus 1) plusOne
            inEachState "=<<" (fun p -> plus 1 =<< p) plusOne
            inEachState "bind to a rejection" (fun p -> Lwt.bind p (fun _ -> Lwt.fail Broken: int Lwt.t)) rejects
            inEachState "map" (Lwt.map ((+) 1)) plusOne
            inEachState ">|=" (fun p -> p >|= (+) 1) plusOne
            inEachState "=|<" (fun p -> (+) 1 =|< p) plusOne
            inEachState
                "catch"
                (fun p -> Lwt.catch (fun () -> p) (fun _ -> Lwt.return' -1))
                { minusOne with Fulfilled = Value 1 }
            inEachState "finalize" (fun p -> Lwt.finalize (fun () -> p) (fun () -> Lwt.return_unit)) asIs
            inEachState
                "finalize, cleanup fails"
                (fun p -> Lwt.finalize (fun () -> p) (fun () -> Lwt.fail Broken))
                { rejects with Cancelled = broken }
            inEachState "try_bind" (fun p -> Lwt.try_bind (fun () -> p) (plus 1) (fun _ -> Lwt.return' -1)) minusOne
            inEachState "apply" (Lwt.apply id) asIs
            raising
            calls
            observers
        ]
