// A race against the clock, won and lost: run it with `dotnet fsi samples/scripts/timeout_race.fsx` after a build.
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.Core.dll"
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.FSharp.dll"

open Lwt.FSharp

let work seconds =
    let p =
        lwt {
            do! Lwt_unix.sleep seconds
            return "done"
        }

    Lwt.on_cancel p (fun () -> Lwt.async (fun () -> Lwt_io.printlf $"the work of {seconds} s was cancelled"))
    p

let race seconds =
    lwt {
        try
            let! answer = Lwt_unix.with_timeout 0.2 (fun () -> work seconds)
            do! Lwt_io.printlf $"the work of {seconds} s is {answer}"
        with Lwt_unix.Timeout ->
            do! Lwt_io.printlf $"the work of {seconds} s took too long"
    }

Lwt_main.run (
    lwt {
        do! race 0.1
        do! race 10.0
    }
)
