/// Lwt_unix, Mirage_sleep and Duration, on the virtual clock.
module Lwt.FSharp.Tests.Lwt_unixTests

open System
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal

let private lasts seconds (p: unit -> 'a Lwt.t) =
    Expect.floatClose Accuracy.high (snd (timed p)) seconds "seconds on the clock"

let private sleeping =
    testList
        "sleep"
        [
            test "takes its seconds" { lasts 2.5 (fun () -> Lwt_unix.sleep 2.5) }
            test "zero or less: the next iteration" {
                lasts 0.0 (fun () -> Lwt.join [ Lwt_unix.sleep 0.0; Lwt_unix.sleep -1.0 ])
            }
            test "several at once: as long as the longest" {
                lasts 3.0 (fun () -> Lwt.join (List.map Lwt_unix.sleep [ 1.0; 3.0; 2.0 ]))
            }

            test "cancelled" {
                lasts 0.0 (fun () ->
                    let p = Lwt_unix.sleep 1.0
                    Lwt.cancel p
                    p |> becomes Cancelled
                    Lwt.return_unit)
            }

            test "NaN: an error" {
                Expect.throwsT<ArgumentOutOfRangeException> (fun () -> Lwt_unix.sleep nan |> ignore) "misuse"
            }
            test "Mirage_sleep.ns" { lasts 0.25 (fun () -> Mirage_sleep.ns (Duration.of_ms 250)) }
            test "yield'" { lasts 0.0 Lwt_unix.yield' }
        ]

let private timeouts =
    testList
        "timeout"
        [
            test "is rejected when its seconds have passed" {
                lasts 2.0 (fun () ->
                    Lwt.catch (fun () -> Lwt_unix.timeout 2.0) (function
                        | Lwt_unix.Timeout -> Lwt.return_unit
                        | e -> Lwt.fail e))
            }

            test "with_timeout, in time: the value, at once" {
                let value, seconds =
                    timed (fun () -> Lwt_unix.with_timeout 5.0 (fun () -> Lwt_unix.sleep 1.0 >|= fun () -> 42))

                Expect.equal (value, seconds) (42, 1.0) "value and time"
            }

            test "with_timeout, too late: rejects, and the work is cancelled" {
                Lwt_main.run_virtual (fun () ->
                    let work = Lwt_unix.sleep 9.0
                    let p = Lwt_unix.with_timeout 1.0 (fun () -> work)

                    Lwt.try_bind (fun () -> p) (fun () -> failtest "fulfilled") (fun _ ->
                        p |> becomes (Failed(nameof PromiseTimeoutException))
                        work |> becomes Cancelled
                        Lwt.return_unit))
            }

            test "with_timeout, work that raises: rejects" {
                Lwt_main.run_virtual (fun () ->
                    Lwt_unix.with_timeout 1.0 (fun () -> raise Broken: unit Lwt.t) |> becomes broken
                    Lwt.return_unit)
            }

            test "the exception of the core's timeout is recognised" {
                lasts 1.0 (fun () ->
                    Lwt.catch (fun () -> Promise.Timeout<unit>(TimeSpan.FromSeconds 1L)) (function
                        | Lwt_unix.Timeout -> Lwt.return_unit
                        | e -> Lwt.fail e))
            }

            test "raised by hand: a TimeoutException" {
                Expect.throwsT<PromiseTimeoutException> (fun () -> raise Lwt_unix.Timeout) "type"
            }
        ]

let private pausing =
    testList
        "auto_pause"
        [
            for name, auto in [ "auto_pause", Lwt_unix.auto_pause; "auto_yield", Lwt_unix.auto_yield ] do
                test $"{name}: pauses only when its seconds have passed" {
                    let states =
                        Lwt_main.run_virtual (fun () ->
                            let pause = auto 1.0

                            lwt {
                                let early = outcome (pause ())
                                do! Lwt_unix.sleep 1.0
                                let due = outcome (pause ())
                                let again = outcome (pause ())
                                return [ early; due; again ]
                            })

                    Expect.equal states [ Value(); Pending; Value() ] "before, when due, right after"
                }
        ]

let private durations =
    let units: (string * (int -> Duration.t) * (Duration.t -> int) * int64) list =
        [
            "us", Duration.of_us, Duration.to_us, 1_000L
            "ms", Duration.of_ms, Duration.to_ms, 1_000_000L
            "sec", Duration.of_sec, Duration.to_sec, 1_000_000_000L
            "min", Duration.of_min, Duration.to_min, 60_000_000_000L
            "hour", Duration.of_hour, Duration.to_hour, 3_600_000_000_000L
            "day", Duration.of_day, Duration.to_day, 86_400_000_000_000L
            "year", Duration.of_year, Duration.to_year, 31_557_600_000_000_000L
        ]

    testList
        "Duration"
        [
            for name, of_unit, to_unit, ns in units do
                test $"of_{name}" { Expect.equal (of_unit 3) (3L * ns) "nanoseconds" }
                test $"to_{name}: rounds down" { Expect.equal (to_unit (4L * ns - 1L)) 3 "whole units" }

                test $"of_{name}, negative: an error" {
                    Expect.throwsT<ArgumentException> (fun () -> of_unit -1 |> ignore) "misuse"
                }

                testProperty $"to_{name} undoes of_{name}"
                <| fun (n: uint16) -> to_unit (of_unit (int n % 290)) = int n % 290

            test "of_day, more than 292 years: an error that says how many there can be" {
                Expect.throwsC (fun () -> Duration.of_day 200_000 |> ignore) (fun e ->
                    Expect.stringContains e.Message "106751" "its message")
            }

            test "to_us, more than an int holds: an error" {
                Expect.throwsT<ArgumentException> (fun () -> Duration.to_us (Duration.of_hour 1) |> ignore) "misuse"
            }

            test "to_us_64" { Expect.equal (Duration.to_us_64 (Duration.of_hour 1)) 3_600_000_000L "microseconds" }
            test "of_f" { Expect.equal (Duration.of_f 1.5) 1_500_000_000L "nanoseconds" }
            test "to_f" { Expect.equal (Duration.to_f 1_500_000_000L) 1.5 "seconds" }

            for seconds in [ -1.0; nan; infinity; 1e10 ] do
                test $"of_f {seconds}: an error" {
                    Expect.throwsT<ArgumentException> (fun () -> Duration.of_f seconds |> ignore) "misuse"
                }
        ]

[<Tests>]
let tests = testList "Lwt_unix" [ sleeping; timeouts; pausing; durations ]
