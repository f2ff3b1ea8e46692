/// Lwt_io's servers and connections.
module Lwt.FSharp.Tests.Lwt_ioServerTests

open System.IO
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Unix
open Lwt.Infix

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let private here = ADDR_INET(inet_addr_loopback, 0)

let private addressOf (server: Lwt_io.server) =
    match server.LocalEndPoint with
    | :? System.Net.IPEndPoint as address -> ADDR_INET(address.Address, address.Port)
    | address -> failwith $"{address} is no address of IP"

let private ask line (ic: Lwt_io.input_channel, oc: Lwt_io.output_channel) =
    Lwt_io.write_line oc line >>= fun () -> Lwt_io.read_line ic

let private echo _ (ic, oc) =
    Lwt_io.write_lines oc (Lwt_io.read_lines ic)

let private error (f: unit -> 'a Lwt.t) : Unix.error Lwt.t =
    Lwt.catch (fun () -> f () >>= fun _ -> Lwt.fail_with "no error") (function
        | Unix_error(code, _, _) -> Lwt.return' code
        | e -> Lwt.fail e)

[<Tests>]
let tests =
    testList
        "Lwt_io servers"
        [
            test "establish_server_with_client_address: serves several; stops" {
                run (fun () ->
                    lwt {
                        let! server = Lwt_io.establish_server_with_client_address here echo
                        let address = addressOf server

                        let! answers =
                            Lwt.all [ for i in 1..3 -> Lwt_io.with_connection address (ask $"line {i}") ]

                        Expect.equal answers [ "line 1"; "line 2"; "line 3" ] "answers"
                        do! Lwt_io.shutdown_server server
                        do! Lwt_io.shutdown_server server
                        let! refused = error (fun () -> Lwt_io.open_connection address)
                        Expect.equal refused ECONNREFUSED "nobody listens"
                    })
            }

            test "the handler ends: its output is flushed, both channels closed" {
                run (fun () ->
                    lwt {
                        let channels = ref None

                        let! server =
                            Lwt_io.establish_server_with_client_address here (fun _ (ic, oc) ->
                                channels.Value <- Some(ic, oc)
                                Lwt_io.write oc "bye")

                        let! text = Lwt_io.with_connection (addressOf server) (fun (ic, _) -> Lwt_io.read ic)
                        Expect.equal text "bye" "all that was written, then the end"

                        Expect.equal
                            (Option.map (fun (ic, oc) -> Lwt_io.is_closed ic, Lwt_io.is_closed oc) channels.Value)
                            (Some(true, true))
                            "closed"

                        do! Lwt_io.shutdown_server server
                    })
            }

            test "no_close: the channels stay open" {
                run (fun () ->
                    lwt {
                        let handed, hand = Lwt.wait<Lwt_io.output_channel>()

                        let! server =
                            Lwt_io.establish_server_with_client_address_with (
                                here,
                                (fun _ (_, oc) ->
                                    Lwt.wakeup_later hand oc
                                    Lwt.return_unit),
                                no_close = true,
                                buffer_size = 64
                            )

                        do!
                            Lwt_io.with_connection (addressOf server) (fun (ic, _) ->
                                lwt {
                                    let! oc = handed
                                    do! Lwt.pause ()
                                    Expect.equal (Lwt_io.is_closed oc, Lwt_io.buffer_size oc) (false, 64) "open"
                                    do! Lwt_io.write_line oc "later"
                                    let! line = Lwt_io.read_line ic
                                    Expect.equal line "later" "line"
                                    do! Lwt_io.close oc
                                })

                        do! Lwt_io.shutdown_server server
                    })
            }

            test "the handler fails: the async exception hook is told, the connection closed" {
                run (fun () ->
                    lwt {
                        let told = ResizeArray<string>()

                        do!
                            Lwt.with_async_exception_hook (fun e -> told.Add e.Message) (fun () ->
                                lwt {
                                    let! server =
                                        Lwt_io.establish_server_with_client_address here (fun _ _ ->
                                            Lwt.fail_with "it")

                                    let! text =
                                        Lwt_io.with_connection (addressOf server) (fun (ic, _) -> Lwt_io.read ic)

                                    Expect.equal text "" "the end"
                                    do! Lwt_io.shutdown_server server
                                })

                        Expect.equal (List.ofSeq told) [ "it" ] "told"
                    })
            }

            test "establish_server_with_client_socket: the socket is closed when the handler ends" {
                run (fun () ->
                    lwt {
                        let socket = ref None

                        let! server =
                            Lwt_io.establish_server_with_client_socket here (fun _ fd ->
                                socket.Value <- Some fd
                                let oc = Lwt_io.of_fd_with (Lwt_io.Output, fd, close = fun () -> Lwt.return_unit)
                                Lwt_io.write oc "raw" >>= fun () -> Lwt_io.close oc)

                        let! text = Lwt_io.with_connection (addressOf server) (fun (ic, _) -> Lwt_io.read ic)
                        Expect.equal text "raw" "text"
                        Expect.equal (Option.map Lwt_unix.state socket.Value) (Some Lwt_unix.Closed) "closed"
                        do! Lwt_io.shutdown_server server
                    })
            }

            test "a path: deleted when the server stops; one that is given too" {
                run (fun () ->
                    Lwt_io.with_temp_dir (fun directory ->
                        lwt {
                            for given in [ false; true ] do
                                let path = Path.Combine(directory, $"socket {given}")

                                let! server =
                                    if given then
                                        Lwt_io.establish_server_with_client_address_with (
                                            ADDR_UNIX path,
                                            echo,
                                            fd = Lwt_unix.socket PF_UNIX SOCK_STREAM 0
                                        )
                                    else
                                        Lwt_io.establish_server_with_client_address (ADDR_UNIX path) echo

                                let! answer = Lwt_io.with_connection (ADDR_UNIX path) (ask "hello")
                                Expect.equal answer "hello" "answer"
                                Expect.isTrue (File.Exists path) "there"
                                do! Lwt_io.shutdown_server server
                                Expect.isFalse (File.Exists path) "gone"
                        }))
            }

            test "an address that is taken: EADDRINUSE rejects" {
                run (fun () ->
                    lwt {
                        let! server = Lwt_io.establish_server_with_client_address here echo

                        let! taken =
                            error (fun () -> Lwt_io.establish_server_with_client_address (addressOf server) echo)

                        Expect.equal taken EADDRINUSE "taken"
                        do! Lwt_io.shutdown_server server
                    })
            }

            test "open_connection_with: a socket of the program's, sizes of buffers" {
                run (fun () ->
                    lwt {
                        let! server = Lwt_io.establish_server_with_client_address here echo
                        let fd = Lwt_unix.socket PF_INET SOCK_STREAM 0

                        let! ic, oc =
                            Lwt_io.open_connection_with (addressOf server, fd = fd, in_buffer = 32, out_buffer = 64)

                        Expect.equal (Lwt_io.buffer_size ic, Lwt_io.buffer_size oc) (32, 64) "sizes"
                        let! answer = ask "hello" (ic, oc)
                        Expect.equal answer "hello" "answer"
                        do! Lwt_io.close ic
                        Expect.equal (Lwt_unix.state fd) Lwt_unix.Closed "closed by either"
                        do! Lwt_io.shutdown_server server
                    })
            }

            test "on a virtual network" {
                let answer =
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            let! server = Lwt_io.establish_server_with_client_address here echo
                            return! Lwt_io.with_connection (addressOf server) (ask "hello")
                        })

                Expect.equal answer "hello" "answer"
            }
        ]
