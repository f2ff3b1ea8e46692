/// Each construct of a block, for each way in which the promise that it waits for can end.
module Lwt.FSharp.Tests.Block.ConstructsTests

open System
open System.Collections.Generic
open System.Threading.Tasks
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

let private sequential =
    [
        case "let!" ("43", [ "42" ]) ("#!", []) (fun log p ->
            lwt {
                let! x = p
                log (string x)
                return x + 1
            })
        case "let!, twice" ("84", [ "first" ]) ("#!", []) (fun log p ->
            lwt {
                let! x = p
                log "first"
                let! y = p
                return x + y
            })
        case "do!" ("1", [ "after" ]) ("#!", []) (fun log p ->
            lwt {
                do! Lwt.map ignore p
                log "after"
                return 1
            })
        case "do! last" ("43", [ "inner" ]) ("#!", []) (fun log p ->
            let inner =
                lwt {
                    let! _ = p
                    log "inner"
                }

            Lwt.map (fun () -> 43) (lwt { do! inner }))
        case "return!" ("42", [ "start" ]) ("#!", [ "start" ]) (fun log p ->
            lwt {
                log "start"
                return! p
            })
        case "return!, after let!" ("42", [ "42" ]) ("#!", []) (fun log p ->
            lwt {
                let! x = p
                log (string x)
                return! p
            })
        case "if without else" ("42", [ "then" ]) ("#!", []) (fun log p ->
            lwt {
                let! x = p

                if x > 0 then
                    do! Lwt.return_unit
                    log "then"

                return x
            })
        case "if, one branch waits" ("42", []) ("#!", []) (fun _ p ->
            lwt {
                if Object.ReferenceEquals(p, null) then
                    return 0
                else
                    let! x = p
                    return x
            })
        case "match!" ("42", [ "small" ]) ("#!", []) (fun log p ->
            lwt {
                match! p with
                | x when x > 100 -> return -1
                | x ->
                    log "small"
                    return! Lwt.return' x
            })
        case "nested blocks" ("52", [ "inner 42"; "outer" ]) ("#!", []) (fun log p ->
            lwt {
                let! x =
                    lwt {
                        let! x = p
                        log $"inner {x}"
                        return! lwt { return x + 10 }
                    }

                log "outer"
                return x
            })
        case "raise after the wait" ("#late", []) ("#!", []) (fun _ p ->
            lwt {
                let! _ = p
                return raise (Boom "late")
            })
    ]

let private handlers =
    [
        case "try with, body waits" ("42", []) ("7", [ "caught !" ]) (fun log p ->
            lwt {
                try
                    let! x = p
                    return x
                with e ->
                    log $"caught {name e}"
                    return 7
            })
        case "try with, return! in the body" ("42", []) ("7", [ "caught !" ]) (fun log p ->
            lwt {
                try
                    return! p
                with e ->
                    log $"caught {name e}"
                    return 7
            })
        case "try with, handler waits" ("42", [ "caught" ]) ("#!", [ "caught" ]) (fun log p ->
            lwt {
                try
                    return failwith "body"
                with _ ->
                    log "caught"
                    let! x = p
                    return x
            })
        case "try with, handler ends in return!" ("42", []) ("#!", []) (fun _ p ->
            lwt {
                try
                    do! Lwt.fail (Boom "first")
                    return 0
                with _ ->
                    return! p
            })
        case "try with, no pattern fits" ("42", []) ("#!", []) (fun log p ->
            lwt {
                try
                    return! p
                with :? ArgumentException ->
                    log "caught"
                    return 0
            })
        case "try with, code after it" ("43", [ "after" ]) ("8", [ "after" ]) (fun log p ->
            lwt {
                let! x =
                    lwt {
                        try
                            return! p
                        with _ ->
                            return 7
                    }

                log "after"
                return x + 1
            })
        case "try with, in the middle of a block" ("1", [ "42"; "after" ]) ("1", [ "caught !"; "after" ]) (fun log p ->
            lwt {
                try
                    let! x = p
                    log (string x)
                with e ->
                    do! Lwt.return_unit
                    log $"caught {name e}"

                log "after"
                return 1
            })
        case "try with, nested" ("42", []) ("2", [ "inner !"; "outer again" ]) (fun log p ->
            lwt {
                try
                    try
                        return! p
                    with e ->
                        log $"inner {name e}"
                        return raise (Boom "again")
                with e ->
                    log $"outer {name e}"
                    return 2
            })
        case "try finally" ("42", [ "42"; "finally" ]) ("#!", [ "finally" ]) (fun log p ->
            lwt {
                try
                    let! x = p
                    log (string x)
                    return x
                finally
                    log "finally"
            })
        case "try finally, return! in the body" ("42", [ "finally" ]) ("#!", [ "finally" ]) (fun log p ->
            lwt {
                try
                    return! p
                finally
                    log "finally"
            })
        case "try finally, finaliser raises" ("#finally", []) ("#finally", []) (fun _ p ->
            lwt {
                try
                    return! p
                finally
                    raise (Boom "finally")
            })
        case
            "try finally in try with"
            ("42", [ "finally"; "after" ])
            ("7", [ "finally"; "caught !"; "after" ])
            (fun log p ->
                lwt {
                    let mutable result = 0

                    try
                        try
                            let! x = p
                            result <- x
                        finally
                            log "finally"
                    with e ->
                        log $"caught {name e}"
                        result <- 7

                    log "after"
                    return result
                })
        case "try with in try finally" ("42", [ "finally" ]) ("7", [ "caught !"; "finally" ]) (fun log p ->
            lwt {
                try
                    try
                        let! x = p
                        return x
                    with e ->
                        log $"caught {name e}"
                        return 7
                finally
                    log "finally"
            })
        case "try finally, nested" ("42", [ "inner"; "outer" ]) ("#!", [ "inner"; "outer" ]) (fun log p ->
            lwt {
                try
                    try
                        return! p
                    finally
                        log "inner"
                finally
                    log "outer"
            })
    ]

let private loops =
    [
        case "while" ("126", [ "0"; "1"; "2" ]) ("#!", [ "0" ]) (fun log p ->
            lwt {
                let mutable sum = 0
                let mutable i = 0

                while i < 3 do
                    log (string i)
                    let! x = p
                    sum <- sum + x
                    i <- i + 1

                return sum
            })
        case "while!" ("126", []) ("#!", []) (fun _ p ->
            lwt {
                let mutable sum = 0

                while! Lwt.map (fun x -> sum < 3 * x) p do
                    sum <- sum + 42

                return sum
            })
        case "while, never entered" ("42", []) ("#!", []) (fun log p ->
            lwt {
                while false do
                    log "body"

                return! p
            })
        case "for over an array" ("6", [ "1"; "2"; "3" ]) ("#!", [ "1" ]) (fun log p ->
            lwt {
                let mutable sum = 0

                for i in [| 1; 2; 3 |] do
                    log (string i)
                    let! _ = p
                    sum <- sum + i

                return sum
            })
        case "for over a list" ("6", [ "1"; "2"; "3" ]) ("#!", [ "1" ]) (fun log p ->
            lwt {
                let mutable sum = 0

                for i in [ 1; 2; 3 ] do
                    log (string i)
                    let! _ = p
                    sum <- sum + i

                return sum
            })
        case "for over a range" ("6", [ "1"; "2"; "3" ]) ("#!", [ "1" ]) (fun log p ->
            lwt {
                let mutable sum = 0

                for i in 1..3 do
                    log (string i)
                    let! _ = p
                    sum <- sum + i

                return sum
            })
        case
            "for over a sequence, which is disposed of"
            ("3", [ "1"; "2"; "disposed" ])
            ("#!", [ "1"; "disposed" ])
            (fun log p ->
                let items =
                    seq {
                        try
                            yield 1
                            yield 2
                        finally
                            log "disposed"
                    }

                lwt {
                    let mutable sum = 0

                    for i in items do
                        log (string i)
                        let! _ = p
                        sum <- sum + i

                    return sum
                })
        case "for, nested, with a try inside" ("4", []) ("0", [ "!"; "!"; "!"; "!" ]) (fun log p ->
            lwt {
                let mutable count = 0

                for _ in [ 1; 2 ] do
                    for _ in [| 1; 2 |] do
                        try
                            let! _ = p
                            count <- count + 1
                        with e ->
                            log (name e)

                return count
            })
    ]

[<Tests>]
let tests =
    testList "lwt block" [ for case in sequential @ handlers @ loops -> testsOf case ]

[<Tests>]
let path =
    testCase "lwt block > path, is the one that the project is compiled for"
    <| fun () ->
        let p, r = Lwt.wait ()

        let block =
            lwt {
                let! x = p
                return x + 1
            }

        Expect.equal (pathOf block) expectedPath "path"
        Lwt.wakeup r 1
        Expect.equal (outcome block) "2" "outcome"
