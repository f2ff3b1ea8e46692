/// Echo with OCaml's operators, as bench/echo.d/ocaml_lwt.ml has it.
module Lwt.Bench.Echo.Operators

open System
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

let rec private serve (connection: Port) (buffer: byte array) : unit Lwt.t =
    connection.Read(Memory buffer)
    >>= function
        | 0 ->
            connection.Close()
            Lwt.return_unit
        | count -> write connection buffer 0 count

and private write (connection: Port) (buffer: byte array) offset length : unit Lwt.t =
    connection.Write(ReadOnlyMemory(buffer, offset, length))
    >>= fun count ->
        if count = length then
            serve connection buffer
        else
            write connection buffer (offset + count) (length - count)

let run listening =
    Serving.run listening (fun connection -> serve connection (Array.zeroCreate Serving.bufferSize))
