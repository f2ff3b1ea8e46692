module Lwt.FSharp.Tests.Lwt_seqTests

open System
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix

exception private Problem of int

let private resolvedTo (expected: 'a) (p: 'a Lwt.t) =
    Expect.equal (Lwt.poll p) (Some expected) "the promise's value"

let private rejected (n: int) (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Fail(Problem m) -> Expect.equal m n "the exception"
    | other -> failtest $"{other}"

let private returns expected s = resolvedTo expected (Lwt_seq.to_list s)

[<Tests>]
let tests =
    let list = Lwt_seq.of_list
    let even x = x % 2 = 0

    testList
        "Lwt_seq"
        [
            test "empty, return', cons and their kin" {
                returns ([]: int list) Lwt_seq.empty
                returns [ 1 ] (Lwt_seq.return' 1)
                returns [ 1 ] (Lwt_seq.return_lwt (Lwt.return' 1))
                returns [ 1; 2 ] (Lwt_seq.cons 1 (list [ 2 ]))
                returns [ 1; 2 ] (Lwt_seq.cons_lwt (Lwt.return' 1) (list [ 2 ]))
                returns [ 1; 2; 3 ] (Lwt_seq.append (list [ 1 ]) (list [ 2; 3 ]))
            }
            test "map, filter, filter_map, flat_map and their kin" {
                returns [ 2; 3 ] (Lwt_seq.map ((+) 1) (list [ 1; 2 ]))
                returns [ 2; 3 ] (Lwt_seq.map_s (fun x -> Lwt.return' (x + 1)) (list [ 1; 2 ]))
                returns [ 2; 4 ] (Lwt_seq.filter even (list [ 1..5 ]))
                returns [ 2; 4 ] (Lwt_seq.filter_s (even >> Lwt.return') (list [ 1..5 ]))
                let half x = if even x then Some(x / 2) else None
                returns [ 1; 2 ] (Lwt_seq.filter_map half (list [ 1..5 ]))
                returns [ 1; 2 ] (Lwt_seq.filter_map_s (half >> Lwt.return') (list [ 1..5 ]))
                returns [ 1; 2; 2 ] (Lwt_seq.flat_map (fun n -> list (List.replicate n n)) (list [ 0; 1; 2 ]))
            }
            test "fold_left, iter and their kin" {
                resolvedTo "012" (Lwt_seq.fold_left (fun acc x -> acc + string<int> x) "" (list [ 0; 1; 2 ]))
                resolvedTo 6 (Lwt_seq.fold_left_s (fun acc x -> Lwt.return' (acc + x)) 0 (list [ 1; 2; 3 ]))
                let mutable seen = []
                let see x = seen <- x :: seen

                let see_s x =
                    see x
                    Lwt.return_unit

                resolvedTo () (Lwt_seq.iter see (list [ 1; 2 ]))
                resolvedTo () (Lwt_seq.iter_s see_s (list [ 3; 4 ]))
                resolvedTo () (Lwt_seq.iter_p see_s (list [ 5; 6 ]))
                resolvedTo () (Lwt_seq.iter_n 2 see_s (list [ 7; 8 ]))
                Expect.equal (List.rev seen) [ 1..8 ] "each once, in order"
            }
            test "iter_s, pending, asks for the next element only after it" {
                let p, u = Lwt.wait ()
                let mutable asked = 0

                let s =
                    Lwt_seq.unfold
                        (fun n ->
                            asked <- n
                            if n < 3 then Some(n, n + 1) else None)
                        0

                let done' = Lwt_seq.iter_s (fun n -> if n = 0 then p else Lwt.return_unit) s
                Expect.equal asked 0 "one step"
                Lwt.wakeup u ()
                Expect.equal asked 3 "all steps"
                resolvedTo () done'
            }
            test "unfold, unfold_lwt, end with None" {
                let step n = if n < 3 then Some(n, n + 1) else None
                returns [ 0; 1; 2 ] (Lwt_seq.unfold step 0)
                returns [ 0; 1; 2 ] (Lwt_seq.unfold_lwt (step >> Lwt.return') 0)
            }
            test "first step, raising, rejects" {
                let raising: int Lwt_seq.t = fun () -> raise (Problem 1)
                rejected 1 (Lwt_seq.to_list (Lwt_seq.map id raising))
                rejected 1 (Lwt_seq.iter ignore raising)
                rejected 2 (Lwt_seq.to_list (Lwt_seq.unfold (fun _ -> raise (Problem 2)) 0: int Lwt_seq.t))
                rejected 3 (Lwt_seq.to_list (Lwt_seq.of_seq (Seq.delay (fun () -> raise (Problem 3))): int Lwt_seq.t))
            }
            test "of_seq, read twice, from the start and from a tail" {
                let mutable made = 0

                let s =
                    Lwt_seq.of_seq (
                        seq {
                            for i in 1..3 do
                                made <- made + 1
                                yield i
                        }
                    )

                returns [ 1; 2; 3 ] s
                returns [ 1; 2; 3 ] s
                Expect.equal made 6 "made twice"

                match Lwt.poll (s ()) with
                | Some(Lwt_seq.Cons(1, tail)) ->
                    returns [ 2; 3 ] tail
                    returns [ 2; 3 ] tail
                | _ -> failtest "no first step"

                Expect.equal made 9 "a tail's steps are kept"
            }
            test "of_seq_lwt, waits for each promise" {
                let p, u = Lwt.wait ()
                let all = Lwt_seq.to_list (Lwt_seq.of_seq_lwt [ p; Lwt.return' 2 ])
                Expect.isTrue (Lwt.is_sleeping all) "waiting"
                Lwt.wakeup u 1
                resolvedTo [ 1; 2 ] all
            }
            test "to_list, a million elements, keeps the stack" {
                let s = Lwt_seq.of_seq (seq { 1..1_000_000 })
                let length = Lwt_main.run_virtual (fun () -> Lwt_seq.to_list s >|= List.length)
                Expect.equal length 1_000_000 "elements"
            }
            test "to_async_enumerable and of_async_enumerable, there and back" {
                let there = Lwt_seq.to_async_enumerable (list [ 1; 2; 3 ])
                let back = Lwt_seq.of_async_enumerable there
                resolvedTo [ 1; 2; 3 ] (Lwt_seq.to_list back)
                resolvedTo [ 1; 2; 3 ] (Lwt_seq.to_list back)
            }
        ]
