namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Runtime.CompilerServices
open Lwt.Core
open Lwt.Core.CompilerServices

// F# functions as the structs that the core's promises hold: no delegate stands between.

/// <summary>The error of a null argument; for the compiler, which inlines it into small functions.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Null =

    /// <summary>Raises the error.</summary>
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let refuse (call: string) (parameter: string) : unit =
        raise (
            ArgumentNullException(
                parameter,
                $"{call} was given null for {parameter}. Give it a value that is there: a function that returned null instead "
                + "of a promise (Lwt.return'), or a field or an element of an array that is not set yet, is the usual cause."
            )
        )

    /// <summary>Checks an argument before anything is done: a test and a jump, no more.</summary>
    let inline check (call: string) (parameter: string) (argument: 'a) : unit =
        if isNull (box argument) then
            refuse call parameter

/// <summary>What bind calls; for the compiler, which inlines bind.</summary>
[<Struct; EditorBrowsable(EditorBrowsableState.Never)>]
type BindStep<'a, 'b>(f: 'a -> Promise<'b>) =
    interface IStep<'b> with
        member _.Invoke source =
            let result = Given<_>(f (Primitives.Value<'a> source))
            result.Value

/// <summary>What map calls; for the compiler, which inlines map.</summary>
[<Struct; EditorBrowsable(EditorBrowsableState.Never)>]
type MapStep<'a, 'b>(f: 'a -> 'b) =
    interface IPlainStep<'b> with
        member _.Invoke source =
            let result = Given<_>(f (Primitives.Value<'a> source))
            result.Value

namespace Lwt.FSharp

open Lwt.Core
open Lwt.Core.CompilerServices

[<Struct>]
type internal Handler<'a>(h: exn -> Promise<'a>) =
    interface IHandler<'a> with
        member _.Invoke reason =
            let result = Given<_>(h (Primitives.ToCatch reason))
            result.Value

[<Struct>]
type internal Body<'a>(f: unit -> Promise<'a>) =
    interface IBody<'a> with
        member _.Invoke() =
            let result = Given<_>(f ())
            result.Value

[<Struct>]
type internal ValueEffect<'a>(f: 'a -> unit) =
    interface IEffect with
        member _.Invoke(source: Promise) = f (Primitives.Value<'a> source)

[<Struct>]
type internal FailureEffect(f: exn -> unit) =
    interface IFailureEffect with
        member _.Invoke(reason: exn) = f (Primitives.ToCatch reason)

[<Struct>]
type internal TerminationEffect(f: unit -> unit) =
    interface IEffect with
        member _.Invoke(_: Promise) = f ()

    interface IFailureEffect with
        member _.Invoke(_: exn) = f ()

[<Struct>]
type internal ListMaker<'a> =
    interface IListMaker<'a, 'a list> with
        member _.Make values = List.ofArray values

[<Struct>]
type internal SplitMaker<'a> =
    interface ISplitMaker<'a, 'a list * Promise<'a> list> with
        member _.Make(values, pending) =
            List.ofArray values, List.ofArray pending

[<Struct>]
type internal PairMaker<'a, 'b> =
    interface IPairMaker<'a, 'b, 'a * 'b> with
        member _.Make(first, second) = first, second
