namespace Lwt.FSharp

open System.Collections.Concurrent
open System.IO
open System.Text
open Lwt.FSharp.CompilerServices

/// <summary>
/// Formatted output whose functions return promises: OCaml's <c>Lwt_fmt</c>. Formats are F#'s, and print to a
/// <c>TextWriter</c>, which takes the place of OCaml's <c>Format.formatter</c>: so %t and %a take functions of a
/// <c>TextWriter</c>. There are no boxes and no breaks of lines.
/// </summary>
module Lwt_fmt =

    /// <summary>What to do with the output of a formatter.</summary>
    type order =
        /// Write so many chars of a text, from an offset on.
        | String of string * int * int
        /// Flush.
        | Flush

    /// <summary>Something to print to.</summary>
    [<Sealed; AllowNullLiteral>]
    type formatter internal (writer: TextWriter, commit: unit -> unit Lwt.t) =
        member internal _.Writer = writer
        member internal _.Commit() : unit Lwt.t = commit ()

    // Makes orders of what is printed.
    type private Orders(push: order -> unit) =
        inherit TextWriter()
        override _.Encoding = Encoding.UTF8
        override _.Write(value: char) = push (String(string value, 0, 1))

        override _.Write(value: string | null) =
            match value with
            | null
            | "" -> ()
            | text -> push (String(text, 0, text.Length))

        override _.Write(buffer: char array, index: int, count: int) =
            if count > 0 then
                push (String(System.String(buffer, index, count), 0, count))

        override _.Flush() = push Flush

    /// <summary>
    /// A formatter that prints to <paramref name="fmt"/>; after each print it calls <paramref name="commit"/>, whose promise
    /// the print returns.
    /// </summary>
    let make_formatter (commit: unit -> unit Lwt.t) (fmt: TextWriter) () : formatter =
        Null.check "Lwt_fmt.make_formatter" (nameof commit) commit
        Null.check "Lwt_fmt.make_formatter" (nameof fmt) fmt
        formatter (fmt, commit)

    /// <summary>A formatter, and the stream of the orders that printing to it gives.</summary>
    let make_stream () : order Lwt_stream.t * formatter =
        let stream, push = Lwt_stream.create<order>()
        stream, formatter (new Orders(Some >> push), (fun () -> Lwt.return_unit))

    /// <summary>Carries an order out on a channel.</summary>
    let write_order (oc: Lwt_io.output_channel) (order: order) : unit Lwt.t =
        Null.check "Lwt_fmt.write_order" (nameof oc) oc

        match order with
        | String(text, offset, length) -> Lwt_io.write_from_string_exactly oc text offset length
        | Flush -> Lwt_io.flush oc

    let rec private writeOrders oc (orders: ConcurrentQueue<order>) : unit Lwt.t =
        match orders.TryDequeue() with
        | true, order -> Lwt.bind (write_order oc order) (fun () -> writeOrders oc orders)
        | _ -> Lwt.return_unit

    /// <summary>A formatter that prints to a channel.</summary>
    let of_channel (oc: Lwt_io.output_channel) : formatter =
        Null.check "Lwt_fmt.of_channel" (nameof oc) oc
        let orders = ConcurrentQueue()
        formatter (new Orders(orders.Enqueue), (fun () -> writeOrders oc orders))

    /// <summary>Prints to standard output.</summary>
    let stdout: formatter = of_channel Lwt_io.stdout

    /// <summary>Prints to standard error.</summary>
    let stderr: formatter = of_channel Lwt_io.stderr

    /// <summary>What a formatter prints to.</summary>
    let get_formatter (fmt: formatter) : TextWriter =
        Null.check "Lwt_fmt.get_formatter" (nameof fmt) fmt
        fmt.Writer

    /// <summary>Carries out the orders that wait; what was printed but not flushed by <c>fmt</c>'s own buffer stays there.</summary>
    let write_pending (fmt: formatter) : unit Lwt.t =
        Null.check "Lwt_fmt.write_pending" (nameof fmt) fmt
        fmt.Commit()

    /// <summary>Flushes a formatter, and what it prints to.</summary>
    let flush (fmt: formatter) : unit Lwt.t =
        Null.check "Lwt_fmt.flush" (nameof fmt) fmt
        fmt.Writer.Flush()
        fmt.Commit()

    /// <summary>Prints, and returns what <paramref name="k"/> makes of the promise of that.</summary>
    let kfprintf (k: formatter -> unit Lwt.t -> 'a) (fmt: formatter) (format: Printf.TextWriterFormat<'b, 'a>) : 'b =
        Null.check "Lwt_fmt.kfprintf" (nameof k) k
        Null.check "Lwt_fmt.kfprintf" (nameof fmt) fmt
        Printf.kfprintf (fun () -> k fmt (fmt.Commit())) fmt.Writer format

    /// <summary>As <c>kfprintf</c>, but prints nothing.</summary>
    let ikfprintf (k: formatter -> unit Lwt.t -> 'a) (fmt: formatter) (format: Printf.TextWriterFormat<'b, 'a>) : 'b =
        Null.check "Lwt_fmt.ikfprintf" (nameof k) k
        Null.check "Lwt_fmt.ikfprintf" (nameof fmt) fmt
        Printf.kfprintf (fun () -> k fmt Lwt.return_unit) TextWriter.Null format

    /// <summary>Prints; the promise is fulfilled once the channel has the text.</summary>
    let fprintf (fmt: formatter) (format: Printf.TextWriterFormat<'a, unit Lwt.t>) : 'a =
        Null.check "Lwt_fmt.fprintf" (nameof fmt) fmt
        kfprintf (fun _ printed -> printed) fmt format

    /// <summary>Takes the arguments of a format, and prints nothing.</summary>
    let ifprintf (fmt: formatter) (format: Printf.TextWriterFormat<'a, unit Lwt.t>) : 'a =
        Null.check "Lwt_fmt.ifprintf" (nameof fmt) fmt
        ikfprintf (fun _ printed -> printed) fmt format

    /// <summary>Prints to standard output.</summary>
    let printf (format: Printf.TextWriterFormat<'a, unit Lwt.t>) : 'a = fprintf stdout format

    /// <summary>Prints to standard error.</summary>
    let eprintf (format: Printf.TextWriterFormat<'a, unit Lwt.t>) : 'a = fprintf stderr format
