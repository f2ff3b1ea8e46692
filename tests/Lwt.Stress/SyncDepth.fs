/// Like Depth, for the modules over lists, sequences and attempts. Each case runs on a thread with a small stack.
module Lwt.Stress.SyncDepth

open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

let private check what holds =
    if not holds then
        failwith $"wrong outcome: {what}"

/// Nests a function n deep around a promise that is fulfilled, and runs it.
let private ends (around: (unit -> unit Lwt.t) -> unit Lwt.t) n =
    let mutable reached = 0

    let rec nest level : unit Lwt.t =
        if level > 0 then
            around (fun () -> nest (level - 1))
        else
            reached <- reached + 1
            Lwt.return_unit

    Lwt_main.run (nest n)
    check $"the innermost was called {reached} times" (reached = 1)

let private list name (around: (unit -> unit Lwt.t) -> unit Lwt.t) = $"nested Lwt_list.{name}", ends around

let private one = [ () ]

let private lists =
    [
        list "iter_s" (fun f -> Lwt_list.iter_s f one)
        list "iter_p" (fun f -> Lwt_list.iter_p f one)
        list "iteri_s" (fun f -> Lwt_list.iteri_s (fun _ -> f) one)
        list "iteri_p" (fun f -> Lwt_list.iteri_p (fun _ -> f) one)
        list "map_s" (fun f -> Lwt_list.map_s f one >|= ignore)
        list "map_p" (fun f -> Lwt_list.map_p f one >|= ignore)
        list "mapi_s" (fun f -> Lwt_list.mapi_s (fun _ -> f) one >|= ignore)
        list "mapi_p" (fun f -> Lwt_list.mapi_p (fun _ -> f) one >|= ignore)
        list "rev_map_s" (fun f -> Lwt_list.rev_map_s f one >|= ignore)
        list "rev_map_p" (fun f -> Lwt_list.rev_map_p f one >|= ignore)
        list "fold_left_s" (fun f -> Lwt_list.fold_left_s (fun () -> f) () one)
        list "fold_right_s" (fun f -> Lwt_list.fold_right_s (fun () -> f) one ())
        list "for_all_s" (fun f -> Lwt_list.for_all_s (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "for_all_p" (fun f -> Lwt_list.for_all_p (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "exists_s" (fun f -> Lwt_list.exists_s (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "exists_p" (fun f -> Lwt_list.exists_p (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "find_s" (fun f -> Lwt_list.find_s (fun () -> f () >|= fun () -> true) one)
        list "filter_map_s" (fun f -> Lwt_list.filter_map_s (fun () -> f () >|= Some) one >|= ignore)
        list "filter_map_p" (fun f -> Lwt_list.filter_map_p (fun () -> f () >|= Some) one >|= ignore)
        list "filter_s" (fun f -> Lwt_list.filter_s (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "filter_p" (fun f -> Lwt_list.filter_p (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "partition_s" (fun f -> Lwt_list.partition_s (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "partition_p" (fun f -> Lwt_list.partition_p (fun () -> f () >|= fun () -> true) one >|= ignore)
        list "iter_n" (fun f -> Lwt_list.iter_n 1 f one)
        list "map_n" (fun f -> Lwt_list.map_n 1 f one >|= ignore)
    ]

/// Reads a sequence to its end; it is derived n times from one of three elements.
let private layers (layer: int Lwt_seq.t -> int Lwt_seq.t) n =
    let mutable seq = Lwt_seq.of_list [ 1; 2; 3 ]

    for _ in 1..n do
        seq <- layer seq

    let elements = Lwt_main.run (Lwt_seq.to_list seq)
    check $"the elements {List.truncate 5 elements}" (elements = [ 1; 2; 3 ])

/// Like layers, but each layer adds an element. A smaller depth is enough to overflow, and the time is quadratic.
let private growing (layer: int Lwt_seq.t -> int Lwt_seq.t) n =
    let mutable seq: int Lwt_seq.t = Lwt_seq.empty

    for _ in 1..n do
        seq <- layer seq

    check "the length" (Lwt_main.run (Lwt_seq.fold_left (fun count _ -> count + 1) 0 seq) = n)

let private layer name (f: int Lwt_seq.t -> int Lwt_seq.t) = $"layers of Lwt_seq.{name}", layers f

let private over name (around: (unit -> unit Lwt.t) -> unit Lwt.t) = $"nested Lwt_seq.{name}", ends around

let private single () = Lwt_seq.return' ()

let private sequences =
    [
        layer "append" (fun s -> Lwt_seq.append s Lwt_seq.empty)
        layer "append, from the right" (fun s -> Lwt_seq.append Lwt_seq.empty s)
        layer "map" (Lwt_seq.map id)
        layer "map_s" (Lwt_seq.map_s Lwt.return')
        layer "filter" (Lwt_seq.filter (fun _ -> true))
        layer "filter_s" (Lwt_seq.filter_s (fun _ -> Lwt.return_true))
        layer "filter_map" (Lwt_seq.filter_map Some)
        layer "filter_map_s" (Lwt_seq.filter_map_s Lwt.return_some)
        layer "flat_map" (Lwt_seq.flat_map Lwt_seq.return')
        layer "flat_map, from inside" (fun s -> Lwt_seq.flat_map (fun () -> s) (single ()))
        layer "a function of one's own" (fun s -> fun () -> Lwt.apply s ())
        "rows of Lwt_seq.cons", growing (Lwt_seq.cons 0)
        "rows of Lwt_seq.cons_lwt", growing (Lwt_seq.cons_lwt (Lwt.return' 0))
        over "iter" (fun f -> Lwt_seq.iter ignore (fun () -> f () >|= fun () -> Lwt_seq.Nil))
        over "iter_s" (fun f -> Lwt_seq.iter_s f (single ()))
        over "iter_p" (fun f -> Lwt_seq.iter_p f (single ()))
        over "iter_n" (fun f -> Lwt_seq.iter_n 1 f (single ()))
        over "fold_left_s" (fun f -> Lwt_seq.fold_left_s (fun () -> f) () (single ()))
        over "map_s" (fun f -> Lwt_seq.to_list (Lwt_seq.map_s f (single ())) >|= ignore)
        over "unfold_lwt" (fun f ->
            Lwt_seq.to_list (
                Lwt_seq.unfold_lwt
                    (fun go ->
                        if go then
                            f () >|= (fun () -> Some((), false))
                        else
                            Lwt.return_none)
                    true
            )
            >|= ignore)
        over "of_seq_lwt" (fun f -> Lwt_seq.to_list (Lwt_seq.of_seq_lwt (Seq.delay (fun () -> [ f () ]))) >|= ignore)
        "elements of Lwt_seq.of_list",
        (fun n -> check "the length" (List.length (Lwt_main.run (Lwt_seq.to_list (Lwt_seq.of_list [ 1..n ]))) = n))
        "elements that Lwt_seq.filter leaves out",
        (fun n ->
            let none = Lwt_seq.filter (fun _ -> false) (Lwt_seq.of_list [ 1..n ])
            check "no element" (Lwt_main.run (Lwt_seq.to_list none) = []))
    ]

let private retries n =
    let mutable attempts = 0

    let attempt () =
        attempts <- attempts + 1
        Lwt.return' (Error(Lwt_retry.Retry()): Result<unit, Lwt_retry.error<unit, unit>>)

    Lwt_main.run (attempt |> Lwt_retry.on_error |> Lwt_retry.n_times n) |> ignore
    check $"{attempts} attempts" (attempts = n + 1)

let private attempt (f: unit -> unit Lwt.t) =
    (fun () -> f () >|= fun () -> Ok(): Result<unit, Lwt_retry.error<unit, unit>>)
    |> Lwt_retry.on_error

/// The cases, by name.
let cases: (string * (int -> unit)) list =
    lists
    @ sequences
    @ [
        "retries at once", retries
        "nested retries", ends (fun f -> Lwt_retry.n_times 1 (attempt f) >|= ignore)
        "nested retries with sleeps",
        ends (fun f ->
            Lwt_retry.n_times 1 (Lwt_retry.with_sleep_of (fun _ -> 0.) (attempt f))
            >|= ignore)
        "nested locks", ends (fun f -> Lwt_mutex.with_lock (Lwt_mutex.create ()) f)
        "nested uses of pools", ends (fun f -> Lwt_pool.use' (Lwt_pool.create 1 Lwt.return') f)
        "nested scopes", ends (fun f -> Lwt_scope.with_scope (fun _ -> f ()))
        "nested switches", ends (fun f -> Lwt_switch.with_switch (fun _ -> f ()))
    ]
