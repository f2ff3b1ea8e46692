namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>Timeouts in whole seconds that are cheap to start again and again: OCaml's <c>Lwt_timeout</c>.</summary>
module Lwt_timeout =

    /// <summary>A timeout.</summary>
    type t = TickTimeout

    /// <summary>
    /// A timeout of <paramref name="n"/> seconds, not started, that ends in a call of <paramref name="f"/>. One tick a
    /// second serves all: it ends after n to n + 1 seconds.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let create (n: int) (f: unit -> unit) : t =
        Null.check "Lwt_timeout.create" (nameof f) f
        TickTimeout(n, f)

    /// <summary>Starts a timeout, or starts it again from now.</summary>
    let start (timeout: t) : unit =
        Null.check "Lwt_timeout.start" (nameof timeout) timeout
        timeout.Start()

    /// <summary>Stops a timeout.</summary>
    let stop (timeout: t) : unit =
        Null.check "Lwt_timeout.stop" (nameof timeout) timeout
        timeout.Stop()

    /// <summary>Changes how long a timeout takes; one that runs starts again from now.</summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than 1.</exception>
    let change (timeout: t) (n: int) : unit =
        Null.check "Lwt_timeout.change" (nameof timeout) timeout
        timeout.Change n

    /// <summary>Has <paramref name="f"/> be given what the functions raise; at first it goes to the async exception hook.</summary>
    let set_exn_handler (f: exn -> unit) : unit =
        Null.check "Lwt_timeout.set_exn_handler" (nameof f) f
        TickTimeout.ExceptionHandler <- f
