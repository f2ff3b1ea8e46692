/// The front `fsharp`: the module Lwt and its operators, as OCaml programs are written.
module Lwt.Bench.Operators

open System
open Lwt.Core.CompilerServices
open Lwt.FSharp
open Lwt.Infix

exception Expected

// In OCaml an exception without arguments is one value, made once.
let private expected: exn = Expected

let private sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

let private value (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Return x -> x
    | _ -> failwith "The promise should be fulfilled."

let private returnBind n =
    let mutable acc = 0

    for i in 1..n do
        acc <- acc + value (Lwt.return' i >>= fun x -> Lwt.return' (x + 1))

    GC.KeepAlive acc

let private syncRecursion n =
    let rec loop i acc =
        if i = 0 then
            Lwt.return' acc
        else
            Lwt.return' i >>= fun x -> loop (i - 1) (acc + x)

    // Lwt_main.run rather than Lwt.state: without tail calls, the loop does the rest where the stack had no room.
    GC.KeepAlive(Lwt_main.run (loop n 0))

let private waitBindWakeup n =
    let mutable acc = 0

    for i in 1..n do
        let p, r = Lwt.wait ()
        let q = p >>= fun x -> Lwt.return' (x + 1)
        let s = q >|= fun x -> x * 2
        Lwt.wakeup r i
        acc <- acc + value s

    GC.KeepAlive acc

let private pauseLoop n =
    let rec loop i acc =
        if i = 0 then
            Lwt.return' acc
        else
            Lwt.pause () >>= fun () -> loop (i - 1) (acc + i)

    GC.KeepAlive(Lwt_main.run (loop n 0))

let private pauseMany n =
    let rec loop i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt.pause () >>= fun () -> loop (i - 1)

    Lwt_main.run (Lwt.join (List.init 1000 (fun _ -> loop (n / 1000))))

let private fanoutJoin n =
    let ps: (int Lwt.t * int Lwt.u) array = Array.init n (fun _ -> Lwt.wait ())
    let total = ref 0
    let j = Lwt.join [ for p, _ in ps -> p >|= fun x -> total.Value <- total.Value + x ]
    ps |> Array.iteri (fun i (_, r) -> Lwt.wakeup r i)
    value j

let private deepChain n =
    let p, r = Lwt.wait ()

    let rec build i q =
        if i = 0 then
            q
        else
            build (i - 1) (q >>= fun x -> Lwt.return' (x + 1))

    let last = build n p
    Lwt.wakeup r 0

    if value last <> n then
        failwith "Each bind should have added one."

let private mvarPingPong n =
    let a = Lwt_mvar.create_empty ()
    let b = Lwt_mvar.create_empty ()

    let rec ping i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt_mvar.put a i >>= fun () -> Lwt_mvar.take b >>= fun _ -> ping (i - 1)

    let rec pong i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt_mvar.take a >>= fun (x: int) -> Lwt_mvar.put b x >>= fun () -> pong (i - 1)

    Lwt_main.run (Lwt.join [ ping n; pong n ])

let private mutexContention n =
    let m = Lwt_mutex.create ()
    let count = ref 0

    let rec loop i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt_mutex.with_lock m (fun () -> Lwt.pause () >|= fun () -> count.Value <- count.Value + 1)
            >>= fun () -> loop (i - 1)

    Lwt_main.run (Lwt.join (List.init 100 (fun _ -> loop (n / 100))))

    if count.Value <> n / 100 * 100 then
        failwith "Each round should have counted."

let private streamBounded n =
    let s, push = Lwt_stream.create_bounded 64

    let rec produce i =
        if i = 0 then
            push.close ()
            Lwt.return_unit
        else
            push.push i >>= fun () -> produce (i - 1)

    let total = ref 0

    let rec consume () =
        Lwt_stream.get s
        >>= function
            | None -> Lwt.return_unit
            | Some x ->
                total.Value <- total.Value + x
                consume ()

    Lwt_main.run (Lwt.join [ produce n; consume () ])

let private sleepFan n =
    Lwt_main.run (Lwt.join (List.init n (fun i -> sleep (float (int64 i * 7919L % 50L) / 1000.))))

let private pickTimeout n =
    let rec loop i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt.pick [ (sleep 3600. >|= fun () -> None); (Lwt.pause () >|= fun () -> Some i) ]
            >>= fun _ -> loop (i - 1)

    Lwt_main.run (loop n)

let private catchPending n =
    let rec loop i =
        if i = 0 then
            Lwt.return_unit
        else
            Lwt.catch (fun () -> Lwt.pause () >>= fun () -> Lwt.fail expected) (fun _ -> Lwt.return_unit)
            >>= fun () -> loop (i - 1)

    Lwt_main.run (loop n)

let private hold (slots: obj array) : obj =
    let p, r = Lwt.wait ()

    for i in 0 .. slots.Length - 1 do
        slots[i] <- p >>= fun x -> Lwt.return' (x + i)

    box r

let front =
    Front(
        "fsharp",
        hold,
        [|
            "return_bind", returnBind
            "sync_recursion", syncRecursion
            "wait_bind_wakeup", waitBindWakeup
            "pause_loop", pauseLoop
            "pause_many", pauseMany
            "fanout_join", fanoutJoin
            "deep_chain", deepChain
            "mvar_pingpong", mvarPingPong
            "mutex_contention", mutexContention
            "stream_bounded", streamBounded
            "sleep_fan", sleepFan
            "pick_timeout", pickTimeout
            "catch_pending", catchPending
        |]
        |> Array.map (fun (name, run) -> struct (name, Action<int> run))
    )
