/// The peer `fstask`: F#'s task { } blocks. Loops are while loops: a for loop inside task { } goes through a sequence.
module Lwt.Bench.Tasks

open System
open System.Threading
open System.Threading.Tasks
open Lwt.Bench.Peers

let private addOne (t: Task<int>) =
    task {
        let! x = t
        return x + 1
    }

let private twice (t: Task<int>) =
    task {
        let! x = t
        return x * 2
    }

let private returnBind n =
    let mutable acc = 0

    for i in 1..n do
        acc <- acc + (addOne (Task.FromResult i)).Result

    GC.KeepAlive acc

// Recursion through task { } takes stack, so programs use a loop.
let private sum n =
    task {
        let mutable acc = 0
        let mutable i = n

        while i > 0 do
            let! x = Task.FromResult i
            acc <- acc + x
            i <- i - 1

        return acc
    }

let private waitBindWakeup n =
    let mutable acc = 0

    for i in 1..n do
        let source = TaskCompletionSource<int>()
        let s = twice (addOne source.Task)
        source.SetResult i
        acc <- acc + s.Result

    GC.KeepAlive acc

let private pauseLoop n =
    task {
        let mutable acc = 0
        let mutable i = n

        while i > 0 do
            do! Task.Yield()
            acc <- acc + i
            i <- i - 1

        return acc
    }

let private many count (start: unit -> Task<'a>) : Task =
    Task.WhenAll(Array.init count (fun _ -> start ()))

let private fanoutJoin n =
    let sources = Array.init n (fun _ -> TaskCompletionSource<int>())
    let total = ref 0

    let add (t: Task<int>) =
        task {
            let! x = t
            total.Value <- total.Value + x
        }

    let all = Task.WhenAll(sources |> Array.map (fun source -> add source.Task))
    sources |> Array.iteri (fun i source -> source.SetResult i)
    all.GetAwaiter().GetResult() |> ignore

let private deepChain n =
    let source = TaskCompletionSource<int>()
    let mutable last = source.Task

    for _ in 1..n do
        last <- addOne last

    source.SetResult 0
    // Where the stack has no room, Task continues in the thread pool.
    if last.GetAwaiter().GetResult() <> n then
        failwith "Each step should have added one."

let private mvarPingPong n =
    let a = TaskFront.CreateChannel 1
    let b = TaskFront.CreateChannel 1

    let ping =
        task {
            let mutable i = n

            while i > 0 do
                do! a.Writer.WriteAsync i
                let! _ = b.Reader.ReadAsync()
                i <- i - 1
        }

    let pong =
        task {
            let mutable i = n

            while i > 0 do
                let! x = a.Reader.ReadAsync()
                do! b.Writer.WriteAsync x
                i <- i - 1
        }

    Task.WhenAll(ping, pong).GetAwaiter().GetResult() |> ignore

let private mutexContention n =
    task {
        use mutex = new SemaphoreSlim(1, 1)
        let count = ref 0

        let loop () =
            task {
                let mutable rounds = n / 100

                while rounds > 0 do
                    do! mutex.WaitAsync()

                    try
                        do! Task.Yield()
                        count.Value <- count.Value + 1
                    finally
                        mutex.Release() |> ignore

                    rounds <- rounds - 1
            }

        do! many 100 loop

        if count.Value <> n / 100 * 100 then
            failwith "Each round should have counted."
    }

let private streamBounded n =
    let channel = TaskFront.CreateChannel 64

    let produce =
        task {
            let mutable i = n

            while i > 0 do
                do! channel.Writer.WriteAsync i
                i <- i - 1

            channel.Writer.Complete()
            return 0
        }

    let consume =
        task {
            let mutable total = 0
            let mutable more = true

            while more do
                let! any = channel.Reader.WaitToReadAsync()
                more <- any
                let mutable x = 0

                while channel.Reader.TryRead(&x) do
                    total <- total + x

            return total
        }

    Task.WhenAll(produce, consume).GetAwaiter().GetResult() |> ignore

let private pickTimeout n =
    task {
        let mutable i = n

        while i > 0 do
            i <- i - 1
            use cancellation = new CancellationTokenSource()
            let timeout = Task.Delay(TimeSpan.FromHours 1., cancellation.Token)
            let work = pauseLoop 1
            let! first = Task.WhenAny(timeout, work)

            if obj.ReferenceEquals(first, timeout) then
                raise (TimeoutException())

            cancellation.Cancel()
            let! _ = work
            ()
    }

let private reject () : Task<unit> =
    task {
        do! Task.Yield()
        raise (ExpectedException())
    }

let private catchPending n =
    task {
        let mutable i = n

        while i > 0 do
            i <- i - 1

            try
                do! reject ()
            with :? ExpectedException ->
                ()
    }

let private blockSource n =
    for i in 1..n do
        let source = TaskCompletionSource<int>()
        source.SetResult i
        GC.KeepAlive source.Task

let private blockSuspend n =
    for i in 1..n do
        let source = TaskCompletionSource<int>()
        let t = addOne source.Task
        source.SetResult i
        GC.KeepAlive t

let private tenBinds (start: int) =
    task {
        let! a = Task.FromResult(start + 1)
        let! b = Task.FromResult(a + 1)
        let! c = Task.FromResult(b + 1)
        let! d = Task.FromResult(c + 1)
        let! e = Task.FromResult(d + 1)
        let! f = Task.FromResult(e + 1)
        let! g = Task.FromResult(f + 1)
        let! h = Task.FromResult(g + 1)
        let! i = Task.FromResult(h + 1)
        let! j = Task.FromResult(i + 1)
        return j
    }

let private blockTenBinds n =
    for i in 1..n do
        GC.KeepAlive(tenBinds i)

let rec private nested depth (source: Task) : Task<int> =
    task {
        if depth = 0 then
            do! source
            return raise (ExpectedException())
        else
            let! x = nested (depth - 1) source
            return x + 1
    }

let private blockReject n =
    for _ in 1..n do
        let source = TaskCompletionSource()

        let top =
            task {
                try
                    return! nested 5 source.Task
                with :? ExpectedException ->
                    return 0
            }

        source.SetResult()
        GC.KeepAlive top.Result

let private hold (slots: obj array) : obj =
    let source = TaskCompletionSource<int>()

    let add i =
        task {
            let! x = source.Task
            return x + i
        }

    for i in 0 .. slots.Length - 1 do
        slots[i] <- add i

    source

let private onOneThread (start: int -> Task) n = SingleThread.Run(fun () -> start n)

let front =
    Front(
        "fstask",
        hold,
        [|
            "return_bind", returnBind
            "sync_recursion", (fun n -> GC.KeepAlive (sum n).Result)
            "wait_bind_wakeup", waitBindWakeup
            "pause_loop", onOneThread (fun n -> pauseLoop n)
            "pause_many", onOneThread (fun n -> many 1000 (fun () -> pauseLoop (n / 1000)))
            "fanout_join", fanoutJoin
            "deep_chain", deepChain
            "mvar_pingpong", mvarPingPong
            "mutex_contention", onOneThread (fun n -> mutexContention n)
            "stream_bounded", streamBounded
            "pick_timeout", onOneThread (fun n -> pickTimeout n)
            "catch_pending", onOneThread (fun n -> catchPending n)
            "block_source", blockSource
            "block_suspend", blockSuspend
            "block_ten_binds", blockTenBinds
            "block_reject", blockReject
        |]
        |> Array.map (fun (name, run) -> struct (name, Action<int> run))
    )
