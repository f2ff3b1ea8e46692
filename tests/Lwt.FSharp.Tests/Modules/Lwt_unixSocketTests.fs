/// Lwt_unix: sockets and pipes, over loopback on real time.
module Lwt.FSharp.Tests.Lwt_unixSocketTests

open System
open System.IO
open System.Net.Sockets
open System.Text
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.Infix
open Lwt.FSharp.Tests.States

/// Runs on a loop of its own; what hangs ends as a failure.
let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let private loopback port =
    Unix.ADDR_INET(Unix.inet_addr_loopback, port)

let private tcp () =
    Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0

let private udp () =
    lwt {
        let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0
        do! Lwt_unix.bind fd (loopback 0)
        return fd
    }

let private listening () =
    lwt {
        let fd = tcp ()
        do! Lwt_unix.bind fd (loopback 0)
        Lwt_unix.listen fd 16
        return fd, Lwt_unix.getsockname fd
    }

/// Both ends of a connection over TCP.
let private connection () =
    lwt {
        let! listener, address = listening ()
        let client = tcp ()
        let accepted = Lwt_unix.accept listener
        do! Lwt_unix.connect client address
        let! server, _ = accepted
        do! Lwt_unix.close listener
        return client, server
    }

let private pair () =
    Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0

let private bytes (text: string) = Encoding.UTF8.GetBytes text

let rec private write_all fd (text: string) =
    let rec from ofs (all: byte array) =
        if ofs = all.Length then
            Lwt.return_unit
        else
            Lwt_unix.write fd all ofs (all.Length - ofs) >>= fun n -> from (ofs + n) all

    from 0 (bytes text)

let private read_some fd =
    let buf = Array.zeroCreate 100
    Lwt_unix.read fd buf 0 100 >|= fun n -> Encoding.UTF8.GetString(buf, 0, n)

/// Checks that an operation is rejected with a system error.
let private fails (code: Unix.error) (f: unit -> 'a Lwt.t) : unit Lwt.t =
    Lwt.try_bind f (fun _ -> failtest $"expected %A{code}") (function
        | Unix.Unix_error(actual, _, _) ->
            Expect.equal actual code "the error"
            Lwt.return_unit
        | e -> Lwt.fail e)

/// Checks that a function raises a system error at once.
let private raises (code: Unix.error) (f: unit -> 'a) : unit =
    match
        (try
            f () |> ignore
            None
         with Unix.Unix_error(actual, _, _) ->
             Some actual)
    with
    | Some actual -> Expect.equal actual code "the error"
    | None -> failtest $"expected %A{code}"

let private refuses (f: unit -> 'a) : unit =
    Expect.throwsT<InvalidArgumentException> (f >> ignore) "Invalid_argument, at once"

// Recursive functions stand outside of the blocks: inside one they have no static state machine.

let rec private fill fd (chunk: byte array) =
    let p = Lwt_unix.write fd chunk 0 chunk.Length

    match Lwt.state p with
    | Lwt.Sleep -> Lwt.cancel p
    | _ -> fill fd chunk

let rec private drain fd (chunk: byte array) : unit Lwt.t =
    if Lwt_unix.readable fd then
        Lwt_unix.read fd chunk 0 chunk.Length >>= fun _ -> drain fd chunk
    else
        Lwt.return_unit

let private reading =
    testList
        "read and write"
        [
            test "bytes are there: fulfilled at once" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let! n = Lwt_unix.write a (bytes "hello") 0 5
                        Expect.equal n 5 "written"
                        let buf = Array.zeroCreate 10
                        Lwt_unix.read b buf 2 8 |> becomes (Value 5)
                        Expect.equal (Encoding.UTF8.GetString(buf, 2, 5)) "hello" "at the offset"
                        Expect.equal buf[0..1] [| 0uy; 0uy |] "before it"
                    })
            }

            test "write: from the offset, so many" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let! _ = Lwt_unix.write a (bytes "0123456789") 3 4
                        let! text = read_some b
                        Expect.equal text "3456" "read"
                    })
            }

            test "nothing is there: pending, then fulfilled" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let p = read_some b
                        p |> becomes Pending
                        do! write_all a "later"
                        let! text = p
                        Expect.equal text "later" "read"
                    })
            }

            test "pending, cancelled: the bytes go to the next" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let p = Lwt_unix.read b (Array.zeroCreate 9) 0 9
                        let q = read_some b
                        Lwt.cancel p
                        p |> becomes Cancelled
                        do! write_all a "kept"
                        let! text = q
                        Expect.equal text "kept" "read"
                    })
            }

            test "the peer is closed: zero, again and again" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        do! Lwt_unix.close a
                        let! first = read_some b
                        let! second = read_some b
                        Expect.equal (first, second) ("", "") "the end"
                    })
            }

            test "no bytes asked for: zero" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        do! write_all a "x"
                        Lwt_unix.read b [||] 0 0 |> becomes (Value 0)
                        Lwt_unix.write a [||] 0 0 |> becomes (Value 0)
                    })
            }

            test "bytes not within the buffer: Invalid_argument, and nothing happens" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let buf = Array.zeroCreate 4
                        let there = loopback 1

                        for ofs, len in [ 2, 3; -1, 3; 0, -1; 5, 0; Int32.MaxValue, 1; 1, Int32.MaxValue ] do
                            refuses (fun () -> Lwt_unix.read b buf ofs len)
                            refuses (fun () -> Lwt_unix.write a buf ofs len)
                            refuses (fun () -> Lwt_unix.recv b buf ofs len [])
                            refuses (fun () -> Lwt_unix.send a buf ofs len [])
                            refuses (fun () -> Lwt_unix.recvfrom b buf ofs len [])
                            refuses (fun () -> Lwt_unix.sendto a buf ofs len [] there)

                        // As in OCaml, before the state is looked at.
                        do! Lwt_unix.close a
                        refuses (fun () -> Lwt_unix.read a buf 2 3)
                        let! text = read_some b
                        Expect.equal text "" "nothing was sent"
                    })
            }

            test "the peer is gone: EPIPE" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        do! Lwt_unix.close b
                        do! fails Unix.EPIPE (fun () -> write_all a "x")
                    })
            }

            test "the peer resets: ECONNRESET" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        let p = read_some a
                        Lwt_unix.setsockopt_optint b Unix.SO_LINGER (Some 0)
                        do! Lwt_unix.close b
                        do! fails Unix.ECONNRESET (fun () -> p)
                    })
            }

            test "not connected: ENOTCONN, EPIPE" {
                run (fun () ->
                    lwt {
                        let fd = tcp ()
                        do! fails Unix.ENOTCONN (fun () -> read_some fd)
                        do! fails Unix.EPIPE (fun () -> write_all fd "x")
                        raises Unix.ENOTCONN (fun () -> Lwt_unix.getpeername fd)
                        raises Unix.ENOTCONN (fun () -> Lwt_unix.shutdown fd Unix.SHUTDOWN_ALL)
                    })
            }

            test "wait_read, readable" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        Expect.isFalse (Lwt_unix.readable b) "nothing is there"
                        let p = Lwt_unix.wait_read b
                        p |> becomes Pending
                        do! write_all a "x"
                        do! p
                        Expect.isTrue (Lwt_unix.readable b) "something is there"
                        Lwt_unix.wait_read b |> becomes (Value())
                        let! text = read_some b
                        Expect.equal text "x" "nothing was taken"
                        let q = Lwt_unix.wait_read b
                        Lwt.cancel q
                        q |> becomes Cancelled
                    })
            }

            test "wait_write, writable" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        Expect.isTrue (Lwt_unix.writable a) "room"
                        Lwt_unix.wait_write a |> becomes (Value())
                        let chunk = Array.zeroCreate 65536

                        fill a chunk
                        Expect.isFalse (Lwt_unix.writable a) "full"
                        let p = Lwt_unix.wait_write a
                        p |> becomes Pending

                        do! drain b chunk
                        do! p
                    })
            }
        ]

let private states =
    testList
        "state"
        [
            test "close: EBADF from there on, for those that wait too" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        let a, b = pair ()
                        let waiting = read_some a
                        let accepting = Lwt_unix.accept listener
                        Expect.equal (Lwt_unix.state a) Lwt_unix.Opened "open"
                        do! Lwt_unix.close a
                        do! Lwt_unix.close listener
                        Expect.equal (Lwt_unix.state a) Lwt_unix.Closed "closed"
                        do! fails Unix.EBADF (fun () -> waiting)
                        do! fails Unix.EBADF (fun () -> accepting)
                        let buf = Array.zeroCreate 1
                        do! fails Unix.EBADF (fun () -> Lwt_unix.read a buf 0 1)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.write a buf 0 1)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.recv a buf 0 1 [])
                        do! fails Unix.EBADF (fun () -> Lwt_unix.send a buf 0 1 [])
                        do! fails Unix.EBADF (fun () -> Lwt_unix.recvfrom a buf 0 1 [])
                        do! fails Unix.EBADF (fun () -> Lwt_unix.sendto a buf 0 1 [] address)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.wait_read a)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.wait_write a)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.accept a)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.connect a address)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.bind a address)
                        do! fails Unix.EBADF (fun () -> Lwt_unix.close a)
                        raises Unix.EBADF (fun () -> Lwt_unix.listen a 1)
                        raises Unix.EBADF (fun () -> Lwt_unix.shutdown a Unix.SHUTDOWN_ALL)
                        raises Unix.EBADF (fun () -> Lwt_unix.readable a)
                        raises Unix.EBADF (fun () -> Lwt_unix.getsockname a)
                        raises Unix.EBADF (fun () -> Lwt_unix.getpeername a)
                        raises Unix.EBADF (fun () -> Lwt_unix.getsockopt a Unix.SO_KEEPALIVE)
                        raises Unix.EBADF (fun () -> Lwt_unix.set_close_on_exec a)

                        match! Lwt_unix.accept_n a 3 with
                        | [], Some(Unix.Unix_error(Unix.EBADF, _, _)) -> ()
                        | other -> failtest $"accept_n: %A{other}"

                        Lwt_unix.abort a Broken
                        Expect.equal (Lwt_unix.state a) Lwt_unix.Closed "abort changes nothing"
                        do! Lwt_unix.close b
                    })
            }

            test "abort: the exception from there on, for those that wait too" {
                run (fun () ->
                    lwt {
                        let a, b = pair ()
                        let waiting = read_some a
                        let ready = Lwt_unix.wait_read a
                        Lwt_unix.abort a Broken
                        waiting |> becomes broken
                        ready |> becomes broken
                        read_some a |> becomes broken
                        write_all a "x" |> becomes broken
                        refuses (fun () -> Lwt_unix.write a [||] 0 1)
                        Expect.throwsT<Broken> (fun () -> Lwt_unix.shutdown a Unix.SHUTDOWN_ALL) "shutdown"
                        Expect.throwsT<Broken> (fun () -> Lwt_unix.getsockname a |> ignore) "getsockname"
                        Expect.throwsT<Broken> (fun () -> Lwt_unix.readable a |> ignore) "readable"

                        match Lwt_unix.state a with
                        | Lwt_unix.Aborted Broken -> ()
                        | other -> failtest $"state: %A{other}"

                        Lwt_unix.abort a Exit
                        read_some a |> becomes (Failed(nameof ExitException))
                        do! Lwt_unix.close a
                        Expect.equal (Lwt_unix.state a) Lwt_unix.Closed "closed"
                        let! text = read_some b
                        Expect.equal text "" "the peer sees the end"
                    })
            }

            test "blocking, set_blocking" {
                run (fun () ->
                    lwt {
                        let a, _ = pair ()
                        let! blocks = Lwt_unix.blocking a
                        Expect.isFalse blocks "never"
                        Lwt_unix.set_blocking a false
                        refuses (fun () -> Lwt_unix.set_blocking a true)
                    })
            }
        ]

let private connecting =
    testList
        "connections"
        [
            test "accept tells the peer's address" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        let client = tcp ()
                        let accepted = Lwt_unix.accept listener
                        accepted |> becomes Pending
                        do! Lwt_unix.connect client address
                        let! server, peer = accepted
                        Expect.equal peer (Lwt_unix.getsockname client) "the client"
                        Expect.equal (Lwt_unix.getpeername server) peer "getpeername"
                        Expect.equal (Lwt_unix.getpeername client) address "the listener"
                    })
            }

            test "accept, the peer has reset: the connection and its address" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        let client = tcp ()
                        do! Lwt_unix.connect client address
                        let name = Lwt_unix.getsockname client
                        Lwt_unix.setsockopt_optint client Unix.SO_LINGER (Some 0)
                        do! Lwt_unix.close client
                        let! server, peer = Lwt_unix.accept listener
                        Expect.equal peer name "the client"
                        do! fails Unix.ECONNRESET (fun () -> read_some server)
                    })
            }

            test "accept, cancelled: the connection goes to the next" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        let first = Lwt_unix.accept listener
                        let second = Lwt_unix.accept listener
                        Lwt.cancel first
                        first |> becomes Cancelled
                        do! Lwt_unix.connect (tcp ()) address
                        let! _ = second
                        ()
                    })
            }

            test "accept_n takes those that are there, and no more than asked for" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        let waiting = Lwt_unix.accept_n listener 10
                        waiting |> becomes Pending
                        do! Lwt_unix.connect (tcp ()) address
                        let! one, none = waiting
                        Expect.equal (List.length one, none) (1, None) "the first"

                        for _ in 1..3 do
                            do! Lwt_unix.connect (tcp ()) address

                        let! two, _ = Lwt_unix.accept_n listener 2
                        let! rest, _ = Lwt_unix.accept_n listener 10
                        Expect.equal (two.Length, rest.Length) (2, 1) "the others"
                        let! nothing = Lwt_unix.accept_n listener 0
                        Expect.equal nothing ([], None) "none asked for"
                        let cancelled = Lwt_unix.accept_n listener 10
                        Lwt.cancel cancelled

                        match! cancelled with
                        | [], Some Lwt.Canceled -> ()
                        | other -> failtest $"cancelled: %A{other}"
                    })
            }

            test "connect, nobody listens: ECONNREFUSED, which names the address" {
                run (fun () ->
                    lwt {
                        let! listener, address = listening ()
                        do! Lwt_unix.close listener

                        do!
                            Lwt.try_bind
                                (fun () -> Lwt_unix.connect (tcp ()) address)
                                (fun () -> failtest "connected")
                                (function
                                 | Unix.Unix_error(Unix.ECONNREFUSED, "connect", there) ->
                                     Expect.stringContains there "127.0.0.1:" "argument"
                                     Lwt.return_unit
                                 | e -> Lwt.fail e)
                    })
            }

            test "connect, no such file: ENOENT; a path that is too long: ENAMETOOLONG" {
                run (fun () ->
                    lwt {
                        let fd = Lwt_unix.socket Unix.PF_UNIX Unix.SOCK_STREAM 0
                        do! fails Unix.ENOENT (fun () -> Lwt_unix.connect fd (Unix.ADDR_UNIX "/no/such/file"))

                        do! fails Unix.ENAMETOOLONG (fun () -> Lwt_unix.connect fd (Unix.ADDR_UNIX(String('x', 200))))
                    })
            }

            test "bind, the address is taken: EADDRINUSE, with SO_REUSEADDR too" {
                run (fun () ->
                    lwt {
                        let! _, address = listening ()
                        do! fails Unix.EADDRINUSE (fun () -> Lwt_unix.bind (tcp ()) address)
                        let fd = tcp ()
                        Lwt_unix.setsockopt fd Unix.SO_REUSEADDR true
                        do! fails Unix.EADDRINUSE (fun () -> Lwt_unix.bind fd address)
                    })
            }

            test "bind, SO_REUSEPORT at both: allowed" {
                run (fun () ->
                    lwt {
                        let a, b = tcp (), tcp ()
                        Lwt_unix.setsockopt a Unix.SO_REUSEPORT true
                        Lwt_unix.setsockopt b Unix.SO_REUSEPORT true
                        do! Lwt_unix.bind a (loopback 0)
                        Lwt_unix.listen a 1
                        do! Lwt_unix.bind b (Lwt_unix.getsockname a)
                    })
            }

            test "bind twice: EINVAL; not listening: accept is EINVAL" {
                run (fun () ->
                    lwt {
                        let fd = tcp ()
                        do! Lwt_unix.bind fd (loopback 0)
                        do! fails Unix.EINVAL (fun () -> Lwt_unix.bind fd (loopback 0))
                        do! fails Unix.EINVAL (fun () -> Lwt_unix.accept fd)
                    })
            }

            test "getsockname, not bound: no address" {
                run (fun () ->
                    lwt {
                        Expect.equal
                            (Lwt_unix.getsockname (tcp ()))
                            (Unix.ADDR_INET(Unix.inet_addr_any, 0))
                            "no address"

                        Expect.equal (Lwt_unix.getsockname (fst (pair ()))) (Unix.ADDR_UNIX "") "no name"
                    })
            }

            test "local sockets: a file, and a name that is none" {
                run (fun () ->
                    lwt {
                        let folder = Directory.CreateTempSubdirectory "lwt"

                        try
                            for name in [ Path.Combine(folder.FullName, "socket"); $"\000lwt-{folder.Name}" ] do
                                let listener = Lwt_unix.socket Unix.PF_UNIX Unix.SOCK_STREAM 0
                                do! Lwt_unix.bind listener (Unix.ADDR_UNIX name)
                                Lwt_unix.listen listener 1
                                Expect.equal (Lwt_unix.getsockname listener) (Unix.ADDR_UNIX name) "its name"
                                let client = Lwt_unix.socket Unix.PF_UNIX Unix.SOCK_STREAM 0
                                do! Lwt_unix.connect client (Unix.ADDR_UNIX name)
                                let! server, peer = Lwt_unix.accept listener
                                Expect.equal peer (Unix.ADDR_UNIX "") "the client has none"
                                do! write_all client "hi"
                                let! text = read_some server
                                Expect.equal text "hi" "through it"
                        finally
                            folder.Delete true
                    })
            }

            test "shutdown: the peer reads the end, the other direction goes on" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        do! write_all a "last"
                        Lwt_unix.shutdown a Unix.SHUTDOWN_SEND
                        let! text = read_some b
                        let! rest = read_some b
                        Expect.equal (text, rest) ("last", "") "the end"
                        do! write_all b "back"
                        let! text = read_some a
                        Expect.equal text "back" "the other direction"
                        do! fails Unix.EPIPE (fun () -> write_all a "x")
                    })
            }

            test "IPv6" {
                run (fun () ->
                    lwt {
                        if Socket.OSSupportsIPv6 then
                            let listener = Lwt_unix.socket Unix.PF_INET6 Unix.SOCK_STREAM 0
                            Lwt_unix.setsockopt listener Unix.IPV6_ONLY true

                            match!
                                Lwt_result.catch (fun () ->
                                    Lwt_unix.bind listener (Unix.ADDR_INET(Unix.inet6_addr_loopback, 0)))
                            with
                            // A machine may have it switched off.
                            | Error(Unix.Unix_error(Unix.EADDRNOTAVAIL, _, _)) -> ()
                            | Error e -> raise e
                            | Ok() ->
                                Lwt_unix.listen listener 1
                                let client = Lwt_unix.socket Unix.PF_INET6 Unix.SOCK_STREAM 0
                                do! Lwt_unix.connect client (Lwt_unix.getsockname listener)
                                let! _, peer = Lwt_unix.accept listener
                                Expect.equal peer (Lwt_unix.getsockname client) "the client"
                    })
            }

            test "socket, socketpair: kinds that there are not" {
                run (fun () ->
                    raises Unix.EPROTONOSUPPORT (fun () -> Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 17)
                    raises Unix.EOPNOTSUPP (fun () -> Lwt_unix.socketpair Unix.PF_INET Unix.SOCK_STREAM 0)
                    raises Unix.EPROTONOSUPPORT (fun () -> Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 6)
                    Lwt.return_unit)
            }

            test "socketpair of packets keeps their boundaries" {
                run (fun () ->
                    lwt {
                        for kind in [ Unix.SOCK_DGRAM; Unix.SOCK_SEQPACKET ] do
                            let a, b = Lwt_unix.socketpair Unix.PF_UNIX kind 0
                            do! write_all a "one"
                            do! write_all a "three"
                            let! first = read_some b
                            let! second = read_some b
                            Expect.equal (first, second) ("one", "three") "packets"
                    })
            }

            test "of_socket: a listener of .NET" {
                run (fun () ->
                    lwt {
                        let socket =
                            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)

                        socket.Bind(Net.IPEndPoint(Net.IPAddress.Loopback, 0))
                        socket.Listen 1
                        let listener = Lwt_unix.of_socket socket
                        let client = tcp ()
                        do! Lwt_unix.connect client (Lwt_unix.getsockname listener)
                        let! server, _ = Lwt_unix.accept listener
                        do! write_all server "hi"
                        let! text = read_some client
                        Expect.equal text "hi" "through it"
                    })
            }
        ]

let private datagrams =
    testList
        "recv, send, recvfrom, sendto"
        [
            test "datagrams keep their boundaries and tell the sender" {
                run (fun () ->
                    lwt {
                        let! server = udp ()
                        let! client = udp ()
                        let buf = Array.zeroCreate 10
                        let waiting = Lwt_unix.recvfrom server buf 1 9 []
                        waiting |> becomes Pending
                        let! n = Lwt_unix.sendto client (bytes "..one") 2 3 [] (Lwt_unix.getsockname server)
                        Expect.equal n 3 "sent"
                        let! n, sender = waiting
                        Expect.equal (Encoding.UTF8.GetString(buf, 1, n)) "one" "received"
                        Expect.equal sender (Lwt_unix.getsockname client) "the sender"
                    })
            }

            test "longer than the buffer: the rest is lost" {
                run (fun () ->
                    lwt {
                        let! server = udp ()
                        let! client = udp ()
                        do! Lwt_unix.connect client (Lwt_unix.getsockname server)
                        do! write_all client "abcdef"
                        do! write_all client "next"
                        let buf = Array.zeroCreate 4
                        let! n, _ = Lwt_unix.recvfrom server buf 0 4 []
                        Expect.equal (Encoding.UTF8.GetString(buf, 0, n)) "abcd" "the first"
                        let! text = read_some server
                        Expect.equal text "next" "the second"
                    })
            }

            test "longer than a datagram can be: EMSGSIZE" {
                run (fun () ->
                    lwt {
                        let! a = udp ()
                        let here = Lwt_unix.getsockname a
                        do! fails Unix.EMSGSIZE (fun () -> Lwt_unix.sendto a (Array.zeroCreate 70000) 0 70000 [] here)
                    })
            }

            test "MSG_PEEK leaves the bytes" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        let buf = Array.zeroCreate 3
                        let peeking = Lwt_unix.recv b buf 0 3 [ Unix.MSG_PEEK ]
                        peeking |> becomes Pending
                        let! n = Lwt_unix.send a (bytes "abc") 0 3 [ Unix.MSG_DONTROUTE ]
                        Expect.equal n 3 "sent"
                        let! n = peeking
                        Expect.equal (n, Encoding.UTF8.GetString buf) (3, "abc") "peeked"
                        let! n = Lwt_unix.recv b buf 0 2 []
                        Expect.equal n 2 "received"
                        let! text = read_some b
                        Expect.equal text "c" "the rest"
                    })
            }

            test "MSG_OOB" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        Lwt_unix.setsockopt b Unix.SO_OOBINLINE true
                        let! _ = Lwt_unix.send a (bytes "!") 0 1 [ Unix.MSG_OOB ]
                        let! text = read_some b
                        Expect.equal text "!" "in line"
                    })
            }

            test "recvfrom of a stream: the peer" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        do! write_all a "x"
                        let! n, peer = Lwt_unix.recvfrom b (Array.zeroCreate 5) 0 5 []
                        Expect.equal (n, peer) (1, Lwt_unix.getsockname a) "the peer"
                        let c, d = pair ()
                        do! write_all c "x"
                        let! n, peer = Lwt_unix.recvfrom d (Array.zeroCreate 5) 0 5 []
                        Expect.equal (n, peer) (1, Unix.ADDR_UNIX "") "no name"
                    })
            }

            test "cancelled: the datagram goes to the next" {
                run (fun () ->
                    lwt {
                        let! server = udp ()
                        let! client = udp ()
                        let first = Lwt_unix.recvfrom server (Array.zeroCreate 5) 0 5 []
                        Lwt.cancel first
                        first |> becomes Cancelled
                        let! _ = Lwt_unix.sendto client (bytes "x") 0 1 [] (Lwt_unix.getsockname server)
                        let! text = read_some server
                        Expect.equal text "x" "kept"
                    })
            }
        ]

let private options =
    testList
        "options"
        [
            for option in
                [
                    Unix.SO_REUSEADDR
                    Unix.SO_REUSEPORT
                    Unix.SO_KEEPALIVE
                    Unix.SO_DONTROUTE
                    Unix.SO_OOBINLINE
                    Unix.SO_BROADCAST
                    Unix.TCP_NODELAY
                ] do
                test $"%A{option}: off, then as set" {
                    run (fun () ->
                        let fd = tcp ()
                        Expect.isFalse (Lwt_unix.getsockopt fd option) "off"
                        Lwt_unix.setsockopt fd option true
                        Expect.isTrue (Lwt_unix.getsockopt fd option) "on"
                        Lwt_unix.setsockopt fd option false
                        Expect.isFalse (Lwt_unix.getsockopt fd option) "off again"
                        Lwt.return_unit)
                }

            test "SO_REUSEADDR sets nothing else" {
                run (fun () ->
                    let fd = tcp ()
                    Lwt_unix.setsockopt fd Unix.SO_REUSEADDR true
                    Expect.isFalse (Lwt_unix.getsockopt fd Unix.SO_REUSEPORT) "SO_REUSEPORT"
                    Lwt.return_unit)
            }

            test "SO_ACCEPTCONN" {
                run (fun () ->
                    lwt {
                        let! listener, _ = listening ()
                        Expect.isTrue (Lwt_unix.getsockopt listener Unix.SO_ACCEPTCONN) "listens"
                        Expect.isFalse (Lwt_unix.getsockopt (tcp ()) Unix.SO_ACCEPTCONN) "does not"
                    })
            }

            test "numbers" {
                run (fun () ->
                    lwt {
                        let fd = tcp ()
                        let! datagrams = udp ()
                        Lwt_unix.setsockopt_int fd Unix.SO_SNDBUF 20000
                        Lwt_unix.setsockopt_int fd Unix.SO_RCVBUF 30000
                        // Linux doubles them.
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_SNDBUF) 40000 "SO_SNDBUF"
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_RCVBUF) 60000 "SO_RCVBUF"
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_TYPE) 1 "stream"
                        Expect.equal (Lwt_unix.getsockopt_int datagrams Unix.SO_TYPE) 2 "datagrams"
                        Lwt_unix.setsockopt_int fd Unix.SO_RCVLOWAT 4
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_RCVLOWAT) 4 "SO_RCVLOWAT"
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_SNDLOWAT) 1 "SO_SNDLOWAT"
                        Expect.equal (Lwt_unix.getsockopt_int fd Unix.SO_ERROR) 0 "SO_ERROR"
                        raises Unix.ENOPROTOOPT (fun () -> Lwt_unix.setsockopt_int fd Unix.SO_TYPE 4)
                    })
            }

            test "SO_LINGER" {
                run (fun () ->
                    let fd = tcp ()
                    Expect.isNone (Lwt_unix.getsockopt_optint fd Unix.SO_LINGER) "off"
                    Lwt_unix.setsockopt_optint fd Unix.SO_LINGER (Some 3)
                    Expect.equal (Lwt_unix.getsockopt_optint fd Unix.SO_LINGER) (Some 3) "on"
                    Lwt_unix.setsockopt_optint fd Unix.SO_LINGER None
                    Expect.isNone (Lwt_unix.getsockopt_optint fd Unix.SO_LINGER) "off again"
                    Lwt.return_unit)
            }

            test "seconds" {
                run (fun () ->
                    let fd = tcp ()

                    for option in [ Unix.SO_RCVTIMEO; Unix.SO_SNDTIMEO ] do
                        Expect.equal (Lwt_unix.getsockopt_float fd option) 0.0 "none"
                        Lwt_unix.setsockopt_float fd option 1.5
                        Expect.floatClose Accuracy.low (Lwt_unix.getsockopt_float fd option) 1.5 "set"

                    Lwt.return_unit)
            }

            test "getsockopt_error: the pending error, once" {
                run (fun () ->
                    lwt {
                        let! a, b = connection ()
                        Expect.isNone (Lwt_unix.getsockopt_error a) "none"
                        let ready = Lwt_unix.wait_read a
                        Lwt_unix.setsockopt_optint b Unix.SO_LINGER (Some 0)
                        do! Lwt_unix.close b
                        do! ready
                        Expect.equal (Lwt_unix.getsockopt_error a) (Some Unix.ECONNRESET) "the reset"
                        Expect.isNone (Lwt_unix.getsockopt_error a) "taken"
                    })
            }

            test "close_on_exec: set from the start" {
                run (fun () ->
                    let fd = tcp ()
                    Expect.isFalse fd.IsInheritable "set"
                    Lwt_unix.clear_close_on_exec fd
                    Expect.isTrue fd.IsInheritable "clear"
                    Lwt_unix.set_close_on_exec fd
                    Expect.isFalse fd.IsInheritable "set again"
                    Lwt.return_unit)
            }
        ]

let private pipes =
    testList
        "pipe"
        [
            test "what is written is read, then the end" {
                run (fun () ->
                    lwt {
                        let reader, writer = Lwt_unix.pipe ()
                        let p = read_some reader
                        p |> becomes Pending
                        do! write_all writer "through"
                        let! text = p
                        do! Lwt_unix.close writer
                        let! rest = read_some reader
                        Expect.equal (text, rest) ("through", "") "read"
                    })
            }

            test "the wrong end: EBADF; no socket: ENOTSOCK; the reader is closed: EPIPE" {
                run (fun () ->
                    lwt {
                        let reader, writer = Lwt_unix.pipe ()
                        do! fails Unix.EBADF (fun () -> write_all reader "x")
                        do! fails Unix.EBADF (fun () -> read_some writer)
                        raises Unix.ENOTSOCK (fun () -> Lwt_unix.getsockname reader)
                        raises Unix.ENOTSOCK (fun () -> Lwt_unix.shutdown reader Unix.SHUTDOWN_ALL)
                        do! fails Unix.ENOTSOCK (fun () -> Lwt_unix.accept reader)
                        do! fails Unix.ENOTSOCK (fun () -> Lwt_unix.recv reader (Array.zeroCreate 1) 0 1 [])
                        do! Lwt_unix.close reader
                        do! fails Unix.EPIPE (fun () -> write_all writer "x")
                    })
            }

            test "pipe_in, pipe_out: the other end is a descriptor that blocks" {
                run (fun () ->
                    lwt {
                        let reader, writes = Lwt_unix.pipe_in ()
                        let reads, writer = Lwt_unix.pipe_out ()

                        let stream = new FileStream(writes, FileAccess.Write, 0)
                        stream.Write(bytes "in", 0, 2)
                        stream.Dispose()

                        let! text = read_some reader
                        let! rest = read_some reader
                        Expect.equal (text, rest) ("in", "") "read"
                        do! write_all writer "out"
                        use stream = new FileStream(reads, FileAccess.Read, 0)
                        let buf = Array.zeroCreate 9
                        Expect.equal (stream.Read(buf, 0, 9)) 3 "read by .NET"
                    })
            }
        ]

let private names =
    let notFound (f: unit -> 'a Lwt.t) =
        Lwt.try_bind f (fun _ -> failtest "found") (function
            | Not_found -> Lwt.return_unit
            | e -> Lwt.fail e)

    let info host service options =
        Lwt_unix.getaddrinfo host service options
        >|= List.map (fun (i: Unix.addr_info) -> i.ai_socktype, i.ai_protocol, i.ai_addr)

    testList
        "names"
        [
            test "gethostbyname" {
                run (fun () ->
                    lwt {
                        let! host = Lwt_unix.gethostbyname "127.0.0.1"

                        Expect.equal
                            (host.h_name, host.h_addrtype, host.h_addr_list)
                            ("127.0.0.1", Unix.PF_INET, [| Unix.inet_addr_loopback |])
                            "a number"

                        let! host = Lwt_unix.gethostbyname "localhost"
                        Expect.contains host.h_addr_list Unix.inet_addr_loopback "localhost"
                        do! notFound (fun () -> Lwt_unix.gethostbyname "no-such-host.invalid")
                    })
            }

            test "gethostbyaddr" {
                run (fun () ->
                    lwt {
                        let! host = Lwt_unix.gethostbyaddr Unix.inet_addr_loopback
                        Expect.equal host.h_addr_list [| Unix.inet_addr_loopback |] "the address"
                        Expect.isNotEmpty host.h_name "a name"
                    })
            }

            test "a lookup can be cancelled, and does not block the loop" {
                run (fun () ->
                    lwt {
                        let p = Lwt_unix.gethostbyname "no-such-host.invalid"
                        p |> becomes Pending
                        Lwt.cancel p
                        p |> becomes Cancelled
                    })
            }

            test "gethostname" {
                run (fun () -> Lwt_unix.gethostname () >|= fun name -> Expect.isNotEmpty name "a name")
            }

            test "protocols and services" {
                run (fun () ->
                    lwt {
                        let! byName = Lwt_unix.getprotobyname "tcp"
                        let! byAlias = Lwt_unix.getprotobyname "UDP"
                        let! byNumber = Lwt_unix.getprotobynumber 17
                        Expect.equal (byName.p_name, byName.p_proto) ("tcp", 6) "by name"
                        Expect.equal byAlias byNumber "by an alias"
                        let! http = Lwt_unix.getservbyname "http" "tcp"
                        Expect.equal (http.s_name, http.s_port, http.s_proto) ("http", 80, "tcp") "by name"
                        let! any = Lwt_unix.getservbyname "www" ""
                        Expect.equal any http "by an alias"
                        let! domain = Lwt_unix.getservbyport 53 "udp"
                        Expect.equal (domain.s_name, domain.s_proto) ("domain", "udp") "by port"
                        do! notFound (fun () -> Lwt_unix.getprotobyname "nope")
                        do! notFound (fun () -> Lwt_unix.getprotobynumber 9999)
                        do! notFound (fun () -> Lwt_unix.getservbyname "nope" "tcp")
                        do! notFound (fun () -> Lwt_unix.getservbyname "http" "nope")
                        do! notFound (fun () -> Lwt_unix.getservbyport 1 "nope")
                    })
            }

            // As OCaml's on Linux, with the C library's order.
            test "getaddrinfo" {
                run (fun () ->
                    lwt {
                        let stream, datagrams = (Unix.SOCK_STREAM, 6), (Unix.SOCK_DGRAM, 17)
                        let of' (kind, protocol) address = kind, protocol, address
                        let! all = info "127.0.0.1" "80" []

                        Expect.equal
                            all
                            [
                                of' stream (loopback 80)
                                of' datagrams (loopback 80)
                                of' (Unix.SOCK_RAW, 0) (loopback 80)
                            ]
                            "each kind"

                        let! named = info "127.0.0.1" "http" [ Unix.AI_SOCKTYPE Unix.SOCK_STREAM ]
                        Expect.equal named [ of' stream (loopback 80) ] "a service by name"
                        let! byProtocol = info "127.0.0.1" "" [ Unix.AI_PROTOCOL 17 ]
                        Expect.equal byProtocol [ of' datagrams (loopback 0) ] "a protocol"
                        let streams = Unix.AI_SOCKTYPE Unix.SOCK_STREAM
                        let! here = info "" "80" [ streams; Unix.AI_FAMILY Unix.PF_INET ]
                        Expect.equal here [ of' stream (loopback 80) ] "this machine"
                        let! any = info "" "80" [ streams; Unix.AI_PASSIVE; Unix.AI_FAMILY Unix.PF_INET6 ]

                        Expect.equal
                            any
                            [ of' stream (Unix.ADDR_INET(Unix.inet6_addr_any, 80)) ]
                            "all addresses of this machine"

                        let! local = info "localhost" "80" [ streams; Unix.AI_FAMILY Unix.PF_INET ]
                        Expect.equal local [ of' stream (loopback 80) ] "a host by name"

                        let! canonical = Lwt_unix.getaddrinfo "127.0.0.1" "80" [ streams; Unix.AI_CANONNAME ]

                        Expect.equal
                            (canonical |> List.map (fun (i: Unix.addr_info) -> i.ai_canonname))
                            [ "127.0.0.1" ]
                            "its own name"

                        for host, service, options in
                            [
                                "", "", []
                                "localhost", "no-such-service", []
                                "localhost", "80", [ Unix.AI_NUMERICHOST ]
                                "::1", "80", [ Unix.AI_FAMILY Unix.PF_INET ]
                                "::1", "80", [ Unix.AI_FAMILY Unix.PF_UNIX ]
                                "127.0.0.1", "http", [ Unix.AI_SOCKTYPE Unix.SOCK_RAW ]
                                "no-such-host.invalid", "80", []
                            ] do
                            let! none = info host service options
                            Expect.equal none [] $"none of {host} {service}"
                    })
            }

            test "getnameinfo" {
                run (fun () ->
                    lwt {
                        let! numbers =
                            Lwt_unix.getnameinfo (loopback 80) [ Unix.NI_NUMERICHOST; Unix.NI_NUMERICSERV ]

                        Expect.equal (numbers.ni_hostname, numbers.ni_service) ("127.0.0.1", "80") "numbers"
                        let! names = Lwt_unix.getnameinfo (loopback 80) []
                        Expect.equal names.ni_service "http" "a service of TCP"

                        let! names =
                            Lwt_unix.getnameinfo (loopback 53) [ Unix.NI_DGRAM; Unix.NI_NUMERICHOST ]

                        Expect.equal names.ni_service "domain" "a service of UDP"
                        let! names = Lwt_unix.getnameinfo (loopback 54321) [ Unix.NI_NUMERICHOST ]
                        Expect.equal names.ni_service "54321" "a port without a name"
                        let! path = Lwt_unix.getnameinfo (Unix.ADDR_UNIX "/a/path") []
                        Expect.equal path.ni_service "/a/path" "a local socket"
                        // An address for documentation, which no name has.
                        let nobody = Unix.ADDR_INET(Unix.inet_addr_of_string "192.0.2.1", 80)
                        let! number = Lwt_unix.getnameinfo nobody []
                        Expect.equal (number.ni_hostname, number.ni_service) ("192.0.2.1", "http") "no name"
                        do! notFound (fun () -> Lwt_unix.getnameinfo nobody [ Unix.NI_NAMEREQD ])
                    })
            }
        ]

[<Tests>]
let tests =
    testList "Lwt_unix sockets" [ reading; states; connecting; datagrams; options; pipes; names ]
