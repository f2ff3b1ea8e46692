/// Starts the processes of Lwt_process.
module internal Lwt.FSharp.Processes

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

let start
    (command: string * string array)
    (timeout: float option)
    (env: string array option)
    (cwd: string option)
    (stdin: ProcessRedirection)
    (stdout: ProcessRedirection)
    (stderr: ProcessRedirection)
    : PromiseProcess =
    let name, arguments = command
    Null.check "Lwt_process" "the program" name
    Null.check "Lwt_process" "the arguments" arguments

    if arguments.Length = 0 then
        invalidArg
            (nameof command)
            "Lwt_process: a command has at least one argument, the name by which the program is called: (\"\", [| \"ls\" |])."

    Primitives.StartProcess(
        (if name = "" then arguments[0] else name),
        arguments,
        Option.toObj env,
        Option.toObj cwd,
        (match timeout with
         | Some seconds -> Nullable(TimeSpan.FromSeconds seconds)
         | None -> Nullable()),
        stdin,
        stdout,
        stderr
    )
