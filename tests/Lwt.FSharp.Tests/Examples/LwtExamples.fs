/// The examples in the XML docs of the module Lwt.
module Lwt.FSharp.Tests.Examples.LwtExamples

open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal
open Lwt.FSharp.Tests.Examples.Support

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

let private sequential =
    testList
        "one after another"
        [
            test "return'" {
                // example: Lwt.return'
                let answer = Lwt.return' 42
                // end
                answer |> becomes (Value 42)
            }

            test "wait" {
                // example: Lwt.wait
                let name, resolver = Lwt.wait ()
                let greeting = name >|= fun name -> $"Hello, {name}"

                Lwt.wakeup_later resolver "Ann"
                // end
                greeting |> becomes (Value "Hello, Ann")
            }

            test "bind" {
                returns "page page index" (fun () ->
                    // example: Lwt.bind
                    Lwt.bind (fetch "index") (fun link -> fetch link)
                // end
                )
            }

            test ">>=" {
                returns 10 (fun () ->
                    // example: Lwt.Infix.(>>=)
                    fetch "index" >>= fun page -> Lwt.return' page.Length
                // end
                )
            }

            test "map" {
                returns 10 (fun () ->
                    // example: Lwt.map
                    Lwt.map String.length (fetch "index")
                // end
                )
            }

            test ">|=" {
                returns "PAGE INDEX" (fun () ->
                    // example: Lwt.Infix.(>|=)
                    fetch "index" >|= fun page -> page.ToUpperInvariant()
                // end
                )
            }

            test "catch" {
                returns "no page" (fun () ->
                    // example: Lwt.catch
                    Lwt.catch (fun () -> fetch "broken") (function
                        | Failure _ -> Lwt.return' "no page"
                        | e -> Lwt.fail e)
                // end
                )
            }

            test "finalize" {
                let mutable value = ""

                let lines =
                    printed (fun () ->
                        value <-
                            run (fun () ->
                                // example: Lwt.finalize
                                Lwt.finalize (fun () -> fetch "index") (fun () -> Lwt_io.printl "finished")
                            // end
                            ))

                Expect.equal (value, lines) ("page index", [ "finished" ]) "the value, and what is printed"
            }

            test "try_bind" {
                returns (Error "no such page") (fun () ->
                    // example: Lwt.try_bind
                    Lwt.try_bind (fun () -> fetch "broken") (fun page -> Lwt.return' (Ok page)) (fun e ->
                        Lwt.return' (Error e.Message))
                // end
                )
            }

            test "pause" {
                // example: Lwt.pause
                let rec sum total n =
                    lwt {
                        if n = 0 then
                            return total
                        else
                            do! Lwt.pause () // other promises run here
                            return! sum (total + n) (n - 1)
                    }
                // end
                returns 5050 (fun () -> sum 0 100)
            }

            test "with_value" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            // example: Lwt.with_value
                            let request = Lwt.new_key<int>()

                            let log text =
                                match Lwt.get request with
                                | Some id -> Lwt_io.printl $"request {id}: {text}"
                                | None -> Lwt_io.printl text

                            Lwt.with_value request (Some 7) (fun () -> fetch "index" >>= log)
                        // end
                        ))

                Expect.equal lines [ "request 7: page index" ] "what is printed"
            }
        ]

let private concurrent =
    testList
        "several at a time"
        [
            test "both" {
                returns ("page a", "page b") (fun () ->
                    // example: Lwt.both
                    Lwt.both (fetch "a") (fetch "b")
                // end
                )
            }

            test "join" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            // example: Lwt.join
                            Lwt.join [ Lwt_unix.sleep 1.0; Lwt_unix.sleep 2.0 ]
                            >>= fun () -> Lwt_io.printl "two seconds later"
                        // end
                        ))

                Expect.equal lines [ "two seconds later" ] "what is printed"
            }

            test "all" {
                returns [ "page a"; "page b" ] (fun () ->
                    // example: Lwt.all
                    Lwt.all [ fetch "a"; fetch "b" ]
                // end
                )
            }

            test "choose" {
                let mutable value = ""

                let lines =
                    printed (fun () ->
                        value <-
                            run (fun () ->
                                // example: Lwt.choose
                                lwt {
                                    let page = fetch "slow"
                                    do! Lwt.choose [ page >|= ignore; Lwt_unix.sleep 2.0 ]

                                    if Lwt.is_sleeping page then
                                        do! Lwt_io.printl "still loading"

                                    return! page
                                }
                            // end
                            ))

                Expect.equal (value, lines) ("page slow", [ "still loading" ]) "the value, and what is printed"
            }

            test "pick" {
                returns None (fun () ->
                    // example: Lwt.pick
                    Lwt.pick [ fetch "slow" >|= Some; Lwt_unix.sleep 2.0 >|= fun () -> None ]
                // end
                )
            }
        ]

let private cancelling =
    testList
        "cancelling"
        [
            test "task" {
                // example: Lwt.task
                let order, resolver = Lwt.task ()
                let bill = order >|= fun dish -> $"a bill for {dish}"

                Lwt.cancel bill // rejects order, and so bill, with Lwt.Canceled
                Lwt.wakeup_later resolver "soup" // does nothing: order is cancelled
                // end
                bill |> becomes Cancelled
            }

            test "cancel" {
                run (fun () ->
                    // example: Lwt.cancel
                    let length = fetch "slow" >|= String.length
                    Lwt.cancel length // cancels the sleep in fetch
                    // end
                    length |> becomes Cancelled
                    Lwt.return_unit)
            }

            test "on_cancel" {
                let log = Log()
                // example: Lwt.on_cancel
                let order, resolver = Lwt.task<string>()
                Lwt.on_cancel order (fun () -> log.Add "the order is withdrawn")
                Lwt.cancel order
                // end
                Expect.equal log.Lines [ "the order is withdrawn" ] "log"
            }

            test "protected'" {
                run (fun () ->
                    lwt {
                        // example: Lwt.protected'
                        let page = fetch "index"
                        let mine = Lwt.protected' page
                        Lwt.cancel mine // rejects mine; page stays pending
                        // end
                        mine |> becomes Cancelled
                        let! text = page
                        Expect.equal text "page index" "page"
                    })
            }

            test "no_cancel" {
                run (fun () ->
                    lwt {
                        // example: Lwt.no_cancel
                        let page = Lwt.no_cancel (fetch "index")
                        Lwt.cancel page // does nothing
                        // end
                        let! text = page
                        Expect.equal text "page index" "page"
                    })
            }
        ]

let private background =
    testList
        "in the background"
        [
            test "async" {
                let log = Log()

                run (fun () ->
                    let save () =
                        log.Add "saved"
                        Lwt.return_unit
                    // example: Lwt.async
                    Lwt.async (fun () ->
                        lwt {
                            while true do
                                do! Lwt_unix.sleep 60.0
                                do! save ()
                        })
                    // end
                    Lwt_unix.sleep 150.0)

                Expect.equal log.Lines [ "saved"; "saved" ] "log"
            }

            test "dont_wait" {
                let log = Log()

                run (fun () ->
                    // example: Lwt.dont_wait
                    Lwt.dont_wait (fun () -> fetch "broken") (fun e -> log.Add $"fetch failed: {e.Message}")
                    // end
                    Lwt_unix.sleep 2.0)

                Expect.equal log.Lines [ "fetch failed: no such page" ] "log"
            }
        ]

[<Tests>]
let tests =
    testList "examples: Lwt" [ sequential; concurrent; cancelling; background ]
