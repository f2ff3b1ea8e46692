namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Runtime.CompilerServices
open Lwt.Core
open Lwt.Core.CompilerServices

// F# functions as structs that the core's promises hold, so that no delegate is allocated.

/// <summary>Checks arguments for null. It is public because the compiler inlines it into the code of users.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Null =

    /// <summary>Raises the exception for an argument that is null.</summary>
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let refuse (call: string) (parameter: string) : unit =
        raise (
            ArgumentNullException(
                parameter,
                $"{call} was given null for {parameter}. Usually a function returned null instead of a promise (Lwt.return' makes "
                + "one), or a field or an element of an array is not set yet."
            )
        )

    /// <summary>Raises an exception if an argument is null. Inlined, it is one test and a jump.</summary>
    let inline check (call: string) (parameter: string) (argument: 'a) : unit =
        if isNull (box argument) then
            refuse call parameter

/// <summary>
/// The function of <c>bind</c> as a struct that the core calls. It is public because the compiler inlines <c>bind</c>.
/// </summary>
[<Struct; EditorBrowsable(EditorBrowsableState.Never)>]
type BindStep<'a, 'b>(f: 'a -> Promise<'b>) =
    interface IStep<'b> with
        member _.Invoke source =
            let result = Given<_>(f (Primitives.Value<'a> source))
            result.Value

/// <summary>
/// The function of <c>map</c> as a struct that the core calls. It is public because the compiler inlines <c>map</c>.
/// </summary>
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
