/// Lwt_io on files and directories.
module Lwt.FSharp.Tests.Lwt_ioFileTests

open System.IO
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.Unix
open Lwt.Infix

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

/// Calls a function with the name of a file that does not exist, in a directory that does.
let private withName (f: string -> unit Lwt.t) =
    run (fun () -> Lwt_io.with_temp_dir (fun directory -> f (Path.Combine(directory, "file"))))

let private error (f: unit -> 'a Lwt.t) : (Unix.error * string) Lwt.t =
    Lwt.catch (fun () -> f () >>= fun _ -> Lwt.fail_with "no error") (function
        | Unix_error(code, call, _) -> Lwt.return' (code, call)
        | e -> Lwt.fail e)

let private opening flags name text =
    Lwt_io.open_file_with (Lwt_io.Output, name, flags = flags)
    >>= fun oc -> Lwt_io.write oc text >>= fun () -> Lwt_io.close oc

[<Tests>]
let tests =
    testList
        "Lwt_io files"
        [
            test "with_file: what is written is read; output makes the file empty" {
                withName (fun name ->
                    lwt {
                        do! Lwt_io.with_file Lwt_io.Output name (fun oc -> Lwt_io.write oc "a long text\nand more")
                        do! Lwt_io.with_file Lwt_io.Output name (fun oc -> Lwt_io.write oc "one\ntwo")
                        let! text = Lwt_io.with_file Lwt_io.Input name (fun ic -> Lwt_io.read ic)
                        let! length = Lwt_io.file_length name
                        let! lines = Lwt_stream.to_list (Lwt_io.lines_of_file name)
                        Expect.equal (text, length, lines) ("one\ntwo", 7L, [ "one"; "two" ]) "the file"
                    })
            }

            test "with_file: closed when the function fails" {
                withName (fun name ->
                    lwt {
                        do! Lwt_io.lines_to_file name (Lwt_stream.of_list [ "a" ])
                        let opened = ref None

                        let! caught =
                            Lwt.catch
                                (fun () ->
                                    Lwt_io.with_file Lwt_io.Input name (fun ic ->
                                        opened.Value <- Some ic
                                        Lwt.fail_with "it"))
                                (fun e -> Lwt.return' e.Message)

                        Expect.equal
                            (caught, Option.map Lwt_io.is_closed opened.Value)
                            ("it", Some true)
                            "failed, closed"
                    })
            }

            test "flags: O_APPEND of two channels, O_EXCL, O_TRUNC" {
                withName (fun name ->
                    lwt {
                        let append = [ O_WRONLY; O_CREAT; O_APPEND ]
                        let! first = Lwt_io.open_file_with (Lwt_io.Output, name, flags = append)
                        let! second = Lwt_io.open_file_with (Lwt_io.Output, name, flags = append)
                        do! Lwt_io.write first "1"
                        do! Lwt_io.flush first
                        do! Lwt_io.write second "2"
                        do! Lwt_io.close second
                        do! Lwt_io.write first "3"
                        do! Lwt_io.close first
                        let! text = Lwt_io.with_file Lwt_io.Input name (fun ic -> Lwt_io.read ic)

                        Expect.equal
                            text
                            (if System.OperatingSystem.IsLinux() then "123" else text)
                            "in the order of the writes"

                        let! exists = error (fun () -> opening [ O_WRONLY; O_CREAT; O_EXCL ] name "x")
                        Expect.equal exists (EEXIST, "open") "O_EXCL"
                        do! opening [ O_WRONLY; O_TRUNC ] name "4"
                        do! opening [ O_WRONLY ] name ""
                        let! text = Lwt_io.with_file Lwt_io.Input name (fun ic -> Lwt_io.read ic)
                        Expect.equal text "4" "O_TRUNC"
                    })
            }

            test "no such file, a directory: Unix_error" {
                withName (fun name ->
                    lwt {
                        let! missing = error (fun () -> Lwt_io.open_file Lwt_io.Input name)
                        let! length = error (fun () -> Lwt_io.file_length name)
                        let! directory = error (fun () -> Lwt_io.file_length (Path.GetTempPath()))
                        let! lines = error (fun () -> Lwt_stream.get (Lwt_io.lines_of_file name))

                        Expect.equal
                            (missing, length, directory, lines)
                            ((ENOENT, "open"), (ENOENT, "stat"), (EISDIR, "file_length"), (ENOENT, "open"))
                            "errors"
                    })
            }

            test "set_position, length: in a file, for both directions" {
                withName (fun name ->
                    lwt {
                        do!
                            Lwt_io.with_file Lwt_io.Output name (fun oc ->
                                lwt {
                                    do! Lwt_io.write oc "0123456789"
                                    do! Lwt_io.set_position oc 3L
                                    do! Lwt_io.write oc "xy"
                                    let! length = Lwt_io.length oc
                                    Expect.equal (length, Lwt_io.position oc) (10L, 5L) "while writing"
                                })

                        do!
                            Lwt_io.with_file Lwt_io.Input name (fun ic ->
                                lwt {
                                    do! Lwt_io.set_position ic 2L
                                    let! part = Lwt_io.read (ic, count = 4)
                                    let! length = Lwt_io.length ic
                                    let! rest = Lwt_io.read ic
                                    Expect.equal (part, length, rest) ("2xy5", 10L, "6789") "while reading"
                                })
                    })
            }

            test "chars_to_file, chars_of_file" {
                withName (fun name ->
                    lwt {
                        do! Lwt_io.chars_to_file name (Lwt_stream.of_string "héé")
                        let! chars = Lwt_stream.to_list (Lwt_io.chars_of_file name)
                        Expect.equal chars [ 'h'; 'é'; 'é' ] "chars"
                    })
            }

            test "with_temp_file: has the name that is asked for; gone afterwards" {
                run (fun () ->
                    lwt {
                        let! name =
                            Lwt_io.with_temp_file_with (
                                (fun (name, oc) ->
                                    lwt {
                                        do! Lwt_io.write oc "text"
                                        do! Lwt_io.flush oc
                                        Expect.equal (File.ReadAllText name) "text" "the file"
                                        return name
                                    }),
                                prefix = "lwt_net_",
                                suffix = ".txt"
                            )

                        let short = Path.GetFileName name
                        Expect.isTrue (short.StartsWith "lwt_net_" && short.EndsWith ".txt") short
                        Expect.equal short.Length ("lwt_net_".Length + 6 + 4) "six hexadecimal digits"
                        Expect.isFalse (File.Exists name) "deleted"
                    })
            }

            test "with_temp_dir: deleted with all that is in it; a link is not followed" {
                run (fun () ->
                    Lwt_io.with_temp_file (fun (kept, _) ->
                        lwt {
                            let! directory =
                                Lwt_io.with_temp_dir (fun directory ->
                                    let inner = Path.Combine(directory, "a", "b")
                                    Directory.CreateDirectory inner |> ignore
                                    File.WriteAllText(Path.Combine(inner, "c"), "")
                                    File.CreateSymbolicLink(Path.Combine(directory, "link"), kept) |> ignore
                                    Lwt.return' directory)

                            Expect.isFalse (Directory.Exists directory) "deleted"
                            Expect.isTrue (File.Exists kept) "what the link led to"
                        }))
            }

            test "delete_recursively: a directory and all in it; one that does not exist is ENOENT" {
                run (fun () ->
                    Lwt_io.with_temp_dir (fun directory ->
                        lwt {
                            let outer = Path.Combine(directory, "outer")
                            Directory.CreateDirectory(Path.Combine(outer, "inner")) |> ignore
                            File.WriteAllText(Path.Combine(outer, "inner", "file"), "")
                            do! Lwt_io.delete_recursively outer
                            Expect.isFalse (Directory.Exists outer) "deleted"
                            let! code = error (fun () -> Lwt_io.delete_recursively outer)
                            Expect.equal (fst code) ENOENT "nothing there"
                        }))
            }

            test "create_temp_dir: permissions; a parent that does not exist is ENOENT" {
                run (fun () ->
                    lwt {
                        let! directory = Lwt_io.create_temp_dir_with (perm = 0o700)

                        if not (System.OperatingSystem.IsWindows()) then
                            Expect.equal (int (File.GetUnixFileMode directory)) 0o700 "permissions"

                        let missing = Path.Combine(directory, "missing")
                        let! code = error (fun () -> Lwt_io.create_temp_dir_with (parent = missing))
                        Expect.equal code (ENOENT, "mkdir") "no parent"
                        Directory.Delete directory
                    })
            }

            test "of_unix_fd: the end of a pipe that blocks" {
                run (fun () ->
                    lwt {
                        let reader, writer = Lwt_unix.pipe_in ()
                        let ic = Lwt_io.of_fd Lwt_io.Input reader
                        let oc = Lwt_io.of_unix_fd Lwt_io.Output writer
                        do! Lwt_io.write_line oc "through"
                        do! Lwt_io.close oc
                        let! text = Lwt_io.read ic
                        Expect.equal text "through\n" "text"
                        do! Lwt_io.close ic
                    })
            }
        ]
