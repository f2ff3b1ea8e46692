/// Lwt_io on memory and functions. What is expected was recorded on OCaml's.
module Lwt.FSharp.Tests.Lwt_ioChannelTests

open System
open System.Text
open Expecto
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.Infix
open Lwt.FSharp.Tests.States

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

let private bytes (s: string) = Memory(Encoding.UTF8.GetBytes s)

let private input s = Lwt_io.of_bytes Lwt_io.Input (bytes s)

/// What a function writes to memory, in hexadecimal.
let private written (f: Lwt_io.output_channel -> unit Lwt.t) : string =
    run (fun () ->
        let memory = Memory(Array.zeroCreate<byte> 64)
        let oc = Lwt_io.of_bytes Lwt_io.Output memory

        f oc
        >|= fun () ->
            let count = int (Lwt_io.position oc)
            Convert.ToHexString(memory.Span.Slice(0, count)).ToLowerInvariant())

let private failure (f: unit -> 'a Lwt.t) : string Lwt.t =
    Lwt.catch (fun () -> f () >|= fun _ -> "no failure") (function
        | End_of_file -> Lwt.return' "End_of_file"
        | Lwt_io.Channel_closed kind -> Lwt.return' $"Channel_closed {kind}"
        | Invalid_argument message -> Lwt.return' $"Invalid_argument {message}"
        | e -> Lwt.fail e)

let private reading =
    testList
        "reading"
        [
            test "read_line, position, length, set_position, read count, direct_access" {
                run (fun () ->
                    lwt {
                        let ic = input "hello\nworld"
                        let! line = Lwt_io.read_line ic
                        let! length = Lwt_io.length ic

                        Expect.equal
                            (line, Lwt_io.position ic, length, Lwt_io.buffered ic, Lwt_io.buffer_size ic)
                            ("hello", 6L, 11L, 5, 11)
                            "after a line"

                        do! Lwt_io.set_position ic 1L
                        let! text = Lwt_io.read (ic, count = 3)
                        Expect.equal (text, Lwt_io.position ic) ("ell", 4L) "after a move"

                        let! access =
                            Lwt_io.direct_access ic (fun da ->
                                let place = da.da_ptr
                                da.da_ptr <- place + 2
                                Lwt.return' (place, da.da_max))

                        Expect.equal (access, Lwt_io.position ic) ((4, 11), 6L) "after direct access"
                        let! rest = Lwt_io.read ic
                        Expect.equal rest "world" "the rest"
                        let! none = Lwt_io.read ic
                        Expect.equal none "" "at the end"
                    })
            }

            test "block: too large, cut by the end, as asked for" {
                run (fun () ->
                    lwt {
                        let ic = input "abcdef"
                        let! large = failure (fun () -> Lwt_io.block ic 17 (fun _ _ -> Lwt.return_unit))
                        Expect.equal large "Invalid_argument Lwt_io.block" "17 bytes"
                        let! cut = failure (fun () -> Lwt_io.block ic 10 (fun _ _ -> Lwt.return_unit))
                        Expect.equal cut "End_of_file" "10 bytes of 6"

                        let! taken =
                            Lwt_io.block ic 2 (fun memory place ->
                                Lwt.return' (Encoding.ASCII.GetString(memory.Span.Slice(place, 2))))

                        Expect.equal (taken, Lwt_io.position ic) ("ab", 2L) "2 bytes"
                    })
            }

            test "read_char, read_char_opt, read_chars" {
                run (fun () ->
                    lwt {
                        let ic = input "aé!"
                        let! a = Lwt_io.read_char ic
                        let! chars = Lwt_stream.to_list (Lwt_io.read_chars ic)
                        let! none = Lwt_io.read_char_opt ic
                        let! ended = failure (fun () -> Lwt_io.read_char ic)
                        Expect.equal (a, chars, none, ended) ('a', [ 'é'; '!' ], None, "End_of_file") "chars"
                    })
            }

            test "read_lines: line ends are those of OCaml's" {
                let lines =
                    run (fun () -> Lwt_stream.to_list (Lwt_io.read_lines (input "a\r\n\r\r\n\nb\r")))

                Expect.equal lines [ "a"; "\r"; ""; "b\r" ] "lines"
            }

            test "read_into, read_into_exactly: bounds, end, offsets" {
                run (fun () ->
                    lwt {
                        let ic = input "abcdef"
                        let buffer = Array.zeroCreate<byte> 5
                        let! outside = failure (fun () -> Lwt_io.read_into ic buffer 4 2)
                        Expect.equal outside "Invalid_argument Lwt_io.read_into" "outside"
                        let! count = Lwt_io.read_into ic buffer 3 2
                        do! Lwt_io.read_into_exactly ic buffer 0 3
                        Expect.equal (count, Encoding.ASCII.GetString buffer) (2, "cdeab") "bytes"
                        let! ended = failure (fun () -> Lwt_io.read_into_exactly ic buffer 0 5)
                        Expect.equal ended "End_of_file" "one byte for five"
                        let! last = Lwt_io.read_into_bigstring ic (Memory buffer) 0 5
                        let! none = Lwt_io.read_into ic buffer 0 5
                        Expect.equal (last, none) (0, 0) "the last byte is gone, as in OCaml"
                    })
            }

            test "write_value, read_value: by functions of the user's" {
                run (fun () ->
                    lwt {
                        let ic, oc = Lwt_io.pipe ()
                        let text: string -> byte array = Encoding.UTF8.GetBytes
                        do! Lwt_io.write_value oc text "héllo"
                        do! Lwt_io.write_value oc text ""
                        do! Lwt_io.close oc
                        let! first = Lwt_io.read_value ic Encoding.UTF8.GetString
                        let! second = Lwt_io.read_value ic Encoding.UTF8.GetString
                        let! ended = failure (fun () -> Lwt_io.read_value ic ignore)
                        Expect.equal (first, second, ended) ("héllo", "", "End_of_file") "values"
                    })
            }
        ]

let private writing =
    testList
        "writing"
        [
            test "numbers: the bytes are those of OCaml's" {
                let all =
                    written (fun oc ->
                        lwt {
                            do! Lwt_io.LE.write_int oc 0x01020304
                            do! Lwt_io.BE.write_int oc 0x01020304
                            do! Lwt_io.LE.write_int16 oc -2
                            do! Lwt_io.BE.write_int16 oc 0x12345
                            do! Lwt_io.LE.write_int64 oc 5L
                            do! Lwt_io.BE.write_float32 oc 1.5
                            do! Lwt_io.LE.write_float64 oc 0.1
                        })

                Expect.equal all "0403020101020304feff234505000000000000003fc000009a9999999999b93f" "bytes"
            }

            test "numbers: read as they were written" {
                run (fun () ->
                    lwt {
                        let ic, oc = Lwt_io.pipe ()
                        do! Lwt_io.BE.write_int16 oc -2
                        do! Lwt_io.LE.write_int32 oc 7
                        do! Lwt_io.BE.write_int64 oc -9L
                        do! Lwt_io.LE.write_float32 oc 0.25
                        do! Lwt_io.write_float64 oc 1e300
                        do! Lwt_io.write_int oc Int32.MinValue
                        do! Lwt_io.close oc
                        let! a = Lwt_io.BE.read_int16 ic
                        let! b = Lwt_io.LE.read_int32 ic
                        let! c = Lwt_io.BE.read_int64 ic
                        let! d = Lwt_io.LE.read_float32 ic
                        let! e = Lwt_io.read_float64 ic
                        let! f = Lwt_io.read_int ic
                        Expect.equal (a, b, c, d, e, f) (-2, 7, -9L, 0.25, 1e300, Int32.MinValue) "numbers"
                        let! ended = failure (fun () -> Lwt_io.LE.read_int ic)
                        Expect.equal ended "End_of_file" "the end"
                    })
            }

            test "hexdump: the text is that of OCaml's" {
                let dump (text: string) =
                    run (fun () ->
                        let memory = Array.zeroCreate<byte> 1000
                        let oc = Lwt_io.of_bytes Lwt_io.Output (Memory memory)

                        Lwt_io.hexdump oc text
                        >|= fun () -> Encoding.UTF8.GetString(memory, 0, int (Lwt_io.position oc)))

                Expect.equal
                    (dump "0123456789abcdefXYZ\n")
                    ("00000000|  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
                     + "00000010|  58 59 5a 0a                                       |XYZ.|\n")
                    "two lines"

                Expect.equal
                    (dump "abc\x00\x7fédef")
                    "00000000|  61 62 63 00 7f c3 a9 64  65 66                    |abc....def|\n"
                    "bytes that do not print"

                Expect.equal (dump "") "" "nothing"
            }

            test "write_from, write_from_string, write_from_exactly and others: a part" {
                let all =
                    written (fun oc ->
                        lwt {
                            let letters = Encoding.ASCII.GetBytes "abcdef"
                            let! first = Lwt_io.write_from oc letters 1 2
                            let! second = Lwt_io.write_from_string oc "héllo" 1 3
                            Expect.equal (first, second) (2, 3) "how many"
                            do! Lwt_io.write_from_exactly oc letters 5 1
                            do! Lwt_io.write_from_string_exactly oc "xyz" 2 1
                            do! Lwt_io.write_from_exactly_bigstring oc (Memory letters) 0 1
                            let! outside = failure (fun () -> Lwt_io.write_from oc letters 5 2)
                            Expect.equal outside "Invalid_argument Lwt_io.write_from" "outside"
                        })

                Expect.equal all (Convert.ToHexString(Encoding.UTF8.GetBytes "bcéllfza").ToLowerInvariant()) "bytes"
            }

            test "make: what is written goes out together, in a later iteration" {
                let log = StringBuilder()

                run (fun () ->
                    lwt {
                        let oc =
                            Lwt_io.make Lwt_io.Output (fun memory offset length ->
                                let text = Encoding.ASCII.GetString(memory.Span.Slice(offset, length))
                                log.Append $"[{text}]" |> ignore
                                Lwt.return' length)

                        do! Lwt_io.write oc "ab"
                        do! Lwt_io.write_char oc 'c'
                        log.Append "now " |> ignore
                        do! Lwt.pause ()
                        do! Lwt.pause ()
                    })

                Expect.equal (log.ToString()) "now [abc]" "writes"
            }

            test "make_with: close and seek are called, the buffer has its size" {
                run (fun () ->
                    lwt {
                        let log = ResizeArray<string>()

                        let oc =
                            Lwt_io.make_with (
                                Lwt_io.Output,
                                (fun _ _ length -> Lwt.return' length),
                                buffer = 32,
                                close =
                                    (fun () ->
                                        log.Add "close"
                                        Lwt.return_unit),
                                seek =
                                    (fun place from ->
                                        log.Add $"seek {place} {from}"
                                        Lwt.return' (if from = Unix.SEEK_END then 99L else place))
                            )

                        let! length = Lwt_io.length oc
                        do! Lwt_io.set_position oc 5L
                        let size = Lwt_io.buffer_size oc
                        do! Lwt_io.close oc
                        do! Lwt_io.close oc
                        Expect.equal (length, size, Lwt_io.position oc) (99L, 32, 5L) "numbers"

                        Expect.equal
                            (List.ofSeq log)
                            [ "seek 0 SEEK_END"; "seek 0 SEEK_SET"; "seek 5 SEEK_SET"; "close" ]
                            "calls"
                    })
            }
        ]

let private channels =
    testList
        "channels"
        [
            test "atomic: others wait; busy meanwhile" {
                run (fun () ->
                    lwt {
                        let memory = Array.zeroCreate<byte> 8
                        let oc = Lwt_io.of_bytes Lwt_io.Output (Memory memory)
                        let w, u = Lwt.wait<unit>()

                        let a =
                            Lwt_io.atomic
                                (fun oc -> Lwt_io.write oc "a" >>= fun () -> w >>= fun () -> Lwt_io.write oc "b")
                                oc

                        let c = Lwt_io.write oc "c"
                        Expect.isTrue (Lwt_io.is_busy oc) "busy"
                        Lwt.wakeup u ()
                        do! Lwt.join [ a; c ]
                        Expect.isFalse (Lwt_io.is_busy oc) "not busy"
                        Expect.equal (Encoding.ASCII.GetString(memory, 0, 3)) "abc" "bytes"
                    })
            }

            test "close, abort: later operations are rejected with Channel_closed" {
                run (fun () ->
                    lwt {
                        let ic, oc = Lwt_io.pipe ()
                        do! Lwt_io.close oc
                        let! writing = failure (fun () -> Lwt_io.write oc "d")
                        do! Lwt_io.abort ic
                        let! reading = failure (fun () -> Lwt_io.read_line ic)

                        Expect.equal
                            (writing, reading, Lwt_io.is_closed oc, Lwt_io.is_closed ic)
                            ("Channel_closed output", "Channel_closed input", true, true)
                            "closed"
                    })
            }

            test "abort: a read that waits is rejected" {
                run (fun () ->
                    let ic, _ = Lwt_io.pipe ()
                    let line = failure (fun () -> Lwt_io.read_line ic)
                    line |> becomes Pending

                    Lwt_io.abort ic
                    >>= fun () -> line >|= fun line -> Expect.equal line "Channel_closed input" "line")
            }

            test "mode: of a channel; recognised" {
                run (fun () ->
                    let ic, oc = Lwt_io.pipe ()

                    let name mode =
                        match mode with
                        | Lwt_io.Input -> "input"
                        | Lwt_io.Output -> "output"

                    Expect.equal (name (Lwt_io.mode ic)) "input" "of an input"
                    Expect.equal (name (Lwt_io.mode oc)) "output" "of an output"
                    Lwt.return_unit)
            }

            test "zero, null: for each loop" {
                let first () =
                    run (fun () -> Lwt_io.write Lwt_io.null' "dropped" >>= fun () -> Lwt_io.read_char Lwt_io.zero)

                Expect.equal [ first (); first () ] [ '\000'; '\000' ] "zeros"
            }

            test "resize_buffer, set_default_buffer_size" {
                let before = Lwt_io.default_buffer_size ()

                try
                    Lwt_io.set_default_buffer_size 100

                    run (fun () ->
                        lwt {
                            let ic, oc = Lwt_io.pipe ()
                            do! Lwt_io.resize_buffer oc 50
                            Expect.equal (Lwt_io.buffer_size ic, Lwt_io.buffer_size oc) (100, 50) "sizes"
                        })

                    Expect.throwsT<InvalidArgumentException>
                        (fun () -> Lwt_io.set_default_buffer_size 15)
                        "less than 16"
                finally
                    Lwt_io.set_default_buffer_size before
            }
        ]

[<Tests>]
let tests = testList "Lwt_io channels" [ reading; writing; channels ]
