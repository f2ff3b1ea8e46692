/// The peer `fsasync`: F#'s async { } blocks, where they have a counterpart. A pause is a switch to the context of the
/// one thread; there is no pending value that a caller holds and resolves, so the workloads on those are left out.
module Lwt.Bench.Asyncs

open System
open System.Threading
open System.Threading.Tasks
open Lwt.Bench.Peers

let private addOne (a: Async<int>) =
    async {
        let! x = a
        return x + 1
    }

let private returnBind n =
    async {
        let mutable acc = 0

        for i in 1..n do
            let! x = addOne (async.Return i)
            acc <- acc + x

        return acc
    }

let rec private syncRecursion i acc =
    async {
        if i = 0 then
            return acc
        else
            let! x = async.Return i
            return! syncRecursion (i - 1) (acc + x)
    }

let private pause () =
    Async.SwitchToContext SynchronizationContext.Current

let rec private pauseLoop i acc =
    async {
        if i = 0 then
            return acc
        else
            do! pause ()
            return! pauseLoop (i - 1) (acc + i)
    }

let private reject =
    async {
        do! pause ()
        return raise (ExpectedException())
    }

let rec private catchPending i =
    async {
        if i > 0 then
            try
                do! reject
            with :? ExpectedException ->
                ()

            return! catchPending (i - 1)
    }

let private sleepFan n =
    Async.Parallel(List.init n (fun i -> Async.Sleep(int (int64 i * 7919L % 50L))))

let private run (a: Async<'a>) = Async.RunSynchronously a |> ignore

let private onOneThread (a: Async<'a>) =
    SingleThread.Run(fun () -> Async.StartImmediateAsTask a)

let private pauseMany n =
    SingleThread.Run(fun () ->
        Task.WhenAll(Array.init 1000 (fun _ -> Async.StartImmediateAsTask(pauseLoop (n / 1000) 0))))

let front =
    Front(
        "fsasync",
        null,
        [|
            "return_bind", (fun n -> run (returnBind n))
            "sync_recursion", (fun n -> run (syncRecursion n 0))
            "pause_loop", (fun n -> onOneThread (pauseLoop n 0))
            "pause_many", pauseMany
            "sleep_fan", (fun n -> run (sleepFan n))
            "catch_pending", (fun n -> onOneThread (catchPending n))
        |]
        |> Array.map (fun (name, run) -> struct (name, Action<int> run))
    )
