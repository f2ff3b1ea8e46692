module Lwt.Conformance.Program

open System
open System.IO
open System.IO.Compression
open System.Text.Json

/// The name of a program's field says which kind of program it is.
let private run (program: JsonElement) : string list =
    match program.TryGetProperty "workers" with
    | true, _ -> Workers.run program
    | _ -> Promises.run program

/// Recorded files are gzipped; a file that somebody shortens by hand need not be.
let private openText (file: string) =
    let stream: Stream = File.OpenRead file

    if file.EndsWith(".gz", StringComparison.Ordinal) then
        new StreamReader(new GZipStream(stream, CompressionMode.Decompress))
    else
        new StreamReader(stream)

/// Runs each program of a recorded file and prints those whose trace differs. Returns how many passed and failed.
let private check (file: string) =
    use reader = openText file
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
            printfn $"{Path.GetFileName file}, seed {seed}: {difference}"

        line <- reader.ReadLine()

    passed, failed

/// The recorded files that come with the suite.
let private stored =
    [ "promises.jsonl.gz"; "crashed.jsonl.gz"; "workers.jsonl.gz" ]
    |> List.map (fun file -> Path.Combine(AppContext.BaseDirectory, "data", file))

[<EntryPoint>]
let main args =
    let files = if args.Length = 0 then stored else List.ofArray args

    match List.tryFind (File.Exists >> not) files with
    | Some missing ->
        eprintfn $"There is no file {missing}."
        eprintfn "Usage: Lwt.Conformance [FILE.jsonl[.gz] ...]; without a file, it runs those of tests/data."
        2
    | None ->
        let results = List.map check files
        let failed = List.sumBy snd results
        printfn $"{List.sumBy fst results} passed, {failed} failed"
        if failed = 0 then 0 else 1
