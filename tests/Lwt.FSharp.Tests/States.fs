/// The states that a promise can be in, to test a function in each of them.
module Lwt.FSharp.Tests.States

open Expecto
open Lwt.FSharp

exception Broken

/// The state of a promise, in a form that tests can compare.
type Outcome<'a> =
    | Pending
    | Value of 'a
    | Failed of string
    | Cancelled

let outcome (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Sleep -> Pending
    | Lwt.Return v -> Value v
    | Lwt.Fail Lwt.Canceled -> Cancelled
    | Lwt.Fail e -> Failed(e.GetType().Name)

let broken = Failed(nameof Broken)

/// Checks the state of a promise.
let becomes (expected: Outcome<'a>) (p: 'a Lwt.t) =
    Expect.equal (outcome p) expected "what became of the promise"

/// The state of a function's result when its argument is fulfilled with 1, rejected with Broken, or cancelled.
type Expected<'a> =
    {
        Fulfilled: Outcome<'a>
        Rejected: Outcome<'a>
        Cancelled: Outcome<'a>
    }

/// For each final state: its name, what is expected, how to bring a pending promise into it, and a promise made in it.
let private cases =
    [
        "fulfilled", (fun e -> e.Fulfilled), (fun (r: int Lwt.u) -> Lwt.wakeup r 1), (fun () -> Lwt.return' 1)
        "rejected", (fun e -> e.Rejected), (fun r -> Lwt.wakeup_exn r Broken), (fun () -> Lwt.fail Broken)
        "cancelled",
        (fun e -> e.Cancelled),
        (fun r -> Lwt.cancel (Lwt.waiter_of_wakener r)),
        (fun () -> Lwt.fail Lwt.Canceled)
    ]

/// Tests a function of one promise: the promise is resolved before the call, resolved after it, or resolved when a
/// callback of it makes the call.
let inEachState (name: string) (f: int Lwt.t -> 'b Lwt.t) (expected: Expected<'b>) : Test =
    testList
        name
        [
            for state, pick, bring, made in cases do
                test state { f (made ()) |> becomes (pick expected) }

                test $"pending, {state}" {
                    let p, r = Lwt.task ()
                    let q = f p
                    q |> becomes Pending
                    bring r
                    q |> becomes (pick expected)
                }

                test $"pending, {state} twice over" {
                    let p, r = Lwt.task ()
                    let one, two = f p, f p
                    bring r
                    one |> becomes (pick expected)
                    two |> becomes (pick expected)
                }

                test $"re-entrant, {state}" {
                    let p, r = Lwt.task ()
                    let mutable seen = Pending
                    Lwt.on_termination p (fun () -> seen <- outcome (f p))
                    bring r
                    Expect.equal seen (pick expected) "seen from inside a callback"
                }

                test $"proxy, {state}" {
                    let gate, opened = Lwt.wait ()
                    let inner, r = Lwt.task ()
                    let q = f (Lwt.bind gate (fun () -> inner))
                    Lwt.wakeup opened ()
                    q |> becomes Pending
                    bring r
                    q |> becomes (pick expected)
                }
        ]

/// The function's result has the state of its argument.
let asIs =
    {
        Fulfilled = Value 1
        Rejected = broken
        Cancelled = Cancelled
    }
