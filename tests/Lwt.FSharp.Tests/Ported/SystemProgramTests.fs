/// Programs over processes, files and signals, ported word by word, and what they do on this system.
module Lwt.FSharp.Tests.Ported.SystemProgramTests

open System
open System.IO
open System.Security.Cryptography
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.Support

let private inDirectory (f: string -> unit Lwt.t) : unit Lwt.t =
    let directory = Directory.CreateTempSubdirectory("lwt").FullName

    Lwt.finalize (fun () -> f directory) (fun () ->
        Directory.Delete(directory, true)
        Lwt.return_unit)

let private input (lines: string list) =
    Lwt_io.of_bytes Lwt_io.Input (Lwt_bytes.of_string (String.concat "\n" lines + "\n"))

[<System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")>]
extern int private sendSignal(int pid, int signal)

let private systems = dict [ Sys.sigint, 2; Sys.sigterm, 15; Sys.sigusr1, 10 ]

let private digest (path: string) =
    Convert.ToHexString(SHA256.HashData(File.ReadAllBytes path))

let private jobs =
    test "parallel jobs: each line is run once, so many at a time" {
        onNewLoop (fun () ->
            inDirectory (fun directory ->
                lwt {
                    let lines =
                        [
                            for i in 1..20 ->
                                $"echo start >> {directory}/log; sleep 0.05; echo {i} > {directory}/{i}; echo end >> {directory}/log; exit {i % 3}"
                        ]

                    let statuses = Collections.Generic.Dictionary<string, Unix.process_status>()

                    do!
                        ParallelJobs.run 4 (input lines) (fun line status ->
                            statuses.Add(line, status)
                            Lwt.return_unit)

                    for i, line in List.indexed lines do
                        Expect.equal statuses[line] (Unix.WEXITED((i + 1) % 3)) line
                        Expect.equal (File.ReadAllText($"{directory}/{i + 1}").Trim()) $"{i + 1}" "it has run"

                    let most, _ =
                        File.ReadAllLines $"{directory}/log"
                        |> Array.fold
                            (fun (most, now) line ->
                                let now = if line = "start" then now + 1 else now - 1
                                max most now, now)
                            (0, 0)

                    Expect.isLessThanOrEqual most 4 "at a time"
                    Expect.isGreaterThan most 1 "in parallel"
                }))
    }

let private capture =
    test "a child's output and errors over one pipe" {
        onNewLoop (fun () ->
            lwt {
                let! lines, status =
                    CaptureOutput.run (Lwt_process.shell "echo one; echo two >&2; echo three; exit 7")

                Expect.equal lines [ "one"; "two"; "three" ] "in their order"
                Expect.equal status (Unix.WEXITED 7) "its status"
            })
    }

let private stopped =
    test "a loop that a signal stops" {
        onNewLoop (fun () ->
            lwt {
                for signal in [ Sys.sigint; Sys.sigterm; Sys.sigusr1 ] do
                    let mutable turns = 0

                    let work () =
                        lwt {
                            turns <- turns + 1

                            if turns = 3 then
                                sendSignal (Environment.ProcessId, systems[signal]) |> ignore

                            do! Lwt_unix.sleep 0.01
                        }

                    let! got = SignalLoop.run [ Sys.sigint; Sys.sigterm; Sys.sigusr1 ] work
                    Expect.equal got signal "the signal"
                    Expect.isGreaterThanOrEqual turns 3 "it has worked on"
            })
    }

let private watcher =
    test "a file watcher that polls" {
        onNewLoop (fun () ->
            inDirectory (fun directory ->
                lwt {
                    let path name = Path.Combine(directory, name)
                    File.WriteAllText(path "a", "1")
                    let events, stop = FileWatcher.watch 0.005 [ path "a"; path "b" ]
                    let next () = Lwt_stream.next events
                    do! Lwt_unix.sleep 0.02
                    File.WriteAllText(path "b", "")
                    let! first = next ()
                    File.AppendAllText(path "a", "2")
                    let! second = next ()
                    File.Delete(path "a")
                    let! third = next ()
                    stop ()
                    let! rest = Lwt_stream.to_list events

                    Expect.equal
                        [ first; second; third ]
                        [
                            FileWatcher.Created(path "b")
                            FileWatcher.Changed(path "a")
                            FileWatcher.Removed(path "a")
                        ]
                        "what has happened"

                    Expect.isEmpty rest "stopped"
                }))
    }

let private copies =
    testList
        "copies of a file"
        [
            for name, copy in
                [
                    "by blocks", FileCopy.by_blocks 4096
                    "by odd blocks", FileCopy.by_blocks 1013
                    "by characters", FileCopy.by_chars
                    "by descriptors", FileCopy.by_descriptors 65536
                    "detached", FileCopy.detached
                ] do
                for size in [ 0; 1; 4096; 300_001 ] do
                    test $"{name}, {size} bytes" {
                        onNewLoop (fun () ->
                            inDirectory (fun directory ->
                                lwt {
                                    let src, dst = Path.Combine(directory, "a"), Path.Combine(directory, "b")
                                    let bytes = Array.zeroCreate size
                                    Random(size).NextBytes bytes
                                    // Characters are text.
                                    File.WriteAllText(src, Convert.ToBase64String bytes)
                                    do! copy src dst
                                    Expect.equal (digest dst) (digest src) "the same"
                                }))
                    }

            test "of a file that is not there, is ENOENT" {
                onNewLoop (fun () ->
                    lwt {
                        match! Lwt_result.catch (fun () -> FileCopy.by_descriptors 10 "/nothing/here" "/tmp/x") with
                        | Error(Unix.Unix_error(Unix.ENOENT, "open", "/nothing/here")) -> ()
                        | other -> failtest $"{other}"
                    })
            }
        ]

let private tree =
    test "a walk of a tree of 100,000 files" {
        onNewLoop (fun () ->
            inDirectory (fun directory ->
                lwt {
                    do!
                        Lwt_preemptive.detach
                            (fun () ->
                                for d in 1..100 do
                                    let sub = Directory.CreateDirectory(Path.Combine(directory, $"{d}")).FullName

                                    for f in 1..1000 do
                                        File.WriteAllBytes(Path.Combine(sub, $"{f}"), Array.zeroCreate (f % 10)))
                            ()

                    Directory.CreateSymbolicLink(Path.Combine(directory, "1", "up"), directory)
                    |> ignore

                    let! totals = TreeWalk.walk 16 directory
                    Expect.equal totals.files 100_000 "files"
                    Expect.equal totals.directories 101 "directories"
                    Expect.equal totals.bytes 450_000L "bytes"
                    Expect.equal totals.most_at_once 16 "at a time"
                }))
    }

[<Tests>]
let tests =
    testSequenced (testList "ported programs of the system" [ jobs; capture; stopped; watcher; copies; tree ])
