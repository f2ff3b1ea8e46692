namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// TLS over descriptors: OCaml's <c>Lwt_ssl</c>, on .NET's TLS. A handshake that fails rejects with .NET's
/// <c>AuthenticationException</c> or <c>IOException</c>, where OCaml's <c>Ssl</c> has exceptions of its own, and closes the
/// descriptor. A connection that is cut without its notice of the end rejects reads with <c>TlsTruncatedException</c>.
/// </summary>
/// <example>
/// <code>
/// let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
/// Ssl.add_cert_to_store ctx root
/// Ssl.set_context_hostname ctx "localhost"
///
/// lwt {
///     let! s = Lwt_ssl.ssl_connect fd ctx
///     let! line = (Lwt_ssl.in_channel_of_descr s).ReadLine()
///     do! Lwt_ssl.close s
///     return line
/// }
/// </code>
/// </example>
module Lwt_ssl =

    let private toUnit (p: Promise) : unit Lwt.t =
        Lwt.map (fun (_: Lwt.Core.Unit) -> ()) (p.AsUnit())

    /// <summary>A connection: one of TLS, or a plain one.</summary>
    [<Sealed; AllowNullLiteral>]
    type socket internal (fd: Lwt_unix.file_descr, tls: Ssl.socket option, connection: Lazy<ChannelConnection>) =
        member internal _.Fd = fd
        member internal _.Tls = tls

        /// Of a plain one it is made when a channel is asked for.
        member internal _.Connection = connection.Value

        member internal _.HasChannels = connection.IsValueCreated

    /// <summary>A connection whose handshake is still to come.</summary>
    [<Sealed; AllowNullLiteral>]
    type uninitialized_socket internal (fd: Lwt_unix.file_descr, tls: Ssl.socket) =
        member internal _.Fd = fd
        member internal _.Tls = tls

    /// <summary>What is known of TLS; <c>None</c> for a plain connection.</summary>
    let ssl_socket (s: socket) : Ssl.socket option =
        Null.check "Lwt_ssl.ssl_socket" (nameof s) s
        s.Tls

    /// <summary>The settings of a connection, to change them before the handshake.</summary>
    let ssl_socket_of_uninitialized_socket (s: uninitialized_socket) : Ssl.socket =
        Null.check "Lwt_ssl.ssl_socket_of_uninitialized_socket" (nameof s) s
        s.Tls

    /// <summary>Whether the connection is one of TLS.</summary>
    let is_ssl (s: socket) : bool =
        Null.check "Lwt_ssl.is_ssl" (nameof s) s
        s.Tls.IsSome

    let private begun (fd: Lwt_unix.file_descr) (tls: Ssl.socket) (opening: ChannelConnection Lwt.t) : socket Lwt.t =
        opening
        |> Lwt.map (fun connection ->
            tls.Session <- Option.ofObj connection.Tls
            let held = lazy connection
            held.Force() |> ignore
            socket (fd, Some tls, held))

    let private connect (call: string) (fd: Lwt_unix.file_descr) (tls: Ssl.socket) : socket Lwt.t =
        Lwt.apply (fun () -> begun fd tls (ChannelConnection.OpenTls(fd, TlsOptions.client call tls))) ()

    let private accept (call: string) (fd: Lwt_unix.file_descr) (tls: Ssl.socket) : socket Lwt.t =
        Lwt.apply (fun () -> begun fd tls (ChannelConnection.AcceptTls(fd, TlsOptions.server call tls.Context))) ()

    /// <summary>Does the handshake of a server. A context with a certificate is needed (<c>Ssl.use_certificate</c>).</summary>
    /// <remarks>Cancelling the promise, or a failure, closes the descriptor. Limit the time by <c>Lwt_unix.with_timeout</c>.</remarks>
    let ssl_accept (fd: Lwt_unix.file_descr) (ctx: Ssl.context) : socket Lwt.t =
        Null.check "Lwt_ssl.ssl_accept" (nameof fd) fd
        Null.check "Lwt_ssl.ssl_accept" (nameof ctx) ctx
        accept "Lwt_ssl.ssl_accept" fd (Ssl.socket ctx)

    /// <summary>
    /// Does the handshake of a client, and verifies that the certificate is valid for the name that the context has
    /// (<c>Ssl.set_context_hostname</c>). Cancelling the promise, or a failure, closes the descriptor.
    /// </summary>
    let ssl_connect (fd: Lwt_unix.file_descr) (ctx: Ssl.context) : socket Lwt.t =
        Null.check "Lwt_ssl.ssl_connect" (nameof fd) fd
        Null.check "Lwt_ssl.ssl_connect" (nameof ctx) ctx
        connect "Lwt_ssl.ssl_connect" fd (Ssl.socket ctx)

    /// <summary>A plain connection, without TLS.</summary>
    let plain (fd: Lwt_unix.file_descr) : socket =
        Null.check "Lwt_ssl.plain" (nameof fd) fd
        socket (fd, None, lazy (ChannelConnection.Of fd))

    /// <summary>A connection whose handshake is still to come, so that it can have settings of its own.</summary>
    let embed_uninitialized_socket (fd: Lwt_unix.file_descr) (ctx: Ssl.context) : uninitialized_socket =
        Null.check "Lwt_ssl.embed_uninitialized_socket" (nameof fd) fd
        Null.check "Lwt_ssl.embed_uninitialized_socket" (nameof ctx) ctx
        uninitialized_socket (fd, Ssl.socket ctx)

    /// <summary>Does the handshake of a client, as <c>ssl_connect</c>.</summary>
    let ssl_perform_handshake (s: uninitialized_socket) : socket Lwt.t =
        Null.check "Lwt_ssl.ssl_perform_handshake" (nameof s) s
        connect "Lwt_ssl.ssl_perform_handshake" s.Fd s.Tls

    /// <summary>Does the handshake of a server, as <c>ssl_accept</c>.</summary>
    let ssl_accept_handshake (s: uninitialized_socket) : socket Lwt.t =
        Null.check "Lwt_ssl.ssl_accept_handshake" (nameof s) s
        accept "Lwt_ssl.ssl_accept_handshake" s.Fd s.Tls

    /// <summary>As <c>read</c>, into memory.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let read_bytes (s: socket) (buf: Lwt_bytes.t) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_ssl.read_bytes" (nameof s) s
        Bounds.check "Lwt_ssl.read_bytes" buf.Length ofs len
        let target = buf.Slice(ofs, len)

        if s.Tls.IsSome then
            s.Connection.Input.ReadInto target
        else
            s.Fd.Read target

    /// <summary>
    /// Reads what is there, at most <paramref name="len"/> bytes, and returns how many; waits if nothing is there. Zero is the
    /// end. Cancelling the promise leaves the bytes to the next read. On TLS, it may be mixed with reads of the input channel.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let read (s: socket) (buf: byte array) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_ssl.read" (nameof s) s
        Null.check "Lwt_ssl.read" (nameof buf) buf
        Bounds.check "Lwt_ssl.read" buf.Length ofs len
        read_bytes s (Memory buf) ofs len

    /// <summary>As <c>write</c>, of memory.</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let write_bytes (s: socket) (buf: Lwt_bytes.t) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_ssl.write_bytes" (nameof s) s
        Bounds.check "Lwt_ssl.write_bytes" buf.Length ofs len
        let bytes: ReadOnlyMemory<byte> = Memory.op_Implicit (buf.Slice(ofs, len))

        if s.Tls.IsSome then
            let output = s.Connection.Output

            Lwt.bind (output.WriteFrom bytes) (fun count ->
                Lwt.map (fun (_: Lwt.Core.Unit) -> count) (output.Flush().AsUnit()))
        else
            s.Fd.Write bytes

    /// <summary>
    /// Writes at most <paramref name="len"/> bytes, at least one, and returns how many. They are with the system when the
    /// promise is fulfilled. On TLS, it may be mixed with writes to the output channel, and one that is cancelled may be done
    /// all the same.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The bytes are not within the buffer; raised at once.</exception>
    let write (s: socket) (buf: byte array) (ofs: int) (len: int) : int Lwt.t =
        Null.check "Lwt_ssl.write" (nameof s) s
        Null.check "Lwt_ssl.write" (nameof buf) buf
        Bounds.check "Lwt_ssl.write" buf.Length ofs len
        write_bytes s (Memory buf) ofs len

    /// <summary>
    /// Fulfilled when a read of a plain connection would not wait. On TLS it only pauses, as in OCaml: that the descriptor can
    /// be read does not say that there are bytes to return.
    /// </summary>
    let wait_read (s: socket) : unit Lwt.t =
        Null.check "Lwt_ssl.wait_read" (nameof s) s

        if s.Tls.IsSome then
            Lwt.pause ()
        else
            Lwt_unix.wait_read s.Fd

    /// <summary>Fulfilled when a write to a plain connection would not wait. On TLS it only pauses, as in OCaml.</summary>
    let wait_write (s: socket) : unit Lwt.t =
        Null.check "Lwt_ssl.wait_write" (nameof s) s

        if s.Tls.IsSome then
            Lwt.pause ()
        else
            Lwt_unix.wait_write s.Fd

    /// <summary>
    /// Ends directions of the connection below TLS, without a notice: call <c>ssl_shutdown</c> before, or the peer sees a
    /// connection that was cut.
    /// </summary>
    let shutdown (s: socket) (command: Unix.shutdown_command) : unit =
        Null.check "Lwt_ssl.shutdown" (nameof s) s
        Lwt_unix.shutdown s.Fd command

    /// <summary>
    /// Closes the connection, after what was written to its channels is out. On TLS the peer is told first that this is the
    /// end, which OCaml's leaves to <c>ssl_shutdown</c>.
    /// </summary>
    let close (s: socket) : unit Lwt.t =
        Null.check "Lwt_ssl.close" (nameof s) s

        if s.HasChannels then
            toUnit (s.Connection.Close())
        else
            Lwt_unix.close s.Fd

    /// <summary>The input channel of the connection, the same for each call. Closing it closes the connection.</summary>
    let in_channel_of_descr (s: socket) : InputChannel =
        Null.check "Lwt_ssl.in_channel_of_descr" (nameof s) s
        s.Connection.Input

    /// <summary>
    /// The output channel of the connection, the same for each call. Closing it closes the connection, after what was written
    /// is out.
    /// </summary>
    let out_channel_of_descr (s: socket) : OutputChannel =
        Null.check "Lwt_ssl.out_channel_of_descr" (nameof s) s
        s.Connection.Output

    /// <summary>
    /// Tells the peer that no more comes, after what was written is out. What the peer sends can still be read. It does
    /// nothing on a plain connection.
    /// </summary>
    let ssl_shutdown (s: socket) : unit Lwt.t =
        Null.check "Lwt_ssl.ssl_shutdown" (nameof s) s

        if s.Tls.IsSome then
            toUnit (s.Connection.ShutdownTls())
        else
            Lwt.return_unit

    /// <summary>Rejects what waits for the descriptor, and all that comes later, with an exception.</summary>
    let abort (s: socket) (e: exn) : unit =
        Null.check "Lwt_ssl.abort" (nameof s) s
        Null.check "Lwt_ssl.abort" (nameof e) e
        Lwt_unix.abort s.Fd e

    /// <summary>The descriptor below. Reading or writing it breaks TLS.</summary>
    let get_fd (s: socket) : Lwt_unix.file_descr =
        Null.check "Lwt_ssl.get_fd" (nameof s) s
        s.Fd

    /// <summary>The address of this end.</summary>
    let getsockname (s: socket) : Unix.sockaddr =
        Null.check "Lwt_ssl.getsockname" (nameof s) s
        Lwt_unix.getsockname s.Fd

    /// <summary>The address of the other end.</summary>
    let getpeername (s: socket) : Unix.sockaddr =
        Null.check "Lwt_ssl.getpeername" (nameof s) s
        Lwt_unix.getpeername s.Fd
