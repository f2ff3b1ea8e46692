/// Lwt_ssl and Ssl on the simulated network: programs as they are written for OCaml's.
module Lwt.FSharp.Tests.Lwt_sslTests

open System
open System.IO
open System.Net.Security
open System.Security.Authentication
open System.Security.Cryptography
open System.Security.Cryptography.X509Certificates
open System.Text
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.Infix

let internal run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop(EventLoopOptions(Engine = new VirtualEngine()))
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

/// A certificate of its own, and its key, in PEM.
let private made (name: string) =
    use key = ECDsa.Create ECCurve.NamedCurves.nistP256

    let request = CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)

    let names = SubjectAlternativeNameBuilder()
    names.AddDnsName name
    request.CertificateExtensions.Add(names.Build())
    let now = TimeProvider.System.GetUtcNow()

    use certificate = request.CreateSelfSigned(now.AddDays -1.0, now.AddDays 1.0)

    certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()

let internal localhost = made "localhost"
let private someone = made "someone"

let internal serverContext () =
    let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Server_context
    Ssl.use_certificate_from_string ctx (fst localhost) (snd localhost)
    ctx

let private clientContext () =
    let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
    Ssl.add_cert_to_store ctx (fst localhost)
    Ssl.set_context_hostname ctx "localhost"
    ctx

let private listen () =
    let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0

    Lwt_unix.bind fd (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
    >|= fun () ->
        Lwt_unix.listen fd 8
        fd

let private dial address =
    let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0
    Lwt_unix.connect fd address >|= fun () -> fd

/// Two connected descriptors.
let internal pair () =
    lwt {
        let! listener = listen ()
        let! client = dial (Lwt_unix.getsockname listener)
        and! server, _ = Lwt_unix.accept listener
        do! Lwt_unix.close listener
        return client, server
    }

let private handshake client server =
    lwt {
        let! cfd, sfd = pair ()
        let! c = Lwt_ssl.ssl_connect cfd client
        and! s = Lwt_ssl.ssl_accept sfd server
        return c, s
    }

/// What the handshakes of the client and of the server fail with. Afterwards the descriptors are closed.
let private failures client server =
    lwt {
        let! cfd, sfd = pair ()

        let failure fd handshake =
            Lwt.try_bind (fun () -> handshake fd) (fun s -> Lwt_ssl.close s >|= fun () -> None) (fun e ->
                Lwt.return' (Some e))

        let! failed =
            Lwt.both
                (failure cfd (fun fd -> Lwt_ssl.ssl_connect fd client))
                (failure sfd (fun fd -> Lwt_ssl.ssl_accept fd server))

        Expect.equal (Lwt_unix.state cfd, Lwt_unix.state sfd) (Lwt_unix.Closed, Lwt_unix.Closed) "descriptors"
        return failed
    }

let private isRefused (failure: exn option) =
    match failure with
    | Some(:? AuthenticationException) -> true
    | _ -> false

let private text (s: string) = Encoding.UTF8.GetBytes s

let rec private write_all s (buf: byte array) ofs =
    if ofs = buf.Length then
        Lwt.return_unit
    else
        Lwt_ssl.write s buf ofs (buf.Length - ofs)
        >>= fun n -> write_all s buf (ofs + n)

let rec private read_all s (received: MemoryStream) =
    let buf: byte array = Array.zeroCreate 10000

    Lwt_ssl.read s buf 0 buf.Length
    >>= function
        | 0 -> Lwt.return' (received.ToArray())
        | n ->
            received.Write(buf, 0, n)
            read_all s received

let private readText s =
    read_all s (new MemoryStream())
    >|= fun bytes -> Encoding.UTF8.GetString(bytes: byte array)

let private rejects (p: 'a Lwt.t) : exn Lwt.t =
    Lwt.try_bind (fun () -> p) (fun _ -> failtest "it was fulfilled") Lwt.return'

let private connections =
    testList
        "connections"
        [
            test "a megabyte there and back, then the end" {
                let sent = Array.init 1_000_000 byte

                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        Expect.isTrue (Lwt_ssl.is_ssl c) "is_ssl"

                        let echo =
                            lwt {
                                let! received = read_all s (new MemoryStream())
                                do! write_all s received 0
                                do! Lwt_ssl.close s
                            }

                        do! write_all c sent 0
                        do! Lwt_ssl.ssl_shutdown c
                        let! received = read_all c (new MemoryStream())
                        Expect.isTrue (received.AsSpan().SequenceEqual(sent.AsSpan())) "bytes"
                        do! echo
                        do! Lwt_ssl.close c
                    })
            }

            test "channels" {
                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        let ic, oc = Lwt_ssl.in_channel_of_descr s, Lwt_ssl.out_channel_of_descr c
                        do! oc.WriteLine "hello"
                        let! line = ic.ReadLine()
                        Expect.equal line "hello" "line"
                        do! oc.Write "unflushed"
                        do! oc.Close()
                        let! rest = readText s
                        Expect.equal rest "unflushed" "what closing has written"
                        Expect.equal (Lwt_unix.state (Lwt_ssl.get_fd c)) Lwt_unix.Closed "the connection"
                        do! ic.Close()
                    })
            }

            test "a read that is cancelled loses nothing" {
                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        let reading = Lwt_ssl.read s (Array.zeroCreate 10) 0 10
                        do! Lwt.pause ()
                        Lwt.cancel reading
                        do! write_all c (text "kept") 0
                        do! Lwt_ssl.close c
                        let! received = readText s
                        Expect.equal received "kept" "bytes"
                        do! Lwt_ssl.close s
                    })
            }

            test "parts of buffers; bytes outside are refused" {
                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        let! written = Lwt_ssl.write_bytes c (Lwt_bytes.of_string "abcdef") 2 3
                        let buf = Lwt_bytes.of_string "......"
                        let! count = Lwt_ssl.read_bytes s buf 1 4
                        Expect.equal (written, count, Lwt_bytes.to_string buf) (3, 3, ".cde..") "bytes"

                        for ofs, len in [ -1, 1; 0, 4; 4, 0 ] do
                            let buf = Array.zeroCreate 3

                            Expect.throwsT<InvalidArgumentException>
                                (fun () -> Lwt_ssl.read s buf ofs len |> ignore)
                                "read"

                            Expect.throwsT<InvalidArgumentException>
                                (fun () -> Lwt_ssl.write s buf ofs len |> ignore)
                                "write"

                        do! Lwt.join [ Lwt_ssl.close c; Lwt_ssl.close s ]
                    })
            }

            test "cut without a notice" {
                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        Lwt_ssl.shutdown c Unix.SHUTDOWN_SEND
                        let! e = rejects (Lwt_ssl.read s (Array.zeroCreate 1) 0 1)
                        Expect.isTrue (e :? TlsTruncatedException) "truncated"
                        do! Lwt.join [ Lwt_ssl.close c; Lwt_ssl.close s ]
                    })
            }

            test "abort" {
                run (fun () ->
                    lwt {
                        let! c, s = handshake (clientContext ()) (serverContext ())
                        let reading = rejects (Lwt_ssl.read c (Array.zeroCreate 1) 0 1)
                        let reason = Failure "stop"
                        Lwt_ssl.abort c reason
                        let! e = reading
                        Expect.isTrue (obj.ReferenceEquals(e, reason)) "what waited"
                        let! e = rejects (Lwt_ssl.write c (text "x") 0 1)
                        Expect.isTrue (obj.ReferenceEquals(e, reason)) "what comes later"
                        do! Lwt_unix.close (Lwt_ssl.get_fd c)
                        do! Lwt_unix.close (Lwt_ssl.get_fd s)
                    })
            }

            test "plain: no TLS" {
                run (fun () ->
                    lwt {
                        let! cfd, sfd = pair ()
                        let c, s = Lwt_ssl.plain cfd, Lwt_ssl.plain sfd
                        Expect.equal (Lwt_ssl.is_ssl c, (Lwt_ssl.ssl_socket c).IsSome) (false, false) "is_ssl"
                        let readable = Lwt_ssl.wait_read s
                        Expect.isTrue (Lwt.is_sleeping readable) "nothing is there"
                        do! Lwt_ssl.wait_write c
                        do! write_all c (text "plain") 0
                        do! readable
                        do! Lwt_ssl.ssl_shutdown c
                        let buf = Array.zeroCreate 10
                        let! count = Lwt_unix.read sfd buf 0 10
                        Expect.equal (Encoding.UTF8.GetString(buf, 0, count)) "plain" "bytes on the wire"
                        let oc = Lwt_ssl.out_channel_of_descr s
                        do! oc.Write "and back"
                        do! Lwt_ssl.close s
                        let! rest = readText c
                        Expect.equal rest "and back" "what closing has written"
                        Expect.equal (Lwt_ssl.getpeername c) (Lwt_unix.getpeername cfd) "peer"
                        Expect.equal (Lwt_ssl.getsockname c) (Lwt_unix.getsockname cfd) "name"
                        do! Lwt_ssl.close c
                    })
            }

            test "a handshake of its own settings; what was agreed" {
                run (fun () ->
                    lwt {
                        let client = clientContext ()
                        Ssl.set_context_hostname client "other"
                        Ssl.set_context_alpn_protos client [ "h2"; "echo" ]
                        let server = serverContext ()
                        Ssl.set_context_alpn_protos server [ "echo" ]
                        let! cfd, sfd = pair ()
                        let ready = Lwt_ssl.embed_uninitialized_socket cfd client
                        let settings = Lwt_ssl.ssl_socket_of_uninitialized_socket ready
                        Ssl.set_client_SNI_hostname settings "localhost"

                        Expect.throwsT<InvalidOperationException>
                            (fun () -> Ssl.version settings |> ignore)
                            "too early"

                        let! c = Lwt_ssl.ssl_perform_handshake ready
                        and! s = Lwt_ssl.ssl_accept_handshake (Lwt_ssl.embed_uninitialized_socket sfd server)

                        for s in [ c; s ] do
                            let agreed = Option.get (Lwt_ssl.ssl_socket s)
                            Expect.equal (Ssl.get_negotiated_alpn_protocol agreed) (Some "echo") "protocol"
                            Expect.isTrue (List.contains (Ssl.version agreed) [ Ssl.TLSv1_2; Ssl.TLSv1_3 ]) "version"

                        let shown =
                            Ssl.get_certificate (Option.get (Lwt_ssl.ssl_socket c))
                            |> Option.map _.ExportCertificatePem()

                        Expect.equal shown (Some(fst localhost)) "certificate"
                        do! Lwt.join [ Lwt_ssl.close c; Lwt_ssl.close s ]
                    })
            }

            test "a version" {
                run (fun () ->
                    lwt {
                        let ctx = Ssl.create_context Ssl.TLSv1_2 Ssl.Both_context
                        Ssl.add_cert_to_store ctx (fst localhost)
                        Ssl.set_context_hostname ctx "localhost"
                        let! c, s = handshake ctx (serverContext ())
                        Expect.equal (Ssl.version (Option.get (Lwt_ssl.ssl_socket s))) Ssl.TLSv1_2 "version"
                        do! Lwt.join [ Lwt_ssl.close c; Lwt_ssl.close s ]
                    })
            }
        ]

let private refusals =
    let clientFails name client =
        test name {
            let onClient, _ = run (fun () -> failures (client ()) (serverContext ()))
            Expect.isTrue (isRefused onClient) $"%A{onClient}"
        }

    testList
        "verification"
        [
            clientFails "a certificate that nobody trusts" (fun () ->
                let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
                Ssl.set_context_hostname ctx "localhost"
                ctx)

            clientFails "a certificate that the system does not trust" (fun () ->
                let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
                Ssl.set_context_hostname ctx "localhost"
                Ssl.set_default_verify_paths ctx |> ignore
                Ssl.set_verify ctx [ Ssl.Verify_peer ] None
                ctx)

            clientFails "a certificate for another name" (fun () ->
                let ctx = clientContext ()
                Ssl.set_context_hostname ctx "elsewhere"
                ctx)

            clientFails "a function that refuses" (fun () ->
                let ctx = clientContext ()
                Ssl.set_verify ctx [ Ssl.Verify_peer ] (Some(fun _ _ -> false))
                ctx)

            test "a function decides" {
                let mutable told = None
                let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context

                Ssl.set_verify
                    ctx
                    [ Ssl.Verify_peer ]
                    (Some(fun certificate errors ->
                        told <- Some(Option.map (fun (c: X509Certificate2) -> c.Subject) certificate, errors)
                        true))

                let failed = run (fun () -> failures ctx (serverContext ()))
                Expect.equal failed (None, None) "handshakes"

                match told with
                | Some(Some "CN=localhost", errors) -> Expect.notEqual errors SslPolicyErrors.None "errors"
                | other -> failtest $"%A{other}"
            }

            test "turned off" {
                let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
                Ssl.set_verify ctx [] None
                Expect.equal (run (fun () -> failures ctx (serverContext ()))) (None, None) "handshakes"
            }

            test "the system's roots beside one's own" {
                let ctx = clientContext ()
                Expect.isTrue (Ssl.set_default_verify_paths ctx) "set"
                Expect.equal (run (fun () -> failures ctx (serverContext ()))) (None, None) "handshakes"
            }

            for modes, certificate, isServed in
                [
                    [ Ssl.Verify_peer ], None, true
                    [ Ssl.Verify_peer ], Some localhost, true
                    [ Ssl.Verify_peer ], Some someone, false
                    [ Ssl.Verify_peer; Ssl.Verify_fail_if_no_peer_cert ], None, false
                    [ Ssl.Verify_peer; Ssl.Verify_fail_if_no_peer_cert ], Some localhost, true
                ] do
                test $"client certificates: %A{modes}, %A{Option.isSome certificate}, {isServed}" {
                    let client, server = clientContext (), serverContext ()
                    Option.iter (fun (cert, key) -> Ssl.use_certificate_from_string client cert key) certificate
                    Ssl.add_cert_to_store server (fst localhost)
                    Ssl.set_verify server modes None
                    let _, onServer = run (fun () -> failures client server)
                    Expect.equal (isRefused onServer) (not isServed) $"%A{onServer}"
                }

            for name, part, call in
                [
                    "no name",
                    "name of the server",
                    (fun fd -> Lwt_ssl.ssl_connect fd (Ssl.create_context Ssl.SSLv23 Ssl.Client_context))
                    "a client's context", "for clients", (fun fd -> Lwt_ssl.ssl_accept fd (clientContext ()))
                    "a server's context", "for servers", (fun fd -> Lwt_ssl.ssl_connect fd (serverContext ()))
                    "no certificate",
                    "no certificate",
                    (fun fd -> Lwt_ssl.ssl_accept fd (Ssl.create_context Ssl.SSLv23 Ssl.Both_context))
                ] do
                test name {
                    run (fun () ->
                        lwt {
                            let! cfd, sfd = pair ()

                            match! rejects (call cfd) with
                            | Invalid_argument message -> Expect.stringContains message part "message"
                            | e -> failtest $"{e}"

                            do! Lwt.join [ Lwt_unix.close cfd; Lwt_unix.close sfd ]
                        })
                }
        ]

let private files =
    testList
        "files"
        [
            test "certificate, key and roots of files" {
                let folder = Directory.CreateTempSubdirectory()

                try
                    let path name = Path.Combine(folder.FullName, name)
                    File.WriteAllText(path "cert.pem", fst localhost)
                    File.WriteAllText(path "key", snd localhost)
                    let server = Ssl.create_context Ssl.TLSv1_3 Ssl.Server_context
                    Ssl.use_certificate server (path "cert.pem") (path "key")

                    for file, place in [ path "cert.pem", ""; "", folder.FullName ] do
                        let client = Ssl.create_context Ssl.TLSv1_3 Ssl.Client_context
                        Ssl.load_verify_locations client file place
                        Ssl.set_context_hostname client "localhost"
                        Expect.equal (run (fun () -> failures client server)) (None, None) "handshakes"
                finally
                    folder.Delete true
            }

            test "what does not exist" {
                let ctx = clientContext ()

                for file, place in [ "", ""; "/none/here.pem", ""; "", "/none/here" ] do
                    Expect.throwsT<InvalidArgumentException>
                        (fun () -> Ssl.load_verify_locations ctx file place)
                        $"{file}, {place}"
            }

            test "a certificate without its key" {
                use certificate = X509Certificate2.CreateFromPem((fst localhost).AsSpan())

                Expect.throwsT<InvalidArgumentException>
                    (fun () -> Ssl.use_x509 (serverContext ()) certificate)
                    "no private key"
            }
        ]

let rec private acceptAll serve listener : unit Lwt.t =
    Lwt_unix.accept listener
    >>= fun (fd, _) ->
        Lwt.async (fun () -> serve fd)
        acceptAll serve listener

let private server =
    test "an echo server goes on after a failed handshake" {
        run (fun () ->
            lwt {
                let! listener = listen ()
                let address = Lwt_unix.getsockname listener
                let ctx = serverContext ()
                let failed = ref 0

                let answer s =
                    lwt {
                        let oc = Lwt_ssl.out_channel_of_descr s
                        let! line = (Lwt_ssl.in_channel_of_descr s).ReadLine()
                        do! oc.WriteLine $"{line}!"
                        do! oc.Close()
                    }

                let fail _ =
                    failed.Value <- failed.Value + 1
                    Lwt.return_unit

                let serve fd =
                    Lwt.try_bind (fun () -> Lwt_ssl.ssl_accept fd ctx) answer fail

                let accepting =
                    Lwt.catch (fun () -> acceptAll serve listener) (fun _ -> Lwt.return_unit)

                let! stranger = dial address
                let! _ = Lwt_unix.write stranger (text "GET / HTTP/1.0\r\n\r\n") 0 18
                let! _ = readText (Lwt_ssl.plain stranger)
                do! Lwt_unix.close stranger
                Expect.equal failed.Value 1 "failed handshakes"

                let! fd = dial address
                let! c = Lwt_ssl.ssl_connect fd (clientContext ())
                do! write_all c (text "hello\n") 0
                let! answer = readText c
                Expect.equal answer "hello!\n" "answer"
                do! Lwt_ssl.close c
                do! Lwt_unix.close listener
                do! accepting
            })
    }

[<Tests>]
let tests = testList "Lwt_ssl" [ connections; refusals; files; server ]
