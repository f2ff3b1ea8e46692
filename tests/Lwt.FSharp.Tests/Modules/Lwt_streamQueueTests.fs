/// What is read off a stream is cut off its queue unless somebody may still stand there; nobody must notice.
module Lwt.FSharp.Tests.Lwt_streamQueueTests

open System
open System.Runtime.CompilerServices
open Expecto
open FsCheck
open Lwt.FSharp
open Lwt.Infix

/// One thing that a program does with a stream. The functions that wait for answers ask questions, resolved later.
type Step =
    | Push of int
    | Get
    | Peek
    | NPeek of int
    | NGet of int
    | Junk
    | NJunk of int
    | JunkOld
    | LastNew
    | GetAvailable
    | GetAvailableUpTo of int
    | GetWhile of int
    | GetWhileS
    | JunkWhileS
    | FindS
    | Iter
    | IterReading
    | IterS
    | IterP
    | FoldS
    | Answer of bool
    | Refuse
    | CancelNewest
    | CancelOldest
    | IsEmpty

exception private Refused

/// Runs a program over a stream and tells what came of each step, in the order in which it did.
let private trace (steps: Step list) (pulls: bool) (prepare: int Lwt_stream.t -> unit) : string list =
    let log = ResizeArray<string>()
    let questions = System.Collections.Generic.Queue<bool Lwt.u>()
    let results = ResizeArray<unit -> unit>()

    let ask (element: int) : bool Lwt.t =
        log.Add $"asked {element}"
        let p, r = Lwt.task ()
        questions.Enqueue r
        p

    let pulled, push = Lwt_stream.create ()

    let s =
        if pulls then
            Lwt_stream.from (fun () -> Lwt_stream.get pulled)
        else
            pulled

    prepare s

    let note (i: int) (p: 'a Lwt.t) =
        results.Add(fun () -> Lwt.cancel p)
        Lwt.on_any p (fun v -> log.Add $"{i}: %A{v}") (fun e -> log.Add $"{i}: {e.GetType().Name}")

    let run (i: int) step =
        match step with
        | Push n -> push (Some(abs n % 10))
        | Get -> note i (Lwt_stream.get s)
        | Peek -> note i (Lwt_stream.peek s)
        | NPeek n -> note i (Lwt_stream.npeek (abs n % 4) s)
        | NGet n -> note i (Lwt_stream.nget (abs n % 4) s)
        | Junk -> note i (Lwt_stream.junk s)
        | NJunk n -> note i (Lwt_stream.njunk (abs n % 4) s)
        | JunkOld -> note i (Lwt_stream.junk_old s)
        | LastNew -> note i (Lwt_stream.last_new s)
        | GetAvailable -> log.Add $"{i}: {Lwt_stream.get_available s}"
        | GetAvailableUpTo n -> log.Add $"{i}: {Lwt_stream.get_available_up_to (abs n % 4) s}"
        | GetWhile n -> note i (Lwt_stream.get_while (fun x -> x < abs n % 10) s)
        | GetWhileS -> note i (Lwt_stream.get_while_s ask s)
        | JunkWhileS -> note i (Lwt_stream.junk_while_s ask s)
        | FindS -> note i (Lwt_stream.find_s ask s)
        | Iter -> note i (Lwt_stream.iter (fun x -> log.Add $"{i} saw {x}") s)
        | IterReading ->
            note
                i
                (Lwt_stream.iter
                    (fun x ->
                        log.Add $"{i} saw {x}"

                        if x % 3 = 0 then
                            note i (Lwt_stream.get s)
                        elif x % 3 = 1 then
                            log.Add $"{i} took {Lwt_stream.get_available_up_to 2 s}")
                    s)
        | IterS -> note i (Lwt_stream.iter_s (fun x -> ask x >|= ignore) s)
        | IterP -> note i (Lwt_stream.iter_p (fun x -> ask x >|= ignore) s)
        | FoldS -> note i (Lwt_stream.fold_s (fun x sum -> ask x >|= fun _ -> x + sum) s 0)
        | Answer yes ->
            match questions.TryDequeue() with
            | true, r -> Lwt.wakeup r yes
            | _ -> ()
        | Refuse ->
            match questions.TryDequeue() with
            | true, r -> Lwt.wakeup_exn r Refused
            | _ -> ()
        | CancelNewest ->
            if results.Count > 0 then
                results[results.Count - 1]()
        | CancelOldest ->
            if results.Count > 0 then
                results[0]()
        | IsEmpty -> note i (Lwt_stream.is_empty s)

    List.iteri run steps
    push None
    List.ofSeq log

/// Reads an object off a stream whose queue is old by then, and forgets it.
[<MethodImpl(MethodImplOptions.NoInlining)>]
let private readOne (s: obj Lwt_stream.t) (push: obj option -> unit) (read: (unit -> unit) -> unit) : WeakReference =
    let element = obj ()
    read (fun () -> push (Some element))
    WeakReference element

let private isFreeOnceRead (read: obj Lwt_stream.t -> (unit -> unit) -> unit) =
    let s, push = Lwt_stream.create ()
    let read = read s
    readOne s push read |> ignore
    GC.Collect()
    GC.Collect()

    let elements = [ for _ in 1..3 -> readOne s push read ]

    // The queue's end may hold the last one: the young generation alone is collected.
    GC.Collect 0
    GC.KeepAlive s
    let kept = elements |> List.filter _.IsAlive |> List.length
    Expect.isLessThanOrEqual kept 1 "elements read that are kept by an old one"

[<Tests>]
let queue =
    let config =
        { FsCheckConfig.defaultConfig with
            maxTest = 2000
            endSize = 60
        }

    testList
        "Lwt_stream queue"
        [
            testPropertyWithConfig config "reads the same beside a clone that nobody reads, which keeps all"
            <| fun (steps: Step list) (pulls: bool) ->
                let clones = ResizeArray<int Lwt_stream.t>()
                let kept = trace steps pulls (Lwt_stream.clone >> clones.Add)
                Expect.equal (trace steps pulls ignore) kept "the trace"
            test "what get took is free when the young objects are collected" {
                isFreeOnceRead (fun s add ->
                    add ()
                    Lwt_stream.get s |> ignore)
            }
            test "what get waited for is free when the young objects are collected" {
                isFreeOnceRead (fun s add ->
                    let got = Lwt_stream.get s
                    add ()
                    Expect.isTrue (Lwt.poll got).IsSome "it came")
            }
            test "so is what came after a read that was canceled" {
                isFreeOnceRead (fun s add ->
                    Lwt.cancel (Lwt_stream.get s)
                    let got = Lwt_stream.get s
                    add ()
                    Expect.isTrue (Lwt.poll got).IsSome "it came")
            }
        ]
