namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.Net
open System.Net.Sockets
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Time, sockets, pipes and files: OCaml's <c>Lwt_unix</c>, as far as it concerns them. Seconds are floats and offsets and
/// lengths come after the bytes, as in OCaml. What fails is recognised by <c>Unix.Unix_error</c>; on a descriptor that is
/// closed, it is EBADF. A function that returns a promise rejects it, where OCaml's raises EBADF and some other errors at once.
/// </summary>
/// <remarks>
/// <para>
/// An operation on a socket or a pipe is tried at once. Where it has to wait, its promise can be cancelled, which leaves the
/// bytes to the next, and callbacks run in the loop's dispatch of I/O. Those of one direction are served in the order in which
/// they were called.
/// </para>
/// <para>
/// A call on a file runs on a thread of the loop's pool, and its callbacks on the loop; a read that RAM can answer is done at
/// once. It can be cancelled while it waits for a thread, not once it runs: until its promise is resolved it may use the bytes
/// that it was given. Calls that use the position of a file run one at a time, in the order in which they were called.
/// </para>
/// <para>
/// Names of files are text, UTF-8 on Linux. A byte of a name that is no UTF-8 is read as a lone surrogate, and stands for that
/// byte again when the name is given to a function here.
/// </para>
/// </remarks>
module Lwt_unix =

    let private elapsed () =
        let clock = EventLoop.Current.Clock
        float (clock.GetTimestamp()) / float clock.TimestampFrequency

    /// <summary>
    /// Returns a promise that is fulfilled once <paramref name="seconds"/> seconds have passed on the loop's clock, and
    /// never earlier. With zero or less it is fulfilled in the next iteration of the loop, with infinity never.
    /// Cancelling the promise rejects it and removes the timer.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    /// <example>
    /// <code>
    /// lwt {
    ///     do! Lwt_unix.sleep 0.5
    ///     return "half a second later"
    /// }
    /// </code>
    /// </example>
    let sleep (seconds: float) : unit Lwt.t = Primitives.Sleep<unit> seconds

    /// <summary>The same as <c>Lwt.pause</c>, by its old name. (<c>yield</c> is a keyword of F#.)</summary>
    let yield' () : unit Lwt.t = Lwt.pause ()

    /// <summary>
    /// Returns a function to call again and again in a long computation. It returns <c>Lwt.pause ()</c> if at least
    /// <paramref name="seconds"/> seconds have passed since it was made or last paused, and otherwise a promise that is
    /// already fulfilled.
    /// </summary>
    let auto_pause (seconds: float) : unit -> unit Lwt.t =
        let mutable last = elapsed ()

        fun () ->
            let now = elapsed ()

            if now - last >= seconds then
                last <- now
                Lwt.pause ()
            else
                Lwt.return_unit

    /// <summary>The same as <c>auto_pause</c>, by its old name.</summary>
    let auto_yield (seconds: float) : unit -> unit Lwt.t = auto_pause seconds

    /// <summary>The exception that an operation which takes too long is rejected with, to be raised.</summary>
    let Timeout: exn = PromiseTimeoutException()

    /// <summary>Matches the exception of a timeout: any <c>TimeoutException</c>.</summary>
    [<return: Struct>]
    let (|Timeout|_|) (e: exn) =
        match e with
        | :? TimeoutException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Returns a promise that is rejected with <c>Timeout</c> once <paramref name="seconds"/> seconds have passed. Like
    /// a sleep, it can be cancelled.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    let timeout<'a> (seconds: float) : 'a Lwt.t =
        Lwt.bind (sleep seconds) (fun () ->
            Lwt.fail (PromiseTimeoutException $"The operation did not end within {seconds} s."))

    /// <summary>
    /// Calls <paramref name="f"/> at once and returns a promise that is resolved as that of f, unless
    /// <paramref name="seconds"/> seconds pass before: then the promise of f is cancelled, and the result is rejected
    /// with <c>Timeout</c>. An exception that f raises rejects the result.
    /// </summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is NaN.</exception>
    /// <example>
    /// <code>
    /// lwt {
    ///     try
    ///         let! page = Lwt_unix.with_timeout 2.0 (fun () -&gt; fetch "slow")
    ///         return Some page
    ///     with Lwt_unix.Timeout -&gt;
    ///         return None
    /// }
    /// </code>
    /// </example>
    let with_timeout (seconds: float) (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_unix.with_timeout" (nameof f) f
        Lwt.pick [ timeout seconds; Lwt.apply f () ]

    /// <summary>
    /// A socket, an end of a pipe or a file, of the loop of this thread. It never blocks the loop, and no process that is
    /// started inherits it (see <c>clear_close_on_exec</c>).
    /// </summary>
    type file_descr = Port

    /// <summary>What can be done with a descriptor.</summary>
    type state =
        /// All.
        | Opened
        /// Nothing.
        | Closed
        /// To close it. All else fails with the exception.
        | Aborted of exn

    /// <summary>The state of a descriptor.</summary>
    let state (fd: file_descr) : state =
        Null.check "Lwt_unix.state" (nameof fd) fd

        if fd.IsClosed then
            Closed
        else
            match fd.AbortReason with
            | null -> Opened
            | reason -> Aborted reason

    /// <summary>
    /// A descriptor as others of .NET use it, such as <c>Lwt_bytes.map_file</c>. It is the loop's all the same: do not close it,
    /// and do not read or write by way of it what operations here read or write.
    /// </summary>
    /// <exception cref="T:System.NotSupportedException">The loop's engine has no descriptors.</exception>
    let unix_file_descr (fd: file_descr) : Unix.file_descr =
        Null.check "Lwt_unix.unix_file_descr" (nameof fd) fd
        Primitives.HandleOf fd

    /// <summary>
    /// Takes a descriptor over that is open already: closing the result closes it. The loop's engine waits for what it can wait
    /// for, such as a pipe, which does not block from here on; calls on the rest are on threads of the loop's pool.
    /// </summary>
    let of_unix_file_descr (fd: Unix.file_descr) : file_descr =
        Null.check "Lwt_unix.of_unix_file_descr" (nameof fd) fd
        Primitives.TakeHandle fd

    /// <summary>
    /// Takes a socket of .NET over: the descriptor is used instead of it from here on, and closing that closes it. (Not in
    /// OCaml's Lwt, where a socket is a descriptor as any other.)
    /// </summary>
    let of_socket (socket: Socket) : file_descr =
        Null.check "Lwt_unix.of_socket" (nameof socket) socket
        EventLoop.Current.Ports.Of socket

    /// <summary>
    /// Whether calls on a descriptor may block, and so run on threads: true for files and the like, false for what the loop's
    /// engine waits for.
    /// </summary>
    let blocking (fd: file_descr) : bool Lwt.t =
        Null.check "Lwt_unix.blocking" (nameof fd) fd
        Lwt.return' (fd :? FilePort)

    /// <summary>
    /// Does nothing where it holds already, and nothing for false on a file: its calls stay on threads. What the engine waits
    /// for cannot be made to block.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">It is true, of a descriptor that the engine waits for.</exception>
    let set_blocking (fd: file_descr) (blocking: bool) : unit =
        Null.check "Lwt_unix.set_blocking" (nameof fd) fd

        if blocking && not (fd :? FilePort) then
            raise (
                InvalidArgumentException
                    "Lwt_unix.set_blocking: a descriptor that the loop's engine waits for cannot block. Use pipe_in or pipe_out for an end that does."
            )

    /// <summary>
    /// Rejects the operations that wait, and all later ones, with an exception; the descriptor can only be closed then, or
    /// aborted again. Callbacks run before this returns. On a descriptor that is closed it does nothing.
    /// </summary>
    let abort (fd: file_descr) (e: exn) : unit =
        Null.check "Lwt_unix.abort" (nameof fd) fd
        Null.check "Lwt_unix.abort" (nameof e) e
        fd.Abort e

    /// <summary>
    /// Closes a descriptor. Operations that wait are rejected with EBADF; their callbacks run before this returns. Calls on a
    /// file that run go on, and it stays open until they have ended. Closing it again rejects with EBADF.
    /// </summary>
    let close (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.close" (nameof fd) fd

        if fd.IsClosed then
            Lwt.fail (Unix.Unix_error(Unix.EBADF, "close", fd.Description))
        else
            Primitives.ClosePort<unit> fd

    // Of the core's promise without a value.
    let private toUnit (p: Promise) : unit Lwt.t =
        if p.IsFulfilled then
            Lwt.return_unit
        else
            Lwt.map (fun (_: Lwt.Core.Unit) -> ()) (p.AsUnit())

    let private checkBounds (call: string) (buf: byte array) (ofs: int) (len: int) : unit =
        Null.check call (nameof buf) buf

        Bounds.check call buf.Length ofs len

    /// <summary>
    /// Reads what is there, at most <paramref name="len"/> bytes, into <paramref name="buf"/> from <paramref name="ofs"/> on,
    /// and returns how many; waits if nothing is there. Zero is the end. The bytes are written when the promise is fulfilled.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let read (fd: file_descr) (buf: byte array) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_unix.read" (nameof fd) fd
        checkBounds "Lwt_unix.read" buf ofs len
        fd.Read(Memory(buf, ofs, len))

    /// <summary>
    /// Writes as much as the system takes, at most <paramref name="len"/> bytes, and returns how many; waits while it takes
    /// none. Do not change the bytes before the promise is resolved. A peer that is gone is EPIPE or ECONNRESET.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let write (fd: file_descr) (buf: byte array) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_unix.write" (nameof fd) fd
        checkBounds "Lwt_unix.write" buf ofs len
        fd.Write(ReadOnlyMemory(buf, ofs, len))

    /// <summary>Sequences of slices of buffers, for <c>readv</c> and <c>writev</c>.</summary>
    module IO_vectors =

        /// <summary>A sequence of slices, which can grow at its end and lose bytes at its start.</summary>
        [<Sealed; AllowNullLiteral>]
        type t internal () =
            member val internal Slices = LinkedList<Memory<byte>>()

        /// <summary>Returns an empty sequence.</summary>
        let create () : t = t ()

        /// <summary>
        /// Appends a slice: the <paramref name="len"/> bytes of <paramref name="buf"/> from <paramref name="ofs"/> on. The
        /// bytes are not copied.
        /// </summary>
        /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The slice is not within the buffer. (OCaml's finds that out in the call that uses it.)</exception>
        let append_bytes (vectors: t) (buf: byte array) (ofs: int) (len: int) : unit =
            Null.check "Lwt_unix.IO_vectors.append_bytes" (nameof vectors) vectors
            checkBounds "Lwt_unix.IO_vectors.append_bytes" buf ofs len
            vectors.Slices.AddLast(Memory(buf, ofs, len)) |> ignore

        /// <summary>As <c>append_bytes</c>, of a <c>Lwt_bytes.t</c>.</summary>
        /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The slice is not within the buffer.</exception>
        let append_bigarray (vectors: t) (buf: Memory<byte>) (ofs: int) (len: int) : unit =
            Null.check "Lwt_unix.IO_vectors.append_bigarray" (nameof vectors) vectors
            Bounds.check "Lwt_unix.IO_vectors.append_bigarray" buf.Length ofs len
            vectors.Slices.AddLast(buf.Slice(ofs, len)) |> ignore

        /// <summary>
        /// Removes the first <paramref name="count"/> bytes, such as those that <c>writev</c> has written; all, if there are
        /// fewer, and none if the number is negative.
        /// </summary>
        let drop (vectors: t) (count: int) : unit =
            Null.check "Lwt_unix.IO_vectors.drop" (nameof vectors) vectors

            let rec from count =
                match vectors.Slices.First with
                | null -> ()
                | first when first.Value.Length <= count ->
                    vectors.Slices.RemoveFirst()
                    from (count - first.Value.Length)
                | first when count > 0 -> first.Value <- first.Value.Slice count
                | _ -> ()

            from count

        /// <summary>Whether the sequence has no bytes.</summary>
        let is_empty (vectors: t) : bool =
            Null.check "Lwt_unix.IO_vectors.is_empty" (nameof vectors) vectors
            Seq.forall (fun (slice: Memory<byte>) -> slice.IsEmpty) vectors.Slices

        /// <summary>How many bytes the slices have together.</summary>
        let byte_count (vectors: t) : int =
            Null.check "Lwt_unix.IO_vectors.byte_count" (nameof vectors) vectors
            Seq.fold (fun sum (slice: Memory<byte>) -> sum + slice.Length) 0 vectors.Slices

        /// <summary>How many slices <c>readv</c> and <c>writev</c> use in one call; the empty ones do not count.</summary>
        let system_limit: int option = Some 1024

    // As they are when the call is made: changing the sequence while the call waits changes the next call.
    let private slices (vectors: IO_vectors.t) =
        vectors.Slices
        |> Seq.filter (fun slice -> not slice.IsEmpty)
        |> Seq.truncate IO_vectors.system_limit.Value

    /// <summary>
    /// As <c>read</c>, into several buffers, each filled before the next, in one system call. With no room it returns zero at
    /// once.
    /// </summary>
    let readv (fd: file_descr) (vectors: IO_vectors.t) : int Lwt.t =
        Null.check "Lwt_unix.readv" (nameof fd) fd
        Null.check "Lwt_unix.readv" (nameof vectors) vectors
        fd.Read(Seq.toArray (slices vectors))

    /// <summary>
    /// As <c>write</c>, from several buffers, in one system call. Call <c>IO_vectors.drop</c> with the result, and write
    /// again, until nothing is left.
    /// </summary>
    let writev (fd: file_descr) (vectors: IO_vectors.t) : int Lwt.t =
        Null.check "Lwt_unix.writev" (nameof fd) fd
        Null.check "Lwt_unix.writev" (nameof vectors) vectors

        fd.Write(
            [|
                for slice in slices vectors -> Memory<byte>.op_Implicit slice: ReadOnlyMemory<byte>
            |]
        )

    /// <summary>How to open a file: values for <c>openfile</c>. As patterns, take the cases of <c>Unix.open_flag</c>.</summary>
    type open_flag = Unix.open_flag

    /// <summary>The permissions of a file: <c>0o644</c>.</summary>
    type file_perm = Unix.file_perm

    /// <summary>
    /// Opens a file. The permissions are those of one that is made, less what the umask of the process takes away. Opening a
    /// pipe by its name waits for the other side, which cannot be cancelled; with <c>O_NONBLOCK</c> it does not wait.
    /// </summary>
    /// <example>
    /// <code>
    /// let append name (line: byte array) =
    ///     lwt {
    ///         let! fd = Lwt_unix.openfile name [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_APPEND ] 0o644
    ///         let! _ = Lwt_unix.write fd line 0 line.Length
    ///         do! Lwt_unix.close fd
    ///     }
    /// </code>
    /// </example>
    let openfile (name: string) (flags: open_flag list) (perm: file_perm) : file_descr Lwt.t =
        Null.check "Lwt_unix.openfile" (nameof name) name
        Null.check "Lwt_unix.openfile" (nameof flags) flags
        Files.openFile name flags perm

    /// <summary>As <c>read</c>, from an offset of the file on; its position stays. A pipe or a socket is ESPIPE.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let pread (fd: file_descr) (buf: byte array) (file_offset: int64) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_unix.pread" (nameof fd) fd
        checkBounds "Lwt_unix.pread" buf ofs len
        Files.at "pread" fd file_offset (fun file -> file.ReadAt(Memory(buf, ofs, len), file_offset))

    /// <summary>
    /// As <c>write</c>, from an offset of the file on; its position stays. A pipe or a socket is ESPIPE. A file that was opened
    /// with <c>O_APPEND</c> appends all the same, on Linux.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let pwrite (fd: file_descr) (buf: byte array) (file_offset: int64) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_unix.pwrite" (nameof fd) fd
        checkBounds "Lwt_unix.pwrite" buf ofs len
        Files.at "pwrite" fd file_offset (fun file -> file.WriteAt(ReadOnlyMemory(buf, ofs, len), file_offset))

    /// <summary>What an offset counts from: a value for <c>lseek</c>.</summary>
    type seek_command = Unix.seek_command

    /// <summary>
    /// Moves the position of a file, and returns where it is then. A place before the start is EINVAL, a pipe or a socket
    /// ESPIPE, a result of 2 GB or more EOVERFLOW: see <c>LargeFile.lseek</c>.
    /// </summary>
    let lseek (fd: file_descr) (offset: int) (command: seek_command) : int Lwt.t =
        Null.check "Lwt_unix.lseek" (nameof fd) fd

        Files.onFile "lseek" Unix.ESPIPE fd (fun file ->
            Lwt.map (Files.small "lseek" file.Name) (file.Seek(int64 offset, Files.origin command)))

    /// <summary>Cuts a file off at a length, or adds zeros to it.</summary>
    let truncate (name: string) (length: int) : unit Lwt.t =
        Null.check "Lwt_unix.truncate" (nameof name) name
        Primitives.SetLength<unit>(name, int64 length)

    /// <summary>As <c>truncate</c>, of an open file.</summary>
    let ftruncate (fd: file_descr) (length: int) : unit Lwt.t =
        Null.check "Lwt_unix.ftruncate" (nameof fd) fd
        Primitives.SetLength<unit>(fd, int64 length)

    /// <summary>Has the disk take what was written to a file by calls before, and what is known of it.</summary>
    let fsync (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.fsync" (nameof fd) fd
        Primitives.FlushToDisk<unit>(fd, false)

    /// <summary>As <c>fsync</c>; times and the like may come later.</summary>
    let fdatasync (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.fdatasync" (nameof fd) fd
        Primitives.FlushToDisk<unit>(fd, true)

    /// <summary>What a name of the file system stands for.</summary>
    type file_kind = Unix.file_kind

    /// <summary>What the file system knows of a file.</summary>
    type stats = Unix.stats

    /// <summary>What the file system knows of a file, or of what a link leads to. One of 2 GB or more is EOVERFLOW.</summary>
    let stat (name: string) : stats Lwt.t =
        Null.check "Lwt_unix.stat" (nameof name) name
        Lwt.map (Files.stats "stat" name) (Primitives.GetStatus(name, true))

    /// <summary>As <c>stat</c>, of a link itself.</summary>
    let lstat (name: string) : stats Lwt.t =
        Null.check "Lwt_unix.lstat" (nameof name) name
        Lwt.map (Files.stats "lstat" name) (Primitives.GetStatus(name, false))

    /// <summary>As <c>stat</c>, of what a descriptor stands for.</summary>
    let fstat (fd: file_descr) : stats Lwt.t =
        Null.check "Lwt_unix.fstat" (nameof fd) fd
        Lwt.map (Files.stats "fstat" fd.Description) (Primitives.GetStatus fd)

    /// <summary>Whether there is such a file or directory; a link that leads nowhere is none.</summary>
    let file_exists (name: string) : bool Lwt.t =
        Null.check "Lwt_unix.file_exists" (nameof name) name
        Primitives.FileExists name

    /// <summary>
    /// Sets the times at which a file was last read and last changed, in seconds since 1970; both are now if both are zero.
    /// </summary>
    let utimes (name: string) (atime: float) (mtime: float) : unit Lwt.t =
        Null.check "Lwt_unix.utimes" (nameof name) name

        if atime = 0.0 && mtime = 0.0 then
            Primitives.SetTimes<unit>(name, Nullable(), Nullable())
        else
            Primitives.SetTimes<unit>(name, Nullable atime, Nullable mtime)

    /// <summary>The functions on lengths and offsets, for files of any size.</summary>
    module LargeFile =

        /// <summary>As <c>Unix.stats</c>, of a file of any size.</summary>
        type stats = Unix.LargeFile.stats

        /// <summary>As <c>Lwt_unix.lseek</c>.</summary>
        let lseek (fd: file_descr) (offset: int64) (command: seek_command) : int64 Lwt.t =
            Null.check "Lwt_unix.LargeFile.lseek" (nameof fd) fd
            Files.onFile "lseek" Unix.ESPIPE fd (fun file -> file.Seek(offset, Files.origin command))

        /// <summary>As <c>Lwt_unix.truncate</c>.</summary>
        let truncate (name: string) (length: int64) : unit Lwt.t =
            Null.check "Lwt_unix.LargeFile.truncate" (nameof name) name
            Primitives.SetLength<unit>(name, length)

        /// <summary>As <c>Lwt_unix.ftruncate</c>.</summary>
        let ftruncate (fd: file_descr) (length: int64) : unit Lwt.t =
            Null.check "Lwt_unix.LargeFile.ftruncate" (nameof fd) fd
            Primitives.SetLength<unit>(fd, length)

        /// <summary>As <c>Lwt_unix.stat</c>.</summary>
        let stat (name: string) : stats Lwt.t =
            Null.check "Lwt_unix.LargeFile.stat" (nameof name) name
            Lwt.map Files.largeStats (Primitives.GetStatus(name, true))

        /// <summary>As <c>Lwt_unix.lstat</c>.</summary>
        let lstat (name: string) : stats Lwt.t =
            Null.check "Lwt_unix.LargeFile.lstat" (nameof name) name
            Lwt.map Files.largeStats (Primitives.GetStatus(name, false))

        /// <summary>As <c>Lwt_unix.fstat</c>.</summary>
        let fstat (fd: file_descr) : stats Lwt.t =
            Null.check "Lwt_unix.LargeFile.fstat" (nameof fd) fd
            Lwt.map Files.largeStats (Primitives.GetStatus fd)

        /// <summary>As <c>Lwt_unix.file_exists</c>.</summary>
        let file_exists (name: string) : bool Lwt.t =
            Null.check "Lwt_unix.LargeFile.file_exists" (nameof name) name
            Primitives.FileExists name

    /// <summary>Removes a name of a file; the file goes with its last name, once nobody has it open.</summary>
    let unlink (name: string) : unit Lwt.t =
        Null.check "Lwt_unix.unlink" (nameof name) name
        Primitives.Unlink<unit> name

    /// <summary>Gives a file another name; what has that name is replaced, at once.</summary>
    let rename (name: string) (new_name: string) : unit Lwt.t =
        Null.check "Lwt_unix.rename" (nameof name) name
        Null.check "Lwt_unix.rename" (nameof new_name) new_name
        Primitives.Rename<unit>(name, new_name)

    /// <summary>Gives a file one more name. Linux.</summary>
    let link (name: string) (new_name: string) : unit Lwt.t =
        Null.check "Lwt_unix.link" (nameof name) name
        Null.check "Lwt_unix.link" (nameof new_name) new_name
        Primitives.Link<unit>(name, new_name)

    /// <summary>Changes who may do what with a file.</summary>
    let chmod (name: string) (perm: file_perm) : unit Lwt.t =
        Null.check "Lwt_unix.chmod" (nameof name) name
        Primitives.ChangeMode<unit>(name, perm)

    /// <summary>As <c>chmod</c>, of an open file.</summary>
    let fchmod (fd: file_descr) (perm: file_perm) : unit Lwt.t =
        Null.check "Lwt_unix.fchmod" (nameof fd) fd
        Primitives.ChangeMode<unit>(fd, perm)

    /// <summary>Changes the user and the group that own a file; -1 leaves one as it is. Linux.</summary>
    let chown (name: string) (uid: int) (gid: int) : unit Lwt.t =
        Null.check "Lwt_unix.chown" (nameof name) name
        Primitives.ChangeOwner<unit>(name, uid, gid)

    /// <summary>As <c>chown</c>, of an open file.</summary>
    let fchown (fd: file_descr) (uid: int) (gid: int) : unit Lwt.t =
        Null.check "Lwt_unix.fchown" (nameof fd) fd
        Primitives.ChangeOwner<unit>(fd, uid, gid)

    /// <summary>What a process may do with a file: a value for <c>access</c>.</summary>
    type access_permission = Unix.access_permission

    /// <summary>Rejects unless this process, by its real user, may do all of it: EACCES, or ENOENT if there is no such file.</summary>
    let access (name: string) (permissions: access_permission list) : unit Lwt.t =
        Null.check "Lwt_unix.access" (nameof name) name
        Null.check "Lwt_unix.access" (nameof permissions) permissions
        Primitives.CheckAccess<unit>(name, Files.access permissions)

    /// <summary>Another descriptor of the same thing; a file's position is shared. Linux.</summary>
    let dup (fd: file_descr) : file_descr =
        Null.check "Lwt_unix.dup" (nameof fd) fd
        Primitives.Duplicate fd

    /// <summary>Makes a directory, which must not exist yet, in one that does.</summary>
    let mkdir (name: string) (perm: file_perm) : unit Lwt.t =
        Null.check "Lwt_unix.mkdir" (nameof name) name
        Primitives.MakeDirectory<unit>(name, perm)

    /// <summary>Removes an empty directory.</summary>
    let rmdir (name: string) : unit Lwt.t =
        Null.check "Lwt_unix.rmdir" (nameof name) name
        Primitives.RemoveDirectory<unit> name

    /// <summary>Changes the current directory of the process, on all threads.</summary>
    let chdir (name: string) : unit Lwt.t =
        Null.check "Lwt_unix.chdir" (nameof name) name
        Primitives.ChangeDirectory<unit> name

    /// <summary>The current directory of the process.</summary>
    let getcwd () : string Lwt.t = Primitives.CurrentDirectory()

    /// <summary>Changes the directory that the names of the process begin in. Linux, for the superuser.</summary>
    let chroot (name: string) : unit Lwt.t =
        Null.check "Lwt_unix.chroot" (nameof name) name
        Primitives.ChangeRoot<unit> name

    /// <summary>A directory that is open to be read.</summary>
    type dir_handle = Unix.dir_handle

    /// <summary>Opens a directory, to be read.</summary>
    let opendir (name: string) : dir_handle Lwt.t =
        Null.check "Lwt_unix.opendir" (nameof name) name
        DirectoryReader.Open name

    /// <summary>
    /// The name of the next entry, "." and ".." among them; rejected with <c>End_of_file</c> after the last. Some hundred are
    /// read at a time.
    /// </summary>
    let readdir (handle: dir_handle) : string Lwt.t =
        Null.check "Lwt_unix.readdir" (nameof handle) handle

        Lwt.map
            (fun (entry: DirectoryEntry | null) ->
                match entry with
                | null -> raise (EndOfFileException "Lwt_unix.readdir: the directory has no more entries.")
                | entry -> entry.Name)
            (handle.Next "Lwt_unix.readdir")

    /// <summary>The names of the next entries, at most so many; none after the last.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">By the promise: the number is negative.</exception>
    let readdir_n (handle: dir_handle) (count: int) : string array Lwt.t =
        Null.check "Lwt_unix.readdir_n" (nameof handle) handle

        if count < 0 then
            Lwt.fail (InvalidArgumentException "Lwt_unix.readdir_n")
        else
            Lwt.map (Array.map (fun (entry: DirectoryEntry) -> entry.Name)) (handle.Next("Lwt_unix.readdir_n", count))

    /// <summary>Begins anew with the first entry.</summary>
    let rewinddir (handle: dir_handle) : unit Lwt.t =
        Null.check "Lwt_unix.rewinddir" (nameof handle) handle
        toUnit (handle.Rewind "Lwt_unix.rewinddir")

    /// <summary>Closes a directory; again, it is EBADF.</summary>
    let closedir (handle: dir_handle) : unit Lwt.t =
        Null.check "Lwt_unix.closedir" (nameof handle) handle

        if handle.IsClosed then
            Lwt.fail (Unix.Unix_error(Unix.EBADF, "Lwt_unix.closedir", ""))
        else
            handle.Dispose()
            Lwt.return_unit

    /// <summary>
    /// The names of a directory's entries, "." and ".." among them, read as the stream is read. The directory is open until the
    /// stream ends.
    /// </summary>
    let files_of_directory (path: string) : PromiseStream<string> =
        Null.check "Lwt_unix.files_of_directory" (nameof path) path

        PromiseStream.OfAsyncEnumerable(Primitives.EntriesOf(path, true)).Map(fun (entry: DirectoryEntry) -> entry.Name)

    /// <summary>Makes a pipe with a name. Linux.</summary>
    let mkfifo (name: string) (perm: file_perm) : unit Lwt.t =
        Null.check "Lwt_unix.mkfifo" (nameof name) name
        Primitives.MakeFifo<unit>(name, perm)

    /// <summary>
    /// Makes a link of the name <paramref name="name"/> that leads to <paramref name="target"/>. On Windows links to a
    /// directory are a kind of their own: it looks which it is.
    /// </summary>
    let symlink (target: string) (name: string) : unit Lwt.t =
        Null.check "Lwt_unix.symlink" (nameof target) target
        Null.check "Lwt_unix.symlink" (nameof name) name
        Primitives.SymbolicLink<unit>(target, name, Nullable())

    /// <summary>What a link leads to; EINVAL if the name is that of no link.</summary>
    let readlink (name: string) : string Lwt.t =
        Null.check "Lwt_unix.readlink" (nameof name) name
        Primitives.ReadLink name

    /// <summary>What to do with a lock: a value for <c>lockf</c>.</summary>
    type lock_command = Unix.lock_command

    /// <summary>
    /// Locks so many bytes of a file from its position on, or lets them go; of a negative number, those before it; of zero, all
    /// that follow. A lock holds against other processes that ask for one, until the process closes the file, by whatever
    /// descriptor. <c>F_LOCK</c> and <c>F_RLOCK</c> wait on a thread, and cannot be cancelled. Linux.
    /// </summary>
    let lockf (fd: file_descr) (command: lock_command) (length: int) : unit Lwt.t =
        Null.check "Lwt_unix.lockf" (nameof fd) fd
        Files.onFile "lockf" Unix.EINVAL fd (fun file -> Files.lockf file command (int64 length))

    /// <summary>Whether a read would not wait now.</summary>
    let readable (fd: file_descr) : bool =
        Null.check "Lwt_unix.readable" (nameof fd) fd
        fd.IsReadable

    /// <summary>Whether a write would not wait now.</summary>
    let writable (fd: file_descr) : bool =
        Null.check "Lwt_unix.writable" (nameof fd) fd
        fd.IsWritable

    /// <summary>A cancelable promise fulfilled when a read would not wait.</summary>
    let wait_read (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.wait_read" (nameof fd) fd
        toUnit (fd.Readable())

    /// <summary>A cancelable promise fulfilled when a write would not wait.</summary>
    let wait_write (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.wait_write" (nameof fd) fd
        toUnit (fd.Writable())

    /// <summary>Raised by an action that has to be tried again once the descriptor is readable or writable.</summary>
    exception Retry

    /// <summary>Raised by an action that has to be tried again once the descriptor is readable.</summary>
    exception Retry_read

    /// <summary>Raised by an action that has to be tried again once the descriptor is writable.</summary>
    exception Retry_write

    /// <summary>What an action on a descriptor waits for.</summary>
    type io_event =
        /// <summary>Until it is readable.</summary>
        | Read
        /// <summary>Until it is writable.</summary>
        | Write

    /// <summary>Raises <c>Unix_error (EBADF, "check_descriptor", "")</c>, or the reason of an abort, unless the descriptor is open.</summary>
    let check_descriptor (fd: file_descr) : unit =
        Null.check "Lwt_unix.check_descriptor" (nameof fd) fd

        match state fd with
        | Opened -> ()
        | Closed -> raise (Unix.Unix_error(Unix.EBADF, "check_descriptor", ""))
        | Aborted reason -> raise reason

    /// <summary>
    /// Calls <paramref name="action"/> when the descriptor is ready, and again as long as it raises <c>Retry</c> and the like,
    /// or <c>Unix_error</c> with EAGAIN, EWOULDBLOCK or EINTR. Cancelling the promise ends that.
    /// </summary>
    let rec register_action (event: io_event) (fd: file_descr) (action: unit -> 'a) : 'a Lwt.t =
        Null.check "Lwt_unix.register_action" (nameof fd) fd
        Null.check "Lwt_unix.register_action" (nameof action) action

        let ready =
            match event with
            | Read -> fd.Readable()
            | Write -> fd.Writable()

        Lwt.bind (toUnit ready) (fun () -> wrap_syscall event fd action)

    /// <summary>
    /// Calls <paramref name="action"/> at once; if that cannot go without waiting, as <c>register_action</c> tells, again when the
    /// descriptor is ready. What the action raises otherwise rejects the promise.
    /// </summary>
    and wrap_syscall (event: io_event) (fd: file_descr) (action: unit -> 'a) : 'a Lwt.t =
        Null.check "Lwt_unix.wrap_syscall" (nameof fd) fd
        Null.check "Lwt_unix.wrap_syscall" (nameof action) action

        try
            check_descriptor fd
            Lwt.return' (action ())
        with
        | Retry
        | Unix.Unix_error((Unix.EAGAIN | Unix.EWOULDBLOCK | Unix.EINTR), _, _) -> register_action event fd action
        | Retry_read -> register_action Read fd action
        | Retry_write -> register_action Write fd action
        | e -> Lwt.fail e

    /// <summary>
    /// A call that blocks, to be made on a thread of the loop's pool. OCaml makes jobs of C functions; here any function is one,
    /// which must not touch promises.
    /// </summary>
    type 'a job = unit -> 'a

    /// <summary>How a job is run: always on a thread of the pool, since Lwt 5 too.</summary>
    type async_method =
        /// <summary>Without effect.</summary>
        | Async_none
        /// <summary>On a thread of the pool.</summary>
        | Async_detach
        /// <summary>Without effect.</summary>
        | Async_switch

    /// <summary>Calls a job on a thread of the loop's pool, which files use too (see <c>set_pool_size</c>).</summary>
    /// <example>
    /// <code>
    /// let drives () =
    ///     Lwt_unix.run_job (fun () -&gt; System.IO.DriveInfo.GetDrives().Length)
    /// </code>
    /// </example>
    let run_job (job: 'a job) : 'a Lwt.t =
        Null.check "Lwt_unix.run_job" (nameof job) job
        Primitives.Detach(EventLoop.Current.Workers, "a job (F#: Lwt_unix.run_job)", Func<'a> job)

    /// <summary>
    /// Rejects all jobs of this loop that have not ended, those of files too. What runs goes on, and nobody hears of its result.
    /// </summary>
    let abort_jobs (e: exn) : unit =
        Null.check "Lwt_unix.abort_jobs" (nameof e) e
        EventLoop.Current.Workers.Abort e

    /// <summary>The same as <c>abort_jobs Lwt.Canceled</c>.</summary>
    let cancel_jobs () : unit = abort_jobs Lwt.Canceled

    /// <summary>Waits until the jobs of this loop that run now have ended; rejected if one of them is.</summary>
    let wait_for_jobs () : unit Lwt.t =
        Lwt.join [ for job in Primitives.PendingJobs EventLoop.Current.Workers -> toUnit job ]

    /// <summary>How many threads the loop's pool has at most; 1,000 at first. Further jobs wait for a thread.</summary>
    let pool_size () : int = EventLoop.Current.Workers.MaxThreads

    /// <summary>Changes how many threads the loop's pool has at most.</summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is less than one.</exception>
    let set_pool_size (size: int) : unit =
        let workers = EventLoop.Current.Workers
        workers.SetBounds(min workers.MinThreads size, size)

    /// <summary>How many threads the loop's pool has now.</summary>
    let thread_count () : int = EventLoop.Current.Workers.ThreadCount

    /// <summary>How many of these wait for a job.</summary>
    let thread_waiting_count () : int =
        let workers = EventLoop.Current.Workers
        workers.ThreadCount - workers.BusyCount

    /// <summary>A notification: its number.</summary>
    type notification = int

    /// <summary>
    /// Registers a function that any thread can have this loop call, by the number that this returns, until
    /// <c>stop_notification</c>. OCaml's <c>~once:true</c> is <c>stop_notification</c> in the function.
    /// </summary>
    let make_notification (f: unit -> unit) : notification =
        Null.check "Lwt_unix.make_notification" (nameof f) f
        Notifications.add f

    /// <summary>Has the loop that made the notification call its function; on any thread. Nothing for an unknown number.</summary>
    let send_notification (id: notification) : unit = Notifications.send id

    /// <summary>Forgets a notification; later ones by this number do nothing.</summary>
    let stop_notification (id: notification) : unit = Notifications.remove id

    /// <summary>Calls the function of a notification here and now; nothing for an unknown number.</summary>
    let call_notification (id: notification) : unit = Notifications.call id

    /// <summary>Replaces the function of a notification.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">The number is unknown: OCaml's <c>Not_found</c>.</exception>
    let set_notification (id: notification) (f: unit -> unit) : unit =
        Null.check "Lwt_unix.set_notification" (nameof f) f
        Notifications.replace id f

    /// <summary>
    /// No process that is started later inherits the descriptor. That is so from the start, unlike in OCaml.
    /// </summary>
    let set_close_on_exec (fd: file_descr) : unit =
        Null.check "Lwt_unix.set_close_on_exec" (nameof fd) fd
        fd.IsInheritable <- false

    /// <summary>Processes that are started later inherit the descriptor, which does not block there either.</summary>
    /// <exception cref="T:System.NotSupportedException">The loop's engine has no descriptors.</exception>
    let clear_close_on_exec (fd: file_descr) : unit =
        Null.check "Lwt_unix.clear_close_on_exec" (nameof fd) fd
        fd.IsInheritable <- true

    /// <summary>A pipe: what is written to the second end is read from the first.</summary>
    let pipe () : file_descr * file_descr =
        let struct (reader, writer) = EventLoop.Current.Ports.Pipe()
        reader, writer

    /// <summary>
    /// As <c>pipe</c>, with a second end that blocks, for a process or a <c>FileStream</c>. No process inherits it by itself.
    /// </summary>
    /// <exception cref="T:System.NotSupportedException">The loop's engine has no descriptors.</exception>
    let pipe_in () : file_descr * Unix.file_descr =
        let struct (reader, writer) = EventLoop.Current.Ports.PipeIn()
        reader, writer

    /// <summary>As <c>pipe_in</c>, but the first end blocks.</summary>
    /// <exception cref="T:System.NotSupportedException">The loop's engine has no descriptors.</exception>
    let pipe_out () : Unix.file_descr * file_descr =
        let struct (reader, writer) = EventLoop.Current.Ports.PipeOut()
        reader, writer

    // F# keeps the cases of a type where the type is: so those that OCaml's Lwt_unix has too are values here. Match them as
    // Unix's.

    /// <summary>The address of a host.</summary>
    type inet_addr = Unix.inet_addr

    /// <summary>The address of a socket: <c>ADDR_INET</c> or <c>ADDR_UNIX</c>.</summary>
    type sockaddr = Unix.sockaddr

    /// <summary>The path of a file.</summary>
    let ADDR_UNIX (path: string) : sockaddr = Unix.ADDR_UNIX path

    /// <summary>A host and a port.</summary>
    let ADDR_INET (host: inet_addr, port: int) : sockaddr = Unix.ADDR_INET(host, port)

    /// <summary>Recognises both kinds of addresses.</summary>
    let (|ADDR_UNIX|ADDR_INET|) (address: sockaddr) =
        match address with
        | Unix.ADDR_UNIX path -> ADDR_UNIX path
        | Unix.ADDR_INET(host, port) -> ADDR_INET(host, port)

    /// <summary>The families of addresses.</summary>
    type socket_domain = Unix.socket_domain

    /// <summary>Files of this machine.</summary>
    let PF_UNIX: socket_domain = Unix.PF_UNIX

    /// <summary>IPv4.</summary>
    let PF_INET: socket_domain = Unix.PF_INET

    /// <summary>IPv6.</summary>
    let PF_INET6: socket_domain = Unix.PF_INET6

    /// <summary>The kinds of sockets.</summary>
    type socket_type = Unix.socket_type

    /// <summary>A stream of bytes.</summary>
    let SOCK_STREAM: socket_type = Unix.SOCK_STREAM

    /// <summary>Datagrams.</summary>
    let SOCK_DGRAM: socket_type = Unix.SOCK_DGRAM

    /// <summary>The network's own packets.</summary>
    let SOCK_RAW: socket_type = Unix.SOCK_RAW

    /// <summary>Packets in order.</summary>
    let SOCK_SEQPACKET: socket_type = Unix.SOCK_SEQPACKET

    /// <summary>Which direction of a connection to end.</summary>
    type shutdown_command = Unix.shutdown_command

    /// <summary>Receiving.</summary>
    let SHUTDOWN_RECEIVE: shutdown_command = Unix.SHUTDOWN_RECEIVE

    /// <summary>Sending: the peer reads an end.</summary>
    let SHUTDOWN_SEND: shutdown_command = Unix.SHUTDOWN_SEND

    /// <summary>Both.</summary>
    let SHUTDOWN_ALL: shutdown_command = Unix.SHUTDOWN_ALL

    /// <summary>How to send or to receive.</summary>
    type msg_flag = Unix.msg_flag

    /// <summary>Out of band.</summary>
    let MSG_OOB: msg_flag = Unix.MSG_OOB

    /// <summary>To hosts of the same network only.</summary>
    let MSG_DONTROUTE: msg_flag = Unix.MSG_DONTROUTE

    /// <summary>Leave in the socket what is received.</summary>
    let MSG_PEEK: msg_flag = Unix.MSG_PEEK

    /// <summary>Options of sockets that are on or off. Those of the other types are <c>Unix</c>'s.</summary>
    type socket_bool_option = Unix.socket_bool_option

    /// <summary>Allow the address of a connection that has ended.</summary>
    let SO_REUSEADDR: socket_bool_option = Unix.SO_REUSEADDR

    /// <summary>Allow several sockets at one address.</summary>
    let SO_REUSEPORT: socket_bool_option = Unix.SO_REUSEPORT

    /// <summary>Look now and then whether the peer is there.</summary>
    let SO_KEEPALIVE: socket_bool_option = Unix.SO_KEEPALIVE

    /// <summary>Allow datagrams to all.</summary>
    let SO_BROADCAST: socket_bool_option = Unix.SO_BROADCAST

    /// <summary>Send small writes at once.</summary>
    let TCP_NODELAY: socket_bool_option = Unix.TCP_NODELAY

    /// <summary>
    /// A socket that is neither bound nor connected. The protocol is 0 for the usual one.
    /// </summary>
    /// <exception cref="T:System.Net.Sockets.SocketException">There is no such socket, or the system has no more descriptors.</exception>
    let socket (domain: socket_domain) (kind: socket_type) (protocol: int) : file_descr =
        EventLoop.Current.Ports.Socket(Sockets.family domain, Sockets.kind kind, enum<ProtocolType> protocol)

    /// <summary>Two local sockets that are connected to each other: PF_UNIX, with the protocol 0.</summary>
    /// <exception cref="T:System.Exception"><c>Unix_error</c>: the domain is another (EOPNOTSUPP), or the protocol (EPROTONOSUPPORT).</exception>
    let socketpair (domain: socket_domain) (kind: socket_type) (protocol: int) : file_descr * file_descr =
        if domain <> Unix.PF_UNIX then
            raise (Unix.Unix_error(Unix.EOPNOTSUPP, "socketpair", string (Sockets.family domain)))

        if protocol <> 0 then
            raise (Unix.Unix_error(Unix.EPROTONOSUPPORT, "socketpair", string protocol))

        let struct (first, second) = EventLoop.Current.Ports.SocketPair(Sockets.kind kind)
        first, second

    /// <summary>
    /// Gives a socket an address of its own; port 0 is any that is free, which <c>getsockname</c> tells. One that is taken is
    /// EADDRINUSE. The promise is resolved at once.
    /// </summary>
    let bind (fd: file_descr) (address: sockaddr) : unit Lwt.t =
        Null.check "Lwt_unix.bind" (nameof fd) fd
        Null.check "Lwt_unix.bind" (nameof address) address
        Lwt.wrap (fun () -> fd.Bind(Sockets.endPoint "bind" address))

    /// <summary>Makes a socket one that takes connections, of which so many may wait to be accepted.</summary>
    let listen (fd: file_descr) (backlog: int) : unit =
        Null.check "Lwt_unix.listen" (nameof fd) fd
        fd.Listen(max 0 backlog)

    let private peer (fd: file_descr) : file_descr * sockaddr = fd, Sockets.sockaddr fd.RemoteEndPoint

    /// <summary>A cancelable promise of the next connection and the peer's address.</summary>
    let accept (fd: file_descr) : (file_descr * sockaddr) Lwt.t =
        Null.check "Lwt_unix.accept" (nameof fd) fd
        Lwt.map peer (fd.Accept())

    /// <summary>
    /// Waits for a connection, then takes those that are there, up to so many: fewer system calls and turns of the loop for
    /// each. An error, and a cancellation, comes with the connections that were taken before it, rather than rejects.
    /// </summary>
    let accept_n (fd: file_descr) (count: int) : ((file_descr * sockaddr) list * exn option) Lwt.t =
        Null.check "Lwt_unix.accept_n" (nameof fd) fd

        let rec more taken left =
            if left = 0 then
                List.rev taken, None
            else
                let next = fd.Accept()

                match Lwt.state next with
                | Lwt.Return accepted -> more (peer accepted :: taken) (left - 1)
                | Lwt.Fail e -> List.rev taken, Some e
                | Lwt.Sleep ->
                    Lwt.cancel next
                    List.rev taken, None

        if count <= 0 then
            Lwt.return' ([], None)
        else
            Lwt.try_bind (fun () -> fd.Accept()) (fun first -> Lwt.return' (more [ peer first ] (count - 1))) (fun e ->
                Lwt.return' ([], Some e))

    /// <summary>
    /// Connects a socket. Where nobody listens is ECONNREFUSED. Cancelling the promise leaves the socket as it is: close it.
    /// </summary>
    let connect (fd: file_descr) (address: sockaddr) : unit Lwt.t =
        Null.check "Lwt_unix.connect" (nameof fd) fd
        Null.check "Lwt_unix.connect" (nameof address) address
        Lwt.apply (fun address -> toUnit (fd.Connect(Sockets.endPoint "connect" address))) address

    /// <summary>Ends one direction of a connection, or both.</summary>
    let shutdown (fd: file_descr) (command: shutdown_command) : unit =
        Null.check "Lwt_unix.shutdown" (nameof fd) fd
        fd.Shutdown(Sockets.direction command)

    /// <summary>The address of this end.</summary>
    let getsockname (fd: file_descr) : sockaddr =
        Null.check "Lwt_unix.getsockname" (nameof fd) fd
        Sockets.sockaddr fd.LocalEndPoint

    /// <summary>The address of the other end; ENOTCONN if there is none.</summary>
    let getpeername (fd: file_descr) : sockaddr =
        Null.check "Lwt_unix.getpeername" (nameof fd) fd
        Sockets.sockaddr fd.RemoteEndPoint

    /// <summary>As <c>read</c>, from a socket, with flags.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let recv (fd: file_descr) (buf: byte array) (ofs: int) (len: int) (flags: msg_flag list) : int Lwt.t =
        Null.check "Lwt_unix.recv" (nameof fd) fd
        checkBounds "Lwt_unix.recv" buf ofs len
        fd.Receive(Memory(buf, ofs, len), Sockets.flags flags)

    /// <summary>
    /// As <c>recv</c>, and tells who sent it. Of a datagram that is longer than <paramref name="len"/> the rest is lost.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let recvfrom
        (fd: file_descr)
        (buf: byte array)
        (ofs: int)
        (len: int)
        (flags: msg_flag list)
        : (int * sockaddr) Lwt.t =
        Null.check "Lwt_unix.recvfrom" (nameof fd) fd
        checkBounds "Lwt_unix.recvfrom" buf ofs len

        Lwt.map
            (fun (received: SocketReceiveFromResult) ->
                received.ReceivedBytes, Sockets.sockaddr received.RemoteEndPoint)
            (fd.ReceiveFrom(Memory(buf, ofs, len), Sockets.flags flags))

    /// <summary>As <c>write</c>, to a socket, with flags.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let send (fd: file_descr) (buf: byte array) (ofs: int) (len: int) (flags: msg_flag list) : int Lwt.t =
        Null.check "Lwt_unix.send" (nameof fd) fd
        checkBounds "Lwt_unix.send" buf ofs len
        fd.Send(ReadOnlyMemory(buf, ofs, len), Sockets.flags flags)

    /// <summary>Sends one datagram to an address.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let sendto
        (fd: file_descr)
        (buf: byte array)
        (ofs: int)
        (len: int)
        (flags: msg_flag list)
        (address: sockaddr)
        : int Lwt.t =
        Null.check "Lwt_unix.sendto" (nameof fd) fd
        Null.check "Lwt_unix.sendto" (nameof address) address
        checkBounds "Lwt_unix.sendto" buf ofs len

        Lwt.apply
            (fun address ->
                fd.SendTo(ReadOnlyMemory(buf, ofs, len), Sockets.endPoint "sendto" address, Sockets.flags flags))
            address

    /// <summary>Reads an option that is on or off.</summary>
    let getsockopt (fd: file_descr) (option: Unix.socket_bool_option) : bool =
        Null.check "Lwt_unix.getsockopt" (nameof fd) fd
        fd.GetOption(Sockets.boolOption option) <> 0

    /// <summary>Sets an option that is on or off.</summary>
    let setsockopt (fd: file_descr) (option: Unix.socket_bool_option) (value: bool) : unit =
        Null.check "Lwt_unix.setsockopt" (nameof fd) fd
        let level, name = Sockets.boolOption option
        fd.SetOption(level, name, (if value then 1 else 0))

    /// <summary>Reads an option that is a number.</summary>
    let getsockopt_int (fd: file_descr) (option: Unix.socket_int_option) : int =
        Null.check "Lwt_unix.getsockopt_int" (nameof fd) fd
        fd.GetOption(SocketOptionLevel.Socket, Sockets.intOption option)

    /// <summary>Sets an option that is a number. Linux doubles the sizes of buffers.</summary>
    let setsockopt_int (fd: file_descr) (option: Unix.socket_int_option) (value: int) : unit =
        Null.check "Lwt_unix.setsockopt_int" (nameof fd) fd
        fd.SetOption(SocketOptionLevel.Socket, Sockets.intOption option, value)

    /// <summary>Reads how long a close lingers; None is off.</summary>
    let getsockopt_optint (fd: file_descr) (_option: Unix.socket_optint_option) : int option =
        Null.check "Lwt_unix.getsockopt_optint" (nameof fd) fd
        let linger = fd.LingerState
        if linger.Enabled then Some linger.LingerTime else None

    /// <summary>Sets how long a close lingers; None is off.</summary>
    let setsockopt_optint (fd: file_descr) (_option: Unix.socket_optint_option) (value: int option) : unit =
        Null.check "Lwt_unix.setsockopt_optint" (nameof fd) fd
        fd.LingerState <- LingerOption(value.IsSome, Option.defaultValue 0 value)

    /// <summary>Reads an option that is seconds, to the millisecond.</summary>
    let getsockopt_float (fd: file_descr) (option: Unix.socket_float_option) : float =
        Null.check "Lwt_unix.getsockopt_float" (nameof fd) fd

        float (fd.GetOption(SocketOptionLevel.Socket, Sockets.floatOption option))
        / 1000.0

    /// <summary>Sets an option that is seconds. Use <c>with_timeout</c> for operations that may not take long.</summary>
    let setsockopt_float (fd: file_descr) (option: Unix.socket_float_option) (value: float) : unit =
        Null.check "Lwt_unix.setsockopt_float" (nameof fd) fd
        fd.SetOption(SocketOptionLevel.Socket, Sockets.floatOption option, int (ceil (value * 1000.0)))

    /// <summary>The error that a socket has pending, which is taken from it.</summary>
    let getsockopt_error (fd: file_descr) : Unix.error option =
        Null.check "Lwt_unix.getsockopt_error" (nameof fd) fd

        match fd.GetOption(SocketOptionLevel.Socket, SocketOptionName.Error) with
        | 0 -> None
        // Where the system's numbers are not Linux's, it is one of .NET's.
        | number when number >= 10000 -> Some(Unix.errorNamed (Primitives.ErrorName(enum number)) number)
        | number -> Some(Unix.errorOfNumber number)

    /// <summary>The name of this machine.</summary>
    let gethostname () : string Lwt.t = Lwt.wrap Dns.GetHostName

    /// <summary>
    /// Looks a host's name up, on the thread pool; addresses of IPv4. The promise is cancelable. A name that is not known
    /// rejects with <c>Not_found</c>.
    /// </summary>
    let gethostbyname (name: string) : Unix.host_entry Lwt.t =
        Null.check "Lwt_unix.gethostbyname" (nameof name) name
        Lwt.of_task (HostNames.byName name)

    /// <summary>Looks an address up, as <c>gethostbyname</c> looks a name up.</summary>
    let gethostbyaddr (address: inet_addr) : Unix.host_entry Lwt.t =
        Null.check "Lwt_unix.gethostbyaddr" (nameof address) address
        Lwt.of_task (HostNames.byAddress address)

    let private find (what: string) (fits: 'a -> bool) (entries: 'a list) : 'a =
        match List.tryFind fits entries with
        | Some entry -> entry
        | None -> raise (NotFoundException $"{what} is not known.")

    /// <summary>
    /// Looks a protocol up in the system's file, or in a small table where it has none. One that is not known rejects with
    /// <c>Not_found</c>.
    /// </summary>
    let getprotobyname (name: string) : Unix.protocol_entry Lwt.t =
        Null.check "Lwt_unix.getprotobyname" (nameof name) name

        Lwt.map
            (find $"The protocol {name}" (fun entry -> entry.p_name = name || Array.contains name entry.p_aliases))
            (Lwt.of_task NetworkNames.protocols)

    /// <summary>As <c>getprotobyname</c>, by its number.</summary>
    let getprotobynumber (number: int) : Unix.protocol_entry Lwt.t =
        Lwt.map
            (find $"The protocol {number}" (fun entry -> entry.p_proto = number))
            (Lwt.of_task NetworkNames.protocols)

    /// <summary>
    /// Looks a service of a protocol up ("tcp", "udp", "" for any), in the system's file, or in a small table where it has
    /// none. One that is not known rejects with <c>Not_found</c>.
    /// </summary>
    let getservbyname (name: string) (protocol: string) : Unix.service_entry Lwt.t =
        Null.check "Lwt_unix.getservbyname" (nameof name) name
        Null.check "Lwt_unix.getservbyname" (nameof protocol) protocol

        Lwt.map
            (find $"The service {name}" (fun entry ->
                NetworkNames.isNamed name entry && NetworkNames.isOf protocol entry))
            (Lwt.of_task NetworkNames.services)

    /// <summary>As <c>getservbyname</c>, by its port.</summary>
    let getservbyport (port: int) (protocol: string) : Unix.service_entry Lwt.t =
        Null.check "Lwt_unix.getservbyport" (nameof protocol) protocol

        Lwt.map
            (find $"The service at port {port}" (fun entry -> entry.s_port = port && NetworkNames.isOf protocol entry))
            (Lwt.of_task NetworkNames.services)

    /// <summary>
    /// The ways to reach a service ("http", "80", "" for port 0) of a host ("" for this machine), best first, looked up on
    /// the thread pool; none if there is no such host or service. The promise is cancelable.
    /// </summary>
    let getaddrinfo
        (host: string)
        (service: string)
        (options: Unix.getaddrinfo_option list)
        : Unix.addr_info list Lwt.t =
        Null.check "Lwt_unix.getaddrinfo" (nameof host) host
        Null.check "Lwt_unix.getaddrinfo" (nameof service) service
        Lwt.of_task (HostNames.info host service options)

    /// <summary>
    /// The names of an address's host and service, looked up on the thread pool; the number where there is no name. The
    /// promise is cancelable. With <c>NI_NAMEREQD</c> a host without a name rejects with <c>Not_found</c>.
    /// </summary>
    let getnameinfo (address: sockaddr) (options: Unix.getnameinfo_option list) : Unix.name_info Lwt.t =
        Null.check "Lwt_unix.getnameinfo" (nameof address) address
        Lwt.of_task (HostNames.names address options)

    // The rest of the system: users, signals, messages with descriptors, terminals, processors.

    /// <summary>
    /// As OCaml's of <c>Unix</c>, for a function that returns a promise: an error that <c>Unix_error</c> recognises is written to
    /// standard error, and ends the process with code 2.
    /// </summary>
    let handle_unix_error (f: 'a -> 'b Lwt.t) (x: 'a) : 'b Lwt.t =
        Null.check "Lwt_unix.handle_unix_error" (nameof f) f
        Lwt.catch (fun () -> f x) (fun e -> Lwt.apply (Unix.handle_unix_error (fun () -> Lwt.reraise e)) ())

    /// <summary>What is known of a user.</summary>
    type passwd_entry = Unix.passwd_entry

    /// <summary>What is known of a group of users.</summary>
    type group_entry = Unix.group_entry

    /// <summary>The name by which somebody has logged in at the terminal of this process; an error where nobody has. Linux.</summary>
    let getlogin () : string Lwt.t = Users.login ()

    /// <summary>
    /// Looks a user up by name, on a thread of the loop's pool, wherever the system keeps its users. One that is not known rejects
    /// with <c>Not_found</c>. Linux.
    /// </summary>
    /// <example>
    /// <code>
    /// let home name =
    ///     lwt {
    ///         let! user = Lwt_unix.getpwnam name
    ///         return user.pw_dir
    ///     }
    /// </code>
    /// </example>
    let getpwnam (name: string) : passwd_entry Lwt.t =
        Null.check "Lwt_unix.getpwnam" (nameof name) name
        Users.byName name

    /// <summary>As <c>getpwnam</c>, a group.</summary>
    let getgrnam (name: string) : group_entry Lwt.t =
        Null.check "Lwt_unix.getgrnam" (nameof name) name
        Users.groupByName name

    /// <summary>As <c>getpwnam</c>, by the number of the user.</summary>
    let getpwuid (uid: int) : passwd_entry Lwt.t = Users.byId uid

    /// <summary>As <c>getgrnam</c>, by the number of the group.</summary>
    let getgrgid (gid: int) : group_entry Lwt.t = Users.groupById gid

    /// <summary>A handler of a signal, to be disabled.</summary>
    [<Sealed; AllowNullLiteral>]
    type signal_handler_id internal () =
        member val internal Handler: IDisposable | null = null with get, set

    /// <summary>
    /// As <c>on_signal</c>, for a handler that also gets itself, such as to disable itself.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">As of <c>on_signal</c>.</exception>
    let on_signal_full (signal: int) (f: signal_handler_id -> int -> unit) : signal_handler_id =
        Null.check "Lwt_unix.on_signal_full" (nameof f) f
        let id = signal_handler_id ()

        id.Handler <- EventLoop.Current.OnSignal(Signals.toDotNet "Lwt_unix.on_signal" signal, (fun _ -> f id signal))

        id

    /// <summary>
    /// Has the loop of this thread call <c>f signal</c> each time that the process receives a signal, which then does not do what
    /// it does by default. Signals of one kind that come before the loop has called the handlers are one call. While there
    /// is a handler, a loop that has nothing else to do waits for the signal.
    /// </summary>
    /// <param name="signal">One of <c>Sys</c>, such as <c>Sys.sigint</c>, or the system's own number.</param>
    /// <param name="f">Called on the loop; what it raises goes to the async exception hook.</param>
    /// <exception cref="T:System.ArgumentException">
    /// Nothing can handle the signal (<c>Sys.sigkill</c>, <c>Sys.sigstop</c>, <c>Sys.sigpipe</c>, those of faults such as
    /// <c>Sys.sigsegv</c>), or it does not exist: OCaml's <c>Invalid_argument</c>.
    /// </exception>
    /// <example>
    /// <code>
    /// let stopped, stop = Lwt.wait ()
    /// let handler = Lwt_unix.on_signal Sys.sigterm (fun _ -&gt; Lwt.wakeup_later stop ())
    /// </code>
    /// </example>
    let on_signal (signal: int) (f: int -> unit) : signal_handler_id =
        Null.check "Lwt_unix.on_signal" (nameof f) f
        on_signal_full signal (fun _ -> f)

    /// <summary>
    /// Has a handler not be called any more; with the last one of a signal that does again what it does by default. Disabling it
    /// again does nothing.
    /// </summary>
    let disable_signal_handler (id: signal_handler_id) : unit =
        Null.check "Lwt_unix.disable_signal_handler" (nameof id) id

        match id.Handler with
        | null -> ()
        | handler ->
            id.Handler <- null
            handler.Dispose()

    /// <summary>How many handlers of signals this loop has.</summary>
    let signal_count () : int =
        Primitives.SignalHandlerCount EventLoop.Current

    /// <summary>
    /// Tells the system anew of this loop's handlers of a signal, if it has any: for a program in which code outside of .NET
    /// sets handlers. For a moment the signal does what it does by default.
    /// </summary>
    let reinstall_signal_handler (signal: int) : unit =
        Primitives.ReinstallSignalHandlers(
            EventLoop.Current,
            Signals.toDotNet "Lwt_unix.reinstall_signal_handler" signal
        )

    /// <summary>
    /// As <c>readv</c>, from a socket, with the descriptors that were sent along; whoever receives them closes them. No
    /// process that is started inherits them. Cancelling takes neither bytes nor descriptors.
    /// </summary>
    let recv_msg (socket: file_descr) (io_vectors: IO_vectors.t) : (int * Unix.file_descr list) Lwt.t =
        Null.check "Lwt_unix.recv_msg" (nameof socket) socket
        Null.check "Lwt_unix.recv_msg" (nameof io_vectors) io_vectors

        Lwt.map
            (fun (received: ReceivedMessage) -> received.Length, List.ofSeq received.Descriptors)
            (socket.ReceiveMessage(Seq.toArray (slices io_vectors)))

    let private sendMessage
        (socket: file_descr)
        (io_vectors: IO_vectors.t)
        (fds: Unix.file_descr list)
        (dest: Net.EndPoint | null)
        : int Lwt.t =
        if not fds.IsEmpty && socket.Descriptor < 0 then
            Lwt.fail (Lwt_sys.Not_available "fd_passing")
        else
            socket.SendMessage(
                [|
                    for slice in slices io_vectors -> Memory<byte>.op_Implicit slice: ReadOnlyMemory<byte>
                |],
                [| for fd in fds -> fd :> System.Runtime.InteropServices.SafeHandle |],
                dest
            )

    /// <summary>
    /// As <c>writev</c>, to a socket, with descriptors for the process at the other end of a local socket. They stay open here.
    /// Where none can be passed it rejects with <c>Lwt_sys.Not_available</c>.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">
    /// There are more than 253 descriptors, or they go with no byte on a stream.
    /// </exception>
    let send_msg (socket: file_descr) (io_vectors: IO_vectors.t) (fds: Unix.file_descr list) : int Lwt.t =
        Null.check "Lwt_unix.send_msg" (nameof socket) socket
        Null.check "Lwt_unix.send_msg" (nameof io_vectors) io_vectors
        sendMessage socket io_vectors fds null

    /// <summary>As <c>send_msg</c>, to an address, on a socket that is not connected.</summary>
    /// <exception cref="T:System.ArgumentException">As of <c>send_msg</c>.</exception>
    let send_msgto
        (socket: file_descr)
        (io_vectors: IO_vectors.t)
        (fds: Unix.file_descr list)
        (dest: sockaddr)
        : int Lwt.t =
        Null.check "Lwt_unix.send_msgto" (nameof socket) socket
        Null.check "Lwt_unix.send_msgto" (nameof io_vectors) io_vectors
        Null.check "Lwt_unix.send_msgto" (nameof dest) dest
        sendMessage socket io_vectors fds (Sockets.endPoint "send_msgto" dest)

    /// <summary>Who is at the other end of a local socket.</summary>
    type credentials =
        {
            cred_pid: int
            cred_uid: int
            cred_gid: int
        }

    /// <summary>
    /// Who is at the other end of a local socket, as the system tells it. Where it does not, <c>Lwt_sys.Not_available</c> is
    /// raised.
    /// </summary>
    let get_credentials (fd: file_descr) : credentials =
        Null.check "Lwt_unix.get_credentials" (nameof fd) fd

        try
            let peer = fd.PeerCredentials

            {
                cred_pid = peer.ProcessId
                cred_uid = peer.UserId
                cred_gid = peer.GroupId
            }
        with :? NotSupportedException ->
            raise (Lwt_sys.Not_available "get_credentials")

    let private levelOf (fd: file_descr) =
        if fd.LocalEndPoint.AddressFamily = AddressFamily.InterNetworkV6 then
            SocketOptionLevel.IPv6
        else
            SocketOptionLevel.IP

    /// <summary>Whether what is sent to a group of hosts comes to this machine too.</summary>
    let mcast_set_loop (fd: file_descr) (loop: bool) : unit =
        Null.check "Lwt_unix.mcast_set_loop" (nameof fd) fd
        fd.SetOption(levelOf fd, SocketOptionName.MulticastLoopback, (if loop then 1 else 0))

    /// <summary>How far what is sent to a group of hosts goes, in steps from network to network.</summary>
    let mcast_set_ttl (fd: file_descr) (ttl: int) : unit =
        Null.check "Lwt_unix.mcast_set_ttl" (nameof fd) fd
        fd.SetOption(levelOf fd, SocketOptionName.MulticastTimeToLive, ttl)

    /// <summary>
    /// Has a socket receive what is sent to a group of hosts, on the usual network; see
    /// <c>Lwt_unix.mcast_add_membership_with</c> for another.
    /// </summary>
    let mcast_add_membership (fd: file_descr) (group: inet_addr) : unit =
        Null.check "Lwt_unix.mcast_add_membership" (nameof fd) fd
        Null.check "Lwt_unix.mcast_add_membership" (nameof group) group
        fd.JoinGroup group

    /// <summary>Undoes <c>mcast_add_membership</c>.</summary>
    let mcast_drop_membership (fd: file_descr) (group: inet_addr) : unit =
        Null.check "Lwt_unix.mcast_drop_membership" (nameof fd) fd
        Null.check "Lwt_unix.mcast_drop_membership" (nameof group) group
        fd.LeaveGroup group

    /// <summary>Options of sockets that are numbers.</summary>
    type socket_int_option = Unix.socket_int_option

    /// <summary>Options of sockets that are a number or off.</summary>
    type socket_optint_option = Unix.socket_optint_option

    /// <summary>Options of sockets that are seconds.</summary>
    type socket_float_option = Unix.socket_float_option

    /// <summary>What is known of a host.</summary>
    type host_entry = Unix.host_entry

    /// <summary>What is known of a protocol.</summary>
    type protocol_entry = Unix.protocol_entry

    /// <summary>What is known of a service.</summary>
    type service_entry = Unix.service_entry

    /// <summary>One way to reach a host and a service.</summary>
    type addr_info = Unix.addr_info

    /// <summary>What <c>getaddrinfo</c> looks for.</summary>
    type getaddrinfo_option = Unix.getaddrinfo_option

    /// <summary>The names of an address.</summary>
    type name_info = Unix.name_info

    /// <summary>How <c>getnameinfo</c> names an address.</summary>
    type getnameinfo_option = Unix.getnameinfo_option

    /// <summary>The settings of a terminal.</summary>
    type terminal_io = Unix.terminal_io

    /// <summary>When new settings of a terminal hold.</summary>
    type setattr_when = Unix.setattr_when

    /// <summary>At once.</summary>
    let TCSANOW: setattr_when = Unix.TCSANOW

    /// <summary>After what was written is sent.</summary>
    let TCSADRAIN: setattr_when = Unix.TCSADRAIN

    /// <summary>So, and what was typed and not read is dropped.</summary>
    let TCSAFLUSH: setattr_when = Unix.TCSAFLUSH

    /// <summary>What to drop.</summary>
    type flush_queue = Unix.flush_queue

    /// <summary>What was typed and not read.</summary>
    let TCIFLUSH: flush_queue = Unix.TCIFLUSH

    /// <summary>What was written and not sent.</summary>
    let TCOFLUSH: flush_queue = Unix.TCOFLUSH

    /// <summary>Both.</summary>
    let TCIOFLUSH: flush_queue = Unix.TCIOFLUSH

    /// <summary>What to stop or let go on.</summary>
    type flow_action = Unix.flow_action

    /// <summary>Output stops.</summary>
    let TCOOFF: flow_action = Unix.TCOOFF

    /// <summary>Output goes on.</summary>
    let TCOON: flow_action = Unix.TCOON

    /// <summary>The terminal is asked to stop sending.</summary>
    let TCIOFF: flow_action = Unix.TCIOFF

    /// <summary>The terminal is asked to go on.</summary>
    let TCION: flow_action = Unix.TCION

    /// <summary>Whether a descriptor is a terminal.</summary>
    let isatty (fd: file_descr) : bool Lwt.t =
        Null.check "Lwt_unix.isatty" (nameof fd) fd
        Lwt.apply (fun fd -> Lwt.return' (Primitives.IsTerminal fd)) fd

    /// <summary>The settings of a terminal; what is none rejects with ENOTTY. Linux, as the others of terminals.</summary>
    let tcgetattr (fd: file_descr) : terminal_io Lwt.t =
        Null.check "Lwt_unix.tcgetattr" (nameof fd) fd
        Lwt.wrap1 Terminals.get fd

    /// <summary>
    /// Replaces the settings of a terminal, on a thread of the loop's pool, for it may have to wait. A speed or a size that
    /// does not exist rejects with EINVAL.
    /// </summary>
    /// <example>
    /// <code>
    /// let without_echo (terminal: Lwt_unix.file_descr) (f: unit -&gt; 'a Lwt.t) =
    ///     lwt {
    ///         let! before = Lwt_unix.tcgetattr terminal
    ///         do! Lwt_unix.tcsetattr terminal Unix.TCSAFLUSH { before with c_echo = false }
    ///         return! Lwt.finalize f (fun () -&gt; Lwt_unix.tcsetattr terminal Unix.TCSAFLUSH before)
    ///     }
    /// </code>
    /// </example>
    let tcsetattr (fd: file_descr) (when': setattr_when) (settings: terminal_io) : unit Lwt.t =
        Null.check "Lwt_unix.tcsetattr" (nameof fd) fd
        Null.check "Lwt_unix.tcsetattr" (nameof settings) settings
        Terminals.set fd when' settings

    /// <summary>Sends a break for so many milliseconds; zero is the usual time.</summary>
    let tcsendbreak (fd: file_descr) (duration: int) : unit Lwt.t =
        Null.check "Lwt_unix.tcsendbreak" (nameof fd) fd
        Lwt.map ignore (Primitives.SendBreak(fd, duration))

    /// <summary>Waits until a terminal has sent what was written.</summary>
    let tcdrain (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.tcdrain" (nameof fd) fd
        Lwt.map ignore (Primitives.DrainTerminal fd)

    /// <summary>Drops what a terminal has not sent yet, or what nobody has read.</summary>
    let tcflush (fd: file_descr) (queue: flush_queue) : unit Lwt.t =
        Null.check "Lwt_unix.tcflush" (nameof fd) fd
        Terminals.flush fd queue

    /// <summary>Stops a terminal's output or input, or lets it go on.</summary>
    let tcflow (fd: file_descr) (action: flow_action) : unit Lwt.t =
        Null.check "Lwt_unix.tcflow" (nameof fd) fd
        Terminals.flow fd action

    let private needsLinux (feature: string) : unit =
        if not (OperatingSystem.IsLinux()) then
            raise (Lwt_sys.Not_available feature)

    /// <summary>The number of the processor that this thread runs on. Linux.</summary>
    let get_cpu () : int =
        needsLinux "get_cpu"
        Primitives.CurrentProcessor()

    /// <summary>
    /// The processors that this thread may run on; see <c>Lwt_unix.get_affinity_with</c> for another process. Linux.
    /// </summary>
    let get_affinity () : int list =
        needsLinux "get_affinity"
        List.ofArray (Primitives.GetAffinity 0)

    /// <summary>
    /// Sets the processors that this thread may run on, and those that it starts from here on. (So it is in OCaml; but .NET has
    /// threads of its own, which are not concerned.) Linux.
    /// </summary>
    let set_affinity (cpus: int list) : unit =
        needsLinux "set_affinity"
        Primitives.SetAffinity(0, cpus)

    /// <summary>How a process has ended.</summary>
    type process_status = Unix.process_status

    /// <summary>What a process has used: seconds of the processor's time, in the process itself and in the system for it.</summary>
    type resource_usage = { ru_utime: float; ru_stime: float }

/// <summary>The functions of <c>Lwt_unix</c> that have optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_unix =

    /// <summary>As <c>symlink</c>, with OCaml's optional argument.</summary>
    /// <param name="target">What the link leads to.</param>
    /// <param name="name">The name of the link.</param>
    /// <param name="to_dir">For Windows: whether it leads to a directory.</param>
    static member symlink_with(target: string, name: string, ?to_dir: bool) : unit Lwt.t =
        Null.check "Lwt_unix.symlink_with" (nameof target) target
        Null.check "Lwt_unix.symlink_with" (nameof name) name
        Primitives.SymbolicLink<unit>(target, name, Option.toNullable to_dir)

    /// <summary>As <c>mcast_add_membership</c>, with OCaml's optional argument.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="group">The address of the group.</param>
    /// <param name="ifname">An address of this machine, on the network to listen to.</param>
    static member mcast_add_membership_with(fd: Port, group: IPAddress, ?ifname: IPAddress) : unit =
        Null.check "Lwt_unix.mcast_add_membership_with" (nameof fd) fd
        Null.check "Lwt_unix.mcast_add_membership_with" (nameof group) group
        fd.JoinGroup(group, Option.toObj ifname)

    /// <summary>As <c>mcast_drop_membership</c>, with OCaml's optional argument.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="group">The address of the group.</param>
    /// <param name="ifname">The address that the group was joined by.</param>
    static member mcast_drop_membership_with(fd: Port, group: IPAddress, ?ifname: IPAddress) : unit =
        Null.check "Lwt_unix.mcast_drop_membership_with" (nameof fd) fd
        Null.check "Lwt_unix.mcast_drop_membership_with" (nameof group) group
        fd.LeaveGroup(group, Option.toObj ifname)

    /// <summary>As <c>get_affinity</c>, with OCaml's optional argument.</summary>
    /// <param name="pid">The process, or rather its first thread; zero is this thread.</param>
    static member get_affinity_with(?pid: int) : int list =
        if not (OperatingSystem.IsLinux()) then
            raise (Lwt_sys.Not_available "get_affinity")

        List.ofArray (Primitives.GetAffinity(defaultArg pid 0))

    /// <summary>As <c>set_affinity</c>, with OCaml's optional argument.</summary>
    /// <param name="cpus">The processors.</param>
    /// <param name="pid">The process, or rather its first thread; zero is this thread.</param>
    static member set_affinity_with(cpus: int list, ?pid: int) : unit =
        if not (OperatingSystem.IsLinux()) then
            raise (Lwt_sys.Not_available "set_affinity")

        Primitives.SetAffinity(defaultArg pid 0, cpus)
