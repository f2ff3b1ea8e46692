/// The programs that Lwt's tutorials begin with, with operators and with blocks, on the virtual clock.
module Lwt.FSharp.Tests.TutorialTests

open System
open System.Collections.Generic
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

/// Returns an answer after some seconds.
let private after seconds v = Lwt_unix.sleep seconds >|= fun () -> v

/// Challenge 3, with operators: the answer always takes the whole delay.
let private timeout delay p =
    Lwt_unix.sleep delay
    >>= fun () ->
        match Lwt.state p with
        | Lwt.Fail e -> Lwt.fail e
        | Lwt.Return v -> Lwt.return' (Some v)
        | Lwt.Sleep ->
            Lwt.cancel p
            Lwt.return_none

/// Challenge 4, with operators.
let private better_timeout delay p =
    let expired = Lwt_unix.sleep delay >|= fun () -> None
    Lwt.pick [ expired; p >|= Some ]

/// Challenge 4, with a block.
let private better_timeout_block delay p =
    lwt {
        try
            let! v = Lwt_unix.with_timeout delay (fun () -> p)
            return Some v
        with Lwt_unix.Timeout ->
            return None
    }

let private chaining =
    let get_input (_: string) n = Lwt.pause () >|= fun () -> n

    testList
        "chaining"
        [
            test "by >>=" {
                let sum =
                    run (fun () -> get_input "a" 1 >>= fun a -> get_input "b" 2 >>= fun b -> Lwt.return' (a + b))

                Expect.equal sum 3 "sum"
            }

            test "by let!" {
                let sum =
                    run (fun () ->
                        lwt {
                            let! a = get_input "a" 1
                            let! b = get_input "b" 2
                            return a + b
                        })

                Expect.equal sum 3 "sum"
            }

            test "by Lwt.Syntax" {
                let sum =
                    run (fun () ->
                        Lwt.Syntax.let_star (get_input "a" 1) (fun a -> Lwt.Syntax.let_plus (get_input "b" 2) ((+) a)))

                Expect.equal sum 3 "sum"
            }

            test "read a line and print it" {
                let lines =
                    printed (fun () ->
                        typed [ "hello" ] (fun () -> run (fun () -> Lwt_io.read_line Lwt_io.stdin >>= Lwt_io.printl)))

                Expect.equal lines [ "hello" ] "echoed"
            }
        ]

let private background =
    testList
        "background"
        [
            test "spawn: the caller does not wait" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            let spawn () =
                                Lwt.async (fun () ->
                                    Mirage_sleep.ns (Duration.of_sec 10) >>= fun () -> Lwt_io.printl "Tails")

                            spawn ()
                            Lwt_io.printl "Heads" >>= fun () -> Lwt_unix.sleep 11.0))

                Expect.equal lines [ "Heads"; "Tails" ] "order"
            }

            test "spawn: its exception goes to the hook" {
                let before = Lwt.async_exception_hook.Value
                let reported = List()

                try
                    Lwt.async_exception_hook.Value <- reported.Add

                    run (fun () ->
                        Lwt.async (fun () -> Lwt_unix.sleep 1.0 >>= fun () -> raise Broken)
                        Lwt_unix.sleep 2.0)
                finally
                    Lwt.async_exception_hook.Value <- before

                Expect.equal (List.ofSeq reported) [ Broken ] "reported"
            }
        ]

let private errors =
    let ok x = Lwt.return' (Ok x)

    let (>>*=) m f =
        m
        >>= function
            | Error _ as e -> Lwt.return' e
            | Ok x -> f x

    let sum first second =
        run (fun () -> first >>*= fun a -> second >>*= fun b -> ok (a + b))

    testList
        "errors"
        [
            test "results: both there" { Expect.equal (sum (ok 1) (ok 2)) (Ok 3: Result<int, string>) "sum" }
            test "results: one missing" { Expect.equal (sum (ok 1) (Lwt.return_error "no b")) (Error "no b") "error" }

            test "catch: the one to handle" {
                let handled =
                    run (fun () ->
                        Lwt.catch (fun () -> Lwt.pause () >>= fun () -> raise Broken) (function
                            | Broken -> Lwt.return' "handled"
                            | e -> Lwt.fail e))

                Expect.equal handled "handled" "result"
            }

            test "catch: others pass" {
                Expect.throwsT<TimeoutException>
                    (fun () ->
                        run (fun () ->
                            Lwt.catch (fun () -> Lwt.fail (TimeoutException())) (function
                                | Broken -> Lwt.return_unit
                                | e -> Lwt.fail e)))
                    "passed on"
            }

            test "try and with" {
                let handled =
                    run (fun () ->
                        lwt {
                            try
                                do! Lwt.pause ()
                                return raise Broken
                            with Broken ->
                                return "handled"
                        })

                Expect.equal handled "handled" "result"
            }
        ]

/// A resource that records whether it was freed.
type private Resource() =
    member val Freed = false with get, set
    member this.Free() = this.Freed <- true

    interface IDisposable with
        member this.Dispose() = this.Free()

let private cleanup =
    let broken_use (r: Resource) =
        Lwt_unix.sleep 1.0
        >>= fun () ->
            Expect.isFalse r.Freed "still there"
            raise Broken
            : unit Lwt.t

    let freed free =
        let r = new Resource()
        Expect.throwsT<Broken> (fun () -> run (fun () -> free r)) "the exception of the use"
        Expect.isTrue r.Freed "freed"

    testList
        "cleanup"
        [
            test "finalize" {
                freed (fun r ->
                    Lwt.finalize (fun () -> broken_use r) (fun () ->
                        r.Free()
                        Lwt.return_unit))
            }

            test "with_resource" {
                let with_resource (r: Resource) f =
                    Lwt.finalize (fun () -> f r) (fun () -> Lwt.wrap r.Free)

                freed (fun r -> with_resource r broken_use)
            }

            test "use" {
                freed (fun r ->
                    lwt {
                        use r = r
                        do! broken_use r
                    })
            }
        ]

let private switches =
    /// Ends after the switch is turned off, between two steps of its work.
    let counting (sw: Lwt_switch.t) =
        let stopped, stop = Lwt.wait ()

        Lwt_switch.add_hook (Some sw) (fun () ->
            Lwt.wakeup_later stop ()
            Lwt.return_unit)

        let rec count n =
            if Lwt.is_sleeping stopped then
                Lwt_unix.sleep 1.0 >>= fun () -> count (n + 1)
            else
                Lwt.return' n

        count 0

    testList
        "switch"
        [
            test "turned off, the work ends at a well-defined point" {
                let counted =
                    run (fun () ->
                        let sw = Lwt_switch.create ()
                        let work = counting sw

                        Lwt_unix.sleep 2.5
                        >>= fun () -> Lwt_switch.turn_off sw
                        >>= fun () ->
                            Expect.isTrue (Lwt.is_sleeping work) "nothing is interrupted"
                            work)

                Expect.equal counted 3 "seconds begun"
            }

            test "with_timeout by a switch: the hook is called, and the work returns its result so far" {
                let with_timeout delay f =
                    Lwt_switch.with_switch (fun sw ->
                        Lwt.async (fun () -> Lwt_unix.sleep delay >>= fun () -> Lwt_switch.turn_off sw)
                        f sw)

                Expect.equal (run (fun () -> with_timeout 1.5 counting)) 2 "seconds begun"
            }
        ]

let private external =
    test "wait: a reply from outside wakes the promise" {
        let replies = Dictionary<int, string -> unit>()
        let requests = List()
        let mutable id = 0

        let invoke_remote message =
            let t, waker = Lwt.wait ()
            id <- id + 1
            replies[id] <- Lwt.wakeup waker
            requests.Add(id, message)
            t

        let answer =
            run (fun () ->
                let p = invoke_remote "ping"

                Lwt.async (fun () ->
                    Lwt_unix.sleep 1.0
                    >|= fun () ->
                        for id, message in requests do
                            replies[id] $"{message}, pong")

                p)

        Expect.equal answer "ping, pong" "reply"
    }

let private timeouts =
    let both_ways name (timeout: float -> int Lwt.t -> int option Lwt.t) in_time too_late =
        [
            test $"{name}, in time" {
                Expect.equal (timed (fun () -> timeout 2.0 (after 1.0 42))) (Some 42, in_time) "value, seconds"
            }

            test $"{name}, too late: the work is cancelled" {
                let result =
                    timed (fun () ->
                        let work = after 5.0 42
                        timeout 2.0 work >|= fun v -> v, outcome work)

                Expect.equal result ((None, Cancelled), too_late) "value, work, seconds"
            }

            test $"{name}, the work fails" {
                Expect.throwsT<Broken>
                    (fun () ->
                        timed (fun () -> timeout 2.0 (after 1.0 () >>= fun () -> Lwt.fail Broken))
                        |> ignore)
                    "its exception"
            }
        ]

    testList
        "timeouts"
        [
            test "cancel by a timeout" {
                run (fun () ->
                    let timeout delay t =
                        Mirage_sleep.ns delay >|= fun () -> Lwt.cancel t

                    let p = Lwt_unix.sleep 10.0

                    timeout (Duration.of_sec 1) p
                    >|= fun () ->
                        p |> becomes Cancelled
                        Expect.equal (now ()) 1.0 "seconds")
            }

            yield! both_ways "challenge 3" timeout 2.0 2.0
            yield! both_ways "challenge 4" better_timeout 1.0 2.0
            yield! both_ways "challenge 4, block" better_timeout_block 1.0 2.0
        ]

let private challenges =
    let heads_and_tails name main =
        test $"challenge 1, {name}" {
            let mutable seconds = 0.0
            let lines = printed (fun () -> seconds <- snd (timed main))
            Expect.equal (lines, seconds) ([ "Heads"; "Tails"; "Finished" ], 2.0) "lines, seconds"
        }

    let echoes name (echo: (unit -> string Lwt.t) -> unit Lwt.t) =
        test $"challenge 2, {name}: stops after ten lines" {
            let mutable read = 0

            let read_line () =
                Lwt_unix.sleep (float (read % 3))
                >|= fun () ->
                    read <- read + 1
                    $"line {read}"

            let lines = printed (fun () -> run (fun () -> echo read_line))
            Expect.equal lines [ for i in 1..10 -> $"line {i}" ] "lines"
            Expect.equal read 10 "lines read"
        }

    let rec echo n read_line =
        if n = 0 then
            Lwt.return_unit
        else
            read_line ()
            >>= fun line -> Lwt_io.printl line >>= fun () -> echo (n - 1) read_line

    let rec echo_block n read_line =
        lwt {
            if n > 0 then
                let! line = read_line ()
                do! Lwt_io.printl line
                return! echo_block (n - 1) read_line
        }

    testList
        "challenges"
        [
            heads_and_tails "operators" (fun () ->
                let say seconds word =
                    Lwt_unix.sleep seconds >>= fun () -> Lwt_io.printl word

                Lwt.join [ say 1.0 "Heads"; say 2.0 "Tails" ]
                >>= fun () -> Lwt_io.printl "Finished")

            heads_and_tails "nanoseconds" (fun () ->
                Lwt.join
                    [
                        Mirage_sleep.ns (Duration.of_sec 1) >>= (fun () -> Lwt_io.printl "Heads")
                        Mirage_sleep.ns (Duration.of_sec 2) >>= (fun () -> Lwt_io.printl "Tails")
                    ]
                >>= fun () -> Lwt_io.printl "Finished")

            heads_and_tails "block" (fun () ->
                lwt {
                    let! () = Lwt_unix.sleep 1.0 >>= fun () -> Lwt_io.printl "Heads"
                    and! () = Lwt_unix.sleep 2.0 >>= fun () -> Lwt_io.printl "Tails"
                    do! Lwt_io.printl "Finished"
                })

            echoes "operators" (echo 10)
            echoes "block" (echo_block 10)

            test "an echo that never waits needs no stack" {
                let rec loop n =
                    if n = 0 then
                        Lwt.return_unit
                    else
                        Lwt.return' "line" >>= fun _ -> loop (n - 1)

                Expect.equal (run (fun () -> loop 1_000_000)) () "ends"
            }
        ]

[<Tests>]
let tests =
    testList
        "tutorial"
        [
            chaining
            background
            errors
            cleanup
            switches
            external
            timeouts
            challenges
        ]
