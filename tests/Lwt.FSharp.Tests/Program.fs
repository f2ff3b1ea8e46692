module Lwt.FSharp.Tests.Program

open Expecto

// One test at a time: a promise belongs to its thread, and all tests share the hooks and the console of the process.
[<EntryPoint>]
let main args =
    runTestsInAssemblyWithCLIArgs [ Sequenced ] args
