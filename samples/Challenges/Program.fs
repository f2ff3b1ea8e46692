/// Runs the four challenges of MirageOS's Lwt tutorial, each in both styles.
module Challenges.Program

open System
open Lwt.FSharp
open Lwt.Infix
open Challenges

let private short_while () =
    Lwt_unix.sleep (Random.Shared.NextDouble() / 20.0)

/// Returns a line of letters after a short while; the lines never end.
let private made_up_line () =
    lwt {
        do! short_while ()
        return Some(String('a', Random.Shared.Next(1, 20)))
    }

/// Returns a function that reads lines of standard input; if there are none, it returns made_up_line.
let private input_lines () =
    lwt {
        let! first =
            if Console.IsInputRedirected then
                Lwt.pick [ Lwt_io.read_line_opt Lwt_io.stdin; Lwt_unix.sleep 1.0 >|= fun () -> None ]
            else
                Lwt.return_none

        let first = ref first

        let next_line () =
            lwt {
                do! short_while ()

                match first.Value with
                | Some line ->
                    first.Value <- None
                    return Some line
                | None -> return! Lwt_io.read_line_opt Lwt_io.stdin
            }

        return if first.Value.IsSome then next_line else made_up_line
    }

/// Returns an answer after some seconds.
let private answer_after seconds =
    lwt {
        do! Lwt_unix.sleep seconds
        return 42
    }

let private report name (p: int option Lwt.t) =
    lwt {
        match! p with
        | Some v -> do! Lwt_io.printlf $"{name}: in time with {v}"
        | None -> do! Lwt_io.printlf $"{name}: too late"
    }

let private main () =
    lwt {
        do! Lwt_io.printl "-- 1. Sleep and join: operators, then blocks"
        do! Operators.heads_and_tails ()
        do! Blocks.heads_and_tails ()

        do! Lwt_io.printl "-- 2. Echo: operators on standard input, then blocks on made-up lines"
        let! read_line = input_lines ()
        do! Operators.echo read_line
        do! Lwt_io.printl "--"
        do! Blocks.echo made_up_line

        do! Lwt_io.printl "-- 3. Timeout: operators, then blocks"
        do! report "slow" (Operators.timeout (Duration.of_ms 100) (answer_after 10.0))
        do! report "quick" (Operators.timeout (Duration.of_ms 100) (answer_after 0.01))
        do! report "slow" (Blocks.timeout 0.1 (answer_after 10.0))
        do! report "quick" (Blocks.timeout 0.1 (answer_after 0.01))

        do! Lwt_io.printl "-- 4. Better timeout: operators, then blocks"
        do! report "slow" (Operators.better_timeout (Duration.of_ms 100) (answer_after 10.0))
        do! report "quick" (Operators.better_timeout (Duration.of_sec 10) (answer_after 0.01))
        do! report "slow" (Blocks.better_timeout 0.1 (answer_after 10.0))
        do! report "quick" (Blocks.better_timeout 10.0 (answer_after 0.01))
    }

[<EntryPoint>]
let entry _ =
    Lwt_main.run (main ())
    0
