/// Lwt_io on a redirected console.
module Lwt.FSharp.Tests.Lwt_ioTests

open System
open System.IO
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.States
open Lwt.FSharp.Tests.Terminal

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

let private prints expected (main: unit -> unit Lwt.t) =
    Expect.equal (printed (fun () -> run main)) expected "lines on standard output"

let private writing =
    testList
        "writing"
        [
            test "print, printl, printf, printlf: in order" {
                prints [ "abc"; "1 x"; "2" ] (fun () ->
                    lwt {
                        do! Lwt_io.print "ab"
                        do! Lwt_io.printl "c"
                        do! Lwt_io.printf "%d " 1
                        do! Lwt_io.printlf "%s" "x"
                        do! Lwt_io.printlf $"{2}"
                    })
            }

            test "write, write_line, write_char" {
                prints [ "abc" ] (fun () ->
                    Lwt_io.write Lwt_io.stdout "a"
                    >>= fun () -> Lwt_io.write_char Lwt_io.stdout 'b'
                    >>= fun () -> Lwt_io.write_line Lwt_io.stdout "c")
            }

            test "printl: is fulfilled at once, as in OCaml" {
                prints [ "a" ] (fun () ->
                    Lwt_io.printl "a" |> becomes (Value())
                    Lwt.return_unit)
            }

            test "flush_all: what Console prints comes after" {
                prints [ "a"; "b"; "c" ] (fun () ->
                    lwt {
                        do! Lwt_io.printl "a"
                        do! Lwt_io.flush_all ()
                        Console.Out.Write "b\n"
                        do! Lwt_io.printl "c"
                    })
            }

            test "flush: what was printed is out" {
                let before = Console.Out
                use writer = new StringWriter()

                try
                    Console.SetOut writer

                    run (fun () ->
                        lwt {
                            do! Lwt_io.printl "a"
                            do! Lwt_io.flush_all ()
                            Expect.equal (writer.ToString()) "a\n" "standard output"
                        })
                finally
                    Console.SetOut before
            }

            test "a print that nobody waits for is out when the run ends" {
                prints [ "a" ] (fun () ->
                    Lwt.async (fun () -> Lwt_io.printl "a")
                    Lwt.return_unit)
            }

            test "eprint, eprintl, eprintf, eprintlf: to standard error" {
                let before = Console.Error
                use writer = new StringWriter()

                try
                    Console.SetError writer

                    run (fun () ->
                        lwt {
                            do! Lwt_io.eprint "a"
                            do! Lwt_io.eprintl "b"
                            do! Lwt_io.eprintf "%d" 1
                            do! Lwt_io.eprintlf "%d" 2
                        })
                finally
                    Console.SetError before

                Expect.equal (writer.ToString()) "ab\n12\n" "standard error"
            }
        ]

let private reading =
    let read_line () = Lwt_io.read_line Lwt_io.stdin

    testList
        "reading"
        [
            test "read_line: the lines in order" {
                let lines =
                    typed [ "a"; "b" ] (fun () -> run (fun () -> Lwt.all [ read_line (); read_line () ]))

                Expect.equal lines [ "a"; "b" ] "lines"
            }

            test "read_line, end of input: rejected with End_of_file" {
                let ended =
                    typed [] (fun () ->
                        run (fun () ->
                            Lwt.catch (fun () -> read_line () >|= fun _ -> false) (function
                                | End_of_file -> Lwt.return_true
                                | e -> Lwt.fail e)))

                Expect.isTrue ended "recognised"
            }

            test "read_line_opt, end of input: None" {
                let lines =
                    typed [ "a" ] (fun () ->
                        run (fun () ->
                            Lwt.all [ Lwt_io.read_line_opt Lwt_io.stdin; Lwt_io.read_line_opt Lwt_io.stdin ]))

                Expect.equal lines [ Some "a"; None ] "lines"
            }

            test "read_line, cancelled: the line goes to the next reader" {
                let line =
                    typed [ "a" ] (fun () ->
                        run (fun () ->
                            let p = read_line ()
                            Lwt.cancel p
                            p |> becomes Cancelled
                            read_line ()))

                Expect.equal line "a" "line"
            }
        ]

[<Tests>]
let tests = testList "Lwt_io" [ writing; reading ]
