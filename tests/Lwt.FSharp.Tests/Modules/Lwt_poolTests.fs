module Lwt.FSharp.Tests.Lwt_poolTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

/// A pool of numbered members whose functions, driven by a seed, wait, fail, raise, or refuse a member.
type private Wild(max: int, seed: int) =
    let random = Random seed
    let pending = Controlled()
    let mutable calm = false
    let mutable made = 0

    let any (value: unit -> 'a) : 'a Lwt.t =
        match if calm then 0 else random.Next 5 with
        | 0
        | 1 -> Lwt.return' (value ())
        | 2 -> pending.Make() >|= value
        | 3 -> Lwt.fail (E 1)
        | _ -> raise (E 2)

    let next () =
        made <- made + 1
        made

    member _.Pending = pending
    member _.Calm() = calm <- true

    member val Pool =
        Lwt_pool.create_with (
            max,
            (fun () -> any next),
            validate = (fun _ -> any (fun () -> calm || random.Next 3 > 0)),
            check =
                (fun _ ok ->
                    match if calm then 0 else random.Next 3 with
                    | 0 -> ok true
                    | 1 -> ok false
                    | _ -> raise (E 3)),
            dispose = fun _ -> any ignore
        )

/// Uses, failures, cancellations and clears in any order: at the end the pool has exactly its places again.
let private runs (FsCheck.PositiveInt max) (seed: int) (steps: (byte * byte) list) =
    let max = 1 + max % 4
    let wild = Wild(max, seed)
    let bodies = Controlled()
    let all = ResizeArray<unit Lwt.t>()

    for step, choice in steps do
        let choice = int choice

        match step % 8uy with
        | 0uy
        | 1uy
        | 2uy -> all.Add(Lwt.apply (fun () -> Lwt_pool.use' wild.Pool (fun _ -> bodies.Make())) ())
        | 3uy -> bodies.Resolve(choice, Ok())
        | 4uy -> bodies.Resolve(choice, Error(E 4))
        | 5uy -> wild.Pending.Resolve(choice, (if choice % 2 = 0 then Ok() else Error(E 5)))
        | 6uy when all.Count > 0 -> Lwt.cancel all[choice % all.Count]
        | _ when choice % 4 = 0 -> all.Add(Lwt_pool.clear wild.Pool)
        | _ -> ()

    wild.Calm()

    let settle () =
        while bodies.Any || wild.Pending.Any do
            bodies.ResolveAll()
            wild.Pending.ResolveAll()

    settle ()

    // As in Lwt, a use that waits while a member is disposed of gets the next member that comes back.
    let mutable rounds = all.Count

    while Lwt_pool.wait_queue_length wild.Pool > 0 && rounds > 0 do
        rounds <- rounds - 1
        Lwt_pool.use' wild.Pool (fun _ -> Lwt.return_unit) |> ignore
        settle ()

    let entered = ref 0

    let last =
        [
            for _ in 0..max ->
                Lwt_pool.use' wild.Pool (fun _ ->
                    entered.Value <- entered.Value + 1
                    bodies.Make())
        ]

    Expect.isTrue (Seq.forall (Lwt.is_sleeping >> not) all) "every use has ended"
    Expect.equal entered.Value max "all places are there, and no more"
    Expect.equal (Lwt_pool.wait_queue_length wild.Pool) 1 "one waits"
    settle ()
    Expect.isTrue (Seq.forall (Lwt.is_sleeping >> not) last) "the last have ended"

let private numbered () =
    let made = ref 0

    fun () ->
        made.Value <- made.Value + 1
        Lwt.return' made.Value

[<Tests>]
let tests =
    testList
        "Lwt_pool"
        [
            test "create, less than one, is an error" {
                for n in [ 0; -1 ] do
                    Expect.throwsT<ArgumentOutOfRangeException>
                        (fun () -> Lwt_pool.create n (numbered ()) |> ignore)
                        "no use could ever continue"
            }
            test "use, free member, is used again" {
                let p = Lwt_pool.create 2 (numbered ())
                let once () = Lwt_pool.use' p Lwt.return'
                Expect.equal (state (once ()), state (once ())) ("1", "1") "the same"
            }
            test "use, all in use, waits in order" {
                let p = Lwt_pool.create 1 (numbered ())
                let bodies = Controlled()
                let log = Log()

                for i in 1..3 do
                    Lwt_pool.use' p (fun x ->
                        log.Add $"{i} has {x}"
                        bodies.Make())
                    |> ignore

                Expect.equal (Lwt_pool.wait_queue_length p) 2 "two wait"
                bodies.ResolveAll()
                Expect.equal log.Lines [ "1 has 1"; "2 has 1"; "3 has 1" ] "one after the other"
            }
            test "use, canceled while it waits, is passed over" {
                let p = Lwt_pool.create 1 (numbered ())
                let bodies = Controlled()

                let use' () =
                    Lwt_pool.use' p (fun _ -> bodies.Make())

                let _, b, c = use' (), use' (), use' ()
                Lwt.cancel b
                Expect.equal (Lwt_pool.wait_queue_length p) 1 "one waits"
                bodies.ResolveAll()
                Expect.equal (state b, state c) ("!canceled", "") "the next"
            }
            test "use, creating a member fails, frees the place" {
                let fails = ref true

                let p =
                    Lwt_pool.create 1 (fun () -> if fails.Value then Lwt.fail (E 1) else Lwt.return' 5)

                expectState "!E1" (Lwt_pool.use' p Lwt.return') "rejected"
                fails.Value <- false
                expectState "5" (Lwt_pool.use' p Lwt.return') "made"
            }
            test "use, not valid, disposes and makes another" {
                let log = Log()

                let p =
                    Lwt_pool.create_with (
                        1,
                        numbered (),
                        validate = (fun x -> Lwt.return' (x > 1)),
                        dispose =
                            fun x ->
                                log.Add $"dispose {x}"
                                Lwt.return_unit
                    )

                Expect.equal
                    (state (Lwt_pool.use' p Lwt.return'), state (Lwt_pool.use' p Lwt.return'))
                    ("1", "2")
                    "a new one is not asked about"

                Expect.equal log.Lines [ "dispose 1" ] "the old one"
            }
            test "use, validating fails, rejects, and makes one for who waits" {
                let bad = ref false

                let p =
                    Lwt_pool.create_with (
                        1,
                        numbered (),
                        validate = fun _ -> if bad.Value then Lwt.fail (E 9) else Lwt.return_true
                    )

                let first, r = Lwt.wait ()
                let a = Lwt_pool.use' p (fun _ -> first)
                let b = Lwt_pool.use' p (fun x -> Lwt.return' x)
                let c = Lwt_pool.use' p (fun x -> Lwt.return' x)
                bad.Value <- true
                Lwt.wakeup r ()
                Expect.equal (state a, state b) ("", "!E9") "the second's validation fails"
                Expect.equal (state c) "!E9" "so does the third's, of the new member"
                bad.Value <- false
                expectState "3" (Lwt_pool.use' p Lwt.return') "the place is there again"
            }
            test "use, function fails, check decides" {
                for good, next in [ true, "1"; false, "2" ] do
                    let p = Lwt_pool.create_with (1, numbered (), check = fun _ ok -> ok good)
                    expectState "!E1" (Lwt_pool.use' p (fun _ -> Lwt.fail (E 1))) "rejected"
                    expectState next (Lwt_pool.use' p Lwt.return') "used again, or not"
            }
            test "use, check raises, rejects with that exception and frees the place" {
                let p = Lwt_pool.create_with (1, numbered (), check = fun _ _ -> raise (E 2))
                expectState "!E2" (Lwt_pool.use' p (fun _ -> Lwt.fail (E 1))) "rejected"
                expectState "2" (Lwt_pool.use' p Lwt.return') "a new one"
            }
            test "clear, disposes of free ones now, of those in use when they come back" {
                let log = Log()

                let p =
                    Lwt_pool.create_with (
                        2,
                        numbered (),
                        dispose =
                            fun x ->
                                log.Add $"dispose {x}"
                                Lwt.return_unit
                    )

                let body, r = Lwt.wait ()
                let a = Lwt_pool.use' p (fun _ -> body)
                Lwt_pool.use' p (fun _ -> Lwt.return_unit) |> ignore
                expectState "" (Lwt_pool.clear p) "cleared"
                Expect.equal log.Lines [ "dispose 2" ] "the free one"
                Lwt.wakeup r ()
                expectState "" a "ended"
                Expect.equal log.Lines [ "dispose 2"; "dispose 1" ] "the other"
                expectState "3" (Lwt_pool.use' p Lwt.return') "a new one"
            }
            test "clear, a disposal fails, disposes of the others all the same" {
                let log = Log()

                let p =
                    Lwt_pool.create_with (
                        2,
                        numbered (),
                        dispose =
                            fun x ->
                                log.Add $"dispose {x}"
                                Lwt.fail (E x)
                    )

                let bodies = Controlled()

                for _ in 1..2 do
                    Lwt_pool.use' p (fun _ -> bodies.Make()) |> ignore

                bodies.ResolveAll()
                expectState "!E2" (Lwt_pool.clear p) "the first failure"
                Expect.equal log.Lines [ "dispose 2"; "dispose 1" ] "both"
                expectState "3" (Lwt_pool.use' p Lwt.return') "the places are there again"
            }
            testProperty "uses, failures, cancellations and clears in any order, no place in the pool is lost" runs
        ]
