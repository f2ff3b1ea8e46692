/// Single operations and the memory that each takes: on a resolved promise, where the function is called at once, and
/// on a pending one, where the figure includes making the promise, waiting for it and resolving it.
namespace Lwt.Bench.Micro

open BenchmarkDotNet.Attributes
open Lwt.Bench
open Lwt.FSharp

module private Functions =
    let addOneLater: int -> int Lwt.t = fun x -> Lwt.return' (x + 1)
    let addOne: int -> int = fun x -> x + 1
    let handler: exn -> int Lwt.t = fun _ -> Lwt.return' 0

    let block (p: int Lwt.t) =
        lwt {
            let! x = p
            return x + 1
        }

open Functions

/// On promises that are resolved already.
[<MemoryDiagnoser>]
type Resolved() =
    let fulfilled = Lwt.return' 1
    let rejected: int Lwt.t = Lwt.fail (ExpectedException())
    let returnRejected: unit -> int Lwt.t = fun () -> rejected

    [<Benchmark>]
    member _.Return() = Lwt.return' 1

    [<Benchmark>]
    member _.Bind() = Lwt.bind fulfilled addOneLater

    [<Benchmark>]
    member _.Map() = Lwt.map addOne fulfilled

    [<Benchmark>]
    member _.Catch() = Lwt.catch returnRejected handler

    [<Benchmark>]
    member _.Await() = AsyncMethods.AddOne fulfilled

    [<Benchmark>]
    member _.Block() = block fulfilled

/// On promises that are pending, and then fulfilled (for catch: rejected).
[<MemoryDiagnoser>]
type Pending() =
    let reason = ExpectedException()

    [<Benchmark(Baseline = true)>]
    member _.Wait() =
        let p, r = Lwt.wait ()
        Lwt.wakeup r 1
        p

    [<Benchmark>]
    member _.Bind() =
        let p, r = Lwt.wait ()
        let q = Lwt.bind p addOneLater
        Lwt.wakeup r 1
        q

    [<Benchmark>]
    member _.Map() =
        let p, r = Lwt.wait ()
        let q = Lwt.map addOne p
        Lwt.wakeup r 1
        q

    [<Benchmark>]
    member _.Catch() =
        let p, r = Lwt.wait ()
        let q = Lwt.catch (fun () -> p) handler
        Lwt.wakeup_exn r reason
        q

    [<Benchmark>]
    member _.Await() =
        let p, r = Lwt.wait ()
        let q = AsyncMethods.AddOne p
        Lwt.wakeup r 1
        q

    [<Benchmark>]
    member _.Block() =
        let p, r = Lwt.wait ()
        let q = block p
        Lwt.wakeup r 1
        q

    [<Benchmark>]
    member _.Task() =
        let source = System.Threading.Tasks.TaskCompletionSource<int>()
        let q = AsyncMethods.AddOne source.Task
        source.SetResult 1
        q
