/// The example in the documentation of Lwt_ssl, compiled and run.
module Lwt.FSharp.Tests.Examples.TlsExamples

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests

[<Tests>]
let tests =
    testList
        "examples: TLS"
        [
            test "Lwt_ssl" {
                Lwt_sslTests.run (fun () ->
                    lwt {
                        let! fd, server = Lwt_sslTests.pair ()
                        let root = fst Lwt_sslTests.localhost

                        let accepting =
                            lwt {
                                let! s = Lwt_ssl.ssl_accept server (Lwt_sslTests.serverContext ())
                                do! (Lwt_ssl.out_channel_of_descr s).WriteLine "hello"
                                do! Lwt_ssl.close s
                            }

                        let ask () =
                            // example: Lwt_ssl
                            let ctx = Ssl.create_context Ssl.SSLv23 Ssl.Client_context
                            Ssl.add_cert_to_store ctx root
                            Ssl.set_context_hostname ctx "localhost"

                            lwt {
                                let! s = Lwt_ssl.ssl_connect fd ctx
                                let! line = (Lwt_ssl.in_channel_of_descr s).ReadLine()
                                do! Lwt_ssl.close s
                                return line
                            }
                        // end

                        let! line = ask ()
                        Expect.equal line "hello" "line"
                        do! accepting
                    })
            }
        ]
