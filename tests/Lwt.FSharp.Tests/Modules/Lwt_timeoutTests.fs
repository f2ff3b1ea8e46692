module Lwt.FSharp.Tests.Lwt_timeoutTests

open System
open Expecto
open Lwt.Core.CompilerServices
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

let private sleep (seconds: float) = Primitives.Sleep<unit> seconds

/// Runs a test from virtual time 0, and reads its log half a second after each of the times.
let private linesAfter (times: int list) (start: Log -> unit) =
    Lwt_main.run_virtual (fun () ->
        let log = Log()
        start log

        let rec from now times =
            match times with
            | [] -> Lwt.return' []
            | time :: times ->
                sleep (float time + 0.5 - now)
                >>= fun () ->
                    let lines = log.Lines
                    from (float time + 0.5) times >|= fun rest -> lines :: rest

        from 0.0 times)

[<Tests>]
let tests =
    testList
        "Lwt_timeout"
        [
            test "create and change, less than a second, is an error" {
                Expect.throwsT<ArgumentOutOfRangeException> (fun () -> Lwt_timeout.create 0 ignore |> ignore) "create"
                let t = Lwt_timeout.create 1 ignore
                Expect.throwsT<ArgumentOutOfRangeException> (fun () -> Lwt_timeout.change t 0) "change"
            }
            test "start, ends once, after its time and at most a second more" {
                let lines =
                    linesAfter [ 1; 2; 3; 6 ] (fun log ->
                        Lwt_timeout.start (Lwt_timeout.create 2 (fun () -> log.Add "end")))

                Expect.equal lines [ []; []; [ "end" ]; [ "end" ] ] "the tick after two seconds"
            }
            test "start again, counts from then" {
                let lines =
                    linesAfter [ 3; 4; 5 ] (fun log ->
                        let t = Lwt_timeout.create 2 (fun () -> log.Add "end")
                        Lwt_timeout.start t
                        Lwt.async (fun () -> sleep 1.5 >|= fun () -> Lwt_timeout.start t))

                Expect.equal lines [ []; [ "end" ]; [ "end" ] ] "later"
            }
            test "stop, never ends, and the ticking ends" {
                let lines =
                    linesAfter [ 5 ] (fun log ->
                        let t = Lwt_timeout.create 1 (fun () -> log.Add "end")
                        Lwt_timeout.start t
                        Lwt_timeout.stop t
                        Lwt_timeout.stop t)

                Expect.equal lines [ [] ] "stopped"
            }
            test "change, of one that runs, starts it again with the new time" {
                let lines =
                    linesAfter [ 2; 4; 5 ] (fun log ->
                        let t = Lwt_timeout.create 1 (fun () -> log.Add "end")
                        Lwt_timeout.start t
                        Lwt_timeout.change t 4)

                Expect.equal lines [ []; []; [ "end" ] ] "four seconds and the first tick"
            }
            test "action starts itself again, ends each time" {
                let lines =
                    linesAfter [ 2; 3; 4 ] (fun log ->
                        let again = ref ignore

                        let t =
                            Lwt_timeout.create 1 (fun () ->
                                log.Add "end"
                                again.Value())

                        again.Value <- fun () -> Lwt_timeout.start t
                        Lwt_timeout.start t)

                Expect.equal (List.map List.length lines) [ 1; 2; 3 ] "each second"
            }
            test "action raises, goes to the handler, and the others end" {
                let caught = Log()
                Lwt_timeout.set_exn_handler (fun e -> caught.Add e.Message)

                let lines =
                    linesAfter [ 2 ] (fun log ->
                        Lwt_timeout.start (Lwt_timeout.create 1 (fun () -> log.Add "end"))
                        Lwt_timeout.start (Lwt_timeout.create 1 (fun () -> failwith "broken")))

                Lwt.Core.TickTimeout.ExceptionHandler <- null
                Expect.equal (caught.Lines, lines) ([ "broken" ], [ [ "end" ] ]) "both"
            }
        ]
