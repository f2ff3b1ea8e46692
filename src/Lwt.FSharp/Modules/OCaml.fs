namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.IO

/// <summary>
/// The exceptions of OCaml's standard library, to raise and to match under their OCaml names. Open it by
/// <c>open Lwt.FSharp.OCaml</c>: it is not opened with the library, because its names are common words. The patterns
/// also match the exceptions that .NET itself raises in the same situation. (<c>Failure</c> and <c>failwith</c> are
/// F#'s own; <c>End_of_file</c> comes with <c>open Lwt.FSharp</c>.)
/// </summary>
module OCaml =

    /// <summary>Makes the exception for an argument that a function does not accept, to be raised.</summary>
    let Invalid_argument (message: string) : exn = InvalidArgumentException message

    /// <summary>Matches <c>ArgumentException</c> and the types derived from it, and returns the message.</summary>
    [<return: Struct>]
    let (|Invalid_argument|_|) (e: exn) =
        match e with
        | :? ArgumentException as e -> ValueSome e.Message
        | _ -> ValueNone

    /// <summary>Raises <c>Invalid_argument message</c>.</summary>
    let invalid_arg (message: string) : 'a = raise (Invalid_argument message)

    /// <summary>The exception for something that does not exist, to be raised.</summary>
    let Not_found: exn = NotFoundException()

    /// <summary>
    /// Matches <c>KeyNotFoundException</c> and the types derived from it, such as <c>NotFoundException</c>.
    /// </summary>
    [<return: Struct>]
    let (|Not_found|_|) (e: exn) =
        match e with
        | :? KeyNotFoundException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The exception that leaves a computation, to be raised. It does not end the process.</summary>
    let Exit: exn = ExitException()

    /// <summary>Matches <c>ExitException</c>.</summary>
    [<return: Struct>]
    let (|Exit|_|) (e: exn) =
        match e with
        | :? ExitException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The exception for exhausted memory, to be raised.</summary>
    let Out_of_memory: exn = OutOfMemoryException()

    /// <summary>
    /// Matches <c>OutOfMemoryException</c>. It does not reject a promise, but goes on to the caller, unless
    /// <c>Lwt.Exception_filter.handle_all</c> is set.
    /// </summary>
    [<return: Struct>]
    let (|Out_of_memory|_|) (e: exn) =
        match e with
        | :? OutOfMemoryException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Matches <c>InsufficientExecutionStackException</c>, which a call raises that finds too little room on the stack.
    /// (A stack that does overflow ends a .NET process.)
    /// </summary>
    [<return: Struct>]
    let (|Stack_overflow|_|) (e: exn) =
        match e with
        | :? InsufficientExecutionStackException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Makes the exception for a failure of the operating system, to be raised.</summary>
    let Sys_error (message: string) : exn = IOException message

    /// <summary>
    /// Recognises <c>IOException</c> and <c>UnauthorizedAccessException</c>, and the message; not <c>End_of_file</c>, nor
    /// what <c>Lwt_unix</c> rejects with, which is <c>Unix.Unix_error</c>.
    /// </summary>
    [<return: Struct>]
    let (|Sys_error|_|) (e: exn) =
        match e with
        | :? EndOfStreamException -> ValueNone
        | _ when (box e :? Lwt.Core.ISystemError) -> ValueNone
        | :? IOException
        | :? UnauthorizedAccessException -> ValueSome e.Message
        | _ -> ValueNone

    /// <summary>The exception for a division by zero, to be raised.</summary>
    let Division_by_zero: exn = DivideByZeroException()

    /// <summary>Matches <c>DivideByZeroException</c>.</summary>
    [<return: Struct>]
    let (|Division_by_zero|_|) (e: exn) =
        match e with
        | :? DivideByZeroException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Matches the exception of an incomplete <c>match</c>, and returns its file, line and column.</summary>
    [<return: Struct>]
    let (|Match_failure|_|) (e: exn) =
        match e with
        | MatchFailureException(file, line, column) -> ValueSome struct (file, line, column)
        | _ -> ValueNone
