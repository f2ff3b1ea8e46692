/// The laws of bind, map, join and both, for promises that are resolved in any way and in any order.
module Lwt.FSharp.Tests.LwtLawTests

open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.States

/// The plan of a promise: resolved from the start, or later, with a value, with an exception, or by cancelling.
type Plan =
    {
        Later: bool
        Ending: Result<int, bool>
    }

/// Makes the promise; returns it and a function that resolves it.
let private make (plan: Plan) : int Lwt.t * (unit -> unit) =
    let ending =
        plan.Ending
        |> Result.mapError (fun canceled -> if canceled then Lwt.Canceled else Broken)

    if plan.Later then
        let p, r = Lwt.wait ()
        p, (fun () -> Lwt.wakeup_result r ending)
    else
        Lwt.of_result ending, ignore

/// The states of a promise made from planned ones: at first, and after each of them is resolved, in order.
let private observe (plans: Plan list) (f: int Lwt.t list -> 'a Lwt.t) : Outcome<'a> list =
    let made = plans |> List.map make
    let p = f (List.map fst made)

    outcome p
    :: [
        for _, resolve in made do
            resolve ()
            outcome p
    ]

/// Checks that both sides, each with promises of its own, are always in the same state.
let private same plans left right =
    Expect.equal (observe plans left) (observe plans right) "both sides, step by step"

let private one f =
    function
    | [ p ] -> f p
    | _ -> failwith "one promise was planned"

let private two f =
    function
    | [ p; q ] -> f p q
    | _ -> failwith "two promises were planned"

/// A function for bind whose promise ends as planned.
let private next (ending: Result<int, bool>) v =
    Lwt.map ((+) v) (fst (make { Later = false; Ending = ending }))

[<Tests>]
let tests =
    testList
        "laws"
        [
            testProperty "bind: return' is its left identity"
            <| fun v e -> same [] (fun _ -> Lwt.bind (Lwt.return' v) (next e)) (fun _ -> next e v)

            testProperty "bind: return' is its right identity"
            <| fun p -> same [ p ] (one (fun p -> Lwt.bind p Lwt.return')) (one id)

            testProperty "bind is associative"
            <| fun p e e' ->
                same
                    [ p ]
                    (one (fun p -> Lwt.bind (Lwt.bind p (next e)) (next e')))
                    (one (fun p -> Lwt.bind p (fun v -> Lwt.bind (next e v) (next e'))))

            testProperty "map is bind and return'"
            <| fun p (n: int) ->
                same [ p ] (one (Lwt.map ((*) n))) (one (fun p -> Lwt.bind p (fun v -> Lwt.return' (v * n))))

            testProperty "catch of what fails is the handler's"
            <| fun e -> same [] (fun _ -> Lwt.catch (fun () -> Lwt.fail Broken) (fun _ -> next e 0)) (fun _ -> next e 0)

            testProperty "both is all of two"
            <| fun p q ->
                same
                    [ p; q ]
                    (two (fun p q -> Lwt.both p q |> Lwt.map (fun (a, b) -> [ a; b ])))
                    (two (fun p q -> Lwt.all [ p; q ]))

            testProperty "both, turned around, is both of the values turned around, unless both fail"
            <| fun p q ->
                if p.Ending.IsOk || q.Ending.IsOk then
                    same [ p; q ] (two Lwt.both) (two (fun p q -> Lwt.both q p |> Lwt.map (fun (b, a) -> a, b)))

            testProperty "join is all without the values"
            <| fun plans -> same plans (List.map (Lwt.map ignore) >> Lwt.join) (Lwt.all >> Lwt.map ignore)

            testProperty "join of joins is join of all"
            <| fun plans (n: byte) ->
                let split ps =
                    List.splitAt (min (int n) (List.length ps)) ps

                let units = List.map (Lwt.map ignore)
                let fulfilled = plans |> List.map (fun p -> { p with Ending = Ok 0 })

                same fulfilled (units >> Lwt.join) (units >> split >> fun (a, b) -> Lwt.join [ Lwt.join a; Lwt.join b ])
        ]
