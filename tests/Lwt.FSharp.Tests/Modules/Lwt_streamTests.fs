module Lwt.FSharp.Tests.Lwt_streamTests

open System
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.Infix

exception private Problem of int

/// A promise's state as text.
let private shown (show: 'a -> string) (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Sleep -> "."
    | Lwt.Return value -> show value
    | Lwt.Fail Lwt_stream.Empty -> "!empty"
    | Lwt.Fail Lwt_stream.Closed -> "!closed"
    | Lwt.Fail Lwt_stream.Full -> "!full"
    | Lwt.Fail Lwt.Canceled -> "!canceled"
    | Lwt.Fail(Problem n) -> $"!{n}"
    | Lwt.Fail e -> $"!{e.GetType().Name}"

let private is (expected: string) (p: 'a Lwt.t) =
    Expect.equal (shown (sprintf "%A") p) expected "the promise's state"

let private resolvedTo (expected: 'a) (p: 'a Lwt.t) =
    Expect.equal (Lwt.poll p) (Some expected) "the promise's value"

[<Tests>]
let reading =
    testList
        "Lwt_stream reading"
        [
            test "get, elements there, takes them in order and then none" {
                let s = Lwt_stream.of_list [ 1; 2 ]
                resolvedTo (Some 1) (Lwt_stream.get s)
                resolvedTo (Some 2) (Lwt_stream.get s)
                resolvedTo None (Lwt_stream.get s)
                resolvedTo None (Lwt_stream.get s)
            }
            test "get, two that wait, get the same element" {
                let s, push = Lwt_stream.create ()
                let a = Lwt_stream.get s
                let b = Lwt_stream.get s
                push (Some 1)
                push (Some 2)
                resolvedTo (Some 1) a
                resolvedTo (Some 1) b
                resolvedTo (Some 2) (Lwt_stream.get s)
            }
            test "get, canceled, leaves the other that waits alone" {
                let s, push = Lwt_stream.create ()
                let a = Lwt_stream.get s
                let b = Lwt_stream.get s
                Lwt.cancel a
                is "!canceled" a
                push (Some 1)
                resolvedTo (Some 1) b
            }
            test "get from a function, canceled, leaves the question under way and its answer to the next" {
                let asked, answer = Lwt.task ()
                let s = Lwt_stream.from (fun () -> asked)
                let a = Lwt_stream.get s
                Lwt.cancel a
                is "!canceled" a
                is "." asked
                let b = Lwt_stream.get s
                is "." b
                Lwt.wakeup answer (Some 7)
                resolvedTo (Some 7) b
            }
            test "peek and npeek, leave the elements" {
                let s = Lwt_stream.of_list [ 1; 2; 3 ]
                resolvedTo (Some 1) (Lwt_stream.peek s)
                resolvedTo [ 1; 2 ] (Lwt_stream.npeek 2 s)
                resolvedTo [ 1; 2; 3 ] (Lwt_stream.npeek 9 s)
                resolvedTo [ 1; 2; 3 ] (Lwt_stream.to_list s)
            }
            test "nget, fewer there, waits for the rest or the end" {
                let s, push = Lwt_stream.create ()
                push (Some 1)
                let p = Lwt_stream.nget 3 s
                push (Some 2)
                is "." p
                push None
                resolvedTo [ 1; 2 ] p
                resolvedTo [] (Lwt_stream.nget -1 s)
            }
            test "next and last_new, at the end, are rejected with Empty" {
                is "!empty" (Lwt_stream.next (Lwt_stream.of_list ([]: int list)))
                is "!empty" (Lwt_stream.last_new (Lwt_stream.of_list ([]: int list)))
            }
            test "last_new, several there, returns the last" {
                let s, push = Lwt_stream.create ()
                push (Some 1)
                push (Some 2)
                resolvedTo 2 (Lwt_stream.last_new s)
                is "." (Lwt_stream.last_new s)
            }
            test "junk, njunk, junk_while, junk_old, throw away" {
                let s = Lwt_stream.of_list [ 1..9 ]
                resolvedTo () (Lwt_stream.junk s)
                resolvedTo () (Lwt_stream.njunk 2 s)
                resolvedTo () (Lwt_stream.junk_while (fun x -> x < 6) s)
                resolvedTo () (Lwt_stream.junk_while_s (fun x -> Lwt.return' (x < 7)) s)
                resolvedTo (Some 7) (Lwt_stream.peek s)
                resolvedTo () (Lwt_stream.junk_old s)
                resolvedTo true (Lwt_stream.is_empty s)
            }
            test "junk_available, throws away what is there, at once" {
                let s, push = Lwt_stream.create ()
                push (Some 1)
                push (Some 2)
                Lwt_stream.junk_available s
                Lwt_stream.junk_available s
                push (Some 3)
                resolvedTo (Some 3) (Lwt_stream.get s)
            }
            test "junk_available, raises what the source fails with" {
                let s = Lwt_stream.from (fun () -> Lwt.fail (Failure "source"): int option Lwt.t)

                Expect.throwsC (fun () -> Lwt_stream.junk_available s) (fun e ->
                    Expect.equal e.Message "source" "the source's exception")
            }
            test "get_while, get_while_s, stop before the element that fails" {
                let s = Lwt_stream.of_list [ 1..9 ]
                resolvedTo [ 1; 2 ] (Lwt_stream.get_while (fun x -> x < 3) s)
                resolvedTo [ 3; 4 ] (Lwt_stream.get_while_s (fun x -> Lwt.return' (x < 5)) s)
                resolvedTo (Some 5) (Lwt_stream.get s)
            }
            test "get_available, takes what is there" {
                let s, push = Lwt_stream.create ()
                Expect.equal (Lwt_stream.get_available s) [] "nothing yet"
                List.iter (fun x -> push (Some x)) [ 1; 2; 3 ]
                Expect.equal (Lwt_stream.get_available_up_to 2 s) [ 1; 2 ] "two"
                Expect.equal (Lwt_stream.get_available s) [ 3 ] "the rest"
            }
            test "parse, rejected, puts back what was read" {
                let s = Lwt_stream.of_list [ 1; 2; 3 ]

                let p =
                    Lwt_stream.parse s (fun s -> Lwt_stream.nget 2 s >>= fun _ -> Lwt.fail (Problem 1))

                is "!1" (p: unit Lwt.t)
                resolvedTo [ 1; 2; 3 ] (Lwt_stream.to_list s)
            }
            test "clone, reads the same elements on its own" {
                let s, push = Lwt_stream.create ()
                let c = Lwt_stream.clone s
                push (Some 1)
                resolvedTo (Some 1) (Lwt_stream.get s)
                resolvedTo (Some 1) (Lwt_stream.get c)
            }
            test "to_string, of_string" { resolvedTo "abc" (Lwt_stream.to_string (Lwt_stream.of_string "abc")) }
        ]

[<Tests>]
let making =
    testList
        "Lwt_stream making"
        [
            test "from, asks for one element at a time, and again after a rejection" {
                let mutable calls = 0

                let s =
                    Lwt_stream.from (fun () ->
                        calls <- calls + 1

                        if calls = 1 then
                            Lwt.fail (Problem 1)
                        else
                            Lwt.return_some calls)

                is "!1" (Lwt_stream.get s)
                Expect.equal calls 1 "nothing is read ahead"
                resolvedTo (Some 2) (Lwt_stream.get s)
            }
            test "from, raising at once, raises to the reader" {
                let s = Lwt_stream.from (fun () -> raise (Problem 1))
                Expect.throwsT<Problem> (fun () -> Lwt_stream.get s |> ignore<int option Lwt.t>) "as in Lwt"
            }
            test "push, after the end, raises Closed" {
                let (_: int Lwt_stream.t), push = Lwt_stream.create ()
                push None
                Expect.throwsT<StreamClosedException> (fun () -> push (Some 1)) "an element"
                Expect.throwsT<StreamClosedException> (fun () -> push None) "a second end"
            }
            test "push, inside of a callback, wakes the reader after it" {
                let s, push = Lwt_stream.create ()
                let mutable log = []
                let p, u = Lwt.wait ()
                Lwt.on_success (Lwt_stream.get s) (fun _ -> log <- "got" :: log)

                Lwt.on_success p (fun () ->
                    push (Some 1)
                    log <- "pushed" :: log)

                Lwt.wakeup u ()
                Expect.equal log [ "got"; "pushed" ] "the wakeup comes later"
            }
            test "closed, is_closed, tell the end of the queue" {
                let s, push = Lwt_stream.create ()
                let closed = Lwt_stream.closed s
                push (Some 1)
                Expect.isFalse (Lwt_stream.is_closed s) "open"
                push None
                Expect.isTrue (Lwt_stream.is_closed s) "closed, with an element unread"
                resolvedTo () closed
                Expect.isTrue (obj.ReferenceEquals(closed, Lwt_stream.closed s)) "one promise"
            }
            test "on_termination, runs when the stream is closed" {
                let (s: int Lwt_stream.t), push = Lwt_stream.create ()
                let mutable called = 0
                Lwt_stream.on_termination s (fun () -> called <- called + 1)
                Lwt_stream.on_terminate s (fun () -> called <- called + 1)
                Expect.equal called 0 "open"
                push None
                Expect.equal called 2 "closed"
            }
            test "return', return_lwt, hold one element or, rejected, none" {
                resolvedTo [ 1 ] (Lwt_stream.to_list (Lwt_stream.return' 1))
                resolvedTo [ 1 ] (Lwt_stream.to_list (Lwt_stream.return_lwt (Lwt.return' 1)))
                resolvedTo ([]: int list) (Lwt_stream.to_list (Lwt_stream.return_lwt (Lwt.fail (Problem 1))))
            }
            test "of_seq, takes elements as they are wanted" {
                let mutable taken = 0

                let s =
                    Lwt_stream.of_seq (
                        seq {
                            for i in 1..9 do
                                taken <- i
                                yield i
                        }
                    )

                resolvedTo [ 1; 2 ] (Lwt_stream.nget 2 s)
                Expect.equal taken 2 "no more than was asked for"
            }
            test "of_lwt_seq, of_array, of_list, hold the elements" {
                resolvedTo [ 1; 2 ] (Lwt_stream.to_list (Lwt_stream.of_lwt_seq (Lwt_seq.of_list [ 1; 2 ])))
                resolvedTo [ 1; 2 ] (Lwt_stream.to_list (Lwt_stream.of_array [| 1; 2 |]))
                Expect.isTrue (Lwt_stream.is_closed (Lwt_stream.of_list [ 1 ])) "closed at once"
            }
            test "null sources, are refused" {
                Expect.throwsT<ArgumentNullException>
                    (fun () -> Lwt_stream.of_seq (Unchecked.defaultof<int seq>) |> ignore)
                    "a sequence"

                Expect.throwsT<ArgumentNullException>
                    (fun () -> Lwt_stream.get (Unchecked.defaultof<int Lwt_stream.t>) |> ignore)
                    "a stream"
            }
        ]

[<Tests>]
let bounded =
    testList
        "Lwt_stream bounded"
        [
            test "push, full, waits, and a second is rejected with Full" {
                let s, push = Lwt_stream.create_bounded 1
                resolvedTo () (push.push 1)
                let waiting = push.push 2
                is "." waiting
                Expect.isTrue push.blocked "blocked"
                is "!full" (push.push 3)
                resolvedTo (Some 1) (Lwt_stream.get s)
                resolvedTo () waiting
                Expect.equal push.count 1 "the second element is in"
            }
            test "push, canceled while it waits, takes its element back" {
                let s, push = Lwt_stream.create_bounded 0
                let waiting = push.push 1
                Lwt.cancel waiting
                is "!canceled" waiting
                Expect.isFalse push.blocked "free again"
                is "." (Lwt_stream.get s)
            }
            test "push, canceled through a bind, takes its element back" {
                let _, push = Lwt_stream.create_bounded 0
                let p = Lwt.pause () >>= fun () -> push.push 1
                Lwt.wakeup_paused ()
                Expect.isTrue push.blocked "it waits"
                Lwt.cancel p
                is "!canceled" p
                Expect.isFalse push.blocked "free again"
            }
            test "push, woken inside of a callback, is resolved only after it" {
                let s, push = Lwt_stream.create_bounded 1
                resolvedTo () (push.push 1)
                let waiting = push.push 2
                let p, u = Lwt.wait ()
                let mutable seen = ""

                Lwt.on_success p (fun () ->
                    Lwt_stream.get s |> ignore<int option Lwt.t>
                    seen <- shown string waiting)

                Lwt.wakeup u ()
                Expect.equal seen "." "as with wakeup_later"
                resolvedTo () waiting
            }
            test "resize, larger, lets the element that waits in" {
                let _, push = Lwt_stream.create_bounded 1
                resolvedTo () (push.push 1)
                let waiting = push.push 2
                push.resize 2
                resolvedTo () waiting
                Expect.equal (push.size, push.count) (2, 2) "size and count"
            }
            test "close, rejects the push that waits, and those that come" {
                let s, push = Lwt_stream.create_bounded 1
                resolvedTo () (push.push 1)
                let waiting = push.push 2
                push.close ()
                push.close ()
                is "!closed" waiting
                is "!closed" (push.push 3)
                Expect.isTrue push.closed "closed"
                resolvedTo [ 1 ] (Lwt_stream.to_list s)
            }
            test "negative sizes, clone and parse, are refused" {
                Expect.throwsT<ArgumentOutOfRangeException>
                    (fun () -> Lwt_stream.create_bounded -1 |> ignore<int Lwt_stream.t * _>)
                    "create_bounded"

                let (s: int Lwt_stream.t), push = Lwt_stream.create_bounded 1
                Expect.throwsT<ArgumentOutOfRangeException> (fun () -> push.resize -1) "resize"
                Expect.throwsT<ArgumentException> (fun () -> Lwt_stream.clone s |> ignore) "clone"

                Expect.throwsT<ArgumentException> (fun () -> Lwt_stream.parse s Lwt_stream.get |> ignore) "parse"
            }
        ]

[<Tests>]
let transforming =
    let list = Lwt_stream.of_list

    let returns expected s =
        resolvedTo expected (Lwt_stream.to_list s)

    let even x = x % 2 = 0
    let evenly x = Lwt.return' (even x)

    testList
        "Lwt_stream transforming"
        [
            test "map, filter, filter_map, map_list and their kin" {
                returns [ 2; 3 ] (Lwt_stream.map ((+) 1) (list [ 1; 2 ]))
                returns [ 2; 3 ] (Lwt_stream.map_s (fun x -> Lwt.return' (x + 1)) (list [ 1; 2 ]))
                returns [ 2; 4 ] (Lwt_stream.filter even (list [ 1..5 ]))
                returns [ 2; 4 ] (Lwt_stream.filter_s evenly (list [ 1..5 ]))
                let half x = if even x then Some(x / 2) else None
                returns [ 1; 2 ] (Lwt_stream.filter_map half (list [ 1..5 ]))
                returns [ 1; 2 ] (Lwt_stream.filter_map_s (half >> Lwt.return') (list [ 1..5 ]))
                returns [ 1; 2; 2 ] (Lwt_stream.map_list (fun n -> List.replicate n n) (list [ 0; 1; 2 ]))

                returns
                    [ 1; 2; 2 ]
                    (Lwt_stream.map_list_s (fun n -> Lwt.return' (List.replicate n n)) (list [ 0; 1; 2 ]))

                returns [ 1; 2; 3 ] (Lwt_stream.flatten (list [ [ 1 ]; []; [ 2; 3 ] ]))
            }
            test "combine, append, concat, choose" {
                returns [ 1, "a" ] (Lwt_stream.combine (list [ 1; 2 ]) (list [ "a" ]))
                returns [ 1; 2; 3 ] (Lwt_stream.append (list [ 1 ]) (list [ 2; 3 ]))
                returns [ 1; 2; 3 ] (Lwt_stream.concat (list [ list [ 1 ]; list []; list [ 2; 3 ] ]))

                match Lwt.poll (Lwt_stream.to_list (Lwt_stream.choose [ list [ 1; 2 ]; list [ 3 ] ])) with
                | Some elements -> Expect.equal (List.sort elements) [ 1; 2; 3 ] "all, in some order"
                | None -> failtest "pending"
            }
            test "fold, iter, find, find_map and their kin" {
                resolvedTo 6 (Lwt_stream.fold (+) (list [ 1; 2; 3 ]) 0)
                resolvedTo 6 (Lwt_stream.fold_s (fun x acc -> Lwt.return' (x + acc)) (list [ 1; 2; 3 ]) 0)
                let mutable seen = []
                let see x = seen <- x :: seen

                let see_s x =
                    see x
                    Lwt.return_unit

                resolvedTo () (Lwt_stream.iter see (list [ 1; 2 ]))
                resolvedTo () (Lwt_stream.iter_s see_s (list [ 3; 4 ]))
                resolvedTo () (Lwt_stream.iter_p see_s (list [ 5; 6 ]))
                resolvedTo () (Lwt_stream.iter_n 2 see_s (list [ 7; 8 ]))
                Expect.equal (List.rev seen) [ 1..8 ] "each once, in order"
                resolvedTo (Some 2) (Lwt_stream.find even (list [ 1..4 ]))
                resolvedTo (Some 2) (Lwt_stream.find_s evenly (list [ 1..4 ]))
                resolvedTo None (Lwt_stream.find even (list [ 1 ]))
                let tens x = if even x then Some(x * 10) else None
                resolvedTo (Some 20) (Lwt_stream.find_map tens (list [ 1..4 ]))
                resolvedTo (Some 20) (Lwt_stream.find_map_s (tens >> Lwt.return') (list [ 1..4 ]))
            }
            test "iter_n, runs so many at once and no more" {
                let running = ref 0
                let most = ref 0

                Lwt_main.run_virtual (fun () ->
                    Lwt_stream.iter_n
                        3
                        (fun x ->
                            running.Value <- running.Value + 1
                            most.Value <- max most.Value running.Value

                            Promise.Sleep(TimeSpan.FromSeconds(float x)).AsUnit()
                            >|= fun _ -> running.Value <- running.Value - 1)
                        (list [ 1..10 ]))

                Expect.equal most.Value 3 "at once"
            }
            test "iter_n, no concurrency at all, is refused" {
                Expect.throwsT<ArgumentOutOfRangeException>
                    (fun () -> Lwt_stream.iter_n 0 (fun _ -> Lwt.return_unit) (list [ 1 ]) |> ignore)
                    "zero"
            }
            test "iter_p, a million elements, keeps the stack" {
                let s = Lwt_stream.of_seq (seq { 1..1_000_000 })
                resolvedTo () (Lwt_stream.iter_p (fun _ -> Lwt.return_unit) s)
            }
            test "filter, a million elements that fail, keeps the stack" {
                let s = Lwt_stream.of_seq (seq { 1..1_000_000 })
                resolvedTo None (Lwt_stream.get (Lwt_stream.filter (fun _ -> false) s))
            }
            test "wrap_exn, map_exn, make exceptions elements" {
                let failing () =
                    let calls = ref 0

                    Lwt_stream.from (fun () ->
                        calls.Value <- calls.Value + 1

                        match calls.Value with
                        | 1 -> Lwt.fail (Problem 1)
                        | 2 -> Lwt.return_some 2
                        | _ -> Lwt.return_none)

                match Lwt.poll (Lwt_stream.to_list (Lwt_stream.wrap_exn (failing ()))) with
                | Some [ Error(Problem 1); Ok 2 ] -> ()
                | other -> failtest $"{other}"

                match Lwt.poll (Lwt_stream.to_list (Lwt_stream.map_exn (failing ()))) with
                | Some [ Lwt_stream.Error(Problem 1); Lwt_stream.Value 2 ] -> ()
                | other -> failtest $"{other}"
            }
        ]
