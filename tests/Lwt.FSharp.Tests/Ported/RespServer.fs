/// A server of keys and values that speaks the protocol of Redis.
module Lwt.FSharp.Tests.Ported.RespServer

open System
open System.Collections.Generic
open System.Text
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.Infix

/// A client has broken the protocol.
exception private Protocol_error of string

type private reply =
    | Simple of string
    | Error of string
    | Integer of int64
    | Bulk of byte array
    | Nil
    | Array of reply list

let private int_of (s: string) =
    match Int32.TryParse s with
    | true, n -> n
    | _ -> raise (Protocol_error "invalid length")

/// A command: an array of bulk strings, or words in a line, as people type them.
let private read_command ic : byte array list option Lwt.t =
    let read_bulk () =
        lwt {
            let! header = Lwt_io.read_line ic

            if not (header.StartsWith '$') then
                raise (Protocol_error $"expected '$', got '{header}'")

            let bytes = Array.zeroCreate (int_of header[1..])
            do! Lwt_io.read_into_exactly ic bytes 0 bytes.Length
            let! _ = Lwt_io.read_line ic
            return bytes
        }

    lwt {
        match! Lwt_io.read_line_opt ic with
        | None -> return None
        | Some line when line.StartsWith '*' ->
            let! args = Lwt_list.map_s read_bulk (List.replicate (int_of line[1..]) ())
            return Some args
        | Some line ->
            let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            return Some [ for word in words -> Encoding.UTF8.GetBytes word ]
    }

let rec private write_reply oc reply : unit Lwt.t =
    match reply with
    | Simple s -> Lwt_io.write oc $"+{s}\r\n"
    | Error s -> Lwt_io.write oc $"-ERR {s}\r\n"
    | Integer n -> Lwt_io.write oc $":{n}\r\n"
    | Nil -> Lwt_io.write oc "$-1\r\n"
    | Bulk bytes ->
        Lwt_io.write oc $"${bytes.Length}\r\n"
        >>= fun () -> Lwt_io.write_from_exactly oc bytes 0 bytes.Length
        >>= fun () -> Lwt_io.write oc "\r\n"
    | Array items ->
        Lwt_io.write oc $"*{items.Length}\r\n"
        >>= fun () -> Lwt_list.iter_s (write_reply oc) items

let private text (bytes: byte array) = Encoding.UTF8.GetString bytes

let private execute (store: Dictionary<string, byte array>) command =
    let bulk (s: string) = Bulk(Encoding.UTF8.GetBytes s)

    match command with
    | [] -> Error "empty command"
    | name :: args ->
        match (text name).ToUpperInvariant(), args with
        | "PING", [] -> Simple "PONG"
        | "PING", [ message ]
        | "ECHO", [ message ] -> Bulk message
        | "GET", [ key ] ->
            match store.TryGetValue(text key) with
            | true, value -> Bulk value
            | _ -> Nil
        | "SET", key :: value :: _ ->
            store[text key] <- value
            Simple "OK"
        | "DEL", keys -> Integer(keys |> List.filter (fun key -> store.Remove(text key)) |> List.length |> int64)
        | "EXISTS", keys ->
            Integer(
                keys
                |> List.filter (fun key -> store.ContainsKey(text key))
                |> List.length
                |> int64
            )
        | "INCR", [ key ] ->
            let before =
                match store.TryGetValue(text key) with
                | true, value -> Int64.TryParse(text value)
                | _ -> true, 0L

            match before with
            | true, n ->
                store[text key] <- Encoding.UTF8.GetBytes(string (n + 1L))
                Integer(n + 1L)
            | _ -> Error "value is not an integer or out of range"
        | "CONFIG", [ verb; name ] when (text verb).ToUpperInvariant() = "GET" -> Array [ Bulk name; bulk "" ]
        | "COMMAND", _ -> Array []
        | "CLIENT", _
        | "SELECT", _ -> Simple "OK"
        | other, _ -> Error $"unknown command '{other}'"

let private serve store (ic, oc) : unit Lwt.t =
    let rec loop () =
        lwt {
            match! read_command ic with
            | None -> ()
            | Some command ->
                do! write_reply oc (execute store command)
                return! loop ()
        }

    Lwt.catch loop (function
        | Protocol_error message -> write_reply oc (Error $"Protocol error: {message}")
        | End_of_file
        | Unix.Unix_error((Unix.ECONNRESET | Unix.EPIPE), _, _) -> Lwt.return_unit
        | e -> Lwt.fail e)

let start address : Lwt_io.server Lwt.t =
    let store = Dictionary<string, byte array>()
    Lwt_io.establish_server_with_client_address address (fun _ channels -> serve store channels)
