namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Timeouts in whole seconds that are cheap to start again and again, as for idle connections: OCaml's
/// <c>Lwt_timeout</c>. A timeout belongs to the thread that makes it: a call on another thread raises
/// <c>InvalidOperationException</c>.
/// </summary>
module Lwt_timeout =

    /// <summary>A timeout.</summary>
    type t = TickTimeout

    /// <summary>
    /// Returns a timeout of <paramref name="n"/> seconds that is not started. When it ends, the loop calls
    /// <paramref name="f"/>. All timeouts share one tick a second, so a timeout ends n to n + 1 seconds after it was
    /// started.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let create (n: int) (f: unit -> unit) : t =
        Null.check "Lwt_timeout.create" (nameof f) f
        TickTimeout(n, f)

    /// <summary>Starts a timeout; one that is running starts again from now.</summary>
    let start (timeout: t) : unit =
        Null.check "Lwt_timeout.start" (nameof timeout) timeout
        timeout.Start()

    /// <summary>Stops a timeout: its function is not called. Does nothing if it is not running.</summary>
    let stop (timeout: t) : unit =
        Null.check "Lwt_timeout.stop" (nameof timeout) timeout
        timeout.Stop()

    /// <summary>
    /// Changes the length of a timeout to <paramref name="n"/> seconds; one that is running starts again from now.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let change (timeout: t) (n: int) : unit =
        Null.check "Lwt_timeout.change" (nameof timeout) timeout
        timeout.Change n

    /// <summary>
    /// Sets the function that is called on each exception that the function of a timeout raises. By default these go to
    /// the async exception hook.
    /// </summary>
    let set_exn_handler (f: exn -> unit) : unit =
        Null.check "Lwt_timeout.set_exn_handler" (nameof f) f
        TickTimeout.ExceptionHandler <- f
