/// Measures a workload: the best of several runs after a warm-up; the garbage of each run is collected before the next.
module Lwt.Bench.Measure

open System
open System.Diagnostics
open System.Threading

type Options =
    {
        Runs: int
        // How long each stage of the warm-up may take.
        WarmUp: TimeSpan
    }

let standard =
    {
        Runs = 5
        WarmUp = TimeSpan.FromMilliseconds 300.
    }

let quick =
    {
        Runs = 3
        WarmUp = TimeSpan.FromMilliseconds 100.
    }

let private collect () =
    GC.Collect()
    GC.WaitForPendingFinalizers()
    GC.Collect()

/// Warms up: first with small runs, because the JIT compiles a method again after thirty calls (with instrumentation,
/// and then optimized), but only when no new methods were called for 100 ms; one long run would be measured in code
/// that was replaced while it ran. Then with one run at full size, for the garbage collector.
let private warmUp (run: int -> unit) n options =
    for _ in 1..2 do
        let clock = Stopwatch.StartNew()
        let mutable runs = 0

        while runs < 40 && clock.Elapsed < options.WarmUp do
            run (max (min n 10_000) (n / 200))
            runs <- runs + 1

        Thread.Sleep 150

    run n

/// For one operation: ns of elapsed time, ns of processor time on all threads, bytes allocated.
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
    // The first few include what is allocated once: the loop, static fields.
    hold.Invoke(Array.zeroCreate 10) |> ignore
    let slots: obj array = Array.zeroCreate n
    let before = GC.GetTotalMemory true
    let source = hold.Invoke slots
    let after = GC.GetTotalMemory true
    GC.KeepAlive source
    GC.KeepAlive slots
    float (after - before) / float n
