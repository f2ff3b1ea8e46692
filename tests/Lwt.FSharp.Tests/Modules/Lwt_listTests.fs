module Lwt.FSharp.Tests.Lwt_listTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

let private paused v = Lwt.pause () >|= fun () -> v
let private run f = Lwt_main.run_virtual f
let private even x = paused (x % 2 = 0)

/// Counts how many of its calls are pending at once.
type private Gauge() =
    let bodies = Controlled()
    member val Now = 0 with get, set
    member val Most = 0 with get, set
    member _.Bodies = bodies

    member this.Call() =
        this.Now <- this.Now + 1
        this.Most <- max this.Most this.Now

        Lwt.finalize (fun () -> bodies.Make()) (fun () ->
            this.Now <- this.Now - 1
            Lwt.return_unit)

[<Tests>]
let tests =
    testList
        "Lwt_list"
        [
            testProperty "the results are those of List, in sequence and in parallel"
            <| fun (l: int list) ->
                let same (expected: 'a) (p: unit -> 'a Lwt.t) = run p = expected
                let double x = paused (x * 2)

                let small x =
                    paused (if x % 2 = 0 then Some(x + 1) else None)

                let chosen = l |> List.choose (fun x -> if x % 2 = 0 then Some(x + 1) else None)
                let doubled = List.map ((*) 2) l
                let isEven x = x % 2 = 0

                same doubled (fun () -> Lwt_list.map_s double l)
                && same doubled (fun () -> Lwt_list.map_p double l)
                && same doubled (fun () -> Lwt_list.map_n 3 double l)
                && same (List.rev doubled) (fun () -> Lwt_list.rev_map_s double l)
                && same (List.rev doubled) (fun () -> Lwt_list.rev_map_p double l)
                && same (List.mapi (+) l) (fun () -> Lwt_list.mapi_s (fun i x -> paused (i + x)) l)
                && same (List.mapi (+) l) (fun () -> Lwt_list.mapi_p (fun i x -> paused (i + x)) l)
                && same chosen (fun () -> Lwt_list.filter_map_s small l)
                && same chosen (fun () -> Lwt_list.filter_map_p small l)
                && same (List.filter isEven l) (fun () -> Lwt_list.filter_s even l)
                && same (List.filter isEven l) (fun () -> Lwt_list.filter_p even l)
                && same (List.partition isEven l) (fun () -> Lwt_list.partition_s even l)
                && same (List.partition isEven l) (fun () -> Lwt_list.partition_p even l)
                && same (List.forall isEven l) (fun () -> Lwt_list.for_all_s even l)
                && same (List.forall isEven l) (fun () -> Lwt_list.for_all_p even l)
                && same (List.exists isEven l) (fun () -> Lwt_list.exists_s even l)
                && same (List.exists isEven l) (fun () -> Lwt_list.exists_p even l)
                && same (List.fold (-) 1 l) (fun () -> Lwt_list.fold_left_s (fun a x -> paused (a - x)) 1 l)
                && same (List.foldBack (-) l 1) (fun () -> Lwt_list.fold_right_s (fun x a -> paused (x - a)) l 1)
            test "iter_s and iteri_s, one after the other; iter_p and iteri_p, all at once" {
                let under iter =
                    let gauge = Gauge()
                    let p: unit Lwt.t = iter (fun (_: int) -> gauge.Call()) [ 1; 2; 3 ]
                    gauge.Bodies.ResolveAll()
                    expectState "" p "done"
                    gauge.Most

                Expect.equal (under Lwt_list.iter_s) 1 "iter_s"
                Expect.equal (under (fun f -> Lwt_list.iteri_s (fun _ -> f))) 1 "iteri_s"
                Expect.equal (under Lwt_list.iter_p) 3 "iter_p"
                Expect.equal (under (fun f -> Lwt_list.iteri_p (fun _ -> f))) 3 "iteri_p"
                Expect.equal (under (Lwt_list.iter_n 2)) 2 "iter_n"
            }
            test "iteri, the indices count from 0" {
                let log = Log()

                let note i x =
                    log.Add $"{i}{x}"
                    Lwt.return_unit

                Lwt_list.iteri_s note [ "a"; "b" ] |> ignore
                Lwt_list.iteri_p note [ "c"; "d" ] |> ignore
                Expect.equal log.Lines [ "0a"; "1b"; "0c"; "1d" ] "in order"
            }
            test "find_s, found; none, rejected with NotFoundException" {
                Expect.equal (run (fun () -> Lwt_list.find_s even [ 1; 4; 6 ])) 4 "the first"

                Expect.throwsT<NotFoundException>
                    (fun () -> run (fun () -> Lwt_list.find_s even [ 1 ]) |> ignore)
                    "none"
            }
            test "function raises, rejects" {
                expectState "!E1" (Lwt_list.iter_s (fun () -> raise (E 1)) [ () ]) "iter_s"
                expectState "!E1" (Lwt_list.map_p (fun () -> raise (E 1)) [ () ]: int list Lwt.t) "map_p"
                expectState "!E1" (Lwt_list.iter_n 1 (fun () -> raise (E 1)) [ () ]) "iter_n"
            }
            test "long lists that are ready, constant stack" {
                let l = [ 1..200_000 ]
                let count = ref 0

                let f _ =
                    count.Value <- count.Value + 1
                    Lwt.return_unit

                run (fun () -> Lwt_list.iter_s f l)
                run (fun () -> Lwt_list.iter_n 2 f l)
                Expect.equal count.Value 400_000 "all"
            }
            testList
                "iter_n"
                [
                    test "less than one, is an error" {
                        Expect.throwsT<ArgumentOutOfRangeException>
                            (fun () -> Lwt_list.iter_n 0 Lwt.return' [ () ] |> ignore)
                            "nothing would run"

                        Expect.throwsT<ArgumentOutOfRangeException>
                            (fun () -> Lwt_list.map_n -1 Lwt.return' [ () ] |> ignore)
                            "nothing would run"
                    }
                    test "one fails, no more are started, those under way end first" {
                        let gauge = Gauge()
                        let started = ref 0

                        let p =
                            Lwt_list.iter_n
                                2
                                (fun _ ->
                                    started.Value <- started.Value + 1
                                    gauge.Call())
                                [ 1..9 ]

                        gauge.Bodies.Resolve(0, Error(E 1))
                        expectState "." p "one is under way"
                        gauge.Bodies.ResolveAll()
                        expectState "!E1" p "the failure"
                        Expect.equal started.Value 2 "no more"
                    }
                    test "canceled, cancels those under way and starts no more" {
                        let gauge = Gauge()
                        let p = Lwt_list.iter_n 2 (fun _ -> gauge.Call()) [ 1..9 ]
                        Lwt.cancel p
                        expectState "!canceled" p "canceled"
                        Expect.equal (gauge.Now, gauge.Most, gauge.Bodies.Any) (0, 2, false) "none"
                    }
                ]
        ]
