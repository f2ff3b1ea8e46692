namespace Lwt.FSharp

open System
open System.Net.Sockets
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Arrays of bytes that share and map memory: OCaml's <c>Lwt_bytes</c>. What is outside of an array raises
/// <c>Invalid_argument</c>, before anything is changed or read. A byte is a char from '\000' to '\255', as in OCaml.
/// </summary>
module Lwt_bytes =

    /// <summary>Bytes: .NET's <c>Memory&lt;byte&gt;</c>, of an array, a part of one, or a mapped file.</summary>
    type t = Memory<byte>

    // A span does not keep a mapped file from being unmapped: its memory must be in use after the last access.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private keep (_: t) = ()

    let private readOnly (buf: t) : ReadOnlyMemory<byte> = Memory.op_Implicit buf

    /// <summary>Returns so many bytes, all zero.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The number is negative.</exception>
    let create (size: int) : t =
        if size < 0 then
            raise (InvalidArgumentException $"Lwt_bytes.create: the size, {size}, is negative.")

        Memory(Array.zeroCreate size)

    /// <summary>How many bytes there are.</summary>
    let length (buf: t) : int = buf.Length

    let private checkIndex call (buf: t) index =
        if index < 0 || index >= buf.Length then
            raise (InvalidArgumentException $"{call}: index {index} is not within {buf.Length} bytes.")

    let private toByte call (value: char) =
        if value > '\255' then
            raise (InvalidArgumentException $"{call}: U+%04X{int value} is more than a byte. Encode text by of_string.")

        byte value

    /// <summary>The byte at an offset.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The offset is outside.</exception>
    let get (buf: t) (ofs: int) : char =
        checkIndex "Lwt_bytes.get" buf ofs
        let value = buf.Span[ofs]
        keep buf
        char value

    /// <summary>Changes the byte at an offset.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The offset is outside, or the char is more than a byte.</exception>
    let set (buf: t) (ofs: int) (value: char) : unit =
        checkIndex "Lwt_bytes.set" buf ofs
        buf.Span[ofs] <- toByte "Lwt_bytes.set" value
        keep buf

    /// <summary>As <c>get</c>. The offset is checked all the same: outside is <c>IndexOutOfRangeException</c>.</summary>
    let unsafe_get (buf: t) (ofs: int) : char =
        let value = buf.Span[ofs]
        keep buf
        char value

    /// <summary>As <c>set</c>, of the char's lowest eight bits. The offset is checked all the same.</summary>
    let unsafe_set (buf: t) (ofs: int) (value: char) : unit =
        buf.Span[ofs] <- byte value
        keep buf

    /// <summary>A copy of bytes. (<c>Memory bytes</c> shares them.)</summary>
    let of_bytes (bytes: byte array) : t =
        Null.check "Lwt_bytes.of_bytes" (nameof bytes) bytes
        Memory(Array.copy bytes)

    /// <summary>The bytes of a text in UTF-8, as <c>Lwt_io.write</c> writes them.</summary>
    let of_string (text: string) : t =
        Null.check "Lwt_bytes.of_string" (nameof text) text
        Memory(Primitives.EncodeText text)

    /// <summary>A copy as an array.</summary>
    let to_bytes (buf: t) : byte array =
        let bytes = buf.ToArray()
        keep buf
        bytes

    /// <summary>
    /// The text that the bytes are in UTF-8, as <c>Lwt_io.read</c> reads them: bytes that are no UTF-8 pass, and
    /// <c>of_string</c> makes the same bytes of the text again.
    /// </summary>
    let to_string (buf: t) : string =
        let text = Primitives.DecodeText(Span.op_Implicit buf.Span)
        keep buf
        text

    let private copyTo (source: t) ofs1 (target: t) ofs2 len =
        source.Span.Slice(ofs1, len).CopyTo(target.Span.Slice(ofs2, len))
        keep source
        keep target

    let private checkedCopy call (source: t) ofs1 (target: t) ofs2 len =
        Bounds.check call source.Length ofs1 len
        Bounds.check call target.Length ofs2 len
        copyTo source ofs1 target ofs2 len

    /// <summary>
    /// Copies <paramref name="len"/> bytes of <paramref name="buf1"/> from <paramref name="ofs1"/> on to
    /// <paramref name="buf2"/> from <paramref name="ofs2"/> on. They may overlap.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">One of the parts is outside of its array.</exception>
    let blit (buf1: t) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit =
        checkedCopy "Lwt_bytes.blit" buf1 ofs1 buf2 ofs2 len

    /// <summary>As <c>blit</c>, from the bytes that a text is in UTF-8: offset and length count those.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">One of the parts is outside.</exception>
    let blit_from_string (text: string) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit =
        Null.check "Lwt_bytes.blit_from_string" (nameof text) text
        checkedCopy "Lwt_bytes.blit_from_string" (of_string text) ofs1 buf2 ofs2 len

    /// <summary>As <c>blit</c>, from an array.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">One of the parts is outside of its array.</exception>
    let blit_from_bytes (bytes: byte array) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit =
        Null.check "Lwt_bytes.blit_from_bytes" (nameof bytes) bytes
        checkedCopy "Lwt_bytes.blit_from_bytes" (Memory bytes) ofs1 buf2 ofs2 len

    /// <summary>As <c>blit</c>, to an array.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">One of the parts is outside of its array.</exception>
    let blit_to_bytes (buf1: t) (ofs1: int) (bytes: byte array) (ofs2: int) (len: int) : unit =
        Null.check "Lwt_bytes.blit_to_bytes" (nameof bytes) bytes
        checkedCopy "Lwt_bytes.blit_to_bytes" buf1 ofs1 (Memory bytes) ofs2 len

    // .NET checks all the same, but raises its own exception.

    /// <summary>As <c>blit</c>. Outside is <c>ArgumentOutOfRangeException</c>.</summary>
    let unsafe_blit (buf1: t) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit = copyTo buf1 ofs1 buf2 ofs2 len

    /// <summary>As <c>blit_from_bytes</c>. Outside is <c>ArgumentOutOfRangeException</c>.</summary>
    let unsafe_blit_from_bytes (bytes: byte array) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit =
        copyTo (Memory bytes) ofs1 buf2 ofs2 len

    /// <summary>As <c>blit_from_string</c>. Outside is <c>ArgumentOutOfRangeException</c>.</summary>
    let unsafe_blit_from_string (text: string) (ofs1: int) (buf2: t) (ofs2: int) (len: int) : unit =
        copyTo (of_string text) ofs1 buf2 ofs2 len

    /// <summary>As <c>blit_to_bytes</c>. Outside is <c>ArgumentOutOfRangeException</c>.</summary>
    let unsafe_blit_to_bytes (buf1: t) (ofs1: int) (bytes: byte array) (ofs2: int) (len: int) : unit =
        copyTo buf1 ofs1 (Memory bytes) ofs2 len

    /// <summary>A part, which shares its bytes with the whole.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside.</exception>
    let proxy (buf: t) (ofs: int) (len: int) : t =
        Bounds.check "Lwt_bytes.proxy" buf.Length ofs len
        buf.Slice(ofs, len)

    /// <summary>A copy of a part.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside.</exception>
    let extract (buf: t) (ofs: int) (len: int) : t =
        Bounds.check "Lwt_bytes.extract" buf.Length ofs len
        Memory(to_bytes (buf.Slice(ofs, len)))

    /// <summary>A copy.</summary>
    let copy (buf: t) : t = Memory(to_bytes buf)

    /// <summary>Sets all bytes of a part.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside, or the char is more than a byte.</exception>
    let fill (buf: t) (ofs: int) (len: int) (value: char) : unit =
        Bounds.check "Lwt_bytes.fill" buf.Length ofs len
        buf.Span.Slice(ofs, len).Fill(toByte "Lwt_bytes.fill" value)
        keep buf

    /// <summary>As <c>fill</c>. Outside is <c>ArgumentOutOfRangeException</c>.</summary>
    let unsafe_fill (buf: t) (ofs: int) (len: int) (value: char) : unit =
        buf.Span.Slice(ofs, len).Fill(byte value)
        keep buf

    let private checkPart (call: string) (fd: Lwt_unix.file_descr) (buf: t) ofs len =
        Null.check call (nameof fd) fd
        Bounds.check call buf.Length ofs len

    // What waits holds the memory itself; keep is for what is done at once.
    let private kept (buf: t) (p: 'a Lwt.t) : 'a Lwt.t =
        keep buf
        p

    /// <summary>As <c>Lwt_unix.read</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let read (fd: Lwt_unix.file_descr) (buf: t) (ofs: int) (len: int) : int Lwt.t =
        checkPart "Lwt_bytes.read" fd buf ofs len
        kept buf (fd.Read(buf.Slice(ofs, len)))

    /// <summary>As <c>Lwt_unix.write</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let write (fd: Lwt_unix.file_descr) (buf: t) (ofs: int) (len: int) : int Lwt.t =
        checkPart "Lwt_bytes.write" fd buf ofs len
        kept buf (fd.Write(readOnly (buf.Slice(ofs, len))))

    /// <summary>As <c>Lwt_unix.recv</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let recv (fd: Lwt_unix.file_descr) (buf: t) (ofs: int) (len: int) (flags: Unix.msg_flag list) : int Lwt.t =
        checkPart "Lwt_bytes.recv" fd buf ofs len
        kept buf (fd.Receive(buf.Slice(ofs, len), Sockets.flags flags))

    /// <summary>As <c>Lwt_unix.send</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let send (fd: Lwt_unix.file_descr) (buf: t) (ofs: int) (len: int) (flags: Unix.msg_flag list) : int Lwt.t =
        checkPart "Lwt_bytes.send" fd buf ofs len
        kept buf (fd.Send(readOnly (buf.Slice(ofs, len)), Sockets.flags flags))

    /// <summary>As <c>Lwt_unix.recvfrom</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let recvfrom
        (fd: Lwt_unix.file_descr)
        (buf: t)
        (ofs: int)
        (len: int)
        (flags: Unix.msg_flag list)
        : (int * Unix.sockaddr) Lwt.t =
        checkPart "Lwt_bytes.recvfrom" fd buf ofs len

        Lwt.map
            (fun (received: SocketReceiveFromResult) ->
                received.ReceivedBytes, Sockets.sockaddr received.RemoteEndPoint)
            (kept buf (fd.ReceiveFrom(buf.Slice(ofs, len), Sockets.flags flags)))

    /// <summary>As <c>Lwt_unix.sendto</c>.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside; raised at once.</exception>
    let sendto
        (fd: Lwt_unix.file_descr)
        (buf: t)
        (ofs: int)
        (len: int)
        (flags: Unix.msg_flag list)
        (address: Unix.sockaddr)
        : int Lwt.t =
        checkPart "Lwt_bytes.sendto" fd buf ofs len
        Null.check "Lwt_bytes.sendto" (nameof address) address

        Lwt.apply
            (fun address ->
                let bytes = readOnly (buf.Slice(ofs, len))
                kept buf (fd.SendTo(bytes, Sockets.endPoint "sendto" address, Sockets.flags flags)))
            address

    let private tryMapped (buf: t) : struct (MappedFile * int) voption =
        let mutable file = null
        let mutable start = 0
        let mutable count = 0

        if MemoryMarshal.TryGetMemoryManager<byte, MappedFile>(readOnly buf, &file, &start, &count) then
            ValueSome(struct (nonNull file, start))
        else
            ValueNone

    /// <summary>Whether the bytes are those of a mapped file.</summary>
    let mapped (buf: t) : bool = (tryMapped buf).IsSome

    let private ofMappedFile call (buf: t) =
        match tryMapped buf with
        | ValueSome file -> file
        | ValueNone ->
            raise (
                InvalidArgumentException $"{call}: the bytes are not those of a mapped file. Use Lwt_bytes.map_file."
            )

    /// <summary>How a mapped file will be used: see madvise of Linux.</summary>
    type advice =
        /// As any memory.
        | MADV_NORMAL
        /// Here and there.
        | MADV_RANDOM
        /// From its start to its end.
        | MADV_SEQUENTIAL
        /// Soon.
        | MADV_WILLNEED
        /// Not soon. What was written to a part that is not shared is lost.
        | MADV_DONTNEED
        /// Pages may be merged with others of the same contents.
        | MADV_MERGEABLE
        /// Pages may not be merged.
        | MADV_UNMERGEABLE
        /// Large pages may be used.
        | MADV_HUGEPAGE
        /// Large pages may not be used.
        | MADV_NOHUGEPAGE

    let private ofAdvice advice =
        match advice with
        | MADV_NORMAL -> MappedFileAdvice.Normal
        | MADV_RANDOM -> MappedFileAdvice.Random
        | MADV_SEQUENTIAL -> MappedFileAdvice.Sequential
        | MADV_WILLNEED -> MappedFileAdvice.WillNeed
        | MADV_DONTNEED -> MappedFileAdvice.DontNeed
        | MADV_MERGEABLE -> MappedFileAdvice.Mergeable
        | MADV_UNMERGEABLE -> MappedFileAdvice.Unmergeable
        | MADV_HUGEPAGE -> MappedFileAdvice.HugePages
        | MADV_NOHUGEPAGE -> MappedFileAdvice.NoHugePages

    /// <summary>
    /// Advises the system how a part of a mapped file will be used. A part that does not begin a page is EINVAL. Linux;
    /// elsewhere it does nothing.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The part is outside, or of no mapped file.</exception>
    let madvise (buf: t) (ofs: int) (len: int) (advice: advice) : unit =
        Bounds.check "Lwt_bytes.madvise" buf.Length ofs len
        let struct (file, start) = ofMappedFile "Lwt_bytes.madvise" buf
        file.Advise(start + ofs, len, ofAdvice advice)

    /// <summary>The size of the system's pages.</summary>
    let page_size: int = Environment.SystemPageSize

    let private pagesOf call (buf: t) ofs (states: bool array) =
        if
            ofs < 0
            || ofs % page_size <> 0
            || buf.Length - ofs < (states.Length - 1) * page_size + 1
        then
            raise (
                InvalidArgumentException
                    $"{call}: offset {ofs} must be a multiple of page_size, {page_size}, and {states.Length} pages from there must be within {buf.Length} bytes."
            )

        let struct (file, start) = ofMappedFile call buf

        if start % page_size <> 0 then
            raise (InvalidArgumentException $"{call}: the part of the mapped file does not begin a page.")

        file.AreResident(start + ofs, states.AsSpan())

    /// <summary>
    /// Sets, for each page of a mapped file from an offset on, whether it is in RAM. Linux; elsewhere all pages count as in
    /// RAM.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">
    /// The offset is no multiple of <c>page_size</c>, the pages are outside, or of no mapped file.
    /// </exception>
    let mincore (buf: t) (ofs: int) (states: bool array) : unit =
        Null.check "Lwt_bytes.mincore" (nameof states) states
        pagesOf "Lwt_bytes.mincore" buf ofs states

    /// <summary>
    /// Fulfilled once the page of a byte of a mapped file is in RAM; the thread pool reads it from the disk if it is not.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The offset is outside, or of no mapped file.</exception>
    let wait_mincore (buf: t) (ofs: int) : unit Lwt.t =
        checkIndex "Lwt_bytes.wait_mincore" buf ofs
        let struct (file, start) = ofMappedFile "Lwt_bytes.wait_mincore" buf
        let p = file.WaitUntilResident(start + ofs)

        if p.IsFulfilled then
            Lwt.return_unit
        else
            Lwt.map (fun (_: Lwt.Core.Unit) -> ()) (p.AsUnit())

/// <summary>The function of <c>Lwt_bytes</c> that has optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_bytes =

    /// <summary>
    /// Maps a file from <paramref name="pos"/> on, or a part of <paramref name="size"/> bytes: the rest of the file if that is
    /// left out. What is written to a <paramref name="shared"/> mapping goes to the file, which grows if the part ends after
    /// it; otherwise it stays here. The file can be closed then.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">
    /// The part is outside of the file, or longer than 2 GB: give a size then, and map the file part by part.
    /// </exception>
    /// <exception cref="T:System.UnauthorizedAccessException">The file is not open for writing, and is to be shared.</exception>
    /// <example>
    /// <code>
    /// use file = System.IO.File.OpenHandle path
    /// let bytes = Lwt_bytes.map_file (file, shared = false)
    /// let text = Lwt_bytes.to_string bytes
    /// </code>
    /// </example>
    static member map_file(fd: Unix.file_descr, shared: bool, ?pos: int64, ?size: int) : Lwt_bytes.t =
        Null.check "Lwt_bytes.map_file" (nameof fd) fd

        // OCaml's -1 is no size.
        let length =
            match size with
            | Some size when size <> -1 -> Nullable size
            | _ -> Nullable()

        try
            MappedFile.Map(fd, defaultArg pos 0L, length, shared).Memory
        with :? ArgumentOutOfRangeException as e ->
            raise (InvalidArgumentException $"Lwt_bytes.map_file: {e.Message}")
