namespace Lwt.FSharp

open Lwt.Core

/// <summary>How MirageOS sleeps: its module <c>Mirage_sleep</c>.</summary>
module Mirage_sleep =

    /// <summary>
    /// Returns a promise that is fulfilled once <paramref name="duration"/> nanoseconds have passed, as
    /// <c>Lwt_unix.sleep</c> does: <c>Mirage_sleep.ns (Duration.of_sec 1)</c>. With zero or less it is fulfilled in the
    /// next iteration of the loop.
    /// </summary>
    let ns (duration: int64) : unit Lwt.t = Lwt_unix.sleep (Duration.to_f duration)
