namespace Lwt.FSharp

open System
open Lwt.Core

/// <summary>The main loop: OCaml's <c>Lwt_main</c>.</summary>
[<RequireQualifiedAccess>]
module Lwt_main =

    /// <summary>
    /// Runs this thread's loop until the promise is resolved; gives its value or raises its exception.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">A run is under way on this thread, or nothing can wake the promise.</exception>
    let run (p: Promise<'a>) : 'a = EventLoop.Run p

    /// <summary><c>Lwt.pause</c>, by its old name.</summary>
    let ``yield`` () : Promise<unit> = Lwt.pause ()

    /// <summary>Forgets what paused: those promises stay pending for ever.</summary>
    let abandon_yielded_and_paused () : unit = Lwt.abandon_paused ()

    /// <summary>Has the loop of this thread call a function in its next iteration; any thread may call what it gives.</summary>
    let post () : (unit -> unit) -> unit =
        let loop = EventLoop.Current
        fun f -> loop.Post f

    /// <summary>
    /// Runs <paramref name="hook"/> when the process ends, or in <c>run_at_exit_hooks</c>: the last one added first.
    /// </summary>
    let at_exit (hook: unit -> Promise<unit>) : unit =
        EventLoop.Current.AtExit(fun () -> hook () :> Promise) |> ignore

    /// <summary>Runs the exit hooks now.</summary>
    let run_at_exit_hooks () : unit = EventLoop.Current.RunExitHooks()

    /// <summary>
    /// Runs <paramref name="main"/> on a loop of its own whose clock is virtual: it jumps to the next deadline when
    /// nothing else can run, so that tests with sleeps take no time and always come out the same. (Not in OCaml's Lwt.)
    /// </summary>
    let run_virtual (main: unit -> Promise<'a>) : 'a =
        use loop = new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))
        loop.RunHere main

    /// <summary>A hook on the loop's iterations, and how to take it off.</summary>
    type hook = IDisposable

    /// <summary>Functions called at the start of each iteration.</summary>
    module Enter_iter_hooks =
        /// <summary>Adds a function after those there are.</summary>
        let add_last (f: unit -> unit) : hook = EventLoop.Current.OnEnterIteration f

        /// <summary>Takes a function off.</summary>
        let remove (h: hook) : unit = h.Dispose()

    /// <summary>Functions called at the end of each iteration.</summary>
    module Leave_iter_hooks =
        /// <summary>Adds a function after those there are.</summary>
        let add_last (f: unit -> unit) : hook = EventLoop.Current.OnLeaveIteration f

        /// <summary>Takes a function off.</summary>
        let remove (h: hook) : unit = h.Dispose()
