module Lwt.FSharp.Tests.Lwt_mutexTests

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

/// Starts, ends, fails and cancels workers in any order: after each step at most one of them holds the mutex.
let private runs (steps: (byte * byte) list) =
    let m = Lwt_mutex.create ()
    let inside = ref 0
    let bodies = Controlled()
    let workers = ResizeArray<unit Lwt.t>()

    let worker () =
        Lwt_mutex.with_lock m (fun () ->
            inside.Value <- inside.Value + 1
            let p = bodies.Make()

            Lwt.finalize (fun () -> p) (fun () ->
                inside.Value <- inside.Value - 1
                Lwt.return_unit))

    let mutable most = 0

    for step, choice in steps do
        let choice = int choice

        match step % 5uy with
        | 0uy
        | 1uy -> workers.Add(worker ())
        | 2uy -> bodies.Resolve(choice, Ok())
        | 3uy -> bodies.Resolve(choice, Error(E choice))
        | _ ->
            if workers.Count > 0 then
                Lwt.cancel workers[choice % workers.Count]

        most <- max most inside.Value

        if inside.Value = 1 <> Lwt_mutex.is_locked m then
            failtest "locked is as one inside"

    bodies.ResolveAll()

    most <= 1
    && not (Lwt_mutex.is_locked m)
    && Lwt_mutex.is_empty m
    && Seq.forall (Lwt.is_sleeping >> not) workers

[<Tests>]
let tests =
    testList
        "Lwt_mutex"
        [
            testList
                "lock"
                [
                    test "free, fulfilled at once" {
                        let m = Lwt_mutex.create ()
                        Expect.isFalse (Lwt_mutex.is_locked m) "free at first"
                        expectState "" (Lwt_mutex.lock m) "at once"
                        Expect.isTrue (Lwt_mutex.is_locked m) "locked"
                        Expect.isTrue (Lwt_mutex.is_empty m) "nobody waits"
                    }
                    test "locked, waits its turn, in order" {
                        let m = Lwt_mutex.create ()
                        let log = Log()
                        Lwt_mutex.lock m |> ignore

                        for i in 1..3 do
                            Lwt.on_success (Lwt_mutex.lock m) (fun () -> log.Add(string i))

                        Expect.isFalse (Lwt_mutex.is_empty m) "they wait"

                        for _ in 1..3 do
                            Lwt_mutex.unlock m

                        Expect.equal log.Lines [ "1"; "2"; "3" ] "first come"
                        Expect.isTrue (Lwt_mutex.is_locked m) "the third holds it"
                    }
                    test "waiting, canceled, is passed over" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore
                        let a = Lwt_mutex.lock m
                        let b = Lwt_mutex.lock m
                        Lwt.cancel a
                        Lwt_mutex.unlock m
                        expectState "!canceled" a "canceled"
                        expectState "" b "its turn"
                        Lwt_mutex.unlock m
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "waiting, many canceled, leave no trace" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore
                        let last = [ for _ in 1..1000 -> Lwt_mutex.lock m ]
                        let kept = Lwt_mutex.lock m
                        List.iter Lwt.cancel last
                        Expect.equal m.WaiterCount 1 "one waits"
                        Lwt_mutex.unlock m
                        expectState "" kept "its turn"
                    }
                ]
            testList
                "unlock"
                [
                    test "free, does nothing" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.unlock m
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                        expectState "" (Lwt_mutex.lock m) "and whole"
                    }
                    test "waited for by two that are canceled together, is not lost" {
                        // In OCaml's Lwt, b is rejected but still in the queue: it gets the lock and keeps it for ever.
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore

                        let b = Lwt_mutex.lock m

                        let a =
                            Lwt.catch (fun () -> Lwt_mutex.lock m) (fun _ -> Lwt.return' (Lwt_mutex.unlock m))

                        Lwt.cancel (Lwt.join [ b; a ])
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                ]
            testList
                "with_lock"
                [
                    test "free, body fulfilled" {
                        let m = Lwt_mutex.create ()
                        expectState "7" (Lwt_mutex.with_lock m (fun () -> Lwt.return' 7)) "its value"
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "free, body raises" {
                        let m = Lwt_mutex.create ()
                        expectState "!E1" (Lwt_mutex.with_lock m (fun () -> raise (E 1))) "rejected"
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "free, body pending, then rejected" {
                        let m = Lwt_mutex.create ()
                        let p, r = Lwt.wait ()
                        let q = Lwt_mutex.with_lock m (fun () -> p)
                        Expect.isTrue (Lwt_mutex.is_locked m) "locked"
                        Lwt.wakeup_exn r (E 2)
                        expectState "!E2" q "rejected"
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "locked, body pending, then fulfilled" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore
                        let p, r = Lwt.wait ()
                        let q = Lwt_mutex.with_lock m (fun () -> p)
                        Lwt_mutex.unlock m
                        expectState "." q "inside"
                        Lwt.wakeup r 5
                        expectState "5" q "its value"
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "locked, returned from a bind, body canceled" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore
                        let start, go = Lwt.wait ()
                        let q = start >>= fun () -> Lwt_mutex.with_lock m (fun () -> fst (Lwt.task ()))
                        Lwt.wakeup go ()
                        Lwt_mutex.unlock m
                        expectState "." q "inside"
                        Lwt.cancel q
                        expectState "!canceled" q "reached the body"
                        Expect.isFalse (Lwt_mutex.is_locked m) "free"
                    }
                    test "locked, canceled while it waits, does not unlock" {
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore
                        let q = Lwt_mutex.with_lock m (fun () -> failtest "must not be called")
                        Lwt.cancel q
                        expectState "!canceled" q "canceled"
                        Expect.isTrue (Lwt_mutex.is_locked m) "another's"
                    }
                    test "storage, is that of the call" {
                        let key = Lwt.new_key ()
                        let m = Lwt_mutex.create ()
                        Lwt_mutex.lock m |> ignore

                        let q =
                            Lwt.with_value key (Some 4) (fun () ->
                                Lwt_mutex.with_lock m (fun () -> Lwt.return' (Lwt.get key)))

                        Lwt_mutex.unlock m
                        Expect.equal (Lwt.poll q) (Some(Some 4)) "inside as outside"
                    }
                    test "a hundred thousand in a row, constant stack" {
                        let m = Lwt_mutex.create ()
                        let count = ref 0
                        Lwt_mutex.lock m |> ignore

                        let all =
                            [
                                for _ in 1..100_000 ->
                                    Lwt_mutex.with_lock m (fun () -> Lwt.return' (count.Value <- count.Value + 1))
                            ]

                        Lwt_mutex.unlock m
                        Expect.equal count.Value 100_000 "all had their turn"
                        Expect.isTrue (List.forall (Lwt.is_sleeping >> not) all) "all ended"
                    }
                ]
            testProperty "workers and cancellations in any order, at most one holds it, and it is free at the end" runs
        ]
