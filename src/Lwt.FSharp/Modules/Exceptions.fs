namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.IO

// Exceptions of OCaml's standard library that promises are rejected with. There they are values: so one is equal to
// another of its kind, and Lwt.state can be compared. Each derives from the exception that .NET has for the case.

/// <summary>What was looked for is not there: OCaml's <c>Not_found</c>.</summary>
[<Sealed; AllowNullLiteral>]
type NotFoundException(message: string) =
    inherit KeyNotFoundException(message)

    /// <summary>Makes the exception with its usual message.</summary>
    new() = NotFoundException "What was looked for is not there."

    /// <summary>Any other is equal, whatever its message.</summary>
    override _.Equals(other: obj | null) = other :? NotFoundException

    /// <summary>The same for all.</summary>
    override _.GetHashCode() = typeof<NotFoundException>.GetHashCode()

/// <summary>A read went past the end of input: OCaml's <c>End_of_file</c>.</summary>
[<Sealed; AllowNullLiteral>]
type EndOfFileException(message: string) =
    inherit EndOfStreamException(message)

    /// <summary>Makes the exception with its usual message.</summary>
    new() = EndOfFileException "The end of input was reached."

    /// <summary>Any other is equal, whatever its message.</summary>
    override _.Equals(other: obj | null) = other :? EndOfFileException

    /// <summary>The same for all.</summary>
    override _.GetHashCode() =
        typeof<EndOfFileException>.GetHashCode()

/// <summary>A function was given an argument that it does not take: OCaml's <c>Invalid_argument</c>.</summary>
[<Sealed; AllowNullLiteral>]
type InvalidArgumentException(message: string) =
    inherit ArgumentException(message)

    /// <summary>One with the same message is equal.</summary>
    override this.Equals(other: obj | null) =
        match other with
        | :? InvalidArgumentException as other -> this.Message = other.Message
        | _ -> false

    /// <summary>That of the message.</summary>
    override this.GetHashCode() = this.Message.GetHashCode()

/// <summary>Raised to leave a computation: OCaml's <c>Exit</c>.</summary>
[<Sealed; AllowNullLiteral>]
type ExitException() =
    inherit
        Exception("Exit was raised, and nothing caught it. (It does not end the process: that is the function exit.)")

    /// <summary>Any other is equal.</summary>
    override _.Equals(other: obj | null) = other :? ExitException

    /// <summary>The same for all.</summary>
    override _.GetHashCode() = typeof<ExitException>.GetHashCode()
