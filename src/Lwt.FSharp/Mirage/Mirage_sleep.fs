namespace Lwt.FSharp

open Lwt.Core

/// <summary>MirageOS's way to sleep: the module <c>Mirage_sleep</c>.</summary>
module Mirage_sleep =

    /// <summary>
    /// <c>Lwt_unix.sleep</c>, in nanoseconds, such as <c>Duration.of_sec 1</c> gives; zero or less is the next iteration.
    /// </summary>
    let ns (duration: int64) : unit Lwt.t = Lwt_unix.sleep (Duration.to_f duration)
