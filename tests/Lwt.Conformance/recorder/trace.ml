(* What a program logs. A process runs one program only, so its trace is global. *)

(* The exception that programs fail with. *)
exception E of int

(* Latest line first. *)
let reversed : string list ref = ref []
let log format = Printf.ksprintf (fun line -> reversed := line :: !reversed) format
let lines () = List.rev !reversed

(* Any other exception means that Lwt itself broke (a failed assertion, an exhausted stack). Lwt or a program's handler
   would catch an exception raised here, so the process ends at once; the parent counts the program as crashed. *)
let name_of_exn = function
  | E n -> Printf.sprintf "E%d" n
  | Lwt.Canceled -> "canceled"
  | Invalid_argument _ -> "invalid"
  | Lwt_stream.Empty -> "empty"
  | Lwt_stream.Closed -> "closed"
  | Lwt_stream.Full -> "full"
  | Lwt_switch.Off -> "off"
  | Not_found -> "not_found"
  | _ -> Unix._exit 3
