/// Module Lwt: joining, racing and cancelling, in each state of a promise.
module Lwt.FSharp.Tests.LwtConcurrentTests

open System
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States

let private of_one f =
    {
        Fulfilled = Value(f 1)
        Rejected = broken
        Cancelled = Cancelled
    }

let private never () : 'a Lwt.t = fst (Lwt.wait ())

let private joining =
    testList
        "joining"
        [
            inEachState "both, left" (fun p -> Lwt.both p (Lwt.return' "x")) (of_one (fun v -> v, "x"))
            inEachState "both, right" (fun p -> Lwt.both (Lwt.return' "x") p) (of_one (fun v -> "x", v))
            inEachState "join" (fun p -> Lwt.join [ p >|= ignore; Lwt.return_unit ]) (of_one ignore)
            inEachState "<&>" (fun p -> (p >|= ignore) <&> Lwt.return_unit) (of_one ignore)
            inEachState "all" (fun p -> Lwt.all [ Lwt.return' 0; p; Lwt.return' 2 ]) (of_one (fun v -> [ 0; v; 2 ]))

            test "join of none" { Lwt.join [] |> becomes (Value()) }
            test "all of none" { Lwt.all [] |> becomes (Value([]: int list)) }

            test "join, one rejected: waits for the others" {
                let p, r = Lwt.wait ()
                let q = Lwt.join [ Lwt.fail Broken; p ]
                q |> becomes Pending
                Lwt.wakeup r ()
                q |> becomes broken
            }

            test "join, two rejected: the first one's exception" {
                let p, r = Lwt.wait ()
                let p', r' = Lwt.wait ()
                let q = Lwt.join [ p; p' ]
                Lwt.wakeup_exn r' Broken
                Lwt.wakeup_exn r (Exception())
                q |> becomes broken
            }

            test "join, cancelled: all are" {
                let p, _ = Lwt.task ()
                let p', _ = Lwt.task ()
                Lwt.cancel (Lwt.join [ p; p' ])
                p |> becomes Cancelled
                p' |> becomes Cancelled
            }
        ]

let private races name race of_value =
    testList
        name
        [
            inEachState "one of many" (fun p -> race [ never (); p; never () ]) (of_one of_value)

            test "none: an error that names the call" {
                Expect.throwsC (fun () -> race [] |> ignore) (fun e ->
                    Expect.isTrue (e :? ArgumentException) "its type"
                    Expect.stringContains e.Message name "its message")
            }

            test "a rejected one wins over fulfilled ones" {
                race [ Lwt.return' 1; Lwt.fail Broken; Lwt.return' 2 ] |> becomes broken
            }
        ]

let private racing =
    let loser race =
        let p, r = Lwt.task ()
        let other, _ = Lwt.task ()
        race [ p; other ] |> ignore
        Lwt.wakeup r 1
        outcome other

    testList
        "racing"
        [
            races "choose" Lwt.choose id
            races "pick" Lwt.pick id
            races "nchoose" Lwt.nchoose List.singleton
            races "npick" Lwt.npick List.singleton
            inEachState "<?>" (fun p -> p <?> never ()) asIs
            test "choose: the loser stays pending" { Expect.equal (loser Lwt.choose) Pending "the loser" }
            test "nchoose: the loser stays pending" {
                Expect.equal (loser (Lwt.nchoose >> Lwt.map List.head)) Pending "the loser"
            }
            test "pick: the loser is cancelled" { Expect.equal (loser Lwt.pick) Cancelled "the loser" }
            test "npick: the loser is cancelled" {
                Expect.equal (loser (Lwt.npick >> Lwt.map List.head)) Cancelled "the loser"
            }

            test "nchoose: all that are fulfilled" {
                Lwt.nchoose [ Lwt.return' 1; never (); Lwt.return' 3 ]
                |> becomes (Value [ 1; 3 ])
            }

            test "nchoose_split: the values and the rest" {
                let p = never ()
                let q = Lwt.nchoose_split [ Lwt.return' 1; p; Lwt.return' 3 ]

                match Lwt.state q with
                | Lwt.Return(values, rest) ->
                    Expect.equal values [ 1; 3 ] "values"
                    Expect.isTrue (Object.ReferenceEquals(List.exactlyOne rest, p)) "the pending one"
                | _ -> failtest "pending"
            }
        ]

let private cancelling =
    /// Calls a function on a promise of task and cancels the result; returns the states of the result and of the
    /// promise.
    let cancelled name (f: int Lwt.t -> int Lwt.t) result source =
        test $"{name}, cancelled" {
            let p, _ = Lwt.task ()
            let q = f p
            Lwt.cancel q
            q |> becomes result
            p |> becomes source
        }

    testList
        "cancelling"
        [
            inEachState "protected'" Lwt.protected' asIs
            inEachState "no_cancel" Lwt.no_cancel asIs
            inEachState "wrap_in_cancelable" Lwt.wrap_in_cancelable asIs
            cancelled "task" id Cancelled Cancelled
            cancelled "bind" (fun p -> p >>= Lwt.return') Cancelled Cancelled
            cancelled "map" (Lwt.map id) Cancelled Cancelled
            cancelled "catch" (fun p -> Lwt.catch (fun () -> p) (fun _ -> Lwt.return' 2)) (Value 2) Cancelled
            cancelled "finalize" (fun p -> Lwt.finalize (fun () -> p) (fun () -> Lwt.return_unit)) Cancelled Cancelled
            cancelled "both" (fun p -> Lwt.both p p |> Lwt.map fst) Cancelled Cancelled
            cancelled "choose" (fun p -> Lwt.choose [ p; never () ]) Cancelled Cancelled
            cancelled "pick" (fun p -> Lwt.pick [ p; never () ]) Cancelled Cancelled
            cancelled "protected'" Lwt.protected' Cancelled Pending
            cancelled "no_cancel" Lwt.no_cancel Pending Pending
            cancelled "wrap_in_cancelable" Lwt.wrap_in_cancelable Cancelled Cancelled

            test "wait, cancelled: nothing" {
                let p: int Lwt.t = never ()
                Lwt.cancel p
                p |> becomes Pending
            }

            test "wrap_in_cancelable of wait, cancelled: the result alone" {
                let p: int Lwt.t = never ()
                let q = Lwt.wrap_in_cancelable p
                Lwt.cancel q
                q |> becomes Cancelled
                p |> becomes Pending
            }

            test "cancel of a resolved promise: nothing" {
                let p = Lwt.return' 1
                Lwt.cancel p
                p |> becomes (Value 1)
            }

            test "on_cancel: before the other callbacks" {
                let p, _ = Lwt.task ()
                let mutable order = []
                Lwt.on_cancel p (fun () -> order <- "cancel" :: order)
                Lwt.on_failure p (fun _ -> order <- "failure" :: order)
                Lwt.cancel p
                Expect.equal (List.rev order) [ "cancel"; "failure" ] "order"
            }

            test "on_cancel, cancelled already: at once" {
                let mutable called = false
                Lwt.on_cancel (Lwt.fail Lwt.Canceled) (fun () -> called <- true)
                Expect.isTrue called "called"
            }

            test "Canceled is .NET's OperationCanceledException" {
                Expect.isTrue (Lwt.Canceled :? OperationCanceledException) "its type"
            }
        ]

let private background =
    let reported f =
        let mutable seen = []
        Lwt.with_async_exception_hook (fun e -> seen <- e.GetType().Name :: seen) f
        seen

    testList
        "background"
        [
            test "async, raises: the hook is told" {
                Expect.equal (reported (fun () -> Lwt.async (fun () -> raise Broken))) [ nameof Broken ] "reports"
            }

            test "async, fulfilled: nothing" {
                Expect.equal (reported (fun () -> Lwt.async (fun () -> Lwt.return_unit))) [] "reports"
            }

            test "async, pending, rejected: the hook of the scope that started it" {
                let p, r = Lwt.wait ()
                let mutable seen = 0
                Lwt.with_async_exception_hook (fun _ -> seen <- seen + 1) (fun () -> Lwt.async (fun () -> p))
                Lwt.wakeup_exn r Broken
                Expect.equal seen 1 "reports"
            }

            test "dont_wait: the handler is told" {
                let mutable seen = false
                Lwt.dont_wait (fun () -> Lwt.fail Broken) (fun e -> seen <- (e = Broken))
                Expect.isTrue seen "told"
            }

            test "ignore_result, rejected: raises" {
                Expect.throwsT<Broken> (fun () -> Lwt.ignore_result (Lwt.fail Broken)) "raised"
            }

            test "on_success, raises: the hook is told" {
                Expect.equal
                    (reported (fun () -> Lwt.on_success Lwt.return_unit (fun () -> raise Broken)))
                    [ nameof Broken ]
                    "reports"
            }
        ]

[<Tests>]
let tests = testList "Lwt, concurrent" [ joining; racing; cancelling; background ]
