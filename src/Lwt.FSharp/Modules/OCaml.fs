namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.IO

/// <summary>
/// The exceptions of OCaml's standard library, to raise and to match under their names. It is opened on purpose, by
/// <c>open Lwt.FSharp.OCaml</c>: its names are common words. A pattern matches what .NET raises for the case, too.
/// (<c>Failure</c> and <c>failwith</c> are F#'s own; <c>End_of_file</c> comes with <c>open Lwt.FSharp</c>.)
/// </summary>
module OCaml =

    /// <summary>An argument is not one that the function takes; to be raised.</summary>
    let Invalid_argument (message: string) : exn = InvalidArgumentException message

    /// <summary>Recognises <c>ArgumentException</c> and what derives from it, and its message.</summary>
    [<return: Struct>]
    let (|Invalid_argument|_|) (e: exn) =
        match e with
        | :? ArgumentException as e -> ValueSome e.Message
        | _ -> ValueNone

    /// <summary>Raises <c>Invalid_argument</c>.</summary>
    let invalid_arg (message: string) : 'a = raise (Invalid_argument message)

    /// <summary>What was looked for is not there; to be raised.</summary>
    let Not_found: exn = NotFoundException()

    /// <summary>Recognises <c>KeyNotFoundException</c>.</summary>
    [<return: Struct>]
    let (|Not_found|_|) (e: exn) =
        match e with
        | :? KeyNotFoundException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Leaves a computation; to be raised.</summary>
    let Exit: exn = ExitException()

    /// <summary>Recognises <c>Exit</c>.</summary>
    [<return: Struct>]
    let (|Exit|_|) (e: exn) =
        match e with
        | :? ExitException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Memory ran out; to be raised.</summary>
    let Out_of_memory: exn = OutOfMemoryException()

    /// <summary>
    /// Recognises <c>OutOfMemoryException</c>. A promise does not swallow it unless
    /// <c>Lwt.Exception_filter.handle_all</c> is set.
    /// </summary>
    [<return: Struct>]
    let (|Out_of_memory|_|) (e: exn) =
        match e with
        | :? OutOfMemoryException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Recognises the exception of a call that finds too little room on the stack. (A stack that did overflow ends a
    /// process of .NET.)
    /// </summary>
    [<return: Struct>]
    let (|Stack_overflow|_|) (e: exn) =
        match e with
        | :? InsufficientExecutionStackException -> ValueSome()
        | _ -> ValueNone

    /// <summary>The system refused; to be raised.</summary>
    let Sys_error (message: string) : exn = IOException message

    /// <summary>
    /// Recognises <c>IOException</c> and <c>UnauthorizedAccessException</c>, and the message; not <c>End_of_file</c>.
    /// </summary>
    [<return: Struct>]
    let (|Sys_error|_|) (e: exn) =
        match e with
        | :? EndOfStreamException -> ValueNone
        | :? IOException
        | :? UnauthorizedAccessException -> ValueSome e.Message
        | _ -> ValueNone

    /// <summary>A division by zero; to be raised.</summary>
    let Division_by_zero: exn = DivideByZeroException()

    /// <summary>Recognises <c>DivideByZeroException</c>.</summary>
    [<return: Struct>]
    let (|Division_by_zero|_|) (e: exn) =
        match e with
        | :? DivideByZeroException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Recognises that no case of a match fitted: the file, the line and the column.</summary>
    [<return: Struct>]
    let (|Match_failure|_|) (e: exn) =
        match e with
        | MatchFailureException(file, line, column) -> ValueSome struct (file, line, column)
        | _ -> ValueNone
