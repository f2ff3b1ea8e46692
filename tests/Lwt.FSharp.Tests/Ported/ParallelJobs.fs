/// Runs the lines of a channel as shell commands, so many at a time.
module Lwt.FSharp.Tests.Ported.ParallelJobs

open Lwt.FSharp

let private launch_jobs ic (report: string -> Unix.process_status -> unit Lwt.t) : unit Lwt.t =
    let rec loop () =
        lwt {
            match! Lwt_io.read_line_opt ic with
            | None -> ()
            | Some line ->
                let! status = Lwt_process.exec (Lwt_process.shell line)
                do! report line status
                return! loop ()
        }

    loop ()

let run (jobs: int) ic report : unit Lwt.t =
    Lwt.join [ for _ in 1..jobs -> launch_jobs ic report ]
