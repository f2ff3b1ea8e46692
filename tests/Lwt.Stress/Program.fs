module Lwt.Stress.Program

open System
open Lwt.Stress.Stress

[<EntryPoint>]
let main args =
    // Arguments: a part of the names of the cases to run; a number by which all that is large is divided; the seconds of a
    // soak.
    let only = args |> Array.tryItem 0 |> Option.defaultValue ""
    let divisor = args |> Array.tryItem 1 |> Option.map int |> Option.defaultValue 1

    let size =
        {
            Depth = full.Depth / divisor
            Turns = full.Turns / divisor
            Soak =
                match Array.tryItem 2 args with
                | Some seconds -> TimeSpan.FromSeconds(float seconds)
                | None -> full.Soak / float divisor
            Idle = full.Idle / divisor
        }

    let passed, failed = run size only (printfn "%s")
    printfn $"{passed} passed, {failed} failed"
    if failed = 0 then 0 else 1
