// A server of lines: each client can raise a counter that all share, and read it. Run it with
// `dotnet fsi samples/scripts/line_server.fsx` after a build, and beside it `dotnet fsi samples/scripts/line_client.fsx`.
// It ends when a client says "stop".
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.Core.dll"
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.FSharp.dll"

open Lwt.FSharp

let mutable counter = 0
let stopped, stop = Lwt.wait ()

let answer line =
    match line with
    | "inc" ->
        counter <- counter + 1
        "raised"
    | "read" -> string counter
    | "stop" ->
        Lwt.wakeup_later stop ()
        "stopping"
    | _ -> "unknown: say inc, read or stop"

let serve _ (ic, oc) =
    Lwt_io.write_lines oc (Lwt_stream.map answer (Lwt_io.read_lines ic))

Lwt_main.run (
    lwt {
        let! server =
            Lwt_io.establish_server_with_client_address (Unix.ADDR_INET(Unix.inet_addr_loopback, 7009)) serve

        do! Lwt_io.printl $"listening at {server.LocalEndPoint}"
        do! stopped
        do! server.Shutdown(System.TimeSpan.FromSeconds 1.0)
    }
)
