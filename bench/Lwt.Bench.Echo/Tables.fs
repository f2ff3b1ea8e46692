/// Markdown tables of what bench/echo measured. Ratios are taken within a round, for only figures taken side by side can
/// be compared; each cell is the median over the rounds.
module Lwt.Bench.Echo.Tables

open System
open System.Globalization
open System.IO
open Lwt.Bench

/// One run of the load against one server.
type private Sample =
    {
        Round: int
        Server: string
        Connections: int
        Rate: float
        Median: float
        Slow: float
        Processor: float
        // Bytes a request, where the server tells.
        Allocated: float option
    }

let private number (word: string) =
    Double.Parse(word, CultureInfo.InvariantCulture)

/// Reads ROUND SERVER CONNECTIONS, what the load wrote (RATE P50 P99 CPU DONE), and the bytes allocated, or "-".
let private parse (line: string) =
    match line.Split ' ' with
    | [| round; server; connections; rate; median; slow; processor; requests; allocated |] ->
        {
            Round = int round
            Server = server
            Connections = int connections
            Rate = number rate
            Median = number median
            Slow = number slow
            Processor = number processor
            Allocated =
                if allocated = "-" then
                    None
                else
                    Some(number allocated / number requests)
        }
    | _ -> failwith $"This is no line of bench/echo's: {line}"

/// The median; None of nothing.
let private median values =
    match values |> List.sort |> Array.ofList with
    | [||] -> None
    | sorted ->
        let middle = sorted.Length / 2

        if sorted.Length % 2 = 1 then
            Some sorted[middle]
        else
            Some((sorted[middle - 1] + sorted[middle]) / 2.)

let private show (format: string) (value: float option) =
    value
    |> Option.map _.ToString(format, CultureInfo.InvariantCulture)
    |> Option.defaultValue ""

let private row samples server =
    let own = samples |> List.filter (fun sample -> sample.Server = server)

    let over basis =
        own
        |> List.choose (fun sample ->
            samples
            |> List.tryFind (fun other -> other.Server = basis && other.Round = sample.Round)
            |> Option.map (fun other -> sample.Processor / other.Processor))
        |> median
        |> show "0.00"

    let figure format value =
        own |> List.map value |> median |> show format

    [
        server
        figure "0" _.Processor
        over "c-epoll"
        over "ocaml-lwt"
        figure "0" _.Rate
        figure "0" _.Median
        figure "0" _.Slow
        own |> List.choose _.Allocated |> median |> show "0"
    ]

let private header =
    [
        "server"
        "processor ns/request"
        "× C"
        "× OCaml's Lwt"
        "requests/s"
        "p50 us"
        "p99 us"
        "bytes/request"
    ]

/// Writes a table for each number of connections, in the order in which they were first measured.
let write (file: string) =
    let samples = File.ReadAllLines file |> List.ofArray |> List.map parse

    for connections in samples |> List.map _.Connections |> List.distinct do
        let samples =
            samples |> List.filter (fun sample -> sample.Connections = connections)

        let servers = samples |> List.map _.Server |> List.distinct
        let plural = if connections = 1 then "" else "s"
        printfn "\n%d connection%s:\n" connections plural
        printfn "%s" (Markdown.table header (servers |> List.map (row samples)))
