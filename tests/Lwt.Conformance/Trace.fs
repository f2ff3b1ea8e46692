/// The recorded traces and how to compare with them.
module Lwt.Conformance.Trace

open System.Text.Json

/// The trace of OCaml's Lwt, or None if it crashed: then any trace is right.
let expected (program: JsonElement) : string list option =
    match program.TryGetProperty "trace" with
    | true, trace when trace.GetArrayLength() > 0 ->
        Some [ for line in trace.EnumerateArray() -> nonNull (line.GetString()) ]
    | _ -> None

/// Runs a program; an exception that it raises becomes the last line of the trace.
let guarded (run: JsonElement -> string list) (program: JsonElement) : Result<string list, exn> =
    try
        Ok(run program)
    with e ->
        Error e

/// The first line in which two traces differ, on both sides, or None if they are the same.
let compare (expected: string list option) (actual: Result<string list, exn>) : string option =
    let rec first number left right =
        match left, right with
        | [], [] -> None
        | l :: left, r :: right when l = r -> first (number + 1) left right
        | left, right ->
            let text lines =
                List.tryHead lines |> Option.defaultValue "(end)"

            Some $"line {number}: Lwt has '{text left}', this has '{text right}'"

    match expected, actual with
    | _, Error e -> Some $"an exception came out: {e}"
    | None, Ok _ -> None
    | Some expected, Ok actual -> first 1 expected actual
