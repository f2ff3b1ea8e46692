/// Small programs over Lwt_unix, as they are written for OCaml's.
module Lwt.FSharp.Tests.Lwt_unixProgramTests

open System.Text
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let rec private write_all fd (buf: byte array) ofs len =
    if len = 0 then
        Lwt.return_unit
    else
        Lwt_unix.write fd buf ofs len >>= fun n -> write_all fd buf (ofs + n) (len - n)

let private write_line fd (line: string) =
    let buf = Encoding.UTF8.GetBytes(line + "\n")
    write_all fd buf 0 buf.Length

/// A function that reads the next line from a descriptor, or None at the end.
let private line_reader fd : unit -> string option Lwt.t =
    let buf: byte array = Array.zeroCreate 16
    let pending = StringBuilder()

    let rec next () =
        let text = pending.ToString()

        match text.IndexOf '\n' with
        | -1 ->
            Lwt_unix.read fd buf 0 buf.Length
            >>= fun n ->
                if n = 0 then
                    Lwt.return' None
                else
                    pending.Append(Encoding.UTF8.GetString(buf, 0, n)) |> ignore
                    next ()
        | at ->
            pending.Remove(0, at + 1) |> ignore
            Lwt.return' (Some(text.Substring(0, at)))

    next

let private listen () =
    let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0
    Lwt_unix.setsockopt fd Unix.SO_REUSEADDR true

    Lwt_unix.bind fd (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
    >|= fun () ->
        Lwt_unix.listen fd 64
        fd

let private connect address =
    let fd = Lwt_unix.socket (Unix.domain_of_sockaddr address) Unix.SOCK_STREAM 0
    Lwt_unix.connect fd address >|= fun () -> fd

/// Serves each connection that comes, until the listener is closed.
let private serve listener (handle: Lwt_unix.file_descr -> unit Lwt.t) =
    let rec loop () =
        Lwt_unix.accept listener
        >>= fun (fd, _) ->
            Lwt.async (fun () -> Lwt.finalize (fun () -> handle fd) (fun () -> Lwt_unix.close fd))
            loop ()

    Lwt.catch loop (function
        | Unix.Unix_error(Unix.EBADF, _, _) -> Lwt.return_unit
        | e -> Lwt.fail e)

/// The counter of the well-known tutorial: read and inc, a line each.
let private counter () =
    let mutable count = 0

    let handle_message message =
        match message with
        | "read" -> string count
        | "inc" ->
            count <- count + 1
            "Counter has been incremented"
        | _ -> "Unknown command"

    fun fd ->
        let next = line_reader fd

        let rec loop () =
            next ()
            >>= function
                | Some message -> write_line fd (handle_message message) >>= loop
                | None -> Lwt.return_unit

        loop ()

/// Copies from one descriptor to the other until the end, which it passes on.
let private pump from into =
    let buf = Array.zeroCreate 4096

    let rec loop () =
        Lwt_unix.read from buf 0 buf.Length
        >>= function
            | 0 ->
                Lwt_unix.shutdown into Unix.SHUTDOWN_SEND
                Lwt.return_unit
            | n -> write_all into buf 0 n >>= loop

    loop ()

let private relay target client =
    connect target
    >>= fun server ->
        Lwt.finalize (fun () -> Lwt.join [ pump client server; pump server client ]) (fun () -> Lwt_unix.close server)

// Recursive functions stand outside of the blocks: inside one they have no static state machine.

let rec private receive fd (buf: byte array) (received: ResizeArray<byte>) : unit Lwt.t =
    Lwt_unix.read fd buf 0 buf.Length
    >>= function
        | 0 -> Lwt.return_unit
        | n ->
            received.AddRange(System.ArraySegment(buf, 0, n))
            receive fd buf received

let rec private pong server : unit Lwt.t =
    let buf = Array.zeroCreate 100

    Lwt_unix.recvfrom server buf 0 100 []
    >>= fun (n, sender) ->
        let answer =
            Encoding.UTF8.GetBytes("pong " + Encoding.UTF8.GetString(buf, 5, n - 5))

        Lwt_unix.sendto server answer 0 answer.Length [] sender >>= fun _ -> pong server

let private programs =
    testList
        "programs"
        [
            test "a counter and its clients" {
                run (fun () ->
                    lwt {
                        let! listener = listen ()
                        let serving = serve listener (counter ())
                        let address = Lwt_unix.getsockname listener

                        let client _ =
                            lwt {
                                let! fd = connect address
                                let next = line_reader fd

                                for _ in 1..10 do
                                    do! write_line fd "inc"
                                    let! answer = next ()
                                    Expect.equal answer (Some "Counter has been incremented") "inc"

                                do! write_line fd "dec"
                                let! answer = next ()
                                Expect.equal answer (Some "Unknown command") "dec"
                                Lwt_unix.shutdown fd Unix.SHUTDOWN_SEND
                                let! rest = next ()
                                Expect.isNone rest "the server closes"
                                do! Lwt_unix.close fd
                            }

                        do! Lwt_list.iter_p client [ 1..20 ]
                        let! fd = connect address
                        do! write_line fd "read"
                        let! total = line_reader fd ()
                        Expect.equal total (Some "200") "each inc counted once"
                        do! Lwt_unix.close fd
                        do! Lwt_unix.close listener
                        do! serving
                    })
            }

            test "a relay carries both directions to their ends" {
                run (fun () ->
                    lwt {
                        let! echo = listen ()

                        let echoing = serve echo (fun fd -> pump fd fd)
                        let! front = listen ()
                        let relaying = serve front (relay (Lwt_unix.getsockname echo))
                        let sent = Array.init 1_000_000 (fun i -> byte (i * 7))

                        let client () =
                            lwt {
                                let! fd = connect (Lwt_unix.getsockname front)

                                let send () =
                                    write_all fd sent 0 sent.Length
                                    >|= fun () -> Lwt_unix.shutdown fd Unix.SHUTDOWN_SEND

                                let received = ResizeArray<byte>()
                                let buf = Array.zeroCreate 10_000

                                do! Lwt.join [ send (); receive fd buf received ]
                                do! Lwt_unix.close fd
                                Expect.isTrue (received.ToArray() = sent) "what came back is what was sent"
                            }

                        do! Lwt.join [ client (); client () ]
                        do! Lwt_unix.close echo
                        do! Lwt_unix.close front
                        do! Lwt.join [ echoing; relaying ]
                    })
            }

            test "a relay that ends with the first direction: pick cancels the other, which takes nothing" {
                run (fun () ->
                    lwt {
                        let socketpair () =
                            Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0

                        let client, front = socketpair ()
                        let back, server = socketpair ()
                        let relaying = Lwt.pick [ pump front back; pump back front ]
                        do! write_line client "question"
                        let! question = line_reader server ()
                        Expect.equal question (Some "question") "one way"
                        do! write_line server "answer"
                        let! answer = line_reader client ()
                        Expect.equal answer (Some "answer") "the other"
                        Lwt_unix.shutdown client Unix.SHUTDOWN_SEND
                        do! relaying
                        // The pump that was cancelled waited for the server: its bytes are there for another.
                        do! write_line server "late"
                        let! late = line_reader back ()
                        Expect.equal late (Some "late") "not taken"
                    })
            }

            test "ping-pong by datagrams" {
                run (fun () ->
                    lwt {
                        let datagrams () =
                            let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0
                            Lwt_unix.bind fd (Unix.ADDR_INET(Unix.inet_addr_loopback, 0)) >|= fun () -> fd

                        let! server = datagrams ()
                        let! client = datagrams ()

                        let serving = pong server
                        let buf = Array.zeroCreate 100

                        for i in 1..100 do
                            let ping = Encoding.UTF8.GetBytes $"ping {i}"
                            let! _ = Lwt_unix.sendto client ping 0 ping.Length [] (Lwt_unix.getsockname server)
                            let! n, sender = Lwt_unix.recvfrom client buf 0 100 []
                            Expect.equal (Encoding.UTF8.GetString(buf, 0, n)) $"pong {i}" "the answer"
                            Expect.equal sender (Lwt_unix.getsockname server) "its sender"

                        Lwt.cancel serving
                        do! Lwt_unix.close server
                        do! Lwt_unix.close client
                    })
            }

            test "with_timeout ends a read, and the next read has its bytes" {
                run (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let buf = Array.zeroCreate 10

                        match!
                            Lwt_result.catch (fun () -> Lwt_unix.with_timeout 0.0 (fun () -> Lwt_unix.read b buf 0 10))
                        with
                        | Error Lwt_unix.Timeout -> ()
                        | other -> failtest $"%A{other}"

                        do! write_line a "in time"
                        let! line = line_reader b ()
                        Expect.equal line (Some "in time") "nothing was lost"
                    })
            }
        ]

[<Tests>]
let tests = testList "Lwt_unix programs" [ programs ]
