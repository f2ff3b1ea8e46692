/// Long blocks: compiling them must take time in proportion to their length. If a step doubled the code of the steps
/// after it, compiling this file would not end, and no test would run.
module Lwt.FSharp.Tests.Block.LongTests

open Expecto
open Lwt.FSharp

let private many () =
    lwt {
        let! a = Lwt.return' 1
        do! Lwt.pause ()
        let! b = Lwt.return' (a + 1)
        do! Lwt.pause ()
        let! c = Lwt.return' (b + 1)
        do! Lwt.pause ()
        let! d = Lwt.return' (c + 1)
        do! Lwt.pause ()
        let! e = Lwt.return' (d + 1)
        do! Lwt.pause ()
        let! f = Lwt.return' (e + 1)
        do! Lwt.pause ()
        let! g = Lwt.return' (f + 1)
        do! Lwt.pause ()
        let! h = Lwt.return' (g + 1)
        do! Lwt.pause ()
        let! i = Lwt.return' (h + 1)
        do! Lwt.pause ()
        let! j = Lwt.return' (i + 1)
        do! Lwt.pause ()
        let! k = Lwt.return' (j + 1)
        do! Lwt.pause ()
        let! l = Lwt.return' (k + 1)
        do! Lwt.pause ()
        let! m = Lwt.return' (l + 1)
        do! Lwt.pause ()
        let! n = Lwt.return' (m + 1)
        do! Lwt.pause ()
        let! o = Lwt.return' (n + 1)
        return o
    }

let private nested (numbers: int list) =
    lwt {
        let mutable total = 0

        for a in numbers do
            do! Lwt.pause ()

            try
                for b in numbers do
                    do! Lwt.pause ()

                    try
                        for c in numbers do
                            do! Lwt.pause ()

                            try
                                while total % 2 = 1 do
                                    do! Lwt.pause ()
                                    total <- total + 1

                                total <- total + a * b * c
                            with _ ->
                                do! Lwt.pause ()
                    finally
                        total <- total + 1
            with _ ->
                do! Lwt.pause ()

        return total
    }

[<Tests>]
let tests =
    testList
        "long blocks"
        [
            testCase "thirty steps"
            <| fun () -> Expect.equal (Lwt_main.run_virtual many) 15 "each step adds one"

            testCase "loops and tries in each other"
            <| fun () ->
                let expected =
                    let mutable total = 0

                    for a in [ 1; 2 ] do
                        for b in [ 1; 2 ] do
                            for c in [ 1; 2 ] do
                                while total % 2 = 1 do
                                    total <- total + 1

                                total <- total + a * b * c

                            total <- total + 1

                    total

                Expect.equal (Lwt_main.run_virtual (fun () -> nested [ 1; 2 ])) expected "as without waiting"
        ]
