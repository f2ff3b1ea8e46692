// Talks to the server of line_server.fsx: run it with `dotnet fsi samples/scripts/line_client.fsx` while that runs.
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.Core.dll"
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.FSharp.dll"

open Lwt.FSharp

let address = Unix.ADDR_INET(Unix.inet_addr_loopback, 7009)

let say (ic, oc) line =
    lwt {
        do! Lwt_io.write_line oc line
        let! answer = Lwt_io.read_line ic
        do! Lwt_io.printl $"{line}: {answer}"
    }

Lwt_main.run (
    Lwt_io.with_connection address (fun channels -> Lwt_list.iter_s (say channels) [ "inc"; "inc"; "read"; "stop" ])
)
