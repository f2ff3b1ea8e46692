/// Signals by OCaml's numbers, which are negative, and by the system's, as .NET takes them.
module internal Lwt.FSharp.Signals

open System
open System.Runtime.InteropServices

/// The system's numbers of OCaml's signals, in OCaml's order; zero where the system has none.
let private numbers =
    lazy
        (if OperatingSystem.IsLinux() then
             [|
                 6
                 14
                 8
                 1
                 4
                 2
                 9
                 13
                 3
                 11
                 15
                 10
                 12
                 17
                 18
                 19
                 20
                 21
                 22
                 26
                 27
                 7
                 29
                 31
                 5
                 23
                 24
                 25
             |]
         else
             [|
                 6
                 14
                 8
                 1
                 4
                 2
                 9
                 13
                 3
                 11
                 15
                 30
                 31
                 20
                 19
                 17
                 18
                 21
                 22
                 26
                 27
                 10
                 0
                 12
                 5
                 16
                 24
                 25
             |])

/// Those that .NET has a name for, which every system understands that has them.
let private named =
    dict
        [
            Sys.sighup, PosixSignal.SIGHUP
            Sys.sigint, PosixSignal.SIGINT
            Sys.sigquit, PosixSignal.SIGQUIT
            Sys.sigterm, PosixSignal.SIGTERM
        ]

/// The system's number of a signal that is given by either number.
let toSystem (call: string) (signal: int) : int =
    if signal > 0 then
        signal
    elif signal < 0 && -signal <= numbers.Value.Length && numbers.Value[-signal - 1] > 0 then
        numbers.Value[-signal - 1]
    else
        raise (
            InvalidArgumentException
                $"{call}: there is no signal {signal}. Give a value of Sys, such as Sys.sigint, or a number of the system's."
        )

/// OCaml's number of one of the system's; the system's where OCaml has none.
let ofSystem (signal: int) : int =
    match Array.IndexOf(numbers.Value, signal) with
    | -1 -> signal
    | index -> -index - 1

let toDotNet (call: string) (signal: int) : PosixSignal =
    match named.TryGetValue signal with
    | true, found -> found
    | _ -> enum<PosixSignal>(toSystem call signal)
