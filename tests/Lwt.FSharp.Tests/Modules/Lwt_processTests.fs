module Lwt.FSharp.Tests.Lwt_processTests

open System
open System.Diagnostics
open System.IO
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.Support

let private sh = Lwt_process.shell

/// Reads to the end; returns the elements, and the failures on the way.
let rec private read (lines: string Lwt_stream.t) (seen, failures) : (string list * exn list) Lwt.t =
    lwt {
        match! Lwt_result.catch (fun () -> Lwt_stream.get lines) with
        | Ok(Some line) -> return! read lines (line :: seen, failures)
        | Ok None -> return List.rev seen, failures
        | Error e -> return! read lines (seen, e :: failures)
    }

[<Tests>]
let tests =
    testList
        "Lwt_process"
        [
            test "exec, its status" {
                onNewLoop (fun () ->
                    lwt {
                        let! zero = Lwt_process.exec ("", [| "true" |])
                        let! three = Lwt_process.exec (sh "exit 3")
                        let! killed = Lwt_process.exec (sh "kill -TERM $$")
                        let named = Lwt_process.exec ("/bin/sh", [| "my-name"; "-c"; "test $0 = my-name" |])
                        let! named = named

                        Expect.equal
                            [ zero; three; killed; named ]
                            [ Unix.WEXITED 0; Unix.WEXITED 3; Unix.WSIGNALED Sys.sigterm; Unix.WEXITED 0 ]
                            "as in OCaml"
                    })
            }
            test "exec, no such program, is ENOENT at once" {
                onNewLoop (fun () ->
                    for start in
                        [
                            (fun command -> Lwt_process.exec command |> ignore)
                            (fun command -> Lwt_process.pread command |> ignore)
                            (fun command -> Lwt_process.open_process_full command |> ignore)
                        ] do
                        match
                            (try
                                start ("", [| "no-such-program" |])
                                None
                             with e ->
                                 Some e)
                        with
                        | Some(Unix.Unix_error(Unix.ENOENT, _, "no-such-program")) -> ()
                        | other -> failtest $"{other}"

                    Expect.throws (fun () -> Lwt_process.exec ("ls", [||]) |> ignore) "no name"
                    Lwt.return_unit)
            }
            test "pread and its kin" {
                onNewLoop (fun () ->
                    lwt {
                        let text = "one\ntwo\nthree"
                        let command = "", [| "printf"; text |]
                        let! whole = Lwt_process.pread command
                        let! line = Lwt_process.pread_line command
                        let! lines = Lwt_stream.to_list (Lwt_process.pread_lines command)
                        let! chars = Lwt_stream.to_string (Lwt_process.pread_chars command)
                        Expect.equal (whole, line, chars) (text, "one", text) "text, line, characters"
                        Expect.equal lines [ "one"; "two"; "three" ] "lines"
                    })
            }
            test "pread_line, of nothing, is End_of_file" {
                onNewLoop (fun () ->
                    lwt {
                        match! Lwt_result.catch (fun () -> Lwt_process.pread_line ("", [| "true" |])) with
                        | Error End_of_file -> ()
                        | other -> failtest $"{other}"
                    })
            }
            test "pwrite and its kin" {
                onNewLoop (fun () ->
                    lwt {
                        let path = Path.GetTempFileName()
                        let command = sh $"cat >> {path}"
                        do! Lwt_process.pwrite command "one "
                        do! Lwt_process.pwrite_line command "two"
                        do! Lwt_process.pwrite_lines command (Lwt_stream.of_list [ "three"; "four" ])
                        do! Lwt_process.pwrite_chars command (Lwt_stream.of_string "five")

                        while (File.ReadAllText path).Length < 23 do
                            do! Lwt_unix.sleep 0.005

                        let words =
                            (File.ReadAllText path).Split([| ' '; '\n' |], StringSplitOptions.RemoveEmptyEntries)

                        Expect.equal (Set words) (set [ "one"; "two"; "three"; "four"; "five" ]) "all"
                        File.Delete path
                    })
            }
            test "pmap and its kin" {
                onNewLoop (fun () ->
                    lwt {
                        let cat = "", [| "cat" |]
                        let long = String('x', 500_000)
                        let! whole = Lwt_process.pmap cat long
                        let! line = Lwt_process.pmap_line cat "a line"

                        let! lines =
                            Lwt_stream.to_list (Lwt_process.pmap_lines cat (Lwt_stream.of_list [ "a"; "b" ]))

                        let! chars =
                            Lwt_stream.to_string (Lwt_process.pmap_chars cat (Lwt_stream.of_string "abc"))

                        Expect.equal whole long "text"
                        Expect.equal (line, lines, chars) ("a line", [ "a"; "b" ], "abc") "a line, lines, characters"
                    })
            }
            test "pmap_lines, a writer that fails, tells that once" {
                onNewLoop (fun () ->
                    lwt {
                        let lines =
                            Lwt_stream.append
                                (Lwt_stream.of_list [ "a"; "b" ])
                                (Lwt_stream.from (fun () -> Lwt.fail (E 1)))

                        let back = Lwt_process.pmap_lines ("", [| "cat" |]) lines

                        let! seen, failures = read back ([], [])
                        Expect.equal (seen, failures) ([ "a"; "b" ], [ E 1 ]) "the lines, and the failure"
                    })
            }
            test "with_process_full: three channels, state, status, rusage" {
                onNewLoop (fun () ->
                    Lwt_process.with_process_full (sh "read line; echo got $line; echo problem >&2; exit 2") (fun p ->
                        lwt {
                            Expect.equal p.state Lwt_process.Running "it waits for a line"
                            Expect.isTrue (Directory.Exists $"/proc/{p.pid}") "its number"
                            do! Lwt_io.write_line p.stdin "it"
                            let! out = Lwt_io.read_line p.stdout
                            let! err = Lwt_io.read_line p.stderr
                            Expect.equal (out, err) ("got it", "problem") "what it wrote"
                            let! status = p.status
                            Expect.equal status (Unix.WEXITED 2) "its status"
                            Expect.equal p.state (Lwt_process.Exited status) "its state"
                            let! used = p.rusage
                            Expect.isGreaterThanOrEqual used.ru_utime 0. "seconds"
                        }))
            }
            test "kill, by both kinds of number; terminate; nothing after the end" {
                onNewLoop (fun () ->
                    lwt {
                        for signal in [ Sys.sigterm; 15 ] do
                            let p = Lwt_process.open_process_none ("", [| "sleep"; "100" |])
                            p.kill signal
                            let! status = p.close ()
                            Expect.equal status (Unix.WSIGNALED Sys.sigterm) "OCaml's number"
                            p.kill signal

                        let p = Lwt_process.open_process_in ("", [| "sleep"; "100" |])
                        p.terminate ()
                        let! status = p.status
                        Expect.equal status (Unix.WSIGNALED Sys.sigkill) "killed"
                    })
            }
            test "optional arguments: timeout, env, cwd, redirections" {
                onNewLoop (fun () ->
                    lwt {
                        let begun = Stopwatch.GetTimestamp()
                        let! status = Lwt_process.exec_with (sh "sleep 100; true", timeout = 0.05)
                        Expect.equal status (Unix.WSIGNALED Sys.sigkill) "killed"
                        Expect.isLessThan (Stopwatch.GetElapsedTime begun) (TimeSpan.FromSeconds 50.) "in time"

                        let! env =
                            Lwt_process.pread_with (("/usr/bin/env", [| "env" |]), env = [| "A=1"; "B=2" |])

                        Expect.equal env "A=1\nB=2\n" "the whole environment"
                        let! cwd = Lwt_process.pread_line_with (("", [| "pwd" |]), cwd = "/")
                        Expect.equal cwd "/" "the directory"

                        let! err =
                            Lwt_process.pread_with (sh "echo lost >&2; echo kept", stderr = Lwt_process.Dev_null)

                        Expect.equal err "kept\n" "redirected"
                        let reader, writer = Lwt_unix.pipe_in ()

                        let! status =
                            Lwt_process.exec_with (("", [| "echo"; "moved" |]), stdout = Lwt_process.FD_move writer)

                        Expect.isTrue writer.IsClosed "moved"
                        let ic = Lwt_io.of_fd Lwt_io.Input reader
                        let! text = Lwt_io.read_line ic
                        Expect.equal (text, status) ("moved", Unix.WEXITED 0) "through the pipe"
                        do! Lwt_io.close ic
                    })
            }
            test "timeout, the channels fail as closed" {
                onNewLoop (fun () ->
                    lwt {
                        let p =
                            Lwt_process.open_process_in_with (("", [| "sleep"; "100" |]), timeout = 0.05)

                        match! Lwt_result.catch (fun () -> Lwt_io.read_line p.stdout) with
                        | Error(Lwt_io.Channel_closed _)
                        | Error End_of_file -> ()
                        | other -> failtest $"{other}"

                        let! status = p.status
                        Expect.equal status (Unix.WSIGNALED Sys.sigkill) "killed"
                    })
            }
            test "a child that does not read, is EPIPE" {
                onNewLoop (fun () ->
                    lwt {
                        match!
                            Lwt_result.catch (fun () ->
                                Lwt_process.pwrite (sh "exec <&-; sleep 0.2") (String('x', 500_000)))
                        with
                        | Error(Unix.Unix_error(Unix.EPIPE, _, _)) -> ()
                        | other -> failtest $"{other}"
                    })
            }
        ]
