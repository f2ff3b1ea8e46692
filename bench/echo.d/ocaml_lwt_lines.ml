(* Echo by lines on the channels of OCaml's Lwt. Writes the port that it took. *)
open Lwt.Infix

let rec serve input output =
  Lwt_io.read_line_opt input >>= function
  | None -> Lwt_io.close output
  | Some line ->
    Lwt_io.write_line output line >>= fun () ->
    Lwt_io.flush output >>= fun () -> serve input output

let rec accept listener =
  Lwt_unix.accept listener >>= fun (connection, _) ->
  Lwt_unix.setsockopt connection Unix.TCP_NODELAY true;
  let close = lazy (Lwt_unix.close connection) in
  let channel mode = Lwt_io.of_fd ~close:(fun () -> Lazy.force close) ~mode connection in
  Lwt.dont_wait
    (fun () -> serve (channel Lwt_io.input) (channel Lwt_io.output))
    (fun _ -> Lwt.async (fun () -> Lazy.force close));
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
