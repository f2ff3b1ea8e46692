/// Unix: its errors and addresses.
module Lwt.FSharp.Tests.UnixTests

open System
open System.IO
open System.Net
open System.Net.Sockets
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml

let private recognised (e: exn) =
    match e with
    | Unix.Unix_error(code, call, argument) -> Some(code, call, argument)
    | _ -> None

let private errors =
    testList
        "Unix_error"
        [
            test "raised by hand: matched with its parts" {
                let e = Unix.Unix_error(Unix.ECONNREFUSED, "connect", "here")
                Expect.equal (recognised e) (Some(Unix.ECONNREFUSED, "connect", "here")) "parts"
                Expect.equal e.Message "connect here: Connection refused (ECONNREFUSED)" "message"
                let parts = box e :?> ISystemError
                Expect.equal (parts.ErrorName, parts.ErrorNumber) ("ECONNREFUSED", 111) "as the core tells it"
            }

            test "raised by hand: equal to another with the same parts" {
                let make call = Unix.Unix_error(Unix.EPIPE, call, "")
                Expect.equal (make "write") (make "write") "same"
                Expect.equal (hash (make "write")) (hash (make "write")) "hash"
                Expect.notEqual (make "write") (make "send") "another call"
            }

            test "an unknown error" {
                let e = Unix.Unix_error(Unix.EUNKNOWNERR 9999, "f", "")
                Expect.equal (recognised e) (Some(Unix.EUNKNOWNERR 9999, "f", "")) "parts"
            }

            for code, expected in
                [
                    SocketError.ConnectionRefused, Unix.ECONNREFUSED
                    SocketError.ConnectionReset, Unix.ECONNRESET
                    SocketError.AddressAlreadyInUse, Unix.EADDRINUSE
                    SocketError.AddressNotAvailable, Unix.EADDRNOTAVAIL
                    SocketError.AccessDenied, Unix.EACCES
                    SocketError.Shutdown, Unix.EPIPE
                    SocketError.TimedOut, Unix.ETIMEDOUT
                    SocketError.WouldBlock, Unix.EAGAIN
                    SocketError.NoBufferSpaceAvailable, Unix.ENOBUFS
                    SocketError.OperationNotSupported, Unix.EOPNOTSUPP
                    SocketError.TooManyOpenSockets, Unix.EMFILE
                    SocketError.ProtocolNotSupported, Unix.EPROTONOSUPPORT
                    SocketError.HostNotFound, Unix.EUNKNOWNERR 11001
                ] do
                test $".NET's SocketException: {code}" {
                    Expect.equal (recognised (SocketException(int code))) (Some(expected, "", "")) "code"

                    Expect.equal
                        (recognised (IOException("of a NetworkStream", SocketException(int code))))
                        (Some(expected, "", ""))
                        "inside"
                }

            test ".NET's exceptions of files" {
                Expect.equal (recognised (FileNotFoundException())) (Some(Unix.ENOENT, "", "")) "no file"
                Expect.equal (recognised (DirectoryNotFoundException())) (Some(Unix.ENOENT, "", "")) "no folder"
                Expect.equal (recognised (PathTooLongException())) (Some(Unix.ENAMETOOLONG, "", "")) "too long"
                Expect.equal (recognised (UnauthorizedAccessException())) (Some(Unix.EACCES, "", "")) "not allowed"
            }

            test ".NET's exceptions of files, with the system's number" {
                if OperatingSystem.IsLinux() then
                    let folder = Directory.CreateTempSubdirectory "lwt"

                    try
                        File.WriteAllText(Path.Combine(folder.FullName, "file"), "")

                        let e =
                            try
                                Directory.Delete folder.FullName
                                Exit
                            with e ->
                                e

                        Expect.equal (recognised e) (Some(Unix.ENOTEMPTY, "", "")) "not empty"
                    finally
                        folder.Delete true
            }

            test "others are not" {
                for e in
                    [
                        IOException() :> exn
                        EndOfFileException()
                        ArgumentException()
                        End_of_file
                        Exit
                    ] do
                    Expect.isNone (recognised e) (e.GetType().Name)
            }

            test "is no Sys_error, nor Invalid_argument" {
                match Unix.Unix_error(Unix.EPIPE, "write", "") with
                | Sys_error _
                | Invalid_argument _ -> failtest "matched"
                | _ -> ()
            }
        ]

let private messages =
    testList
        "error_message"
        [
            // As OCaml's Unix has them on Linux.
            for code, message in
                [
                    Unix.ECONNREFUSED, "Connection refused"
                    Unix.EWOULDBLOCK, "Resource temporarily unavailable"
                    Unix.EBADF, "Bad file descriptor"
                    Unix.EOVERFLOW, "Value too large for defined data type"
                    Unix.EUNKNOWNERR 9999, "Unknown error 9999"
                ] do
                test $"%A{code}" { Expect.equal (Unix.error_message code) message "message" }

            test "handle_unix_error, no error: the value" {
                Expect.equal (Unix.handle_unix_error (fun n -> n + 1) 1) 2 "value"
            }

            test "handle_unix_error, another exception: passes" {
                Expect.throwsT<ExitException> (fun () -> Unix.handle_unix_error (fun () -> raise Exit) ()) "passes"
            }
        ]

let private addresses =
    testList
        "inet_addr"
        [
            for text in
                [
                    "1.2.3.4"
                    "0.0.0.0"
                    "255.255.255.255"
                    "::1"
                    "::"
                    "::ffff:1.2.3.4"
                    "1:2::3"
                ] do
                test $"of and to: {text}" {
                    Expect.equal (Unix.string_of_inet_addr (Unix.inet_addr_of_string text)) text "again"
                }

            test "to: small letters" {
                Expect.equal (Unix.string_of_inet_addr (Unix.inet_addr_of_string "2001:DB8::1")) "2001:db8::1" "text"
            }

            // What OCaml refuses.
            for text in
                [
                    ""
                    "1"
                    "1.2.3"
                    "01.2.3.4"
                    "256.1.1.1"
                    "0x7f.1"
                    " 1.2.3.4"
                    "1.2.3.4 "
                    "[::1]"
                    "fe80::1%lo"
                    "localhost"
                    "1..2.3"
                    ":"
                ] do
                test $"of, no address: '{text}'" {
                    match
                        (try
                            Some(Unix.inet_addr_of_string text)
                         with Failure "inet_addr_of_string" ->
                             None)
                    with
                    | Some a -> failtest $"gave {a}"
                    | None -> ()
                }

            test "constants" {
                Expect.equal
                    [
                        Unix.inet_addr_any
                        Unix.inet_addr_loopback
                        Unix.inet6_addr_any
                        Unix.inet6_addr_loopback
                    ]
                    [ IPAddress.Any; IPAddress.Loopback; IPAddress.IPv6Any; IPAddress.IPv6Loopback ]
                    "as .NET's"

                Expect.equal
                    (List.map Unix.is_inet6_addr [ Unix.inet_addr_any; Unix.inet6_addr_any ])
                    [ false; true ]
                    "is_inet6_addr"
            }

            test "domain_of_sockaddr" {
                Expect.equal
                    (List.map
                        Unix.domain_of_sockaddr
                        [
                            Unix.ADDR_UNIX "/x"
                            Unix.ADDR_INET(Unix.inet_addr_any, 1)
                            Unix.ADDR_INET(Unix.inet6_addr_any, 1)
                        ])
                    [ Unix.PF_UNIX; Unix.PF_INET; Unix.PF_INET6 ]
                    "domains"
            }

            test "sockaddr: equal, compared, a key" {
                let at port =
                    Unix.ADDR_INET(IPAddress.Parse "10.0.0.1", port)

                Expect.equal (at 1) (at 1) "equal"
                Expect.equal (hash (at 1)) (hash (at 1)) "hash"
                Expect.notEqual (at 1) (at 2) "port"
                Expect.notEqual (at 1) (Unix.ADDR_INET(Unix.inet_addr_any, 1)) "host"
                Expect.isLessThan (Unix.ADDR_UNIX "/x") (at 1) "kinds"
                Expect.equal (Map.find (at 2) (Map.ofList [ at 1, "a"; at 2, "b" ])) "b" "key"
            }
        ]

[<Tests>]
let tests = testList "Unix" [ errors; messages; addresses ]
