/// Ordinary code needs no type annotations. These functions have none; the tests use them at certain types.
module Lwt.FSharp.Tests.Block.InferenceTests

open System.Collections.Generic
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

let identity p =
    lwt {
        let! x = p
        return x
    }

let pair p q =
    lwt {
        let! x = p
        and! y = q
        return x, y
    }

let rec countDown n =
    lwt {
        if n = 0 then
            return "zero"
        else
            do! Lwt.pause ()
            return! countDown (n - 1)
    }

let rec even n =
    lwt { if n = 0 then return true else return! odd (n - 1) }

and odd n =
    lwt { if n = 0 then return false else return! even (n - 1) }

// The kind of collection that `for` runs over must be known: F# takes a parameter of unknown type for a promise, which
// is an error here. The type of the elements need not be known.
let fold f start (ps: _ list) =
    lwt {
        let mutable acc = start

        for p in ps do
            let! x = p
            acc <- f acc x

        return acc
    }

let recover handler p =
    lwt {
        try
            return! p
        with e ->
            return handler e
    }

let forEach f (items: _ seq) =
    lwt {
        for item in items do
            do! f item
    }

let inArray f (items: _ array) =
    lwt {
        for item in items do
            do! f item
    }

let inList f (items: _ list) =
    lwt {
        for item in items do
            do! f item
    }

let inLwtSeq f (items: _ Lwt_seq.t) =
    lwt {
        for item in items do
            do! f item
    }

let inStream f (items: _ Lwt_stream.t) =
    lwt {
        for item in items do
            do! f item
    }

let inAsync f (items: IAsyncEnumerable<_>) =
    lwt {
        for item in items do
            do! f item
    }

// Inferred from use: from the functions that take or return the value.
let ofKnown f items =
    lwt {
        for item in List.rev items do
            do! f item
    }

let inline addAll p q =
    lwt {
        let! x = p
        let! y = q
        return x + y
    }

type Service() =
    member _.Find key =
        lwt {
            do! Task.Yield()
            return key, 1
        }

    member this.FindAll(keys: _ list) =
        lwt {
            let mutable found = []

            for key in keys do
                let! it = this.Find key
                found <- it :: found

            return List.rev found
        }

[<Tests>]
let tests =
    testList
        "lwt block, inference"
        [
            test "generic functions are generic" {
                Expect.equal (outcome (identity (Lwt.return' 1))) "1" "int"
                Expect.equal (outcome (identity (Lwt.return' "a"))) "a" "string"
                Expect.equal (Lwt.poll (pair (Lwt.return' 1) (Lwt.return' "a"))) (Some(1, "a")) "pair"
                Expect.equal (outcome (recover name (Lwt.fail (Boom "b")))) "b" "recover"
                Expect.equal (outcome (addAll (Lwt.return' 1.5) (Lwt.return' 2.5))) "4" "inline"
            }
            test "recursive functions need no annotation" {
                Expect.equal (Lwt_main.run_virtual (fun () -> countDown 3)) "zero" "self"
                Expect.equal (outcome (even 10)) "True" "mutual"
            }
            test "higher order functions need no annotation" {
                Expect.equal (outcome (fold (+) 0 [ Lwt.return' 1; Lwt.return' 2 ])) "3" "fold"
                let log = ResizeArray<int>()
                Expect.equal (outcome (forEach (fun i -> Lwt.return' (log.Add i)) [ 1; 2 ])) "" "forEach"
                Expect.equal (List.ofSeq log) [ 1; 2 ] "log"
            }
            test "for needs no more than the kind of what it runs over" {
                let log = ResizeArray<string>()

                let add item =
                    log.Add(string (box item))
                    Lwt.return_unit

                inArray add [| 1 |] |> Lwt.ignore_result
                inArray add [| "a" |] |> Lwt.ignore_result
                inList add [ 2 ] |> Lwt.ignore_result
                inList add [ "b" ] |> Lwt.ignore_result
                forEach add (ResizeArray [ 3 ]) |> Lwt.ignore_result
                forEach add [ "c" ] |> Lwt.ignore_result
                inLwtSeq add (Lwt_seq.return' 4) |> Lwt.ignore_result
                inLwtSeq add (Lwt_seq.return' "d") |> Lwt.ignore_result
                inStream add (Lwt_stream.of_list [ 5 ]) |> Lwt.ignore_result
                inStream add (Lwt_stream.of_list [ "e" ]) |> Lwt.ignore_result
                inAsync add (Lwt_stream.of_list [ 6 ]) |> Lwt.ignore_result
                ofKnown add [ "f"; "7" ] |> Lwt.ignore_result

                Expect.equal (List.ofSeq log) [ "1"; "a"; "2"; "b"; "3"; "c"; "4"; "d"; "5"; "e"; "6"; "7"; "f" ] "log"
            }
            test "members need no annotation" {
                let found = Lwt_main.run_virtual (fun () -> Service().FindAll [ "a"; "b" ])
                Expect.equal found [ "a", 1; "b", 1 ] "found"
            }
        ]
