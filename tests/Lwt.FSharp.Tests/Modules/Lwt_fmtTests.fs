module Lwt.FSharp.Tests.Lwt_fmtTests

open System.IO
open Expecto
open Lwt.FSharp
open Lwt.Infix
open Lwt.FSharp.Tests.Terminal

let private run (main: unit -> 'a Lwt.t) = Lwt_main.run_virtual main

[<Tests>]
let tests =
    testList
        "Lwt_fmt"
        [
            test "printf, %a, %t: to standard output, in order" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            lwt {
                                do! Lwt_fmt.printf "%d %s\n" 1 "x"
                                let number (writer: TextWriter) (n: int) = writer.Write $"<{n}>"
                                do! Lwt_fmt.printf "%a%t\n" number 2 (fun writer -> writer.Write '!')
                                do! Lwt_fmt.flush Lwt_fmt.stdout
                            }))

                Expect.equal lines [ "1 x"; "<2>!" ] "lines"
            }

            test "make_stream: the orders, as in OCaml" {
                let orders =
                    run (fun () ->
                        let stream, fmt = Lwt_fmt.make_stream ()

                        Lwt_fmt.fprintf fmt "a%db" 3 >>= fun () -> Lwt_fmt.flush fmt
                        >|= fun () -> Lwt_stream.get_available stream)

                Expect.equal
                    orders
                    [
                        Lwt_fmt.String("a", 0, 1)
                        Lwt_fmt.String("3", 0, 1)
                        Lwt_fmt.String("b", 0, 1)
                        Lwt_fmt.Flush
                    ]
                    "orders"
            }

            test "ifprintf, ikfprintf: print nothing" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            Lwt_fmt.ifprintf Lwt_fmt.stdout "%d" 1
                            >>= fun () -> Lwt_fmt.ikfprintf (fun _ printed -> printed) Lwt_fmt.stdout "%s" "x"))

                Expect.equal lines [] "lines"
            }

            test "make_formatter: commits after each print" {
                let commits = ref 0
                use writer = new StringWriter()

                run (fun () ->
                    let fmt =
                        Lwt_fmt.make_formatter
                            (fun () ->
                                commits.Value <- commits.Value + 1
                                Lwt.return_unit)
                            writer
                            ()

                    Expect.equal (Lwt_fmt.get_formatter fmt) (writer :> TextWriter) "what it prints to"

                    Lwt_fmt.fprintf fmt "%s" "a"
                    >>= fun () -> Lwt_fmt.kfprintf (fun _ printed -> printed) fmt "%s" "b"
                    >>= fun () -> Lwt_fmt.write_pending fmt)

                Expect.equal (writer.ToString(), commits.Value) ("ab", 3) "text and commits"
            }

            test "write_order: on a channel" {
                let lines =
                    printed (fun () ->
                        run (fun () ->
                            Lwt_fmt.write_order Lwt_io.stdout (Lwt_fmt.String("abcd", 1, 2))
                            >>= fun () -> Lwt_fmt.write_order Lwt_io.stdout Lwt_fmt.Flush))

                Expect.equal lines [ "bc" ] "lines"
            }
        ]
