(* Echo on OCaml's Lwt. Writes the port that it took. *)
open Lwt.Infix

let rec serve connection buffer =
  Lwt_unix.read connection buffer 0 (Bytes.length buffer) >>= function
  | 0 -> Lwt_unix.close connection
  | count -> write connection buffer 0 count

and write connection buffer offset length =
  Lwt_unix.write connection buffer offset length >>= fun count ->
  if count = length then serve connection buffer
  else write connection buffer (offset + count) (length - count)

let rec accept listener =
  Lwt_unix.accept listener >>= fun (connection, _) ->
  Lwt_unix.setsockopt connection Unix.TCP_NODELAY true;
  Lwt.dont_wait
    (fun () -> serve connection (Bytes.create 4096))
    (fun _ -> Lwt.async (fun () -> Lwt_unix.close connection));
  accept listener

let main () =
  let listener = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
  Lwt_unix.bind listener (Unix.ADDR_INET (Unix.inet_addr_loopback, 0)) >>= fun () ->
  Lwt_unix.listen listener 4096;
  (match Lwt_unix.getsockname listener with
  | Unix.ADDR_INET (_, port) -> Printf.printf "%d\n%!" port
  | Unix.ADDR_UNIX _ -> assert false);
  accept listener

let () =
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  Lwt_main.run (main ())
