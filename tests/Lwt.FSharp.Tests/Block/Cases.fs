/// Helpers for the tests of the block: how a promise that a block waits for ends, and what the block must do then.
/// These files are compiled twice: Lwt.FSharp.OtherPath.Tests takes the path (state machine or closures) that
/// Lwt.FSharp.Tests does not take in the same configuration.
module Lwt.FSharp.Tests.Block.Cases

open System
open System.Reflection
open Expecto
open Lwt.FSharp

exception Boom of string

/// How the promise that a block waits for is resolved.
type Ending =
    | Resolved
    | Fulfilled
    | Rejected
    | Cancelled
    | Raised

let endings = [ Resolved; Fulfilled; Rejected; Cancelled; Raised ]

let describe ending =
    match ending with
    | Resolved -> "resolved"
    | Fulfilled -> "pending, fulfilled"
    | Rejected -> "pending, rejected"
    | Cancelled -> "pending, cancelled"
    | Raised -> "rejected already"

/// Returns a promise that ends in this way, with the value, and the function that resolves it.
let source ending (value: 'a) : 'a Lwt.t * (unit -> unit) =
    let pending end' =
        let p, r = Lwt.task ()
        p, (fun () -> end' p r)

    match ending with
    | Resolved -> Lwt.return' value, ignore
    | Fulfilled -> pending (fun _ r -> Lwt.wakeup r value)
    | Rejected -> pending (fun _ r -> Lwt.wakeup_exn r (Boom "!"))
    | Cancelled -> pending (fun p _ -> Lwt.cancel p)
    | Raised -> Lwt.fail (Boom "!"), ignore

/// The exception of a rejection as a word.
let name (e: exn) =
    match e with
    | Boom text -> text
    | Lwt.Canceled -> "Canceled"
    | e -> e.GetType().Name

/// The state of a promise as a word: its value, or # and its exception.
let outcome (p: 'a Lwt.t) =
    match Lwt.state p with
    | Lwt.Return v -> string (box v)
    | Lwt.Fail e -> "#" + name e
    | Lwt.Sleep -> "pending"

/// What a block that waits for one promise of 42 does: its outcome and its log when that promise is fulfilled, and when
/// it is rejected; ! stands for the exception.
type Case =
    {
        Name: string
        Block: (string -> unit) -> int Lwt.t -> int Lwt.t
        Fulfilled: string * string list
        Rejected: string * string list
    }

let case name fulfilled rejected block =
    {
        Name = name
        Block = block
        Fulfilled = fulfilled
        Rejected = rejected
    }

let private check case ending () =
    let log = ResizeArray<string>()
    let awaited, finish = source ending 42
    let block = case.Block log.Add awaited

    if Lwt.is_sleeping awaited then
        Expect.equal (outcome block) "pending" "the block waits"

    finish ()

    let reason = if ending = Cancelled then "Canceled" else "!"

    let (result, lines) =
        match ending with
        | Resolved
        | Fulfilled -> case.Fulfilled
        | _ -> case.Rejected

    Expect.equal (List.ofSeq log) [ for line in lines -> line.Replace("!", reason) ] "log"
    Expect.equal (outcome block) (result.Replace("!", reason)) "outcome"

/// Makes a test for each way in which the awaited promise can end.
let testsOf (case: Case) : Test =
    testList case.Name [ for ending in endings -> testCase (describe ending) (check case ending) ]

/// How the project says that it is compiled, in its AssemblyMetadata.
let expectedPath =
    Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
    |> Seq.find (fun it -> it.Key = "BlockPath")
    |> _.Value
    |> string

/// The path that a block takes, seen from the promise of a block that has suspended: it contains the state machine.
let pathOf (block: 'a Lwt.t) =
    let machine = block.GetType().GetGenericArguments()[0]

    if machine.Name.StartsWith("ResumableStateMachine", StringComparison.Ordinal) then
        "dynamic"
    else
        "static"
