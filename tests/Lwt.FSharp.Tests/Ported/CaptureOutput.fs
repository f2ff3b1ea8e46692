/// Reads what a child writes to its standard output and standard error by one pipe, whose writing end is moved into the child.
module Lwt.FSharp.Tests.Ported.CaptureOutput

open Lwt.FSharp

let run (command: Lwt_process.command) : (string list * Unix.process_status) Lwt.t =
    lwt {
        let reader, writer = Lwt_unix.pipe_in ()

        let status =
            Lwt_process.exec_with (command, stdout = Lwt_process.FD_copy writer, stderr = Lwt_process.FD_move writer)

        let ic = Lwt_io.of_fd Lwt_io.Input reader
        let! lines = Lwt_stream.to_list (Lwt_io.read_lines ic)
        do! Lwt_io.close ic
        let! status = status
        return lines, status
    }
