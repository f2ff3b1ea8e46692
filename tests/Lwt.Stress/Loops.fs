/// Loops that must run for ever in constant memory: each runs until its argument says no.
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
    ]
