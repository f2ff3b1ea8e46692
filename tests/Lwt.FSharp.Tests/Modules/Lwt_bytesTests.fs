/// Lwt_bytes: memory, mapped files, and I/O on the simulated network.
module Lwt.FSharp.Tests.Lwt_bytesTests

open System
open System.IO
open System.Text
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

let private abc () = Lwt_bytes.of_string "abcdef"

let private refuses (f: unit -> 'a) : unit =
    Expect.throwsT<InvalidArgumentException> (f >> ignore) "Invalid_argument"

/// Parts that are not within six bytes.
let private outside = [ -1, 1; 0, 7; 6, 1; 2, -1; 1, Int32.MaxValue ]

let private withFile (contents: string) (f: string -> 'a) : 'a =
    let path = Path.GetTempFileName()

    try
        File.WriteAllText(path, contents)
        f path
    finally
        File.Delete path

let private reading path = File.OpenHandle path

let private writing path =
    File.OpenHandle(path, access = FileAccess.ReadWrite)

let private memory =
    testList
        "memory"
        [
            test "create, get, set, length" {
                let buf = Lwt_bytes.create 3
                Expect.equal (Lwt_bytes.length buf) 3 "length"
                Expect.equal (Lwt_bytes.get buf 1) '\000' "zero at first"
                Lwt_bytes.set buf 1 '\255'
                Lwt_bytes.unsafe_set buf 2 'x'
                Expect.equal (Lwt_bytes.to_bytes buf) [| 0uy; 255uy; 120uy |] "bytes"
                Expect.equal (Lwt_bytes.unsafe_get buf 2) 'x' "unsafe_get"
            }

            test "get, set, create: outside" {
                let buf = abc ()
                refuses (fun () -> Lwt_bytes.create -1)

                for index in [ -1; 6; Int32.MaxValue ] do
                    refuses (fun () -> Lwt_bytes.get buf index)
                    refuses (fun () -> Lwt_bytes.set buf index 'x')

                refuses (fun () ->
                    Lwt_bytes.set buf 0 'é' |> ignore
                    Lwt_bytes.set buf 0 '€')

                Expect.equal (Lwt_bytes.get buf 0) 'é' "a char of one byte is taken, and the other changes nothing"
            }

            test "of_bytes, to_bytes, of_string, to_string, copy: copies" {
                let bytes = [| 1uy; 2uy |]
                let buf = Lwt_bytes.of_bytes bytes
                bytes[0] <- 9uy
                let copied = Lwt_bytes.copy buf
                Lwt_bytes.set buf 1 '\009'
                Expect.equal (Lwt_bytes.to_bytes buf) [| 1uy; 9uy |] "of_bytes"
                Expect.equal (Lwt_bytes.to_bytes copied) [| 1uy; 2uy |] "copy"
                Expect.equal (Lwt_bytes.length (Lwt_bytes.of_string "é")) 2 "UTF-8"
                Expect.equal (Lwt_bytes.to_string (Lwt_bytes.of_string "né")) "né" "to_string"
            }

            test "to_string, of_string: bytes that are no UTF-8 pass" {
                let bytes = [| 0uy; 0x80uy; 0xC3uy; 0xFFuy; 0xC3uy; 0xA9uy |]
                let text = Lwt_bytes.to_string (Lwt_bytes.of_bytes bytes)
                Expect.equal (Lwt_bytes.to_bytes (Lwt_bytes.of_string text)) bytes "the same bytes"
            }

            test "proxy shares, extract copies" {
                let buf = abc ()
                let shared, copied = Lwt_bytes.proxy buf 1 3, Lwt_bytes.extract buf 1 3
                Lwt_bytes.set buf 2 '!'
                Expect.equal (Lwt_bytes.to_string shared) "b!d" "proxy"
                Expect.equal (Lwt_bytes.to_string copied) "bcd" "extract"
            }

            test "fill" {
                let buf = abc ()
                Lwt_bytes.fill buf 1 2 'x'
                Lwt_bytes.unsafe_fill buf 4 1 'y'
                Expect.equal (Lwt_bytes.to_string buf) "axxdyf" "filled"
                refuses (fun () -> Lwt_bytes.fill buf 0 6 '€')
                Expect.equal (Lwt_bytes.to_string buf) "axxdyf" "nothing changed"
            }

            test "blit: each kind, and parts that overlap" {
                let buf = abc ()
                Lwt_bytes.blit buf 0 buf 1 4
                Expect.equal (Lwt_bytes.to_string buf) "aabcdf" "overlap"
                Lwt_bytes.blit_from_string "éxyz" 2 buf 0 2
                Lwt_bytes.blit_from_bytes "123"B 1 buf 4 2
                Expect.equal (Lwt_bytes.to_string buf) "xybc23" "from a string and from bytes"
                let bytes = Array.zeroCreate 4
                Lwt_bytes.blit_to_bytes buf 2 bytes 1 3
                Expect.equal bytes [| 0uy; 'b'B; 'c'B; '2'B |] "to bytes"
            }

            test "unsafe_blit: each kind" {
                let buf, bytes = abc (), Array.zeroCreate 2
                Lwt_bytes.unsafe_blit buf 0 buf 4 2
                Lwt_bytes.unsafe_blit_from_string "xy" 1 buf 0 1
                Lwt_bytes.unsafe_blit_from_bytes "12"B 0 buf 2 2
                Lwt_bytes.unsafe_blit_to_bytes buf 1 bytes 0 2
                Expect.equal (Lwt_bytes.to_string buf, bytes) ("yb12ab", "b1"B) "bytes"
            }

            test "outside: nothing is changed" {
                let buf, other = abc (), Array.zeroCreate 6

                for ofs, len in outside do
                    refuses (fun () -> Lwt_bytes.proxy buf ofs len)
                    refuses (fun () -> Lwt_bytes.extract buf ofs len)
                    refuses (fun () -> Lwt_bytes.fill buf ofs len 'x')
                    refuses (fun () -> Lwt_bytes.blit (Lwt_bytes.create 99) 0 buf ofs len)
                    refuses (fun () -> Lwt_bytes.blit buf ofs (Lwt_bytes.create 99) 0 len)
                    refuses (fun () -> Lwt_bytes.blit_from_string (String('x', 99)) 0 buf ofs len)
                    refuses (fun () -> Lwt_bytes.blit_from_string "abcdef" ofs (Lwt_bytes.create 99) 0 len)
                    refuses (fun () -> Lwt_bytes.blit_from_bytes (Array.create 99 1uy) 0 buf ofs len)
                    refuses (fun () -> Lwt_bytes.blit_to_bytes (Lwt_bytes.create 99) 0 other ofs len)
                    refuses (fun () -> Lwt_bytes.blit_to_bytes buf ofs (Array.zeroCreate 99) 0 len)

                Expect.equal (Lwt_bytes.to_string buf) "abcdef" "the bytes"
                Expect.all other ((=) 0uy) "the other bytes"
            }
        ]

let private io =
    testList
        "read and write"
        [
            test "read, write: parts" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let buf = Lwt_bytes.of_string "......"
                        let read = Lwt_bytes.read b buf 1 4
                        read |> becomes Pending
                        let! n = Lwt_bytes.write a (abc ()) 2 2
                        Expect.equal n 2 "written"
                        let! n = read
                        Expect.equal (n, Lwt_bytes.to_string buf) (2, ".cd...") "read"
                    })
            }

            test "recv, send: flags" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let! n = Lwt_bytes.send a (abc ()) 0 3 []
                        Expect.equal n 3 "sent"
                        let buf = Lwt_bytes.create 3
                        let! peeked = Lwt_bytes.recv b buf 0 3 [ Unix.MSG_PEEK ]
                        let! taken = Lwt_bytes.recv b buf 0 3 []
                        Expect.equal (peeked, taken, Lwt_bytes.to_string buf) (3, 3, "abc") "received"
                    })
            }

            test "recvfrom, sendto: a datagram and who sent it" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let socket () =
                            Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0

                        let a, b = socket (), socket ()
                        do! Lwt_unix.bind a (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
                        do! Lwt_unix.bind b (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
                        let! n = Lwt_bytes.sendto a (abc ()) 1 2 [] (Lwt_unix.getsockname b)
                        Expect.equal n 2 "sent"
                        let buf = Lwt_bytes.create 6
                        let! n, from = Lwt_bytes.recvfrom b buf 3 3 []
                        Expect.equal (n, from) (2, Lwt_unix.getsockname a) "received"
                        Expect.equal (Lwt_bytes.to_string buf) "\000\000\000bc\000" "bytes"
                    })
            }

            test "outside: at once" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let address = Unix.ADDR_INET(Unix.inet_addr_loopback, 1)

                        for ofs, len in outside do
                            refuses (fun () -> Lwt_bytes.read a (abc ()) ofs len)
                            refuses (fun () -> Lwt_bytes.write a (abc ()) ofs len)
                            refuses (fun () -> Lwt_bytes.recv a (abc ()) ofs len [])
                            refuses (fun () -> Lwt_bytes.send a (abc ()) ofs len [])
                            refuses (fun () -> Lwt_bytes.recvfrom a (abc ()) ofs len [])
                            refuses (fun () -> Lwt_bytes.sendto a (abc ()) ofs len [] address)

                        Expect.isFalse (Lwt_unix.readable b) "nothing was written"
                    })
            }
        ]

let private files =
    testList
        "map_file"
        [
            test "private: reads the file, and changes only the memory" {
                withFile "hello world" (fun path ->
                    use file = reading path
                    let buf = Lwt_bytes.map_file (file, shared = false)
                    Expect.equal (Lwt_bytes.to_string buf) "hello world" "contents"
                    Lwt_bytes.set buf 0 'J'
                    Expect.equal (Lwt_bytes.to_string buf) "Jello world" "changed"
                    Expect.equal (File.ReadAllText path) "hello world" "the file is as it was")
            }

            test "shared: what is written is in the file, after it is closed too" {
                withFile "hello world" (fun path ->
                    let file = writing path
                    let buf = Lwt_bytes.map_file (file, shared = true)
                    file.Dispose()
                    Lwt_bytes.blit_from_string "HE" 0 buf 0 2
                    Expect.equal (File.ReadAllText path) "HEllo world" "the file")
            }

            test "pos and size: any part, which need not begin a page" {
                withFile (String('a', 5000) + "needle" + String('b', 5000)) (fun path ->
                    use file = reading path
                    let part = Lwt_bytes.map_file (file, shared = false, pos = 5000L, size = 6)
                    Expect.equal (Lwt_bytes.to_string part) "needle" "the part"
                    let rest = Lwt_bytes.map_file (file, shared = false, pos = 10000L, size = -1)
                    Expect.equal (Lwt_bytes.length rest) 6 "-1 is the rest")
            }

            test "shared, beyond the end: the file grows" {
                withFile "abc" (fun path ->
                    use file = writing path
                    let buf = Lwt_bytes.map_file (file, shared = true, pos = 2L, size = 4)
                    Expect.equal (Lwt_bytes.to_string buf) "c\000\000\000" "contents"
                    Expect.equal (FileInfo(path).Length) 6L "the file's length")
            }

            test "what cannot be mapped" {
                withFile "abc" (fun path ->
                    use file = reading path
                    refuses (fun () -> Lwt_bytes.map_file (file, shared = false, pos = 4L))
                    refuses (fun () -> Lwt_bytes.map_file (file, shared = false, pos = -1L))
                    refuses (fun () -> Lwt_bytes.map_file (file, shared = false, size = 4))
                    refuses (fun () -> Lwt_bytes.map_file (file, shared = false, size = -7))

                    match
                        (try
                            Lwt_bytes.map_file (file, shared = true) |> ignore
                            None
                         with Unix.Unix_error(error, _, _) ->
                             Some error)
                    with
                    | Some error -> Expect.equal error Unix.EACCES "not open for writing"
                    | None -> failtest "expected EACCES")
            }

            test "empty" {
                withFile "" (fun path ->
                    use file = reading path
                    Expect.equal (Lwt_bytes.length (Lwt_bytes.map_file (file, shared = false))) 0 "length")
            }

            test "mapped: a file, and a part of one, but no other memory" {
                withFile "hello" (fun path ->
                    use file = reading path
                    let buf = Lwt_bytes.map_file (file, shared = false)
                    Expect.isTrue (Lwt_bytes.mapped buf) "a file"
                    Expect.isTrue (Lwt_bytes.mapped (Lwt_bytes.proxy buf 1 2)) "a part"
                    Expect.isFalse (Lwt_bytes.mapped (Lwt_bytes.copy buf)) "a copy")
            }

            test "write and read a mapped file" {
                withFile "through a socket" (fun path ->
                    Lwt_main.run_virtual (fun () ->
                        lwt {
                            use file = writing path
                            let buf = Lwt_bytes.map_file (file, shared = true)
                            let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                            let! _ = Lwt_bytes.write a buf 0 7
                            let! _ = Lwt_bytes.read b buf 8 7
                            Expect.equal (File.ReadAllText path) "through throught" "the file"
                        }))
            }

            test "madvise, mincore, wait_mincore" {
                withFile (String('x', 3 * Lwt_bytes.page_size)) (fun path ->
                    use file = reading path
                    let buf = Lwt_bytes.map_file (file, shared = false)
                    let size = Lwt_bytes.page_size
                    Lwt_bytes.madvise buf 0 (2 * size) Lwt_bytes.MADV_WILLNEED
                    Lwt_bytes.madvise (Lwt_bytes.proxy buf size size) 0 size Lwt_bytes.MADV_RANDOM
                    Lwt_main.run_virtual (fun () -> Lwt_bytes.wait_mincore buf (size + 1))
                    let pages = Array.create 2 false
                    Lwt_bytes.mincore buf size pages
                    Expect.isTrue pages[0] "the page that was waited for"
                    Lwt_bytes.mincore buf 0 [||])
            }

            test "madvise, mincore, wait_mincore: what they refuse" {
                withFile (String('x', 5000)) (fun path ->
                    use file = reading path
                    let buf = Lwt_bytes.map_file (file, shared = false)
                    refuses (fun () -> Lwt_bytes.madvise buf 0 5001 Lwt_bytes.MADV_NORMAL)
                    refuses (fun () -> Lwt_bytes.madvise (abc ()) 0 1 Lwt_bytes.MADV_NORMAL)
                    refuses (fun () -> Lwt_bytes.mincore buf 1 [| false |])
                    refuses (fun () -> Lwt_bytes.mincore buf 0 (Array.create 9 false))
                    refuses (fun () -> Lwt_bytes.mincore (abc ()) 0 [| false |])
                    refuses (fun () -> Lwt_bytes.wait_mincore buf 5000)
                    refuses (fun () -> Lwt_bytes.wait_mincore (abc ()) 0))
            }
        ]

[<Tests>]
let tests = testList "Lwt_bytes" [ memory; io; files ]
