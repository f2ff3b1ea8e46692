module Lwt.FSharp.Tests.Placeholder

open Expecto

[<Tests>]
let tests =
    testList
        "suite"
        [
            test "empty, runs" { Expect.equal (2 + 2) 4 "arithmetic holds" }
            testProperty "empty, checks properties" <| fun (x: int) y -> x + y = y + x
        ]
