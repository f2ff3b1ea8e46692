/// The examples in the XML docs of the blocks lwt { } and lwtResult { }.
module Lwt.FSharp.Tests.Examples.BlockExamples

open System
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal
open Lwt.FSharp.Tests.Examples.Support

/// A connection that takes a second to close.
type private Connection(log: Log) =
    member _.Ask(question: string) = fetch question

    interface IAsyncDisposable with
        member _.DisposeAsync() =
            log.Add "closing"
            Threading.Tasks.ValueTask.CompletedTask

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

let private prints expected (main: unit -> unit Lwt.t) =
    Expect.equal (printed (fun () -> run main)) expected "what is printed"

[<Tests>]
let tests =
    testList
        "examples: blocks"
        [
            test "let! and do!" {
                prints [ "10 characters" ] (fun () ->
                    // example: lwt: let! and do!
                    lwt {
                        let! page = fetch "index"
                        do! Lwt_io.printl $"{page.Length} characters"
                    }
                // end
                )
            }

            test "and!" {
                returns "page a, page b" (fun () ->
                    // example: lwt: and!
                    lwt {
                        let! a = fetch "a"
                        and! b = fetch "b"
                        return $"{a}, {b}"
                    }
                // end
                )
            }

            test "return!" {
                let rounds = ref 0
                // example: lwt: return!
                let rec serve (stop: unit Lwt.t) =
                    lwt {
                        if Lwt.is_sleeping stop then
                            do! Lwt_unix.sleep 1.0
                            rounds.Value <- rounds.Value + 1
                            return! serve stop
                    }
                // end
                run (fun () -> serve (Lwt_unix.sleep 9.5))
                Expect.equal rounds.Value 10 "rounds"
            }

            test "try with" {
                returns "no page: no such page" (fun () ->
                    // example: lwt: try with
                    lwt {
                        try
                            return! fetch "broken"
                        with Failure reason ->
                            return $"no page: {reason}"
                    }
                // end
                )
            }

            test "use" {
                let log = Log()
                let connect () = Lwt.return' (Connection log)

                returns "page index" (fun () ->
                    // example: lwt: use
                    lwt {
                        use! connection = connect ()
                        return! connection.Ask "index" // then the connection is closed
                    }
                // end
                )

                Expect.equal log.Lines [ "closing" ] "log"
            }

            test "for" {
                prints [ "page a"; "page b" ] (fun () ->
                    // example: lwt: for
                    lwt {
                        for name in [ "a"; "b" ] do
                            let! page = fetch name
                            do! Lwt_io.printl page
                    }
                // end
                )
            }

            test "while" {
                prints [ "3"; "2"; "1" ] (fun () ->
                    // example: lwt: while
                    lwt {
                        let mutable left = 3

                        while left > 0 do
                            do! Lwt_io.printl $"{left}"
                            do! Lwt_unix.sleep 1.0
                            left <- left - 1
                    }
                // end
                )
            }

            test "lwtResult" {
                let parse (text: string) : Lwt_result.t<int, string> =
                    match Int32.TryParse text with
                    | true, n -> Lwt_result.return' n
                    | _ -> Lwt_result.fail $"{text} is not a number"

                // example: lwtResult
                let sum a b =
                    lwtResult {
                        let! a = parse a
                        let! b = parse b
                        return a + b
                    }
                // end
                sum "1" "2" |> becomes (Value(Ok 3))
                sum "one" "2" |> becomes (Value(Error "one is not a number"))
            }
        ]
