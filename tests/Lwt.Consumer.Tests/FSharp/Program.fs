/// Programs as a user of the packages writes them: what the compiler inlines into them must be accessible there.
module Consumer.FSharp.Program

open System
open System.Collections.Generic
open System.Threading.Tasks
open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

let rec countDown n =
    lwt {
        if n = 0 then
            return "zero"
        else
            do! Lwt.pause ()
            return! countDown (n - 1)
    }

let everySource () =
    lwt {
        let! a = Lwt.return' 1
        let! b = Task.FromResult 2
        let! c = ValueTask<int> 3

        let! d =
            async {
                do! Async.SwitchToThreadPool()
                return 4
            }

        do! Task.Yield()
        do! Lwt.Core.Promise.Sleep(TimeSpan.FromSeconds 1.0)
        return a + b + c + d
    }

let everyConstruct () =
    lwt {
        let log = List<string>()

        use _ =
            { new IDisposable with
                member _.Dispose() = log.Add "disposed"
            }

        use! _ =
            Lwt.return'
                { new IAsyncDisposable with
                    member _.DisposeAsync() =
                        log.Add "disposed asynchronously"
                        ValueTask()
                }

        for i in [ 1; 2 ] do
            do! Lwt.pause ()
            log.Add(string i)

        for i in [| 3 |] do
            log.Add(string i)

        for i in seq { 4..5 } do
            do! Lwt.pause ()
            log.Add(string i)

        let mutable n = 6

        while n < 8 do
            do! Lwt.pause ()
            log.Add(string n)
            n <- n + 1

        try
            try
                do! Lwt.pause ()
                do! Lwt.fail_with "failure"
            finally
                log.Add "finally"
        with Failure message ->
            do! Lwt.pause ()
            log.Add message

        match! Lwt.return' 8 with
        | 8 -> log.Add "8"
        | _ -> ()

        let! a = Lwt.return' 1
        and! b = countDown 2
        and! c = Lwt.return' 3
        return String.Join(" ", log) + $" {a} {b} {c}"
    }

let everyElement () =
    lwt {
        let log = List<string>()

        for i in Lwt_seq.map_s (fun i -> Lwt.pause () >|= fun () -> i * i) (Lwt_seq.of_list [ 1; 2; 3 ]) do
            do! Lwt.pause ()
            log.Add(string i)

        let stream, push = Lwt_stream.create_bounded 1

        let pushing =
            lwt {
                for i in 4..6 do
                    do! push.push i

                push.close ()
            }

        for i in stream do
            do! Lwt.pause ()

            for c in Lwt_stream.of_list [ "a"; "b" ] do
                log.Add $"{i}{c}"

        do! pushing

        try
            for _ in Lwt_stream.from (fun () -> Lwt.fail_with "no element") do
                log.Add "an element"
        with Failure message ->
            log.Add message

        return String.Join(" ", log)
    }

let cancelled () =
    lwt {
        let p: int Lwt.t = fst (Lwt.task ())

        let block =
            lwt {
                let! token = Lwt.cancellationToken

                try
                    return! p
                with Lwt.Canceled ->
                    return if token.IsCancellationRequested then 1 else 0
            }

        Lwt.cancel block
        let! result = block
        return string result
    }

let operators () =
    countDown 3 >>= (fun zero -> Lwt.return' 2 >|= (fun two -> $"{zero} {two}"))

let functions () =
    Lwt.catch (fun () -> Lwt.bind (Lwt.pause ()) (fun () -> Lwt.fail (InvalidOperationException "raised"))) (fun e ->
        Lwt.return' e.Message)

let blocksOfOthers () =
    let inTask p =
        task {
            let! x = p
            do! Lwt.pause ()
            let! y = Lwt.map (fun () -> 2) (Lwt.pause ())
            return x + y
        }

    lwt {
        let! three = inTask (Task.FromResult 1)

        let! one =
            async {
                let! x = Lwt.return' 1
                do! Lwt.pause ()
                return x
            }

        return $"{one} {three - one} {three}"
    }

let programs =
    [
        "countDown", (fun () -> countDown 100_000), "zero"
        "every source", (fun () -> Lwt.map string (everySource ())), "10"
        "every construct", everyConstruct, "1 2 3 4 5 6 7 finally failure 8 1 zero 3"
        "every element", everyElement, "1 4 9 4a 4b 5a 5b 6a 6b no element"
        "cancelled", cancelled, "1"
        "operators", operators, "zero 2"
        "functions", functions, "raised"
        "blocks of others", blocksOfOthers, "1 2 3"
    ]

[<EntryPoint>]
let main _ =
    let mutable failed = 0

    for (name, program, expected) in programs do
        let result =
            try
                Lwt_main.run_virtual program
            with e ->
                string e

        if result = expected then
            // Not printfn, which a native program cannot call.
            Console.WriteLine $"ok      F#: {name}"
        else
            failed <- failed + 1
            Console.WriteLine $"FAILED  F#: {name}: expected '{expected}', got '{result}'"

    Console.WriteLine $"{programs.Length - failed} passed, {failed} failed"
    min failed 1
