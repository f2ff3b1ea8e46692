/// None of these cases may overflow the stack, in Debug or in Release. Each raises when its outcome is wrong.
module Lwt.Stress.Depth

open Lwt.FSharp
open Lwt.FSharp.Lwt.Infix

let private check what holds =
    if not holds then
        failwith $"wrong outcome: {what}"

let private chain (link: int Lwt.t -> int Lwt.t) n =
    let first, resolver = Lwt.wait ()
    let mutable last = first

    for _ in 1..n do
        last <- link last

    Lwt.wakeup resolver 1
    check "the value" (Lwt_main.run last > 0)

let private cancelChain (link: int Lwt.t -> int Lwt.t) n =
    let first, _ = Lwt.task ()
    let mutable last = first

    for _ in 1..n do
        last <- link last

    Lwt.cancel last
    Lwt_main.run (Lwt.pause ())

    match Lwt.state last with
    | Lwt.Fail Lwt.Canceled -> ()
    | _ -> check "not canceled" false

/// Where the F# compiler makes tail calls, recursion over resolved promises needs neither stack nor loop.
let private recursion (step: int -> int -> int Lwt.t) n =
    let p = step n 0
#if !DEBUG
    check "pending, though all was resolved" (not (Lwt.is_sleeping p))
#endif
    check "the value" (Lwt_main.run p = n)

let rec private byBind n i : int Lwt.t =
    if i = n then
        Lwt.return' i
    else
        Lwt.bind (Lwt.return' i) (fun x -> byBind n (x + 1))

let rec private byOperator n i : int Lwt.t =
    if i = n then
        Lwt.return' i
    else
        Lwt.return' i >>= fun x -> byOperator n (x + 1)

let rec private nestedCatch n : int Lwt.t =
    if n = 0 then
        Lwt.fail_with "deep"
    else
        Lwt.catch (fun () -> nestedCatch (n - 1)) (fun e -> Lwt.fail e)

let rec private nestedBlock n : int Lwt.t =
    lwt {
        if n = 0 then
            return 0
        else
            let! x = nestedBlock (n - 1)
            return x + 1
    }

let rec private returningBlock n i : int Lwt.t =
    lwt { if i = n then return i else return! returningBlock n (i + 1) }

let private raises (f: unit -> 'a) =
    try
        f () |> ignore
        false
    with Failure _ ->
        true

let private wakeups n =
    let mutable called = 0
    let first, resolveFirst = Lwt.wait ()
    let mutable promise: int Lwt.t = first

    for _ in 1..n do
        let next, resolveNext = Lwt.wait ()

        Lwt.on_success promise (fun x ->
            called <- called + 1
            Lwt.wakeup resolveNext x)

        promise <- next

    Lwt.wakeup resolveFirst 1
    check "not all were called" (called = n && not (Lwt.is_sleeping promise))

let private fanOut n =
    let source, resolver = Lwt.wait ()
    let mutable sum = 0

    for _ in 1..n do
        source
        >>= (fun x ->
            sum <- sum + x
            Lwt.return_unit)
        |> ignore

    Lwt.wakeup resolver 1
    check "not all were called" (sum = n)

/// The cases, by name: how many times deeper than the others, and the case itself.
let cases: (string * int * (int -> unit)) list =
    [
        "chain of binds", 1, chain (fun p -> p >>= fun x -> Lwt.return' (x + 1))
        "chain of maps", 1, chain (fun p -> p >|= fun x -> x + 1)
        "chain of catches", 1, chain (fun p -> Lwt.catch (fun () -> p) Lwt.fail)
        "chain of finalizes", 1, chain (fun p -> Lwt.finalize (fun () -> p) Lwt.return')
        "chain of try_binds", 1, chain (fun p -> Lwt.try_bind (fun () -> p) Lwt.return' Lwt.fail)
        "chain of protecteds", 1, chain Lwt.protected'
        "chain of no_cancels", 1, chain Lwt.no_cancel
        "chain of wrap_in_cancelables", 1, chain Lwt.wrap_in_cancelable
        "chain of joins", 1, chain (fun p -> Lwt.join [ p >|= ignore ] >|= fun () -> 1)
        "chain of chooses", 1, chain (fun p -> Lwt.choose [ p ])
        "chain of blocks", 1, chain (fun p -> lwt { return! p })
        "chain of blocks that continue",
        1,
        chain (fun p ->
            lwt {
                let! x = p
                return x
            })
        "cancel of a chain of binds", 1, cancelChain (fun p -> p >>= Lwt.return')
        "cancel of a chain of picks", 1, cancelChain (fun p -> Lwt.pick [ p; p ])
        "cancel of a chain of wrap_in_cancelables", 1, cancelChain Lwt.wrap_in_cancelable
        "binds fanned out", 1, fanOut
        "wakeups in callbacks", 1, wakeups
        "recursion through bind", 10, recursion byBind
        "recursion through >>=", 10, recursion byOperator
        "nested catches", 1, (fun n -> check "no exception" (raises (fun () -> Lwt_main.run (nestedCatch n))))
        "nested blocks", 1, (fun n -> check "the value" (Lwt_main.run (nestedBlock n) = n))
        "nested blocks by return!", 1, (fun n -> check "the value" (Lwt_main.run (returningBlock n 0) = n))
    ]
