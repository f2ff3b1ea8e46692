/// Lwt_main: hooks, posts, and resolvers for other threads.
module Lwt.FSharp.Tests.Lwt_mainTests

open System.Threading
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States

let private noting () =
    let log = ResizeArray<string>()
    log, log.Add

let private hooks =
    testList
        "hooks"
        [
            for name, add_first, add_last, remove, remove_all in
                [
                    "Enter_iter_hooks",
                    Lwt_main.Enter_iter_hooks.add_first,
                    Lwt_main.Enter_iter_hooks.add_last,
                    Lwt_main.Enter_iter_hooks.remove,
                    Lwt_main.Enter_iter_hooks.remove_all
                    "Leave_iter_hooks",
                    Lwt_main.Leave_iter_hooks.add_first,
                    Lwt_main.Leave_iter_hooks.add_last,
                    Lwt_main.Leave_iter_hooks.remove,
                    Lwt_main.Leave_iter_hooks.remove_all
                ] do
                test $"{name}: add_first, add_last, remove" {
                    let log, note = noting ()

                    Lwt_main.run_virtual (fun () ->
                        add_last (fun () -> note "2") |> ignore
                        add_last (fun () -> note "3") |> ignore
                        let removed = add_first (fun () -> note "removed")
                        add_first (fun () -> note "1") |> ignore
                        remove removed
                        Lwt.pause () >>= Lwt.pause)

                    Expect.equal (Seq.toList log |> List.truncate 3) [ "1"; "2"; "3" ] "order"
                    Expect.isFalse (log.Contains "removed") "the removed one"
                }

                test $"{name}: remove_all" {
                    let log, note = noting ()

                    Lwt_main.run_virtual (fun () ->
                        add_first (fun () -> note "first") |> ignore
                        add_last (fun () -> note "last") |> ignore
                        remove_all ()
                        Lwt.pause () >>= Lwt.pause)

                    Expect.isEmpty log "calls"
                }

            test "Exit_hooks: in order, at_exit first" {
                let log, note = noting ()

                let hook name () =
                    note name
                    Lwt.return_unit

                Lwt_main.Exit_hooks.add_last (hook "forgotten") |> ignore
                Lwt_main.Exit_hooks.remove_all ()
                Lwt_main.Exit_hooks.add_last (hook "3") |> ignore
                Lwt_main.Exit_hooks.add_first (hook "2") |> ignore
                let removed = Lwt_main.Exit_hooks.add_first (hook "removed")
                Lwt_main.at_exit (hook "1")
                Lwt_main.Exit_hooks.remove removed
                Lwt_main.run_at_exit_hooks ()
                Lwt_main.run_at_exit_hooks ()
                Expect.equal (Seq.toList log) [ "1"; "2"; "3" ] "order"
            }
        ]

let private posts =
    testList
        "post"
        [
            test "post: in the next iteration of this thread's loop" {
                let log, note = noting ()

                Lwt_main.run_virtual (fun () ->
                    Lwt_main.post (fun () -> note "posted")
                    note "after"
                    Lwt.pause () >>= Lwt.pause)

                Expect.equal (Seq.toList log) [ "after"; "posted" ] "order"
            }

            test "post_to: from another thread, on the loop's" {
                let here = Thread.CurrentThread.ManagedThreadId

                let ran =
                    Lwt_main.run (
                        let p, r = Lwt.wait ()
                        let loop = Lwt_main.current_loop ()

                        let post () =
                            Lwt_main.post_to loop (fun () -> Lwt.wakeup r Thread.CurrentThread.ManagedThreadId)

                        Thread(post).Start()

                        // The loop does not know of the thread, so something else keeps it running until the thread has
                        // posted.
                        let rec until () =
                            if Lwt.is_sleeping p then Lwt.pause () >>= until else p

                        until ()
                    )

                Expect.equal ran here "the thread that the function ran on"
            }
        ]

let private threadSafe =
    testList
        "wait_thread_safe"
        [
            let resolved (resolve: int Lwt.thread_safe_u -> bool) =
                let p, r = Lwt.wait_thread_safe<int>()
                let mutable answer = false
                let thread = Thread(fun () -> answer <- resolve r)
                thread.Start()
                let q = Lwt.catch (fun () -> p >|= string) (fun e -> Lwt.return' (e.GetType().Name))
                let outcome = Lwt_main.run q
                thread.Join()
                answer, outcome

            test "wakeup_thread_safe" {
                Expect.equal (resolved (fun r -> Lwt.wakeup_thread_safe r 1)) (true, "1") "answer and outcome"
            }

            test "wakeup_exn_thread_safe" {
                Expect.equal
                    (resolved (fun r -> Lwt.wakeup_exn_thread_safe r Broken))
                    (true, nameof Broken)
                    "answer and outcome"
            }

            test "wakeup_result_thread_safe" {
                Expect.equal (resolved (fun r -> Lwt.wakeup_result_thread_safe r (Ok 1))) (true, "1") "Ok"

                Expect.equal
                    (resolved (fun r -> Lwt.wakeup_result_thread_safe r (Error Broken)))
                    (true, nameof Broken)
                    "Error"
            }

            test "a second time: false" {
                Expect.equal
                    (resolved (fun r -> Lwt.wakeup_thread_safe r 1 && not (Lwt.wakeup_thread_safe r 2)))
                    (true, "1")
                    "answer and outcome"
            }

            test "cancelled: rejected, then false" {
                let p, r = Lwt.wait_thread_safe<int>()
                Lwt.cancel p
                p |> becomes Cancelled
                Expect.isFalse (Lwt.wakeup_thread_safe r 1) "too late"
            }
        ]

[<Tests>]
let tests = testList "Lwt_main" [ hooks; posts; threadSafe ]
