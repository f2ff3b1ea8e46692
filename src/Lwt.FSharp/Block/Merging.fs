namespace Lwt.FSharp.CompilerServices

open System.ComponentModel
open Lwt.FSharp
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>
/// <c>and!</c> with more than two promises. Nested pairs would not do: an inner pair is rejected only once both its
/// promises are resolved, so the result could be rejected with an exception that did not come first.
/// </summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Merging =

    let private value (p: Promise<'a>) : 'a =
        Primitives.Value<'a>(Primitives.Underlying p)

    let private joined (sources: Promise array) (values: unit -> 'a) : Promise<'a> =
        Lwt.map values (Primitives.Join<unit> sources)

    /// <summary>Waits for three promises at a time.</summary>
    let three (a: Promise<'a>) (b: Promise<'b>) (c: Promise<'c>) : Promise<'a * 'b * 'c> =
        joined [| a; b; c |] (fun () -> value a, value b, value c)

    /// <summary>Waits for four promises at a time.</summary>
    let four (a: Promise<'a>) (b: Promise<'b>) (c: Promise<'c>) (d: Promise<'d>) : Promise<'a * 'b * 'c * 'd> =
        joined [| a; b; c; d |] (fun () -> value a, value b, value c, value d)

    /// <summary>Waits for five promises at a time.</summary>
    let five
        (a: Promise<'a>)
        (b: Promise<'b>)
        (c: Promise<'c>)
        (d: Promise<'d>)
        (e: Promise<'e>)
        : Promise<'a * 'b * 'c * 'd * 'e> =
        joined [| a; b; c; d; e |] (fun () -> value a, value b, value c, value d, value e)
