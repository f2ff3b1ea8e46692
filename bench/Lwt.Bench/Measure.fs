/// How a workload is measured: the best of several runs after a warm-up, with the garbage of the last run collected.
module Lwt.Bench.Measure

open System
open System.Diagnostics
open System.Threading

/// What the figures are to be: ns of elapsed time, ns of processor time (all threads), bytes allocated; per operation.
type Metric =
    | Elapsed
    | Processor
    | Allocated

type Options =
    {
        Runs: int
        // Short workloads warm up again and again for this long, so that the JIT compiler is done with its tiers.
        WarmUp: TimeSpan
    }

let standard =
    {
        Runs = 5
        WarmUp = TimeSpan.FromMilliseconds 500.
    }

let quick =
    {
        Runs = 3
        WarmUp = TimeSpan.FromMilliseconds 250.
    }

let private collect () =
    GC.Collect()
    GC.WaitForPendingFinalizers()
    GC.Collect()

let private warmUp (run: int -> unit) n options =
    let clock = Stopwatch.StartNew()
    run n

    while clock.Elapsed < options.WarmUp do
        run n
        // The tier-1 compiler waits until no new method has turned up for 100 ms.
        Thread.Sleep 20

type Figures =
    {
        Elapsed: float
        Processor: float
        Allocated: float
    }

let private once (run: int -> unit) n =
    collect ()
    let allocated = GC.GetTotalAllocatedBytes true
    let processor = Environment.CpuUsage.TotalTime
    let started = Stopwatch.GetTimestamp()
    run n
    let elapsed = Stopwatch.GetElapsedTime started
    let processor = Environment.CpuUsage.TotalTime - processor
    let allocated = GC.GetTotalAllocatedBytes true - allocated

    {
        Elapsed = elapsed.TotalNanoseconds / float n
        Processor = processor.TotalNanoseconds / float n
        Allocated = float allocated / float n
    }

/// Time and memory for each operation, the best of each over all runs.
let workload options (run: int -> unit) n =
    warmUp run n options
    let runs = List.init options.Runs (fun _ -> once run n)

    {
        Elapsed = runs |> List.map _.Elapsed |> List.min
        Processor = runs |> List.map _.Processor |> List.min
        Allocated = runs |> List.map _.Allocated |> List.min
    }

/// Bytes that each of n pending promises takes, with its callback and the closure in it.
let pending (hold: Func<obj array, obj>) n =
    // The first few hold what is made once: the loop, static fields.
    hold.Invoke(Array.zeroCreate 10) |> ignore
    let slots: obj array = Array.zeroCreate n
    let before = GC.GetTotalMemory true
    let source = hold.Invoke slots
    let after = GC.GetTotalMemory true
    GC.KeepAlive source
    GC.KeepAlive slots
    float (after - before) / float n
