namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.IO
open System.Net
open System.Net.Sockets
open System.Text
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>
/// The types of OCaml's <c>Unix</c> that <c>Lwt_unix</c> uses, its addresses and its errors. Its functions are not here:
/// they block the thread, and with it the loop. <c>Lwt_unix</c> has those that return promises.
/// </summary>
module Unix =

    /// <summary>The kinds of system errors.</summary>
    type error =
        /// Argument list too long.
        | E2BIG
        /// Permission denied.
        | EACCES
        /// Resource temporarily unavailable; try again.
        | EAGAIN
        /// Bad file descriptor.
        | EBADF
        /// Resource unavailable.
        | EBUSY
        /// No child process.
        | ECHILD
        /// Resource deadlock would occur.
        | EDEADLK
        /// Domain error for math functions, etc..
        | EDOM
        /// File exists.
        | EEXIST
        /// Bad address.
        | EFAULT
        /// File too large.
        | EFBIG
        /// Function interrupted by signal.
        | EINTR
        /// Invalid argument.
        | EINVAL
        /// Hardware I/O error.
        | EIO
        /// Is a directory.
        | EISDIR
        /// Too many open files by the process.
        | EMFILE
        /// Too many links.
        | EMLINK
        /// Filename too long.
        | ENAMETOOLONG
        /// Too many open files in the system.
        | ENFILE
        /// No such device.
        | ENODEV
        /// No such file or directory.
        | ENOENT
        /// Not an executable file.
        | ENOEXEC
        /// No locks available.
        | ENOLCK
        /// Not enough memory.
        | ENOMEM
        /// No space left on device.
        | ENOSPC
        /// Function not supported.
        | ENOSYS
        /// Not a directory.
        | ENOTDIR
        /// Directory not empty.
        | ENOTEMPTY
        /// Inappropriate I/O control operation.
        | ENOTTY
        /// No such device or address.
        | ENXIO
        /// Operation not permitted.
        | EPERM
        /// Broken pipe.
        | EPIPE
        /// Result too large.
        | ERANGE
        /// Read-only file system.
        | EROFS
        /// Invalid seek e.g. on a pipe.
        | ESPIPE
        /// No such process.
        | ESRCH
        /// Invalid link.
        | EXDEV
        /// Operation would block.
        | EWOULDBLOCK
        /// Operation now in progress.
        | EINPROGRESS
        /// Operation already in progress.
        | EALREADY
        /// Socket operation on non-socket.
        | ENOTSOCK
        /// Destination address required.
        | EDESTADDRREQ
        /// Message too long.
        | EMSGSIZE
        /// Protocol wrong type for socket.
        | EPROTOTYPE
        /// Protocol not available.
        | ENOPROTOOPT
        /// Protocol not supported.
        | EPROTONOSUPPORT
        /// Socket type not supported.
        | ESOCKTNOSUPPORT
        /// Operation not supported on socket.
        | EOPNOTSUPP
        /// Protocol family not supported.
        | EPFNOSUPPORT
        /// Address family not supported by protocol family.
        | EAFNOSUPPORT
        /// Address already in use.
        | EADDRINUSE
        /// Cannot assign requested address.
        | EADDRNOTAVAIL
        /// Network is down.
        | ENETDOWN
        /// Network is unreachable.
        | ENETUNREACH
        /// Network dropped connection on reset.
        | ENETRESET
        /// Software caused connection abort.
        | ECONNABORTED
        /// Connection reset by peer.
        | ECONNRESET
        /// No buffer space available.
        | ENOBUFS
        /// Socket is already connected.
        | EISCONN
        /// Socket is not connected.
        | ENOTCONN
        /// Cannot send after socket shutdown.
        | ESHUTDOWN
        /// Too many references: can't splice.
        | ETOOMANYREFS
        /// Connection timed out.
        | ETIMEDOUT
        /// Connection refused.
        | ECONNREFUSED
        /// Host is down.
        | EHOSTDOWN
        /// No route to host.
        | EHOSTUNREACH
        /// Too many levels of symbolic links.
        | ELOOP
        /// File size or position not representable.
        | EOVERFLOW
        /// An error that none of these names: the system's number, or that of .NET's <c>SocketError</c>.
        | EUNKNOWNERR of int

    /// The name, Linux's number and the text of each error, in OCaml's order.
    let private errors =
        let row (name: string) (error: error) (number: int) (text: string) = struct (name, error, number, text)

        lazy
            [|
                row "E2BIG" E2BIG 7 "Argument list too long"
                row "EACCES" EACCES 13 "Permission denied"
                row "EAGAIN" EAGAIN 11 "Resource temporarily unavailable"
                row "EBADF" EBADF 9 "Bad file descriptor"
                row "EBUSY" EBUSY 16 "Device or resource busy"
                row "ECHILD" ECHILD 10 "No child processes"
                row "EDEADLK" EDEADLK 35 "Resource deadlock avoided"
                row "EDOM" EDOM 33 "Numerical argument out of domain"
                row "EEXIST" EEXIST 17 "File exists"
                row "EFAULT" EFAULT 14 "Bad address"
                row "EFBIG" EFBIG 27 "File too large"
                row "EINTR" EINTR 4 "Interrupted system call"
                row "EINVAL" EINVAL 22 "Invalid argument"
                row "EIO" EIO 5 "Input/output error"
                row "EISDIR" EISDIR 21 "Is a directory"
                row "EMFILE" EMFILE 24 "Too many open files"
                row "EMLINK" EMLINK 31 "Too many links"
                row "ENAMETOOLONG" ENAMETOOLONG 36 "File name too long"
                row "ENFILE" ENFILE 23 "Too many open files in system"
                row "ENODEV" ENODEV 19 "No such device"
                row "ENOENT" ENOENT 2 "No such file or directory"
                row "ENOEXEC" ENOEXEC 8 "Exec format error"
                row "ENOLCK" ENOLCK 37 "No locks available"
                row "ENOMEM" ENOMEM 12 "Cannot allocate memory"
                row "ENOSPC" ENOSPC 28 "No space left on device"
                row "ENOSYS" ENOSYS 38 "Function not implemented"
                row "ENOTDIR" ENOTDIR 20 "Not a directory"
                row "ENOTEMPTY" ENOTEMPTY 39 "Directory not empty"
                row "ENOTTY" ENOTTY 25 "Inappropriate ioctl for device"
                row "ENXIO" ENXIO 6 "No such device or address"
                row "EPERM" EPERM 1 "Operation not permitted"
                row "EPIPE" EPIPE 32 "Broken pipe"
                row "ERANGE" ERANGE 34 "Numerical result out of range"
                row "EROFS" EROFS 30 "Read-only file system"
                row "ESPIPE" ESPIPE 29 "Illegal seek"
                row "ESRCH" ESRCH 3 "No such process"
                row "EXDEV" EXDEV 18 "Invalid cross-device link"
                row "EWOULDBLOCK" EWOULDBLOCK 11 "Resource temporarily unavailable"
                row "EINPROGRESS" EINPROGRESS 115 "Operation now in progress"
                row "EALREADY" EALREADY 114 "Operation already in progress"
                row "ENOTSOCK" ENOTSOCK 88 "Socket operation on non-socket"
                row "EDESTADDRREQ" EDESTADDRREQ 89 "Destination address required"
                row "EMSGSIZE" EMSGSIZE 90 "Message too long"
                row "EPROTOTYPE" EPROTOTYPE 91 "Protocol wrong type for socket"
                row "ENOPROTOOPT" ENOPROTOOPT 92 "Protocol not available"
                row "EPROTONOSUPPORT" EPROTONOSUPPORT 93 "Protocol not supported"
                row "ESOCKTNOSUPPORT" ESOCKTNOSUPPORT 94 "Socket type not supported"
                row "EOPNOTSUPP" EOPNOTSUPP 95 "Operation not supported"
                row "EPFNOSUPPORT" EPFNOSUPPORT 96 "Protocol family not supported"
                row "EAFNOSUPPORT" EAFNOSUPPORT 97 "Address family not supported by protocol"
                row "EADDRINUSE" EADDRINUSE 98 "Address already in use"
                row "EADDRNOTAVAIL" EADDRNOTAVAIL 99 "Cannot assign requested address"
                row "ENETDOWN" ENETDOWN 100 "Network is down"
                row "ENETUNREACH" ENETUNREACH 101 "Network is unreachable"
                row "ENETRESET" ENETRESET 102 "Network dropped connection on reset"
                row "ECONNABORTED" ECONNABORTED 103 "Software caused connection abort"
                row "ECONNRESET" ECONNRESET 104 "Connection reset by peer"
                row "ENOBUFS" ENOBUFS 105 "No buffer space available"
                row "EISCONN" EISCONN 106 "Transport endpoint is already connected"
                row "ENOTCONN" ENOTCONN 107 "Transport endpoint is not connected"
                row "ESHUTDOWN" ESHUTDOWN 108 "Cannot send after transport endpoint shutdown"
                row "ETOOMANYREFS" ETOOMANYREFS 109 "Too many references: cannot splice"
                row "ETIMEDOUT" ETIMEDOUT 110 "Connection timed out"
                row "ECONNREFUSED" ECONNREFUSED 111 "Connection refused"
                row "EHOSTDOWN" EHOSTDOWN 112 "Host is down"
                row "EHOSTUNREACH" EHOSTUNREACH 113 "No route to host"
                row "ELOOP" ELOOP 40 "Too many levels of symbolic links"
                row "EOVERFLOW" EOVERFLOW 75 "Value too large for defined data type"
            |]

    let private byName =
        lazy
            (let names = Dictionary<string, error>()

             for struct (name, error, _, _) in errors.Value do
                 names[name] <- error

             names)

    let internal errorOfNumber (number: int) =
        match Array.tryFind (fun struct (_, _, n, _) -> n = number) errors.Value with
        | Some(struct (_, error, _, _)) -> error
        | None -> EUNKNOWNERR number

    let internal errorNamed (name: string) (number: int) =
        match byName.Value.TryGetValue name with
        | true, error -> error
        | _ -> EUNKNOWNERR number

    let private tryRow (code: error) =
        Array.tryFind (fun struct (_, error, _, _) -> error = code) errors.Value

    /// <summary>What an error means, in English, the same on every system.</summary>
    let error_message (code: error) : string =
        match code, tryRow code with
        | _, Some(struct (_, _, _, text)) -> text
        | EUNKNOWNERR number, None -> $"Unknown error {number}"
        | _, None -> "Unknown error"

    /// <summary>An error that a program raises itself by <c>Unix_error</c>. Those of the core are its own classes.</summary>
    [<Sealed; AllowNullLiteral>]
    type UnixErrorException internal (code: error, name: string, number: int, call: string, argument: string) =
        inherit
            IOException(
                (if argument = "" then call else $"{call} {argument}")
                + $": {error_message code} ({name})"
            )

        /// <summary>Which error.</summary>
        member _.Code = code

        interface ISystemError with
            member _.ErrorName = name
            member _.ErrorNumber = number
            member _.Call = call
            member _.Argument = argument

        /// <summary>One with the same error, call and argument is equal.</summary>
        override _.Equals(other: obj | null) =
            match other with
            | :? UnixErrorException as other ->
                let parts = other :> ISystemError
                code = other.Code && call = parts.Call && argument = parts.Argument
            | _ -> false

        /// <summary>That of the error and the call.</summary>
        override _.GetHashCode() = HashCode.Combine(code, call)

    /// <summary>A system call failed: which error, the call, and what it was called on or ""; to be raised.</summary>
    let Unix_error (code: error, call: string, argument: string) : exn =
        match tryRow code with
        | Some(struct (name, _, number, _)) -> UnixErrorException(code, name, number, call, argument)
        | None ->
            let number =
                match code with
                | EUNKNOWNERR number -> number
                | _ -> 0

            UnixErrorException(code, $"error {number}", number, call, argument)

    [<return: Struct>]
    let private (|SystemError|_|) (e: exn) =
        match box e with
        | :? ISystemError as error -> ValueSome error
        | _ -> ValueNone

    // On Unix, .NET keeps the system's number where Windows has its own kind of code.
    let private numberIn (e: exn) =
        match e with
        | :? UnauthorizedAccessException as e when not (isNull e.InnerException) -> e.InnerException.HResult
        | e -> e.HResult

    /// <summary>
    /// Recognises a failed system call, and its error, call and argument: what sockets and pipes of this library reject with,
    /// <c>SocketException</c>, and <c>IOException</c> and <c>UnauthorizedAccessException</c> where they tell which error it
    /// was. .NET's own do not tell the call. A port that is closed is EBADF.
    /// </summary>
    let (|Unix_error|_|) (e: exn) : (error * string * string) option =
        match e with
        | :? UnixErrorException as e ->
            let parts = e :> ISystemError
            Some(e.Code, parts.Call, parts.Argument)
        | SystemError error ->
            let number =
                match e with
                | :? SocketException as e when error.ErrorNumber = 0 -> int e.SocketErrorCode
                | _ -> error.ErrorNumber

            Some(errorNamed error.ErrorName number, error.Call, error.Argument)
        | :? SocketException as e ->
            Some(errorNamed (Primitives.ErrorName e.SocketErrorCode) (int e.SocketErrorCode), "", "")
        | :? EndOfStreamException -> None
        | :? IOException as e when (e.InnerException :? SocketException) ->
            let code = (e.InnerException :?> SocketException).SocketErrorCode
            Some(errorNamed (Primitives.ErrorName code) (int code), "", "")
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Some(ENOENT, "", "")
        | :? PathTooLongException -> Some(ENAMETOOLONG, "", "")
        | :? IOException
        | :? UnauthorizedAccessException ->
            match numberIn e with
            | number when number > 0 && number < 4096 -> Some(errorOfNumber number, "", "")
            | _ when (e :? UnauthorizedAccessException) -> Some(EACCES, "", "")
            | _ -> None
        | _ -> None

    /// <summary>
    /// Calls a function; an exception that <c>Unix_error</c> recognises is written to standard error, and ends the process
    /// with code 2.
    /// </summary>
    let handle_unix_error (f: 'a -> 'b) (x: 'a) : 'b =
        Null.check "Unix.handle_unix_error" (nameof f) f

        try
            f x
        with Unix_error(code, call, argument) ->
            let on = if argument = "" then "" else $" on \"{argument}\""
            Console.Error.WriteLine $"{Environment.ProcessPath}: \"{call}\" failed{on}: {error_message code}"
            exit 2

    /// <summary>The address of a host: .NET's <c>IPAddress</c>.</summary>
    type inet_addr = IPAddress

    // .NET takes more than OCaml: "1", "0x7f.1", "[::1]", a scope.
    let private isDottedQuad (s: string) =
        let parts = s.Split '.'

        parts.Length = 4
        && parts
           |> Array.forall (fun part ->
               part.Length >= 1
               && part.Length <= 3
               && Seq.forall Char.IsAsciiDigit part
               && (part.Length = 1 || part[0] <> '0')
               && int part <= 255)

    let private isIPv6 (s: string) =
        s.Contains ':'
        && Seq.forall (fun c -> Char.IsAsciiHexDigit c || c = ':' || c = '.') s

    /// <summary>The address that a text stands for: four numbers with points, or IPv6.</summary>
    /// <exception cref="T:System.Exception"><c>Failure</c>: the text is no address.</exception>
    let inet_addr_of_string (s: string) : inet_addr =
        Null.check "Unix.inet_addr_of_string" (nameof s) s

        if isDottedQuad s || isIPv6 s then
            match IPAddress.TryParse s with
            | true, address -> address
            | _ -> failwith "inet_addr_of_string"
        else
            failwith "inet_addr_of_string"

    /// <summary>The address as text.</summary>
    let string_of_inet_addr (a: inet_addr) : string =
        Null.check "Unix.string_of_inet_addr" (nameof a) a
        a.ToString()

    /// <summary>All addresses of this machine, for <c>bind</c>: 0.0.0.0.</summary>
    let inet_addr_any: inet_addr = IPAddress.Any

    /// <summary>This machine: 127.0.0.1.</summary>
    let inet_addr_loopback: inet_addr = IPAddress.Loopback

    /// <summary>All addresses of this machine, for <c>bind</c>: <c>::</c>.</summary>
    let inet6_addr_any: inet_addr = IPAddress.IPv6Any

    /// <summary>This machine: <c>::1</c>.</summary>
    let inet6_addr_loopback: inet_addr = IPAddress.IPv6Loopback

    /// <summary>Whether an address is one of IPv6.</summary>
    let is_inet6_addr (a: inet_addr) : bool =
        Null.check "Unix.is_inet6_addr" (nameof a) a
        a.AddressFamily = AddressFamily.InterNetworkV6

    /// <summary>
    /// A descriptor that blocks, such as the end of a pipe that another process gets: .NET's <c>SafeFileHandle</c>.
    /// (<c>Lwt_unix.file_descr</c> is what promises work on.)
    /// </summary>
    type file_descr = Microsoft.Win32.SafeHandles.SafeFileHandle

    /// <summary>How a process has ended.</summary>
    type process_status =
        /// <summary>It has exited with this code.</summary>
        | WEXITED of int
        /// <summary>This signal has killed it: a value of <c>Sys</c>, or the system's number of one that OCaml has not.</summary>
        | WSIGNALED of int
        /// <summary>This signal has stopped it.</summary>
        | WSTOPPED of int

    /// <summary>How to open a file.</summary>
    type open_flag =
        /// To read.
        | O_RDONLY
        /// To write.
        | O_WRONLY
        /// To read and to write.
        | O_RDWR
        /// Without waiting for the process at the other side of a pipe; nothing blocks the loop in any case.
        | O_NONBLOCK
        /// Each write goes to the end.
        | O_APPEND
        /// Make the file if there is none.
        | O_CREAT
        /// Make the file empty.
        | O_TRUNC
        /// With O_CREAT: there may be none.
        | O_EXCL
        /// A terminal does not become that of the process; .NET's never does.
        | O_NOCTTY
        /// Writes wait for the disk.
        | O_DSYNC
        /// Writes wait for the disk, also for the times of the file.
        | O_SYNC
        /// Reads wait for writes under way; taken, without effect.
        | O_RSYNC
        /// Others may delete the file; they always may.
        | O_SHARE_DELETE
        /// No process that is started inherits the descriptor; none ever does.
        | O_CLOEXEC
        /// Processes that are started later inherit the descriptor (Linux); else none does.
        | O_KEEPEXEC

    /// <summary>The permissions of a file: <c>0o644</c>.</summary>
    type file_perm = int

    /// <summary>What an offset counts from.</summary>
    type seek_command =
        /// The beginning.
        | SEEK_SET
        /// Where one is.
        | SEEK_CUR
        /// The end.
        | SEEK_END

    /// <summary>What a name of the file system stands for.</summary>
    type file_kind =
        /// A file with contents.
        | S_REG
        /// A directory.
        | S_DIR
        /// A device of bytes, such as a terminal.
        | S_CHR
        /// A device of blocks.
        | S_BLK
        /// A link to another name.
        | S_LNK
        /// A pipe with a name.
        | S_FIFO
        /// A socket with a name.
        | S_SOCK

    /// <summary>
    /// What the file system knows of a file. Numbers that OCaml has 63 bits for are an int64, but for the size: a file of 2 GB
    /// or more is EOVERFLOW, as with OCaml on 32 bits. <c>LargeFile.stats</c> has room for it.
    /// </summary>
    type stats =
        {
            /// The device that the file is on.
            st_dev: int64
            /// Its number on the device.
            st_ino: int64
            /// What it is.
            st_kind: file_kind
            /// Who may do what with it.
            st_perm: file_perm
            /// How many names it has.
            st_nlink: int
            /// The number of the user who owns it.
            st_uid: int
            /// The number of the group that owns it.
            st_gid: int
            /// Of a device: which one it is.
            st_rdev: int64
            /// How many bytes it has.
            st_size: int
            /// When it was last read, in seconds since 1970.
            st_atime: float
            /// When its contents last changed.
            st_mtime: float
            /// When its contents or what is told here last changed.
            st_ctime: float
        }

    /// <summary>The types of the functions that take files of any size.</summary>
    module LargeFile =

        /// <summary>As <c>Unix.stats</c>, of a file of any size.</summary>
        type stats =
            {
                /// The device that the file is on.
                st_dev: int64
                /// Its number on the device.
                st_ino: int64
                /// What it is.
                st_kind: file_kind
                /// Who may do what with it.
                st_perm: file_perm
                /// How many names it has.
                st_nlink: int
                /// The number of the user who owns it.
                st_uid: int
                /// The number of the group that owns it.
                st_gid: int
                /// Of a device: which one it is.
                st_rdev: int64
                /// How many bytes it has.
                st_size: int64
                /// When it was last read, in seconds since 1970.
                st_atime: float
                /// When its contents last changed.
                st_mtime: float
                /// When its contents or what is told here last changed.
                st_ctime: float
            }

    /// <summary>What a process may do with a file.</summary>
    type access_permission =
        /// Read it.
        | R_OK
        /// Write it.
        | W_OK
        /// Execute it; of a directory: reach what is in it.
        | X_OK
        /// Nothing: the file exists.
        | F_OK

    /// <summary>What to do with a lock on a part of a file.</summary>
    type lock_command =
        /// Let it go.
        | F_ULOCK
        /// Wait until no other process has one, and take it.
        | F_LOCK
        /// Take it; EAGAIN if another process has one.
        | F_TLOCK
        /// Look; EACCES if another process has one.
        | F_TEST
        /// As F_LOCK, beside others of the kind.
        | F_RLOCK
        /// As F_TLOCK, beside others of the kind.
        | F_TRLOCK

    /// <summary>A directory that is open to be read.</summary>
    type dir_handle = DirectoryReader

    /// <summary>The families of addresses.</summary>
    type socket_domain =
        /// Files of this machine.
        | PF_UNIX
        /// IPv4.
        | PF_INET
        /// IPv6.
        | PF_INET6

    /// <summary>The kinds of sockets.</summary>
    type socket_type =
        /// A stream of bytes.
        | SOCK_STREAM
        /// Datagrams.
        | SOCK_DGRAM
        /// The network's own packets.
        | SOCK_RAW
        /// Packets in order.
        | SOCK_SEQPACKET

    /// <summary>The address of a socket.</summary>
    [<CustomEquality; CustomComparison>]
    type sockaddr =
        /// The path of a file; "" for a socket without a name; a zero character first for a name that is no file.
        | ADDR_UNIX of string
        /// A host and a port.
        | ADDR_INET of inet_addr * int

        member private this.Key =
            match this with
            | ADDR_UNIX path -> struct (0, Encoding.UTF8.GetBytes path, 0)
            | ADDR_INET(address, port) -> struct (1, address.GetAddressBytes(), port)

        /// <summary>One with the same parts is equal.</summary>
        override this.Equals(other: obj | null) =
            match other with
            | :? sockaddr as other -> this.Key = other.Key
            | _ -> false

        /// <summary>That of the parts.</summary>
        override this.GetHashCode() = hash this.Key

        interface IComparable with
            member this.CompareTo(other: obj | null) =
                match other with
                | :? sockaddr as other -> compare this.Key other.Key
                | _ -> 1

    /// <summary>The family that an address belongs to.</summary>
    let domain_of_sockaddr (address: sockaddr) : socket_domain =
        match address with
        | ADDR_UNIX _ -> PF_UNIX
        | ADDR_INET(a, _) -> if is_inet6_addr a then PF_INET6 else PF_INET

    /// <summary>Which direction of a connection to end.</summary>
    type shutdown_command =
        /// Receiving.
        | SHUTDOWN_RECEIVE
        /// Sending: the peer reads an end.
        | SHUTDOWN_SEND
        /// Both.
        | SHUTDOWN_ALL

    /// <summary>How to send or to receive.</summary>
    type msg_flag =
        /// Out of band.
        | MSG_OOB
        /// To hosts of the same network only.
        | MSG_DONTROUTE
        /// Leave in the socket what is received.
        | MSG_PEEK

    /// <summary>Options of sockets that are on or off.</summary>
    type socket_bool_option =
        /// Record debugging information.
        | SO_DEBUG
        /// Allow datagrams to all.
        | SO_BROADCAST
        /// Allow the address of a connection that has ended.
        | SO_REUSEADDR
        /// Look now and then whether the peer is there.
        | SO_KEEPALIVE
        /// Send to hosts of the same network only.
        | SO_DONTROUTE
        /// Leave out-of-band data among the rest.
        | SO_OOBINLINE
        /// Whether the socket takes connections; to be read.
        | SO_ACCEPTCONN
        /// Send small writes at once.
        | TCP_NODELAY
        /// No IPv4 on a socket of IPv6.
        | IPV6_ONLY
        /// Allow several sockets at one address.
        | SO_REUSEPORT

    /// <summary>Options of sockets that are numbers.</summary>
    type socket_int_option =
        /// Bytes for what is not sent yet.
        | SO_SNDBUF
        /// Bytes for what is not received yet.
        | SO_RCVBUF
        /// The number of the pending error: <c>getsockopt_error</c> tells its name.
        | SO_ERROR
        /// The kind of the socket, as the system numbers it.
        | SO_TYPE
        /// How many bytes make a socket ready to be read.
        | SO_RCVLOWAT
        /// How much room makes a socket ready to be written.
        | SO_SNDLOWAT

    /// <summary>Options of sockets that are a number or off.</summary>
    type socket_optint_option =
        /// How many seconds a close waits for what is not sent yet; zero drops it, and resets the connection.
        | SO_LINGER

    /// <summary>
    /// Options of sockets that are seconds. No operation of <c>Lwt_unix</c> goes by them: use <c>Lwt_unix.with_timeout</c>.
    /// </summary>
    type socket_float_option =
        /// For receiving.
        | SO_RCVTIMEO
        /// For sending.
        | SO_SNDTIMEO

    /// <summary>What is known of a host.</summary>
    type host_entry =
        {
            h_name: string
            h_aliases: string array
            h_addrtype: socket_domain
            h_addr_list: inet_addr array
        }

    /// <summary>What is known of a protocol.</summary>
    type protocol_entry =
        {
            p_name: string
            p_aliases: string array
            p_proto: int
        }

    /// <summary>What is known of a service.</summary>
    type service_entry =
        {
            s_name: string
            s_aliases: string array
            s_port: int
            s_proto: string
        }

    /// <summary>One way to reach a host and a service.</summary>
    type addr_info =
        {
            ai_family: socket_domain
            ai_socktype: socket_type
            ai_protocol: int
            ai_addr: sockaddr
            ai_canonname: string
        }

    /// <summary>What <c>getaddrinfo</c> looks for.</summary>
    type getaddrinfo_option =
        /// Addresses of one family.
        | AI_FAMILY of socket_domain
        /// One kind of socket.
        | AI_SOCKTYPE of socket_type
        /// One protocol.
        | AI_PROTOCOL of int
        /// The host is an address: no name is looked up.
        | AI_NUMERICHOST
        /// Tell the host's own name, in the first result.
        | AI_CANONNAME
        /// Without a host: addresses for <c>bind</c>.
        | AI_PASSIVE

    /// <summary>The names of an address.</summary>
    type name_info =
        {
            ni_hostname: string
            ni_service: string
        }

    /// <summary>How <c>getnameinfo</c> names an address.</summary>
    type getnameinfo_option =
        /// The host without its domain.
        | NI_NOFQDN
        /// The host as its address.
        | NI_NUMERICHOST
        /// Raise <c>Not_found</c> rather than take the host's address for its name.
        | NI_NAMEREQD
        /// The service as its port.
        | NI_NUMERICSERV
        /// The service of UDP.
        | NI_DGRAM

    /// <summary>What is known of a user.</summary>
    type passwd_entry =
        {
            pw_name: string
            pw_passwd: string
            pw_uid: int
            pw_gid: int
            pw_gecos: string
            pw_dir: string
            pw_shell: string
        }

    /// <summary>What is known of a group of users.</summary>
    type group_entry =
        {
            gr_name: string
            gr_passwd: string
            gr_gid: int
            gr_mem: string array
        }

    /// <summary>The settings of a terminal; of those that are on or off, true is on.</summary>
    type terminal_io =
        {
            /// Input: a break is ignored.
            mutable c_ignbrk: bool
            /// Input: a break is SIGINT.
            mutable c_brkint: bool
            /// Input: characters with a wrong parity are dropped.
            mutable c_ignpar: bool
            /// Input: wrong parities are marked.
            mutable c_parmrk: bool
            /// Input: parities are checked.
            mutable c_inpck: bool
            /// Input: the eighth bit is dropped.
            mutable c_istrip: bool
            /// Input: a newline becomes a return.
            mutable c_inlcr: bool
            /// Input: a return is ignored.
            mutable c_igncr: bool
            /// Input: a return becomes a newline.
            mutable c_icrnl: bool
            /// The reader can stop output, by the character of c_vstop.
            mutable c_ixon: bool
            /// The terminal is asked to stop when input comes too fast.
            mutable c_ixoff: bool
            /// Output is changed as the system likes, such as newlines.
            mutable c_opost: bool
            /// How fast it sends, in bits a second.
            mutable c_obaud: int
            /// How fast it receives; zero is as it sends.
            mutable c_ibaud: int
            /// Bits of a character: 5 to 8.
            mutable c_csize: int
            /// Bits after a character: 1 or 2.
            mutable c_cstopb: int
            /// It receives.
            mutable c_cread: bool
            /// Characters have a parity.
            mutable c_parenb: bool
            /// The parity is odd.
            mutable c_parodd: bool
            /// The line is hung up after the last close.
            mutable c_hupcl: bool
            /// The lines of a modem are ignored.
            mutable c_clocal: bool
            /// Characters such as Ctrl-C are signals.
            mutable c_isig: bool
            /// Input comes by lines, which the user can edit.
            mutable c_icanon: bool
            /// What waits is not dropped after a signal.
            mutable c_noflsh: bool
            /// What is typed is shown.
            mutable c_echo: bool
            /// An erased character is erased on the screen.
            mutable c_echoe: bool
            /// A newline is shown after a line was killed.
            mutable c_echok: bool
            /// Newlines are shown even without c_echo.
            mutable c_echonl: bool
            /// The character for SIGINT.
            mutable c_vintr: char
            /// The character for SIGQUIT.
            mutable c_vquit: char
            /// The character that erases the one before.
            mutable c_verase: char
            /// The character that kills the line.
            mutable c_vkill: char
            /// The character that ends the input.
            mutable c_veof: char
            /// Another character that ends a line.
            mutable c_veol: char
            /// Without c_icanon: how many characters make a read return.
            mutable c_vmin: int
            /// Without c_icanon: after how many tenths of a second it returns at the latest.
            mutable c_vtime: int
            /// The character that lets output go on.
            mutable c_vstart: char
            /// The character that stops output.
            mutable c_vstop: char
        }

    /// <summary>When new settings of a terminal hold.</summary>
    type setattr_when =
        /// At once.
        | TCSANOW
        /// After what was written is sent.
        | TCSADRAIN
        /// So, and what was typed and not read is dropped.
        | TCSAFLUSH

    /// <summary>What to drop.</summary>
    type flush_queue =
        /// What was typed and not read.
        | TCIFLUSH
        /// What was written and not sent.
        | TCOFLUSH
        /// Both.
        | TCIOFLUSH

    /// <summary>What to stop or let go on.</summary>
    type flow_action =
        /// Output stops.
        | TCOOFF
        /// Output goes on.
        | TCOON
        /// The terminal is asked to stop sending.
        | TCIOFF
        /// The terminal is asked to go on.
        | TCION
