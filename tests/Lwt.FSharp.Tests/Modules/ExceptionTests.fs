/// Exceptions as in OCaml: two of a kind are equal, and have the names of OCaml's standard library.
module Lwt.FSharp.Tests.ExceptionTests

open System
open System.Collections.Generic
open System.IO
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

exception private Numbered of int

let private isState (expected: int Lwt.state) (p: int Lwt.t) =
    Expect.isTrue (Lwt.state p = expected) $"{Lwt.state p} = {expected}"

let private equality =
    testList
        "state, ="
        [
            test "Canceled" {
                let p, _ = Lwt.task ()
                Lwt.cancel p
                p |> isState (Lwt.Fail Lwt.Canceled)
            }

            test "Canceled, of a Task" {
                let cancelled = Threading.CancellationToken true

                Lwt.of_task (fun _ -> Threading.Tasks.Task.FromCanceled<int> cancelled)
                |> isState (Lwt.Fail Lwt.Canceled)
            }

            test "Lwt_stream.Empty" { Lwt_stream.next (Lwt_stream.of_list []) |> isState (Lwt.Fail Lwt_stream.Empty) }

            test "Lwt_stream.Closed" {
                let _, push = Lwt_stream.create_bounded<int> 1
                push.close ()
                Expect.isTrue (Lwt.state (push.push 1) = Lwt.Fail Lwt_stream.Closed) "Closed"
            }

            test "Lwt_stream.Full" {
                let _, push = Lwt_stream.create_bounded<int> 0
                push.push 1 |> ignore
                Expect.isTrue (Lwt.state (push.push 2) = Lwt.Fail Lwt_stream.Full) "Full"
            }

            test "Lwt_switch.Off" {
                let switch = Lwt_switch.create ()
                Lwt_switch.turn_off switch |> ignore

                Lwt.wrap (fun () ->
                    Lwt_switch.check (Some switch)
                    1)
                |> isState (Lwt.Fail Lwt_switch.Off)
            }

            test "Lwt_unix.Timeout" {
                Lwt_main.run_virtual (fun () ->
                    let p = Lwt_unix.timeout<int> 1.0

                    Lwt.bind (Lwt_unix.sleep 2.0) (fun () ->
                        p |> isState (Lwt.Fail Lwt_unix.Timeout)
                        Lwt.return_unit))
            }

            test "End_of_file" {
                let input =
                    Lwt.Core.InputChannel.Of(System.Func<TextReader>(fun () -> new StringReader ""))

                let state =
                    Lwt_main.run (
                        Lwt.try_bind (fun () -> Lwt_io.read_line input) Lwt.return' raise
                        |> fun p ->
                            Lwt.catch (fun () -> p) (fun e -> Lwt.return' (if e = End_of_file then "end" else "else"))
                    )

                Expect.equal state "end" "what it is rejected with"
            }

            test "Not_found" {
                Lwt.wrap (fun () -> Lwt_pqueue.find_min (Lwt_pqueue.empty: int Lwt_pqueue.t))
                |> isState (Lwt.Fail Not_found)

                let find () =
                    Lwt_sequence.find_node_l (fun (_: int) -> true) (Lwt_sequence.create ())

                Lwt.wrap (fun () -> Lwt_sequence.get (find ())) |> isState (Lwt.Fail Not_found)
            }

            test "Invalid_argument, by its message" {
                Lwt.fail_invalid_arg "no" |> isState (Lwt.Fail(Invalid_argument "no"))

                Expect.isFalse
                    (Lwt.state (Lwt.fail_invalid_arg<int> "no") = Lwt.Fail(Invalid_argument "other"))
                    "another message"
            }

            test "different ones are not equal" {
                let all =
                    [
                        Lwt.Canceled
                        Lwt_stream.Empty
                        Lwt_stream.Closed
                        Lwt_stream.Full
                        Lwt_switch.Off
                        Lwt_unix.Timeout
                        End_of_file
                        Not_found
                        Exit
                    ]

                for e in all do
                    Expect.equal (all |> List.filter e.Equals |> List.length) 1 $"equal to {e.GetType().Name}"
            }
        ]

let private debugState =
    let is (expected: bool) state p =
        Lwt.debug_state_is state p |> becomes (Value expected)

    testList
        "debug_state_is"
        [
            test "Failure, by its message" {
                is true (Lwt.Fail(Failure "foo")) (Lwt.fail_with<int> "foo")
                is false (Lwt.Fail(Failure "foo")) (Lwt.fail_with<int> "bar")
                is false (Lwt.Fail(Failure "foo")) (Lwt.fail (InvalidOperationException "foo"): int Lwt.t)
            }

            test "an exception of F#, by its fields" {
                is true (Lwt.Fail(Numbered 1)) (Lwt.fail<int>(Numbered 1))
                is false (Lwt.Fail(Numbered 1)) (Lwt.fail<int>(Numbered 2))
            }

            test "other states" {
                is true (Lwt.Return 1) (Lwt.return' 1)
                is false (Lwt.Return 1) (Lwt.return' 2)
                is true Lwt.Sleep (fst (Lwt.wait<int>()))
                is false Lwt.Sleep (Lwt.return' 1)
            }
        ]

let private named (e: exn) =
    match e with
    | Invalid_argument message -> $"Invalid_argument {message}"
    | Not_found -> "Not_found"
    | Exit -> "Exit"
    | Out_of_memory -> "Out_of_memory"
    | Stack_overflow -> "Stack_overflow"
    | End_of_file -> "End_of_file"
    | Sys_error message -> $"Sys_error {message}"
    | Division_by_zero -> "Division_by_zero"
    | Match_failure(struct (file, _, _)) -> $"Match_failure {file}"
    | Failure message -> $"Failure {message}"
    | _ -> "another"

let private names =
    testList
        "OCaml"
        [
            for expected, e in
                [
                    "Invalid_argument no", Invalid_argument "no"
                    "Invalid_argument no", ArgumentException "no"
                    "Not_found", Not_found
                    "Not_found", KeyNotFoundException()
                    "Exit", Exit
                    "Out_of_memory", Out_of_memory
                    "Stack_overflow", InsufficientExecutionStackException()
                    "End_of_file", End_of_file
                    "End_of_file", EndOfStreamException()
                    "Sys_error no", Sys_error "no"
                    "Sys_error no", UnauthorizedAccessException "no"
                    "Division_by_zero", Division_by_zero
                    "Match_failure f", MatchFailureException("f", 1, 2)
                    "Failure no", Failure "no"
                    "another", InvalidOperationException()
                ] do
                test $"{expected}, {e.GetType().Name}" { Expect.equal (named e) expected "the pattern that fits" }

            test "raised: division, lookup, invalid_arg" {
                let raised f =
                    try
                        f ()
                        "nothing"
                    with e ->
                        named e

                Expect.equal (raised (fun () -> 1 / int (Seq.length []) |> ignore)) "Division_by_zero" "1 / 0"
                Expect.equal (raised (fun () -> Map.find 1 Map.empty |> ignore)) "Not_found" "a lookup"
                Expect.equal (raised (fun () -> invalid_arg "no")) "Invalid_argument no" "invalid_arg"
            }
        ]

/// Handlers of cancelled promises; each gets the exception.
let private handlers: (string * (unit Lwt.t -> (exn -> unit) -> unit)) list =
    let seen see e =
        see e
        Lwt.return_unit

    [
        "catch", (fun p see -> Lwt.catch (fun () -> p) (seen see) |> ignore)
        "try_bind", (fun p see -> Lwt.try_bind (fun () -> p) Lwt.return' (seen see) |> ignore)
        "on_failure", Lwt.on_failure
        "on_any", (fun p see -> Lwt.on_any p ignore see)
        "dont_wait", (fun p see -> Lwt.dont_wait (fun () -> p) see)
        "state",
        (fun p see ->
            Lwt.on_termination p (fun () ->
                match Lwt.state p with
                | Lwt.Fail e -> see e
                | _ -> ()))
        "try in a block",
        (fun p see ->
            lwt {
                try
                    do! p
                with e ->
                    see e
            }
            |> ignore)
    ]

let private ownCancellation =
    testList
        "Canceled, each handler's own"
        [
            for name, attach in handlers do
                test name {
                    let seen = ResizeArray<exn>()

                    for _ in 1..2 do
                        let p, _ = Lwt.task<unit>()
                        attach p seen.Add
                        Lwt.cancel p

                    Expect.hasLength seen 2 "both were handled"
                    Expect.all seen (fun e -> e = Lwt.Canceled) "Canceled"
                    Expect.isFalse (obj.ReferenceEquals(seen[0], seen[1])) "one object for two promises"
                }
        ]

let private reraise =
    testList
        "reraise"
        [
            test "keeps the stack trace" {
                let caught =
                    try
                        failwith "boom"
                        null
                    with e ->
                        e

                let first = string caught.StackTrace

                let again =
                    try
                        Lwt.reraise<int> caught |> ignore
                        null
                    with e ->
                        e

                Expect.isTrue (obj.ReferenceEquals(again, caught)) "the same exception"
                Expect.stringStarts (string again.StackTrace) first "where it was raised"
                Expect.isFalse ((string again.StackTrace).Contains "Lwt.Core") "a frame of the library"
            }

            test "in a handler, rejects with the same" {
                let boom = Failure "boom"
                let p = Lwt.catch (fun () -> Lwt.pause ()) Lwt.reraise

                match
                    Lwt.state (
                        Lwt.catch (fun () -> Lwt.apply (fun () -> Lwt.fail<int> boom) ()) (fun e ->
                            Lwt.wrap (fun () -> Lwt.reraise e))
                    )
                with
                | Lwt.Fail e -> Expect.isTrue (obj.ReferenceEquals(e, boom)) "the same exception"
                | _ -> failtest "not rejected"

                Lwt.cancel p
            }
        ]

let private text =
    testList
        "as text"
        [
            for p, expected in
                [
                    Lwt.return' 3, "fulfilled 3"
                    Lwt.fail<int>(Failure "boom"), "rejected System.Exception: boom"
                    fst (Lwt.wait<int>()), "pending, waits for a promise made by Promise.Create (F#: Lwt.wait)"
                ] do
                test expected {
                    Expect.equal (string p) expected "string"
                    Expect.equal $"%A{p}" expected "as F# Interactive shows it"
                }

            test "unit" { Expect.equal (string Lwt.return_unit) "fulfilled" "string" }
        ]

[<Tests>]
let tests =
    testList "exceptions" [ equality; debugState; names; ownCancellation; reraise; text ]
