/// Echo by lines over Lwt_io's channels, as a block `lwt { }`.
module Lwt.Bench.Echo.Lines

open Lwt.Core
open Lwt.FSharp

let private serve (connection: Port) =
    let ic = Lwt_io.of_fd Lwt_io.input connection
    let oc = Lwt_io.of_fd Lwt_io.output connection

    lwt {
        let mutable go = true

        while go do
            match! Lwt_io.read_line_opt ic with
            | None -> go <- false
            | Some line ->
                do! Lwt_io.write_line oc line
                do! Lwt_io.flush oc

        do! Lwt_io.close oc
        do! Lwt_io.close ic
    }

let run listening = Serving.run listening serve
