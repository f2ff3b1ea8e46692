/// The counter of the well-known tutorial on Lwt: two commands, a line each, over a socket that is accepted by hand.
module Lwt.FSharp.Tests.Ported.CounterServer

open Lwt.FSharp
open Lwt.Infix

let private backlog = 10

let private handle_message (counter: int ref) msg =
    match msg with
    | "read" -> string counter.Value
    | "inc" ->
        counter.Value <- counter.Value + 1
        "Counter has been incremented"
    | _ -> "Unknown command"

let rec private handle_connection counter ic oc () : unit Lwt.t =
    Lwt_io.read_line_opt ic
    >>= fun msg ->
        match msg with
        | Some msg ->
            let reply = handle_message counter msg
            Lwt_io.write_line oc reply >>= handle_connection counter ic oc
        | None -> Lwt_io.close oc

let private accept_connection counter (fd, _) : unit Lwt.t =
    let ic = Lwt_io.of_fd Lwt_io.Input fd
    let oc = Lwt_io.of_fd Lwt_io.Output fd
    Lwt.on_failure (handle_connection counter ic oc ()) (fun _ -> Lwt.async (fun () -> Lwt_io.abort oc))
    Lwt.return_unit

let create_socket () : Lwt_unix.file_descr Lwt.t =
    let sock = Lwt_unix.socket Lwt_unix.PF_INET Lwt_unix.SOCK_STREAM 0

    Lwt_unix.bind sock (Lwt_unix.ADDR_INET(Unix.inet_addr_loopback, 0))
    >>= fun () ->
        Lwt_unix.listen sock backlog
        Lwt.return' sock

/// Serves until the socket is closed.
let create_server sock : unit -> unit Lwt.t =
    let counter = ref 0

    let rec serve () =
        Lwt_unix.accept sock >>= accept_connection counter >>= serve

    fun () ->
        Lwt.catch serve (function
            | Unix.Unix_error(Unix.EBADF, _, _) -> Lwt.return_unit
            | e -> Lwt.fail e)
