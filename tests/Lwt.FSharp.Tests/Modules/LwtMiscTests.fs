/// Module Lwt: results, states, storage, pauses and the shorthands.
module Lwt.FSharp.Tests.LwtMiscTests

open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States

let private shorthands =
    testList
        "shorthands"
        [
            test "return_unit" { Lwt.return_unit |> becomes (Value()) }
            test "return_none" { Lwt.return_none |> becomes (Value(None: int option)) }
            test "return_nil" { Lwt.return_nil |> becomes (Value([]: int list)) }
            test "return_true" { Lwt.return_true |> becomes (Value true) }
            test "return_false" { Lwt.return_false |> becomes (Value false) }
            test "return_some" { Lwt.return_some 1 |> becomes (Value(Some 1)) }
            test "return_ok" { Lwt.return_ok 1 |> becomes (Value(Ok 1: Result<int, string>)) }
            test "return_error" { Lwt.return_error 1 |> becomes (Value(Error 1: Result<string, int>)) }

            test "fail_with: Failure" {
                match Lwt.state (Lwt.fail_with "no": int Lwt.t) with
                | Lwt.Fail(Failure message) -> Expect.equal message "no" "message"
                | _ -> failtest "not rejected"
            }

            test "of_result" {
                Lwt.of_result (Ok 1) |> becomes (Value 1)
                Lwt.of_result (Error Broken: int Lwt.result) |> becomes broken
            }

            test "wakeup_result" {
                let p, r = Lwt.wait ()
                Lwt.wakeup_result r (Error Broken: int Lwt.result)
                p |> becomes broken
            }

            test "poll" {
                Expect.equal (Lwt.poll (Lwt.return' 1)) (Some 1) "fulfilled"
                Expect.equal (Lwt.poll (fst (Lwt.wait ()): int Lwt.t)) None "pending"
                Expect.throwsT<Broken> (fun () -> Lwt.poll (Lwt.fail Broken: int Lwt.t) |> ignore) "rejected"
            }

            test "is_sleeping" {
                let p, r = Lwt.wait ()
                Expect.isTrue (Lwt.is_sleeping p) "pending"
                Lwt.wakeup r ()
                Expect.isFalse (Lwt.is_sleeping p) "resolved"
            }
        ]

let private storage =
    testList
        "storage"
        [
            test "get, unset" { Expect.equal (Lwt.get (Lwt.new_key (): int Lwt.key)) None "value" }

            test "with_value: inside, and in callbacks attached there" {
                let key = Lwt.new_key ()
                let p, r = Lwt.wait ()

                let q =
                    Lwt.with_value key (Some 1) (fun () ->
                        Expect.equal (Lwt.get key) (Some 1) "inside"
                        p >|= fun () -> Lwt.get key)

                Expect.equal (Lwt.get key) None "outside"
                Lwt.wakeup r ()
                q |> becomes (Value(Some 1))
            }

            test "with_value None: unset inside" {
                let key = Lwt.new_key ()

                Lwt.with_value key (Some 1) (fun () ->
                    Expect.equal (Lwt.with_value key None (fun () -> Lwt.get key)) None "inside")
            }
        ]

let private loop =
    testList
        "loop"
        [
            test "pause: after what is ready" {
                let order =
                    Lwt_main.run_virtual (fun () ->
                        let mutable order = []
                        let note s = order <- s :: order
                        let paused = Lwt.pause () >|= fun () -> note "paused"
                        note "made"
                        paused >|= fun () -> List.rev order)

                Expect.equal order [ "made"; "paused" ] "order"
            }

            test "pause, cancelled" {
                Lwt_main.run_virtual (fun () ->
                    let p = Lwt.pause ()
                    Lwt.cancel p
                    p |> becomes Cancelled
                    Lwt.return_unit)
            }

            test "run: the value" { Expect.equal (Lwt_main.run (Lwt.pause () >|= fun () -> 1)) 1 "value" }

            test "run, rejected: raises" {
                Expect.throwsT<Broken> (fun () -> Lwt_main.run (Lwt.pause () >>= fun () -> Lwt.fail Broken)) "raised"
            }

            test "run, nothing can wake it: an error that says what it waits for" {
                Expect.throwsC (fun () -> Lwt_main.run (fst (Lwt.wait ()))) (fun e ->
                    Expect.stringContains e.Message "a promise made by Promise.Create (F#: Lwt.wait)" "its message")
            }

            test "run in run: an error" {
                Expect.throwsC
                    (fun () -> Lwt_main.run (Lwt.pause () >|= fun () -> Lwt_main.run Lwt.return_unit))
                    (fun e -> Expect.stringContains e.Message "Lwt_main.run" "its message")
            }
        ]

[<Tests>]
let tests = testList "Lwt, the rest" [ shorthands; storage; loop ]
