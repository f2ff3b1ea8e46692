namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.FSharp.Lwt.Infix

/// <summary>
/// Computations that are tried again when they fail: the <c>Lwt_retry</c> of newer versions of OCaml's Lwt. The
/// attempts are a stream, and each is made only when the stream is asked for it.
/// </summary>
/// <example>
/// <code>
/// let attempt () =
///     Lwt.catch (fun () -&gt; fetch "index" &gt;|= Ok) (function
///         | Failure reason -&gt; Lwt.return_error (Lwt_retry.Retry reason)
///         | e -&gt; Lwt.return_error (Lwt_retry.Fatal e.Message))
///
/// attempt |&gt; Lwt_retry.on_error |&gt; Lwt_retry.with_sleep |&gt; Lwt_retry.n_times 5
/// </code>
/// </example>
module Lwt_retry =

    /// <summary>How an attempt failed. (In OCaml these are polymorphic variants.)</summary>
    type error<'retry, 'fatal> =
        /// An error after which to try again.
        | Retry of 'retry
        /// An error after which not to.
        | Fatal of 'fatal

    /// <summary>
    /// The outcome of an attempt: <c>Ok</c> and its value, or <c>Error</c> with the error and the number of the
    /// attempt, from 1.
    /// </summary>
    type attempt<'ok, 'retry, 'fatal> = Result<'ok, error<'retry, 'fatal> * int>

    /// <summary>
    /// Returns an error as text, by functions for its contents. (OCaml's function prints to a formatter.)
    /// </summary>
    let pp_error (retry: 'retry -> string) (fatal: 'fatal -> string) (e: error<'retry, 'fatal>) : string =
        Null.check "Lwt_retry.pp_error" (nameof retry) retry
        Null.check "Lwt_retry.pp_error" (nameof fatal) fatal

        match e with
        | Retry r -> $"Retry {retry r}"
        | Fatal f -> $"Fatal {fatal f}"

    /// <summary>
    /// Returns true if two errors are of the same case and their contents are equal by the functions given.
    /// </summary>
    let equal_error
        (retry: 'retry -> 'retry -> bool)
        (fatal: 'fatal -> 'fatal -> bool)
        (a: error<'retry, 'fatal>)
        (b: error<'retry, 'fatal>)
        : bool =
        Null.check "Lwt_retry.equal_error" (nameof retry) retry
        Null.check "Lwt_retry.equal_error" (nameof fatal) fatal

        match a, b with
        | Retry a, Retry b -> retry a b
        | Fatal a, Fatal b -> fatal a b
        | _ -> false

    /// <summary>
    /// Returns a stream of attempts at <paramref name="f"/>. f is called each time that the next attempt is asked for.
    /// The stream ends after a success or a fatal error.
    /// </summary>
    let on_error (f: unit -> Result<'ok, error<'retry, 'fatal>> Lwt.t) : attempt<'ok, 'retry, 'fatal> Lwt_stream.t =
        Null.check "Lwt_retry.on_error" (nameof f) f
        let number = ref 0
        let ended = ref false

        Lwt_stream.from (fun () ->
            number.Value <- number.Value + 1

            if ended.Value then
                Lwt.return_none
            else
                // Attempts can nest deeply. Where the stack has no room, bind leaves the call to the loop.
                (Lwt.return_unit >>= f)
                >|= fun result ->
                    match result with
                    | Error(Retry _ as e) -> Some(Error(e, number.Value))
                    | Error(Fatal _ as e) ->
                        ended.Value <- true
                        Some(Error(e, number.Value))
                    | Ok v ->
                        ended.Value <- true
                        Some(Ok v))

    /// <summary>
    /// Returns the seconds to wait after attempt <paramref name="n"/>: n * 2 * 2 to the power of n, that is 4, 16, 48,
    /// 128 and so on.
    /// </summary>
    let default_sleep_duration (n: int) : float = float n * 2.0 * Math.Pow(2.0, float n)

    /// <summary>
    /// Returns the stream of attempts with a sleep after each failure: a failed attempt becomes available
    /// <paramref name="duration"/> seconds later. duration is called on the number of the attempt, from 1. OCaml:
    /// <c>with_sleep ~duration</c>.
    /// </summary>
    let with_sleep_of
        (duration: int -> float)
        (attempts: attempt<'ok, 'retry, 'fatal> Lwt_stream.t)
        : attempt<'ok, 'retry, 'fatal> Lwt_stream.t =
        Null.check "Lwt_retry.with_sleep_of" (nameof duration) duration
        Null.check "Lwt_retry.with_sleep_of" (nameof attempts) attempts

        attempts
        |> Lwt_stream.map_s (fun attempt ->
            match attempt with
            | Ok _ -> Lwt.return' attempt
            | Error(_, n) -> CompilerServices.Primitives.Sleep<unit>(duration n) >|= fun () -> attempt)

    /// <summary>The same as <c>with_sleep_of default_sleep_duration</c>.</summary>
    let with_sleep (attempts: attempt<'ok, 'retry, 'fatal> Lwt_stream.t) : attempt<'ok, 'retry, 'fatal> Lwt_stream.t =
        Null.check "Lwt_retry.with_sleep" (nameof attempts) attempts
        with_sleep_of default_sleep_duration attempts

    /// <summary>
    /// Makes attempts until one succeeds, one has a fatal error, or <paramref name="n"/> retries have failed, and
    /// returns a promise for the last. With 0 there is just one attempt.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The number is negative.</exception>
    let n_times (n: int) (attempts: attempt<'ok, 'retry, 'fatal> Lwt_stream.t) : attempt<'ok, 'retry, 'fatal> Lwt.t =
        Null.check "Lwt_retry.n_times" (nameof attempts) attempts

        if n < 0 then
            invalidArg (nameof n) "Lwt_retry.n_times: the number of retries is negative. Give 0 to try just once."

        Lwt_stream.nget (n + 1) attempts
        >|= fun made ->
            match List.tryLast made with
            | Some last -> last
            | None ->
                failwith
                    "Lwt_retry.n_times: the stream of attempts has ended already. Make it afresh, with on_error, for each use."
