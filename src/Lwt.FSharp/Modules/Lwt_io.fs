namespace Lwt.FSharp

open System
open System.Buffers.Binary
open System.Runtime.InteropServices
open System.Text
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Buffered channels of bytes and text: OCaml's <c>Lwt_io</c>. Text is UTF-8; a char is one of .NET's. What is written goes out
/// when the buffer is full, in the next iteration of the loop, and when the process ends. A read or a write that is cancelled
/// loses no byte.
/// </summary>
/// <remarks>
/// Where OCaml has optional arguments, <c>name</c> takes none of them and <c>name_with</c> takes them by name, after the others
/// in parentheses: <c>Lwt_io.open_connection_with (address, in_buffer = 1024)</c>. A buffer is given by its size.
/// </remarks>
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

    /// <summary>Makes the exception of an operation on a channel that is closed, to be raised: "input" or "output".</summary>
    let Channel_closed (kind: string) : exn = ChannelClosedException kind

    /// <summary>Matches the exception of an operation on a channel that is closed, and returns "input" or "output".</summary>
    [<return: Struct>]
    let (|Channel_closed|_|) (e: exn) =
        match e with
        | :? ChannelClosedException as e -> ValueSome e.Kind
        | _ -> ValueNone

    /// <summary>The mode of channels to read from.</summary>
    type input = InputChannel

    /// <summary>The mode of channels to write to.</summary>
    type output = OutputChannel

    /// <summary>A channel of a mode: <c>input channel</c> or <c>output channel</c>.</summary>
    type 'mode channel = 'mode

    /// <summary>A channel to read from.</summary>
    type input_channel = InputChannel

    /// <summary>A channel to write to.</summary>
    type output_channel = OutputChannel

    /// <summary>What kind of channel to make, or which kind one is: <c>Input</c> or <c>Output</c>.</summary>
    [<Sealed; AllowNullLiteral>]
    type 'mode mode internal (ends: Channels.Ends<'mode>) =
        member internal _.Ends = ends

    /// <summary>To read from.</summary>
    let input: input mode = mode Channels.input

    /// <summary>To write to.</summary>
    let output: output mode = mode Channels.output

    /// <summary>To read from: the same as <c>input</c>.</summary>
    let Input: input mode = input

    /// <summary>To write to: the same as <c>output</c>.</summary>
    let Output: output mode = output

    /// <summary>Recognises the mode of a channel.</summary>
    let (|Input|Output|) (mode: 'mode mode) =
        Null.check "Lwt_io.mode" (nameof mode) mode
        if mode.Ends.IsInput then Input else Output

    /// <summary>The mode of a channel.</summary>
    let mode<'mode when 'mode :> Channel> (ch: 'mode channel) : 'mode mode =
        Null.check "Lwt_io.mode" (nameof ch) ch

        match box ch with
        | :? InputChannel -> unbox (box input)
        | _ -> unbox (box output)

    /// <summary>
    /// Standard input, for all loops; see <c>InputChannel.StandardInput</c>. Closing it closes it for this thread's loop.
    /// </summary>
    let stdin: input_channel = InputChannel.StandardInput

    /// <summary>
    /// Standard output, for all loops: written out by a background thread, and when <c>Lwt_main.run</c> returns; see
    /// <c>OutputChannel.StandardOutput</c>. Closing it closes it for this thread's loop.
    /// </summary>
    let stdout: output_channel = OutputChannel.StandardOutput

    /// <summary>Standard error, as <c>stdout</c>.</summary>
    let stderr: output_channel = OutputChannel.StandardError

    /// <summary>An input of zero bytes without end, for all loops.</summary>
    let zero: input_channel = Primitives.ZeroForAll

    /// <summary>An output that drops everything, for all loops.</summary>
    let null': output_channel = Primitives.NullForAll

    /// <summary>The same as <c>null'</c>, by its name in OCaml, which is a keyword of F#.</summary>
    let ``null``: output_channel = null'

    let internal pipeOf inBuffer outBuffer : input_channel * output_channel =
        let reader, writer = Lwt_unix.pipe ()

        InputChannel.Of(reader, Channels.options inBuffer), OutputChannel.Of(writer, Channels.options outBuffer)

    /// <summary>A pipe: what is written to the output is read from the input.</summary>
    let pipe () : input_channel * output_channel = pipeOf None None

    /// <summary>
    /// A channel over a function, which reads bytes into a memory or writes bytes of it, at an offset, at most so many, and
    /// returns how many; zero is the end of input. It may not touch the memory once its promise is resolved.
    /// </summary>
    let make (mode: 'mode mode) (perform_io: Memory<byte> -> int -> int -> int Lwt.t) : 'mode channel =
        Null.check "Lwt_io.make" (nameof mode) mode
        Null.check "Lwt_io.make" (nameof perform_io) perform_io
        mode.Ends.Make perform_io None None (Channels.options None)

    /// <summary>A channel that reads these bytes, or writes into this memory and has no room for more.</summary>
    let of_bytes (mode: 'mode mode) (bytes: Memory<byte>) : 'mode channel =
        Null.check "Lwt_io.of_bytes" (nameof mode) mode
        mode.Ends.OfMemory bytes

    /// <summary>A channel over a descriptor. Closing the channel closes it.</summary>
    let of_fd (mode: 'mode mode) (fd: Lwt_unix.file_descr) : 'mode channel =
        Null.check "Lwt_io.of_fd" (nameof mode) mode
        Null.check "Lwt_io.of_fd" (nameof fd) fd
        mode.Ends.OfPort fd (Channels.options None)

    /// <summary>A channel over a descriptor of .NET's, as <c>Lwt_unix.of_unix_file_descr</c> takes it. Closing the channel closes it.</summary>
    let of_unix_fd (mode: 'mode mode) (fd: Unix.file_descr) : 'mode channel =
        Null.check "Lwt_io.of_unix_fd" (nameof mode) mode
        Null.check "Lwt_io.of_unix_fd" (nameof fd) fd
        mode.Ends.OfPort (Lwt_unix.of_unix_file_descr fd) (Channels.options None)

    /// <summary>
    /// Closes a channel. An output channel first runs the operations that wait and writes out what is in its buffer; an input
    /// channel closes at once. Closing again returns the same promise.
    /// </summary>
    let close (ch: #Channel) : unit Lwt.t =
        Null.check "Lwt_io.close" (nameof ch) ch
        Primitives.Close<unit> ch

    /// <summary>
    /// Closes a channel at once, without writing what is in its buffer. Operations that run or wait are rejected with
    /// <c>Channel_closed</c>.
    /// </summary>
    let abort (ch: #Channel) : unit Lwt.t =
        Null.check "Lwt_io.abort" (nameof ch) ch
        Primitives.Abort<unit> ch

    /// <summary>
    /// Calls <paramref name="f"/> with a channel on the same buffer, which it has for itself: operations on
    /// <paramref name="ch"/> wait until the promise of f is resolved.
    /// </summary>
    let atomic<'mode, 'b when 'mode :> Channel> (f: 'mode channel -> 'b Lwt.t) (ch: 'mode channel) : 'b Lwt.t =
        Null.check "Lwt_io.atomic" (nameof f) f
        Null.check "Lwt_io.atomic" (nameof ch) ch
        Channels.atomic f ch

    /// <summary>The length of a file. A directory is EISDIR.</summary>
    let file_length (name: string) : int64 Lwt.t =
        Null.check "Lwt_io.file_length" (nameof name) name
        Files.length name

    /// <summary>How many bytes are in the buffer: not read by the program yet, or not written out yet.</summary>
    let buffered (ch: #Channel) : int =
        Null.check "Lwt_io.buffered" (nameof ch) ch
        ch.Buffered

    /// <summary>
    /// Returns a promise that is fulfilled once all that was written to the channel before is written out. It is rejected if
    /// writing fails.
    /// </summary>
    let flush (oc: output_channel) : unit Lwt.t =
        Null.check "Lwt_io.flush" (nameof oc) oc
        Primitives.Flush<unit> oc

    /// <summary>Flushes all output channels of this thread's loop. That one fails does not reject the promise.</summary>
    let flush_all () : unit Lwt.t = Primitives.FlushAllChannels<unit>()

    /// <summary>The size of the buffer.</summary>
    let buffer_size (ch: #Channel) : int =
        Null.check "Lwt_io.buffer_size" (nameof ch) ch
        ch.BufferSize

    /// <summary>Changes the size of the buffer, to 16 bytes or more.</summary>
    let resize_buffer (ch: #Channel) (size: int) : unit Lwt.t =
        Null.check "Lwt_io.resize_buffer" (nameof ch) ch
        Primitives.SetBufferSize<unit>(ch, size)

    /// <summary>Whether an operation has the channel.</summary>
    let is_busy (ch: #Channel) : bool =
        Null.check "Lwt_io.is_busy" (nameof ch) ch
        ch.IsBusy

    /// <summary>Whether the channel is closed.</summary>
    let is_closed (ch: #Channel) : bool =
        Null.check "Lwt_io.is_closed" (nameof ch) ch
        ch.IsClosed

    /// <summary>The place of the next byte that the program reads or writes.</summary>
    let position (ch: #Channel) : int64 =
        Null.check "Lwt_io.position" (nameof ch) ch
        ch.Position

    /// <summary>Moves to a place, where what the channel stands on has places: a file or memory.</summary>
    let set_position (ch: #Channel) (position: int64) : unit Lwt.t =
        Null.check "Lwt_io.set_position" (nameof ch) ch
        Primitives.SetPosition<unit>(ch, position)

    /// <summary>The length of what the channel stands on, in bytes.</summary>
    let length (ch: #Channel) : int64 Lwt.t =
        Null.check "Lwt_io.length" (nameof ch) ch
        ch.Length()

    let private ended (call: string) : exn =
        EndOfFileException $"{call}: there is no more to read."

    /// <summary>
    /// Reads a char; at the end of input it is rejected with <c>End_of_file</c>. A character that .NET needs two chars for is
    /// read by halves.
    /// </summary>
    let read_char (ic: input_channel) : char Lwt.t =
        Null.check "Lwt_io.read_char" (nameof ic) ic

        Lwt.map
            (fun (c: Nullable<char>) ->
                if c.HasValue then
                    c.Value
                else
                    raise (ended "Lwt_io.read_char"))
            (ic.ReadChar())

    /// <summary>Reads a char; None at the end of input.</summary>
    let read_char_opt (ic: input_channel) : char option Lwt.t =
        Null.check "Lwt_io.read_char_opt" (nameof ic) ic
        Lwt.map Option.ofNullable (ic.ReadChar())

    /// <summary>The chars, each read when it is wanted.</summary>
    let read_chars (ic: input_channel) : char Lwt_stream.t =
        Null.check "Lwt_io.read_chars" (nameof ic) ic
        ic.ReadChars()

    /// <summary>
    /// Reads a line, without the line feed that ends it or the carriage return before that. At the end of input it is
    /// rejected with <c>End_of_file</c>; what stands before the end is a line too.
    /// </summary>
    let read_line (ic: input_channel) : string Lwt.t =
        Null.check "Lwt_io.read_line" (nameof ic) ic

        Lwt.map
            (fun (line: string | null) ->
                match line with
                | null -> raise (ended "Lwt_io.read_line")
                | line -> line)
            (ic.ReadLine())

    /// <summary>Reads a line, as <c>read_line</c> does; None at the end of input.</summary>
    let read_line_opt (ic: input_channel) : string option Lwt.t =
        Null.check "Lwt_io.read_line_opt" (nameof ic) ic
        Lwt.map Option.ofObj (ic.ReadLine())

    /// <summary>The lines, each read when it is wanted.</summary>
    let read_lines (ic: input_channel) : string Lwt_stream.t =
        Null.check "Lwt_io.read_lines" (nameof ic) ic
        ic.ReadLines()

    let private slice
        (call: string)
        (buf: Memory<byte>)
        (ofs: int)
        (len: int)
        (f: Memory<byte> -> 'a Lwt.t)
        : 'a Lwt.t =
        if ofs < 0 || len < 0 || ofs > buf.Length - len then
            Lwt.fail (InvalidArgumentException call)
        else
            f (buf.Slice(ofs, len))

    /// <summary>
    /// Reads what is there, at most <paramref name="length"/> bytes, into <paramref name="buffer"/> from
    /// <paramref name="offset"/> on, and returns how many; waits if nothing is there. Zero is the end.
    /// </summary>
    let read_into (ic: input_channel) (buffer: byte array) (offset: int) (length: int) : int Lwt.t =
        Null.check "Lwt_io.read_into" (nameof ic) ic
        Null.check "Lwt_io.read_into" (nameof buffer) buffer
        slice "Lwt_io.read_into" (Memory buffer) offset length ic.ReadInto

    /// <summary>As <c>read_into</c>, but all of the bytes; rejected with <c>End_of_file</c> if the input ends before.</summary>
    let read_into_exactly (ic: input_channel) (buffer: byte array) (offset: int) (length: int) : unit Lwt.t =
        Null.check "Lwt_io.read_into_exactly" (nameof ic) ic
        Null.check "Lwt_io.read_into_exactly" (nameof buffer) buffer

        slice "Lwt_io.read_into_exactly" (Memory buffer) offset length (fun target ->
            Primitives.ReadIntoExactly<unit>(ic, target))

    /// <summary>As <c>read_into</c>, into a memory.</summary>
    let read_into_bigstring (ic: input_channel) (buffer: Memory<byte>) (offset: int) (length: int) : int Lwt.t =
        Null.check "Lwt_io.read_into_bigstring" (nameof ic) ic
        slice "Lwt_io.read_into_bigstring" buffer offset length ic.ReadInto

    /// <summary>As <c>read_into_exactly</c>, into a memory.</summary>
    let read_into_exactly_bigstring
        (ic: input_channel)
        (buffer: Memory<byte>)
        (offset: int)
        (length: int)
        : unit Lwt.t =
        Null.check "Lwt_io.read_into_exactly_bigstring" (nameof ic) ic

        slice "Lwt_io.read_into_exactly_bigstring" buffer offset length (fun target ->
            Primitives.ReadIntoExactly<unit>(ic, target))

    /// <summary>
    /// Reads a value that <c>write_value</c> has written, from the bytes that the other end's serializer made. (OCaml marshals
    /// any value; .NET has no such function, so the serializer is given.)
    /// </summary>
    let read_value (ic: input_channel) (deserialize: byte array -> 'a) : 'a Lwt.t =
        Null.check "Lwt_io.read_value" (nameof ic) ic
        Null.check "Lwt_io.read_value" (nameof deserialize) deserialize

        atomic
            (fun (ic: input_channel) ->
                Lwt.bind (ic.ReadInt32BigEndian()) (fun length -> Lwt.map deserialize (ic.ReadBytesExactly length)))
            ic

    /// <summary>Writes a char.</summary>
    let write_char (oc: output_channel) (c: char) : unit Lwt.t =
        Null.check "Lwt_io.write_char" (nameof oc) oc
        Primitives.WriteChar<unit>(oc, c)

    /// <summary>Writes all chars of a stream.</summary>
    let write_chars (oc: output_channel) (chars: char Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_io.write_chars" (nameof oc) oc
        Null.check "Lwt_io.write_chars" (nameof chars) chars
        Lwt_stream.iter_s (write_char oc) chars

    /// <summary>Writes a text. The promise is already fulfilled while the buffer has room.</summary>
    let write (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write" (nameof oc) oc
        Primitives.Write<unit>(oc, s)

    /// <summary>Writes a text and a line feed, as <c>write</c> does.</summary>
    let write_line (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.write_line" (nameof oc) oc
        Primitives.WriteLine<unit>(oc, s)

    /// <summary>Writes all lines of a stream.</summary>
    let write_lines (oc: output_channel) (lines: string Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_io.write_lines" (nameof oc) oc
        Null.check "Lwt_io.write_lines" (nameof lines) lines
        Lwt_stream.iter_s (write_line oc) lines

    let private readOnly (memory: Memory<byte>) : ReadOnlyMemory<byte> = Memory.op_Implicit memory

    /// <summary>
    /// Writes as many of the bytes as there is room for, at least one and at most <paramref name="length"/>, from
    /// <paramref name="offset"/> on, and returns how many.
    /// </summary>
    let write_from (oc: output_channel) (buffer: byte array) (offset: int) (length: int) : int Lwt.t =
        Null.check "Lwt_io.write_from" (nameof oc) oc
        Null.check "Lwt_io.write_from" (nameof buffer) buffer
        slice "Lwt_io.write_from" (Memory buffer) offset length (readOnly >> oc.WriteFrom)

    /// <summary>As <c>write_from</c>, from a memory.</summary>
    let write_from_bigstring (oc: output_channel) (buffer: Memory<byte>) (offset: int) (length: int) : int Lwt.t =
        Null.check "Lwt_io.write_from_bigstring" (nameof oc) oc
        slice "Lwt_io.write_from_bigstring" buffer offset length (readOnly >> oc.WriteFrom)

    let private sliceText (call: string) (s: string) (ofs: int) (len: int) (f: ReadOnlyMemory<char> -> 'a Lwt.t) =
        if ofs < 0 || len < 0 || ofs > s.Length - len then
            Lwt.fail (InvalidArgumentException call)
        else
            f (s.AsMemory(ofs, len))

    /// <summary>As <c>write_from</c>, chars of a text; returns how many.</summary>
    let write_from_string (oc: output_channel) (s: string) (offset: int) (length: int) : int Lwt.t =
        Null.check "Lwt_io.write_from_string" (nameof oc) oc
        Null.check "Lwt_io.write_from_string" (nameof s) s

        sliceText "Lwt_io.write_from_string" s offset length (fun text -> Primitives.WriteFromText(oc, text))

    /// <summary>As <c>write_from</c>, but all of the bytes. Do not change them before the promise is resolved.</summary>
    let write_from_exactly (oc: output_channel) (buffer: byte array) (offset: int) (length: int) : unit Lwt.t =
        Null.check "Lwt_io.write_from_exactly" (nameof oc) oc
        Null.check "Lwt_io.write_from_exactly" (nameof buffer) buffer

        slice "Lwt_io.write_from_exactly" (Memory buffer) offset length (fun bytes ->
            Primitives.WriteFromExactly<unit>(oc, readOnly bytes))

    /// <summary>As <c>write_from_exactly</c>, from a memory.</summary>
    let write_from_exactly_bigstring
        (oc: output_channel)
        (buffer: Memory<byte>)
        (offset: int)
        (length: int)
        : unit Lwt.t =
        Null.check "Lwt_io.write_from_exactly_bigstring" (nameof oc) oc

        slice "Lwt_io.write_from_exactly_bigstring" buffer offset length (fun bytes ->
            Primitives.WriteFromExactly<unit>(oc, readOnly bytes))

    /// <summary>As <c>write_from_string</c>, but all of the chars.</summary>
    let write_from_string_exactly (oc: output_channel) (s: string) (offset: int) (length: int) : unit Lwt.t =
        Null.check "Lwt_io.write_from_string_exactly" (nameof oc) oc
        Null.check "Lwt_io.write_from_string_exactly" (nameof s) s

        sliceText "Lwt_io.write_from_string_exactly" s offset length (fun text -> write oc (text.ToString()))

    /// <summary>
    /// Writes a value as the bytes that a serializer makes of it, behind their number, for <c>read_value</c>. The format is this
    /// library's own.
    /// </summary>
    let write_value (oc: output_channel) (serialize: 'a -> byte array) (value: 'a) : unit Lwt.t =
        Null.check "Lwt_io.write_value" (nameof oc) oc
        Null.check "Lwt_io.write_value" (nameof serialize) serialize
        let bytes = serialize value
        let all = Array.zeroCreate<byte>(4 + bytes.Length)
        BinaryPrimitives.WriteInt32BigEndian(Span all, bytes.Length)
        bytes.CopyTo(all, 4)
        write_from_exactly oc all 0 all.Length

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

    /// <summary>Writes what the command <c>hexdump -C</c> prints for these bytes: each char stands for the byte of its code.</summary>
    let hexdump_stream (oc: output_channel) (bytes: char Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_io.hexdump_stream" (nameof oc) oc
        Null.check "Lwt_io.hexdump_stream" (nameof bytes) bytes
        write_lines oc (Lwt_stream.hexdump bytes)

    /// <summary>As <c>hexdump_stream</c>, for the bytes of a text in UTF-8.</summary>
    let hexdump (oc: output_channel) (s: string) : unit Lwt.t =
        Null.check "Lwt_io.hexdump" (nameof oc) oc
        hexdump_stream oc (Lwt_stream.of_string (Encoding.Latin1.GetString(Primitives.EncodeText s)))

    /// <summary>The name of a file.</summary>
    type file_name = string

    let internal openFile (mode: 'mode mode) (name: string) buffer flags perm : 'mode channel Lwt.t =
        let usual =
            if mode.Ends.IsInput then
                [ Unix.O_RDONLY; Unix.O_NONBLOCK ]
            else
                [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_TRUNC; Unix.O_NONBLOCK ]

        Lwt.map
            (fun port -> mode.Ends.OfPort port (Channels.options buffer))
            (Files.openFile name (defaultArg flags usual) (defaultArg perm 0o666))

    let internal finallyClose (f: #Channel -> 'b Lwt.t) ch : 'b Lwt.t =
        Lwt.finalize (fun () -> f ch) (fun () -> close ch)

    /// <summary>
    /// Opens a file. For output it is made if there is none, and made empty. What fails is <c>Unix_error</c>. Reads that RAM
    /// cannot answer, and writes, are on threads of the loop's pool.
    /// </summary>
    let open_file (mode: 'mode mode) (name: file_name) : 'mode channel Lwt.t =
        Null.check "Lwt_io.open_file" (nameof mode) mode
        openFile mode name None None None

    /// <summary>
    /// Opens a file, as <c>open_file</c> does, calls <paramref name="f"/>, and closes the file when the promise of f is
    /// resolved.
    /// </summary>
    /// <example>
    /// <code>
    /// let count name =
    ///     Lwt_io.with_file Lwt_io.Input name (fun ic -&gt;
    ///         Lwt_stream.fold (fun _ n -&gt; n + 1) (Lwt_io.read_lines ic) 0)
    /// </code>
    /// </example>
    let with_file (mode: 'mode mode) (name: file_name) (f: 'mode channel -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_io.with_file" (nameof mode) mode
        Null.check "Lwt_io.with_file" (nameof f) f
        Lwt.bind (openFile mode name None None None) (finallyClose f)

    let internal openTemporary buffer flags perm directory prefix suffix : (string * output_channel) Lwt.t =
        let flags =
            defaultArg flags [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_EXCL; Unix.O_CLOEXEC ]

        let name () =
            Files.temporaryName directory (defaultArg prefix "lwt_io_temp_file_") (defaultArg suffix "")

        Files.attempt 1000 name (fun name ->
            Lwt.map (fun oc -> name, oc) (openFile output name buffer (Some flags) perm))

    let internal withTemporary opened (f: string * output_channel -> 'b Lwt.t) : 'b Lwt.t =
        Lwt.bind opened (fun (name, oc: output_channel) ->
            Lwt.finalize (fun () -> f (name, oc)) (fun () ->
                Lwt.bind (close oc) (fun () -> Primitives.Unlink<unit> name)))

    /// <summary>Makes a file of a new name in the directory for temporary files; returns the name and a channel to write to.</summary>
    let open_temp_file () : (string * output_channel) Lwt.t =
        openTemporary None None None None None None

    /// <summary>
    /// Makes a file, as <c>open_temp_file</c> does, calls <paramref name="f"/>, and closes and deletes the file when the promise
    /// of f is resolved.
    /// </summary>
    let with_temp_file (f: string * output_channel -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_io.with_temp_file" (nameof f) f
        withTemporary (open_temp_file ()) f

    let internal createDirectory perm parent prefix suffix : string Lwt.t =
        let name () =
            Files.temporaryName parent (defaultArg prefix "lwt_io_temp_dir_") (defaultArg suffix "")

        Files.attempt 1000 name (fun name ->
            Lwt.map (fun () -> name) (Primitives.MakeDirectory<unit>(name, defaultArg perm 0o755)))

    let internal withDirectory created (f: string -> 'b Lwt.t) : 'b Lwt.t =
        Lwt.bind created (fun name -> Lwt.finalize (fun () -> f name) (fun () -> Primitives.DeleteTree<unit> name))

    /// <summary>Makes a directory of a new name in the directory for temporary files; returns its name.</summary>
    let create_temp_dir () : string Lwt.t = createDirectory None None None None

    /// <summary>
    /// Makes a directory, as <c>create_temp_dir</c> does, calls <paramref name="f"/>, and deletes the directory and all that is in
    /// it when the promise of f is resolved.
    /// </summary>
    let with_temp_dir (f: string -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_io.with_temp_dir" (nameof f) f
        withDirectory (create_temp_dir ()) f

    /// <summary>
    /// Deletes a directory and all that is in it. What a symbolic link in it leads to stays.
    /// </summary>
    let delete_recursively (path: string) : unit Lwt.t =
        Null.check "Lwt_io.delete_recursively" (nameof path) path
        Primitives.DeleteTree<unit> path

    let internal connect fd inBuffer outBuffer (address: Unix.sockaddr) : (input_channel * output_channel) Lwt.t =
        let size = Option.orElse outBuffer inBuffer

        let channels port =
            let connection = ChannelConnection.Of(port, Channels.options size)

            match outBuffer with
            | Some outBuffer when Some outBuffer <> size ->
                Lwt.map
                    (fun () -> connection.Input, connection.Output)
                    (Primitives.SetBufferSize<unit>(connection.Output, outBuffer))
            | _ -> Lwt.return' (connection.Input, connection.Output)

        match fd with
        | None ->
            Lwt.bind
                (Lwt.apply (fun address -> PromiseSocket.Connect(Sockets.endPoint "connect" address)) address)
                (fun socket -> channels socket.Port)
        | Some(fd: Lwt_unix.file_descr) ->
            Lwt.try_bind (fun () -> Lwt_unix.connect fd address) (fun () -> channels fd) (fun e ->
                Lwt.bind (Lwt_unix.close fd) (fun () -> Lwt.fail e))

    /// <summary>
    /// Connects to an address; returns a channel to read from and one to write to. Closing either closes the connection, after
    /// what was written is out. Where nobody listens is ECONNREFUSED.
    /// </summary>
    let open_connection (address: Unix.sockaddr) : (input_channel * output_channel) Lwt.t =
        Null.check "Lwt_io.open_connection" (nameof address) address
        connect None None None address

    /// <summary>
    /// Calls <paramref name="f"/> with two channels, and closes those that are open yet when the promise of f is resolved.
    /// </summary>
    let with_close_connection
        (f: input_channel * output_channel -> 'a Lwt.t)
        (ic: input_channel, oc: output_channel)
        : 'a Lwt.t =
        Null.check "Lwt_io.with_close_connection" (nameof f) f
        Null.check "Lwt_io.with_close_connection" (nameof ic) ic
        Null.check "Lwt_io.with_close_connection" (nameof oc) oc

        let closeIfOpen (ch: Channel) =
            if ch.IsClosed then Lwt.return_unit else close ch

        Lwt.finalize (fun () -> f (ic, oc)) (fun () -> Lwt.join [ closeIfOpen oc; closeIfOpen ic ])

    /// <summary>Connects, as <c>open_connection</c> does, calls <paramref name="f"/>, and closes the channels.</summary>
    let with_connection (address: Unix.sockaddr) (f: input_channel * output_channel -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_io.with_connection" (nameof address) address
        Null.check "Lwt_io.with_connection" (nameof f) f
        Lwt.bind (open_connection address) (with_close_connection f)

    /// <summary>A server. .NET's <c>ChannelServer</c> tells its address, and can wait for its clients.</summary>
    type server = ChannelServer

    let private listening fd (backlog: int option) (address: Unix.sockaddr) : Lwt_unix.file_descr =
        let endPoint = Sockets.endPoint "bind" address
        let backlog = defaultArg backlog PromiseSocket.DefaultBacklog

        match fd with
        | None -> PromiseSocket.Listen(endPoint, backlog).Port
        | Some(fd: Lwt_unix.file_descr) ->
            Lwt_unix.setsockopt fd Unix.SO_REUSEADDR true
            fd.Bind endPoint
            fd.Listen backlog
            fd

    let private serve fd backlog noClose buffer address (start: Port -> ChannelServerOptions -> server) : server Lwt.t =
        Lwt.wrap (fun () ->
            let options =
                ChannelServerOptions(LeaveOpen = defaultArg noClose false, Channels = Channels.options buffer)

            start (listening fd backlog address) options)

    let internal serveSockets fd backlog noClose address (f: Unix.sockaddr -> Lwt_unix.file_descr -> unit Lwt.t) =
        serve fd backlog noClose None address (fun listener options ->
            ChannelServer.StartPorts(
                listener,
                (fun port -> f (Sockets.sockaddr port.RemoteEndPoint) port :> Promise),
                options
            ))

    let internal serveChannels
        fd
        backlog
        noClose
        buffer
        address
        (f: Unix.sockaddr -> input_channel * output_channel -> unit Lwt.t)
        =
        serve fd backlog noClose buffer address (fun listener options ->
            ChannelServer.Start(
                listener,
                (fun (client: ChannelConnection) ->
                    f (Sockets.sockaddr client.RemoteEndPoint) (client.Input, client.Output) :> Promise),
                options
            ))

    /// <summary>
    /// Listens at an address, and calls <paramref name="f"/> with the address and the socket of each client, which is closed when
    /// the promise of f is resolved. What f fails with goes to the async exception hook.
    /// </summary>
    let establish_server_with_client_socket
        (address: Unix.sockaddr)
        (f: Lwt_unix.sockaddr -> Lwt_unix.file_descr -> unit Lwt.t)
        : server Lwt.t =
        Null.check "Lwt_io.establish_server_with_client_socket" (nameof address) address
        Null.check "Lwt_io.establish_server_with_client_socket" (nameof f) f
        serveSockets None None None address f

    /// <summary>As <c>establish_server_with_client_socket</c>, with channels over the socket of each client.</summary>
    /// <example>
    /// <code>
    /// let echo address =
    ///     Lwt_io.establish_server_with_client_address address (fun _ (ic, oc) -&gt;
    ///         Lwt_io.write_lines oc (Lwt_io.read_lines ic))
    /// </code>
    /// </example>
    let establish_server_with_client_address
        (address: Unix.sockaddr)
        (f: Lwt_unix.sockaddr -> input_channel * output_channel -> unit Lwt.t)
        : server Lwt.t =
        Null.check "Lwt_io.establish_server_with_client_address" (nameof address) address
        Null.check "Lwt_io.establish_server_with_client_address" (nameof f) f
        serveChannels None None None None address f

    /// <summary>Accepts no more clients; those that are there are served on.</summary>
    let shutdown_server (server: server) : unit Lwt.t =
        Null.check "Lwt_io.shutdown_server" (nameof server) server
        Primitives.StopListening<unit> server

    /// A stream of what a file has, which is opened at the first read and closed at the end.
    let private ofFile (read: input_channel -> 'a option Lwt.t) (name: string) : 'a Lwt_stream.t =
        let opened = lazy (open_file input name)

        Lwt_stream.from (fun () ->
            Lwt.bind (opened.Force()) (fun ic ->
                Lwt.bind (read ic) (fun element ->
                    match element with
                    | Some _ -> Lwt.return' element
                    | None -> Lwt.map (fun () -> None) (close ic))))

    /// <summary>The lines of a file, which is opened when the first is wanted and closed after the last.</summary>
    let lines_of_file (name: file_name) : string Lwt_stream.t = ofFile read_line_opt name

    /// <summary>Writes all lines of a stream to a file.</summary>
    let lines_to_file (name: file_name) (lines: string Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_io.lines_to_file" (nameof lines) lines
        with_file output name (fun oc -> write_lines oc lines)

    /// <summary>The chars of a file, which is opened when the first is wanted and closed after the last.</summary>
    let chars_of_file (name: file_name) : char Lwt_stream.t = ofFile read_char_opt name

    /// <summary>Writes all chars of a stream to a file.</summary>
    let chars_to_file (name: file_name) (chars: char Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_io.chars_to_file" (nameof chars) chars
        with_file output name (fun oc -> write_chars oc chars)

    /// <summary>Numbers of fixed size, the least significant byte first.</summary>
    module LE =
        /// <summary>Reads a number of 32 bits.</summary>
        let read_int (ic: input_channel) : int Lwt.t =
            Null.check "Lwt_io.LE.read_int" (nameof ic) ic
            ic.ReadInt32LittleEndian()

        /// <summary>Reads a number of 16 bits.</summary>
        let read_int16 (ic: input_channel) : int Lwt.t =
            Null.check "Lwt_io.LE.read_int16" (nameof ic) ic
            Lwt.map int (ic.ReadInt16LittleEndian())

        /// <summary>Reads a number of 32 bits.</summary>
        let read_int32 (ic: input_channel) : int32 Lwt.t =
            Null.check "Lwt_io.LE.read_int32" (nameof ic) ic
            ic.ReadInt32LittleEndian()

        /// <summary>Reads a number of 64 bits.</summary>
        let read_int64 (ic: input_channel) : int64 Lwt.t =
            Null.check "Lwt_io.LE.read_int64" (nameof ic) ic
            ic.ReadInt64LittleEndian()

        /// <summary>Reads a floating-point number of 32 bits.</summary>
        let read_float32 (ic: input_channel) : float Lwt.t =
            Null.check "Lwt_io.LE.read_float32" (nameof ic) ic
            Lwt.map float (ic.ReadSingleLittleEndian())

        /// <summary>Reads a floating-point number of 64 bits.</summary>
        let read_float64 (ic: input_channel) : float Lwt.t =
            Null.check "Lwt_io.LE.read_float64" (nameof ic) ic
            ic.ReadDoubleLittleEndian()

        /// <summary>Writes a number of 32 bits.</summary>
        let write_int (oc: output_channel) (v: int) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_int" (nameof oc) oc
            Primitives.WriteInt32LittleEndian<unit>(oc, v)

        /// <summary>Writes the lower 16 bits of a number.</summary>
        let write_int16 (oc: output_channel) (v: int) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_int16" (nameof oc) oc
            Primitives.WriteInt16LittleEndian<unit>(oc, int16 v)

        /// <summary>Writes a number of 32 bits.</summary>
        let write_int32 (oc: output_channel) (v: int32) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_int32" (nameof oc) oc
            Primitives.WriteInt32LittleEndian<unit>(oc, v)

        /// <summary>Writes a number of 64 bits.</summary>
        let write_int64 (oc: output_channel) (v: int64) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_int64" (nameof oc) oc
            Primitives.WriteInt64LittleEndian<unit>(oc, v)

        /// <summary>Writes a floating-point number of 32 bits.</summary>
        let write_float32 (oc: output_channel) (v: float) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_float32" (nameof oc) oc
            Primitives.WriteSingleLittleEndian<unit>(oc, float32 v)

        /// <summary>Writes a floating-point number of 64 bits.</summary>
        let write_float64 (oc: output_channel) (v: float) : unit Lwt.t =
            Null.check "Lwt_io.LE.write_float64" (nameof oc) oc
            Primitives.WriteDoubleLittleEndian<unit>(oc, v)

    /// <summary>Numbers of fixed size, the most significant byte first.</summary>
    module BE =
        /// <summary>Reads a number of 32 bits.</summary>
        let read_int (ic: input_channel) : int Lwt.t =
            Null.check "Lwt_io.BE.read_int" (nameof ic) ic
            ic.ReadInt32BigEndian()

        /// <summary>Reads a number of 16 bits.</summary>
        let read_int16 (ic: input_channel) : int Lwt.t =
            Null.check "Lwt_io.BE.read_int16" (nameof ic) ic
            Lwt.map int (ic.ReadInt16BigEndian())

        /// <summary>Reads a number of 32 bits.</summary>
        let read_int32 (ic: input_channel) : int32 Lwt.t =
            Null.check "Lwt_io.BE.read_int32" (nameof ic) ic
            ic.ReadInt32BigEndian()

        /// <summary>Reads a number of 64 bits.</summary>
        let read_int64 (ic: input_channel) : int64 Lwt.t =
            Null.check "Lwt_io.BE.read_int64" (nameof ic) ic
            ic.ReadInt64BigEndian()

        /// <summary>Reads a floating-point number of 32 bits.</summary>
        let read_float32 (ic: input_channel) : float Lwt.t =
            Null.check "Lwt_io.BE.read_float32" (nameof ic) ic
            Lwt.map float (ic.ReadSingleBigEndian())

        /// <summary>Reads a floating-point number of 64 bits.</summary>
        let read_float64 (ic: input_channel) : float Lwt.t =
            Null.check "Lwt_io.BE.read_float64" (nameof ic) ic
            ic.ReadDoubleBigEndian()

        /// <summary>Writes a number of 32 bits.</summary>
        let write_int (oc: output_channel) (v: int) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_int" (nameof oc) oc
            Primitives.WriteInt32BigEndian<unit>(oc, v)

        /// <summary>Writes the lower 16 bits of a number.</summary>
        let write_int16 (oc: output_channel) (v: int) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_int16" (nameof oc) oc
            Primitives.WriteInt16BigEndian<unit>(oc, int16 v)

        /// <summary>Writes a number of 32 bits.</summary>
        let write_int32 (oc: output_channel) (v: int32) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_int32" (nameof oc) oc
            Primitives.WriteInt32BigEndian<unit>(oc, v)

        /// <summary>Writes a number of 64 bits.</summary>
        let write_int64 (oc: output_channel) (v: int64) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_int64" (nameof oc) oc
            Primitives.WriteInt64BigEndian<unit>(oc, v)

        /// <summary>Writes a floating-point number of 32 bits.</summary>
        let write_float32 (oc: output_channel) (v: float) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_float32" (nameof oc) oc
            Primitives.WriteSingleBigEndian<unit>(oc, float32 v)

        /// <summary>Writes a floating-point number of 64 bits.</summary>
        let write_float64 (oc: output_channel) (v: float) : unit Lwt.t =
            Null.check "Lwt_io.BE.write_float64" (nameof oc) oc
            Primitives.WriteDoubleBigEndian<unit>(oc, v)

    // In the order of this machine.

    let inline private native little big =
        if BitConverter.IsLittleEndian then little else big

    /// <summary>Reads a number of 32 bits, in this machine's order of bytes.</summary>
    let read_int (ic: input_channel) : int Lwt.t =
        Null.check "Lwt_io.read_int" (nameof ic) ic
        native LE.read_int BE.read_int ic

    /// <summary>Reads a number of 16 bits, in this machine's order of bytes.</summary>
    let read_int16 (ic: input_channel) : int Lwt.t =
        Null.check "Lwt_io.read_int16" (nameof ic) ic
        native LE.read_int16 BE.read_int16 ic

    /// <summary>Reads a number of 32 bits, in this machine's order of bytes.</summary>
    let read_int32 (ic: input_channel) : int32 Lwt.t =
        Null.check "Lwt_io.read_int32" (nameof ic) ic
        native LE.read_int32 BE.read_int32 ic

    /// <summary>Reads a number of 64 bits, in this machine's order of bytes.</summary>
    let read_int64 (ic: input_channel) : int64 Lwt.t =
        Null.check "Lwt_io.read_int64" (nameof ic) ic
        native LE.read_int64 BE.read_int64 ic

    /// <summary>Reads a floating-point number of 32 bits, in this machine's order of bytes.</summary>
    let read_float32 (ic: input_channel) : float Lwt.t =
        Null.check "Lwt_io.read_float32" (nameof ic) ic
        native LE.read_float32 BE.read_float32 ic

    /// <summary>Reads a floating-point number of 64 bits, in this machine's order of bytes.</summary>
    let read_float64 (ic: input_channel) : float Lwt.t =
        Null.check "Lwt_io.read_float64" (nameof ic) ic
        native LE.read_float64 BE.read_float64 ic

    /// <summary>Writes a number of 32 bits, in this machine's order of bytes.</summary>
    let write_int (oc: output_channel) (v: int) : unit Lwt.t =
        Null.check "Lwt_io.write_int" (nameof oc) oc
        native LE.write_int BE.write_int oc v

    /// <summary>Writes the lower 16 bits of a number, in this machine's order of bytes.</summary>
    let write_int16 (oc: output_channel) (v: int) : unit Lwt.t =
        Null.check "Lwt_io.write_int16" (nameof oc) oc
        native LE.write_int16 BE.write_int16 oc v

    /// <summary>Writes a number of 32 bits, in this machine's order of bytes.</summary>
    let write_int32 (oc: output_channel) (v: int32) : unit Lwt.t =
        Null.check "Lwt_io.write_int32" (nameof oc) oc
        native LE.write_int32 BE.write_int32 oc v

    /// <summary>Writes a number of 64 bits, in this machine's order of bytes.</summary>
    let write_int64 (oc: output_channel) (v: int64) : unit Lwt.t =
        Null.check "Lwt_io.write_int64" (nameof oc) oc
        native LE.write_int64 BE.write_int64 oc v

    /// <summary>Writes a floating-point number of 32 bits, in this machine's order of bytes.</summary>
    let write_float32 (oc: output_channel) (v: float) : unit Lwt.t =
        Null.check "Lwt_io.write_float32" (nameof oc) oc
        native LE.write_float32 BE.write_float32 oc v

    /// <summary>Writes a floating-point number of 64 bits, in this machine's order of bytes.</summary>
    let write_float64 (oc: output_channel) (v: float) : unit Lwt.t =
        Null.check "Lwt_io.write_float64" (nameof oc) oc
        native LE.write_float64 BE.write_float64 oc v

    /// <summary>The orders of the bytes of a number.</summary>
    type byte_order =
        /// The least significant byte first.
        | Little_endian
        /// The most significant byte first.
        | Big_endian

    /// <summary>The order of this machine.</summary>
    let system_byte_order: byte_order =
        if BitConverter.IsLittleEndian then
            Little_endian
        else
            Big_endian

    /// <summary>
    /// Calls <paramref name="f"/> with the buffer and the place in it of <paramref name="size"/> bytes, at most 16: those that
    /// come next from an input, or that are written next to an output.
    /// </summary>
    let block (ch: #Channel) (size: int) (f: Memory<byte> -> int -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_io.block" (nameof ch) ch
        Null.check "Lwt_io.block" (nameof f) f

        if size < 0 || size > 16 then
            Lwt.fail (InvalidArgumentException "Lwt_io.block")
        else
            Channels.block size f ch

    /// <summary>The buffer of a channel, for a function that reads or writes it itself.</summary>
    [<Sealed; AllowNullLiteral>]
    type direct_access internal (access: DirectAccess) =
        /// <summary>All of the buffer. It may be another one after <c>da_perform</c>.</summary>
        member _.da_buffer: Memory<byte> = access.Buffer

        /// <summary>Where the bytes to be read begin, or where the next byte is to be written; the function moves it on.</summary>
        member _.da_ptr
            with get (): int = access.Position
            and set (position: int) = access.Position <- position

        /// <summary>Where the bytes to be read end, or where the buffer ends.</summary>
        member _.da_max: int = access.End

        /// <summary>
        /// Reads more bytes behind those that are there, or writes what is in the buffer; returns how many. Zero is the end of
        /// input.
        /// </summary>
        member _.da_perform() : int Lwt.t = access.Perform()

    /// <summary>
    /// Calls <paramref name="f"/> with the buffer of a channel. The bytes that it moves <c>da_ptr</c> over have been read, or
    /// written.
    /// </summary>
    let direct_access (ch: #Channel) (f: direct_access -> 'b Lwt.t) : 'b Lwt.t =
        Null.check "Lwt_io.direct_access" (nameof ch) ch
        Null.check "Lwt_io.direct_access" (nameof f) f
        Channels.directAccess (fun access -> f (direct_access access)) ch

    /// <summary>How many bytes the buffers of new channels have: 8192 at first.</summary>
    let default_buffer_size () : int = Channels.size ()

    /// <summary>Changes the size of the buffers of channels that are made by this module from now on.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The size is less than 16.</exception>
    let set_default_buffer_size (size: int) : unit =
        if size < 16 then
            raise (InvalidArgumentException "Lwt_io.set_default_buffer_size: too small buffer size")

        Channels.setSize size

/// <summary>The functions of <c>Lwt_io</c> that have optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_io =

    /// <summary>
    /// Reads all text up to the end, <c>Lwt_io.read ic</c>, or what is there, at most so many chars,
    /// <c>Lwt_io.read (ic, count = 100)</c>; empty at the end.
    /// </summary>
    static member read(ic: InputChannel, [<Optional; DefaultParameterValue(-1)>] count: int) : string Lwt.t =
        Null.check "Lwt_io.read" (nameof ic) ic
        if count < 0 then ic.ReadToEnd() else ic.Read count

    /// <summary>As <c>Lwt_io.pipe</c>, with the sizes of the buffers.</summary>
    static member pipe_with(?in_buffer: int, ?out_buffer: int) : InputChannel * OutputChannel =
        Lwt_io.pipeOf in_buffer out_buffer

    /// <summary>
    /// As <c>Lwt_io.make</c>, with the size of the buffer, a function that closes what the channel stands on, and one that moves
    /// to a place and returns where that is.
    /// </summary>
    static member make_with
        (
            mode: Lwt_io.mode<'mode>,
            perform_io: Memory<byte> -> int -> int -> int Lwt.t,
            ?buffer: int,
            ?close: unit -> unit Lwt.t,
            ?seek: int64 -> Unix.seek_command -> int64 Lwt.t
        ) : 'mode =
        Null.check "Lwt_io.make_with" (nameof mode) mode
        Null.check "Lwt_io.make_with" (nameof perform_io) perform_io
        mode.Ends.Make perform_io seek close (Channels.options buffer)

    /// <summary>As <c>Lwt_io.of_fd</c>, with the size of the buffer, and a function to call in place of closing the descriptor.</summary>
    static member of_fd_with
        (mode: Lwt_io.mode<'mode>, fd: Lwt_unix.file_descr, ?buffer: int, ?close: unit -> unit Lwt.t)
        : 'mode =
        Null.check "Lwt_io.of_fd_with" (nameof mode) mode
        Null.check "Lwt_io.of_fd_with" (nameof fd) fd
        Channels.ofPort mode.Ends fd close (Channels.options buffer)

    /// <summary>As <c>Lwt_io.of_unix_fd</c>, with the size of the buffer.</summary>
    static member of_unix_fd_with(mode: Lwt_io.mode<'mode>, fd: Unix.file_descr, ?buffer: int) : 'mode =
        Null.check "Lwt_io.of_unix_fd_with" (nameof mode) mode
        Null.check "Lwt_io.of_unix_fd_with" (nameof fd) fd
        mode.Ends.OfPort (Lwt_unix.of_unix_file_descr fd) (Channels.options buffer)

    /// <summary>
    /// As <c>Lwt_io.open_file</c>, with the size of the buffer, flags in place of the usual ones, and the permissions of a file
    /// that is made.
    /// </summary>
    static member open_file_with
        (mode: Lwt_io.mode<'mode>, name: string, ?buffer: int, ?flags: Unix.open_flag list, ?perm: Unix.file_perm)
        : 'mode Lwt.t =
        Null.check "Lwt_io.open_file_with" (nameof mode) mode
        Lwt_io.openFile mode name buffer flags perm

    /// <summary>As <c>Lwt_io.with_file</c>, with the arguments of <c>open_file_with</c>.</summary>
    static member with_file_with
        (
            mode: Lwt_io.mode<'mode>,
            name: string,
            f: 'mode -> 'b Lwt.t,
            ?buffer: int,
            ?flags: Unix.open_flag list,
            ?perm: Unix.file_perm
        ) : 'b Lwt.t =
        Null.check "Lwt_io.with_file_with" (nameof mode) mode
        Null.check "Lwt_io.with_file_with" (nameof f) f
        Lwt.bind (Lwt_io.openFile mode name buffer flags perm) (Lwt_io.finallyClose f)

    /// <summary>
    /// As <c>Lwt_io.open_temp_file</c>, with the arguments of <c>open_file_with</c>, the directory, and the beginning and the end
    /// of the name.
    /// </summary>
    static member open_temp_file_with
        (
            ?buffer: int,
            ?flags: Unix.open_flag list,
            ?perm: Unix.file_perm,
            ?temp_dir: string,
            ?prefix: string,
            ?suffix: string
        ) : (string * OutputChannel) Lwt.t =
        Lwt_io.openTemporary buffer flags perm temp_dir prefix suffix

    /// <summary>As <c>Lwt_io.with_temp_file</c>, with the arguments of <c>open_temp_file_with</c>.</summary>
    static member with_temp_file_with
        (
            f: string * OutputChannel -> 'b Lwt.t,
            ?buffer: int,
            ?flags: Unix.open_flag list,
            ?perm: Unix.file_perm,
            ?temp_dir: string,
            ?prefix: string,
            ?suffix: string
        ) : 'b Lwt.t =
        Null.check "Lwt_io.with_temp_file_with" (nameof f) f
        Lwt_io.withTemporary (Lwt_io.openTemporary buffer flags perm temp_dir prefix suffix) f

    /// <summary>
    /// As <c>Lwt_io.create_temp_dir</c>, with the permissions, the directory that it is made in, and the beginning and the end of
    /// the name.
    /// </summary>
    static member create_temp_dir_with
        (?perm: Unix.file_perm, ?parent: string, ?prefix: string, ?suffix: string)
        : string Lwt.t =
        Lwt_io.createDirectory perm parent prefix suffix

    /// <summary>As <c>Lwt_io.with_temp_dir</c>, with the arguments of <c>create_temp_dir_with</c>.</summary>
    static member with_temp_dir_with
        (f: string -> 'b Lwt.t, ?perm: Unix.file_perm, ?parent: string, ?prefix: string, ?suffix: string)
        : 'b Lwt.t =
        Null.check "Lwt_io.with_temp_dir_with" (nameof f) f
        Lwt_io.withDirectory (Lwt_io.createDirectory perm parent prefix suffix) f

    /// <summary>
    /// As <c>Lwt_io.open_connection</c>, with a socket to connect, which is closed if that fails, and the sizes of the buffers.
    /// </summary>
    static member open_connection_with
        (address: Unix.sockaddr, ?fd: Lwt_unix.file_descr, ?in_buffer: int, ?out_buffer: int)
        : (InputChannel * OutputChannel) Lwt.t =
        Null.check "Lwt_io.open_connection_with" (nameof address) address
        Lwt_io.connect fd in_buffer out_buffer address

    /// <summary>As <c>Lwt_io.with_connection</c>, with the arguments of <c>open_connection_with</c>.</summary>
    static member with_connection_with
        (
            address: Unix.sockaddr,
            f: InputChannel * OutputChannel -> 'b Lwt.t,
            ?fd: Lwt_unix.file_descr,
            ?in_buffer: int,
            ?out_buffer: int
        ) : 'b Lwt.t =
        Null.check "Lwt_io.with_connection_with" (nameof address) address
        Null.check "Lwt_io.with_connection_with" (nameof f) f
        Lwt.bind (Lwt_io.connect fd in_buffer out_buffer address) (Lwt_io.with_close_connection f)

    /// <summary>
    /// As <c>Lwt_io.establish_server_with_client_socket</c>, with a socket to listen at, how many clients may wait, and whether
    /// their sockets are left open.
    /// </summary>
    static member establish_server_with_client_socket_with
        (
            address: Unix.sockaddr,
            f: Unix.sockaddr -> Lwt_unix.file_descr -> unit Lwt.t,
            ?server_fd: Lwt_unix.file_descr,
            ?backlog: int,
            ?no_close: bool
        ) : ChannelServer Lwt.t =
        Null.check "Lwt_io.establish_server_with_client_socket_with" (nameof address) address
        Null.check "Lwt_io.establish_server_with_client_socket_with" (nameof f) f
        Lwt_io.serveSockets server_fd backlog no_close address f

    /// <summary>
    /// As <c>Lwt_io.establish_server_with_client_address</c>, with a socket to listen at, the size of the buffers, how many clients
    /// may wait, and whether their channels are left open.
    /// </summary>
    static member establish_server_with_client_address_with
        (
            address: Unix.sockaddr,
            f: Unix.sockaddr -> InputChannel * OutputChannel -> unit Lwt.t,
            ?fd: Lwt_unix.file_descr,
            ?buffer_size: int,
            ?backlog: int,
            ?no_close: bool
        ) : ChannelServer Lwt.t =
        Null.check "Lwt_io.establish_server_with_client_address_with" (nameof address) address
        Null.check "Lwt_io.establish_server_with_client_address_with" (nameof f) f
        Lwt_io.serveChannels fd backlog no_close buffer_size address f
