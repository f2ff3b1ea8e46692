module Lwt.FSharp.Tests.Program

open Expecto

[<EntryPoint>]
let main args =
    runTestsInAssemblyWithCLIArgs [ CLIArguments.Sequenced ] args
