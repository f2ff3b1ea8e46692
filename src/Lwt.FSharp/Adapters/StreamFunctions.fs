namespace Lwt.FSharp

open Lwt.Core
open Lwt.Core.CompilerServices

// F# functions, options and results as structs that the core's operations on streams take: see Functions.fs.

[<Struct>]
type internal Fun<'a, 'b>(f: 'a -> 'b) =
    interface IFunction<'a, 'b> with
        member _.Invoke argument = f argument

[<Struct>]
type internal Fun2<'a, 'b, 'c>(f: 'a -> 'b -> 'c) =
    interface IFunction<'a, 'b, 'c> with
        member _.Invoke(first, second) = f first second

[<Struct>]
type internal Thunk<'a>(f: unit -> 'a) =
    interface IFunction<Unit, 'a> with
        member _.Invoke _ = f ()

[<Struct>]
type internal Options<'a> =
    interface IOptions<'a, 'a option> with
        member _.Some value = Some value
        member _.None() = None

        member _.ToMaybe option =
            match option with
            | Some value -> Maybe value
            | None -> Maybe.None

[<Struct>]
type internal Results<'a> =
    interface IResults<'a, Result<'a, exn>> with
        member _.Ok value = Ok value
        member _.Error reason = Error reason
