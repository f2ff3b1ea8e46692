/// Loops that must run for ever in constant memory: each runs until its argument returns false.
module Lwt.Stress.Loops

open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

let private byBind (turn: unit -> unit Lwt.t) (go: unit -> bool) : unit Lwt.t =
    let rec loop () =
        if go () then turn () >>= loop else Lwt.return_unit

    loop ()

let private pickSleep () =
    Lwt.pick [ Lwt.Core.CompilerServices.Primitives.Sleep<unit> 86400.; Lwt.pause () ]

let rec private byReturn (go: unit -> bool) : unit Lwt.t =
    lwt {
        if go () then
            do! Lwt.pause ()
            return! byReturn go
    }

let rec private pickByReturn (go: unit -> bool) : unit Lwt.t =
    lwt {
        if go () then
            do! pickSleep ()
            return! pickByReturn go
    }

let private byWhile (go: unit -> bool) : unit Lwt.t =
    lwt {
        while go () do
            do! Lwt.pause ()
    }

let rec private ping (go: unit -> bool) : unit Lwt.t =
    lwt {
        if go () then
            do! Lwt.pause ()
            return! pong go
    }

and private pong (go: unit -> bool) : unit Lwt.t =
    lwt {
        do! Lwt.return_unit

        if go () then
            return! ping go
    }

let private resolvedByReturn (go: unit -> bool) : unit Lwt.t =
    let rec loop n =
        lwt {
            // In Debug, iterations stay on the stack until it is full; a pause empties it before the heap is measured.
            if n % 10_000 = 9_999 then
                do! Lwt.pause ()

            if go () then
                return! loop (n + 1)
        }

    loop 0

exception private Stop

let private byException (go: unit -> bool) : unit Lwt.t =
    lwt {
        try
            while true do
                do! Lwt.pause ()

                if not (go ()) then
                    raise Stop
        with Stop ->
            ()
    }

let private overSequence (go: unit -> bool) : unit Lwt.t =
    let rec from n : int Lwt_seq.t =
        fun () -> Lwt.pause () >|= fun () -> Lwt_seq.Cons(n, from (n + 1))

    lwt {
        try
            for _ in from 0 do
                if not (go ()) then
                    raise Stop
        with Stop ->
            ()
    }

let private chooseNever (go: unit -> bool) : unit Lwt.t =
    let never, _ = Lwt.wait ()
    byBind (fun () -> Lwt.choose [ never; Lwt.pause () ]) go

/// The loops, by name.
let cases: (string * ((unit -> bool) -> unit Lwt.t)) list =
    [
        "pause and bind", byBind Lwt.pause
        "choose of never and pause", chooseNever
        "pick of a long sleep and pause", byBind pickSleep
        "pause in a block, by return!", byReturn
        "pick in a block, by return!", pickByReturn
        "pause in a block, by while", byWhile
        "two blocks that end in each other", ping
        "block over resolved promises, by return!", resolvedByReturn
        "pause in a block, left by an exception", byException
        "block over a sequence, left by an exception", overSequence
    ]
