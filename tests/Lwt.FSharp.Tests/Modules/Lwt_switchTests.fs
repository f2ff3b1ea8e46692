module Lwt.FSharp.Tests.Lwt_switchTests

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Support

[<Tests>]
let tests =
    testList
        "Lwt_switch"
        [
            test "turn_off, calls the hooks, last first, and waits for all" {
                let it = Lwt_switch.create ()
                let log = Log()
                let p, r = Lwt.wait ()

                for i in 1..2 do
                    Lwt_switch.add_hook (Some it) (fun () ->
                        log.Add(string i)
                        p)

                let off = Lwt_switch.turn_off it
                Expect.equal log.Lines [ "2"; "1" ] "at once"
                Expect.isFalse (Lwt_switch.is_on it) "off"
                expectState "." off "waits"
                Lwt.wakeup r ()
                expectState "" off "done"
                expectState "" (Lwt_switch.turn_off it) "once"
            }
            test "turn_off, a hook raises, calls the others" {
                let it = Lwt_switch.create ()
                let called = ref false

                Lwt_switch.add_hook (Some it) (fun () ->
                    called.Value <- true
                    Lwt.return_unit)

                Lwt_switch.add_hook (Some it) (fun () -> raise (E 1))
                expectState "!E1" (Lwt_switch.turn_off it) "rejected"
                Expect.isTrue called.Value "the other"
            }
            test "off, add_hook and check raise Off, add_hook_or_exec calls" {
                let it = Lwt_switch.create ()
                Lwt_switch.check (Some it)
                Lwt_switch.turn_off it |> ignore

                let isOff f =
                    try
                        f ()
                        false
                    with Lwt_switch.Off ->
                        true

                Expect.isTrue (isOff (fun () -> Lwt_switch.check (Some it))) "check"
                Expect.isTrue (isOff (fun () -> Lwt_switch.add_hook (Some it) Lwt.pause)) "add_hook"
                expectState "!E2" (Lwt_switch.add_hook_or_exec (Some it) (fun () -> Lwt.fail (E 2))) "called"
            }
            test "no switch, nothing happens" {
                Lwt_switch.check None
                Lwt_switch.add_hook None (fun () -> failtest "must not be called")
                expectState "" (Lwt_switch.add_hook_or_exec None (fun () -> failtest "must not be called")) "done"
            }
            test "with_switch, body fails, turns off before it is rejected" {
                let log = Log()

                let p =
                    Lwt_switch.with_switch (fun it ->
                        Lwt_switch.add_hook (Some it) (fun () ->
                            log.Add "off"
                            Lwt.return_unit)

                        Lwt.fail (E 3))

                expectState "!E3" p "the body's"
                Expect.equal log.Lines [ "off" ] "called"
            }
        ]
