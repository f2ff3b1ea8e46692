namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Functions that are called once nothing refers to an object any more: OCaml's <c>Lwt_gc</c>. The loop of the thread that has
/// set them calls them. The garbage collector decides when, so they are a last resort: close what you can close yourself.
/// </summary>
/// <remarks>
/// The function gets the object. If the object, or one that it alone refers to, has a finalizer of .NET's, such as a handle has, that
/// may have run before.
/// </remarks>
module Lwt_gc =

    /// The end of the process waits for the promise. Failures go to the async exception hook.
    let private start (f: 'a -> unit Lwt.t) (x: 'a) : unit =
        Lwt.async (fun () ->
            let p = f x

            if Lwt.is_sleeping p then
                let hook = EventLoop.Current.AtExit(fun () -> p :> Promise)
                Lwt.on_termination p hook.Dispose

            p)

    /// <summary>
    /// Has the loop call <c>f x</c> once nothing refers to <paramref name="x"/>. The end of the process waits for promises
    /// of such calls; it does not call f for objects that are still there. Several functions of one object are called in the
    /// order in which they were set.
    /// </summary>
    /// <example>
    /// <code>
    /// let open_session name =
    ///     let session = Session name
    ///     Lwt_gc.finalise (fun (session: Session) -&gt; session.Close()) session
    ///     session
    /// </code>
    /// </example>
    let finalise (f: 'a -> unit Lwt.t) (x: 'a) : unit when 'a: not struct =
        Null.check "Lwt_gc.finalise" (nameof f) f
        Null.check "Lwt_gc.finalise" (nameof x) x
        Finalisers.add x (fun () -> start f x)

    /// <summary>
    /// As <c>finalise</c>; if the object is still there when the process ends, or <c>Lwt_main.run_at_exit_hooks</c> is
    /// called, f is called then. In any case it is called once. f must not refer to x by itself, which would keep it.
    /// </summary>
    let finalise_or_exit (f: 'a -> unit Lwt.t) (x: 'a) : unit when 'a: not struct =
        Null.check "Lwt_gc.finalise_or_exit" (nameof f) f
        Null.check "Lwt_gc.finalise_or_exit" (nameof x) x
        // Also after the collector has found x, until the function is called.
        let weak = WeakReference(x, trackResurrection = true)
        let called = ref false

        let once () : unit Lwt.t =
            match weak.Target with
            | :? 'a as x when not called.Value ->
                called.Value <- true
                f x
            | _ -> Lwt.return_unit

        let hook = EventLoop.Current.AtExit(fun () -> once () :> Promise)

        // It holds x itself until then, for the weak reference to find.
        Finalisers.add x (fun () ->
            hook.Dispose()
            start once ()
            GC.KeepAlive x)
