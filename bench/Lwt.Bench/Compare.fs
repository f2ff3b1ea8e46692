/// Compares all fronts and OCaml's Lwt on all workloads. On a machine that does other work too, only figures taken one
/// right after the other can be compared: so each ratio is taken within a round, and the median over the rounds is
/// shown.
module Lwt.Bench.Compare

open System
open System.Diagnostics
open System.Globalization
open System.IO

type private Plan =
    {
        Peers: string list
        MaxRounds: int
        // No round begins that would likely end later than this.
        Limit: TimeSpan
        // The number by which the standard sizes are divided.
        Divisor: int
        // sleep_fan measures how timers scale, so it has a size of its own.
        Sleeps: int
        Flags: string list
        ProcessorTime: bool
    }

let private full =
    {
        Peers =
            [
                "ocaml"
                "fsharp"
                "lwt"
                "csharp"
                "linq"
                "task"
                "valuetask"
                "fstask"
                "fsasync"
                "objects"
            ]
        MaxRounds = 5
        Limit = TimeSpan.FromMinutes 27.
        Divisor = 1
        Sleeps = 1_000_000
        Flags = []
        ProcessorTime = false
    }

let private quick =
    {
        Peers = [ "ocaml"; "fsharp"; "lwt"; "csharp"; "linq"; "task"; "objects" ]
        MaxRounds = 2
        Limit = TimeSpan.FromMinutes 4.5
        Divisor = 4
        Sleeps = 100_000
        Flags = [ "--quick" ]
        ProcessorTime = false
    }

/// What one process printed: time for an operation (bytes, for pending_memory), and the bytes that it allocated.
type private Sample =
    { Cost: float; Allocated: float option }

/// Reads NAME N X ns/op [Y bytes/op].
let private parse (output: string) =
    match output.Split([| ' '; '\n' |], StringSplitOptions.RemoveEmptyEntries) with
    | [| _; _; cost; _ |] ->
        {
            Cost = Double.Parse(cost, CultureInfo.InvariantCulture)
            Allocated = None
        }
    | [| _; _; cost; _; allocated; _ |] ->
        {
            Cost = Double.Parse(cost, CultureInfo.InvariantCulture)
            Allocated = Some(Double.Parse(allocated, CultureInfo.InvariantCulture))
        }
    | _ -> failwith $"A benchmark should print one line, but printed: {output}"

let private start (program: string) (arguments: string list) =
    let info = ProcessStartInfo(program, arguments, RedirectStandardOutput = true)
    use running = nonNull (Process.Start info)
    let output = running.StandardOutput.ReadToEnd()
    running.WaitForExit()

    if running.ExitCode <> 0 then
        failwith $"""{program} {String.concat " " arguments} ended with {running.ExitCode}."""

    parse output

/// Starts this program again, in a new process, with other arguments.
let private startSelf arguments =
    let program = nonNull Environment.ProcessPath

    if Path.GetFileNameWithoutExtension program = "dotnet" then
        start program (Path.Combine(AppContext.BaseDirectory, "Lwt.Bench.dll") :: arguments)
    else
        start program arguments

let private sample plan ocaml peer workload =
    let size =
        match workload with
        | "sleep_fan" -> plan.Sleeps
        | "deep_chain"
        | "pending_memory" -> Workloads.size peer workload
        | _ -> Workloads.size peer workload / plan.Divisor

    // Sleeps overlap, so only processor time counts.
    let clock =
        if plan.ProcessorTime || workload = "sleep_fan" then
            [ "--cpu" ]
        else
            []

    let arguments = [ workload; string size ] @ clock @ plan.Flags

    if peer = "ocaml" then
        start ocaml arguments
    else
        startSelf (peer :: "--alloc" :: arguments)

let private canRun ocaml workload peer =
    if peer = "ocaml" then
        Option.isSome ocaml
    else
        Workloads.fronts
        |> List.exists (fun front -> front.Name = peer && Workloads.has front workload)

let private median values =
    let sorted = values |> List.sort |> Array.ofList
    let middle = sorted.Length / 2

    if sorted.Length % 2 = 1 then
        sorted[middle]
    else
        (sorted[middle - 1] + sorted[middle]) / 2.

/// One round: every workload, and for each all peers one after the other, beginning with another one each time.
let private round plan ocaml workloads number =
    [
        for workload in workloads do
            let peers = plan.Peers |> List.filter (canRun ocaml workload)
            let first = number % max 1 peers.Length

            for peer in List.skip first peers @ List.take first peers do
                eprintf "\r\027[Kround %d: %s, %s" (number + 1) workload peer
                (workload, peer), sample plan (Option.defaultValue "" ocaml) peer workload
    ]
    |> Map.ofList

let private rounds plan ocaml workloads =
    let clock = Stopwatch.StartNew()

    let rec go number taken =
        let ahead = clock.Elapsed * (float (number + 1) / float (max 1 number))

        if number = plan.MaxRounds || (number > 0 && ahead > plan.Limit) then
            taken
        else
            go (number + 1) (round plan ocaml workloads number :: taken)

    let taken = go 0 []
    eprintf "\r\027[K"
    taken, clock.Elapsed

/// The median of a figure over the rounds that have it.
let private over rounds f =
    match rounds |> List.choose f with
    | [] -> None
    | values -> Some(median values)

let private cost workload peer (round: Map<string * string, Sample>) =
    Map.tryFind (workload, peer) round |> Option.map _.Cost

let private ratio workload peer basis round =
    Option.map2 (/) (cost workload peer round) (cost workload basis round)

let private number (x: float) =
    x.ToString((if x < 10. then "0.0" else "0"), CultureInfo.InvariantCulture)

let private fraction (x: float) =
    x.ToString("0.00", CultureInfo.InvariantCulture)

let private timeTable rounds peers workloads =
    let cell workload peer =
        let ratioTo basis =
            over rounds (ratio workload peer basis) |> Option.map fraction

        match over rounds (cost workload peer) with
        | None -> ""
        | Some ns when peer = "ocaml" -> number ns
        | Some ns ->
            let ratios =
                [ "ocaml"; "task" ]
                |> List.choose (fun basis ->
                    if List.contains basis peers && basis <> peer then
                        Some(ratioTo basis |> Option.defaultValue "–")
                    else
                        None)

            $"""{number ns} ({String.concat ", " ratios})"""

    Markdown.table
        ("workload" :: peers)
        [ for workload in workloads -> workload :: (peers |> List.map (cell workload)) ]

let private allocationTable rounds peers workloads =
    let peers = peers |> List.filter ((<>) "ocaml")

    let cell workload peer =
        over rounds (fun round -> Map.tryFind (workload, peer) round |> Option.bind _.Allocated)
        |> Option.map (fun bytes -> Math.Round(bytes).ToString "0")
        |> Option.defaultValue ""

    Markdown.table
        ("workload" :: peers)
        [
            for workload in workloads do
                if workload <> "pending_memory" then
                    workload :: (peers |> List.map (cell workload))
        ]

/// Runs the comparison, prints the tables and draws the picture.
let run isQuick processorTime ocaml svg wanted =
    let plan =
        { (if isQuick then quick else full) with
            ProcessorTime = processorTime
        }

    // Workloads that only blocks and task { } have are left out: the fronts lwt and fstask measure them by themselves.
    let workloads =
        Workloads.shared
        |> List.filter (fun name -> List.isEmpty wanted || List.contains name wanted)

    let rounds, elapsed = rounds plan ocaml workloads

    let peers =
        plan.Peers
        |> List.filter (fun peer -> workloads |> List.exists (fun w -> canRun ocaml w peer))

    printfn
        "Nanoseconds of %s per operation (bytes, for pending_memory), and in brackets the ratios to %s: medians of %d rounds in turns, %.0f s.\n"
        (if processorTime then
             "processor time"
         else
             "elapsed time (of processor time, for sleep_fan)")
        (if Option.isSome ocaml then
             "OCaml's Lwt and to Task"
         else
             "Task")
        rounds.Length
        elapsed.TotalSeconds

    printfn "%s" (timeTable rounds peers workloads)
    printfn "\nBytes allocated per operation.\n"
    printfn "%s" (allocationTable rounds peers workloads)

    match svg with
    | None -> ()
    | Some(file: string) ->
        let basis = if Option.isSome ocaml then "ocaml" else "task"

        let bars =
            [
                for workload in workloads ->
                    workload,
                    [
                        for peer in [ "fsharp"; "lwt"; "csharp"; "linq"; "task"; "objects" ] do
                            if peer <> basis then
                                match over rounds (ratio workload peer basis) with
                                | Some r -> peer, r
                                | None -> ()
                    ]
            ]

        File.WriteAllText(file, Chart.draw (if basis = "ocaml" then "OCaml's Lwt" else "Task") bars)
        printfn "\nWrote %s." file
