namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>The main loop: OCaml's <c>Lwt_main</c>.</summary>
module Lwt_main =

    /// <summary>
    /// Runs this thread's loop until the promise is resolved; gives its value or raises its exception.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">A run is under way on this thread, or nothing can wake the promise.</exception>
    let run (p: 'a Lwt.t) : 'a =
        Null.check "Lwt_main.run" (nameof p) p
        EventLoop.Run p

    /// <summary><c>Lwt.pause</c>, by its old name.</summary>
    let ``yield`` () : unit Lwt.t = Lwt.pause ()

    /// <summary>Forgets what paused: those promises stay pending for ever.</summary>
    let abandon_yielded_and_paused () : unit = Lwt.abandon_paused ()

    /// <summary>The loop of a thread. (Not in OCaml's Lwt.)</summary>
    type loop = EventLoop

    /// <summary>The loop of this thread, to be given to other threads for <c>post_to</c>. (Not in OCaml's Lwt.)</summary>
    let current_loop () : loop = EventLoop.Current

    /// <summary>
    /// Has the loop of this thread call a function in its next iteration, outside of all callbacks. (Not in OCaml's Lwt.)
    /// </summary>
    let post (f: unit -> unit) : unit =
        Null.check "Lwt_main.post" (nameof f) f
        EventLoop.Current.Post f

    /// <summary>
    /// As <c>post</c>, on the loop of any thread: the way from one thread to another's promises. Take the loop with
    /// <c>current_loop</c> on its thread. (Not in OCaml's Lwt.)
    /// </summary>
    let post_to (loop: loop) (f: unit -> unit) : unit =
        Null.check "Lwt_main.post_to" (nameof loop) loop
        Null.check "Lwt_main.post_to" (nameof f) f
        loop.Post f

    /// <summary>
    /// Runs <paramref name="hook"/> when the process ends, or in <c>run_at_exit_hooks</c>: the last one added first.
    /// </summary>
    let at_exit (hook: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_main.at_exit" (nameof hook) hook
        EventLoop.Current.AtExit(fun () -> hook () :> Promise) |> ignore

    /// <summary>Runs the exit hooks now.</summary>
    let run_at_exit_hooks () : unit = EventLoop.Current.RunExitHooks()

    /// <summary>
    /// Runs <paramref name="main"/> on a loop of its own whose clock is virtual: it jumps to the next deadline when
    /// nothing else can run, so that tests with sleeps take no time and always come out the same. (Not in OCaml's Lwt.)
    /// </summary>
    let run_virtual (main: unit -> 'a Lwt.t) : 'a =
        Null.check "Lwt_main.run_virtual" (nameof main) main
        use loop = new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))
        loop.RunHere main

    /// <summary>A function that was added to one of the hooks below.</summary>
    type hook = IDisposable

    /// <summary>Functions called at the start of each iteration.</summary>
    module Enter_iter_hooks =
        /// <summary>Adds a function before those there are.</summary>
        let add_first (f: unit -> unit) : hook =
            Null.check "Lwt_main.Enter_iter_hooks.add_first" (nameof f) f
            EventLoop.Current.OnEnterIteration(f, first = true)

        /// <summary>Adds a function after those there are.</summary>
        let add_last (f: unit -> unit) : hook =
            Null.check "Lwt_main.Enter_iter_hooks.add_last" (nameof f) f
            EventLoop.Current.OnEnterIteration f

        /// <summary>Takes a function off.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Enter_iter_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Takes all functions off.</summary>
        let remove_all () : unit =
            EventLoop.Current.RemoveEnterIterationHooks()

    /// <summary>Functions called at the end of each iteration.</summary>
    module Leave_iter_hooks =
        /// <summary>Adds a function before those there are.</summary>
        let add_first (f: unit -> unit) : hook =
            Null.check "Lwt_main.Leave_iter_hooks.add_first" (nameof f) f
            EventLoop.Current.OnLeaveIteration(f, first = true)

        /// <summary>Adds a function after those there are.</summary>
        let add_last (f: unit -> unit) : hook =
            Null.check "Lwt_main.Leave_iter_hooks.add_last" (nameof f) f
            EventLoop.Current.OnLeaveIteration f

        /// <summary>Takes a function off.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Leave_iter_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Takes all functions off.</summary>
        let remove_all () : unit =
            EventLoop.Current.RemoveLeaveIterationHooks()

    /// <summary>Functions called, each when the one before has ended, when the process ends: see <c>at_exit</c>.</summary>
    module Exit_hooks =
        /// <summary>Adds a function before those there are, as <c>at_exit</c> does.</summary>
        let add_first (f: unit -> unit Lwt.t) : hook =
            Null.check "Lwt_main.Exit_hooks.add_first" (nameof f) f
            EventLoop.Current.AtExit(fun () -> f () :> Promise)

        /// <summary>Adds a function after those there are.</summary>
        let add_last (f: unit -> unit Lwt.t) : hook =
            Null.check "Lwt_main.Exit_hooks.add_last" (nameof f) f
            EventLoop.Current.AtExit((fun () -> f () :> Promise), first = false)

        /// <summary>Takes a function off.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Exit_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Takes all functions off.</summary>
        let remove_all () : unit = EventLoop.Current.RemoveExitHooks()
