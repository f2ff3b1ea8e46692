module Lwt.FSharp.Tests.Lwt_pqueueTests

open System.Collections.Generic
open Expecto
open Lwt.FSharp

let private ofList l =
    List.fold (fun q x -> Lwt_pqueue.add x q) Lwt_pqueue.empty l

let rec private drain q =
    match Lwt_pqueue.lookup_min q with
    | None -> []
    | Some x -> x :: drain (Lwt_pqueue.remove_min q)

[<Tests>]
let tests =
    testList
        "Lwt_pqueue"
        [
            test "empty, has no least element" {
                let q: int Lwt_pqueue.t = Lwt_pqueue.empty
                Expect.isTrue (Lwt_pqueue.is_empty q) "empty"
                Expect.equal (Lwt_pqueue.size q, Lwt_pqueue.lookup_min q) (0, None) "nothing"
                Expect.throwsT<NotFoundException> (fun () -> Lwt_pqueue.find_min q |> ignore) "find_min"
                Expect.throwsT<NotFoundException> (fun () -> Lwt_pqueue.remove_min q |> ignore) "remove_min"
            }
            test "empty_by, another order" {
                let q = Lwt_pqueue.empty_by (fun a b -> compare b a)

                Expect.equal
                    (drain (Lwt_pqueue.add 1 (Lwt_pqueue.add 3 (Lwt_pqueue.add 2 q))))
                    [ 3; 2; 1 ]
                    "greatest first"
            }
            test "persistent, the old queue stays" {
                let q = ofList [ 2; 1 ]
                let smaller = Lwt_pqueue.remove_min q
                Expect.equal (Lwt_pqueue.find_min q, Lwt_pqueue.find_min smaller) (1, 2) "both whole"
            }
            test "a hundred thousand in order, constant stack" {
                let q = ofList [ 1..100_000 ]
                Expect.equal (Lwt_pqueue.find_min (Lwt_pqueue.remove_min q)) 2 "the next"
            }
            testProperty "adding and removing sorts, duplicates included"
            <| fun (l: int list) -> drain (ofList l) = List.sort l
            testProperty "union has all elements of both"
            <| fun (a: int list) (b: int list) ->
                let q = Lwt_pqueue.union (ofList a) (ofList b)
                Lwt_pqueue.size q = a.Length + b.Length && drain q = List.sort (a @ b)
        ]
