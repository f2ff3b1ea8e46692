module Lwt.FSharp.Tests.Lwt_retryTests

open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Tests.Support

/// Returns a function that returns one outcome after the other, and then the last one again and again.
let private giving outcomes =
    let rest = ref outcomes

    fun () ->
        match rest.Value with
        | [ last ] -> Lwt.return' last
        | first :: others ->
            rest.Value <- others
            Lwt.return' first
        | [] -> failtest "no outcome"

let private outcome (p: Lwt_retry.attempt<int, string, string> Lwt.t) = Lwt.poll p

let private retry = Error(Lwt_retry.Retry "r")
let private fatal = Error(Lwt_retry.Fatal "f")

[<Tests>]
let tests =
    testList
        "Lwt_retry"
        [
            test "on_error, success ends the attempts" {
                let attempts = Lwt_retry.on_error (giving [ retry; Ok 1 ]) |> Lwt_stream.to_list

                Expect.equal
                    (Lwt.poll attempts)
                    (Some
                        [
                            Error(Lwt_retry.Retry "r", 1)
                            (Ok 1: Result<int, Lwt_retry.error<string, string> * int>)
                        ])
                    "two"
            }
            test "n_times, success in time" {
                let p = giving [ retry; retry; Ok 5 ] |> Lwt_retry.on_error |> Lwt_retry.n_times 2
                Expect.equal (outcome p) (Some(Ok 5)) "the third attempt"
            }
            test "n_times, retries exhausted, returns the last error" {
                let p = giving [ retry ] |> Lwt_retry.on_error |> Lwt_retry.n_times 2
                Expect.equal (outcome p) (Some(Error(Lwt_retry.Retry "r", 3))) "three attempts"
            }
            test "n_times, zero, tries once" {
                let p = giving [ retry; Ok 1 ] |> Lwt_retry.on_error |> Lwt_retry.n_times 0
                Expect.equal (outcome p) (Some(Error(Lwt_retry.Retry "r", 1))) "one"
            }
            test "n_times, fatal, stops" {
                let p = giving [ retry; fatal; Ok 1 ] |> Lwt_retry.on_error |> Lwt_retry.n_times 9
                Expect.equal (outcome p) (Some(Error(Lwt_retry.Fatal "f", 2))) "the second"
            }
            test "n_times, negative, is an error" {
                Expect.throwsT<System.ArgumentException>
                    (fun () ->
                        giving [ Ok 1; fatal; retry ]
                        |> Lwt_retry.on_error
                        |> Lwt_retry.n_times -1
                        |> ignore)
                    "no attempt at all"
            }
            test "with_sleep, sleeps after each failure" {
                use engine = new VirtualEngine()
                use loop = new EventLoop(EventLoopOptions(Engine = engine))

                let result =
                    loop.RunHere(fun () ->
                        giving [ retry; retry; (Ok 5: Result<int, Lwt_retry.error<string, string>>) ]
                        |> Lwt_retry.on_error
                        |> Lwt_retry.with_sleep
                        |> Lwt_retry.n_times 5)

                Expect.equal (result, engine.Elapsed.TotalSeconds) (Ok 5, 4.0 + 16.0) "4 and 16 seconds"
            }
            test "default_sleep_duration, pp_error, equal_error" {
                Expect.equal
                    [ for n in 0..4 -> Lwt_retry.default_sleep_duration n ]
                    [ 0.; 4.; 16.; 48.; 128. ]
                    "backs off"

                Expect.equal
                    (Lwt_retry.pp_error string string (Lwt_retry.Retry 1: Lwt_retry.error<int, int>))
                    "Retry 1"
                    "text"

                let same = Lwt_retry.equal_error (=) (=)
                Expect.isTrue (same (Lwt_retry.Fatal 1) (Lwt_retry.Fatal 1)) "the same"
                Expect.isFalse (same (Lwt_retry.Fatal 1) (Lwt_retry.Retry 1)) "not the same"
            }
        ]
