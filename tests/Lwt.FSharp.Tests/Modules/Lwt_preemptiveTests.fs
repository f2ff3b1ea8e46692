module Lwt.FSharp.Tests.Lwt_preemptiveTests

open System
open System.Threading
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.Support

let private thread () = Environment.CurrentManagedThreadId

[<Tests>]
let tests =
    testList
        "Lwt_preemptive"
        [
            test "detach, a function, runs on another thread and has its result" {
                onNewLoop (fun () ->
                    lwt {
                        let here = thread ()
                        let! there = Lwt_preemptive.detach thread ()
                        Expect.notEqual there here "another"
                        Expect.equal (thread ()) here "back again"
                    })
            }
            test "detach, a function that raises, is rejected" {
                onNewLoop (fun () ->
                    lwt {
                        let! result =
                            Lwt_result.catch (fun () -> Lwt_preemptive.detach (fun () -> raise (E 1)) ())

                        Expect.equal result (Error(E 1)) "the exception"
                    })
            }
            test "detach, more than four, waits for a thread; cancelled it is never called" {
                onNewLoop (fun () ->
                    lwt {
                        use gate = new ManualResetEventSlim()
                        Expect.equal (Lwt_preemptive.get_bounds ()) (0, 4) "of the beginning"
                        let running = [ for _ in 1..4 -> Lwt_preemptive.detach (fun () -> gate.Wait()) () ]
                        let mutable called = false
                        let waiting = Lwt_preemptive.detach (fun () -> called <- true) ()

                        let numbers () =
                            Lwt_preemptive.nbthreads (),
                            Lwt_preemptive.nbthreadsbusy (),
                            Lwt_preemptive.nbthreadsqueued ()

                        Expect.equal (numbers ()) (4, 4, 1) "one waits"
                        Lwt.cancel waiting
                        Lwt.cancel (List.head running)
                        Expect.equal (state waiting, state (List.head running)) ("!canceled", ".") "what runs goes on"
                        Expect.equal (numbers ()) (4, 4, 0) "none waits"
                        gate.Set()
                        do! Lwt.join running
                        Expect.isFalse called "taken out"
                    })
            }
            test "run_in_main, in a detached function, runs on the loop's thread" {
                onNewLoop (fun () ->
                    lwt {
                        let here = thread ()

                        let! seen =
                            Lwt_preemptive.detach
                                (fun () ->
                                    Lwt_preemptive.run_in_main (fun () ->
                                        lwt {
                                            do! Lwt.pause ()
                                            return thread ()
                                        }))
                                ()

                        Expect.equal seen here "the loop's"

                        let! raised =
                            Lwt_preemptive.detach
                                (fun () ->
                                    try
                                        Lwt_preemptive.run_in_main (fun () -> Lwt.fail_with "no")
                                    with Failure message ->
                                        message)
                                ()

                        Expect.equal raised "no" "the exception"
                    })
            }
            test "run_in_main_dont_wait, a rejected promise, goes to the handler" {
                onNewLoop (fun () ->
                    lwt {
                        let told, resolver = Lwt.wait<exn>()

                        do!
                            Lwt_preemptive.detach
                                (fun () ->
                                    Lwt_preemptive.run_in_main_dont_wait
                                        (fun () -> Lwt.fail (E 1))
                                        (Lwt.wakeup resolver))
                                ()

                        let! reason = told
                        Expect.equal reason (E 1) "the exception"
                    })
            }
            test "run_in_main, on another thread, names the remedy" {
                Expect.throwsC (fun () -> Lwt_preemptive.run_in_main (fun () -> Lwt.return_unit)) (fun e ->
                    Expect.stringContains e.Message "Lwt_main.post_to" "the remedy")
            }
            test "set_bounds, that cannot be, is Invalid_argument" {
                onNewLoop (fun () ->
                    for bounds in [ -1, 1; 2, 1; 0, 0 ] do
                        Expect.isTrue
                            (try
                                Lwt_preemptive.set_bounds bounds
                                false
                             with Invalid_argument _ ->
                                 true)
                            $"{bounds}"

                    Lwt_preemptive.init 1 2 ignore
                    Expect.equal (Lwt_preemptive.get_bounds ()) (1, 2) "as given"
                    Expect.equal (Lwt_preemptive.nbthreads ()) 1 "the least at once"
                    Lwt_preemptive.simple_init ()
                    Lwt.return_unit)
            }
            test "set_max_number_of_threads_queued keeps a number" {
                onNewLoop (fun () ->
                    Expect.equal (Lwt_preemptive.get_max_number_of_threads_queued ()) 1000 "at first"
                    Lwt_preemptive.set_max_number_of_threads_queued 7
                    Expect.equal (Lwt_preemptive.get_max_number_of_threads_queued ()) 7 "as set"
                    Expect.throws (fun () -> Lwt_preemptive.set_max_number_of_threads_queued -1) "negative"
                    Lwt.return_unit)
            }
        ]

[<Tests>]
let jobs =
    testList
        "Lwt_unix, jobs"
        [
            test "run_job, wait_for_jobs" {
                onNewLoop (fun () ->
                    lwt {
                        use gate = new ManualResetEventSlim()
                        let job = Lwt_unix.run_job (fun () -> gate.Wait())
                        let all = Lwt_unix.wait_for_jobs ()
                        Expect.equal (state all) "." "one runs"
                        Expect.equal (Lwt_unix.thread_count (), Lwt_unix.thread_waiting_count ()) (1, 0) "its thread"
                        gate.Set()
                        do! all
                        do! job
                        do! Lwt_unix.wait_for_jobs ()
                    })
            }
            test "cancel_jobs, what runs and what waits, is canceled" {
                onNewLoop (fun () ->
                    lwt {
                        Expect.equal (Lwt_unix.pool_size ()) 1000 "as in Lwt"
                        Lwt_unix.set_pool_size 1
                        use gate = new ManualResetEventSlim()
                        let jobs = [ for _ in 1..3 -> Lwt_unix.run_job (fun () -> gate.Wait()) ]
                        Lwt_unix.cancel_jobs ()
                        Expect.equal (List.map state jobs) [ "!canceled"; "!canceled"; "!canceled" ] "all"
                        gate.Set()
                        let! one = Lwt_unix.run_job (fun () -> 1)
                        Expect.equal one 1 "the pool lives"
                    })
            }
            test "notifications: called on the loop, replaced, stopped" {
                onNewLoop (fun () ->
                    lwt {
                        let seen = Lwt_mvar.create_empty<string * int>()

                        let put text () =
                            Lwt.async (fun () -> Lwt_mvar.put seen (text, thread ()))

                        let id = Lwt_unix.make_notification (put "first")
                        do! Lwt_preemptive.detach Lwt_unix.send_notification id
                        let! first = Lwt_mvar.take seen
                        Lwt_unix.set_notification id (put "second")
                        Lwt_unix.call_notification id
                        let! second = Lwt_mvar.take seen
                        Lwt_unix.stop_notification id
                        Lwt_unix.send_notification id
                        Lwt_unix.call_notification id
                        do! Lwt.pause ()
                        Expect.equal [ first; second ] [ "first", thread (); "second", thread () ] "on the loop"
                        Expect.isTrue (Lwt_mvar.is_empty seen) "stopped"

                        Expect.isTrue
                            (try
                                Lwt_unix.set_notification id ignore
                                false
                             with Not_found ->
                                 true)
                            "unknown"
                    })
            }
            test "wrap_syscall, an action that would block, is called again when the descriptor is ready" {
                onNewLoop (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Lwt_unix.PF_UNIX Lwt_unix.SOCK_STREAM 0
                        let mutable calls = 0

                        let action () =
                            calls <- calls + 1

                            match calls with
                            | 1 -> raise Lwt_unix.Retry
                            | 2 -> raise (Unix.Unix_error(Unix.EAGAIN, "read", ""))
                            | 3 -> raise Lwt_unix.Retry_write
                            | n -> n

                        let called = Lwt_unix.wrap_syscall Lwt_unix.Read a action
                        Expect.equal (state called) "." "not readable"
                        let! _ = Lwt_unix.write b [| 1uy |] 0 1
                        let! n = called
                        Expect.equal n 4 "until it does not raise"
                        do! Lwt_unix.close a
                        do! Lwt_unix.close b

                        let! closed =
                            Lwt_result.catch (fun () -> Lwt_unix.wrap_syscall Lwt_unix.Read a ignore)

                        match closed with
                        | Error(Unix.Unix_error(Unix.EBADF, "check_descriptor", _)) -> ()
                        | other -> failtest $"{other}"
                    })
            }
        ]
