/// Runs a program with its console redirected, or on a virtual clock.
module Lwt.FSharp.Tests.Terminal

open System
open System.IO
open Lwt.Core
open Lwt.FSharp

/// Runs a function and returns the lines that it writes to standard output.
let printed (f: unit -> unit) : string list =
    let before = Console.Out
    use writer = new StringWriter()

    try
        Console.SetOut writer
        f ()
    finally
        Console.SetOut before

    writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
    |> List.ofArray

/// Runs a function with these lines as standard input.
let typed (lines: string list) (f: unit -> 'a) : 'a =
    let before = Console.In
    use reader = new StringReader(String.concat "\n" lines)

    try
        Console.SetIn reader
        f ()
    finally
        Console.SetIn before

/// The seconds that have passed on this loop's clock.
let now () : float =
    let clock = EventLoop.Current.Clock
    float (clock.GetTimestamp()) / float clock.TimestampFrequency

/// Runs a program on a virtual clock; returns its result and how many seconds it took on that clock.
let timed (main: unit -> 'a Lwt.t) : 'a * float =
    Lwt_main.run_virtual (fun () -> Lwt.map (fun v -> v, now ()) (main ()))
