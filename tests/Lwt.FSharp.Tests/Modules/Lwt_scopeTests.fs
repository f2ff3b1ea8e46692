module Lwt.FSharp.Tests.Lwt_scopeTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

/// Starts, ends, fails and cancels work in any order: the scope ends when its last work does, and not before.
let private runs (steps: (byte * byte) list) =
    let bodies = Controlled()
    let work = ResizeArray<unit Lwt.t>()
    let body, ends = Lwt.task ()
    let mutable it = ValueNone

    let p =
        Lwt_scope.with_scope (fun scope ->
            it <- ValueSome scope
            body)

    let scope = it.Value

    for step, choice in steps do
        let choice = int choice

        if Lwt.is_sleeping p then
            match step % 8uy with
            | 0uy
            | 1uy
            | 2uy -> work.Add(Lwt_scope.fork scope bodies.Make)
            | 3uy
            | 4uy -> bodies.Resolve(choice, Ok())
            | 5uy when choice % 4 = 0 -> bodies.Resolve(choice, Error(E choice))
            | 6uy when work.Count > 0 -> Lwt.cancel work[choice % work.Count]
            | 7uy when choice % 4 = 0 -> Lwt.cancel p
            | _ -> ()

        let running = Lwt.is_sleeping body || Seq.exists Lwt.is_sleeping work
        Expect.equal (Lwt.is_sleeping p) running "as long as anything in it"

    bodies.ResolveAll()
    Lwt.wakeup ends ()
    Expect.isFalse (Lwt.is_sleeping p) "it ends"

[<Tests>]
let tests =
    testList
        "Lwt_scope"
        [
            test "no work, is as its body" {
                expectState "3" (Lwt_scope.with_scope (fun _ -> Lwt.return' 3)) "the value"
                expectState "!E1" (Lwt_scope.with_scope (fun _ -> raise (E 1))) "the exception"
            }
            test "work pending, body done, waits for it" {
                let q, r = Lwt.wait ()

                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt_scope.start scope (fun () -> q)
                        Lwt.return' 1)

                expectState "." p "waits"
                Lwt.wakeup r ()
                expectState "1" p "the body's value"
            }
            test "work fails, cancels its siblings and the body, and surfaces once all have ended" {
                let log = Log()
                let failing, r = Lwt.wait ()
                let stubborn, last = Lwt.wait ()

                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt_scope.start scope (fun () -> failing)
                        Lwt_scope.start scope (fun () -> stubborn)
                        let sibling = Lwt_scope.fork scope (fun () -> fst (Lwt.task ()): unit Lwt.t)
                        Lwt.on_cancel sibling (fun () -> log.Add "sibling")
                        let body: unit Lwt.t = fst (Lwt.task ())
                        Lwt.on_cancel body (fun () -> log.Add "body")
                        body)

                Lwt.wakeup_exn r (E 1)
                Expect.equal (List.sort log.Lines) [ "body"; "sibling" ] "canceled"
                expectState "." p "one does not heed it"
                Lwt.wakeup last ()
                expectState "!E1" p "the failure"
            }
            test "two fail, the first surfaces" {
                let a, ra = Lwt.wait ()
                let b, rb = Lwt.wait ()

                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt_scope.start scope (fun () -> a)
                        Lwt_scope.start scope (fun () -> b)
                        Lwt.return_unit)

                Lwt.wakeup_exn rb (E 2)
                Lwt.wakeup_exn ra (E 1)
                expectState "!E2" p "the first"
            }
            test "work fails at once, the rest of the body is canceled" {
                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt_scope.start scope (fun () -> raise (E 3))
                        Expect.isTrue (Lwt_scope.is_canceled scope) "canceled already"
                        fst (Lwt.task ())
                        : unit Lwt.t)

                expectState "!E3" p "the failure"
            }
            test "body fails, cancels the work" {
                let q: unit Lwt.t = fst (Lwt.task ())

                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt_scope.start scope (fun () -> q)
                        Lwt.fail (E 4)
                        : unit Lwt.t)

                Expect.equal (state q, state p) ("!canceled", "!E4") "both"
            }
            test "work canceled by itself, is no failure" {
                let p =
                    Lwt_scope.with_scope (fun scope ->
                        Lwt.cancel (Lwt_scope.fork scope (fun () -> fst (Lwt.task ()): unit Lwt.t))
                        Lwt.return' 5)

                expectState "5" p "the body's value"
            }
            test "canceled from outside, and again, reaches what is pending each time" {
                let canceled = ref 0

                let rec stubborn () : unit Lwt.t =
                    Lwt.catch (fun () -> fst (Lwt.task ())) (fun _ ->
                        canceled.Value <- canceled.Value + 1
                        if canceled.Value < 3 then stubborn () else Lwt.return_unit)

                let p =
                    Lwt.return_unit
                    >>= fun () ->
                        Lwt_scope.with_scope (fun scope ->
                            Lwt_scope.start scope stubborn
                            Lwt.return_unit)

                for left in [ true; true; false ] do
                    Lwt.cancel p
                    Expect.equal (Lwt.is_sleeping p) left "as long as it runs"

                expectState "" p "the body had its value"
            }
            test "start, canceled scope, is not called; ended scope, is an error" {
                let mutable it = ValueNone
                let q, r = Lwt.wait ()

                let p =
                    Lwt_scope.with_scope (fun scope ->
                        it <- ValueSome scope
                        q)

                Lwt_scope.cancel it.Value

                let late =
                    Lwt_scope.fork it.Value (fun () -> failtest "must not be called"): unit Lwt.t

                expectState "!canceled" late "canceled"
                Lwt.wakeup r ()
                expectState "" p "ended"

                Expect.throwsT<InvalidOperationException>
                    (fun () -> Lwt_scope.start it.Value (fun () -> Lwt.return_unit))
                    "too late"
            }
            testProperty "any run of work, failures and cancellations, nothing outlives the scope" runs
        ]
