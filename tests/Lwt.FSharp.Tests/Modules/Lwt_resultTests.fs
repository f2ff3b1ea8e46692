module Lwt.FSharp.Tests.Lwt_resultTests

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Support

let private ok v : Lwt_result.t<int, string> = Lwt_result.return' v
let private bad e : Lwt_result.t<int, string> = Lwt_result.fail e

[<Tests>]
let tests =
    testList
        "Lwt_result"
        [
            test "map, bind and their like, ok and error" {
                let get p = Lwt.poll p
                Expect.equal (get (Lwt_result.map ((+) 1) (ok 1))) (Some(Ok 2)) "map"
                Expect.equal (get (Lwt_result.map ((+) 1) (bad "e"))) (Some(Error "e")) "map, error"
                Expect.equal (get (Lwt_result.map_error String.length (bad "abc"))) (Some(Error 3)) "map_error"
                Expect.equal (get (Lwt_result.bind (ok 1) (fun v -> ok (v + 1)))) (Some(Ok 2)) "bind"

                Expect.equal
                    (get (Lwt_result.bind (bad "e") (fun _ -> failtest "called")))
                    (Some(Error "e": Result<int, string>))
                    "bind, error"

                Expect.equal (get (Lwt_result.bind_error (bad "abc") (fun e -> ok e.Length))) (Some(Ok 3)) "bind_error"
                Expect.equal (get (Lwt_result.bind_lwt (ok 1) (fun v -> Lwt.return' (v + 1)))) (Some(Ok 2)) "bind_lwt"

                Expect.equal
                    (get (Lwt_result.bind_lwt_error (bad "abc") (fun e -> Lwt.return' e.Length)))
                    (Some(Error 3))
                    "bind_lwt_error"

                Expect.equal
                    (get (Lwt_result.bind_result (ok 1) (fun _ -> Error "no": Result<int, string>)))
                    (Some(Error "no"))
                    "bind_result"
            }
            test "catch and get_exn, there and back" {
                Expect.equal (Lwt.poll (Lwt_result.catch (Lwt.fail (E 1): int Lwt.t))) (Some(Error(E 1))) "an error"
                expectState "!E1" (Lwt_result.get_exn (Lwt_result.catch (Lwt.fail (E 1): int Lwt.t))) "raised again"
                expectState "3" (Lwt_result.get_exn (Lwt_result.catch (Lwt.return' 3))) "the value"
            }
            test "catch, of a function, also of one that raises" {
                let caught (f: unit -> int Lwt.t) = Lwt.poll (Lwt_result.catch f)
                Expect.equal (caught (fun () -> Lwt.return' 3)) (Some(Ok 3)) "the value"
                Expect.equal (caught (fun () -> Lwt.fail (E 1))) (Some(Error(E 1))) "rejected"
                Expect.equal (caught (fun () -> raise (E 2))) (Some(Error(E 2))) "raised"
            }
            test "both, two errors, returns the one that came first" {
                let a, ra = Lwt.wait ()
                let b, rb = Lwt.wait ()
                let p: Lwt_result.t<int * int, string> = Lwt_result.both a b
                Lwt.wakeup rb (Error "b")
                Expect.isTrue (Lwt.is_sleeping p) "waits for both"
                Lwt.wakeup ra (Error "a")
                Expect.equal (Lwt.poll p) (Some(Error "b")) "the first"
            }
            test "iter and iter_error, call on their side only" {
                let log = Log()

                let note text _ =
                    log.Add text
                    Lwt.return_unit

                for p in [ ok 1; bad "e" ] do
                    Lwt_result.iter (note "value") p |> ignore
                    Lwt_result.iter_error (note "error") p |> ignore

                Expect.equal log.Lines [ "value"; "error" ] "one each"
            }
            test "operators of Infix" {
                let p =
                    Lwt_result.Infix.(>>=) (ok 1) (fun v -> Lwt_result.Infix.(>|=) (ok v) ((+) 1))

                Expect.equal (Lwt.poll p) (Some(Ok 2)) "bind and map"
            }
            testList
                "lwtResult"
                [
                    test "let!, error leaves the block" {
                        let log = Log()

                        let p =
                            lwtResult {
                                let! a = ok 1
                                let! b = (Ok 2: Result<int, string>)
                                log.Add $"{a + b}"
                                let! _ = bad "stop"
                                log.Add "not here"
                                return a
                            }

                        Expect.equal (Lwt.poll p, log.Lines) (Some(Error "stop"), [ "3" ]) "stopped"
                    }
                    test "while and for, over pauses, stop at an error" {
                        let p =
                            Lwt_main.run_virtual (fun () ->
                                lwtResult {
                                    let mutable sum = 0
                                    let total = ref 0

                                    for x in 1..3 do
                                        do! Lwt_result.ok (Lwt.pause ())
                                        total.Value <- total.Value + x

                                    while total.Value < 10 do
                                        do! Lwt_result.ok (Lwt.pause ())
                                        total.Value <- total.Value + 1

                                    if total.Value <> 10 then
                                        do! Lwt_result.fail "sum"

                                    sum <- total.Value
                                    return sum
                                })

                        Expect.equal p (Ok 10) "counted"
                    }
                    test "and!, waits for both" {
                        let p =
                            lwtResult {
                                let! a = ok 1
                                and! b = ok 2
                                return a + b
                            }

                        Expect.equal (Lwt.poll p) (Some(Ok 3)) "both"
                    }
                    test "use and try, dispose and catch" {
                        let log = Log()

                        let resource =
                            { new IDisposable with
                                member _.Dispose() = log.Add "disposed"
                            }

                        let p =
                            lwtResult {
                                try
                                    use _ = resource
                                    let! v = ok 1

                                    if v = 1 then
                                        raise (E 1)

                                    return v
                                with E n ->
                                    log.Add $"caught {n}"
                                    return! bad "caught"
                            }

                        Expect.equal
                            (Lwt.poll p, log.Lines)
                            (Some(Error "caught"), [ "disposed"; "caught 1" ])
                            "in order"
                    }
                    test "an exception rejects" {
                        let p: Lwt_result.t<int, string> = lwtResult { return raise (E 4) }
                        expectState "!E4" p "rejected"
                    }
                ]
        ]
