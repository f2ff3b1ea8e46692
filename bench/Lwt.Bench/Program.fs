module Lwt.Bench.Program

open System
open Lwt.Bench.Measure

let private usage =
    """usage: Lwt.Bench FRONT [WORKLOAD...] [N] [--alloc] [--cpu] [--quick]
       Lwt.Bench list
       Lwt.Bench growth
       Lwt.Bench compare [--quick] [--cpu] [--ocaml PROGRAM] [--svg FILE] [WORKLOAD...]

FRONT prints NAME N X ns/op for each workload: the best of 5 runs after a warm-up; N overrides the size.
  --alloc   adds the bytes allocated per operation
  --cpu     prints processor time, of all threads, instead of elapsed time
  --quick   best of 3, with a shorter warm-up
list        shows fronts and workloads
growth      shows how cost grows with the number of promises and timers
compare     runs all fronts, and the program built from bench/ocaml, in turns; see bench/compare"""

let private fail message =
    eprintfn "%s\n\n%s" message usage
    exit 2

let private list () =
    printfn "fronts:"

    for front in Workloads.fronts do
        let names = Workloads.names |> List.filter (Workloads.has front)
        printfn "  %-12s %s" front.Name (String.concat " " names)

    printfn "\nworkloads and sizes:"

    for name, size in Workloads.all do
        printfn "  %-18s %9d" name size

let private measure options (flags: Set<string>) (front: Front) n name =
    if name = "pending_memory" then
        printfn "%-18s %9d %10.1f bytes/op" name n (pending (nonNull front.Hold) n)
    else
        let struct (_, run) =
            front.Workloads |> Array.find (fun struct (other, _) -> other = name)

        let figures = workload options run.Invoke n

        let time =
            if flags.Contains "--cpu" then
                figures.Processor
            else
                figures.Elapsed

        let line = $"%-18s{name} %9d{n} %10.1f{time} ns/op"

        printfn
            "%s"
            (if flags.Contains "--alloc" then
                 $"%s{line} %8.1f{figures.Allocated} bytes/op"
             else
                 line)

let private runFront (flags: Set<string>) numbers name wanted =
    match Workloads.fronts |> List.tryFind (fun front -> front.Name = name) with
    | None -> fail $"There is no front {name}."
    | Some front ->
        let options = if flags.Contains "--quick" then quick else standard

        for name in Workloads.names do
            if Workloads.has front name && (List.isEmpty wanted || List.contains name wanted) then
                let n = List.tryHead numbers |> Option.defaultValue (Workloads.size front.Name name)
                measure options flags front n name

/// Removes an option and its value from the arguments and returns the value.
let rec private option name words =
    match words with
    | word :: value :: rest when word = name -> Some value, rest
    | word :: rest ->
        let found, rest = option name rest
        found, word :: rest
    | [] -> None, []

[<EntryPoint>]
let main arguments =
    let ocaml, words = option "--ocaml" (List.ofArray arguments)
    let svg, words = option "--svg" words
    let flags, words = words |> List.partition _.StartsWith("--")
    let flags = Set.ofList flags
    let isNumber (word: string) = fst (Int32.TryParse word)
    let numbers, words = words |> List.partition isNumber

    match Set.toList (flags - set [ "--alloc"; "--cpu"; "--quick" ]) with
    | [] -> ()
    | unknown -> fail $"""Unknown: {String.concat " " unknown}."""

    let checkNames wanted =
        for word in wanted do
            if not (List.contains word Workloads.names) then
                fail $"There is no workload {word}."

    match words with
    | [] -> fail "Which front?"
    | [ "list" ] -> list ()
    | [ "growth" ] -> Growth.run ()
    | "compare" :: wanted ->
        checkNames wanted
        Compare.run (flags.Contains "--quick") (flags.Contains "--cpu") ocaml svg wanted
    | name :: wanted ->
        checkNames wanted
        runFront flags (List.map int numbers) name wanted

    0
