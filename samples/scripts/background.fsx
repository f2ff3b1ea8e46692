// Work in the background whose exception a hook reports: run it with `dotnet fsi samples/scripts/background.fsx` after a build.
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.Core.dll"
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.FSharp.dll"

open Lwt.FSharp

let failing () =
    lwt {
        do! Lwt_unix.sleep 0.1
        failwith "the work went wrong"
    }

Lwt.async_exception_hook.Value <- fun e -> Lwt.async (fun () -> Lwt_io.printlf $"reported: {e.Message}")

Lwt_main.run (
    lwt {
        Lwt.async failing
        do! Lwt_io.printl "the program goes on"
        do! Lwt_unix.sleep 0.2
        do! Lwt_io.printl "and ends"
    }
)
