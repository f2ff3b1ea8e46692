namespace Lwt.FSharp

open System.Collections.Generic
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Rate limiters: OCaml's <c>Lwt_throttle</c>. What is there a functor of a hashed type is here a type of the key; see
/// <c>create_by</c> for keys that are compared in another way than their own.
/// </summary>
module Lwt_throttle =

    /// <summary>A throttle for keys of a type.</summary>
    type 'key t when 'key: not null = PromiseThrottle<'key>

    /// <summary>
    /// Lets through <paramref name="rate"/> a second for each key; of the others, at most <paramref name="max"/> over all
    /// keys wait. <paramref name="n"/>, in OCaml the first size of a table, is not needed but must not be negative.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The rate or max is less than 1, or n is negative.</exception>
    let create<'key when 'key: not null> (rate: int) (max: int) (n: int) : 'key t =
        if n < 0 then
            invalidArg
                (nameof n)
                "Lwt_throttle.create: the size of the table is negative. Give the number of keys, or 0."

        PromiseThrottle<'key>(rate, max)

    /// <summary>As <c>create</c>, for keys that are compared by <paramref name="comparer"/>: the functor's argument.</summary>
    let create_by (comparer: IEqualityComparer<'key>) (rate: int) (max: int) : 'key t =
        Null.check "Lwt_throttle.create_by" (nameof comparer) comparer
        PromiseThrottle<'key>(rate, max, comparer)

    /// <summary>
    /// <c>true</c> when it is this one's turn, at once while the rate of the key allows; <c>false</c>, at once, when too
    /// many wait already.
    /// </summary>
    let wait (throttle: 'key t) (key: 'key) : bool Lwt.t =
        Null.check "Lwt_throttle.wait" (nameof throttle) throttle
        throttle.Wait key
