module Lwt.FSharp.Tests.Lwt_sequenceTests

open System.Collections.Generic
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Support

let private ofList l =
    let s = Lwt_sequence.create ()
    let nodes = l |> List.map (fun x -> Lwt_sequence.add_r x s)
    s, nodes

let private toList s =
    List.rev (Lwt_sequence.fold_l (fun x acc -> x :: acc) s [])

[<Tests>]
let tests =
    testList
        "Lwt_sequence"
        [
            test "take, empty, raises Empty; the opt forms return None" {
                let s: int Lwt_sequence.t = Lwt_sequence.create ()
                Expect.throwsT<Lwt_sequence.Empty> (fun () -> Lwt_sequence.take_l s |> ignore) "left"
                Expect.throwsT<Lwt_sequence.Empty> (fun () -> Lwt_sequence.take_r s |> ignore) "right"
                Expect.equal (Lwt_sequence.take_opt_l s, Lwt_sequence.take_opt_r s) (None, None) "none"
                Expect.isTrue (Lwt_sequence.is_empty s) "empty"
            }
            test "add and take, both ends" {
                let s = Lwt_sequence.create ()

                for x in 1..3 do
                    Lwt_sequence.add_l x s |> ignore
                    Lwt_sequence.add_r (x * 10) s |> ignore

                Expect.equal (toList s) [ 3; 2; 1; 10; 20; 30 ] "in order"
                Expect.equal (Lwt_sequence.take_l s, Lwt_sequence.take_r s) (3, 30) "ends"
                Expect.equal (Lwt_sequence.length s) 4 "length"
            }
            test "remove, twice, removes once" {
                let s, nodes = ofList [ 1; 2; 3 ]
                Lwt_sequence.remove nodes[1]
                Lwt_sequence.remove nodes[1]
                Expect.equal (toList s) [ 1; 3 ] "one gone"
                Lwt_sequence.set nodes[0] 7
                Expect.equal (Lwt_sequence.get nodes[0], toList s) (7, [ 7; 3 ]) "set"
            }
            test "iter_node_l, removing as it goes, meets each that is left" {
                let s, nodes = ofList [ 1; 2; 3; 4 ]
                let met = List<int>()

                Lwt_sequence.iter_node_l
                    (fun node ->
                        met.Add(Lwt_sequence.get node)
                        Lwt_sequence.remove node
                        Lwt_sequence.remove nodes[2])
                    s

                Expect.sequenceEqual met [ 1; 2; 4 ] "not the removed one"
                Expect.isTrue (Lwt_sequence.is_empty s) "all removed"
            }
            test "iter_r, fold_r, find_node_r go from the right" {
                let s, _ = ofList [ 1; 2; 3; 4 ]
                let met = List<int>()
                Lwt_sequence.iter_r met.Add s
                Expect.sequenceEqual met [ 4; 3; 2; 1 ] "iter_r"
                Expect.equal (Lwt_sequence.fold_r (fun x l -> x :: l) s []) [ 1; 2; 3; 4 ] "fold_r"
                Expect.equal (Lwt_sequence.get (Lwt_sequence.find_node_r (fun x -> x < 3) s)) 2 "find_node_r"
                Expect.equal (Lwt_sequence.get (Lwt_sequence.find_node_l (fun x -> x > 1) s)) 2 "find_node_l"
            }
            test "find_node, none" {
                let s, _ = ofList [ 1 ]

                Expect.throwsT<NotFoundException> (fun () -> Lwt_sequence.find_node_l (fun x -> x > 1) s |> ignore) "l"

                Expect.throwsT<NotFoundException> (fun () -> Lwt_sequence.find_node_r (fun x -> x > 1) s |> ignore) "r"

                Expect.isNone (Lwt_sequence.find_node_opt_l (fun x -> x > 1) s) "opt l"
                Expect.isNone (Lwt_sequence.find_node_opt_r (fun x -> x > 1) s) "opt r"
            }
            test "transfer, both ends, empties the source" {
                let a, _ = ofList [ 1; 2 ]
                let b, _ = ofList [ 3; 4 ]
                Lwt_sequence.transfer_l a b
                Expect.equal (toList a, toList b) ([], [ 1; 2; 3; 4 ]) "left"
                let c, _ = ofList [ 5 ]
                Lwt_sequence.transfer_r c b
                Lwt_sequence.transfer_r c b
                Expect.equal (toList b) [ 1; 2; 3; 4; 5 ] "right, and of an empty one"
            }
            test "transfer, into itself, keeps all" {
                let a, _ = ofList [ 1; 2 ]
                Lwt_sequence.transfer_l a a
                Lwt_sequence.transfer_r a a
                Expect.equal (toList a) [ 1; 2 ] "as it was"
            }
            test "clear, then removing an old node, leaves new ones alone" {
                let s, nodes = ofList [ 1; 2 ]
                Lwt_sequence.clear s
                Expect.isTrue (Lwt_sequence.is_empty s) "empty"
                Lwt_sequence.remove nodes[0]
                Expect.equal (Lwt_sequence.length s <= 1) true "its old neighbours only"
            }
            test "add_task_r and add_task_l, canceled, leave the sequence" {
                let s = Lwt_sequence.create ()
                let a = Lwt.add_task_r s
                let b = Lwt.add_task_r s
                let c = Lwt.add_task_l s
                Lwt.cancel b
                expectState "!canceled" b "canceled"
                Expect.equal (Lwt_sequence.length s) 2 "two left"
                Lwt.wakeup (Lwt_sequence.take_l s) "first"
                Lwt.wakeup (Lwt_sequence.take_l s) "second"
                expectState "first" c "added at the left"
                expectState "second" a "added at the right"
            }
        ]
