/// Rejections travel without a throw, exceptions keep their stack trace, and the storage follows a block.
module Lwt.FSharp.Tests.Block.RejectionsTests

open System
open System.Diagnostics
open System.Runtime.CompilerServices
open System.Threading
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

/// Counts the exceptions that are thrown on this thread while a function runs.
let private throws (f: unit -> unit) =
    let thread = Environment.CurrentManagedThreadId
    let count = ref 0

    let handler =
        EventHandler<_>(fun _ _ ->
            if Environment.CurrentManagedThreadId = thread then
                count.Value <- count.Value + 1)

    AppDomain.CurrentDomain.FirstChanceException.AddHandler handler

    try
        f ()
    finally
        AppDomain.CurrentDomain.FirstChanceException.RemoveHandler handler

    count.Value

let private nothingThrown name (block: int Lwt.t -> 'a Lwt.t) =
    testList
        name
        [
            for ending in [ Rejected; Cancelled; Raised ] do
                test (describe ending) {
                    let count =
                        throws (fun () ->
                            let awaited, finish = source ending 1
                            let block = block awaited
                            finish ()
                            Expect.isFalse (Lwt.is_sleeping block) "resolved")

                    Expect.equal count 0 "throws"
                }
        ]

let private quiet =
    [
        nothingThrown "let!" (fun p ->
            lwt {
                let! x = p
                return x
            })
        nothingThrown "return!" (fun p -> lwt { return! p })
        nothingThrown "try with" (fun p ->
            lwt {
                try
                    let! x = p
                    return x
                with _ ->
                    return 0
            })
        nothingThrown "try finally" (fun p ->
            lwt {
                try
                    return! p
                finally
                    ignore p
            })
        nothingThrown "use, in a loop, in nested blocks" (fun p ->
            lwt {
                for _ in [ 1; 2 ] do
                    use _ = new CancellationTokenSource()
                    do! lwt { do! Lwt.map ignore p }
            })
        nothingThrown "and!" (fun p ->
            lwt {
                let! x = p
                and! y = p
                and! z = p
                return x + y + z
            })
    ]

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private culprit () : int = raise (Boom "culprit")

let private raising =
    [
        test "raise > is thrown once, whatever stands around it" {
            let count =
                throws (fun () ->
                    let block =
                        lwt {
                            try
                                try
                                    use _ = new CancellationTokenSource()
                                    return! lwt { return culprit () }
                                finally
                                    ignore 1
                            with Boom _ ->
                                return 1
                        }

                    Expect.equal (outcome block) "1" "outcome")

            Expect.equal count 1 "throws"
        }
        test "raise > after a wait, is thrown once" {
            let count =
                throws (fun () ->
                    let p, r = Lwt.wait ()

                    let block =
                        lwt {
                            try
                                do! p
                                return culprit ()
                            finally
                                ignore 1
                        }

                    Lwt.wakeup r ()
                    Expect.equal (outcome block) "#culprit" "outcome")

            Expect.equal count 1 "throws"
        }
        test "raise > comes out with the stack trace of the place" {
            let block () =
                lwt {
                    do! Lwt.pause ()

                    return!
                        lwt {
                            do! Lwt.pause ()
                            return culprit ()
                        }
                }

            let e =
                try
                    Lwt_main.run_virtual block |> ignore
                    failtest "expected an exception"
                with Boom _ as e ->
                    e

            Expect.stringContains (string e.StackTrace) "culprit" "stack trace"
        }
        test "cancelled, no pattern fits > the exception that all cancelled promises share does not grow" {
            let once () =
                let p: unit Lwt.t = fst (Lwt.task ())

                let block =
                    lwt {
                        try
                            do! p
                        with :? TimeoutException ->
                            ()
                    }

                Lwt.cancel p
                Expect.equal (outcome block) "#Canceled" "outcome"

            for _ in 1..20 do
                once ()

            let p: unit Lwt.t = fst (Lwt.task ())
            Lwt.cancel p

            match Lwt.state p with
            | Lwt.Fail e -> Expect.isTrue (String.IsNullOrEmpty e.StackTrace) "no stack trace"
            | _ -> failtest "expected a rejection"
        }
        test "finaliser raises > the later exception wins" {
            let block =
                lwt {
                    try
                        return culprit ()
                    finally
                        raise (Boom "later")
                }

            Expect.equal (outcome block) "#later" "outcome"
        }
        test "runtime in trouble > the exception goes up to the caller, no promise takes it" {
            Expect.throwsT<InsufficientExecutionStackException>
                (fun () ->
                    lwt {
                        try
                            raise (InsufficientExecutionStackException())
                        with _ ->
                            ()
                    }
                    |> ignore)
                "thrown"
        }
    ]

let private storage =
    let key: string Lwt.key = Lwt.new_key ()
    let read () = Lwt.get key |> Option.defaultValue "-"

    [
        test "storage > goes along through let!" {
            let p, r = Lwt.wait ()

            let block =
                Lwt.with_value key (Some "in") (fun () ->
                    lwt {
                        let before = read ()
                        do! p
                        let after = read ()
                        do! Lwt.return_unit
                        return [ before; after; read () ]
                    })

            Expect.equal (read ()) "-" "outside"
            Lwt.with_value key (Some "waker") (fun () -> Lwt.wakeup r ())
            Expect.equal (Lwt.poll block) (Some [ "in"; "in"; "in" ]) "inside"
            Expect.equal (read ()) "-" "outside"
        }
        test "storage > a value set in a block holds for what is started there" {
            let p, r = Lwt.wait ()

            let child () =
                lwt {
                    do! p
                    return read ()
                }

            let block =
                lwt {
                    let! inner = Lwt.with_value key (Some "child") child
                    return inner, read ()
                }

            Lwt.wakeup r ()
            Expect.equal (Lwt.poll block) (Some("child", "-")) "values"
        }
    ]

let private merging =
    let pending () : int Lwt.t * int Lwt.u = Lwt.task ()

    [
        test "and! of two > waits for both at a time" {
            let p, r = pending ()
            let q, s = pending ()

            let block =
                lwt {
                    let! a = p
                    and! b = q
                    return a - b
                }

            Lwt.wakeup s 1
            Expect.equal (outcome block) "pending" "one is not enough"
            Lwt.wakeup r 3
            Expect.equal (outcome block) "2" "outcome"
        }
        test "and! of two > rejected as the first, once both are resolved" {
            let p, r = pending ()
            let q, s = pending ()

            let block =
                lwt {
                    let! a = p
                    and! b = q
                    return a + b
                }

            Lwt.wakeup_exn s (Boom "second")
            Expect.equal (outcome block) "pending" "waits for the other"
            Lwt.wakeup_exn r (Boom "first")
            Expect.equal (outcome block) "#second" "outcome"
        }
        for rejected in [ [ 2; 0; 1 ]; [ 1; 0; 2 ]; [ 2; 1; 0 ]; [ 0; 1; 2 ] ] do
            test $"and! of three > rejected in the order %A{rejected}, the first wins" {
                let sources = Array.init 3 (fun _ -> pending ())

                let block =
                    lwt {
                        let! a = fst sources[0]
                        and! b = fst sources[1]
                        and! c = fst sources[2]
                        return a + b + c
                    }

                for i in rejected do
                    Expect.equal (outcome block) "pending" "waits for all"
                    Lwt.wakeup_exn (snd sources[i]) (Boom(string i))

                Expect.equal (outcome block) $"#{List.head rejected}" "outcome"
            }
        test "and! of five > the first to be rejected wins, values come in order" {
            let block (sources: (int Lwt.t * int Lwt.u) array) =
                lwt {
                    let! a = fst sources[0]
                    and! b = fst sources[1]
                    and! c = fst sources[2]
                    and! d = fst sources[3]
                    and! e = fst sources[4]
                    return [ a; b; c; d; e ]
                }

            let sources = Array.init 5 (fun _ -> pending ())
            let fulfilled = block sources

            for i in [ 3; 1; 4; 0; 2 ] do
                Lwt.wakeup (snd sources[i]) i

            Expect.equal (Lwt.poll fulfilled) (Some [ 0..4 ]) "values"

            let sources = Array.init 5 (fun _ -> pending ())
            let rejected = block sources

            for i in [ 3; 1; 4; 0; 2 ] do
                Lwt.wakeup_exn (snd sources[i]) (Boom(string i))

            Expect.equal (outcome rejected) "#3" "first rejection"
        }
        test "and! of seven and of four > values come in order" {
            let block =
                lwt {
                    let! a = Lwt.return' 1
                    and! b = Lwt.return' 2
                    and! c = Lwt.return' 3
                    and! d = Lwt.return' 4

                    let! e = Lwt.return' 5
                    and! f = Lwt.return' 6
                    and! g = Lwt.return' 7
                    and! h = Lwt.return' 8
                    and! i = Lwt.return' 9
                    and! j = Lwt.return' 10
                    and! k = Lwt.return' 11
                    return [ a; b; c; d; e; f; g; h; i; j; k ]
                }

            Expect.equal (Lwt.poll block) (Some [ 1..11 ]) "values"
        }
        test "and! > cancelling the block cancels all" {
            let sources = Array.init 3 (fun _ -> fst (pending ()))

            let block =
                lwt {
                    let! a = sources[0]
                    and! b = sources[1]
                    and! c = sources[2]
                    return a + b + c
                }

            Lwt.cancel block

            for p in sources do
                Expect.equal (outcome p) "#Canceled" "source"

            Expect.equal (outcome block) "#Canceled" "block"
        }
    ]

[<Tests>]
let tests =
    // Exceptions are counted by thread: nothing else may run on this thread at the same time.
    testSequenced
    <| testList
        "lwt block, rejections"
        [
            testList "nothing is thrown" quiet
            testList "exceptions" raising
            testList "storage" storage
            testList "and!" merging
        ]
