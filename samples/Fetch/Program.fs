/// Fetches several pages at once, each in two seconds at most: by hand over a connection, and by .NET's HttpClient.
///
///     dotnet run --project samples/Fetch [URL...]
///
/// Without arguments it fetches from a server of its own, which takes its time for one of the pages.
module Fetch

open System
open System.Diagnostics
open System.Net
open System.Net.Http
open Lwt.FSharp
open Lwt.Infix

/// The length of a page, asked for in HTTP 1.0, so that its end is the end of the connection.
let byHand (url: Uri) =
    lwt {
        let! addresses = Lwt_unix.gethostbyname url.Host

        return!
            Lwt_io.with_connection (Unix.ADDR_INET(addresses.h_addr_list[0], url.Port)) (fun (ic, oc) ->
                lwt {
                    do! Lwt_io.write oc $"GET {url.PathAndQuery} HTTP/1.0\r\nHost: {url.Host}\r\n\r\n"
                    do! Lwt_io.flush oc
                    let! answer = Lwt_io.read ic
                    return answer.Length - answer.IndexOf "\r\n\r\n" - 4
                })
    }

let byClient (client: HttpClient) (url: Uri) =
    lwt {
        let! page = client.GetStringAsync url
        return page.Length
    }

/// Tells how a fetch went, and how long it took.
let tell (how: string) (url: Uri) fetch =
    lwt {
        let clock = Stopwatch.StartNew()

        let! outcome =
            Lwt.catch (fun () -> Lwt_unix.with_timeout 2.0 fetch >|= fun length -> $"{length} characters") (fun e ->
                Lwt.return' $"failed: {e.Message}")

        do! Lwt_io.printl $"{url} {how}: {outcome} in {clock.Elapsed.TotalSeconds:F1} s"
    }

/// A server with pages such as /300, which takes 300 ms.
let serve _ (ic, oc) =
    lwt {
        let! request = Lwt_io.read_line ic
        let milliseconds = int (request.Split(' ').[1].TrimStart '/')
        do! Lwt_unix.sleep (float milliseconds / 1000.0)
        let page = String('.', milliseconds)
        do! Lwt_io.write oc $"HTTP/1.0 200 OK\r\nContent-Length: {page.Length}\r\n\r\n{page}"
    }

let fetchAll (urls: Uri list) =
    lwt {
        use client = new HttpClient()

        do!
            Lwt.join
                [
                    for url in urls do
                        if url.Scheme = "http" then
                            tell "by hand" url (fun () -> byHand url)

                        tell "by HttpClient" url (fun () -> byClient client url)
                ]
    }

let fetchOwn () =
    lwt {
        let! server =
            Lwt_io.establish_server_with_client_address (Unix.ADDR_INET(Unix.inet_addr_loopback, 0)) serve

        do!
            fetchAll
                [
                    for page in [ 100; 500; 5000 ] -> Uri $"http://{server.LocalEndPoint}/{page}"
                ]

        do! server.Shutdown TimeSpan.Zero
    }

[<EntryPoint>]
let main arguments =
    Lwt_main.run (
        match List.ofArray arguments with
        | [] -> fetchOwn ()
        | urls -> fetchAll (urls |> List.map Uri)
    )

    0
