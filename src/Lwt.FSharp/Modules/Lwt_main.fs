namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// The event loop, which runs the callbacks of all promises of its thread: OCaml's <c>Lwt_main</c>. Each thread has a
/// loop of its own.
/// </summary>
module Lwt_main =

    /// <summary>
    /// Runs the loop of this thread until a promise is resolved; then returns its value or raises its exception.
    /// Meanwhile, sleeps, posts and other promises of the thread make progress.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// A loop is already running on this thread, or nothing is left that could resolve the promise; the message then
    /// names what it waits for.
    /// </exception>
    /// <example>
    /// <code>
    /// let exitCode =
    ///     Lwt_main.run (
    ///         lwt {
    ///             do! Lwt_io.printl "Hello"
    ///             return 0
    ///         }
    ///     )
    /// </code>
    /// </example>
    let run (p: 'a Lwt.t) : 'a =
        Null.check "Lwt_main.run" (nameof p) p
        EventLoop.Run p

    /// <summary>The same as <c>Lwt.pause</c>, by its old name.</summary>
    let ``yield`` () : unit Lwt.t = Lwt.pause ()

    /// <summary>
    /// The same as <c>Lwt.abandon_paused</c>: the promises of <c>pause</c> that are pending stay so for ever.
    /// </summary>
    let abandon_yielded_and_paused () : unit = Lwt.abandon_paused ()

    /// <summary>The loop of a thread. (Not in OCaml's Lwt.)</summary>
    type loop = EventLoop

    /// <summary>
    /// Returns the loop of this thread. Give it to other threads for <c>post_to</c>. (Not in OCaml's Lwt.)
    /// </summary>
    let current_loop () : loop = EventLoop.Current

    /// <summary>
    /// Makes the loop of this thread call <paramref name="f"/> in its next iteration, outside of all callbacks. An
    /// exception that f raises goes to the async exception hook. (Not in OCaml's Lwt.)
    /// </summary>
    let post (f: unit -> unit) : unit =
        Null.check "Lwt_main.post" (nameof f) f
        EventLoop.Current.Post f

    /// <summary>
    /// Makes a loop call <paramref name="f"/> on its own thread in its next iteration. Any thread may call this, so it
    /// is how a thread reaches the promises of another. <paramref name="loop"/> is what <c>current_loop</c> returned on
    /// that other thread. (Not in OCaml's Lwt.)
    /// </summary>
    let post_to (loop: loop) (f: unit -> unit) : unit =
        Null.check "Lwt_main.post_to" (nameof loop) loop
        Null.check "Lwt_main.post_to" (nameof f) f
        loop.Post f

    /// <summary>
    /// Adds a function that is called when the process ends (Main returns, <c>exit</c> is called, or a termination
    /// signal arrives), or when <c>run_at_exit_hooks</c> is called. The function added last is called first, and its
    /// promise is waited for before the next is called.
    /// </summary>
    let at_exit (hook: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_main.at_exit" (nameof hook) hook
        EventLoop.Current.AtExit(fun () -> hook () :> Promise) |> ignore

    /// <summary>
    /// Calls the exit hooks now and runs the loop until their promises are resolved. An exception of a hook is written
    /// to standard error, and the other hooks still run.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">A loop is running on this thread.</exception>
    let run_at_exit_hooks () : unit = EventLoop.Current.RunExitHooks()

    /// <summary>
    /// Calls <paramref name="main"/> and runs its promise on a new loop with a virtual clock, then returns the value or
    /// raises the exception. When nothing else can run, the clock jumps to the next deadline: so tests with sleeps take
    /// no time and always behave the same. (Not in OCaml's Lwt.)
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// A loop is already running on this thread, or nothing is left that could resolve the promise.
    /// </exception>
    /// <example>
    /// <code>
    /// let answer =
    ///     Lwt_main.run_virtual (fun () -&gt;
    ///         lwt {
    ///             do! Lwt_unix.sleep 3600.0 // takes no real time
    ///             return "an hour later"
    ///         })
    /// </code>
    /// </example>
    let run_virtual (main: unit -> 'a Lwt.t) : 'a =
        Null.check "Lwt_main.run_virtual" (nameof main) main
        use loop = new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))
        loop.RunHere main

    /// <summary>
    /// Stands for a function that was added to the hooks of this thread's loop. Disposing of it removes the function.
    /// </summary>
    type hook = IDisposable

    /// <summary>Functions that the loop calls at the start of each iteration.</summary>
    module Enter_iter_hooks =
        /// <summary>Adds a function that is called before those already there; returns what removes it.</summary>
        let add_first (f: unit -> unit) : hook =
            Null.check "Lwt_main.Enter_iter_hooks.add_first" (nameof f) f
            EventLoop.Current.OnEnterIteration(f, first = true)

        /// <summary>Adds a function that is called after those already there; returns what removes it.</summary>
        let add_last (f: unit -> unit) : hook =
            Null.check "Lwt_main.Enter_iter_hooks.add_last" (nameof f) f
            EventLoop.Current.OnEnterIteration f

        /// <summary>Removes a function; does nothing if it is removed already.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Enter_iter_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Removes all functions.</summary>
        let remove_all () : unit =
            EventLoop.Current.RemoveEnterIterationHooks()

    /// <summary>Functions that the loop calls at the end of each iteration.</summary>
    module Leave_iter_hooks =
        /// <summary>Adds a function that is called before those already there; returns what removes it.</summary>
        let add_first (f: unit -> unit) : hook =
            Null.check "Lwt_main.Leave_iter_hooks.add_first" (nameof f) f
            EventLoop.Current.OnLeaveIteration(f, first = true)

        /// <summary>Adds a function that is called after those already there; returns what removes it.</summary>
        let add_last (f: unit -> unit) : hook =
            Null.check "Lwt_main.Leave_iter_hooks.add_last" (nameof f) f
            EventLoop.Current.OnLeaveIteration f

        /// <summary>Removes a function; does nothing if it is removed already.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Leave_iter_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Removes all functions.</summary>
        let remove_all () : unit =
            EventLoop.Current.RemoveLeaveIterationHooks()

    /// <summary>
    /// Functions that are called when the process ends, each once the promise of the one before is resolved: see
    /// <c>at_exit</c>.
    /// </summary>
    module Exit_hooks =
        /// <summary>
        /// Adds a function that is called before those already there, as <c>at_exit</c> does; returns what removes it.
        /// </summary>
        let add_first (f: unit -> unit Lwt.t) : hook =
            Null.check "Lwt_main.Exit_hooks.add_first" (nameof f) f
            EventLoop.Current.AtExit(fun () -> f () :> Promise)

        /// <summary>Adds a function that is called after those already there; returns what removes it.</summary>
        let add_last (f: unit -> unit Lwt.t) : hook =
            Null.check "Lwt_main.Exit_hooks.add_last" (nameof f) f
            EventLoop.Current.AtExit((fun () -> f () :> Promise), first = false)

        /// <summary>Removes a function; does nothing if it is removed already.</summary>
        let remove (h: hook) : unit =
            Null.check "Lwt_main.Exit_hooks.remove" (nameof h) h
            h.Dispose()

        /// <summary>Removes all functions.</summary>
        let remove_all () : unit = EventLoop.Current.RemoveExitHooks()
