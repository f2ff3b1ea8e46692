/// One workload of bench/calls: Lwt.Bench.Calls PEER WORKLOAD N. Prints the nanoseconds of elapsed and of processor time of
/// one call.
module Lwt.Bench.Calls.Program

open System
open System.Diagnostics
open System.IO
open System.Runtime.InteropServices
open System.Threading.Tasks
open Lwt.FSharp

let private withFile (f: string -> 'a) : 'a =
    let path = Path.GetTempFileName()
    File.WriteAllBytes(path, Array.zeroCreate 4096)

    try
        f path
    finally
        File.Delete path

let private check count =
    if count <> 4096 then
        failwith $"{count} bytes of 4096"

/// The calls of Lwt.Net.
let private promises (workload: string) : unit -> unit Lwt.t =
    match workload with
    | "detach" -> fun () -> Lwt_preemptive.detach ignore ()
    | "pread" ->
        let fd =
            withFile (fun path -> Lwt_main.run (Lwt_unix.openfile path [ Unix.O_RDONLY ] 0))

        let block = Array.zeroCreate 4096
        fun () -> Lwt.map check (Lwt_unix.pread fd block 0L 0 4096)
    | "spawn" -> fun () -> Lwt.map ignore (Lwt_process.exec ("", [| "/bin/true" |]))
    | other -> failwith other

/// The same by .NET's own.
let private tasks (workload: string) : unit -> Task =
    match workload with
    | "detach" -> fun () -> Task.Run(ignore: unit -> unit)
    | "pread" ->
        let handle =
            withFile (fun path -> File.OpenHandle(path, options = FileOptions.Asynchronous))

        let block = Array.zeroCreate<byte> 4096

        fun () ->
            task {
                let! count = RandomAccess.ReadAsync(handle, block.AsMemory(), 0L)
                check count
            }
    | "spawn" ->
        fun () ->
            task {
                use child = Process.Start "/bin/true"
                do! child.WaitForExitAsync()
            }
    | other -> failwith other

let private repeatPromises (call: unit -> unit Lwt.t) (n: int) : unit =
    let rec go n =
        if n = 0 then
            Lwt.return_unit
        else
            Lwt.bind (call ()) (fun () -> go (n - 1))

    Lwt_main.run (go n)

let private repeatTasks (call: unit -> Task) (n: int) : unit =
    let all =
        task {
            for _ in 1..n do
                do! call ()
        }

    all.Wait()

[<DllImport "libc">]
extern int64 times(int64[] fourFigures)

[<DllImport "libc">]
extern int64 sysconf(int name)

/// Of this process and of its children that have ended.
let private processor () : float =
    let figures = Array.zeroCreate<int64> 4
    times figures |> ignore
    float (Array.sum figures) / float (sysconf 2)

[<EntryPoint>]
let main args =
    let repeat =
        match args[0] with
        | "lwt.net" -> repeatPromises (promises args[1])
        | ".net" -> repeatTasks (tasks args[1])
        | other -> failwith other

    let n = int args[2]
    // Until the JIT compiler has finished.
    let warm = Stopwatch.StartNew()

    while warm.ElapsedMilliseconds < 2000L do
        repeat (max 1 (n / 10))

    let clock, used = Stopwatch.StartNew(), processor ()
    repeat n
    let per total = total * 1e9 / float n
    printfn "%.0f %.0f" (per clock.Elapsed.TotalSeconds) (per (processor () - used))
    0
