namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.IO

// Exceptions of OCaml's standard library. In OCaml, two exceptions Not_found are equal. Here too, two of a kind are
// equal, so that results of Lwt.state can be compared. Each type derives from .NET's exception for the situation.

/// <summary>
/// Something that was searched for does not exist: OCaml's <c>Not_found</c>. Two of these exceptions are always equal.
/// </summary>
[<Sealed; AllowNullLiteral>]
type NotFoundException(message: string) =
    inherit KeyNotFoundException(message)

    /// <summary>Makes the exception with its usual message.</summary>
    new() = NotFoundException "What was searched for does not exist."

    /// <summary>Returns true for any other <c>NotFoundException</c>, whatever its message.</summary>
    override _.Equals(other: obj | null) = other :? NotFoundException

    /// <summary>Returns the same number for all exceptions of this type.</summary>
    override _.GetHashCode() = typeof<NotFoundException>.GetHashCode()

/// <summary>
/// A read reached the end of input: OCaml's <c>End_of_file</c>. Two of these exceptions are always equal.
/// </summary>
[<Sealed; AllowNullLiteral>]
type EndOfFileException(message: string) =
    inherit EndOfStreamException(message)

    /// <summary>Makes the exception with its usual message.</summary>
    new() = EndOfFileException "The end of input was reached."

    /// <summary>Returns true for any other <c>EndOfFileException</c>, whatever its message.</summary>
    override _.Equals(other: obj | null) = other :? EndOfFileException

    /// <summary>Returns the same number for all exceptions of this type.</summary>
    override _.GetHashCode() =
        typeof<EndOfFileException>.GetHashCode()

/// <summary>
/// A function does not accept an argument: OCaml's <c>Invalid_argument</c>. Two of these exceptions are equal if their
/// messages are.
/// </summary>
[<Sealed; AllowNullLiteral>]
type InvalidArgumentException(message: string) =
    inherit ArgumentException(message)

    /// <summary>Returns true for an <c>InvalidArgumentException</c> with the same message.</summary>
    override this.Equals(other: obj | null) =
        match other with
        | :? InvalidArgumentException as other -> this.Message = other.Message
        | _ -> false

    /// <summary>Returns the hash code of the message.</summary>
    override this.GetHashCode() = this.Message.GetHashCode()

/// <summary>
/// Raised to leave a computation: OCaml's <c>Exit</c>. Two of these exceptions are always equal. It does not end the
/// process.
/// </summary>
[<Sealed; AllowNullLiteral>]
type ExitException() =
    inherit
        Exception("Exit was raised, and nothing caught it. (It does not end the process: that is the function exit.)")

    /// <summary>Returns true for any other <c>ExitException</c>.</summary>
    override _.Equals(other: obj | null) = other :? ExitException

    /// <summary>Returns the same number for all exceptions of this type.</summary>
    override _.GetHashCode() = typeof<ExitException>.GetHashCode()

/// <summary>Names of OCaml's standard library that programs with promises need.</summary>
[<AutoOpen>]
module Stdlib =
    /// <summary>The exception for a read at the end of input, to be raised.</summary>
    let End_of_file: exn = EndOfFileException()

    /// <summary>Matches the exception for the end of input: any <c>EndOfStreamException</c>.</summary>
    [<return: Struct>]
    let (|End_of_file|_|) (e: exn) =
        match e with
        | :? EndOfStreamException -> ValueSome()
        | _ -> ValueNone
