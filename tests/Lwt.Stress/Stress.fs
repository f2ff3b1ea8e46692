/// Runs the cases in F# and in C#, and reports their results.
module Lwt.Stress.Stress

open System
open System.Collections.Generic
open System.Diagnostics
open Lwt.Core
open Lwt.FSharp

/// The depth, the number of iterations, how long a soak lasts, and the number of idle connections.
type Size =
    {
        Depth: int
        Turns: int
        Soak: TimeSpan
        Idle: int
    }

let full =
    {
        Depth = 1_000_000
        Turns = 10_000_000
        Soak = TimeSpan.FromMinutes 2.
        Idle = 10_000
    }

/// The number of iterations after which a loop has all the memory that it needs.
let private warmTurns = 10_000

/// How many bytes a loop may take in addition after that.
let private allowance = 1L <<< 20

/// How many times new threads use the stacks of threads that have ended.
let private rounds = 10

let private freshLoop () =
    new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))

let private liveHeap () = GC.GetTotalMemory(true)

/// Small, so that an overflow shows.
let private stackSize = 1 <<< 20

/// The smallest stack that programs use for their threads.
let private smallStackSize = 256 <<< 10

/// Runs a function on a new thread, where a case can run a loop.
let private onFreshLoop (stackSize: int) (action: unit -> unit) =
    let mutable error: exn | null = null

    let guarded () =
        try
            action ()
        with e ->
            error <- e

    let thread = Threading.Thread(guarded, stackSize)
    thread.Start()
    thread.Join()

    match error with
    | null -> Ok()
    | e -> Error e

let private depthCase (report: string -> Result<unit, exn> -> TimeSpan -> unit) stackSize name (action: unit -> unit) =
    let begun = Stopwatch.GetTimestamp()
    let result = onFreshLoop stackSize action
    report name result (Stopwatch.GetElapsedTime begun)
    GC.Collect()

let private loopCase turns (say: string -> unit) name (run: (unit -> bool) -> Promise) =
    use loop = freshLoop ()
    let mutable turn = 0
    let mutable warm = 0L
    let mutable last = 0L

    let go () =
        turn <- turn + 1

        if turn = warmTurns then
            warm <- liveHeap ()
        elif turn = turns then
            last <- liveHeap ()

        turn < turns

    loop.RunHere(fun () -> run go)
    say $"{name}: {warm:N0} bytes live after {warmTurns:N0} turns, {last:N0} after {turns:N0}"

    if last - warm > allowance then
        Error(Exception $"grew by {last - warm:N0} bytes")
    else
        Ok()

/// Runs a program that ends its process, in a new process.
let private exitCase (name: string) (expected: string seq) =
    let program = typeof<Lwt.Stress.CSharp.Exits>.Assembly.Location
    let start = ProcessStartInfo("dotnet", [ "exec"; program; name ])
    start.RedirectStandardOutput <- true
    start.RedirectStandardError <- true

    match Process.Start start with
    | null -> Error(Exception "did not start")
    | child ->
        use child = child
        let error = child.StandardError.ReadToEndAsync()
        let output = child.StandardOutput.ReadToEnd()

        if not (child.WaitForExit(TimeSpan.FromMinutes 2.)) then
            child.Kill()
            Error(Exception $"hangs after {output}")
        elif
            child.ExitCode = Lwt.Stress.CSharp.Exits.Code
            && output.ReplaceLineEndings "\n" = String.concat "" [ for line in expected -> line + "\n" ]
        then
            Ok()
        else
            Error(Exception $"code {child.ExitCode}, printed {output}{error.Result}")

/// Runs all cases whose name contains a word; returns how many passed and how many failed.
let run (size: Size) (only: string) (say: string -> unit) : int * int =
    let mutable passed = 0
    let mutable failed = 0

    let report name (result: Result<unit, exn>) (time: TimeSpan) =
        match result with
        | Ok() ->
            passed <- passed + 1
            say $"passed: {name} ({time.TotalSeconds:F2} s)"
        | Error e ->
            failed <- failed + 1
            say $"FAILED: {name}: {e}"

    let wanted (name: string) = name.Contains only

    for name, times, case in Depth.cases do
        let name = $"F#, {name}"

        if wanted name then
            depthCase report stackSize name (fun () -> case (times * size.Depth))

    for name, case in SyncDepth.cases do
        let name = $"F#, {name}"

        if wanted name then
            depthCase report smallStackSize name (fun () -> case size.Depth)

    let csharp stackSize count (cases: IReadOnlyList<struct (string * Action<int>)>) =
        for struct (name, case) in cases do
            let name = $"C#, {name}"

            if wanted name then
                depthCase report stackSize name (fun () -> case.Invoke count)

    csharp stackSize size.Depth Lwt.Stress.CSharp.Depth.Cases
    csharp smallStackSize size.Depth Lwt.Stress.CSharp.SyncDepth.Cases
    csharp smallStackSize (size.Depth / 10) Lwt.Stress.CSharp.StreamDepth.Cases
    csharp stackSize (size.Depth / 10) Lwt.Stress.CSharp.Tasks.Cases
    csharp stackSize rounds Lwt.Stress.CSharp.Stacks.Cases

    let loopOf name (start: (unit -> bool) -> Promise) =
        if wanted name then
            let begun = Stopwatch.GetTimestamp()
            let result = loopCase size.Turns say name start
            report name result (Stopwatch.GetElapsedTime begun)

    for name, start in Loops.cases do
        loopOf $"F#, {name}" (fun go -> start go :> Promise)

    for struct (name, start) in Lwt.Stress.CSharp.Loops.Cases do
        loopOf $"C#, {name}" (fun go -> start.Invoke(Func<bool> go))

    for struct (name, _, expected) in Lwt.Stress.CSharp.Exits.Cases do
        if wanted name then
            let begun = Stopwatch.GetTimestamp()
            report name (exitCase name expected) (Stopwatch.GetElapsedTime begun)

    let onEngine name (case: IEngine -> unit) (make: Func<IEngine>) =
        if wanted name then
            let begun = Stopwatch.GetTimestamp()
            let result = onFreshLoop 0 (fun () -> case (make.Invoke()))
            report name result (Stopwatch.GetElapsedTime begun)

    for struct (engine, make) in Lwt.Stress.CSharp.Soak.Engines do
        make
        |> onEngine $"idle connections on {engine}" (fun engine -> Lwt.Stress.CSharp.Idle.Run(engine, size.Idle, say))

        make
        |> onEngine $"soak on {engine}" (fun engine -> Lwt.Stress.CSharp.Soak.Run(engine, size.Soak, say))

        if OperatingSystem.IsLinux() then
            make
            |> onEngine $"soak of the system on {engine}" (fun engine -> SystemSoak.run engine size.Soak say)

    passed, failed
