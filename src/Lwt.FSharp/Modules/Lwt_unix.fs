namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Sleeping and timeouts: the part of OCaml's <c>Lwt_unix</c> that concerns time. Times are in seconds, as floats.
/// </summary>
module Lwt_unix =

    let private elapsed () =
        let clock = EventLoop.Current.Clock
        float (clock.GetTimestamp()) / float clock.TimestampFrequency

    /// <summary>
    /// Returns a promise that is fulfilled once <paramref name="seconds"/> seconds have passed on the loop's clock, and
    /// never earlier. With zero or less it is fulfilled in the next iteration of the loop, with infinity never.
    /// Cancelling the promise rejects it and removes the timer.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    /// <example>
    /// <code>
    /// lwt {
    ///     do! Lwt_unix.sleep 0.5
    ///     return "half a second later"
    /// }
    /// </code>
    /// </example>
    let sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

    /// <summary>The same as <c>Lwt.pause</c>, by its old name. (<c>yield</c> is a keyword of F#.)</summary>
    let yield' () : unit Lwt.t = Lwt.pause ()

    /// <summary>
    /// Returns a function to call again and again in a long computation. It returns <c>Lwt.pause ()</c> if at least
    /// <paramref name="seconds"/> seconds have passed since it was made or last paused, and otherwise a promise that is
    /// already fulfilled.
    /// </summary>
    let auto_pause (seconds: float) : unit -> unit Lwt.t =
        let mutable last = elapsed ()

        fun () ->
            let now = elapsed ()

            if now - last >= seconds then
                last <- now
                Lwt.pause ()
            else
                Lwt.return_unit

    /// <summary>The same as <c>auto_pause</c>, by its old name.</summary>
    let auto_yield (seconds: float) : unit -> unit Lwt.t = auto_pause seconds

    /// <summary>The exception that an operation which takes too long is rejected with, to be raised.</summary>
    let Timeout: exn = PromiseTimeoutException()

    /// <summary>Matches the exception of a timeout: any <c>TimeoutException</c>.</summary>
    [<return: Struct>]
    let (|Timeout|_|) (e: exn) =
        match e with
        | :? TimeoutException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Returns a promise that is rejected with <c>Timeout</c> once <paramref name="seconds"/> seconds have passed. Like
    /// a sleep, it can be cancelled.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    let timeout<'a> (seconds: float) : 'a Lwt.t =
        Lwt.bind (sleep seconds) (fun () ->
            Lwt.fail (PromiseTimeoutException $"The operation did not end within {seconds} s."))

    /// <summary>
    /// Calls <paramref name="f"/> at once and returns a promise that is resolved as that of f, unless
    /// <paramref name="seconds"/> seconds pass before: then the promise of f is cancelled, and the result is rejected
    /// with <c>Timeout</c>. An exception that f raises rejects the result.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    /// <example>
    /// <code>
    /// lwt {
    ///     try
    ///         let! page = Lwt_unix.with_timeout 2.0 (fun () -&gt; fetch "slow")
    ///         return Some page
    ///     with Lwt_unix.Timeout -&gt;
    ///         return None
    /// }
    /// </code>
    /// </example>
    let with_timeout (seconds: float) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_unix.with_timeout" (nameof f) f
        Lwt.pick [ timeout seconds; Lwt.apply f () ]
