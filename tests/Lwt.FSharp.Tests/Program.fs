module Lwt.FSharp.Tests.Program

open Expecto

// One test at a time: a promise belongs to its thread, and hooks and the console are the process's.
[<EntryPoint>]
let main args =
    runTestsInAssemblyWithCLIArgs [ Sequenced ] args
