// Two sleeps at once and a word after each: run it with `dotnet fsi samples/scripts/heads_tails.fsx` after a build.
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.Core.dll"
#r "../../src/Lwt.FSharp/bin/Debug/net10.0/Lwt.FSharp.dll"

open Lwt.FSharp
open Lwt.Infix

let say word seconds =
    Lwt_unix.sleep seconds >>= fun () -> Lwt_io.printl word

Lwt_main.run (
    Lwt.join [ say "Heads" 0.1; say "Tails" 0.2 ]
    >>= fun () -> Lwt_io.printl "Finished"
)
