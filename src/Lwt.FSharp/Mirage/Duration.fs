namespace Lwt.FSharp

open System

/// <summary>
/// Durations in nanoseconds: the module of MirageOS's library <c>duration</c>. A duration is never negative, and at
/// most 292 years. (OCaml's, which uses the sign bit, reaches 584 years.)
/// </summary>
module Duration =

    /// <summary>A number of nanoseconds.</summary>
    type t = int64

    let private us = 1_000L
    let private ms = 1_000L * us
    let private sec = 1_000L * ms
    let private minute = 60L * sec
    let private hour = 60L * minute
    let private day = 24L * hour
    // 365 days and a quarter.
    let private year = 8766L * hour

    let private times (call: string) (unit: int64) (n: int64) : t =
        if n < 0L || n > Int64.MaxValue / unit then
            invalidArg "n" $"Duration.{call} takes a number from 0 to {Int64.MaxValue / unit}; it was given {n}."

        n * unit

    /// <summary>Converts microseconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_us (n: int) : t = times "of_us" us n

    /// <summary>Converts microseconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_us_64 (n: int64) : t = times "of_us_64" us n

    /// <summary>Converts milliseconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_ms (n: int) : t = times "of_ms" ms n

    /// <summary>Converts milliseconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_ms_64 (n: int64) : t = times "of_ms_64" ms n

    /// <summary>Converts seconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_sec (n: int) : t = times "of_sec" sec n

    /// <summary>Converts seconds to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_sec_64 (n: int64) : t = times "of_sec_64" sec n

    /// <summary>Converts minutes to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_min (n: int) : t = times "of_min" minute n

    /// <summary>Converts hours to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_hour (n: int) : t = times "of_hour" hour n

    /// <summary>Converts days to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_day (n: int) : t = times "of_day" day n

    /// <summary>Converts years of 365.25 days to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative or too long.</exception>
    let of_year (n: int) : t = times "of_year" year n

    /// <summary>Converts seconds, with a fraction, to a duration.</summary>
    /// <exception cref="T:System.ArgumentException">The duration is negative, too long, or NaN.</exception>
    let of_f (seconds: float) : t =
        let ns = seconds * float sec

        if not (ns >= 0.0 && ns < float Int64.MaxValue) then
            invalidArg
                "seconds"
                $"Duration.of_f takes a number of seconds from 0 to {Int64.MaxValue / sec}; it was given {seconds}."

        int64 (Math.Round ns)

    let private whole (call: string) (unit: int64) (d: t) : int =
        let n = d / unit

        if d < 0L || n > int64 Int32.MaxValue then
            invalidArg "d" $"Duration.{call}: {d} ns are more than an int holds, or negative; divide the int64 itself."

        int n

    /// <summary>Returns the whole microseconds in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_us (d: t) : int = whole "to_us" us d

    /// <summary>Returns the whole microseconds in a duration.</summary>
    let to_us_64 (d: t) : int64 = d / us

    /// <summary>Returns the whole milliseconds in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_ms (d: t) : int = whole "to_ms" ms d

    /// <summary>Returns the whole milliseconds in a duration.</summary>
    let to_ms_64 (d: t) : int64 = d / ms

    /// <summary>Returns the whole seconds in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_sec (d: t) : int = whole "to_sec" sec d

    /// <summary>Returns the whole seconds in a duration.</summary>
    let to_sec_64 (d: t) : int64 = d / sec

    /// <summary>Returns the whole minutes in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_min (d: t) : int = whole "to_min" minute d

    /// <summary>Returns the whole hours in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_hour (d: t) : int = whole "to_hour" hour d

    /// <summary>Returns the whole days in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_day (d: t) : int = whole "to_day" day d

    /// <summary>Returns the whole years of 365.25 days in a duration.</summary>
    /// <exception cref="T:System.ArgumentException">
    /// The number does not fit an int, or the duration is negative.
    /// </exception>
    let to_year (d: t) : int = whole "to_year" year d

    /// <summary>Returns the seconds in a duration, with their fraction.</summary>
    let to_f (d: t) : float = float d / float sec
