/// A chat: the first line of a client is its name, each further one goes to all others.
module Lwt.FSharp.Tests.Ported.ChatServer

open System.Collections.Generic
open Lwt.FSharp
open Lwt.Infix

let private send_all (users: Dictionary<string, Lwt_io.output_channel>) except message : unit Lwt.t =
    [
        for KeyValue(name, oc) in users do
            if name <> except then
                oc
    ]
    |> Lwt_list.iter_p (fun oc ->
        // One who has left is no matter of the others.
        Lwt.catch (fun () -> Lwt_io.write_line oc message) (fun _ -> Lwt.return_unit))

let private login (users: Dictionary<string, Lwt_io.output_channel>) ic oc : string option Lwt.t =
    let rec ask () =
        lwt {
            do! Lwt_io.write oc "Enter your name: "

            match! Lwt_io.read_line_opt ic with
            | None -> return None
            | Some "" -> return! ask ()
            | Some name when users.ContainsKey name ->
                do! Lwt_io.write_line oc "That name is taken."
                return! ask ()
            | Some name ->
                users[name] <- oc
                return Some name
        }

    ask ()

let private talk users name ic : unit Lwt.t =
    let rec loop () =
        Lwt_io.read_line_opt ic
        >>= function
            | None
            | Some "/quit" -> Lwt.return_unit
            | Some line -> send_all users name $"<{name}> {line}" >>= loop

    loop ()

let start address : Lwt_io.server Lwt.t =
    let users = Dictionary<string, Lwt_io.output_channel>()

    Lwt_io.establish_server_with_client_address address (fun _ (ic, oc) ->
        lwt {
            match! login users ic oc with
            | None -> ()
            | Some name ->
                do! send_all users name $"* {name} has joined"

                do!
                    Lwt.finalize
                        (fun () ->
                            Lwt.catch (fun () -> talk users name ic) (function
                                | Unix.Unix_error(Unix.ECONNRESET, _, _) -> Lwt.return_unit
                                | e -> Lwt.fail e))
                        (fun () ->
                            users.Remove name |> ignore
                            send_all users name $"* {name} has left")
        })
