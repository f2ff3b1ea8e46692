/// Many elements through streams: the live heap must not grow. LWT_STRESS=10000000 sets how many.
module Lwt.FSharp.Tests.Lwt_streamStressTests

open System
open System.Diagnostics
open Expecto
open Lwt.FSharp
open Lwt.Infix

let private count =
    match Environment.GetEnvironmentVariable "LWT_STRESS" with
    | null
    | "" -> 300_000
    | text -> int text

/// The live heap, in bytes, after a tenth of the elements of a stream, and at its end.
let private heapAlong (expected: int) (make: unit -> int Lwt_stream.t) =
    let mutable early = 0L
    let mutable late = 0L
    let mutable seen = 0

    Lwt_main.run_virtual (fun () ->
        Lwt_stream.iter
            (fun _ ->
                seen <- seen + 1

                if seen = expected / 10 then
                    early <- GC.GetTotalMemory true
                elif seen = expected then
                    late <- GC.GetTotalMemory true)
            (make ()))

    Expect.equal seen expected "all elements"
    early, late

/// How much the heap may grow. Code that is not optimised keeps what its variables held until its methods return, and
/// so a walk that never waits keeps the elements behind it.
let private slack =
    let debuggable =
        typeof<Lwt.Core.EventLoop>.Assembly.GetCustomAttributes(typeof<DebuggableAttribute>, false)

    match debuggable with
    | [| :? DebuggableAttribute as d |] when d.IsJITOptimizerDisabled -> 64L * int64 count
    | _ -> 100_000L

let private flat (name: string) (early: int64, late: int64) =
    if count > 300_000 then
        printfn $"{name}: {count} elements, live heap {early} bytes early, {late} bytes late"

    Expect.isLessThan (late - early) slack "bytes that the live heap grew by"

/// A stream whose writer feeds it while it is read.
let private written (push: int -> unit Lwt.t) (close: unit -> unit) =
    let rec write i =
        if i > count then
            close ()
            Lwt.return_unit
        else
            push i >>= fun () -> write (i + 1)

    Lwt.async (fun () -> write 1)

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Streams in constant memory"
        [
            test "bounded push, map_s with pauses, filter" {
                let make () =
                    let s, push = Lwt_stream.create_bounded 64
                    written push.push push.close

                    s
                    |> Lwt_stream.map_s (fun x ->
                        if x % 64 = 0 then
                            Lwt.pause () >|= fun () -> x
                        else
                            Lwt.return' x)
                    |> Lwt_stream.filter (fun x -> x % 2 = 0)

                flat "bounded push, map_s, filter" (heapAlong (count / 2) make)
            }
            test "push, each read waiting" {
                let make () =
                    let s, push = Lwt_stream.create ()
                    written (fun x -> Lwt.pause () >|= fun () -> push (Some x)) (fun () -> push None)
                    s

                flat "push, each read waiting" (heapAlong count make)
            }
            test "from_direct, map, concat, never waiting" {
                let make () =
                    let next = ref 0

                    Lwt_stream.from_direct (fun () ->
                        next.Value <- next.Value + 1
                        if next.Value > count then None else Some next.Value)
                    |> Lwt_stream.map (fun x -> Lwt_stream.of_list [ x ])
                    |> Lwt_stream.concat

                flat "from_direct, map, concat" (heapAlong count make)
            }
            test "clone, unread and held, keeps what the other read" {
                let read (hold: bool) =
                    let s =
                        Lwt_stream.from_direct (
                            let i = ref 0 in

                            fun () ->
                                i.Value <- i.Value + 1
                                Some i.Value
                        )

                    let c = if hold then Lwt_stream.clone s else s
                    let before = GC.GetTotalMemory true
                    let read = Lwt_stream.njunk 100_000 s
                    let grown = GC.GetTotalMemory true - before
                    Expect.equal (Lwt.poll read) (Some()) "read"
                    Expect.equal (Lwt.poll (Lwt_stream.get c)) (Some(Some(if hold then 1 else 100_001))) "its own place"
                    grown

                Expect.isGreaterThan (read true) 1_000_000L "the clone's elements"
                Expect.isLessThan (read false) 100_000L "nothing without a clone"
            }
        ]
