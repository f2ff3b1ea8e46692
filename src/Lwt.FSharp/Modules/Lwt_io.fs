namespace Lwt.FSharp

open System.IO
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

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

/// <summary>
/// Standard input, output and error: the part of OCaml's <c>Lwt_io</c> that concerns them. What is written goes to a
/// buffer, which a background thread writes out in order; the promise of a write is already fulfilled while the buffer
/// has room. Everything is written out when <c>Lwt_main.run</c> returns and when the process ends. The channels follow
/// <c>Console.SetIn</c>, <c>SetOut</c> and <c>SetError</c>.
/// </summary>
/// <example>
/// <code>
/// lwt {
///     do! Lwt_io.printl "What is your name?"
///     let! name = Lwt_io.read_line Lwt_io.stdin
///     do! Lwt_io.printl $"Hello, {name}"
/// }
/// </code>
/// </example>
module Lwt_io =

    /// <summary>A channel to read from.</summary>
    type input_channel = ConsoleInput

    /// <summary>A channel to write to.</summary>
    type output_channel = ConsoleOutput

    /// <summary>Standard input: what <c>Console.In</c> is at the time of a read.</summary>
    let stdin: input_channel = ConsoleInput.Standard

    /// <summary>Standard output: what <c>Console.Out</c> is at the time of a write.</summary>
    let stdout: output_channel = ConsoleOutput.Standard

    /// <summary>Standard error: what <c>Console.Error</c> is at the time of a write.</summary>
    let stderr: output_channel = ConsoleOutput.Error

    /// <summary>
    /// Returns a promise that is fulfilled once all that was written to the channel before is written out. It is
    /// rejected if writing fails.
    /// </summary>
    let flush (oc: output_channel) : unit Lwt.t =
        Null.check "Lwt_io.flush" (nameof oc) oc
        Primitives.Flush<unit> oc

    /// <summary>Like <c>flush</c>, for standard output and standard error.</summary>
    let flush_all () : unit Lwt.t = Lwt.join [ flush stdout; flush stderr ]

    /// <summary>
    /// Returns a promise for the next line, without its line end, or for <c>None</c> at the end of input. Readers are
    /// served in the order of their calls. Cancelling the promise leaves the line to the next reader.
    /// </summary>
    let read_line_opt (ic: input_channel) : string option Lwt.t =
        Null.check "Lwt_io.read_line_opt" (nameof ic) ic
        Lwt.map Option.ofObj (ic.ReadLine())

    /// <summary>
    /// Returns a promise for the next line, without its line end. At the end of input it is rejected with
    /// <c>End_of_file</c>. Cancelling the promise leaves the line to the next reader.
    /// </summary>
    let read_line (ic: input_channel) : string Lwt.t =
        Null.check "Lwt_io.read_line" (nameof ic) ic

        Lwt.bind (ic.ReadLine()) (fun line ->
            match line with
            | null -> Lwt.fail (EndOfFileException "Lwt_io.read_line: there are no more lines to read.")
            | line -> Lwt.return' line)

    /// <summary>
    /// Writes a text. The promise is already fulfilled while the buffer has room; otherwise it is fulfilled once the
    /// text is written out. If an earlier write failed and nobody waited for it, the promise is rejected with that
    /// exception. Any thread may write.
    /// </summary>
    let write (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write" (nameof oc) oc
        Primitives.Write<unit>(oc, s)

    /// <summary>Writes a text and a line feed, as <c>write</c> does.</summary>
    let write_line (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write_line" (nameof oc) oc
        write oc (s + "\n")

    /// <summary>Writes one character, as <c>write</c> does.</summary>
    let write_char (oc: output_channel) (c: char) : unit Lwt.t =
        Null.check "Lwt_io.write_char" (nameof oc) oc
        write oc (string c)

    /// <summary>The same as <c>write</c>.</summary>
    let fprint (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.fprint" (nameof oc) oc
        write oc s

    /// <summary>The same as <c>write_line</c>.</summary>
    let fprintl (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.fprintl" (nameof oc) oc
        write_line oc s

    /// <summary>Writes a formatted text, as <c>write</c> does. The format is F#'s, as in <c>sprintf</c>.</summary>
    let fprintf (oc: output_channel) (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f =
        Null.check "Lwt_io.fprintf" (nameof oc) oc
        Printf.ksprintf (write oc) format

    /// <summary>Writes a formatted text and a line feed, as <c>write</c> does.</summary>
    let fprintlf (oc: output_channel) (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f =
        Null.check "Lwt_io.fprintlf" (nameof oc) oc
        Printf.ksprintf (write_line oc) format

    /// <summary>Writes a text to standard output, as <c>write</c> does.</summary>
    let print (s: string) : unit Lwt.t = write stdout s

    /// <summary>Writes a text and a line feed to standard output, as <c>write</c> does.</summary>
    let printl (s: string) : unit Lwt.t = write_line stdout s

    /// <summary>Writes a formatted text to standard output, as <c>write</c> does.</summary>
    let printf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintf stdout format

    /// <summary>Writes a formatted text and a line feed to standard output, as <c>write</c> does.</summary>
    let printlf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintlf stdout format

    /// <summary>Writes a text to standard error, as <c>write</c> does.</summary>
    let eprint (s: string) : unit Lwt.t = write stderr s

    /// <summary>Writes a text and a line feed to standard error, as <c>write</c> does.</summary>
    let eprintl (s: string) : unit Lwt.t = write_line stderr s

    /// <summary>Writes a formatted text to standard error, as <c>write</c> does.</summary>
    let eprintf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintf stderr format

    /// <summary>Writes a formatted text and a line feed to standard error, as <c>write</c> does.</summary>
    let eprintlf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintlf stderr format
