/// A relay: what a client writes goes to another server, and what that answers goes back. The first side to end ends both.
module Lwt.FSharp.Tests.Ported.Relay

open Lwt.FSharp

let private buffer_size = 16 * 1024

let private write_fully fd buf n : unit Lwt.t =
    let rec loop ofs =
        lwt {
            if ofs < n then
                let! written = Lwt_unix.write fd buf ofs (n - ofs)
                return! loop (ofs + written)
        }

    loop 0

let private pump from into : unit Lwt.t =
    let buf = Array.zeroCreate buffer_size

    let rec loop () =
        lwt {
            let! n = Lwt_unix.read from buf 0 buffer_size

            if n > 0 then
                do! write_fully into buf n
                return! loop ()
        }

    loop ()

let private handle target client : unit Lwt.t =
    let server = Lwt_unix.socket (Unix.domain_of_sockaddr target) Lwt_unix.SOCK_STREAM 0

    Lwt.finalize
        (fun () ->
            lwt {
                do! Lwt_unix.connect server target
                do! Lwt.pick [ pump client server; pump server client ]
            })
        (fun () -> Lwt_unix.close server)

let start address target : Lwt_io.server Lwt.t =
    Lwt_io.establish_server_with_client_socket address (fun _ client -> handle target client)
