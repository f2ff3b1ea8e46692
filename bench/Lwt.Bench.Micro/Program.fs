module Lwt.Bench.Micro.Program

open BenchmarkDotNet.Running

[<EntryPoint>]
let main arguments =
    BenchmarkSwitcher.FromAssembly(typeof<Resolved>.Assembly).Run(arguments)
    |> ignore

    0
