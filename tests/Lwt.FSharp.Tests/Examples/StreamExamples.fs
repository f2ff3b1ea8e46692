/// The examples in the XML docs of streams.
module Lwt.FSharp.Tests.Examples.StreamExamples

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Terminal

let private lines = System.Collections.Generic.List<string>()

/// Pretends to load a page, in a second.
let private load (name: string) : string Lwt.t =
    lwt {
        lines.Add $"load {name}"
        do! Lwt_unix.sleep 1.0
        return $"page {name}"
    }

/// Pretends to send a message, in a second.
let private send (message: string) : unit Lwt.t =
    lwt {
        do! Lwt_unix.sleep 1.0
        lines.Add $"sent {message}"
    }

/// Runs an example on the virtual clock; checks its value, the seconds it takes and the lines it adds.
let private check (value: 'a) (seconds: float) (expected: string list) (example: unit -> 'a Lwt.t) =
    lines.Clear()
    Expect.equal (timed example) (value, seconds) "the value, and the time it takes"
    Expect.equal (List.ofSeq lines) expected "the lines"

[<Tests>]
let examples =
    testList
        "stream examples"
        [
            test "from calls for one element at a time" {
                check (Some "page 1") 1.0 [ "load 1" ] (fun () ->
                    // example: Lwt_stream.from
                    let number = ref 0

                    let pages =
                        Lwt_stream.from (fun () ->
                            number.Value <- number.Value + 1

                            if number.Value > 3 then
                                Lwt.return_none
                            else
                                Lwt.map Some (load $"{number.Value}"))

                    let first = Lwt_stream.get pages // loads page 1 only
                    // end
                    first)
            }
            test "create, what is pushed reaches the reader" {
                check [ "first"; "second" ] 0.0 [] (fun () ->
                    // example: Lwt_stream.create
                    let messages, push = Lwt_stream.create ()
                    let all = Lwt_stream.to_list messages // waits for the end
                    push (Some "first")
                    push (Some "second")
                    push None
                    // end
                    all)
            }
            test "create_bounded, full, the writer waits" {
                check () 4.0 [ "sent a"; "sent b"; "sent c"; "sent d" ] (fun () ->
                    // example: Lwt_stream.create_bounded
                    let messages, push = Lwt_stream.create_bounded 2

                    let write () =
                        lwt {
                            for message in [ "a"; "b"; "c"; "d" ] do
                                do! push.push message // waits while two messages are in the queue

                            push.close ()
                        }

                    let all = Lwt.join [ write (); Lwt_stream.iter_s send messages ]
                    // end
                    all)
            }
            test "of_list" {
                check [ 1; 4; 9 ] 0.0 [] (fun () ->
                    // example: Lwt_stream.of_list
                    let numbers = Lwt_stream.of_list [ 1; 2; 3 ]
                    let squares = Lwt_stream.to_list (Lwt_stream.map (fun x -> x * x) numbers) // 1, 4, 9
                    // end
                    squares)
            }
            test "get, up to the end" {
                check () 2.0 [ "sent a"; "sent b" ] (fun () ->
                    let messages = Lwt_stream.of_list [ "a"; "b" ]

                    // example: Lwt_stream.get
                    let rec sendAll () =
                        lwt {
                            match! Lwt_stream.get messages with
                            | Some message ->
                                do! send message
                                return! sendAll ()
                            | None -> return ()
                        }
                    // end
                    sendAll ())
            }
            test "map_s loads one at a time" {
                check (Some "page a") 1.0 [ "load a" ] (fun () ->
                    // example: Lwt_stream.map_s
                    let pages = Lwt_stream.map_s load (Lwt_stream.of_list [ "a"; "b" ])
                    let first = Lwt_stream.get pages // loads "a"; "b" is loaded when it is asked for
                    // end
                    first)
            }
            test "iter_p sends all at the same time" {
                check () 1.0 [ "sent a"; "sent b"; "sent c" ] (fun () ->
                    // example: Lwt_stream.iter_p
                    let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
                    let all = Lwt_stream.iter_p send messages // takes as long as one message
                    // end
                    all)
            }
            test "iter_s sends one at a time" {
                check () 3.0 [ "sent a"; "sent b"; "sent c" ] (fun () ->
                    // example: Lwt_stream.iter_s
                    let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
                    let all = Lwt_stream.iter_s send messages // takes as long as three messages
                    // end
                    all)
            }
            test "iter_n sends two at a time" {
                check () 2.0 [ "sent a"; "sent b"; "sent c" ] (fun () ->
                    // example: Lwt_stream.iter_n
                    let messages = Lwt_stream.of_list [ "a"; "b"; "c" ]
                    let all = Lwt_stream.iter_n 2 send messages // sends "c" once "a" or "b" is sent
                    // end
                    all)
            }
        ]
