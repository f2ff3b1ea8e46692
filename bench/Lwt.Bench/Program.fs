module Lwt.Bench.Program

open System
open Lwt.Bench.Measure

/// The workloads and their sizes, as in bench/ocaml/bench.ml.
let private sizes =
    [
        "return_bind", 10_000_000
        "sync_recursion", 10_000_000
        "wait_bind_wakeup", 3_000_000
        "pause_loop", 2_000_000
        "pause_many", 2_000_000
        "fanout_join", 500_000
        "deep_chain", 10_000
        "mvar_pingpong", 1_000_000
        "mutex_contention", 1_000_000
        "stream_bounded", 2_000_000
        "sleep_fan", 100_000
        "pick_timeout", 300_000
        "catch_pending", 1_000_000
        "pending_memory", 500_000
    ]

let private fronts =
    [
        Operators.front
        Fronts.AsyncFront.Front
        Peers.TaskFront.Front
        Peers.ValueTaskFront.Front
        Tasks.front
        Asyncs.front
    ]

/// Where exceptions are thrown rather than passed on, a size for all fronts would take minutes.
let private size (front: Front) (name, standard) =
    if name = "catch_pending" && front.Name <> "fsharp" then
        standard / 20
    else
        standard

let private usage =
    """usage: Lwt.Bench FRONT [WORKLOAD...] [N] [--alloc] [--cpu] [--quick]
       Lwt.Bench list

Prints NAME N X ns/op for each workload: the best of 5 runs after a warm-up; N overrides the size.
  --alloc   adds the bytes allocated per operation
  --cpu     prints processor time, of all threads, instead of elapsed time
  --quick   best of 3, with a shorter warm-up"""

let private fail message =
    eprintfn "%s\n\n%s" message usage
    exit 2

let private list () =
    printfn "fronts:"

    for front in fronts do
        printfn
            "  %-12s %s"
            front.Name
            (front.Workloads |> Array.map (fun struct (name, _) -> name) |> String.concat " ")

    printfn "\nworkloads and sizes:"

    for name, size in sizes do
        printfn "  %-18s %9d" name size

let private measure options (flags: Set<string>) (front: Front) number (name, standardSize) =
    let n = number |> Option.defaultValue (size front (name, standardSize))

    if name = "pending_memory" then
        match front.Hold with
        | null -> ()
        | hold -> printfn "%-18s %9d %10.1f bytes/op" name n (pending hold n)
    else
        match front.Workloads |> Array.tryFind (fun struct (w, _) -> w = name) with
        | None -> ()
        | Some(struct (_, run)) ->
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

[<EntryPoint>]
let main arguments =
    let flags, words = arguments |> List.ofArray |> List.partition _.StartsWith("--")
    let flags = Set.ofList flags
    let isNumber (word: string) = fst (Int32.TryParse word)
    let numbers, words = words |> List.partition isNumber

    match Set.toList (flags - set [ "--alloc"; "--cpu"; "--quick" ]) with
    | [] -> ()
    | unknown -> fail $"""Unknown: {String.concat " " unknown}."""

    match words with
    | [ "list" ] -> list ()
    | [] -> fail "Which front?"
    | name :: wanted ->
        match fronts |> List.tryFind (fun front -> front.Name = name) with
        | None -> fail $"There is no front {name}."
        | Some front ->
            for word in wanted do
                if not (sizes |> List.exists (fun (name, _) -> name = word)) then
                    fail $"There is no workload {word}."

            let options = if flags.Contains "--quick" then quick else standard

            for workload in sizes do
                if wanted.IsEmpty || List.contains (fst workload) wanted then
                    measure options flags front (List.tryHead numbers |> Option.map int) workload

    0
