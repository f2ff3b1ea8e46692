/// The four challenges of MirageOS's Lwt tutorial in OCaml's style, with functions, operators and recursion.
module Challenges.Operators

open Lwt.FSharp
open Lwt.Infix

/// Challenge 1: two sleeps at once, a word after each, and a last word when both have ended.
let heads_and_tails () =
    Lwt.join
        [
            Mirage_sleep.ns (Duration.of_ms 100) >>= (fun () -> Lwt_io.printl "Heads")
            Mirage_sleep.ns (Duration.of_ms 200) >>= (fun () -> Lwt_io.printl "Tails")
        ]
    >>= fun () -> Lwt_io.printl "Finished"

/// Challenge 2: echo the lines that a function reads, at most ten.
let echo (read_line: unit -> string option Lwt.t) =
    let rec loop n =
        if n = 0 then
            Lwt.return_unit
        else
            read_line ()
            >>= function
                | None -> Lwt.return_unit
                | Some line -> Lwt_io.printl line >>= fun () -> loop (n - 1)

    loop 10

/// Challenge 3: the value of a promise that is fulfilled within a delay, or None. It always takes the whole delay.
let timeout delay (p: 'a Lwt.t) =
    Mirage_sleep.ns delay
    >>= fun () ->
        match Lwt.state p with
        | Lwt.Return v -> Lwt.return' (Some v)
        | Lwt.Fail e -> Lwt.fail e
        | Lwt.Sleep ->
            Lwt.cancel p
            Lwt.return_none

/// Challenge 4: the same, but the answer comes as soon as it is known. The slower of the two is cancelled.
let better_timeout delay (p: 'a Lwt.t) =
    Lwt.pick [ (Mirage_sleep.ns delay >|= fun () -> None); p >|= Some ]
