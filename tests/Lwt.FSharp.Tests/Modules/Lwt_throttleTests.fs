module Lwt.FSharp.Tests.Lwt_throttleTests

open System
open Expecto
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix
open Lwt.FSharp.Tests.Support

let private sleep (seconds: float) = Primitives.Sleep<unit> seconds

[<Tests>]
let tests =
    testList
        "Lwt_throttle"
        [
            test "create, numbers too small, is an error" {
                for rate, max, n in [ 0, 1, 0; 1, 0, 0; 1, 1, -1 ] do
                    Expect.throws
                        (fun () -> (Lwt_throttle.create rate max n: string Lwt_throttle.t) |> ignore)
                        $"{rate} {max} {n}"
            }
            test "wait, within the rate, at once; above it, in the next second" {
                Lwt_main.run_virtual (fun () ->
                    let t = Lwt_throttle.create 2 10 0
                    let turns = [ for _ in 1..5 -> Lwt_throttle.wait t "a" ]
                    let states () = List.map state turns
                    Expect.equal (states ()) [ "True"; "True"; "."; "."; "." ] "two"

                    sleep 1.5
                    >>= fun () ->
                        Expect.equal (states ()) [ "True"; "True"; "True"; "True"; "." ] "two more"

                        sleep 1.0
                        >>= fun () ->
                            Expect.equal (states ()) [ "True"; "True"; "True"; "True"; "True" ] "the last"
                            Lwt.return_unit)
            }
            test "wait, keys have rates of their own; false when too many wait" {
                Lwt_main.run_virtual (fun () ->
                    let t = Lwt_throttle.create 1 1 0
                    let wait key = state (Lwt_throttle.wait t key)
                    Expect.equal [ wait 1; wait 2; wait 1; wait 2 ] [ "True"; "True"; "."; "False" ] "one may wait"
                    Lwt.return_unit)
            }
            test "wait, canceled, leaves the turn to the next and its place to another" {
                Lwt_main.run_virtual (fun () ->
                    let t = Lwt_throttle.create 1 2 0
                    Lwt_throttle.wait t 1 |> ignore
                    let a, b = Lwt_throttle.wait t 1, Lwt_throttle.wait t 1
                    Lwt.cancel a
                    let c = Lwt_throttle.wait t 1
                    Expect.equal [ state a; state b; state c ] [ "!canceled"; "."; "." ] "a place is free"

                    sleep 1.5
                    >|= fun () -> Expect.equal [ state b; state c ] [ "True"; "." ] "one a second")
            }
            test "create_by, keys that its comparer holds equal share a rate" {
                Lwt_main.run_virtual (fun () ->
                    let t = Lwt_throttle.create_by StringComparer.OrdinalIgnoreCase 1 9
                    Lwt_throttle.wait t "a" |> ignore
                    expectState "." (Lwt_throttle.wait t "A") "the same"
                    Lwt.return_unit)
            }
            test "at rest, keeps no sleep" {
                use loop = new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))
                let t = Lwt_throttle.create 1 9 0
                loop.RunHere(fun () -> Lwt_throttle.wait t 1 >>= fun _ -> sleep 5.0)
                // Nothing else can resolve this promise; if a sleep were still pending, the loop would wait for it.
                Expect.throwsT<InvalidOperationException>
                    (fun () -> loop.RunHere(fun () -> fst (Lwt.wait ()): unit Lwt.t))
                    "idle"
            }
        ]
