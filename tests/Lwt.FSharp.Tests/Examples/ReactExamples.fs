/// The examples in the XML docs of Lwt_react.
module Lwt.FSharp.Tests.Examples.ReactExamples

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Examples.Support

[<Tests>]
let tests =
    testList
        "examples of Lwt_react"
        [
            test "E.create" {
                // example: Lwt_react.E.create
                let clicks, click = Lwt_react.E.create ()
                let count = Lwt_react.S.fold (fun n () -> n + 1) 0 clicks
                click ()
                click ()
                // end
                Expect.equal (Lwt_react.S.value count) 2 "the count"
            }

            test "S.create" {
                // example: Lwt_react.S.create
                let width, set_width = Lwt_react.S.create 2
                let height, set_height = Lwt_react.S.create 3
                let area = Lwt_react.S.l2 (fun w h -> w * h) width height
                set_width 5
                // end
                Expect.equal (Lwt_react.S.value area) 15 "the area"
                set_height 4
                Expect.equal (Lwt_react.S.value area) 20 "the area"
            }

            test "E.next" {
                let keys, press = Lwt_react.E.create ()

                returns "pressed q" (fun () ->
                    let pressed =
                        // example: Lwt_react.E.next
                        lwt {
                            let! key = Lwt_react.E.next keys
                            return $"pressed {key}"
                        }
                    // end

                    press 'q'
                    pressed)
            }

            test "E.limit" {
                let moves, move = Lwt_react.E.create ()
                let log = Log()
                // example: Lwt_react.E.limit
                let positions = Lwt_react.E.limit (fun () -> Lwt_unix.sleep 0.1) moves
                // end
                let logging = Lwt_react.E.map (fun x -> log.Add $"{x}") positions

                Lwt_main.run_virtual (fun () ->
                    lwt {
                        List.iter move [ 1; 2; 3 ]
                        do! Lwt_unix.sleep 1.0
                    })

                Expect.equal log.Lines [ "1"; "3" ] "the positions"
                System.GC.KeepAlive logging
            }
        ]
