/// Well-known programs over Lwt, ported word by word, and clients that try them: on the simulated network, on the system's,
/// and the tools that people use.
module Lwt.FSharp.Tests.Ported.PortedTests

open System.Net
open System.Text
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix

let private anyPort = Unix.ADDR_INET(Unix.inet_addr_loopback, 0)

let private addressOf (server: Lwt_io.server) =
    match server.LocalEndPoint with
    | :? IPEndPoint as address -> Unix.ADDR_INET(address.Address, address.Port)
    | other -> failtest $"{other} has no port"

let private portOf server =
    match addressOf server with
    | Unix.ADDR_INET(_, port) -> port
    | _ -> failtest "no port"

let private runOn (loop: EventLoop) (body: unit -> unit Lwt.t) =
    use loop = loop
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let private onSystem body = runOn (new EventLoop()) body

let private onVirtual body =
    runOn (new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))) body

/// A test on the simulated network, and on the system's.
let private testOnBoth name (body: unit -> unit Lwt.t) =
    testList
        name
        [
            testCase "in memory" (fun () -> onVirtual body)
            testCase "over loopback" (fun () -> onSystem body)
        ]

/// Runs a server and its clients, and shuts it down.
let private serving (start: Unix.sockaddr -> Lwt_io.server Lwt.t) (body: Lwt_io.server -> unit Lwt.t) : unit Lwt.t =
    lwt {
        let! server = start anyPort
        do! body server
        do! Lwt_io.shutdown_server server
    }

/// Runs a program of the system against a server.
let private withTool start tool (args: Lwt_io.server -> string list) input (check: string -> unit) () =
    onSystem (fun () ->
        serving start (fun server ->
            lwt {
                let! output = Tools.run tool (args server) input
                check output
            }))

let private expectLines ic (lines: string list) : unit Lwt.t =
    lines
    |> Lwt_list.iter_s (fun expected -> Lwt_io.read_line ic >|= fun line -> Expect.equal line expected "the next line")

let private expectEnd ic : unit Lwt.t =
    Lwt_io.read_line_opt ic >|= fun rest -> Expect.isNone rest "the end"

/// Writes one byte after the other, each by itself.
let private dribble oc (text: string) : unit Lwt.t =
    List.ofSeq text
    |> Lwt_list.iter_s (fun c -> Lwt_io.write_char oc c >>= fun () -> Lwt_io.flush oc)

let private counter =
    testOnBoth "counter server" (fun () ->
        lwt {
            let! socket = CounterServer.create_socket ()
            let address = Lwt_unix.getsockname socket
            let serving = CounterServer.create_server socket ()

            let client _ =
                Lwt_io.with_connection address (fun (ic, oc) ->
                    lwt {
                        for _ in 1..10 do
                            do! Lwt_io.write_line oc "inc"
                            do! expectLines ic [ "Counter has been incremented" ]

                        do! Lwt_io.write_line oc "dec"
                        do! expectLines ic [ "Unknown command" ]
                    })

            do! Lwt_list.iter_p client [ 1..20 ]

            do!
                Lwt_io.with_connection address (fun (ic, oc) ->
                    Lwt_io.write oc "read\r\nread\n" >>= fun () -> expectLines ic [ "200"; "200" ])

            do! Lwt_unix.close socket
            do! serving
        })

let private chat =
    testOnBoth "chat server" (fun () ->
        serving ChatServer.start (fun server ->
            let join name =
                lwt {
                    let! ic, oc = Lwt_io.open_connection (addressOf server)
                    do! Lwt_io.write_line oc name
                    return ic, oc
                }

            lwt {
                let! annIn, ann = join "ann"
                let! bobIn, bob = join "bob"
                do! expectLines annIn [ "Enter your name: * bob has joined" ]
                let! cidIn, cid = join "ann"
                do! expectLines cidIn [ "Enter your name: That name is taken." ]
                do! Lwt_io.write_line cid "cid"
                do! expectLines annIn [ "* cid has joined" ]
                do! expectLines bobIn [ "Enter your name: * cid has joined" ]
                do! Lwt_io.write_line ann "hello"
                do! expectLines bobIn [ "<ann> hello" ]
                do! expectLines cidIn [ "Enter your name: <ann> hello" ]
                do! Lwt_io.write_line bob "/quit"
                do! expectEnd bobIn
                do! expectLines annIn [ "* bob has left" ]
                // One that goes without a word.
                do! Lwt_io.abort cid
                do! expectLines annIn [ "* cid has left" ]
                do! Lwt_io.close ann
                do! Lwt_io.close bob
            }))

let private echo address =
    Lwt_io.establish_server_with_client_address address (fun _ (ic, oc) -> Lwt_io.write_lines oc (Lwt_io.read_lines ic))

let private relay =
    testList
        "relay"
        [
            testOnBoth "carries both ways" (fun () ->
                serving echo (fun target ->
                    serving (fun address -> Relay.start address (addressOf target)) (fun server ->
                        let client n =
                            Lwt_io.with_connection (addressOf server) (fun (ic, oc) ->
                                let lines = [ for i in 1..2000 -> $"{n}: line {i}" ]

                                Lwt.join
                                    [
                                        Lwt_io.write_lines oc (Lwt_stream.of_list lines)
                                        >>= fun () -> Lwt_io.flush oc
                                        expectLines ic lines
                                    ])

                        Lwt_list.iter_p client [ 1..10 ])))
            testOnBoth "the first side to end ends both" (fun () ->
                serving
                    (fun address ->
                        Lwt_io.establish_server_with_client_address address (fun _ (_, oc) ->
                            Lwt_io.write_line oc "bye"))
                    (fun target ->
                        serving (fun address -> Relay.start address (addressOf target)) (fun server ->
                            // This side never ends by itself.
                            Lwt_io.with_connection (addressOf server) (fun (ic, _) ->
                                expectLines ic [ "bye" ] >>= fun () -> expectEnd ic))))
            testOnBoth "target is gone" (fun () ->
                lwt {
                    let! gone = echo anyPort
                    let target = addressOf gone
                    do! Lwt_io.shutdown_server gone
                    let told = ResizeArray<exn>()
                    let before = Lwt.async_exception_hook.Value
                    Lwt.async_exception_hook.Value <- told.Add

                    try
                        do!
                            serving (fun address -> Relay.start address target) (fun server ->
                                Lwt_io.with_connection (addressOf server) (fun (ic, _) -> expectEnd ic))
                    finally
                        Lwt.async_exception_hook.Value <- before

                    match List.ofSeq told with
                    | [ Unix.Unix_error(Unix.ECONNREFUSED, _, _) ] -> ()
                    | other -> failtest $"told of {other}"
                })
        ]

let private command (words: string list) =
    let bulks = [ for word in words -> $"${word.Length}\r\n{word}\r\n" ]
    $"*{words.Length}\r\n" + String.concat "" bulks

let private resp =
    let connected body =
        fun () -> serving RespServer.start (fun server -> Lwt_io.with_connection (addressOf server) body)

    testList
        "RESP server"
        [
            testOnBoth
                "answers"
                (connected (fun (ic, oc) ->
                    lwt {
                        do! Lwt_io.write oc (command [ "PING" ])
                        do! expectLines ic [ "+PONG" ]
                        do! Lwt_io.write oc (command [ "set"; "key"; "a\r\nb" ])
                        do! Lwt_io.write oc (command [ "GET"; "key" ])
                        do! expectLines ic [ "+OK"; "$4"; "a"; "b" ]
                        do! Lwt_io.write oc (command [ "INCR"; "key" ])
                        do! expectLines ic [ "-ERR value is not an integer or out of range" ]
                        do! Lwt_io.write oc (command [ "DEL"; "key"; "other" ] + command [ "GET"; "key" ])
                        do! expectLines ic [ ":1"; "$-1" ]
                        do! Lwt_io.write oc "PING\r\n"
                        do! expectLines ic [ "+PONG" ]
                    }))
            testOnBoth
                "commands that do not wait for answers"
                (connected (fun (ic, oc) ->
                    let commands = String.replicate 5000 (command [ "INCR"; "n" ])

                    Lwt.join
                        [
                            Lwt_io.write oc commands >>= fun () -> Lwt_io.flush oc
                            expectLines ic [ for n in 1..5000 -> $":{n}" ]
                        ]))
            testOnBoth
                "a byte at a time"
                (connected (fun (ic, oc) ->
                    dribble oc (command [ "ECHO"; "hello" ])
                    >>= fun () -> expectLines ic [ "$5"; "hello" ]))
            testOnBoth
                "broken protocol"
                (connected (fun (ic, oc) ->
                    Lwt_io.write oc "*1\r\nnonsense\r\n"
                    >>= fun () -> expectLines ic [ "-ERR Protocol error: expected '$', got 'nonsense'" ]
                    >>= fun () -> expectEnd ic))
            Tools.testWith
                "redis-cli"
                "redis-cli"
                (withTool
                    RespServer.start
                    "redis-cli"
                    (fun server -> [ "-p"; string (portOf server) ])
                    "PING\nSET a 41\nINCR a\nGET a\nDEL a b\nGET a\nCONFIG GET save\nNONSENSE\n"
                    (fun output ->
                        Expect.equal
                            (output.ReplaceLineEndings "\n")
                            "PONG\nOK\n42\n42\n1\n\nsave\n\nERR unknown command 'NONSENSE'\n\n"
                            "the answers"))
            for pipeline in [ 1; 16 ] do
                Tools.testWith
                    "redis-benchmark"
                    $"redis-benchmark, {pipeline} at once"
                    (withTool
                        RespServer.start
                        "redis-benchmark"
                        (fun server ->
                            [
                                "-p"
                                string (portOf server)
                                "-t"
                                "ping,set,get,incr"
                                "-n"
                                "5000"
                                "-q"
                                "--csv"
                            ]
                            @ [ "-P"; string pipeline ])
                        ""
                        (fun output ->
                            for name in [ "PING_INLINE"; "PING_MBULK"; "SET"; "GET"; "INCR" ] do
                                Expect.stringContains output $"\"{name}\",\"" "has run"

                            Expect.isFalse (output.Contains "rror") output))
        ]

let private http =
    let connected body =
        fun () -> serving HttpServer.start (fun server -> Lwt_io.with_connection (addressOf server) body)

    let get target =
        $"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"

    let ok connection body =
        [
            "HTTP/1.1 200 OK"
            $"Connection: {connection}"
            $"Content-Length: {String.length body + 1}"
            ""
            body
        ]

    let url server path =
        $"http://127.0.0.1:{portOf server}{path}"

    testList
        "HTTP server"
        [
            testOnBoth
                "keeps the connection, until it is asked to close it"
                (connected (fun (ic, oc) ->
                    lwt {
                        for _ in 1..3 do
                            do! Lwt_io.write oc (get "/")
                            do! expectLines ic (ok "keep-alive" "hello")

                        do! Lwt_io.write oc "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        do! expectLines ic (ok "close" "hello")
                        do! expectEnd ic
                    }))
            testOnBoth
                "requests that do not wait for answers"
                (connected (fun (ic, oc) ->
                    let requests = String.replicate 1000 (get "/" + get "/nowhere")

                    let answers =
                        [
                            for _ in 1..1000 do
                                yield! ok "keep-alive" "hello"
                                "HTTP/1.1 404 Not Found"
                                "Connection: keep-alive"
                                "Content-Length: 10"
                                ""
                                "not found"
                        ]

                    Lwt.join
                        [
                            Lwt_io.write oc requests >>= fun () -> Lwt_io.flush oc
                            expectLines ic answers
                        ]))
            testOnBoth
                "bodies with a length, and in chunks"
                (connected (fun (ic, oc) ->
                    lwt {
                        do! Lwt_io.write oc "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nbody\n"
                        do! expectLines ic (ok "keep-alive" "body")

                        do!
                            dribble
                                oc
                                "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nchu\r\n4\r\nnks\n\r\n0\r\n\r\n"

                        do! expectLines ic (ok "keep-alive" "chunks")
                        do! Lwt_io.write oc (get "/chunks")

                        do!
                            expectLines
                                ic
                                [
                                    "HTTP/1.1 200 OK"
                                    "Connection: keep-alive"
                                    "Transfer-Encoding: chunked"
                                    ""
                                    "4"
                                    "one"
                                    ""
                                    "4"
                                    "two"
                                    ""
                                    "6"
                                    "three"
                                    ""
                                    "0"
                                    ""
                                ]
                    }))
            testOnBoth
                "bad request"
                (connected (fun (ic, oc) ->
                    Lwt_io.write oc "nonsense\r\n\r\n"
                    >>= fun () -> expectLines ic [ "HTTP/1.1 400 Bad Request"; "Connection: close" ]))
            Tools.testWith
                "curl"
                "curl: two requests over one connection"
                (withTool
                    HttpServer.start
                    "curl"
                    (fun server ->
                        [
                            "-sS"
                            "-w"
                            "%{http_code} %{num_connects}\n"
                            url server "/"
                            url server "/chunks"
                        ])
                    ""
                    (fun output -> Expect.equal output "hello\n200 1\none\ntwo\nthree\n200 0\n" "the answers"))
            for kind, header in [ "with a length", "Accept: */*"; "in chunks", "Transfer-Encoding: chunked" ] do
                // Longer than what curl sends without asking first.
                let body = System.String('x', 2_000_000)

                Tools.testWith
                    "curl"
                    $"curl: a body {kind}"
                    (withTool
                        HttpServer.start
                        "curl"
                        (fun server -> [ "-sS"; "-H"; header; "--data-binary"; "@-"; url server "/echo" ])
                        body
                        (fun output -> Expect.isTrue (output = body) $"{output.Length} characters came back"))
            Tools.testWith
                "wrk"
                "wrk: 50 connections"
                (withTool
                    HttpServer.start
                    "wrk"
                    (fun server -> [ "-t"; "1"; "-c"; "50"; "-d"; "1s"; url server "/" ])
                    ""
                    (fun output ->
                        Expect.stringContains output "Requests/sec" "has run"
                        Expect.isFalse (output.Contains "Socket errors") output
                        Expect.isFalse (output.Contains "Non-2xx") output))
        ]

[<Tests>]
let tests = testList "ported" [ counter; chat; relay; resp; http ]
