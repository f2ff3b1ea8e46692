namespace Lwt.FSharp

open System.IO
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>Names of OCaml's standard library that promises are rejected with.</summary>
[<AutoOpen>]
module Stdlib =
    /// <summary>What reading past the end of input is rejected with; to be raised.</summary>
    let End_of_file: exn = EndOfFileException()

    /// <summary>Recognises the end of input, as OCaml's <c>End_of_file</c> does: any <c>EndOfStreamException</c> of .NET.</summary>
    [<return: Struct>]
    let (|End_of_file|_|) (e: exn) =
        match e with
        | :? EndOfStreamException -> ValueSome()
        | _ -> ValueNone

/// <summary>
/// Standard input, output and error: OCaml's <c>Lwt_io</c>, as far as it concerns them. A print goes to a buffer that a
/// background thread empties in order: its promise is fulfilled at once while there is room. All is out when
/// <c>Lwt_main.run</c> has returned, and when the process ends. <c>Console.SetIn</c>, <c>SetOut</c> and <c>SetError</c>
/// are honoured.
/// </summary>
module Lwt_io =

    /// <summary>A channel to read from.</summary>
    type input_channel = ConsoleInput

    /// <summary>A channel to write to.</summary>
    type output_channel = ConsoleOutput

    /// <summary>Standard input.</summary>
    let stdin: input_channel = ConsoleInput.Standard

    /// <summary>Standard output.</summary>
    let stdout: output_channel = ConsoleOutput.Standard

    /// <summary>Standard error.</summary>
    let stderr: output_channel = ConsoleOutput.Error

    /// <summary>A promise fulfilled when all that was written to the channel so far is out.</summary>
    let flush (oc: output_channel) : unit Lwt.t =
        Null.check "Lwt_io.flush" (nameof oc) oc
        Primitives.Flush<unit> oc

    /// <summary>As <c>flush</c>, for standard output and error.</summary>
    let flush_all () : unit Lwt.t = Lwt.join [ flush stdout; flush stderr ]

    /// <summary>
    /// A cancelable promise of the next line without its end, or of None at the end of input. Readers are served in the
    /// order in which they came; one that is cancelled leaves its line to the next.
    /// </summary>
    let read_line_opt (ic: input_channel) : string option Lwt.t =
        Null.check "Lwt_io.read_line_opt" (nameof ic) ic
        Lwt.map Option.ofObj (ic.ReadLine())

    /// <summary>As <c>read_line_opt</c>, but rejected with <c>End_of_file</c> at the end of input.</summary>
    let read_line (ic: input_channel) : string Lwt.t =
        Null.check "Lwt_io.read_line" (nameof ic) ic

        Lwt.bind (ic.ReadLine()) (fun line ->
            match line with
            | null -> Lwt.fail (EndOfFileException "Lwt_io.read_line: there are no more lines to read.")
            | line -> Lwt.return' line)

    /// <summary>Writes a text.</summary>
    let write (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write" (nameof oc) oc
        Primitives.Write<unit>(oc, s)

    /// <summary>Writes a text and a line feed.</summary>
    let write_line (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write_line" (nameof oc) oc
        write oc (s + "\n")

    /// <summary>Writes one character.</summary>
    let write_char (oc: output_channel) (c: char) : unit Lwt.t =
        Null.check "Lwt_io.write_char" (nameof oc) oc
        write oc (string c)

    /// <summary><c>write</c>.</summary>
    let fprint (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.fprint" (nameof oc) oc
        write oc s

    /// <summary><c>write_line</c>.</summary>
    let fprintl (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.fprintl" (nameof oc) oc
        write_line oc s

    /// <summary>Writes a formatted text.</summary>
    let fprintf (oc: output_channel) (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f =
        Null.check "Lwt_io.fprintf" (nameof oc) oc
        Printf.ksprintf (write oc) format

    /// <summary>Writes a formatted text and a line feed.</summary>
    let fprintlf (oc: output_channel) (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f =
        Null.check "Lwt_io.fprintlf" (nameof oc) oc
        Printf.ksprintf (write_line oc) format

    /// <summary>Writes a text to standard output.</summary>
    let print (s: string) : unit Lwt.t = write stdout s

    /// <summary>Writes a text and a line feed to standard output.</summary>
    let printl (s: string) : unit Lwt.t = write_line stdout s

    /// <summary>Writes a formatted text to standard output.</summary>
    let printf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintf stdout format

    /// <summary>Writes a formatted text and a line feed to standard output.</summary>
    let printlf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintlf stdout format

    /// <summary>Writes a text to standard error.</summary>
    let eprint (s: string) : unit Lwt.t = write stderr s

    /// <summary>Writes a text and a line feed to standard error.</summary>
    let eprintl (s: string) : unit Lwt.t = write_line stderr s

    /// <summary>Writes a formatted text to standard error.</summary>
    let eprintf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintf stderr format

    /// <summary>Writes a formatted text and a line feed to standard error.</summary>
    let eprintlf (format: Printf.StringFormat<'f, unit Lwt.t>) : 'f = fprintlf stderr format
