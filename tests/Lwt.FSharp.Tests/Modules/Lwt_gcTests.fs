/// Lwt_gc: functions that are called once an object is garbage.
module Lwt.FSharp.Tests.Lwt_gcTests

open System
open System.Runtime.CompilerServices
open Expecto
open Lwt.Core
open Lwt.FSharp

[<AllowNullLiteral>]
type private Thing(name: string) =
    member _.Name = name

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

/// Not inlined: no register and no slot of the caller's may refer to the object.
[<MethodImpl(MethodImplOptions.NoInlining)>]
let private drop (make: unit -> unit) : unit = make ()

/// Collects until something holds.
let rec private collectUntil (holds: unit -> bool) : unit Lwt.t =
    if holds () then
        Lwt.return_unit
    else
        GC.Collect()
        GC.WaitForPendingFinalizers()
        Lwt.bind (Lwt_unix.sleep 0.001) (fun () -> collectUntil holds)

let private finalise =
    testList
        "finalise"
        [
            test "nothing refers to it: called on the loop, with the object" {
                run (fun () ->
                    lwt {
                        let told = ResizeArray<string * int>()
                        let thread = Environment.CurrentManagedThreadId

                        drop (fun () ->
                            Lwt_gc.finalise
                                (fun (thing: Thing) ->
                                    told.Add(thing.Name, Environment.CurrentManagedThreadId)
                                    Lwt.return_unit)
                                (Thing "first"))

                        Expect.equal told.Count 0 "not yet"
                        do! collectUntil (fun () -> told.Count > 0)
                        Expect.equal (List.ofSeq told) [ "first", thread ] "told"
                        do! collectUntil (fun () -> true)
                        Expect.equal told.Count 1 "once"
                    })
            }

            test "something refers to it: not called" {
                run (fun () ->
                    lwt {
                        let count = ref 0
                        let kept = Thing "kept"

                        Lwt_gc.finalise
                            (fun _ ->
                                count.Value <- count.Value + 1
                                Lwt.return_unit)
                            kept

                        let other = ref false

                        drop (fun () ->
                            Lwt_gc.finalise
                                (fun _ ->
                                    other.Value <- true
                                    Lwt.return_unit)
                                (Thing "other"))

                        do! collectUntil (fun () -> other.Value)
                        Expect.equal count.Value 0 "calls"
                        GC.KeepAlive kept
                    })
            }

            test "several of one object: all, in order" {
                run (fun () ->
                    lwt {
                        let told = ResizeArray<int>()

                        drop (fun () ->
                            let thing = Thing "x"

                            for i in 1..3 do
                                Lwt_gc.finalise
                                    (fun _ ->
                                        told.Add i
                                        Lwt.return_unit)
                                    thing)

                        do! collectUntil (fun () -> told.Count = 3)
                        Expect.equal (List.ofSeq told) [ 1; 2; 3 ] "order"
                    })
            }

            test "pending when the process ends: the exit hooks wait for it" {
                use loop = new EventLoop()
                let told = ResizeArray<string>()

                loop.RunHere(fun () ->
                    lwt {
                        drop (fun () ->
                            Lwt_gc.finalise
                                (fun _ ->
                                    lwt {
                                        told.Add "began"
                                        do! Lwt_unix.sleep 0.05
                                        told.Add "ended"
                                    })
                                (Thing "x"))

                        do! collectUntil (fun () -> told.Count > 0)
                    })

                Expect.equal (List.ofSeq told) [ "began" ] "when the run ends"
                loop.RunExitHooks()
                Expect.equal (List.ofSeq told) [ "began"; "ended" ] "when the process ends"
            }

            test "raises, or is rejected: told to the async exception hook" {
                let told = ResizeArray<exn>()

                run (fun () ->
                    Lwt.with_async_exception_hook told.Add (fun () ->
                        lwt {
                            let before = Lwt.async_exception_hook.Value
                            Lwt.async_exception_hook.Value <- told.Add

                            drop (fun () ->
                                Lwt_gc.finalise (fun _ -> failwith "raised") (Thing "a")
                                Lwt_gc.finalise (fun _ -> Lwt.fail_with "rejected") (Thing "b"))

                            do! collectUntil (fun () -> told.Count = 2)
                            Lwt.async_exception_hook.Value <- before
                        }))

                Expect.equal (told |> Seq.map _.Message |> Seq.sort |> List.ofSeq) [ "raised"; "rejected" ] "told"
            }

            test "the loop is gone: nothing happens" {
                let called = ref false

                do
                    use loop = new EventLoop()

                    loop.RunHere(fun () ->
                        drop (fun () ->
                            Lwt_gc.finalise
                                (fun _ ->
                                    called.Value <- true
                                    Lwt.return_unit)
                                (Thing "x"))

                        Lwt.return_unit)

                for _ in 1..5 do
                    GC.Collect()
                    GC.WaitForPendingFinalizers()

                Expect.isFalse called.Value "called"
            }
        ]

let private orExit =
    testList
        "finalise_or_exit"
        [
            test "nothing refers to it: called, and not again at the end" {
                use loop = new EventLoop()
                let told = ResizeArray<string>()

                loop.RunHere(fun () ->
                    lwt {
                        drop (fun () ->
                            Lwt_gc.finalise_or_exit
                                (fun (thing: Thing) ->
                                    told.Add thing.Name
                                    Lwt.return_unit)
                                (Thing "x"))

                        do! collectUntil (fun () -> told.Count > 0)
                    })

                loop.RunExitHooks()
                Expect.equal (List.ofSeq told) [ "x" ] "told"
            }

            test "still there at the end: called then, and not again" {
                use loop = new EventLoop()
                let told = ResizeArray<string>()
                let kept = ref (Thing "kept")

                loop.RunHere(fun () ->
                    Lwt_gc.finalise_or_exit
                        (fun (thing: Thing) ->
                            lwt {
                                do! Lwt.pause ()
                                told.Add thing.Name
                            })
                        kept.Value

                    Lwt.return_unit)

                Expect.equal told.Count 0 "not yet"
                loop.RunExitHooks()
                Expect.equal (List.ofSeq told) [ "kept" ] "told"
                kept.Value <- null
                loop.RunHere(fun () -> collectUntil (fun () -> true))
                loop.RunHere(fun () -> Lwt_unix.sleep 0.01)
                Expect.equal (List.ofSeq told) [ "kept" ] "told once"
            }

            test "found by the collector, but the loop does not run before the end: called at the end" {
                use loop = new EventLoop()
                let told = ResizeArray<string>()

                loop.RunHere(fun () ->
                    drop (fun () ->
                        Lwt_gc.finalise_or_exit
                            (fun (thing: Thing) ->
                                told.Add thing.Name
                                Lwt.return_unit)
                            (Thing "x"))

                    Lwt.return_unit)

                for _ in 1..3 do
                    GC.Collect()
                    GC.WaitForPendingFinalizers()

                Expect.equal told.Count 0 "nobody ran the loop"
                loop.RunExitHooks()
                Expect.equal (List.ofSeq told) [ "x" ] "told"
            }
        ]

[<Tests>]
let tests = testList "Lwt_gc" [ finalise; orExit ] |> testSequenced
