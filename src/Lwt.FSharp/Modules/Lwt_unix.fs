namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.Net
open System.Net.Sockets
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Time, sockets and pipes: OCaml's <c>Lwt_unix</c>, as far as it concerns them. Seconds are floats and offsets and lengths
/// come after the bytes, as in OCaml. An operation is tried at once. Where it has to wait, its promise can be cancelled, which
/// leaves the bytes to the next, and callbacks run in the loop's dispatch of I/O. Those of one direction are served in the
/// order in which they were called. What fails is recognised by <c>Unix.Unix_error</c>; on a descriptor that is closed, it is
/// EBADF. A function that returns a promise rejects it, where OCaml's raises EBADF and some other errors at once.
/// </summary>
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
    /// A socket or an end of a pipe that the loop of this thread watches. It never blocks the loop, and no process that is
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
    /// Takes a socket of .NET over: the descriptor is used instead of it from here on, and closing that closes it. OCaml's
    /// <c>of_unix_file_descr</c>: in .NET what others make is a <c>Socket</c>, not a number. (Not in OCaml's Lwt.)
    /// </summary>
    let of_socket (socket: Socket) : file_descr =
        Null.check "Lwt_unix.of_socket" (nameof socket) socket
        EventLoop.Current.Ports.Of socket

    /// <summary>Fulfilled with false: no call on a descriptor blocks.</summary>
    let blocking (fd: file_descr) : bool Lwt.t =
        Null.check "Lwt_unix.blocking" (nameof fd) fd
        Lwt.return' false

    /// <summary>Does nothing for false, which holds already. There are no descriptors that block.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">It is true.</exception>
    let set_blocking (fd: file_descr) (blocking: bool) : unit =
        Null.check "Lwt_unix.set_blocking" (nameof fd) fd

        if blocking then
            raise (
                InvalidArgumentException
                    "Lwt_unix.set_blocking: a descriptor of the loop cannot block. Use pipe_in or pipe_out for an end that does."
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
    /// Closes a descriptor. Operations that wait are rejected with EBADF; their callbacks run before this returns. Closing it
    /// again rejects with EBADF.
    /// </summary>
    let close (fd: file_descr) : unit Lwt.t =
        Null.check "Lwt_unix.close" (nameof fd) fd

        if fd.IsClosed then
            Lwt.fail (Unix.Unix_error(Unix.EBADF, "close", fd.Description))
        else
            fd.Close()
            Lwt.return_unit

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

    /// <summary>
    /// Registers a function that any thread can have this loop call, by the number that this returns, until
    /// <c>stop_notification</c>. OCaml's <c>~once:true</c> is <c>stop_notification</c> in the function.
    /// </summary>
    let make_notification (f: unit -> unit) : int =
        Null.check "Lwt_unix.make_notification" (nameof f) f
        Notifications.add f

    /// <summary>Has the loop that made the notification call its function; on any thread. Nothing for an unknown number.</summary>
    let send_notification (id: int) : unit = Notifications.send id

    /// <summary>Forgets a notification; later ones by this number do nothing.</summary>
    let stop_notification (id: int) : unit = Notifications.remove id

    /// <summary>Calls the function of a notification here and now; nothing for an unknown number.</summary>
    let call_notification (id: int) : unit = Notifications.call id

    /// <summary>Replaces the function of a notification.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">The number is unknown: OCaml's <c>Not_found</c>.</exception>
    let set_notification (id: int) (f: unit -> unit) : unit =
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
