/// Ordinary code needs no type annotations. These functions have none; the tests give them their types.
module Lwt.FSharp.Tests.BuilderInference

open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.BuilderCases

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

// What for runs over has to be known: a block takes promises first.
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
            test "members need no annotation" {
                let found = Lwt_main.run_virtual (fun () -> Service().FindAll [ "a"; "b" ])
                Expect.equal found [ "a", 1; "b", 1 ] "found"
            }
        ]
