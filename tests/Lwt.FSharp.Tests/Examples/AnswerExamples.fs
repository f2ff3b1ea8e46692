/// The F# of docs/names.md where what answers to a construct of OCaml's is code. The lines between `// answers:`, with what stands
/// in the table's first column, and `// end` are those of the table.
module Lwt.FSharp.Tests.Examples.AnswerExamples

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Examples.Support

exception private Missing of string

/// Runs a block on a virtual clock, with what it writes to a log.
let private logs (expected: string list) (main: Log -> unit Lwt.t) =
    let log = Log()
    Lwt_main.run_virtual (fun () -> main log)
    Expect.equal log.Lines expected "what was logged"

let private preprocessor =
    testList
        "lwt_ppx"
        [
            test "binding" {
                logs [ "1"; "1 2" ] (fun log ->
                    lwt {
                        let p = Lwt.return' 1
                        let q = Lwt.return' 2
                        // answers: let%lwt x = p in e
                        let! x = p
                        // end
                        log.Add $"{x}"
                        // answers: let%lwt x = p and y = q in e
                        let! x = p
                        and! y = q
                        // end
                        log.Add $"{x} {y}"
                    })
            }

            test "sequence" {
                logs [ "first"; "then" ] (fun log ->
                    let p = Lwt.map (fun () -> log.Add "first") (Lwt.pause ())

                    lwt {
                        // answers: p;%lwt e
                        do! p
                        // end
                        log.Add "then"
                    })
            }

            test "match" {
                logs [ "a 1"; "b" ] (fun log ->
                    let a x = log.Add $"a {x}"
                    let b () = log.Add "b"

                    let handle (p: int option Lwt.t) =
                        lwt {
                            // answers: match%lwt p with Some x -> a x | None -> b
                            match! p with
                            | Some x -> a x
                            | None -> b ()
                        // end
                        }

                    let guarded (p: int Lwt.t) =
                        lwt {
                            // answers: match%lwt p with x -> a x | exception Missing _ -> b
                            try
                                let! x = p
                                a x
                            with Missing _ ->
                                b ()
                        // end
                        }

                    lwt {
                        do! handle (Lwt.return' (Some 1))
                        do! guarded (Lwt.fail (Missing "x"))
                    })
            }

            test "try and finally" {
                logs [ "handled no"; "body"; "cleanup" ] (fun log ->
                    let e name = log.Add $"handled {name}"

                    lwt {
                        let p = Lwt.fail<unit>(Missing "no")
                        // answers: try%lwt p with Missing name -> e
                        try
                            do! p
                        with Missing name ->
                            e name
                        // end
                        let p = Lwt.map (fun () -> log.Add "body") (Lwt.pause ())

                        let close () =
                            Lwt.map (fun () -> log.Add "cleanup") (Lwt.pause ())
                        // answers: p [%finally close ()]
                        do! Lwt.finalize (fun () -> p) close
                    // end
                    })
            }

            test "if, while, for" {
                logs [ "a"; "e 1"; "e 2"; "up 1"; "up 2"; "down 2"; "down 1" ] (fun log ->
                    lwt {
                        let p = Lwt.return' true
                        let a () = log.Add "a"
                        let b () = log.Add "b"
                        // answers: if%lwt p then a else b
                        let! yes = p

                        if yes then a () else b ()
                        // end
                        let turns = ref 0
                        let more () = Lwt.return' (turns.Value < 2)

                        let e () =
                            turns.Value <- turns.Value + 1
                            log.Add $"e {turns.Value}"
                        // answers: while%lwt more () do e done
                        while! more () do
                            e ()
                        // end
                        let body name i : unit Lwt.t =
                            Lwt.map (fun () -> log.Add $"{name} {i}") (Lwt.pause ())

                        let up, down = body "up", body "down"
                        let n = 2
                        // answers: for%lwt i = 1 to n do body i done
                        for i in 1..n do
                            do! up i
                        // end
                        // answers: for%lwt i = n downto 1 do body i done
                        for i in n .. -1 .. 1 do
                            do! down i
                    // end
                    })
            }

            test "assert" {
                let failed =
                    lwt {
                        let holds = 1 + 1 = 3
                        // answers: assert%lwt holds
                        if not holds then
                            failwith "assertion failed"
                    // end
                    }

                Expect.isTrue (Lwt.state failed).IsFail "rejected"
            }
        ]

let private direct =
    testList
        "Lwt_direct"
        [
            test "spawn, await, yield" {
                logs [ "next line"; "in the background"; "page a" ] (fun log ->
                    lwt {
                        let f () = fetch "a"
                        // answers: spawn f
                        let p = Lwt.bind (Lwt.pause ()) f
                        // end
                        let g () = lwt { log.Add "in the background" }
                        // answers: spawn_in_the_background g
                        Lwt.async (fun () -> Lwt.bind (Lwt.pause ()) g)
                        // end
                        log.Add "next line"
                        // answers: await p
                        let! page = p
                        // end
                        log.Add page
                        // answers: yield ()
                        do! Lwt.pause ()
                    // end
                    })
            }

            test "Storage" {
                logs [ "None"; "Some 1"; "None" ] (fun log ->
                    lwt {
                        // answers: Storage.new_key ()
                        let key: int Lwt.key = Lwt.new_key ()
                        // end
                        // answers: Storage.get key
                        let value = Lwt.get key
                        // end
                        log.Add $"%A{value}"
                        let rest () = lwt { log.Add $"%A{Lwt.get key}" }
                        // answers: Storage.set key 1
                        do! Lwt.with_value key (Some 1) rest
                        // end
                        // answers: Storage.remove key
                        do! Lwt.with_value key None rest
                    // end
                    })
            }
        ]

let private events =
    testList
        "Lwt_runtime_events"
        [
            test "counts and hooks" {
                let laps = ref 0
                let lap () = laps.Value <- laps.Value + 1

                let count =
                    // answers: sch_lap
                    let hook = Lwt_main.Enter_iter_hooks.add_first lap
                    // end
                    let main () =
                        lwt {
                            do! Lwt.pause ()
                            // answers: paused_count
                            let count = Lwt.paused_count ()
                            // end
                            return count
                        }

                    let count = Lwt_main.run (main ())
                    Lwt_main.Enter_iter_hooks.remove hook
                    count

                // answers: unix_job_count
                let jobs = Lwt_unix.thread_count () - Lwt_unix.thread_waiting_count ()
                // end
                Expect.equal (count, jobs) (0, 0) "nothing waits"
                Expect.isGreaterThan laps.Value 0 "iterations"
            }
        ]

[<Tests>]
let tests = testList "answers" [ preprocessor; direct; events ]
