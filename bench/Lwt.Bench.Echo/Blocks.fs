/// Echo as a block `lwt { }`.
module Lwt.Bench.Echo.Blocks

open System
open Lwt.Core
open Lwt.FSharp

let private serve (connection: Port) =
    lwt {
        use closing = connection
        let buffer = Array.zeroCreate<byte> Serving.bufferSize
        let mutable go = true

        while go do
            let! count = connection.Read(Memory buffer)

            if count = 0 then
                go <- false
            else
                let mutable sent = 0

                while sent < count do
                    let! more = connection.Write(ReadOnlyMemory(buffer, sent, count - sent))
                    sent <- sent + more
    }

let run listening = Serving.run listening serve
