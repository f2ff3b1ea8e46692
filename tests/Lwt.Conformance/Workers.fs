/// Interprets the recorded programs of cooperating workers, through the modules of synchronisation.
module Lwt.Conformance.Workers

open System
open System.Collections.Generic
open System.Text.Json
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

exception E of int

let private nameOf (e: exn) =
    match e with
    | E n -> $"E{n}"
    | Lwt.Canceled -> "canceled"
    | Lwt_switch.Off -> "off"
    | Lwt_stream.Empty -> "empty"
    | Lwt_stream.Closed -> "closed"
    | Lwt_stream.Full -> "full"
    | :? KeyNotFoundException -> "not_found"
    | :? ArgumentException
    | :? InvalidOperationException -> "invalid"
    | e -> e.ToString()

let rec private pauses n =
    if n <= 0 then
        Lwt.return_unit
    else
        Lwt.pause () >>= fun () -> pauses (n - 1)

let private ints (l: int list) = $"""[{String.Join(" ", l)}]"""

let private opt = Option.map string >> Option.defaultValue "none"

let private bool (b: bool) = if b then "true" else "false"

let private each (element: JsonElement) = List.ofSeq (element.EnumerateArray())

/// A running program: what its workers share, and their log.
type private Machine() =
    let trace = List<string>()
    let log (line: string) = trace.Add(line.Trim())
    let mutable made = 0
    let mutexes = Array.init 2 (fun _ -> Lwt_mutex.create ())

    let conditions: int Lwt_condition.t[] =
        Array.init 2 (fun _ -> Lwt_condition.create ())

    let mvars: int Lwt_mvar.t[] = [| Lwt_mvar.create_empty (); Lwt_mvar.create 1 |]
    let switches = Array.init 2 (fun _ -> Lwt_switch.create ())

    let streams: (int Lwt_stream.t * (int option -> unit))[] =
        Array.init 2 (fun _ -> Lwt_stream.create ())

    let bounded, bounded_push = Lwt_stream.create_bounded 2
    let current: int Lwt.t[] = Array.create 5 (Lwt.return' 0)
    let shown = Array.create 5 ""

    let make () =
        let x = made
        made <- made + 1
        log $"make {x}"
        Lwt.pause () >|= fun () -> x

    let validate x =
        log $"validate {x}"
        Lwt.return' (x % 5 <> 4)

    let check x ok =
        log $"check {x}"
        ok (x % 3 <> 2)

    let dispose x =
        log $"dispose {x}"
        Lwt.return_unit

    let pools =
        Array.init 2 (fun i ->
            Lwt_pool.create_with (i + 1, make, validate = validate, check = check, dispose = dispose))

    let hook v () =
        log $"hook {v}"
        Lwt.pause () >|= fun () -> log $"hooked {v}"

    member _.Trace = List.ofSeq trace
    member _.Log line = log line

    member this.Steps (w: int) (steps: JsonElement list) : int Lwt.t =
        match steps with
        | [] -> Lwt.return' 0
        | [ s ] -> this.Step w s
        | s :: rest -> this.Step w s >>= fun _ -> this.Steps w rest

    member this.Step (w: int) (s: JsonElement) : int Lwt.t =
        let name = nonNull (s[0].GetString())
        let int i = s[i].GetInt32()
        let steps i = each s[i]

        let as' name (show: 'a -> string) (q: 'a Lwt.t) =
            q
            >|= fun v ->
                log $"w{w} {name} {show v}"
                0

        let did show q = as' name show q
        let unit name q = as' name (fun () -> "") q

        let now (line: string) =
            log $"w{w} {line}"
            Lwt.return' 0

        match name with
        | "pause" -> pauses (int 1) >|= fun () -> 0
        | "fail" ->
            log $"w{w} fail {int 1}"
            Lwt.fail (E(int 1))
        | "lock" -> unit "locked" (Lwt_mutex.lock mutexes[int 1])
        | "unlock" ->
            Lwt_mutex.unlock mutexes[int 1]
            now $"unlocked {int 1}"
        | "with_lock" ->
            Lwt_mutex.with_lock mutexes[int 1] (fun () ->
                log $"w{w} in {int 1}"
                this.Steps w (steps 2))
            |> did string
        | "wait" -> as' "woken" string (Lwt_condition.wait conditions[int 1])
        | "wait_mutex" ->
            let m = mutexes[int 2]

            Lwt_mutex.with_lock m (fun () ->
                Lwt_condition.wait (conditions[int 1], mutex = m)
                >|= fun v -> log $"w{w} got {v}")
            |> unit "waited"
        | "signal" ->
            log $"w{w} signal"
            Lwt_condition.signal conditions[int 1] (int 2)
            Lwt.return' 0
        | "broadcast" ->
            log $"w{w} broadcast"
            Lwt_condition.broadcast conditions[int 1] (int 2)
            Lwt.return' 0
        | "broadcast_exn" ->
            log $"w{w} broadcast_exn"
            Lwt_condition.broadcast_exn conditions[int 1] (E(int 2))
            Lwt.return' 0
        | "put" -> unit "put" (Lwt_mvar.put mvars[int 1] (int 2))
        | "take" -> as' "took" string (Lwt_mvar.take mvars[int 1])
        | "take_available" -> now $"available {opt (Lwt_mvar.take_available mvars[int 1])}"
        | "use" ->
            Lwt_pool.use' pools[int 1] (fun x ->
                log $"w{w} uses {x}"

                pauses (int 2)
                >>= fun () -> if s[3].GetBoolean() then Lwt.fail (E x) else Lwt.return' x)
            |> as' "used" string
        | "pool_clear" -> unit "cleared" (Lwt_pool.clear pools[int 1])
        | "push" -> this.Push(w, int 1, Some(int 2), "pushed", "push")
        | "close" -> this.Push(w, int 1, None, "closed", "close")
        | "get" -> did opt (Lwt_stream.get (fst streams[int 1]))
        | "next" -> did string (Lwt_stream.next (fst streams[int 1]))
        | "peek" -> did opt (Lwt_stream.peek (fst streams[int 1]))
        | "junk" -> unit "junk" (Lwt_stream.junk (fst streams[int 1]))
        | "is_empty" -> did bool (Lwt_stream.is_empty (fst streams[int 1]))
        | "last_new" -> did string (Lwt_stream.last_new (fst streams[int 1]))
        | "junk_old" -> unit "junk_old" (Lwt_stream.junk_old (fst streams[int 1]))
        | "get_available" -> now $"get_available {ints (Lwt_stream.get_available (fst streams[int 1]))}"
        | "nget" -> did ints (Lwt_stream.nget (int 1) (fst streams[int 2]))
        | "bpush" -> unit "bpushed" (bounded_push.push (int 1))
        | "bclose" ->
            bounded_push.close ()
            now "bclosed"
        | "bget" -> did opt (Lwt_stream.get bounded)
        | "add_hook" ->
            Lwt_switch.add_hook (Some switches[int 1]) (hook (int 2))
            Lwt.return' 0
        | "add_hook_or_exec" -> unit "hook_or_exec" (Lwt_switch.add_hook_or_exec (Some switches[int 1]) (hook (int 2)))
        | "check" ->
            Lwt_switch.check (Some switches[int 1])
            now "on"
        | "turn_off" -> unit "turned_off" (Lwt_switch.turn_off switches[int 1])
        | "with_switch" ->
            Lwt_switch.with_switch (fun it ->
                Lwt_switch.add_hook (Some it) (fun () ->
                    log $"hook {int 1}"
                    Lwt.return_unit)

                this.Steps w (steps 2))
            |> did string
        | "cancel" ->
            log $"w{w} cancels {int 1}"
            Lwt.cancel current[int 1]
            Lwt.return' 0
        | "catch" -> Lwt.catch (fun () -> this.Steps w (steps 1)) (fun e -> now $"caught {nameOf e}")
        | "finalize" ->
            Lwt.finalize (fun () -> this.Steps w (steps 1)) (fun () ->
                log $"w{w} finally"
                this.Steps w (steps 2) >|= ignore)
        | "pick"
        | "choose"
        | "npick"
        | "nchoose"
        | "join" -> this.Race w name [ for branch in steps 1 -> each branch ]
        | "each" ->
            let name = nonNull (s[1].GetString())
            this.Each w name [ for x in steps 2 -> x.GetInt32() ]
        | name -> failwith $"unknown step {name}"

    member private _.Push(w: int, i: int, element: int option, pushed: string, push: string) : int Lwt.t =
        try
            snd streams[i] element
            log $"w{w} {pushed}"
        with e ->
            log $"w{w} {push} {nameOf e}"

        Lwt.return' 0

    member private this.Race (w: int) (name: string) (branches: JsonElement list list) : int Lwt.t =
        let ps = branches |> List.mapi (fun i steps -> this.Steps w steps >|= fun _ -> i)

        let resolved = ps |> List.filter (Lwt.is_sleeping >> not)

        let did show q =
            q
            >|= fun v ->
                log $"w{w} {name} {show v}"
                0

        match name with
        | "join" -> did (fun () -> "") (Lwt.join (List.map (fun q -> q >|= ignore) ps))
        | "npick" -> did ints (Lwt.npick ps)
        | "nchoose" -> did ints (Lwt.nchoose ps)
        | _ when resolved.Length >= 2 ->
            log $"w{w} ambiguous"
            Lwt.return' 0
        | "pick" -> did string (Lwt.pick ps)
        | _ -> did string (Lwt.choose ps)

    member private _.Each (w: int) (name: string) (l: int list) : int Lwt.t =
        let visit x =
            log $"w{w} at {x}"
            pauses (x % 3)

        let even x = visit x >|= fun () -> x % 2 = 0
        let succ x = visit x >|= fun () -> x + 1

        let double x =
            visit x >|= fun () -> if x % 2 = 0 then Some(x * 2) else None

        let pair (a, b) = ints a + ints b

        let did show q =
            q
            >|= fun v ->
                log $"w{w} {name} {show v}"
                0

        let unit q = did (fun () -> "") q

        match name with
        | "iter_s" -> unit (Lwt_list.iter_s visit l)
        | "iter_p" -> unit (Lwt_list.iter_p visit l)
        | "map_s" -> did ints (Lwt_list.map_s succ l)
        | "map_p" -> did ints (Lwt_list.map_p succ l)
        | "mapi_s" -> did ints (Lwt_list.mapi_s (fun i x -> succ (x + i)) l)
        | "mapi_p" -> did ints (Lwt_list.mapi_p (fun i x -> succ (x + i)) l)
        | "rev_map_s" -> did ints (Lwt_list.rev_map_s succ l)
        | "rev_map_p" -> did ints (Lwt_list.rev_map_p succ l)
        | "fold_left_s" -> did string (Lwt_list.fold_left_s (fun a x -> succ x >|= fun y -> (a * 31 + y) % 10007) 7 l)
        | "fold_right_s" -> did string (Lwt_list.fold_right_s (fun x a -> succ x >|= fun y -> (a * 31 + y) % 10007) l 7)
        | "for_all_s" -> did bool (Lwt_list.for_all_s even l)
        | "for_all_p" -> did bool (Lwt_list.for_all_p even l)
        | "exists_s" -> did bool (Lwt_list.exists_s even l)
        | "exists_p" -> did bool (Lwt_list.exists_p even l)
        | "find_s" -> did string (Lwt_list.find_s even l)
        | "filter_s" -> did ints (Lwt_list.filter_s even l)
        | "filter_p" -> did ints (Lwt_list.filter_p even l)
        | "filter_map_s" -> did ints (Lwt_list.filter_map_s double l)
        | "filter_map_p" -> did ints (Lwt_list.filter_map_p double l)
        | "partition_s" -> did pair (Lwt_list.partition_s even l)
        | "partition_p" -> did pair (Lwt_list.partition_p even l)
        | name -> failwith $"unknown function of Lwt_list {name}"

    member _.Start (w: int) (start: unit -> int Lwt.t) =
        current[w] <-
            try
                start ()
            with e ->
                Lwt.fail e

    /// Logs the workers whose state has changed since it was last logged.
    member _.Dump() =
        current
        |> Array.iteri (fun w p ->
            let text =
                match Lwt.state p with
                | Lwt.Sleep -> "."
                | Lwt.Return _ -> "done"
                | Lwt.Fail e -> "!" + nameOf e

            if text <> shown[w] then
                shown[w] <- text
                log $"worker {w} {text}")

/// Runs one program from a clean state and returns its trace.
let run (program: JsonElement) : string list =
    Lwt.abandon_paused ()
    let machine = Machine()
    Lwt.async_exception_hook.Value <- fun e -> machine.Log $"async {nameOf e}"

    each (program.GetProperty "workers")
    |> List.iteri (fun w steps ->
        machine.Start w (fun () -> machine.Steps w (each steps))
        machine.Dump())

    let mutable tick = 0

    while tick < 60 && Lwt.paused_count () > 0 do
        tick <- tick + 1
        machine.Log $"tick {tick}"
        Lwt.wakeup_paused ()
        machine.Dump()

    machine.Trace
