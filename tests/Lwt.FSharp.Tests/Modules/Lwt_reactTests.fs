module Lwt.FSharp.Tests.Lwt_reactTests

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open System.Threading
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt_react

/// Lines by what stands before their last word: the words of each, in their order. OCaml's React orders what has one rank
/// otherwise, so only the order of one event's occurrences is compared.
let private series (lines: string seq) =
    [
        for name, group in
            lines
            |> Seq.groupBy (fun line -> line.Substring(0, max 0 (line.LastIndexOf ' '))) do
            name, String.concat "," [ for line in group -> line.Substring(line.LastIndexOf ' ' + 1) ]
    ]
    |> List.sort

/// Collects the occurrences of events, and keeps the events.
type private Log() =
    let lines = List<string>()
    let events = List<obj>()
    member _.Lines = List.ofSeq lines
    member _.Add(line: string) = lines.Add line

    member log.Event (name: string) (e: 'a event) =
        events.Add(E.map (fun value -> lines.Add $"{name} {value}") e)

    member log.Signal (name: string) (s: 'a signal) =
        lines.Add $"{name}: {S.value s}"
        log.Event name (S.changes s)

let private after n value : 'a Lwt.t =
    Lwt_unix.sleep (0.01 * float n) >|= fun () -> value

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

/// Runs the collector until something holds.
let rec private collectUntil (holds: unit -> bool) : unit Lwt.t =
    if holds () then
        Lwt.return_unit
    else
        GC.Collect()
        GC.WaitForPendingFinalizers()
        Lwt_unix.sleep 0.001 >>= fun () -> collectUntil holds

/// On a loop of its own, in real time: the collector follows no other clock.
let private runReal (main: unit -> unit Lwt.t) =
    use loop = new Lwt.Core.EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 main)

let private events =
    testList
        "E"
        [
            test "what OCaml's lwt_react 5.6.1 logs" {
                let log = Log()
                let e, send = E.create ()
                let stop, send_stop = E.create_with_step ()
                log.Event "once" (E.once e)
                log.Event "drop" (E.drop_once e)
                log.Event "until" (E.until stop e)
                log.Event "diff" (E.diff (-) e)
                log.Event "fold" (E.fold (+) 0 e)
                log.Event "dismiss" (E.dismiss stop e)
                log.Event "merge" (E.merge (+) 100 [ e; E.map (fun x -> x * 2) e ])
                log.Event "l2" (E.l2 (+) e (E.filter (fun x -> x > 1) e))
                log.Event "chg" (E.changes e)
                List.iter send [ 1; 2; 2 ]
                let step = Step.create ()
                // send itself takes no step here: what is stopped in this one has not occurred in it.
                send_stop step 0
                Step.execute step
                send 6

                Expect.equal
                    (series log.Lines)
                    (series
                        [
                            "until 1"
                            "chg 1"
                            "dismiss 1"
                            "fold 1"
                            "once 1"
                            "merge 103"
                            "until 2"
                            "diff 1"
                            "chg 2"
                            "fold 3"
                            "dismiss 2"
                            "drop 2"
                            "merge 106"
                            "l2 4"
                            "diff 0"
                            "dismiss 2"
                            "until 2"
                            "drop 2"
                            "fold 5"
                            "merge 106"
                            "l2 4"
                            "chg 6"
                            "diff 4"
                            "drop 6"
                            "dismiss 6"
                            "fold 11"
                            "l2 12"
                            "merge 118"
                        ])
                    "the occurrences"
            }

            test "a step with two primitives: what is dismissed, and what ends" {
                let log = Log()
                let e, send = E.create_with_step ()
                let stop, send_stop = E.create_with_step ()
                log.Event "until" (E.until stop e)
                log.Event "dismiss" (E.dismiss stop e)
                log.Event "select" (E.select [ e; stop ])
                log.Event "merge" (E.merge (+) 0 [ e; stop ])
                log.Event "app" (E.app (E.map (fun x y -> x * y) e) stop)
                let step = Step.create ()
                send step 5
                send_stop step 7
                Expect.isEmpty log.Lines "before the step is executed"
                Step.execute step
                Expect.equal (series log.Lines) (series [ "app 35"; "merge 12"; "select 5" ]) "one occurrence each"

                Expect.throwsT<InvalidArgumentException> (fun () -> send step 5) "a step that was executed"
                Expect.throwsT<InvalidArgumentException> (fun () -> Step.execute step) "twice"
                let other = Step.create ()
                send other 5
                Expect.throwsT<InvalidArgumentException> (fun () -> send other 6) "twice in one step"
                Expect.throwsT<InvalidArgumentException> (fun () -> send (Step.create ()) 6) "in two steps at once"
                Step.execute other
                Expect.equal log.Lines[3..] [ "dismiss 5"; "select 5"; "merge 5" ] "until has ended"
            }

            test "each is updated once, after all that it is made of" {
                let e, send = E.create ()
                let deep = List.fold (fun e _ -> E.map ((+) 1) e) e [ 1..10 ]
                let log = Log()
                log.Event "sum" (E.l3 (fun a b c -> a + b + c) deep e (E.map ((+) 1) e))
                send 1
                send 2
                Expect.equal log.Lines [ "sum 14"; "sum 17" ] "one occurrence a step"
            }

            test "made in a step: occurs in that step if its source has" {
                let log = Log()
                let e, send = E.create ()

                let outer =
                    E.map
                        (fun x ->
                            log.Add $"outer {x}"

                            if x = 1 then
                                log.Event "inner" e)
                        e

                send 1
                send 2
                Expect.equal log.Lines [ "outer 1"; "inner 1"; "outer 2"; "inner 2" ] "as in OCaml"
                GC.KeepAlive outer
            }

            test "a send in a step is a step of its own" {
                let log = Log()
                let e, send = E.create ()

                let again =
                    E.map
                        (fun x ->
                            log.Add $"m {x}"

                            if x < 3 then
                                send (x + 1))
                        e

                send 1
                Expect.equal log.Lines [ "m 1"; "m 2"; "m 3" ] "as in OCaml"
                GC.KeepAlive again
            }

            test "switch: also to an event of a higher rank, made in the step" {
                let log = Log()
                let e, send = E.create ()

                let next =
                    E.fmap
                        (fun x ->
                            if x = 10 then
                                Some(E.map ((*) 2) (E.map ((+) 1) (E.map id e)))
                            else
                                None)
                        e

                let switched = E.switch e next
                log.Event "switch" switched
                log.Event "after" (E.map ((+) 1) switched)
                List.iter send [ 1; 10; 3 ]

                Expect.equal
                    log.Lines
                    [ "switch 1"; "after 2"; "switch 22"; "after 23"; "switch 8"; "after 9" ]
                    "one occurrence a step"
            }

            test "fix: one step later" {
                let log = Log()
                let e, send = E.create ()

                let down =
                    E.fix (fun delayed ->
                        let next =
                            E.select [ E.map (fun x -> x - 1) (E.filter (fun x -> x > 0) delayed); e ]

                        next, next)

                log.Event "fix" down
                send 3
                Expect.equal log.Lines [ "fix 3"; "fix 2"; "fix 1"; "fix 0" ] "as in OCaml"
                Expect.throwsT<InvalidArgumentException> (fun () -> E.fix (fun d -> d, ())) "the delayed event itself"
            }

            test "an exception: the others are updated, then it is raised" {
                let log = Log()
                let e, send = E.create ()
                let failing = E.map (fun x -> if x = 1 then failwith "no" else x) e
                log.Event "failing" failing
                log.Event "other" e
                Expect.throwsT<Exception> (fun () -> send 1) "the exception of the function"
                send 2
                Expect.equal (series log.Lines) (series [ "other 1"; "failing 2"; "other 2" ]) "the occurrences"
            }

            test "trace, stamp, fmap, filter, on, accum, options, never" {
                let log = Log()
                let e, send = E.create ()
                let c, set_c = S.create true
                let traced = E.trace (fun x -> log.Add $"trace {x}") e
                let silent = E.trace_with c (fun x -> log.Add $"trace_with {x}") e
                log.Event "on" (E.on c e)
                log.Event "stamp" (E.stamp e "s")
                log.Event "accum" (E.accum (E.map (+) e) 1)
                log.Event "some" (E.Option.value (E.fmap (fun x -> if x > 1 then Some(Some x) else None) e))

                log.Event
                    "default"
                    (E.Option.value_with (S.const' 9) (E.map (fun x -> if x > 1 then Some x else None) e))

                log.Event "never" (E.select [ E.never; E.never<int> ])
                send 1
                set_c false
                send 2

                Expect.equal
                    (series log.Lines)
                    (series
                        [
                            "trace 1"
                            "trace_with 1"
                            "on 1"
                            "stamp s"
                            "accum 2"
                            "default 9"
                            "trace 2"
                            "stamp s"
                            "accum 4"
                            "some 2"
                            "default 2"
                        ])
                    "the occurrences"

                Expect.isTrue (E.equal E.never<int> E.never<int>) "never"
                Expect.isFalse (E.equal e traced) "two events"
                GC.KeepAlive(traced, silent)
            }

            test "stop: of a primitive event and of another" {
                let log = Log()
                let e, send = E.create ()
                let other = E.map ((+) 1) e
                log.Event "e" e
                log.Event "other" other
                E.stop other
                send 1
                E.stop e
                send 2
                Expect.equal log.Lines [ "e 1" ] "the occurrences"
            }

            test "a chain of 100,000, held and not" {
                let e, send = E.create ()
                let last = List.fold (fun e _ -> E.map ((+) 1) e) e [ 1..100_000 ]
                let seen = List<int>()
                let subscription = (last :> IObservable<int>).Subscribe(seen.Add)
                send 1
                subscription.Dispose()
                send 2
                Expect.equal (List.ofSeq seen) [ 100_001 ] "one occurrence"
            }
        ]

let private signals =
    testList
        "S"
        [
            test "what OCaml's lwt_react 5.6.1 logs: bind, and a fixed point" {
                let log = Log()
                let s1, set1 = S.create 1
                let s2, set2 = S.create 10
                let which, set_which = S.create true

                let bound =
                    S.bind which (fun w ->
                        if w then
                            S.map ((+) 1) s1
                        else
                            S.map ((*) 2) (S.map ((+) 0) s2))

                log.Signal "bind" bound
                set1 2
                set_which false
                set1 3
                set2 11
                set_which true
                Expect.equal log.Lines [ "bind: 2"; "bind 3"; "bind 20"; "bind 22"; "bind 4" ] "bind"

                let log = Log()
                let init, set_init = S.create 5

                let fixed' =
                    S.fix 0 (fun delayed ->
                        let s =
                            S.l2
                                (fun i d ->
                                    log.Add $"{i} {d}"
                                    if d < i then d + 1 else d)
                                init
                                delayed

                        s, s)

                Expect.equal (S.value fixed') 5 "after the steps of the fixed point"
                set_init 7
                Expect.equal (S.value fixed') 7 "after those of the change"

                Expect.equal
                    log.Lines
                    [ "5 0"; "5 1"; "5 2"; "5 3"; "5 4"; "5 5"; "7 5"; "7 6"; "7 7" ]
                    "the calls, as in OCaml"
            }

            test "a value that is equal is no change; another equality" {
                let log = Log()
                let s, set = S.create [ 1 ]
                log.Signal "list" (S.map id s)
                log.Signal "always" (S.map_with (fun _ _ -> false) List.length s)
                set [ 1 ]
                set [ 2 ]

                Expect.equal
                    (series log.Lines)
                    (series [ "list: [1]"; "always: 1"; "list [2]"; "always 1" ])
                    "the changes"
            }

            test "lifted signals change once a step; functions of them see no half step" {
                let s, set = S.create 1
                let log = Log()
                log.Signal "always 0" (S.l3 (fun a b c -> a + b - c) s (S.map ((*) 2) s) (S.map ((*) 3) s))
                log.Signal "l6" (S.l6 (fun a b c d e f -> a + b + c + d + e + f) s s s s s s)
                set 2
                set 5
                Expect.equal log.Lines [ "always 0: 0"; "l6: 6"; "l6 12"; "l6 30" ] "the changes"
            }

            test "hold, diff, sample, on, dismiss, filter, fmap, accum, fold, merge, switch, app, trace" {
                let log = Log()
                let e, send = E.create ()
                let s, set = S.create 1
                let c, set_c = S.create true
                log.Signal "hold" (S.hold 0 e)
                log.Event "diff" (S.diff (fun now before -> now * 10 + before) s)
                log.Event "sample" (S.sample (fun x s -> x * 100 + s) e s)
                log.Signal "on" (S.on c 7 s)
                log.Signal "dismiss" (S.dismiss (E.filter ((=) 3) (S.changes s)) 0 s)
                log.Signal "filter" (S.filter (fun x -> x % 2 = 0) 8 s)
                log.Signal "fmap" (S.fmap (fun x -> if x > 2 then Some(x * 2) else None) 9 s)
                log.Signal "accum" (S.accum (E.map (+) e) 1)
                log.Signal "fold" (S.fold (+) 100 e)
                log.Signal "merge" (S.merge (fun a x -> a * 2 + x) 1 [ s; S.map ((+) 1) s ])

                log.Signal
                    "switch"
                    (S.switch (S.map_with (fun _ _ -> false) (fun x -> if x = 2 then S.const' 50 else s) s))

                log.Signal "app" (S.app (S.map_with (fun _ _ -> false) (fun x y -> x - y) s) (S.const' 1))
                let traced = S.trace (fun x -> log.Add $"trace {x}") s
                send 4
                set 2
                set_c false
                set 3
                set_c true
                S.stop s
                set 4

                Expect.equal
                    (series log.Lines)
                    (series
                        [
                            "hold: 0"
                            "on: 1"
                            "dismiss: 1"
                            "filter: 8"
                            "fmap: 9"
                            "accum: 1"
                            "fold: 100"
                            "merge: 8"
                            "switch: 1"
                            "app: 0"
                            "trace 1"
                            "hold 4"
                            "sample 401"
                            "accum 5"
                            "fold 104"
                            "diff 21"
                            "on 2"
                            "dismiss 2"
                            "filter 2"
                            "merge 11"
                            "switch 50"
                            "app 1"
                            "trace 2"
                            "diff 32"
                            "fmap 6"
                            "merge 14"
                            "switch 3"
                            "app 2"
                            "trace 3"
                            "on 3"
                        ])
                    "the values"

                GC.KeepAlive traced
            }

            test "steps, constants, equality, bools" {
                let log = Log()
                let a, set_a = S.create_with_step (=) 1
                let b, set_b = S.create_with_step (=) 2
                log.Signal "sum" (S.l2 (+) a b)
                let step = Step.create ()
                set_a step 10
                set_b step 20
                Step.execute step
                Expect.equal log.Lines [ "sum: 3"; "sum 30" ] "one change"
                Expect.isTrue (S.equal (S.const' 1) (S.return' 1)) "equal constants"
                Expect.isFalse (S.equal a b) "two signals"

                let log = Log()
                let x, set_x = S.create false
                log.Event "rise" (S.Bool.rise x)
                log.Event "fall" (S.Bool.fall x)
                log.Signal "not" (S.Bool.not x)
                log.Signal "flip" (S.Bool.flip false (S.changes x))
                set_x true
                set_x false

                Expect.equal
                    (series log.Lines)
                    (series
                        [
                            "not: True"
                            "flip: False"
                            "rise "
                            "not False"
                            "flip True"
                            "fall "
                            "not True"
                            "flip False"
                        ])
                    "the values"
            }
        ]

let private promises =
    testList
        "with promises"
        [
            test "events: what OCaml's lwt_react 5.6.1 logs" {
                let log = Log()

                run (fun () ->
                    lwt {
                        let e, send = E.create ()
                        log.Event "map_s" (E.map_s (fun x -> after (4 - x) (x * 10)) e)
                        log.Event "map_p" (E.map_p (fun x -> after (4 - x) (x * 10)) e)
                        log.Event "filter_s" (E.filter_s (fun x -> after 1 (x <> 2)) e)
                        log.Event "fold_s" (E.fold_s (fun a x -> after 1 (a * 2 + x)) 0 e)
                        log.Event "diff_s" (E.diff_s (fun x y -> after 1 (x * 10 + y)) e)
                        log.Event "accum_s" (E.accum_s (E.map (fun x a -> after 1 (a - x)) e) 100)
                        log.Event "merge_s" (E.merge_s (fun a x -> after 1 (a * 2 + x)) 1 [ e; E.map ((+) 1) e ])
                        log.Event "run_s" (E.run_s (E.map (fun x -> after (4 - x) x) e))
                        log.Event "now_s" (E.map_s Lwt.return' e)

                        log.Event
                            "fail_s"
                            (E.map_s (fun x -> if x = 2 then Lwt.fail (Failure "") else Lwt.return' x) e)

                        List.iter send [ 1; 2; 3 ]
                        do! Lwt_unix.sleep 0.2
                    })

                Expect.equal
                    (series log.Lines)
                    [
                        "accum_s", "99,97,94"
                        "diff_s", "21,32"
                        "fail_s", "1,3"
                        "filter_s", "1,3"
                        "fold_s", "1,4,11"
                        "map_p", "30,20,10"
                        "map_s", "10,20,30"
                        "merge_s", "8,11,14"
                        "now_s", "1,2,3"
                        "run_s", "1,2,3"
                    ]
                    "the occurrences"
            }

            test "signals: what OCaml's lwt_react 5.6.1 logs" {
                let log = Log()

                run (fun () ->
                    lwt {
                        let s, set = S.create 1
                        let! m = S.map_s (fun x -> after 1 (x * 10)) s
                        log.Signal "map_s" m
                        let! m = S.filter_s (fun x -> after 1 (x > 1)) 7 s
                        log.Signal "filter_s" m
                        let! m = S.fmap_s (fun x -> after 1 (if x > 1 then Some(x * 2) else None)) 9 s
                        log.Signal "fmap_s" m
                        let! m = S.l2_s (fun x y -> after 1 (x * 10 + y)) s (S.map ((+) 1) s)
                        log.Signal "l2_s" m
                        let! m = S.merge_s (fun a x -> after 1 (a * 2 + x)) 1 [ s; S.map ((+) 1) s ]
                        log.Signal "merge_s" m
                        let! m = S.bind_s s (fun x -> after 1 (S.const' (x * 3)))
                        log.Signal "bind_s" m
                        let! m = S.run_s (S.map (fun x -> after 1 (x + 1)) s)
                        log.Signal "run_s" m
                        let! m = S.app_s (S.map (fun x y -> after 1 (x + y)) s) (S.map id s)
                        log.Signal "app_s" m
                        log.Signal "limited" (S.limit (fun () -> Lwt_unix.sleep 0.05) s)
                        log.Event "diff_s" (S.diff_s (fun x y -> after 1 (x * 10 + y)) s)
                        log.Signal "fold_s" (S.fold_s (fun a x -> after 1 (a + x)) 1000 (S.changes s))
                        set 2
                        set 3
                        set 3
                        do! Lwt_unix.sleep 0.3
                    })

                Expect.equal
                    (series log.Lines)
                    (series
                        [
                            "map_s: 10"
                            "filter_s: 7"
                            "fmap_s: 9"
                            "l2_s: 12"
                            "merge_s: 8"
                            "bind_s: 3"
                            "run_s: 2"
                            "app_s: 2"
                            "limited: 1"
                            "fold_s: 1000"
                            "run_s 3"
                            "bind_s 6"
                            "map_s 20"
                            "diff_s 21"
                            "filter_s 2"
                            "fold_s 1002"
                            "fmap_s 4"
                            "l2_s 23"
                            "app_s 4"
                            "run_s 4"
                            "bind_s 9"
                            "map_s 30"
                            "diff_s 32"
                            "filter_s 3"
                            "fold_s 1005"
                            "fmap_s 6"
                            "l2_s 34"
                            "merge_s 11"
                            "app_s 6"
                            "merge_s 14"
                            "limited 3"
                        ])
                    "the values"
            }

            test "limit: the first, and the last of those that come too early" {
                let log = Log()

                run (fun () ->
                    lwt {
                        let e, send = E.create ()
                        log.Event "limit" (E.limit (fun () -> Lwt_unix.sleep 0.05) e)
                        List.iter send [ 1; 2; 3 ]
                        do! Lwt_unix.sleep 0.12
                        List.iter send [ 4; 5 ]
                        do! Lwt_unix.sleep 0.2
                    })

                Expect.equal log.Lines [ "limit 1"; "limit 3"; "limit 4"; "limit 5" ] "as in OCaml"
            }

            test "next, to_stream, of_stream, delay, from" {
                let log = Log()

                run (fun () ->
                    lwt {
                        let e, send = E.create ()
                        let stream = E.to_stream e

                        Lwt.on_success (E.next e) (fun x ->
                            log.Add $"next {x}"
                            let again = E.next e
                            log.Add $"again {Lwt.is_sleeping again}"
                            Lwt.on_success again (fun x -> log.Add $"again {x}"))

                        send 1
                        send 2
                        let! elements = Lwt_stream.nget 2 stream
                        log.Add $"stream %A{elements}"
                        let source, push = Lwt_stream.create<int>()
                        log.Event "of_stream" (E.of_stream source)
                        push (Some 5)
                        push (Some 6)
                        do! Lwt_unix.sleep 0.01
                        let p, u = Lwt.wait<int event>()
                        log.Event "delay" (E.delay p)
                        send 1
                        Lwt.wakeup u e
                        send 2
                        let mutable n = 0
                        let count = ref 0

                        log.Event
                            "from"
                            (E.from (fun () ->
                                count.Value <- count.Value + 1

                                if count.Value > 3 then
                                    fst (Lwt.task ())
                                else
                                    after 1 count.Value))

                        do! Lwt_unix.sleep 0.1
                    })

                Expect.equal
                    log.Lines
                    [
                        "next 1"
                        "again True"
                        "again 1"
                        "stream [1; 2]"
                        "of_stream 5"
                        "of_stream 6"
                        "delay 2"
                        "from 1"
                        "from 2"
                        "from 3"
                    ]
                    "as in OCaml"
            }

            test "next, cancelled: does not wait any more" {
                let e, send = E.create ()
                let p = E.next e
                Lwt.cancel p
                send 1
                Expect.equal (Lwt.state p) (Lwt.Fail Lwt.Canceled) "the promise"
            }

            test "of_stream: an exception of the step goes to the hook, and reading goes on" {
                let log = Log()

                run (fun () ->
                    Lwt.with_async_exception_hook (fun e -> log.Add $"hook {e.Message}") (fun () ->
                        lwt {
                            let source, push = Lwt_stream.create<int>()
                            let e = E.of_stream source
                            log.Event "e" (E.map (fun x -> if x = 1 then failwith "no" else x) e)
                            push (Some 1)
                            push (Some 2)
                            do! Lwt_unix.sleep 0.01
                        }))

                Expect.equal log.Lines [ "hook no"; "e 2" ] "the hook, then the next element"
            }
        ]

/// In methods of their own, so that the stack keeps nothing.
[<MethodImpl(MethodImplOptions.NoInlining)>]
let private dropped (e: int event) (log: Log) =
    E.map (fun x -> log.Add $"dropped {x}") e |> ignore

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private observed (e: int event) (log: Log) =
    (E.map id e :> IObservable<int>).Subscribe(fun x -> log.Add $"observed {x}")

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private keptAlive (e: int event) (log: Log) =
    E.keep (E.map (fun x -> log.Add $"kept {x}") e)

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private finalised (e: int event) (flag: bool ref) =
    E.with_finaliser (fun () -> flag.Value <- true) e |> ignore

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private reading (flag: bool ref) =
    let promise, _ = Lwt.task<int>()
    Lwt.on_cancel promise (fun () -> flag.Value <- true)
    E.from (fun () -> promise) |> ignore

let private lifetime =
    testList
        "lifetime"
        [
            test "what nobody refers to is collected; what is observed or kept is not" {
                let log = Log()

                runReal (fun () ->
                    lwt {
                        let e, send = E.create ()
                        dropped e log
                        let subscription = observed e log
                        keptAlive e log
                        let flag = ref false
                        finalised e flag
                        do! collectUntil (fun () -> flag.Value)
                        send 1
                        subscription.Dispose()
                        send 2
                    })

                Expect.equal (series log.Lines) (series [ "observed 1"; "kept 1"; "kept 2" ]) "the occurrences"
            }

            test "from: the promise is cancelled once the event is collected" {
                let flag = ref false

                runReal (fun () ->
                    lwt {
                        reading flag
                        do! collectUntil (fun () -> flag.Value)
                    })
            }

            test "bind: 100,000 changes leave nothing with the signal that the function reads" {
                let s, set = S.create 0
                let other, _ = S.create 1
                let bound = S.bind s (fun x -> S.map ((+) x) other)
                let before = GC.GetTotalMemory true

                for i in 1..100_000 do
                    set i

                Expect.equal (S.value bound) 100_001 "the value"
                Expect.isLessThan (GC.GetTotalMemory true - before) 5_000_000L "bytes that remain"
                GC.KeepAlive(bound, other)
            }

            test "an observable of others, on other threads" {
                let log = Log()
                let mutable observer: IObserver<int> | null = null
                let mutable disposed = false

                let source =
                    { new IObservable<int> with
                        member _.Subscribe o =
                            observer <- o

                            { new IDisposable with
                                member _.Dispose() = disposed <- true
                            }
                    }

                run (fun () ->
                    lwt {
                        log.Event "e" (E.of_observable source)
                        let o = nonNull observer
                        o.OnNext 1
                        let next = Thread(fun () -> o.OnNext 2)
                        next.Start()
                        next.Join()
                        Expect.equal log.Lines [ "e 1" ] "the other thread posts"
                        do! Lwt.pause ()
                        do! Lwt.pause ()
                    })

                Expect.equal log.Lines [ "e 1"; "e 2" ] "the occurrences"
                Expect.isFalse disposed "the event is still there"
            }

            test "a signal's subscriber: the value, then each change" {
                let seen = List<int>()
                let s, set = S.create 1
                let subscription = (S.map ((+) 1) s :> IObservable<int>).Subscribe seen.Add
                GC.Collect()
                set 2
                set 2
                set 3
                subscription.Dispose()
                set 4
                Expect.equal (List.ofSeq seen) [ 2; 3; 4 ] "the values"
            }

            test "another thread: an error before anything changes" {
                let s, set = S.create 1
                let e, send = E.create ()
                let errors = List<string>()

                let thread =
                    Thread(fun () ->
                        for f in
                            [
                                (fun () -> set 2)
                                (fun () -> send 2)
                                (fun () -> E.map id e |> ignore)
                                (fun () -> E.next e |> ignore)
                                (fun () -> S.map id s |> ignore)
                            ] do
                            try
                                f ()
                            with :? InvalidOperationException as reason ->
                                errors.Add reason.Message)

                thread.Start()
                thread.Join()
                Expect.equal errors.Count 5 "errors"
                Expect.all errors (fun e -> e.Contains "Lwt_main.post_to") "the remedy"
                Expect.equal (S.value s) 1 "the value"
            }
        ]

[<Tests>]
let tests = testList "Lwt_react" [ events; signals; promises; lifetime ]
