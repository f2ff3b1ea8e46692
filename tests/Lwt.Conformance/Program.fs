module Lwt.Conformance.Program

open System
open System.IO
open System.IO.Compression
open System.Text.Json

/// Runs each program of a recorded file and compares the trace; prints the mismatches. Gives how many passed and failed.
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

    passed, failed

let private runnerOf suite =
    match suite with
    | "workers" -> Workers.run
    | _ -> Promises.run

/// The recorded files that come with the suite, and what runs them.
let private recorded =
    [
        "promises", "promises.jsonl.gz"
        "promises", "crashed.jsonl.gz"
        "workers", "workers.jsonl.gz"
    ]
    |> List.map (fun (suite, file) -> suite, Path.Combine(AppContext.BaseDirectory, "data", file))

let private checkAll (suites: (string * string) list) =
    let results = [ for suite, file in suites -> check file (runnerOf suite) ]
    let failed = List.sumBy snd results
    printfn $"{List.sumBy fst results} passed, {failed} failed"
    if failed = 0 then 0 else 1

[<EntryPoint>]
let main args =
    match args with
    | [||] -> checkAll recorded
    | [| "promises" | "workers" as suite; file |] -> checkAll [ suite, file ]
    | _ ->
        eprintfn "Usage: Lwt.Conformance [(promises|workers) FILE.jsonl.gz]"
        2
