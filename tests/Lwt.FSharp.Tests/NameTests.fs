/// docs/names.md is whole and right: every name of OCaml's Lwt and of the F# modules has a row, and what a row names exists.
module Lwt.FSharp.Tests.NameTests

open System.Text.RegularExpressions
open Expecto
open Lwt.FSharp.Tests

/// Modules of which only a part is here. Their tables need no row for a name of OCaml's that is not here. A module
/// that becomes complete leaves this list.
let private partial = [ "Lwt_unix" ]

/// Modules that are not of OCaml's Lwt.
let private ours = [ "Lwt_scope"; "Mirage_sleep"; "Duration" ]

type private Row =
    {
        OCaml: string list
        FSharp: string list
        CSharp: string list
        Notes: string
    }

/// The names in a cell, in the form of the lists of names: ``Infix.(>>=)`` is Infix.>>=, and double backticks go.
let private names (cell: string) =
    [
        for name in Documents.codeSpans cell -> Regex.Replace(name, @"\(([^)]+)\)$|``(\w+)``", "$1$2")
    ]

let private row cells =
    match cells with
    | [ ocaml; fsharp; csharp; notes ] ->
        {
            OCaml = names ocaml
            FSharp = (if fsharp = "the same" then names ocaml else names fsharp)
            CSharp = Documents.codeSpans csharp
            Notes = notes
        }
    | _ -> failwith $"A row of docs/names.md has not four cells: %A{cells}"

/// The sections of the document that have a table of names: the module and its rows.
let private tables =
    [
        for section in Regex.Split(Documents.read "docs/names.md", @"^## ", RegexOptions.Multiline) do
            match Documents.tableRows [ "OCaml"; "F#"; "C#"; "notes" ] section with
            | [] -> ()
            | rows -> Regex.Match(section, @"^\w+").Value, List.map row rows
    ]

[<Tests>]
let tests =
    testList
        "names"
        [
            test "each module of OCaml's and of F#'s has its table" {
                let documented = List.map fst tables |> List.sort
                Expect.equal documented (List.distinct documented) "modules, each once"

                Expect.equal
                    (List.distinct (List.ofSeq Names.ocaml.Keys @ ours) |> List.sort)
                    documented
                    "modules of OCaml's, and ours"

                Expect.equal (List.sort Names.modules) documented "modules of F#'s"
            }

            for modul, rows in tables do
                let named column = List.collect column rows
                let fsharp = Names.fsharp modul

                match Map.tryFind modul Names.ocaml with
                | Some ocaml ->
                    test $"{modul}: names of OCaml's are OCaml's" {
                        Expect.equal (List.except ocaml (named _.OCaml)) [] "names that OCaml's module has not"
                    }

                    if not (List.contains modul partial) then
                        test $"{modul}: every name of OCaml's has a row" {
                            Expect.equal (List.except (named _.OCaml) ocaml) [] "names without a row"
                        }
                | None -> ()

                test $"{modul}: every name of F#'s has a row" {
                    Expect.isNonEmpty fsharp "names of the module"
                    Expect.equal (List.except (named _.FSharp) fsharp) [] "names without a row"
                }

                test $"{modul}: names of F#'s exist" {
                    Expect.equal (List.except fsharp (named _.FSharp)) [] "names that the module has not"
                }

                test $"{modul}: names of C#'s exist" {
                    Expect.equal (named _.CSharp |> List.filter (not << Names.csharpHas)) [] "names that no type has"
                }

                test $"{modul}: where there is no counterpart the notes say why" {
                    let silent =
                        rows
                        |> List.filter (fun row -> row.FSharp.IsEmpty && row.Notes = "")
                        |> List.collect _.OCaml

                    Expect.equal silent [] "names without a reason"
                }

            test "a name that does not exist is found" {
                for written in
                    [
                        "Promise.Nothing"
                        "Nothing"
                        "new Promise"
                        "Promise.Return(nothing)"
                        "PromiseMutex.IsLocked()"
                    ] do
                    Expect.isFalse (Names.csharpHas written) written

                for written in [ "Promise.Return(value)"; "PromiseMutex.IsLocked"; "new PromiseMutex()" ] do
                    Expect.isTrue (Names.csharpHas written) written

                Expect.containsAll
                    (Names.fsharp "Lwt")
                    [
                        "bind"
                        "t"
                        "Canceled"
                        "Infix.>>="
                        "Exception_filter.t"
                        "state"
                        "return"
                    ]
                    "values, types, patterns, operators"

                Expect.containsAll
                    (Names.fsharp "Lwt_stream")
                    [ "bounded_push"; "bounded_push#size"; "bounded_push#push" ]
                    "a class and its members"

                Expect.contains (Names.fsharp "Lwt_sequence") "Empty" "an exception"
                Expect.contains (Names.fsharp "Lwt_condition") "wait" "an overloaded function"
            }
        ]
