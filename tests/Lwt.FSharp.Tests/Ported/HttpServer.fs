/// A server of HTTP/1.1, by hand: connections that are kept, bodies of a known length or in chunks, requests that do not
/// wait for the answer before.
module Lwt.FSharp.Tests.Ported.HttpServer

open System
open System.Collections.Generic
open System.Text
open Lwt.FSharp
open Lwt.FSharp.OCaml

exception private Bad_request of string

type request =
    {
        Method: string
        Target: string
        Version: string
        Headers: Dictionary<string, string>
        Body: byte array
    }

type body =
    | Whole of byte array
    | Chunks of byte array list

type response = { Status: string; Body: body }

let rec private read_headers ic (headers: Dictionary<string, string>) : unit Lwt.t =
    lwt {
        let! line = Lwt_io.read_line ic

        if line <> "" then
            match line.IndexOf ':' with
            | -1 -> raise (Bad_request line)
            | at -> headers[line[.. at - 1].Trim()] <- line[at + 1 ..].Trim()

            return! read_headers ic headers
    }

let private read_exactly ic length : byte array Lwt.t =
    lwt {
        let bytes = Array.zeroCreate length
        do! Lwt_io.read_into_exactly ic bytes 0 length
        return bytes
    }

let rec private read_chunks ic (body: ResizeArray<byte>) : byte array Lwt.t =
    lwt {
        let! size = Lwt_io.read_line ic

        // What stands behind a semicolon is an extension.
        let digits = size.Split(';')[0]

        match Convert.ToInt32(digits.Trim(), 16) with
        | 0 ->
            // Headers may follow, and an empty line does.
            do! read_headers ic (Dictionary())
            return body.ToArray()
        | length ->
            let! chunk = read_exactly ic length
            body.AddRange chunk
            let! _ = Lwt_io.read_line ic
            return! read_chunks ic body
    }

let private read_body ic oc (headers: Dictionary<string, string>) : byte array Lwt.t =
    lwt {
        match headers.TryGetValue "Expect" with
        | true, "100-continue" -> do! Lwt_io.write oc "HTTP/1.1 100 Continue\r\n\r\n"
        | _ -> ()

        match headers.TryGetValue "Transfer-Encoding", headers.TryGetValue "Content-Length" with
        | (true, "chunked"), _ -> return! read_chunks ic (ResizeArray())
        | _, (true, length) -> return! read_exactly ic (int length)
        | _ -> return [||]
    }

let private read_request ic oc : request option Lwt.t =
    lwt {
        match! Lwt_io.read_line_opt ic with
        | None -> return None
        | Some line ->
            match line.Split ' ' with
            | [| verb; target; version |] ->
                let headers = Dictionary StringComparer.OrdinalIgnoreCase
                do! read_headers ic headers
                let! body = read_body ic oc headers

                return
                    Some
                        {
                            Method = verb
                            Target = target
                            Version = version
                            Headers = headers
                            Body = body
                        }
            | _ -> return raise (Bad_request line)
    }

let private is_kept (request: request) =
    match request.Headers.TryGetValue "Connection" with
    | true, value when value.Equals("close", StringComparison.OrdinalIgnoreCase) -> false
    | true, value when value.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) -> true
    | _ -> request.Version = "HTTP/1.1"

let private write_bytes oc (bytes: byte array) =
    Lwt_io.write_from_exactly oc bytes 0 bytes.Length

let private write_response oc keeps (response: response) : unit Lwt.t =
    lwt {
        let connection = if keeps then "keep-alive" else "close"
        let head = $"HTTP/1.1 {response.Status}\r\nConnection: {connection}\r\n"

        match response.Body with
        | Whole bytes ->
            do! Lwt_io.write oc $"{head}Content-Length: {bytes.Length}\r\n\r\n"
            do! write_bytes oc bytes
        | Chunks chunks ->
            do! Lwt_io.write oc $"{head}Transfer-Encoding: chunked\r\n\r\n"

            for chunk in chunks do
                if chunk.Length > 0 then
                    do! Lwt_io.write oc $"{chunk.Length:x}\r\n"
                    do! write_bytes oc chunk
                    do! Lwt_io.write oc "\r\n"

            do! Lwt_io.write oc "0\r\n\r\n"
    }

let private respond (request: request) =
    let bytes (s: string) = Encoding.UTF8.GetBytes s

    match request.Method, request.Target with
    | "GET", "/" ->
        {
            Status = "200 OK"
            Body = Whole(bytes "hello\n")
        }
    | "GET", "/chunks" ->
        {
            Status = "200 OK"
            Body = Chunks [ bytes "one\n"; bytes "two\n"; bytes "three\n" ]
        }
    | "POST", "/echo" ->
        {
            Status = "200 OK"
            Body = Whole request.Body
        }
    | _ ->
        {
            Status = "404 Not Found"
            Body = Whole(bytes "not found\n")
        }

let private serve (ic, oc) : unit Lwt.t =
    let rec loop () =
        lwt {
            match! read_request ic oc with
            | None -> ()
            | Some request ->
                let keeps = is_kept request
                do! write_response oc keeps (respond request)

                if keeps then
                    return! loop ()
        }

    Lwt.catch loop (function
        | Bad_request line ->
            write_response
                oc
                false
                {
                    Status = "400 Bad Request"
                    Body = Whole(Encoding.UTF8.GetBytes(line + "\n"))
                }
        | End_of_file
        | Unix.Unix_error((Unix.ECONNRESET | Unix.EPIPE), _, _) -> Lwt.return_unit
        | e -> Lwt.fail e)

let start address : Lwt_io.server Lwt.t =
    Lwt_io.establish_server_with_client_address address (fun _ channels -> serve channels)
