namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.FSharp.Lwt.Infix

/// <summary>
/// Computations that are tried again: the <c>Lwt_retry</c> of newer versions of OCaml's Lwt. The attempts are a stream, made
/// on demand: <c>f |&gt; Lwt_retry.on_error |&gt; Lwt_retry.with_sleep |&gt; Lwt_retry.n_times 10</c>.
/// </summary>
module Lwt_retry =

    /// <summary>How an attempt failed. (In OCaml these are polymorphic variants.)</summary>
    type error<'retry, 'fatal> =
        /// An error after which to try again.
        | Retry of 'retry
        /// An error after which not to.
        | Fatal of 'fatal

    /// <summary>The outcome of an attempt; an error comes with the number of the attempt, from 1.</summary>
    type attempt<'ok, 'retry, 'fatal> = Result<'ok, error<'retry, 'fatal> * int>

    /// <summary>An error as text. (OCaml's prints to a formatter.)</summary>
    let pp_error (retry: 'retry -> string) (fatal: 'fatal -> string) (e: error<'retry, 'fatal>) : string =
        Null.check "Lwt_retry.pp_error" (nameof retry) retry
        Null.check "Lwt_retry.pp_error" (nameof fatal) fatal

        match e with
        | Retry r -> $"Retry {retry r}"
        | Fatal f -> $"Fatal {fatal f}"

    /// <summary>Whether two errors are the same, by equalities of what they hold.</summary>
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
    /// The attempts at <paramref name="f"/>, each made when it is asked for, up to a success or a fatal error.
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
                // By bind, which leaves the call to the loop where the stack has no room: attempts nest.
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

    /// <summary>Seconds to wait after attempt n: <c>n * 2 * 2 ** n</c>, that is 4, 16, 48, 128, …</summary>
    let default_sleep_duration (n: int) : float = float n * 2.0 * Math.Pow(2.0, float n)

    /// <summary>
    /// The attempts, each that failed given after a sleep of <paramref name="duration"/> seconds of its number: OCaml's
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

    /// <summary><c>with_sleep_of default_sleep_duration</c>.</summary>
    let with_sleep (attempts: attempt<'ok, 'retry, 'fatal> Lwt_stream.t) : attempt<'ok, 'retry, 'fatal> Lwt_stream.t =
        Null.check "Lwt_retry.with_sleep" (nameof attempts) attempts
        with_sleep_of default_sleep_duration attempts

    /// <summary>
    /// The last of the attempts, of which at most <paramref name="n"/> are retries: a success, a fatal error, or the error
    /// of the last retry.
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
