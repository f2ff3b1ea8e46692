namespace Lwt.FSharp

open System.IO
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>Names of OCaml's standard library that promises are rejected with.</summary>
[<AutoOpen>]
module Stdlib =
    /// <summary>What reading past the end of input is rejected with; to be raised.</summary>
    let End_of_file: exn = EndOfStreamException()

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
[<RequireQualifiedAccess>]
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
    let flush (oc: output_channel) : Promise<unit> = Primitives.Flush<unit> oc

    /// <summary>As <c>flush</c>, for standard output and error.</summary>
    let flush_all () : Promise<unit> = Lwt.join [ flush stdout; flush stderr ]

    /// <summary>
    /// A cancelable promise of the next line without its end, or of None at the end of input. Readers are served in the
    /// order in which they came; one that is cancelled leaves its line to the next.
    /// </summary>
    let read_line_opt (ic: input_channel) : Promise<string option> = Lwt.map Option.ofObj (ic.ReadLine())

    /// <summary>As <c>read_line_opt</c>, but rejected with <c>End_of_file</c> at the end of input.</summary>
    let read_line (ic: input_channel) : Promise<string> =
        Lwt.bind (ic.ReadLine()) (fun line ->
            match line with
            | null -> Lwt.fail (EndOfStreamException "Lwt_io.read_line: there are no more lines to read.")
            | line -> Lwt.return' line)

    /// <summary>Writes a text.</summary>
    let write (oc: output_channel) (s: string) : Promise<unit> = Primitives.Write<unit>(oc, s)

    /// <summary>Writes a text and a line feed.</summary>
    let write_line (oc: output_channel) (s: string) : Promise<unit> = write oc (s + "\n")

    /// <summary>Writes one character.</summary>
    let write_char (oc: output_channel) (c: char) : Promise<unit> = write oc (string c)

    /// <summary><c>write</c>.</summary>
    let fprint (oc: output_channel) (s: string) : Promise<unit> = write oc s

    /// <summary><c>write_line</c>.</summary>
    let fprintl (oc: output_channel) (s: string) : Promise<unit> = write_line oc s

    /// <summary>Writes a formatted text.</summary>
    let fprintf (oc: output_channel) (format: Printf.StringFormat<'f, Promise<unit>>) : 'f =
        Printf.ksprintf (write oc) format

    /// <summary>Writes a formatted text and a line feed.</summary>
    let fprintlf (oc: output_channel) (format: Printf.StringFormat<'f, Promise<unit>>) : 'f =
        Printf.ksprintf (write_line oc) format

    /// <summary>Writes a text to standard output.</summary>
    let print (s: string) : Promise<unit> = write stdout s

    /// <summary>Writes a text and a line feed to standard output.</summary>
    let printl (s: string) : Promise<unit> = write_line stdout s

    /// <summary>Writes a formatted text to standard output.</summary>
    let printf (format: Printf.StringFormat<'f, Promise<unit>>) : 'f = fprintf stdout format

    /// <summary>Writes a formatted text and a line feed to standard output.</summary>
    let printlf (format: Printf.StringFormat<'f, Promise<unit>>) : 'f = fprintlf stdout format

    /// <summary>Writes a text to standard error.</summary>
    let eprint (s: string) : Promise<unit> = write stderr s

    /// <summary>Writes a text and a line feed to standard error.</summary>
    let eprintl (s: string) : Promise<unit> = write_line stderr s

    /// <summary>Writes a formatted text to standard error.</summary>
    let eprintf (format: Printf.StringFormat<'f, Promise<unit>>) : 'f = fprintf stderr format

    /// <summary>Writes a formatted text and a line feed to standard error.</summary>
    let eprintlf (format: Printf.StringFormat<'f, Promise<unit>>) : 'f = fprintlf stderr format
