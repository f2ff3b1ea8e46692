/// Lwt_unix: IO_vectors, readv and writev, on the simulated network.
module Lwt.FSharp.Tests.Lwt_unixVectorTests

open System
open System.Text
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

let private bytes (text: string) = Encoding.UTF8.GetBytes text

let private text (buf: byte array) ofs len = Encoding.UTF8.GetString(buf, ofs, len)

let private pair () =
    Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0

let private vectors (slices: byte array list) =
    let vectors = Lwt_unix.IO_vectors.create ()

    for slice in slices do
        Lwt_unix.IO_vectors.append_bytes vectors slice 0 slice.Length

    vectors

let rec private write_all fd (vectors: Lwt_unix.IO_vectors.t) : unit Lwt.t =
    if Lwt_unix.IO_vectors.is_empty vectors then
        Lwt.return_unit
    else
        Lwt.bind (Lwt_unix.writev fd vectors) (fun n ->
            Lwt_unix.IO_vectors.drop vectors n
            write_all fd vectors)

let rec private read_all fd (buf: byte array) ofs : unit Lwt.t =
    if ofs = buf.Length then
        Lwt.return_unit
    else
        Lwt.bind (Lwt_unix.read fd buf ofs (buf.Length - ofs)) (fun n -> read_all fd buf (ofs + n))

let private refuses (f: unit -> 'a) : unit =
    Expect.throwsT<InvalidArgumentException> (f >> ignore) "Invalid_argument, at once"

[<Tests>]
let tests =
    testList
        "Lwt_unix vectors"
        [
            test "empty: no bytes" {
                let vectors = Lwt_unix.IO_vectors.create ()
                Expect.isTrue (Lwt_unix.IO_vectors.is_empty vectors) "empty"
                Expect.equal (Lwt_unix.IO_vectors.byte_count vectors) 0 "bytes"
                Lwt_unix.IO_vectors.append_bytes vectors [| 1uy |] 1 0
                Expect.isTrue (Lwt_unix.IO_vectors.is_empty vectors) "a slice without bytes"
            }

            test "drop: within a slice, at its end, across, all" {
                let vectors = vectors [ bytes "abc"; [||]; bytes "de"; bytes "f" ]
                let count () = Lwt_unix.IO_vectors.byte_count vectors

                for dropped, left in [ 0, 6; -3, 6; 1, 5; 2, 3; 2, 1 ] do
                    Lwt_unix.IO_vectors.drop vectors dropped
                    Expect.equal (count ()) left $"after {dropped}"

                Lwt_unix.IO_vectors.drop vectors 100
                Expect.isTrue (Lwt_unix.IO_vectors.is_empty vectors) "empty"
            }

            test "append: outside of the buffer" {
                let vectors = Lwt_unix.IO_vectors.create ()

                for ofs, len in [ -1, 1; 0, 4; 3, 1; 1, -1; 1, Int32.MaxValue ] do
                    refuses (fun () -> Lwt_unix.IO_vectors.append_bytes vectors (bytes "abc") ofs len)
                    refuses (fun () -> Lwt_unix.IO_vectors.append_bigarray vectors (Memory(bytes "abc")) ofs len)

                Expect.isTrue (Lwt_unix.IO_vectors.is_empty vectors) "nothing was appended"
            }

            test "writev, then readv: in order" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = pair ()
                        let all = vectors [ bytes "hel"; bytes ""; bytes "lo" ]
                        Lwt_unix.IO_vectors.append_bigarray all (Memory(bytes "_, world_")) 1 7
                        let! n = Lwt_unix.writev a all
                        Expect.equal n 12 "written"
                        Expect.equal (Lwt_unix.IO_vectors.byte_count all) 12 "which drops nothing"
                        let first, second = Array.zeroCreate 7, Array.zeroCreate 10
                        let! n = Lwt_unix.readv b (vectors [ first; second ])
                        Expect.equal n 12 "read"
                        Expect.equal (text first 0 7 + text second 0 5) "hello, world" "bytes"
                    })
            }

            test "readv: waits, and takes what is there" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = pair ()
                        let buf = Array.zeroCreate 3
                        let read = Lwt_unix.readv b (vectors [ buf; Array.zeroCreate 5 ])
                        read |> becomes Pending
                        let! _ = Lwt_unix.writev a (vectors [ bytes "x"; bytes "y" ])
                        let! n = read
                        Expect.equal (n, text buf 0 2) (2, "xy") "read"
                    })
            }

            test "readv, writev: nothing to do is nothing done" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = pair ()
                        Lwt_unix.readv b (Lwt_unix.IO_vectors.create ()) |> becomes (Value 0)
                        Lwt_unix.writev a (Lwt_unix.IO_vectors.create ()) |> becomes (Value 0)
                    })
            }

            test "writev: more than fits, by drop" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = pair ()
                        let sent = Array.init 500_000 (fun i -> byte (i * 7))
                        let all = vectors (List.ofArray (Array.chunkBySize 777 sent))
                        let received = Array.zeroCreate sent.Length
                        do! Lwt.join [ write_all a all; read_all b received 0 ]
                        Expect.isTrue (sent = received) "the same bytes"
                    })
            }

            test "readv: closed is EBADF, and a peer that is gone the end" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = pair ()
                        do! Lwt_unix.close a
                        let! n = Lwt_unix.readv b (vectors [ Array.zeroCreate 1 ])
                        Expect.equal n 0 "the end"
                        do! Lwt_unix.close b

                        match Lwt.state (Lwt_unix.writev b (vectors [ bytes "x" ])) with
                        | Lwt.Fail(Unix.Unix_error(Unix.EBADF, "writev", _)) -> ()
                        | other -> failtest $"%A{other}"
                    })
            }
        ]
