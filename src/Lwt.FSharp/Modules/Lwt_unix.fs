namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Sleeping and timeouts: OCaml's <c>Lwt_unix</c>, as far as it concerns time. Seconds are floats, as in OCaml.
/// </summary>
module Lwt_unix =

    let private elapsed () =
        let clock = EventLoop.Current.Clock
        float (clock.GetTimestamp()) / float clock.TimestampFrequency

    /// <summary>
    /// A cancelable promise fulfilled once so many seconds have passed on the loop's clock, never early; zero or less is
    /// the next iteration, infinity never.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    let sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

    /// <summary><c>Lwt.pause</c>, by its old name. (<c>yield</c> is a keyword of F#.)</summary>
    let yield' () : unit Lwt.t = Lwt.pause ()

    /// <summary>
    /// A function that pauses when at least so many seconds have passed since it last did, and otherwise gives a promise
    /// that is fulfilled already: for long computations.
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

    /// <summary><c>auto_pause</c>, by its old name.</summary>
    let auto_yield (seconds: float) : unit -> unit Lwt.t = auto_pause seconds

    /// <summary>What an operation that took too long is rejected with; to be raised.</summary>
    let Timeout: exn = PromiseTimeoutException()

    /// <summary>
    /// Recognises the exception of a timeout, as OCaml's <c>Lwt_unix.Timeout</c> does: any <c>TimeoutException</c> of .NET.
    /// </summary>
    [<return: Struct>]
    let (|Timeout|_|) (e: exn) =
        match e with
        | :? TimeoutException -> ValueSome()
        | _ -> ValueNone

    /// <summary>A promise rejected with <c>Timeout</c> once so many seconds have passed; cancelable, as <c>sleep</c>.</summary>
    let timeout<'a> (seconds: float) : 'a Lwt.t =
        Lwt.bind (sleep seconds) (fun () ->
            Lwt.fail (PromiseTimeoutException $"The operation did not end within {seconds} s."))

    /// <summary>
    /// The promise that <paramref name="f"/> gives, unless so many seconds pass first: then that promise is cancelled and
    /// the result rejected with <c>Timeout</c>. An exception from f rejects.
    /// </summary>
    let with_timeout (seconds: float) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_unix.with_timeout" (nameof f) f
        Lwt.pick [ timeout seconds; Lwt.apply f () ]
