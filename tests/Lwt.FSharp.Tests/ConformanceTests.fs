/// Runs the programs recorded on OCaml's Lwt and compares their traces, callback by callback.
module Lwt.FSharp.Tests.ConformanceTests

open System.IO
open System.IO.Compression
open System.Text.Json
open Expecto
open Lwt.FSharp
open Lwt.Conformance

let private lines (file: string) =
    [
        use stream = File.OpenRead(Path.Combine(System.AppContext.BaseDirectory, file))
        use unzipped = new GZipStream(stream, CompressionMode.Decompress)
        use reader = new StreamReader(unzipped)

        while not reader.EndOfStream do
            reader.ReadLine()
    ]

/// Programs on which OCaml's Lwt crashed have no recorded trace: they only have to end.
let private differences (file: string) (runner: JsonElement -> string list) =
    let hook = Lwt.async_exception_hook.Value

    try
        [
            for line in lines file do
                use document = JsonDocument.Parse(nonNull line)
                let program = document.RootElement
                let seed = program.GetProperty("seed").GetInt32()

                match Trace.compare (Trace.expected program) (Trace.guarded runner program) with
                | None -> ()
                | Some difference -> $"seed {seed}: {difference}"
        ]
    finally
        Lwt.async_exception_hook.Value <- hook

[<Tests>]
let tests =
    // These tests set the async exception hook of the process.
    testSequenced
    <| testList
        "recorded programs"
        [
            test "promises, as real Lwt" {
                Expect.isGreaterThan (lines "promises.jsonl.gz").Length 1000 "there are programs to run"
                Expect.isEmpty (differences "promises.jsonl.gz" Promises.run) "no trace differs"
            }
            test "workers, as real Lwt" {
                Expect.isGreaterThan (lines "workers.jsonl.gz").Length 1000 "there are programs to run"
                Expect.isEmpty (differences "workers.jsonl.gz" Workers.run) "no trace differs"
            }
            test "crashed in real Lwt, end here" {
                Expect.isNonEmpty (lines "crashed.jsonl.gz") "there are programs to run"
                Expect.isEmpty (differences "crashed.jsonl.gz" Promises.run) "all end"
            }
        ]
