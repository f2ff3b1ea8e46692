module Lwt.FSharp.Tests.Lwt_conditionTests

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

[<Tests>]
let tests =
    testList
        "Lwt_condition"
        [
            test "signal, none waiting, is lost" {
                let c = Lwt_condition.create ()
                Lwt_condition.signal c 1
                expectState "." (Lwt_condition.wait c) "not sticky"
            }
            test "signal, two waiting, wakes the first" {
                let c = Lwt_condition.create ()
                let a, b = Lwt_condition.wait c, Lwt_condition.wait c
                Lwt_condition.signal c 1
                Expect.equal (state a, state b) ("1", ".") "the first"
            }
            test "broadcast, all, in order; those that wait again are not woken" {
                let c = Lwt_condition.create ()
                let log = Log()

                for i in 1..2 do
                    Lwt.on_success (Lwt_condition.wait c) (fun v ->
                        log.Add $"{i}:{v}"
                        Lwt.on_success (Lwt_condition.wait c) (fun v -> log.Add $"again {v}"))

                Lwt_condition.broadcast c 5
                Expect.equal log.Lines [ "1:5"; "2:5" ] "once each"
            }
            test "broadcast, the first cancels the second, which is skipped" {
                let c = Lwt_condition.create ()
                let a, b = Lwt_condition.wait c, Lwt_condition.wait c
                Lwt.on_success a (fun _ -> Lwt.cancel b)
                Lwt_condition.broadcast c 1
                Expect.equal (state a, state b) ("1", "!canceled") "canceled in time"
            }
            test "broadcast_exn, rejects all" {
                let c: int Lwt_condition.t = Lwt_condition.create ()
                let a, b = Lwt_condition.wait c, Lwt_condition.wait c
                Lwt_condition.broadcast_exn c (E 3)
                Expect.equal (state a, state b) ("!E3", "!E3") "both"
            }
            test "wait, canceled, is passed over" {
                let c = Lwt_condition.create ()
                let a, b = Lwt_condition.wait c, Lwt_condition.wait c
                Lwt.cancel a
                Lwt_condition.signal c 2
                Expect.equal (state a, state b) ("!canceled", "2") "the next"
            }
            test "wait with a mutex, unlocks, and locks again before it is resolved" {
                let c = Lwt_condition.create ()
                let m = Lwt_mutex.create ()

                let p =
                    Lwt_mutex.with_lock m (fun () ->
                        Lwt_condition.wait (c, mutex = m) >|= fun v -> v, Lwt_mutex.is_locked m)

                Expect.isFalse (Lwt_mutex.is_locked m) "unlocked while it waits"
                Lwt_mutex.lock m |> ignore
                Lwt_condition.signal c 1
                Expect.isTrue (Lwt.is_sleeping p) "the mutex is taken"
                Lwt_mutex.unlock m
                Expect.equal (Lwt.poll p) (Some(1, true)) "inside again"
                Expect.isFalse (Lwt_mutex.is_locked m) "free"
            }
            test "wait with a mutex, canceled, locks again too" {
                let c: int Lwt_condition.t = Lwt_condition.create ()
                let m = Lwt_mutex.create ()
                Lwt_mutex.lock m |> ignore
                let p = Lwt_condition.wait (c, mutex = m)
                Lwt.cancel p
                expectState "!canceled" p "canceled"
                Expect.isTrue (Lwt_mutex.is_locked m) "locked"
            }
        ]
