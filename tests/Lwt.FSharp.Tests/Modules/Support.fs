/// Helpers for the tests of synchronisation.
module Lwt.FSharp.Tests.Support

open System
open Expecto
open Lwt.Core
open Lwt.FSharp

exception E of int

/// The state of a promise as text: ".", its value, or "!" and its exception.
let state (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Sleep -> "."
    | Lwt.Return v -> $"{v}"
    | Lwt.Fail(E n) -> $"!E{n}"
    | Lwt.Fail Lwt.Canceled -> "!canceled"
    | Lwt.Fail e -> $"!{e.GetType().Name}"

let expectState (expected: string) (p: 'a Lwt.t) (message: string) = Expect.equal (state p) expected message

/// Runs a test on a loop of its own, with the engine of the system.
let onNewLoop (test: unit -> unit Lwt.t) =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 test)

/// Collects lines in the order in which they come.
type Log() =
    let lines = Collections.Generic.List<string>()
    member _.Add(line: string) = lines.Add line
    member _.Lines = List.ofSeq lines

/// Promises under the control of a test: cancelable, resolved by their resolvers.
type Controlled() =
    let pending = Collections.Generic.List<unit Lwt.t * unit Lwt.u>()

    member _.Make() : unit Lwt.t =
        let p, r = Lwt.task ()
        pending.Add(p, r)
        p

    member _.Any =
        pending.RemoveAll(fun (p, _) -> not (Lwt.is_sleeping p)) |> ignore
        pending.Count > 0

    /// Resolves one of those that are pending, if any.
    member this.Resolve(choice: int, outcome: Lwt.result<unit>) =
        if this.Any then
            let _, r = pending[choice % pending.Count]
            Lwt.wakeup_later_result r outcome

    member this.ResolveAll() =
        while this.Any do
            this.Resolve(0, Ok())
