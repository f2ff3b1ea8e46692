/// Lwt_engine: events, engines that replace the loop's, and engines of one's own; on real time, for they wait for descriptors.
module Lwt.FSharp.Tests.Lwt_engineTests

open System
open System.IO
open Expecto
open Microsoft.Win32.SafeHandles
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

/// Runs on a loop of its own; what hangs ends as a failure.
let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop(EventLoopOptions(Engine = new EpollEngine()))
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let private runVirtual (body: unit -> 'a Lwt.t) : 'a = Lwt_main.run_virtual body

/// A pipe whose first end is a descriptor of somebody else's.
let private pipe () = Lwt_unix.pipe_out ()

let private put fd =
    Lwt.map ignore (Lwt_unix.write fd [| 1uy |] 0 1)

let private take (fd: SafeFileHandle) =
    use stream =
        new FileStream(new SafeFileHandle(fd.DangerousGetHandle(), false), FileAccess.Read, 0)

    stream.ReadByte() |> ignore

/// An engine like OCaml's select, over the one that is there, which counts.
type private Counting() =
    inherit Lwt_engine.select_based()
    let inner = Lwt_engine.select ()
    member val Waits = 0 with get, set
    member val IsCleanedUp = false with get, set

    override this.cleanup() = this.IsCleanedUp <- true

    override this.select reads writes timeout =
        this.Waits <- this.Waits + 1

        let found =
            inner.poll
                [
                    for fd in reads -> fd, true, false
                    for fd in writes -> fd, false, true
                ]
                timeout

        [
            for fd, reads, _ in found do
                if reads then
                    fd
        ],
        [
            for fd, _, writes in found do
                if writes then
                    fd
        ]

let private echo () =
    lwt {
        let listener = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0
        do! Lwt_unix.bind listener (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
        Lwt_unix.listen listener 8
        let client = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0
        let accepted = Lwt_unix.accept listener
        do! Lwt_unix.connect client (Lwt_unix.getsockname listener)
        let! server, _ = accepted
        let buf = Array.zeroCreate 4

        for _ in 1..20 do
            let read = Lwt_unix.read server buf 0 4
            do! Lwt_unix.sleep 0.0001
            let! _ = Lwt_unix.write client "ping"B 0 4
            let! n = read
            let! _ = Lwt_unix.write server buf 0 n
            let! n = Lwt_unix.read client buf 0 4
            Expect.equal (n, buf) (4, "ping"B) "echoed"

        do! Lwt_unix.close client
        let! n = Lwt_unix.read server buf 0 4
        Expect.equal n 0 "the end"
        do! Lwt_unix.close server
        do! Lwt_unix.close listener
    }

let private engines: (string * (unit -> Lwt_engine.t option)) list =
    [
        "the default", (fun () -> None)
        "select", (fun () -> Some(Lwt_engine.select ()))
        "one of one's own", (fun () -> Some(Counting()))
    ]

let private using engine =
    match engine () with
    | Some engine -> Lwt_engine.set engine
    | None -> ()

let private events =
    [
        for name, engine in engines do
            test $"{name}: on_readable, as long as it is, until it is stopped" {
                run (fun () ->
                    lwt {
                        using engine
                        let reader, writer = pipe ()
                        let calls, three = ref 0, Lwt.wait ()

                        let event =
                            Lwt_engine.on_readable reader (fun event ->
                                calls.Value <- calls.Value + 1

                                if calls.Value = 3 then
                                    Lwt_engine.stop_event event
                                    Lwt.wakeup (snd three) ())

                        Expect.equal (Lwt_engine.readable_count ()) 1 "counted"
                        do! Lwt_unix.sleep 0.002
                        Expect.equal calls.Value 0 "nothing is there"
                        do! put writer
                        do! fst three
                        do! Lwt_unix.sleep 0.002
                        Expect.equal calls.Value 3 "not after it was stopped"
                        Expect.equal (Lwt_engine.readable_count ()) 0 "not counted"
                        Lwt_engine.stop_event event
                        take reader
                        reader.Dispose()
                        do! Lwt_unix.close writer
                    })
            }

            test $"{name}: two events of one descriptor, and on_writable" {
                run (fun () ->
                    lwt {
                        using engine
                        let reader, writer = pipe ()
                        let first, second, third = Lwt.wait (), Lwt.wait (), Lwt.wait ()

                        let once (_, resolver) event =
                            Lwt_engine.stop_event event
                            Lwt.wakeup resolver ()

                        Lwt_engine.on_readable reader (once first) |> ignore
                        Lwt_engine.on_readable reader (once second) |> ignore
                        let inward, outward = Lwt_unix.pipe_in ()
                        Lwt_engine.on_writable outward (once third) |> ignore
                        Expect.equal (Lwt_engine.writable_count ()) 1 "counted"
                        do! fst third
                        do! put writer
                        do! Lwt.join [ fst first; fst second ]
                        reader.Dispose()
                        outward.Dispose()
                        do! Lwt_unix.close writer
                        do! Lwt_unix.close inward
                    })
            }

            test $"{name}: on_timer, once and again" {
                run (fun () ->
                    lwt {
                        using engine
                        let once, again, five = ref 0, ref 0, Lwt.wait ()

                        let single =
                            Lwt_engine.on_timer 0.0005 false (fun _ -> once.Value <- once.Value + 1)

                        let stopped = Lwt_engine.on_timer 0.0005 true (fun _ -> failtest "it was stopped")

                        let repeated =
                            Lwt_engine.on_timer 0.0005 true (fun _ ->
                                again.Value <- again.Value + 1

                                if again.Value = 5 then
                                    Lwt.wakeup (snd five) ())

                        Lwt_engine.stop_event stopped
                        do! fst five
                        Expect.equal once.Value 1 "once"
                        Expect.equal (Lwt_engine.timer_count ()) 2 "the one that was called counts until it is stopped"
                        List.iter Lwt_engine.stop_event [ single; repeated ]
                        Expect.equal (Lwt_engine.timer_count ()) 0 "none"
                    })
            }

            test $"{name}: fake_io calls the functions of that descriptor" {
                run (fun () ->
                    lwt {
                        using engine
                        let (first, out1), (second, out2) = pipe (), pipe ()
                        let called = ref []
                        let note name _ = called.Value <- name :: called.Value
                        let a = Lwt_engine.on_readable first (note "first")
                        let b = Lwt_engine.on_readable second (note "second")
                        Lwt_engine.fake_io second
                        Expect.equal called.Value [ "second" ] "called"
                        List.iter Lwt_engine.stop_event [ a; b ]
                        Lwt_engine.fake_io second
                        Expect.equal called.Value [ "second" ] "not any more"
                        first.Dispose()
                        second.Dispose()
                        do! Lwt.join [ Lwt_unix.close out1; Lwt_unix.close out2 ]
                    })
            }

            test $"{name}: sockets" {
                run (fun () ->
                    lwt {
                        using engine
                        do! echo ()
                    })
            }

            test $"{name}: a post of another thread wakes it" {
                run (fun () ->
                    lwt {
                        using engine
                        let p, r = Lwt.wait_thread_safe<int>()
                        let thread = Threading.Thread(fun () -> r.TryFulfill 1 |> ignore)
                        // It waits for nothing else.
                        Lwt_main.current_loop().Post(fun () -> thread.Start())
                        let! n = p
                        Expect.equal n 1 "the value"
                    })
            }
    ]

let private replacing =
    [
        test "set: events and waiting reads move" {
            run (fun () ->
                lwt {
                    let reader, writer = pipe ()
                    let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                    let read = Lwt_unix.read b (Array.zeroCreate 1) 0 1
                    let calls, ticks = ref 0, ref 0

                    let events =
                        [
                            Lwt_engine.on_readable reader (fun _ ->
                                take reader
                                calls.Value <- calls.Value + 1)
                            Lwt_engine.on_timer 0.0005 true (fun _ -> ticks.Value <- ticks.Value + 1)
                        ]

                    let before = Lwt_engine.get ()

                    for engine in [ Counting() :> Lwt_engine.t; Lwt_engine.select (); Counting() ] do
                        Lwt_engine.set engine
                        Expect.isTrue (obj.ReferenceEquals(Lwt_engine.get (), engine)) "the engine"
                        Expect.equal (Lwt_engine.readable_count (), Lwt_engine.timer_count ()) (1, 1) "moved"
                        let called, ticked = calls.Value, ticks.Value
                        do! put writer
                        do! Lwt_unix.sleep 0.02
                        Expect.equal calls.Value (called + 1) "on_readable"
                        Expect.isGreaterThan ticks.Value ticked "on_timer"

                    Expect.equal before.readable_count 0 "none is left"
                    read |> becomes Pending
                    let! _ = Lwt_unix.write a [| 1uy |] 0 1
                    let! n = read
                    Expect.equal n 1 "read"
                    List.iter Lwt_engine.stop_event events
                    reader.Dispose()
                    do! Lwt.join (List.map Lwt_unix.close [ writer; a; b ])
                })
        }

        test "set: the old engine is destroyed, or kept" {
            let first, second = Counting(), Counting()

            run (fun () ->
                lwt {
                    Lwt_engine.set first
                    do! Lwt_unix.sleep 0.001
                    Expect.isGreaterThan first.Waits 0 "it waits"
                    Lwt_engine.set (second, destroy = false)
                    let waits = first.Waits
                    do! Lwt_unix.sleep 0.001
                    Expect.equal first.Waits waits "it does not wait any more"
                    Expect.isFalse first.IsCleanedUp "kept"
                    Lwt_engine.set first
                    do! Lwt_unix.sleep 0.001
                    Expect.isTrue second.IsCleanedUp "destroyed"
                })

            Expect.isTrue first.IsCleanedUp "with the loop"
        }

        test "set: without transfer events stay behind" {
            run (fun () ->
                lwt {
                    Lwt_engine.set (Counting())

                    Lwt_engine.on_timer 0.0 true (fun _ -> failtest "it is not waited for")
                    |> ignore

                    Lwt_engine.set (Lwt_engine.select (), transfer = false)
                    Expect.equal (Lwt_engine.timer_count ()) 0 "none"
                    do! Lwt_unix.sleep 0.001
                })
        }

        test "an exception of an event's function ends the run, and the event goes on" {
            use loop = new EventLoop(EventLoopOptions(Engine = new EpollEngine()))
            let calls = ref 0

            Expect.throwsT<FileNotFoundException>
                (fun () ->
                    loop.RunHere(fun () ->
                        Lwt_engine.set (Lwt_engine.select ())

                        Lwt_engine.on_timer 0.0 true (fun _ ->
                            calls.Value <- calls.Value + 1

                            if calls.Value = 1 then
                                raise (FileNotFoundException()))
                        |> ignore

                        Lwt_unix.sleep 60.0))
                "as in OCaml"

            loop.RunHere(fun () -> Lwt_unix.sleep 0.002)
            Expect.isGreaterThan calls.Value 1 "called again"
        }

        test "iter: once, and not for nothing" {
            run (fun () ->
                lwt {
                    let called = ref false
                    let event = Lwt_engine.on_timer 0.001 false (fun _ -> called.Value <- true)

                    while not called.Value do
                        Lwt_engine.iter true

                    Lwt_engine.iter false
                    Lwt_engine.stop_event event
                })
        }

        test "fake_event: stopping it does nothing" { Lwt_engine.stop_event Lwt_engine.fake_event }

        test "virtual: timers take virtual time, and descriptors are an error" {
            runVirtual (fun () ->
                lwt {
                    let loop = Lwt_main.current_loop ()
                    let begun = loop.Clock.GetTimestamp()
                    let times = ResizeArray()

                    let event =
                        Lwt_engine.on_timer 60.0 true (fun _ ->
                            times.Add((loop.Clock.GetElapsedTime begun).TotalSeconds))

                    do! Lwt_unix.sleep 200.0
                    Lwt_engine.stop_event event
                    Expect.equal (List.ofSeq times) [ 60.0; 120.0; 180.0 ] "times"
                    use file = File.OpenHandle(typeof<LwtBuilder>.Assembly.Location)

                    Expect.throwsT<NotSupportedException>
                        (fun () -> Lwt_engine.on_readable file ignore |> ignore)
                        "no descriptors"
                })
        }
    ]

[<Tests>]
let tests =
    testList "Lwt_engine" (if OperatingSystem.IsLinux() then events @ replacing else [])
