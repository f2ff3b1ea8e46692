/// The front `lwt`: blocks lwt { }, with loops where F# programs have loops.
module Lwt.Bench.Blocks

open System
open Lwt.Core.CompilerServices
open Lwt.FSharp

exception Expected

// In OCaml an exception without arguments is one value, made once.
let private expected: exn = Expected

let private sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

let private value (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Return x -> x
    | _ -> failwith "The promise should be fulfilled."

let private addOne (p: int Lwt.t) =
    lwt {
        let! x = p
        return x + 1
    }

let private twice (p: int Lwt.t) =
    lwt {
        let! x = p
        return x * 2
    }

let private returnBind n =
    let mutable acc = 0

    for i in 1..n do
        acc <- acc + value (addOne (Lwt.return' i))

    GC.KeepAlive acc

let rec private syncRecursion i acc =
    lwt {
        if i = 0 then
            return acc
        else
            let! x = Lwt.return' i
            return! syncRecursion (i - 1) (acc + x)
    }

let private waitBindWakeup n =
    let mutable acc = 0

    for i in 1..n do
        let p, r = Lwt.wait ()
        let s = twice (addOne p)
        Lwt.wakeup r i
        acc <- acc + value s

    GC.KeepAlive acc

let private pauseLoop n =
    lwt {
        let mutable acc = 0
        let mutable i = n

        while i > 0 do
            do! Lwt.pause ()
            acc <- acc + i
            i <- i - 1

        return acc
    }

let private pauseTimes n =
    lwt {
        let mutable i = n

        while i > 0 do
            do! Lwt.pause ()
            i <- i - 1
    }

let private fanoutJoin n =
    let ps: (int Lwt.t * int Lwt.u) array = Array.init n (fun _ -> Lwt.wait ())
    let total = ref 0

    let add (p: int Lwt.t) =
        lwt {
            let! x = p
            total.Value <- total.Value + x
        }

    let j = Lwt.join [ for p, _ in ps -> add p ]
    ps |> Array.iteri (fun i (_, r) -> Lwt.wakeup r i)
    value j

let private deepChain n =
    let p, r = Lwt.wait ()
    let mutable last = p

    for _ in 1..n do
        last <- addOne last

    Lwt.wakeup r 0

    if value last <> n then
        failwith "Each block should have added one."

let private mvarPingPong n =
    let a = Lwt_mvar.create_empty ()
    let b = Lwt_mvar.create_empty ()

    let ping =
        lwt {
            let mutable i = n

            while i > 0 do
                do! Lwt_mvar.put a i
                let! _ = Lwt_mvar.take b
                i <- i - 1
        }

    let pong =
        lwt {
            let mutable i = n

            while i > 0 do
                let! (x: int) = Lwt_mvar.take a
                do! Lwt_mvar.put b x
                i <- i - 1
        }

    Lwt_main.run (Lwt.join [ ping; pong ])

let private mutexContention n =
    let m = Lwt_mutex.create ()
    let count = ref 0

    let loop () =
        lwt {
            let mutable rounds = n / 100

            while rounds > 0 do
                do!
                    Lwt_mutex.with_lock m (fun () ->
                        lwt {
                            do! Lwt.pause ()
                            count.Value <- count.Value + 1
                        })

                rounds <- rounds - 1
        }

    Lwt_main.run (Lwt.join (List.init 100 (fun _ -> loop ())))

    if count.Value <> n / 100 * 100 then
        failwith "Each round should have counted."

let private streamBounded n =
    let s, push = Lwt_stream.create_bounded 64

    let produce =
        lwt {
            let mutable i = n

            while i > 0 do
                do! push.push i
                i <- i - 1

            push.close ()
        }

    let consume =
        lwt {
            let mutable total = 0
            let mutable more = true

            while more do
                match! Lwt_stream.get s with
                | None -> more <- false
                | Some x -> total <- total + x
        }

    Lwt_main.run (Lwt.join [ produce; consume ])

let private sleepFan n =
    Lwt_main.run (Lwt.join (List.init n (fun i -> sleep (float (int64 i * 7919L % 50L) / 1000.))))

let private timeout: unit -> int option Lwt.t =
    fun () ->
        lwt {
            do! sleep 3600.
            return None
        }

let private work i =
    lwt {
        do! Lwt.pause ()
        return Some i
    }

let private pickTimeout n =
    lwt {
        let mutable i = n

        while i > 0 do
            let! _ = Lwt.pick [ timeout (); work i ]
            i <- i - 1
    }

let private reject () =
    lwt {
        do! Lwt.pause ()
        do! Lwt.fail expected
    }

let private catchPending n =
    lwt {
        let mutable i = n

        while i > 0 do
            try
                do! reject ()
            with Expected ->
                ()

            i <- i - 1
    }

// What a block itself costs: without suspension, with one, with ten binds that never wait, with a rejection through
// five.

let private blockSource n =
    for i in 1..n do
        let p, r = Lwt.wait ()
        Lwt.wakeup r i
        GC.KeepAlive p

let private blockSuspend n =
    for i in 1..n do
        let p, r = Lwt.wait ()
        let q = addOne p
        Lwt.wakeup r i
        GC.KeepAlive q

let private tenBinds (start: int) =
    lwt {
        let! a = Lwt.return' (start + 1)
        let! b = Lwt.return' (a + 1)
        let! c = Lwt.return' (b + 1)
        let! d = Lwt.return' (c + 1)
        let! e = Lwt.return' (d + 1)
        let! f = Lwt.return' (e + 1)
        let! g = Lwt.return' (f + 1)
        let! h = Lwt.return' (g + 1)
        let! i = Lwt.return' (h + 1)
        let! j = Lwt.return' (i + 1)
        return j
    }

let private blockTenBinds n =
    for i in 1..n do
        GC.KeepAlive(tenBinds i)

let rec private nested depth (p: unit Lwt.t) =
    lwt {
        if depth = 0 then
            do! p
            return! Lwt.fail Expected
        else
            let! x = nested (depth - 1) p
            return x + 1
    }

let private blockReject n =
    for _ in 1..n do
        let p, r = Lwt.wait ()

        let top =
            lwt {
                try
                    return! nested 5 p
                with Expected ->
                    return 0
            }

        Lwt.wakeup r ()
        GC.KeepAlive(value top)

let private hold (slots: obj array) : obj =
    let p, r = Lwt.wait ()

    let add i =
        lwt {
            let! x = p
            return x + i
        }

    for i in 0 .. slots.Length - 1 do
        slots[i] <- add i

    box r

let front =
    Front(
        "lwt",
        hold,
        [|
            "return_bind", returnBind
            "sync_recursion", (fun n -> GC.KeepAlive(Lwt_main.run (syncRecursion n 0)))
            "wait_bind_wakeup", waitBindWakeup
            "pause_loop", (fun n -> GC.KeepAlive(Lwt_main.run (pauseLoop n)))
            "pause_many", (fun n -> Lwt_main.run (Lwt.join (List.init 1000 (fun _ -> pauseTimes (n / 1000)))))
            "fanout_join", fanoutJoin
            "deep_chain", deepChain
            "mvar_pingpong", mvarPingPong
            "mutex_contention", mutexContention
            "stream_bounded", streamBounded
            "sleep_fan", sleepFan
            "pick_timeout", (fun n -> Lwt_main.run (pickTimeout n))
            "catch_pending", (fun n -> Lwt_main.run (catchPending n))
            "block_source", blockSource
            "block_suspend", blockSuspend
            "block_ten_binds", blockTenBinds
            "block_reject", blockReject
        |]
        |> Array.map (fun (name, run) -> struct (name, Action<int> run))
    )
