/// Files that cannot be read or written: the operation fails, and what else goes on does so.
module Lwt.FSharp.Tests.Lwt_ioFaultTests

open System.IO
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix

let private error (f: unit -> 'a Lwt.t) : Unix.error option Lwt.t =
    Lwt.catch (fun () -> f () >|= fun _ -> None) (function
        | Unix.Unix_error(e, _, _) -> Lwt.return' (Some e)
        | e -> Lwt.fail e)

/// The descriptors of the process, but for the assemblies that the runtime opens as it needs them.
let private descriptors () =
    Directory.GetFiles "/proc/self/fd"
    |> Array.filter (fun file ->
        match FileInfo(file).LinkTarget with
        | null -> false
        | target -> not (target.EndsWith ".dll"))
    |> Array.length

/// Runs a fault twice beside a pipe that must go on; the second time leaves no descriptor open. Linux has these files.
let private fault name (body: unit -> unit Lwt.t) =
    testCase name (fun () ->
        if not (System.OperatingSystem.IsLinux()) then
            skiptest "the system is not Linux"

        use loop = new EventLoop()

        loop.RunHere(fun () ->
            Lwt_unix.with_timeout 60.0 (fun () ->
                lwt {
                    let ic, oc = Lwt_io.pipe ()

                    let goes_on () =
                        Lwt_io.write_line oc "goes on" >>= fun () -> Lwt_io.read_line ic
                        >|= fun line -> Expect.equal line "goes on" "the pipe"

                    do! body ()
                    do! goes_on ()
                    let before = descriptors ()
                    do! body ()
                    do! goes_on ()
                    Expect.equal (descriptors ()) before "as many descriptors as before"
                    do! Lwt_io.close oc
                    do! Lwt_io.close ic
                })))

[<Tests>]
let tests =
    testList
        "Lwt_io, faults of files"
        [
            fault "a directory is opened as a file" (fun () ->
                lwt {
                    let! read = error (fun () -> Lwt_io.with_file Lwt_io.Input "/" Lwt_io.read_line)
                    Expect.equal read (Some Unix.EISDIR) "reading"

                    let! written =
                        error (fun () -> Lwt_io.with_file Lwt_io.Output "/" (fun oc -> Lwt_io.write oc "x"))

                    Expect.equal written (Some Unix.EISDIR) "writing"
                })
            fault "the disk is full" (fun () ->
                lwt {
                    let! flushed =
                        error (fun () ->
                            Lwt_io.with_file Lwt_io.Output "/dev/full" (fun oc ->
                                Lwt_io.write oc "x" >>= fun () -> Lwt_io.flush oc))

                    Expect.equal flushed (Some Unix.ENOSPC) "a flush"

                    let! written =
                        error (fun () ->
                            Lwt_io.with_file Lwt_io.Output "/dev/full" (fun oc ->
                                // More than the buffer takes.
                                Lwt_io.write oc (String.replicate 100_000 "x")))

                    Expect.equal written (Some Unix.ENOSPC) "a long write"
                })
        ]
