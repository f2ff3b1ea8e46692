/// Works until a signal comes, finishes the piece of work that it has begun, and ends.
module Lwt.FSharp.Tests.Ported.SignalLoop

open Lwt.FSharp

let run (signals: int list) (work: unit -> unit Lwt.t) : int Lwt.t =
    let stop, stopper = Lwt.wait<int>()

    let handlers =
        [
            for signal in signals ->
                Lwt_unix.on_signal signal (fun signal ->
                    if Lwt.is_sleeping stop then
                        Lwt.wakeup_later stopper signal)
        ]

    let rec loop () : unit Lwt.t =
        lwt {
            if Lwt.is_sleeping stop then
                do! work ()
                return! loop ()
        }

    Lwt.finalize
        (fun () ->
            lwt {
                do! loop ()
                return! stop
            })
        (fun () ->
            List.iter Lwt_unix.disable_signal_handler handlers
            Lwt.return_unit)
