/// What the F# servers share: they differ in how they serve a connection.
module Lwt.Bench.Echo.Serving

open System
open System.Net
open System.Net.Sockets
open Lwt.Core
open Lwt.FSharp

let bufferSize = 4096
let private backlog = 4096

// A load generator that ends with requests under way resets its connections.
let private ended (connection: Port) (failure: exn) =
    connection.Close()

    match failure with
    | :? SocketException -> ()
    | _ -> eprintfn "%O" failure

/// Accepts connections for ever, and tells the port once.
let run (listening: int -> unit) (serve: Port -> unit Lwt.t) =
    let listener =
        EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)

    listener.Bind(IPEndPoint(IPAddress.Loopback, 0))
    listener.Listen backlog
    listening (listener.LocalEndPoint :?> IPEndPoint).Port

    let rec accept () =
        lwt {
            let! connection = listener.Accept()
            connection.SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1)
            Lwt.dont_wait (fun () -> serve connection) (ended connection)
            return! accept ()
        }

    Lwt_main.run (accept ())
