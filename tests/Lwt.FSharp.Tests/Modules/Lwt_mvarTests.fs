module Lwt.FSharp.Tests.Lwt_mvarTests

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Support

/// Puts, takes and cancels in any order: each value that was put, and not withdrawn, is taken once, in order.
let private runs (steps: (byte * byte) list) =
    let box = Lwt_mvar.create_empty ()
    let puts = ResizeArray<int * unit Lwt.t>()
    let takes = ResizeArray<int Lwt.t>()
    let got = ResizeArray<int>()

    let take () =
        let p = Lwt_mvar.take box
        takes.Add p
        Lwt.on_success p got.Add

    for step, choice in steps do
        match step % 4uy with
        | 0uy -> puts.Add(puts.Count, Lwt_mvar.put box puts.Count)
        | 1uy -> take ()
        | 2uy when puts.Count > 0 -> Lwt.cancel (snd puts[int choice % puts.Count])
        | 3uy when takes.Count > 0 -> Lwt.cancel takes[int choice % takes.Count]
        | _ -> ()

    while not (Lwt_mvar.is_empty box) do
        take ()

    let accepted =
        [
            for v, p in puts do
                if state p = "" then
                    v
        ]

    List.ofSeq got = accepted

[<Tests>]
let tests =
    testList
        "Lwt_mvar"
        [
            test "create, holds its value" {
                let box = Lwt_mvar.create 1
                Expect.isFalse (Lwt_mvar.is_empty box) "full"
                expectState "1" (Lwt_mvar.take box) "taken"
                Expect.isTrue (Lwt_mvar.is_empty box) "empty"
            }
            test "put, empty, at once; full, waits" {
                let box = Lwt_mvar.create_empty ()
                expectState "" (Lwt_mvar.put box 1) "at once"
                let second, third = Lwt_mvar.put box 2, Lwt_mvar.put box 3
                Expect.equal (state second, state third) (".", ".") "full"
                Expect.equal (Lwt_mvar.take_available box) (Some 1) "first"
                Expect.equal (state second, state third) ("", ".") "the next is in"
                expectState "2" (Lwt_mvar.take box) "second"
                expectState "3" (Lwt_mvar.take box) "third"
            }
            test "take, empty, waits in order" {
                let box = Lwt_mvar.create_empty ()
                let a, b = Lwt_mvar.take box, Lwt_mvar.take box
                Lwt_mvar.put box 1 |> ignore
                Expect.equal (state a, state b) ("1", ".") "the first"
                Expect.isTrue (Lwt_mvar.is_empty box) "handed over"
                Expect.isNone (Lwt_mvar.take_available box) "nothing to take"
            }
            test "take, canceled, does not swallow a value" {
                let box = Lwt_mvar.create_empty ()
                let a, b = Lwt_mvar.take box, Lwt_mvar.take box
                Lwt.cancel a
                Lwt_mvar.put box 1 |> ignore
                Expect.equal (state a, state b) ("!canceled", "1") "the next has it"
            }
            test "put, canceled, takes its value back" {
                let box = Lwt_mvar.create 0
                let a, b, c = Lwt_mvar.put box 1, Lwt_mvar.put box 2, Lwt_mvar.put box 3
                Lwt.cancel b
                Lwt.cancel a
                Expect.equal [ for _ in 1..3 -> Lwt_mvar.take_available box ] [ Some 0; Some 3; None ] "not its own"
                expectState "" c "in"
            }
            testProperty "puts, takes and cancellations in any order, each value is taken once and in order" runs
        ]
