module Lwt.Stress.Program

open Lwt.Stress.Stress

[<EntryPoint>]
let main args =
    // Arguments: a part of the names of the cases to run, and a number by which depth and iterations are divided.
    let only = args |> Array.tryItem 0 |> Option.defaultValue ""
    let divisor = args |> Array.tryItem 1 |> Option.map int |> Option.defaultValue 1

    let size =
        {
            Depth = full.Depth / divisor
            Turns = full.Turns / divisor
        }

    let passed, failed = run size only (printfn "%s")
    printfn $"{passed} passed, {failed} failed"
    if failed = 0 then 0 else 1
