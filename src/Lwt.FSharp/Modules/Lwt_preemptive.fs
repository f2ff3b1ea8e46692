namespace Lwt.FSharp

open System
open System.Runtime.CompilerServices
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>
/// Calls of functions that block or compute for long, on threads of their own, while the loop goes on: OCaml's
/// <c>Lwt_preemptive</c>. Each loop has its own threads: none at first, and at most four.
/// </summary>
module Lwt_preemptive =

    let private pools = ConditionalWeakTable<EventLoop, WorkerPool>()

    let private pool () : WorkerPool =
        pools.GetValue(EventLoop.Current, (fun _ -> new WorkerPool(0, 4)))

    /// <summary>
    /// Calls <c>f x</c> on another thread. The promise has the result, or the exception that f raised. While all threads are
    /// busy it waits for one, in the order of the calls; cancelling it then takes it out of the queue. Once f runs, cancelling
    /// does nothing. f must not touch promises: see <c>run_in_main</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// let size path =
    ///     Lwt_preemptive.detach (fun path -&gt; System.IO.FileInfo(path).Length) path
    /// </code>
    /// </example>
    let detach (f: 'a -> 'b) (x: 'a) : 'b Lwt.t =
        Null.check "Lwt_preemptive.detach" (nameof f) f
        Primitives.Detach(pool (), "a call (F#: Lwt_preemptive.detach)", (fun () -> f x))

    /// <summary>
    /// In a function that <c>detach</c> calls: has the loop call <c>f ()</c>, and blocks until its promise is resolved. Returns its
    /// value or raises its exception.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The thread is not one of <c>detach</c>.</exception>
    let run_in_main (f: unit -> 'a Lwt.t) : 'a =
        Null.check "Lwt_preemptive.run_in_main" (nameof f) f
        WorkerPool.RunOnLoop<'a> f

    /// <summary>
    /// As <c>run_in_main</c>, without waiting for the promise; <paramref name="handler"/>, on the loop, gets the exception of one that is
    /// rejected.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The thread is not one of <c>detach</c>.</exception>
    let run_in_main_dont_wait (f: unit -> unit Lwt.t) (handler: exn -> unit) : unit =
        Null.check "Lwt_preemptive.run_in_main_dont_wait" (nameof f) f
        Null.check "Lwt_preemptive.run_in_main_dont_wait" (nameof handler) handler

        WorkerPool.PostToLoop(fun () ->
            Lwt.dont_wait f handler
            Lwt.return_unit)

    /// <summary>The least and the most threads: <c>(0, 4)</c> at first.</summary>
    let get_bounds () : int * int =
        let pool = pool ()
        pool.MinThreads, pool.MaxThreads

    /// <summary>Changes the least and the most threads. Missing ones are started at once.</summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">
    /// The most are fewer than the least, or none, or a number is negative. It matches <c>Invalid_argument</c>.
    /// </exception>
    let set_bounds (bounds: int * int) : unit =
        let least, most = bounds
        (pool ()).SetBounds(least, most)

    /// <summary>The same as <c>set_bounds (least, most)</c>. <paramref name="log"/> is not used, as in OCaml's.</summary>
    let init (least: int) (most: int) (log: string -> unit) : unit =
        Null.check "Lwt_preemptive.init" (nameof log) log
        set_bounds (least, most)

    /// <summary>Does nothing: the threads are there when they are needed.</summary>
    let simple_init () : unit = pool () |> ignore

    // As in OCaml a number that is kept, and changes nothing: no call is refused.
    let private queued = ConditionalWeakTable<WorkerPool, StrongBox<int>>()

    let private longest () =
        queued.GetValue(pool (), (fun _ -> StrongBox 1000))

    /// <summary>Keeps a number. All calls wait that find no thread, as in OCaml.</summary>
    /// <exception cref="T:System.ArgumentException">The number is negative.</exception>
    let set_max_number_of_threads_queued (n: int) : unit =
        if n < 0 then
            invalidArg (nameof n) "Lwt_preemptive.set_max_number_of_threads_queued: the number is negative."

        longest().Value <- n

    /// <summary>The number that <c>set_max_number_of_threads_queued</c> was given; 1,000 at first.</summary>
    let get_max_number_of_threads_queued () : int = longest().Value

    /// <summary>How many threads there are.</summary>
    let nbthreads () : int = (pool ()).ThreadCount

    /// <summary>How many threads run a call.</summary>
    let nbthreadsbusy () : int = (pool ()).BusyCount

    /// <summary>How many calls wait for a thread.</summary>
    let nbthreadsqueued () : int = (pool ()).QueuedCount
