/// Programs of the system that try the servers out.
module Lwt.FSharp.Tests.Ported.Tools

open System
open System.Diagnostics
open System.IO
open Expecto
open Lwt.FSharp

let private isInstalled (tool: string) =
    match Environment.GetEnvironmentVariable "PATH" with
    | null -> false
    | path ->
        path.Split Path.PathSeparator
        |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, tool)))

/// A test that needs a program. Where that is not installed the test is ignored, and says so.
let testWith (tool: string) name (body: unit -> unit) =
    testCase name (fun () ->
        if isInstalled tool then
            body ()
        else
            let reason = $"{tool} is not installed"
            eprintfn $"ignored: {name}: {reason}"
            skiptest reason)

/// Runs a program to its end; returns what it has printed.
let run (tool: string) (args: string list) (input: string) : string Lwt.t =
    Lwt.of_task (fun token ->
        task {
            let start = ProcessStartInfo(tool, args)
            start.RedirectStandardInput <- true
            start.RedirectStandardOutput <- true
            start.RedirectStandardError <- true

            match Process.Start start with
            | null -> return failtest $"{tool} did not start"
            | started ->
                use started = started

                use _ =
                    token.Register(fun () ->
                        try
                            started.Kill()
                        with _ ->
                            ())

                let output = started.StandardOutput.ReadToEndAsync()
                let errors = started.StandardError.ReadToEndAsync()
                do! started.StandardInput.WriteAsync input
                started.StandardInput.Close()
                do! started.WaitForExitAsync()
                let! output = output
                let! errors = errors

                if started.ExitCode <> 0 then
                    failtest $"{tool} ended with {started.ExitCode}: {output}{errors}"

                return output + errors
        })
