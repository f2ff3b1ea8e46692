namespace Lwt.FSharp

open System.Collections.Generic
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Rate limiters: OCaml's <c>Lwt_throttle</c>. OCaml's functor over a hashed type is here a type parameter for the
/// keys; <c>create_by</c> takes keys that are compared in a way of their own. A throttle belongs to the thread that
/// first uses it: a call on another thread raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_throttle =

    /// <summary>A throttle with a rate for each key.</summary>
    type 'key t when 'key: not null = PromiseThrottle<'key>

    /// <summary>
    /// Returns a throttle that lets through <paramref name="rate"/> calls of <c>wait</c> a second for each key. When
    /// that many have passed, further calls wait for the next seconds; at most <paramref name="max"/> wait at a time,
    /// over all keys. <paramref name="n"/> is OCaml's first size of a table: it must not be negative, and has no
    /// effect.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The rate or max is less than 1, or n is negative.</exception>
    let create<'key when 'key: not null> (rate: int) (max: int) (n: int) : 'key t =
        if n < 0 then
            invalidArg
                (nameof n)
                "Lwt_throttle.create: the size of the table is negative. Give the number of keys, or 0."

        PromiseThrottle<'key>(rate, max)

    /// <summary>
    /// Like <c>create</c>, for keys that are compared by <paramref name="comparer"/>: the argument of OCaml's functor.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The rate or max is less than 1.</exception>
    let create_by (comparer: IEqualityComparer<'key>) (rate: int) (max: int) : 'key t =
        Null.check "Lwt_throttle.create_by" (nameof comparer) comparer
        PromiseThrottle<'key>(rate, max, comparer)

    /// <summary>
    /// Asks to be let through for a key. The promise is fulfilled with true when the rate of the key allows, which may
    /// be at once, or at once with false if too many calls wait already. Cancelling it gives up the place in the queue.
    /// </summary>
    /// <example>
    /// <code>
    /// let throttle = Lwt_throttle.create&lt;string&gt; 2 10 0 // two a second, ten waiting
    ///
    /// let answer client =
    ///     lwt {
    ///         match! Lwt_throttle.wait throttle client with
    ///         | true -&gt; return! fetch "index"
    ///         | false -&gt; return "too many requests"
    ///     }
    /// </code>
    /// </example>
    let wait (throttle: 'key t) (key: 'key) : bool Lwt.t =
        Null.check "Lwt_throttle.wait" (nameof throttle) throttle
        throttle.Wait key
