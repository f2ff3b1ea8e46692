/// Walks a directory tree and adds up the sizes of its files, with a bounded number of calls at a time.
module Lwt.FSharp.Tests.Ported.TreeWalk

open System.IO
open Lwt.FSharp

type totals =
    {
        mutable files: int
        mutable directories: int
        mutable bytes: int64
        mutable most_at_once: int
    }

let walk (parallelism: int) (root: string) : totals Lwt.t =
    let totals =
        {
            files = 0
            directories = 0
            bytes = 0L
            most_at_once = 0
        }

    let mutable running = 0
    let turns = Lwt_pool.create parallelism (fun () -> Lwt.return_unit)

    let bounded (f: unit -> 'a Lwt.t) : 'a Lwt.t =
        Lwt_pool.``use`` turns (fun () ->
            running <- running + 1
            totals.most_at_once <- max totals.most_at_once running

            Lwt.finalize f (fun () ->
                running <- running - 1
                Lwt.return_unit))

    let rec visit path : unit Lwt.t =
        lwt {
            let! st = bounded (fun () -> Lwt_unix.LargeFile.lstat path)

            match st.st_kind with
            | Unix.S_DIR ->
                totals.directories <- totals.directories + 1

                let! names =
                    bounded (fun () -> Lwt_stream.to_list (Lwt_unix.files_of_directory path))

                do!
                    names
                    |> List.filter (fun name -> name <> "." && name <> "..")
                    |> Lwt_list.iter_p (fun name -> visit (Path.Combine(path, name)))
            | Unix.S_REG ->
                totals.files <- totals.files + 1
                totals.bytes <- totals.bytes + st.st_size
            | _ -> ()
        }

    Lwt.map (fun () -> totals) (visit root)
