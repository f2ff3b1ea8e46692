namespace Lwt.FSharp.CompilerServices

open System.ComponentModel
open Lwt.FSharp
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>
/// and! of more than two, for the compiler. Nested pairs would not do: their rejection is not the first, for an inner pair
/// is rejected only once both of its promises are resolved.
/// </summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Merging =

    let private value (p: Promise<'a>) : 'a =
        Primitives.Value<'a>(Primitives.Underlying p)

    let private joined (sources: Promise array) (values: unit -> 'a) : Promise<'a> =
        Lwt.map values (Primitives.Join<unit> sources)

    /// <summary>All three at a time.</summary>
    let three (a: Promise<'a>) (b: Promise<'b>) (c: Promise<'c>) : Promise<'a * 'b * 'c> =
        joined [| a; b; c |] (fun () -> value a, value b, value c)

    /// <summary>All four at a time.</summary>
    let four (a: Promise<'a>) (b: Promise<'b>) (c: Promise<'c>) (d: Promise<'d>) : Promise<'a * 'b * 'c * 'd> =
        joined [| a; b; c; d |] (fun () -> value a, value b, value c, value d)

    /// <summary>All five at a time.</summary>
    let five
        (a: Promise<'a>)
        (b: Promise<'b>)
        (c: Promise<'c>)
        (d: Promise<'d>)
        (e: Promise<'e>)
        : Promise<'a * 'b * 'c * 'd * 'e> =
        joined [| a; b; c; d; e |] (fun () -> value a, value b, value c, value d, value e)
