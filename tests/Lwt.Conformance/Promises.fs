/// Interprets the recorded programs on promises, through the module Lwt.
module Lwt.Conformance.Promises

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
    | :? ArgumentException
    | :? InvalidOperationException -> "invalid"
    | e -> e.ToString()

let private fold = List.fold (fun acc x -> (acc * 31 + x) % 1000003) 7

/// A running program: its registers and its log.
type private Machine() =
    let promises = SortedDictionary<int, int Lwt.t>()
    let resolvers = Dictionary<int, int Lwt.u>()
    let shown = Dictionary<int, string>()
    let keys: int Lwt.key[] = [| Lwt.new_key (); Lwt.new_key () |]
    let trace = List<string>()
    let log line = trace.Add line

    let get r =
        match promises.TryGetValue r with
        | true, p -> p
        | _ -> Lwt.return' 0

    let stateText p =
        match Lwt.state p with
        | Lwt.Return v -> string v
        | Lwt.Fail e -> "!" + nameOf e
        | Lwt.Sleep -> "."

    member _.Trace = List.ofSeq trace

    member _.Log line = log line

    member this.Run(op: JsonElement) : unit =
        let int i = op[i].GetInt32()
        let reg i = get (int i)

        let regs i =
            [ for r in op[i].EnumerateArray() -> get (r.GetInt32()) ]

        let set p = promises[int 1] <- p

        let ops i =
            [ for o in op[i].EnumerateArray() -> o ]

        match op[0].GetString() with
        | "wait" ->
            let p, r = Lwt.wait ()
            set p
            resolvers[int 1] <- r
        | "task" ->
            let p, r = Lwt.task ()
            set p
            resolvers[int 1] <- r
        | "return" -> set (Lwt.return' (int 2))
        | "fail" -> set (Lwt.fail (E(int 2)))
        | "pause" -> set (Lwt.pause () >|= fun () -> 1)
        | "bind" -> set (Lwt.bind (reg 2) (this.Value op[3]))
        | "map" -> set (Lwt.map (this.Plain op[3]) (reg 2))
        | "catch" -> set (Lwt.catch (this.Body op[2]) (this.Handler op[3]))
        | "try_bind" -> set (Lwt.try_bind (this.Body op[2]) (this.Value op[3]) (this.Handler op[4]))
        | "finalize" -> set (Lwt.finalize (this.Body op[2]) (fun () -> this.Body op[3] () >|= ignore))
        | "both" -> set (Lwt.both (reg 2) (reg 3) >|= fun (x, y) -> fold [ x; y ])
        | "join" -> set (Lwt.join (List.map (fun q -> q >|= ignore) (regs 2)) >|= fun () -> 2)
        | "all" -> set (Lwt.all (regs 2) >|= fold)
        | "choose" -> set (this.Unambiguous(Lwt.choose, regs 2))
        | "pick" -> set (this.Unambiguous(Lwt.pick, regs 2))
        | "nchoose" -> set (Lwt.nchoose (regs 2) >|= fold)
        | "npick" -> set (Lwt.npick (regs 2) >|= fold)
        | "nchoose_split" ->
            set (
                Lwt.nchoose_split (regs 2)
                >|= fun (resolved, rest) -> fold (List.length rest :: resolved)
            )
        | "protected" -> set (Lwt.protected' (reg 2))
        | "no_cancel" -> set (Lwt.no_cancel (reg 2))
        | "wrap_in_cancelable" -> set (Lwt.wrap_in_cancelable (reg 2))
        | "on_cancel" -> Lwt.on_cancel (reg 1) (fun () -> this.Note op[2] "cancel" 0 |> ignore)
        | "on_success" -> Lwt.on_success (reg 1) (fun v -> this.Plain op[2] v |> ignore)
        | "on_failure" -> Lwt.on_failure (reg 1) (fun e -> this.Note op[2] ("!" + nameOf e) 0 |> ignore)
        | "on_termination" -> Lwt.on_termination (reg 1) (fun () -> this.Note op[2] "end" 0 |> ignore)
        | "on_any" ->
            Lwt.on_any (reg 1) (fun v -> this.Plain op[2] v |> ignore) (fun e ->
                this.Note op[3] ("!" + nameOf e) 0 |> ignore)
        | "wakeup" -> this.Resolve(int 1, fun r -> Lwt.wakeup r (int 2))
        | "wakeup_later" -> this.Resolve(int 1, fun r -> Lwt.wakeup_later r (int 2))
        | "wakeup_exn" -> this.Resolve(int 1, fun r -> Lwt.wakeup_exn r (E(int 2)))
        | "wakeup_later_exn" -> this.Resolve(int 1, fun r -> Lwt.wakeup_later_exn r (E(int 2)))
        | "cancel" -> Lwt.cancel (reg 1)
        | "tick" -> Lwt.wakeup_paused ()
        | "async" -> Lwt.async (fun () -> this.Body op[1] () >|= ignore)
        | "dont_wait" ->
            Lwt.dont_wait (fun () -> this.Body op[1] () >|= ignore) (fun e ->
                try
                    this.Note op[2] ("!" + nameOf e) 0 |> ignore
                with x ->
                    log $"handler raised {nameOf x}")
        | "ignore_result" -> Lwt.ignore_result (reg 1)
        | "with_value" -> Lwt.with_value keys[int 1] (Some(int 2)) (fun () -> List.iter this.Run (ops 3))
        | "get" ->
            let text = Lwt.get keys[int 1] |> Option.map string |> Option.defaultValue "-"
            log $"get {int 1} {text}"
        | "state" -> log $"state {stateText (reg 1)}"
        | "poll" ->
            let text = Lwt.poll (reg 1) |> Option.map string |> Option.defaultValue "."
            log $"poll {text}"
        | name -> failwith $"unknown operation {name}"

    member private _.Unambiguous(race: int Lwt.t list -> int Lwt.t, ps: int Lwt.t list) =
        let resolved = ps |> List.filter (Lwt.is_sleeping >> not)

        if resolved.Length >= 2 then Lwt.return' -1 else race ps

    member private _.Resolve(r: int, resolve: int Lwt.u -> unit) =
        match resolvers.TryGetValue r with
        | true, resolver -> resolve resolver
        | _ -> ()

    /// Runs the steps of a callback before its result.
    member private this.Enter (callback: JsonElement) (what: string) =
        log $"""k{callback.GetProperty("k").GetInt32()} {what}"""

        for op in callback.GetProperty("ops").EnumerateArray() do
            this.Run op

        callback.GetProperty "res"

    /// Calls a callback that returns a value.
    member private this.Note (callback: JsonElement) (what: string) (argument: int) : int =
        let result = this.Enter callback what

        match result[0].GetString() with
        | "ret" -> result[1].GetInt32()
        | "arg" -> argument + 1
        | "raise" -> raise (E(result[1].GetInt32()))
        | name -> failwith $"a plain callback cannot give {name}"

    /// Calls a callback that returns a promise.
    member private this.Promise (callback: JsonElement) (what: string) (argument: int) : int Lwt.t =
        let result = this.Enter callback what

        match result[0].GetString() with
        | "ret" -> Lwt.return' (result[1].GetInt32())
        | "arg" -> Lwt.return' (argument + 1)
        | "fail" -> Lwt.fail (E(result[1].GetInt32()))
        | "raise" -> raise (E(result[1].GetInt32()))
        | "reg" -> get (result[1].GetInt32())
        | name -> failwith $"unknown result {name}"

    member private this.Plain (callback: JsonElement) (v: int) = this.Note callback (string v) v
    member private this.Value (callback: JsonElement) (v: int) = this.Promise callback (string v) v

    member private this.Handler (callback: JsonElement) (e: exn) =
        this.Promise callback ("!" + nameOf e) 0

    member private this.Body (callback: JsonElement) () = this.Promise callback "run" 0

    /// Logs the registers whose state has changed since they were last logged.
    member _.Dump() =
        let changes =
            [
                for KeyValue(r, p) in promises do
                    let text = stateText p

                    match shown.TryGetValue r with
                    | true, before when before = text -> ()
                    | _ ->
                        shown[r] <- text
                        $"p{r}={text}"
            ]

        if not changes.IsEmpty then
            log (String.concat " " changes)

/// Runs one program from a clean state and returns its trace.
let run (program: JsonElement) : string list =
    Lwt.abandon_paused ()
    let machine = Machine()
    Lwt.async_exception_hook.Value <- fun e -> machine.Log $"async {nameOf e}"

    program.GetProperty("ops").EnumerateArray()
    |> Seq.iteri (fun i op ->
        machine.Log $"#{i}"

        try
            machine.Run op
        with e ->
            machine.Log $"raised {nameOf e}"

        machine.Dump())

    machine.Trace
