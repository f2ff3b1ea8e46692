module Lwt.Conformance.Program

open System
open System.IO
open System.IO.Compression
open System.Text.Json

/// Runs each program of a recorded file and compares the trace; prints the mismatches. True if all passed.
let private check (file: string) (run: JsonElement -> string list) =
    use stream = File.OpenRead file
    use unzipped = new GZipStream(stream, CompressionMode.Decompress)
    use reader = new StreamReader(unzipped)
    let mutable passed = 0
    let mutable failed = 0
    let mutable line = reader.ReadLine()

    while not (isNull line) do
        use document = JsonDocument.Parse line
        let program = document.RootElement
        let seed = program.GetProperty("seed").GetInt32()

        match Trace.compare (Trace.expected program) (Trace.guarded run program) with
        | None -> passed <- passed + 1
        | Some difference ->
            failed <- failed + 1
            printfn $"seed {seed}: {difference}"

        line <- reader.ReadLine()

    printfn $"{passed} passed, {failed} failed"
    failed = 0

[<EntryPoint>]
let main args =
    match args with
    | [| "promises"; file |] -> if check file Promises.run then 0 else 1
    | [| "workers"; file |] -> if check file Workers.run then 0 else 1
    | _ ->
        eprintfn "Usage: Lwt.Conformance (promises|workers) FILE.jsonl.gz"
        2
