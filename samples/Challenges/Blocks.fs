/// The four challenges of MirageOS's Lwt tutorial again, with lwt blocks.
module Challenges.Blocks

open Lwt.FSharp

/// Challenge 1: two sleeps at once, a word after each, and a last word when both have ended.
let heads_and_tails () =
    let say word seconds =
        lwt {
            do! Lwt_unix.sleep seconds
            do! Lwt_io.printl word
        }

    lwt {
        let! () = say "Heads" 0.1
        and! () = say "Tails" 0.2
        do! Lwt_io.printl "Finished"
    }

/// Challenge 2: echo the lines that a function reads, at most ten.
let echo (read_line: unit -> string option Lwt.t) =
    let rec loop n =
        lwt {
            if n > 0 then
                match! read_line () with
                | None -> ()
                | Some line ->
                    do! Lwt_io.printl line
                    return! loop (n - 1)
        }

    loop 10

/// Challenge 3: the value of a promise that is fulfilled within a delay, or None. It always takes the whole delay.
let timeout seconds (p: 'a Lwt.t) =
    lwt {
        do! Lwt_unix.sleep seconds

        if Lwt.is_sleeping p then
            Lwt.cancel p
            return None
        else
            let! v = p
            return Some v
    }

/// Challenge 4: the same, but the answer comes as soon as it is known.
let better_timeout seconds (p: 'a Lwt.t) =
    lwt {
        try
            let! v = Lwt_unix.with_timeout seconds (fun () -> p)
            return Some v
        with Lwt_unix.Timeout ->
            return None
    }
