/// Random programs of waits, handlers and finalizers do the same as blocks and as functions of the module Lwt.
module Lwt.FSharp.Tests.Block.PropertiesTests

open Expecto
open FsCheck
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

/// A program; the numbers identify its parts in the log.
type Program =
    | Value of int
    | Fails of int
    | Raises of int
    | Paused of int
    | Awaits of int
    | Then of Program * int * Program
    | Handles of Program * int * Program
    | Finally of Program * int * Program

/// How many promises a program can await; they are resolved one by one while it runs.
let private sources = 4

let private awaited (ps: int Lwt.t array) n = ps[abs n % sources]

let rec private asBlock log ps program : int Lwt.t =
    let go = asBlock log ps

    match program with
    | Value n -> lwt { return n }
    | Fails n -> lwt { return! Lwt.fail (Boom(string n)) }
    | Raises n -> lwt { return raise (Boom(string n)) }
    | Paused n ->
        lwt {
            do! Lwt.pause ()
            return n
        }
    | Awaits n -> lwt { return! awaited ps n }
    | Then(first, n, second) ->
        lwt {
            let! x = go first
            log $"{n} {x}"
            return! go second
        }
    | Handles(body, n, handler) ->
        lwt {
            try
                return! go body
            with e ->
                log $"{n} {name e}"
                return! go handler
        }
    | Finally(body, n, finalizer) ->
        // A resource whose disposal waits.
        lwt {
            use _ =
                { new System.IAsyncDisposable with
                    member _.DisposeAsync() =
                        log $"{n}"
                        System.Threading.Tasks.ValueTask()
                }

            let! x = go body
            let! _ = go finalizer
            return x
        }

let rec private asFunctions log ps program : int Lwt.t =
    let go = asFunctions log ps

    match program with
    | Value n -> Lwt.return' n
    | Fails n -> Lwt.fail (Boom(string n))
    | Raises n -> Lwt.wrap (fun () -> raise (Boom(string n)))
    | Paused n -> Lwt.bind (Lwt.pause ()) (fun () -> Lwt.return' n)
    | Awaits n -> awaited ps n
    | Then(first, n, second) ->
        Lwt.bind (go first) (fun x ->
            log $"{n} {x}"
            go second)
    | Handles(body, n, handler) ->
        Lwt.catch (fun () -> go body) (fun e ->
            log $"{n} {name e}"
            go handler)
    | Finally(body, n, finalizer) ->
        Lwt.finalize (fun () -> Lwt.bind (go body) (fun x -> Lwt.map (fun _ -> x) (go finalizer))) (fun () ->
            log $"{n}"
            Lwt.return_unit)

/// Runs a program and resolves the promises that it awaits one by one; returns its log and its outcome.
let private observe interpret (program: Program) (cancelAt: int) =
    let log = ResizeArray<string>()

    let main () =
        let pairs = Array.init sources (fun _ -> Lwt.task ())
        let result = interpret log.Add (Array.map fst pairs) program

        let rec resolve i =
            if i < sources then
                if i = cancelAt then
                    log.Add "cancel"
                    Lwt.cancel result

                match i with
                | _ when not (Lwt.is_sleeping (fst pairs[i])) -> ()
                | 1 -> Lwt.wakeup_exn (snd pairs[i]) (Boom "awaited")
                | _ -> Lwt.wakeup (snd pairs[i]) i

                log.Add $"turn {i}"
                Lwt.bind (Lwt.pause ()) (fun () -> resolve (i + 1))
            else
                Lwt.return_unit

        Lwt.bind (resolve 0) (fun () ->
            Lwt.catch (fun () -> Lwt.map string result) (fun e -> Lwt.return' ("#" + name e)))

    let outcome = Lwt_main.run_virtual main
    outcome, List.ofSeq log

[<Tests>]
let tests =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            maxTest = 1000
            endSize = 60
        }
        "lwt block > random programs, do the same as functions of Lwt"
    <| fun (program: Program) (cancelAt: int) ->
        let cancelAt = cancelAt % 6
        Expect.equal (observe asBlock program cancelAt) (observe asFunctions program cancelAt) "outcome and log"
