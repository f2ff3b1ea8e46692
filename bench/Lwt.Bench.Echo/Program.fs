module Lwt.Bench.Echo.Program

open System
open System.Runtime.InteropServices

let private usage =
    """usage: Lwt.Bench.Echo SERVER
       Lwt.Bench.Echo tables FILE

SERVER echoes what it reads, until it is killed. It writes the port that it took, and on each SIGCONT a line
"allocated N" with the bytes that it has allocated so far. See bench/echo.
  async      C#, an async method          block       F#, a block
  bind       C#, calls of Bind            operators   F#, operators
  task       C#, .NET's own sockets
  lines      C#, by lines over channels   block-lines  F#, by lines over channels, a block
  task-lines  C#, by lines over .NET's own streams
tables writes Markdown tables of what bench/echo measured."""

let private listening (port: int) =
    Console.Out.WriteLine port
    Console.Out.Flush()

let private reportAllocated () =
    PosixSignalRegistration.Create(
        PosixSignal.SIGCONT,
        fun _ ->
            Console.Out.WriteLine $"allocated {GC.GetTotalAllocatedBytes true}"
            Console.Out.Flush()
    )

let private serve (run: (int -> unit) -> unit) =
    use _ = reportAllocated ()
    run listening
    0

[<EntryPoint>]
let main arguments =
    match List.ofArray arguments with
    | [ "async" ] -> serve (fun listening -> AsyncServer.Run listening)
    | [ "bind" ] -> serve (fun listening -> BindServer.Run listening)
    | [ "task" ] -> serve (fun listening -> TaskServer.Run listening)
    | [ "task-lines" ] -> serve (fun listening -> TaskServer.RunLines listening)
    | [ "lines" ] -> serve (fun listening -> LineServer.Run listening)
    | [ "block-lines" ] -> serve Lines.run
    | [ "block" ] -> serve Blocks.run
    | [ "operators" ] -> serve Operators.run
    | [ "tables"; file ] ->
        Tables.write file
        0
    | _ ->
        eprintfn "%s" usage
        2
