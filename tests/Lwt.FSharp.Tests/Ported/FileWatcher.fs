/// Looks at files again and again, and tells which have come, changed or gone.
module Lwt.FSharp.Tests.Ported.FileWatcher

open Lwt.FSharp

type event =
    | Created of string
    | Changed of string
    | Removed of string

let private look path : (float * int) option Lwt.t =
    Lwt.catch (fun () -> Lwt.map (fun (st: Unix.stats) -> Some(st.st_mtime, st.st_size)) (Lwt_unix.stat path)) (function
        | Unix.Unix_error(Unix.ENOENT, _, _) -> Lwt.return_none
        | e -> Lwt.fail e)

let private compare' path before now =
    match before, now with
    | None, Some _ -> Some(Created path)
    | Some _, None -> Some(Removed path)
    | Some before, Some now when before <> now -> Some(Changed path)
    | _ -> None

/// The events, and a function that ends them.
let watch (interval: float) (paths: string list) : event Lwt_stream.t * (unit -> unit) =
    let events, push = Lwt_stream.create ()

    let rec loop before : unit Lwt.t =
        lwt {
            do! Lwt_unix.sleep interval
            let! now = Lwt_list.map_p look paths

            List.iter2 (fun path (b, n) -> compare' path b n |> Option.iter (Some >> push)) paths (List.zip before now)
            return! loop now
        }

    let watching =
        lwt {
            let! first = Lwt_list.map_p look paths
            return! loop first
        }

    Lwt.on_termination watching (fun () -> push None)
    events, (fun () -> Lwt.cancel watching)
