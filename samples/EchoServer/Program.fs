/// Echoes lines to whoever connects, such as `nc 127.0.0.1 7007`, until Ctrl-C or SIGTERM: then nobody new is served, and
/// those who are connected have five seconds to end.
///
///     dotnet run --project samples/EchoServer [PORT]
module EchoServer

open System
open System.Runtime.InteropServices
open Lwt.FSharp

/// Returns a promise for the first of these signals. Signals come on a thread of their own.
let first (signals: PosixSignal list) =
    let promise, resolver = Lwt.wait_thread_safe ()

    let registrations =
        signals
        |> List.map (fun signal ->
            PosixSignalRegistration.Create(
                signal,
                fun context ->
                    context.Cancel <- true
                    resolver.TryFulfill context.Signal |> ignore
            ))

    Lwt.finalize (fun () -> promise) (fun () ->
        for registration in registrations do
            registration.Dispose()

        Lwt.return' ())

let echo _ (ic, oc) =
    Lwt_io.write_lines oc (Lwt_io.read_lines ic)

let main port =
    lwt {
        let address = Unix.ADDR_INET(Unix.inet_addr_loopback, port)
        let! server = Lwt_io.establish_server_with_client_address address echo
        do! Lwt_io.printl $"listening at {server.LocalEndPoint}"

        let! signal = first [ PosixSignal.SIGINT; PosixSignal.SIGTERM ]
        do! Lwt_io.printl $"{signal}: {server.ClientCount} to end"
        do! server.Shutdown(TimeSpan.FromSeconds 5.0)
        do! Lwt_io.printl "stopped"
    }

[<EntryPoint>]
let run arguments =
    let port =
        match arguments with
        | [||] -> 7007
        | _ -> int arguments[0]

    Lwt_main.run (main port)
    0
