/// How the cost of an operation grows with the number of promises and timers that exist at once.
module Lwt.Bench.Growth

open System
open System.Diagnostics
open Lwt.Core.CompilerServices
open Lwt.FSharp
open Lwt.Infix

let private counts = [ 1; 10; 100; 1_000; 10_000; 100_000; 1_000_000 ]

let private sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

/// n promises pending at once, each bound, then resolved in the order in which they were made.
let private pending n =
    let ps: (int Lwt.t * int Lwt.u) array = Array.init n (fun _ -> Lwt.wait ())
    let qs = ps |> Array.map (fun (p, _) -> p >>= fun x -> Lwt.return' (x + 1))

    for _, r in ps do
        Lwt.wakeup r 0

    GC.KeepAlive qs

/// n callbacks on one promise.
let private callbacks n =
    let p, r = Lwt.wait ()
    let total = ref 0

    for _ in 1..n do
        Lwt.on_success p (fun x -> total.Value <- total.Value + x)

    Lwt.wakeup r 1
    GC.KeepAlive total

/// A chain of n binds on one promise.
let private chain n =
    let p, r = Lwt.wait ()
    let mutable last = p

    for _ in 1..n do
        last <- last >>= fun x -> Lwt.return' (x + 1)

    Lwt.wakeup r 0
    GC.KeepAlive last

/// A join of n.
let private join n =
    let ps = List.init n (fun _ -> Lwt.wait ())
    let j = Lwt.join (List.map fst ps)

    for _, r in ps do
        Lwt.wakeup r ()

    GC.KeepAlive j

/// n sleeps at once.
let private timers n =
    Lwt.join (List.init n (fun i -> sleep (float (int64 i * 7919L % 1000L))))

/// n sleeps at once, cancelled in the order in which they were made.
let private cancelled n =
    let sleeps = List.init n (fun i -> sleep (float (int64 i * 7919L % 1000L)))
    List.iter Lwt.cancel sleeps
    Lwt.return_unit

let private often run repeats n =
    for _ in 1..repeats do
        run n

/// Runs on a virtual clock, so that only the cost of the timers is measured.
let private oftenOnVirtualClock (run: int -> unit Lwt.t) repeats n =
    let rec loop i =
        if i = 0 then
            Lwt.return_unit
        else
            run n >>= fun () -> loop (i - 1)

    Lwt_main.run_virtual (fun () -> loop repeats)

let private operations =
    [
        "wait, bind, wakeup: pending at once", often pending
        "on_success: on one promise", often callbacks
        "bind: in a chain", often chain
        "join: in one", often join
        "sleep: at once", oftenOnVirtualClock timers
        "sleep, cancel: at once", oftenOnVirtualClock cancelled
    ]

/// The best of several runs, each of at least 100,000 operations.
let private measure operation n =
    let repeats = max 1 (100_000 / n)

    let once () =
        GC.Collect()
        let started = Stopwatch.GetTimestamp()
        operation repeats n
        Stopwatch.GetElapsedTime(started).TotalNanoseconds / float (n * repeats)

    List.init 7 (fun _ -> once ()) |> List.min

/// Prints the table.
let run () =
    for _, operation in operations do
        for _ in 1..50 do
            operation 10 1_000

    Threading.Thread.Sleep 200

    printfn "Nanoseconds for each of n.\n"

    printfn
        "%s"
        (Markdown.table
            ("n" :: List.map (fun (n: int) -> n.ToString "N0") counts)
            [
                for name, operation in operations -> name :: [ for n in counts -> (measure operation n).ToString "0" ]
            ])
