/// Lwt_unix: signals, sent by kill(2) to this process. What their handlers do is tested in the core.
module Lwt.FSharp.Tests.Lwt_unixSignalTests

open System
open System.Runtime.InteropServices
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

[<DllImport("libc")>]
extern int private kill(int pid, int signal)

let send (signal: int) : unit =
    Expect.equal (kill (Environment.ProcessId, signal)) 0 "sent"

let private usr1 = 10

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

/// Sends a signal, and waits until a handler that is there only for that has been called.
let private sendAndWait (signal: int) : unit Lwt.t =
    let told, tell = Lwt.wait ()

    let _ =
        Lwt_unix.on_signal_full signal (fun id _ ->
            Lwt_unix.disable_signal_handler id
            Lwt.wakeup tell ())

    send signal
    told

[<Tests>]
let tests =
    if not (OperatingSystem.IsLinux()) then
        testList "Lwt_unix signals" []
    else
        testList
            "Lwt_unix signals"
            [
                test "by OCaml's number and by the system's: each handler gets its own" {
                    run (fun () ->
                        lwt {
                            let told = ResizeArray<int>()
                            let ocaml = Lwt_unix.on_signal Sys.sigusr1 told.Add
                            let system = Lwt_unix.on_signal usr1 told.Add
                            Expect.equal (Lwt_unix.signal_count ()) 2 "handlers"
                            do! sendAndWait usr1
                            Expect.equal (List.ofSeq told) [ Sys.sigusr1; usr1 ] "told"
                            Lwt_unix.disable_signal_handler ocaml
                            Lwt_unix.disable_signal_handler ocaml
                            Expect.equal (Lwt_unix.signal_count ()) 1 "handlers"
                            do! sendAndWait usr1
                            Expect.equal (List.ofSeq told) [ Sys.sigusr1; usr1; usr1 ] "told"
                            Lwt_unix.disable_signal_handler system
                            Expect.equal (Lwt_unix.signal_count ()) 0 "handlers"
                        })
                }

                for name, signal, number in
                    [
                        "sigabrt", Sys.sigabrt, 6
                        "sigalrm", Sys.sigalrm, 14
                        "sighup", Sys.sighup, 1
                        "sigint", Sys.sigint, 2
                        "sigquit", Sys.sigquit, 3
                        "sigterm", Sys.sigterm, 15
                        "sigusr1", Sys.sigusr1, 10
                        "sigusr2", Sys.sigusr2, 12
                        "sigchld", Sys.sigchld, 17
                        "sigcont", Sys.sigcont, 18
                        "sigtstp", Sys.sigtstp, 20
                        "sigttin", Sys.sigttin, 21
                        "sigttou", Sys.sigttou, 22
                        "sigvtalrm", Sys.sigvtalrm, 26
                        "sigprof", Sys.sigprof, 27
                        "sigpoll", Sys.sigpoll, 29
                        "sigsys", Sys.sigsys, 31
                        "sigurg", Sys.sigurg, 23
                        "sigxcpu", Sys.sigxcpu, 24
                        "sigxfsz", Sys.sigxfsz, 25
                    ] do
                    test $"Sys.{name}" {
                        run (fun () ->
                            let told, tell = Lwt.wait ()
                            let handler = Lwt_unix.on_signal signal (Lwt.wakeup tell)
                            send number

                            Lwt.bind told (fun given ->
                                Expect.equal given signal "OCaml's number"
                                Lwt_unix.disable_signal_handler handler
                                Lwt.return_unit))
                    }

                test "what nothing can handle, and what does not exist: Invalid_argument" {
                    run (fun () ->
                        for signal in
                            [
                                Sys.sigkill
                                Sys.sigstop
                                Sys.sigpipe
                                Sys.sigsegv
                                Sys.sigfpe
                                Sys.sigill
                                Sys.sigbus
                                Sys.sigtrap
                                -29
                                0
                                99
                            ] do
                            Expect.isTrue
                                (try
                                    Lwt_unix.on_signal signal ignore |> ignore
                                    false
                                 with Invalid_argument _ ->
                                     true)
                                $"refused: {signal}"

                        Expect.equal (Lwt_unix.signal_count ()) 0 "handlers"
                        Lwt.return_unit)
                }

                test "reinstall_signal_handler keeps the handlers, and does nothing where there are none" {
                    run (fun () ->
                        lwt {
                            let cell = ref 0
                            let handler = Lwt_unix.on_signal Sys.sigusr1 (fun _ -> cell.Value <- cell.Value + 1)
                            Lwt_unix.reinstall_signal_handler Sys.sigusr1
                            Lwt_unix.reinstall_signal_handler Sys.sigusr2
                            do! sendAndWait usr1
                            Expect.equal cell.Value 1 "called"
                            Lwt_unix.disable_signal_handler handler
                        })
                }

                test "of each loop its own" {
                    run (fun () ->
                        lwt {
                            let handler = Lwt_unix.on_signal Sys.sigusr1 ignore
                            let counted = ref -1
                            let thread = Threading.Thread(fun () -> counted.Value <- Lwt_unix.signal_count ())
                            thread.Start()
                            thread.Join()
                            Expect.equal counted.Value 0 "another loop's"
                            Lwt_unix.disable_signal_handler handler
                        })
                }
            ]
        |> testSequenced
