/// The examples in the XML docs of the modules beside Lwt.
module Lwt.FSharp.Tests.Examples.ModuleExamples

open System
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal
open Lwt.FSharp.Tests.Examples.Support

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

let private time =
    testList
        "time and the loop"
        [
            test "Lwt_unix.sleep" {
                let value, seconds =
                    timed (fun () ->
                        // example: Lwt_unix.sleep
                        lwt {
                            do! Lwt_unix.sleep 0.5
                            return "half a second later"
                        }
                    // end
                    )

                Expect.equal (value, seconds) ("half a second later", 0.5) "the value, and the time it took"
            }

            test "Lwt_unix.with_timeout" {
                returns None (fun () ->
                    // example: Lwt_unix.with_timeout
                    lwt {
                        try
                            let! page = Lwt_unix.with_timeout 2.0 (fun () -> fetch "slow")
                            return Some page
                        with Lwt_unix.Timeout ->
                            return None
                    }
                // end
                )
            }

            test "Lwt_unix.openfile" {
                // example: Lwt_unix.openfile
                let append name (line: byte array) =
                    lwt {
                        let! fd = Lwt_unix.openfile name [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_APPEND ] 0o644
                        let! _ = Lwt_unix.write fd line 0 line.Length
                        do! Lwt_unix.close fd
                    }
                // end

                returns "one\ntwo\n" (fun () ->
                    Lwt_io.with_temp_dir (fun directory ->
                        lwt {
                            let name = System.IO.Path.Combine(directory, "log")
                            do! append name "one\n"B
                            do! append name "two\n"B
                            return System.IO.File.ReadAllText name
                        }))
            }

            test "Lwt_main.run" {
                let lines =
                    printed (fun () ->
                        // example: Lwt_main.run
                        let exitCode =
                            Lwt_main.run (
                                lwt {
                                    do! Lwt_io.printl "Hello"
                                    return 0
                                }
                            )
                        // end
                        Expect.equal exitCode 0 "the value")

                Expect.equal lines [ "Hello" ] "what is printed"
            }

            test "Lwt_main.run_virtual" {
                // example: Lwt_main.run_virtual
                let answer =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            do! Lwt_unix.sleep 3600.0 // takes no real time
                            return "an hour later"
                        })
                // end
                Expect.equal answer "an hour later" "the value"
            }

            test "Lwt_io" {
                let lines =
                    typed [ "Ann" ] (fun () ->
                        printed (fun () ->
                            run (fun () ->
                                // example: Lwt_io
                                lwt {
                                    do! Lwt_io.printl "What is your name?"
                                    let! name = Lwt_io.read_line Lwt_io.stdin
                                    do! Lwt_io.printl $"Hello, {name}"
                                }
                            // end
                            )))

                Expect.equal lines [ "What is your name?"; "Hello, Ann" ] "what is printed"
            }
        ]

let private lists =
    testList
        "lists"
        [
            test "Lwt_list.iter_s" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            // example: Lwt_list.iter_s
                            [ "a"; "b" ] |> Lwt_list.iter_s (fun name -> fetch name >>= Lwt_io.printl)
                        // end
                        ))

                Expect.equal lines [ "page a"; "page b" ] "what is printed"
            }

            test "Lwt_list.map_p" {
                let value, seconds =
                    timed (fun () ->
                        // example: Lwt_list.map_p
                        [ "a"; "b"; "c" ] |> Lwt_list.map_p fetch
                    // end
                    )

                Expect.equal (value, seconds) ([ "page a"; "page b"; "page c" ], 1.0) "the value, and the time it took"
            }

            test "Lwt_list.iter_n" {
                let visited = ref 0

                let visit name =
                    fetch name >|= fun _ -> visited.Value <- visited.Value + 1

                let (), seconds =
                    timed (fun () ->
                        // example: Lwt_list.iter_n
                        [ for i in 1..100 -> $"{i}" ] |> Lwt_list.iter_n 10 visit // ten at a time
                    // end
                    )

                Expect.equal (visited.Value, seconds) (100, 10.0) "visited pages, and the time it took"
            }
        ]

let private synchronization =
    testList
        "synchronization"
        [
            test "Lwt_mutex.with_lock" {
                let balance = ref 0

                let write amount =
                    Lwt_unix.sleep 1.0 >|= fun () -> balance.Value <- amount
                // example: Lwt_mutex.with_lock
                let mutex = Lwt_mutex.create ()

                let deposit amount =
                    Lwt_mutex.with_lock mutex (fun () -> write (balance.Value + amount))
                // end
                run (fun () -> Lwt.join [ deposit 1; deposit 2 ])
                Expect.equal balance.Value 3 "balance"
            }

            test "Lwt_condition" {
                run (fun () ->
                    // example: Lwt_condition
                    let arrived = Lwt_condition.create<string>()
                    let greeting = Lwt_condition.wait arrived >|= fun name -> $"Hello, {name}"

                    Lwt_condition.signal arrived "Ann"
                    // end
                    greeting |> becomes (Value "Hello, Ann")
                    Lwt.return_unit)
            }

            test "Lwt_mvar" {
                returns 6 (fun () ->
                    // example: Lwt_mvar
                    let box = Lwt_mvar.create_empty<int>()
                    let writer = Lwt_list.iter_s (Lwt_mvar.put box) [ 1; 2; 3 ]

                    lwt {
                        let! a = Lwt_mvar.take box
                        let! b = Lwt_mvar.take box
                        let! c = Lwt_mvar.take box
                        do! writer
                        return a + b + c
                    }
                // end
                )
            }

            test "Lwt_process.exec" {
                // example: Lwt_process.exec
                let build () =
                    lwt {
                        match! Lwt_process.exec (Lwt_process.shell "test 1 = 1") with
                        | Unix.WEXITED 0 -> return "built"
                        | Unix.WEXITED code -> return $"failed with {code}"
                        | Unix.WSIGNALED signal
                        | Unix.WSTOPPED signal -> return $"stopped by signal {signal}"
                    }
                // end

                Expect.equal (Lwt_main.run_virtual build) "built" "the status"
            }
            test "Lwt_preemptive.detach" {
                // example: Lwt_preemptive.detach
                let size path =
                    Lwt_preemptive.detach (fun path -> System.IO.FileInfo(path).Length) path
                // end

                let path = typeof<Lwt.Core.EventLoop>.Assembly.Location
                Expect.isGreaterThan (Lwt_main.run_virtual (fun () -> size path)) 1000L "the size of a library"
            }
            test "Lwt_unix.run_job" {
                // example: Lwt_unix.run_job
                let drives () =
                    Lwt_unix.run_job (fun () -> System.IO.DriveInfo.GetDrives().Length)
                // end

                Expect.isGreaterThan (Lwt_main.run_virtual drives) 0 "drives"
            }
            test "Lwt_pool.use'" {
                let connected = ref 0

                let connect () =
                    connected.Value <- connected.Value + 1
                    Lwt.return' fetch
                // example: Lwt_pool.use'
                let connections = Lwt_pool.create 2 (fun () -> connect ())

                let query text =
                    Lwt_pool.use' connections (fun send -> send text)
                // end
                let pages = run (fun () -> Lwt.all [ query "a"; query "b"; query "c" ])
                Expect.equal pages [ "page a"; "page b"; "page c" ] "pages"
                Expect.equal connected.Value 2 "connections made"
            }

            test "Lwt_switch.with_switch" {
                let log = Log()
                let connect () = Lwt.return' fetch

                let disconnect _ =
                    log.Add "disconnected"
                    Lwt.return_unit

                returns "page index" (fun () ->
                    // example: Lwt_switch.with_switch
                    Lwt_switch.with_switch (fun switch ->
                        lwt {
                            let! send = connect ()
                            Lwt_switch.add_hook (Some switch) (fun () -> disconnect send)
                            return! send "index"
                        })
                // end
                )

                Expect.equal log.Lines [ "disconnected" ] "log"
            }

            test "Lwt_throttle.wait" {
                // example: Lwt_throttle.wait
                let throttle = Lwt_throttle.create<string> 2 10 0 // two a second, ten waiting

                let answer client =
                    lwt {
                        match! Lwt_throttle.wait throttle client with
                        | true -> return! fetch "index"
                        | false -> return "too many requests"
                    }
                // end
                let answers =
                    run (fun () -> Lwt.all [ for _ in 1..13 -> answer "Ann" ]) |> List.countBy id

                Expect.equal answers [ "page index", 12; "too many requests", 1 ] "answers"
            }

            test "Lwt_scope.with_scope" {
                returns "page a, page b" (fun () ->
                    // example: Lwt_scope.with_scope
                    Lwt_scope.with_scope (fun scope ->
                        lwt {
                            let first = Lwt_scope.fork scope (fun () -> fetch "a")
                            let second = Lwt_scope.fork scope (fun () -> fetch "b")
                            let! a = first
                            let! b = second
                            return $"{a}, {b}"
                        })
                // end
                )
            }
        ]

type private Session(closed: ResizeArray<string>, name: string) =
    member _.Close() : unit Lwt.t =
        closed.Add name
        Lwt.return_unit

[<System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)>]
let private openAndDrop (closed: ResizeArray<string>) : unit =
    let Session name = Session(closed, name)

    // example: Lwt_gc.finalise
    let open_session name =
        let session = Session name
        Lwt_gc.finalise (fun (session: Session) -> session.Close()) session
        session
    // end

    open_session "a" |> ignore

let rec private collectUntil (holds: unit -> bool) : unit Lwt.t =
    if holds () then
        Lwt.return_unit
    else
        GC.Collect()
        GC.WaitForPendingFinalizers()
        Lwt.bind (Lwt.pause ()) (fun () -> collectUntil holds)

let private system =
    testList
        "the system"
        [
            test "Lwt_gc.finalise" {
                let closed = ResizeArray<string>()

                run (fun () ->
                    openAndDrop closed
                    collectUntil (fun () -> closed.Count > 0))

                Expect.equal (List.ofSeq closed) [ "a" ] "closed"
            }

            if OperatingSystem.IsLinux() then
                test "Lwt_unix.getpwnam" {
                    // example: Lwt_unix.getpwnam
                    let home name =
                        lwt {
                            let! user = Lwt_unix.getpwnam name
                            return user.pw_dir
                        }
                    // end

                    Expect.equal (run (fun () -> home "root")) "/root" "a folder"
                }

                test "Lwt_unix.on_signal" {
                    run (fun () ->
                        // example: Lwt_unix.on_signal
                        let stopped, stop = Lwt.wait ()
                        let handler = Lwt_unix.on_signal Sys.sigterm (fun _ -> Lwt.wakeup_later stop ())
                        // end
                        Lwt.FSharp.Tests.Lwt_unixSignalTests.send 15

                        stopped
                        >>= fun () ->
                            Lwt_unix.disable_signal_handler handler
                            Lwt.return_unit)
                }

                test "Lwt_unix.tcsetattr" {
                    // example: Lwt_unix.tcsetattr
                    let without_echo (terminal: Lwt_unix.file_descr) (f: unit -> 'a Lwt.t) =
                        lwt {
                            let! before = Lwt_unix.tcgetattr terminal
                            do! Lwt_unix.tcsetattr terminal Unix.TCSAFLUSH { before with c_echo = false }
                            return! Lwt.finalize f (fun () -> Lwt_unix.tcsetattr terminal Unix.TCSAFLUSH before)
                        }
                    // end

                    Lwt.FSharp.Tests.Lwt_unixSystemTests.onTerminal (fun terminal _ _ ->
                        lwt {
                            let echoes () =
                                Lwt.map (fun (io: Unix.terminal_io) -> io.c_echo) (Lwt_unix.tcgetattr terminal)

                            let! inside = without_echo terminal echoes
                            let! after = echoes ()
                            Expect.equal (inside, after) (false, true) "echo inside and after"
                        })
                }
        ]

let private others =
    testList
        "others"
        [
            test "Lwt_result.bind" {
                let parse (text: string) : Lwt_result.t<int, string> =
                    match Int32.TryParse text with
                    | true, n -> Lwt_result.return' n
                    | _ -> Lwt_result.fail $"{text} is not a number"

                let half text =
                    // example: Lwt_result.bind
                    Lwt_result.bind (parse text) (fun n ->
                        if n % 2 = 0 then
                            Lwt_result.return' (n / 2)
                        else
                            Lwt_result.fail $"{n} is odd")
                // end
                half "8" |> becomes (Value(Ok 4))
                half "7" |> becomes (Value(Error "7 is odd"))
                half "x" |> becomes (Value(Error "x is not a number"))
            }

            test "Lwt_retry" {
                let calls = ref 0

                let fetch name =
                    calls.Value <- calls.Value + 1
                    fetch (if calls.Value < 3 then "broken" else name)

                returns (Ok "page index") (fun () ->
                    // example: Lwt_retry
                    let attempt () =
                        Lwt.catch (fun () -> fetch "index" >|= Ok) (function
                            | Failure reason -> Lwt.return_error (Lwt_retry.Retry reason)
                            | e -> Lwt.return_error (Lwt_retry.Fatal e.Message))

                    attempt |> Lwt_retry.on_error |> Lwt_retry.with_sleep |> Lwt_retry.n_times 5
                // end
                )

                Expect.equal calls.Value 3 "attempts"
            }

            test "Lwt_sequence" {
                // example: Lwt_sequence
                let queue = Lwt_sequence.create ()
                let node = Lwt_sequence.add_r "b" queue
                Lwt_sequence.add_r "c" queue |> ignore
                Lwt_sequence.add_l "a" queue |> ignore

                Lwt_sequence.remove node
                let first = Lwt_sequence.take_opt_l queue // Some "a"
                let second = Lwt_sequence.take_opt_l queue // Some "c"
                // end
                Expect.equal (first, second) (Some "a", Some "c") "elements"
            }

            test "Lwt_bytes.map_file" {
                let path = System.IO.Path.GetTempFileName()
                System.IO.File.WriteAllText(path, "contents")
                // example: Lwt_bytes.map_file
                use file = System.IO.File.OpenHandle path
                let bytes = Lwt_bytes.map_file (file, shared = false)
                let text = Lwt_bytes.to_string bytes
                // end
                Expect.equal text "contents" "text"
                System.IO.File.Delete path
            }

            test "Lwt_pqueue" {
                // example: Lwt_pqueue
                let queue = Lwt_pqueue.empty |> Lwt_pqueue.add 3 |> Lwt_pqueue.add 1

                let least = Lwt_pqueue.find_min queue // 1
                let rest = Lwt_pqueue.remove_min queue // holds 3
                // end
                Expect.equal (least, Lwt_pqueue.lookup_min rest) (1, Some 3) "elements"
            }
        ]

let private channels =
    testList
        "channels"
        [
            test "Lwt_io.with_file" {
                // example: Lwt_io.with_file
                let count name =
                    Lwt_io.with_file Lwt_io.Input name (fun ic ->
                        Lwt_stream.fold (fun _ n -> n + 1) (Lwt_io.read_lines ic) 0)
                // end

                let lines =
                    run (fun () ->
                        Lwt_io.with_temp_file (fun (name, oc) ->
                            Lwt_io.write oc "a\nb\n" >>= fun () -> Lwt_io.flush oc >>= fun () -> count name))

                Expect.equal lines 2 "lines"
            }

            test "Lwt_io.establish_server_with_client_address" {
                // example: Lwt_io.establish_server_with_client_address
                let echo address =
                    Lwt_io.establish_server_with_client_address address (fun _ (ic, oc) ->
                        Lwt_io.write_lines oc (Lwt_io.read_lines ic))
                // end

                let address = Unix.ADDR_INET(Unix.inet_addr_loopback, 7)

                let answer =
                    run (fun () ->
                        echo address
                        >>= fun _ ->
                            Lwt_io.with_connection address (fun (ic, oc) ->
                                Lwt_io.write_line oc "hello" >>= fun () -> Lwt_io.read_line ic))

                Expect.equal answer "hello" "answer"
            }
        ]

[<Tests>]
let tests =
    testList "examples: modules" [ time; lists; synchronization; channels; system; others ]
