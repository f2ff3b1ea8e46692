/// Copies a file in three ways: by blocks, by characters, and by the system's own copy on another thread.
module Lwt.FSharp.Tests.Ported.FileCopy

open System.IO
open Lwt.FSharp

let by_blocks (block: int) src dst : unit Lwt.t =
    Lwt_io.with_file Lwt_io.Input src (fun ic ->
        Lwt_io.with_file Lwt_io.Output dst (fun oc ->
            let buffer = Array.zeroCreate block

            let rec loop () : unit Lwt.t =
                lwt {
                    match! Lwt_io.read_into ic buffer 0 block with
                    | 0 -> ()
                    | n ->
                        do! Lwt_io.write_from_exactly oc buffer 0 n
                        return! loop ()
                }

            loop ()))

let by_chars src dst : unit Lwt.t =
    Lwt_io.with_file Lwt_io.Input src (fun ic ->
        Lwt_io.with_file Lwt_io.Output dst (fun oc -> Lwt_io.write_chars oc (Lwt_io.read_chars ic)))

let rec private write_all fd buffer ofs n : unit Lwt.t =
    lwt {
        if n > 0 then
            let! written = Lwt_unix.write fd buffer ofs n
            return! write_all fd buffer (ofs + written) (n - written)
    }

let rec private copy from into buffer : unit Lwt.t =
    lwt {
        match! Lwt_unix.read from buffer 0 (Array.length buffer) with
        | 0 -> ()
        | n ->
            do! write_all into buffer 0 n
            return! copy from into buffer
    }

/// By descriptors, without channels.
let by_descriptors (block: int) src dst : unit Lwt.t =
    lwt {
        let! from = Lwt_unix.openfile src [ Unix.O_RDONLY ] 0
        let! into = Lwt_unix.openfile dst [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_TRUNC ] 0o644

        return!
            Lwt.finalize (fun () -> copy from into (Array.zeroCreate block)) (fun () ->
                lwt {
                    do! Lwt_unix.close from
                    do! Lwt_unix.close into
                })
    }

let detached (src: string) (dst: string) : unit Lwt.t =
    Lwt_preemptive.detach (fun () -> File.Copy(src, dst, true)) ()
