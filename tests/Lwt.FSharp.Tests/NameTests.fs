/// docs/names.md is whole and right: every name of OCaml's Lwt and of the F# modules has a row, and what a row names exists.
module Lwt.FSharp.Tests.NameTests

open System.Text.RegularExpressions
open Expecto
open Lwt.FSharp.Tests

/// Sections in which what stands for a name, or a construct, is code: Examples/AnswerExamples has it.
let private ofCode = [ "Lwt_direct"; "Lwt_runtime_events"; "Lwt_rte"; "lwt_ppx" ]

/// Modules that are not of OCaml's Lwt.
let private ours = [ "Lwt_scope"; "Mirage_sleep"; "Duration" ]

type private Row =
    {
        Title: string
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

let private row isCode cells =
    match cells with
    | [ ocaml; fsharp; csharp; notes ] ->
        let spans = Documents.codeSpans ocaml

        {
            Title = List.tryHead spans |> Option.defaultValue ""
            // Of code that is a call: what is called.
            OCaml =
                (if isCode then
                     [ for span in spans -> (span.Split ' ')[0] ]
                 else
                     names ocaml)
            FSharp =
                (if isCode then Documents.codeSpans fsharp
                 elif fsharp = "the same" then names ocaml
                 else names fsharp)
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
            | rows ->
                let modul = Regex.Match(section, @"^\w+").Value
                modul, List.map (row (List.contains modul ofCode)) rows
    ]

/// The examples of a file that stand in tables: the title of the row, and the lines of the code.
let private answers file =
    [
        for m in Regex.Matches(Documents.read file, @"// answers: (.*)\n((?:.*\n)*?) *// end") ->
            m.Groups[1].Value,
            [
                for line in m.Groups[2].Value.Split '\n' do
                    if line.Trim() <> "" then
                        line.Trim()
            ]
    ]

/// The public names of Lwt 6.1: those with a counterpart, and those for which the notes say why there is none.
let private of61 =
    let rows = Map tables

    let hasCounterpart (name: Names.OCamlName) =
        rows[name.Module]
        |> List.exists (fun row ->
            List.contains name.Name row.OCaml
            && not (row.FSharp.IsEmpty && row.CSharp.IsEmpty))

    Names.all
    |> List.filter (fun name -> List.contains "6.1" name.Versions)
    |> List.partition hasCounterpart

[<Tests>]
let tests =
    testList
        "names"
        [
            test "each module of OCaml's and of F#'s has its table" {
                let documented = List.map fst tables |> List.sort
                Expect.equal documented (List.distinct documented) "modules, each once"

                Expect.equal
                    (List.sort ("lwt_ppx" :: List.ofSeq Names.ocaml.Keys @ ours))
                    documented
                    "modules of OCaml's, and ours"

                Expect.equal (List.sort Names.modules) (List.except ofCode documented) "modules of F#'s"
            }

            test "Lwt 6.1: the head of the document counts its names" {
                let here, not' = of61
                let values = here @ not' |> List.filter (fun name -> name.Kind = "value")

                printfn
                    $"docs/names.md: of {here.Length + not'.Length} public names of Lwt 6.1, {values.Length} of them values, {here.Length} have a counterpart"

                let said =
                    let number = @"([\d,]+)"

                    Regex.Match(
                        Documents.read("docs/names.md").Replace('\n', ' '),
                        $@"Lwt 6\.1 has {number} public names, {number} of them values, [^:]*: {number} have a counterpart here, for {number} the notes"
                    )

                Expect.equal
                    [ for i in 1..4 -> int (said.Groups[i].Value.Replace(",", "")) ]
                    [ here.Length + not'.Length; values.Length; here.Length; not'.Length ]
                    "names, values, with a counterpart, without"

                Expect.isGreaterThanOrEqual here.Length 900 "with a counterpart"
            }

            for language, file, lines in
                [
                    "F#", "tests/Lwt.FSharp.Tests/Examples/AnswerExamples.fs", _.FSharp
                    "C#", "tests/Lwt.Core.Tests/Examples/AnswerExamples.cs", _.CSharp
                ] do
                test $"code of {language} in tables is that of {file}" {
                    let compiled = answers file

                    let written =
                        [
                            for modul, rows in tables do
                                if List.contains modul ofCode then
                                    for row in rows do
                                        if not (lines row).IsEmpty then
                                            row.Title, lines row
                        ]

                    // C# stands on one line.
                    let joined =
                        if language = "F#" then
                            compiled
                        else
                            [ for title, lines in compiled -> title, [ String.concat " " lines ] ]

                    Expect.isNonEmpty joined "examples"
                    Expect.equal (List.sort written) (List.sort joined) "rows, and examples"
                }

            for modul, rows in tables do
                let named column = List.collect column rows
                let fsharp = Names.fsharp modul

                match Map.tryFind modul Names.ocaml with
                | Some ocaml ->
                    test $"{modul}: names of OCaml's are OCaml's" {
                        Expect.equal (List.except ocaml (named _.OCaml)) [] "names that OCaml's module has not"
                    }

                    test $"{modul}: every name of OCaml's has a row" {
                        Expect.equal (List.except (named _.OCaml) ocaml) [] "names without a row"
                    }
                | None -> ()

                if not (List.contains modul ofCode) then
                    test $"{modul}: every name of F#'s has a row" {
                        Expect.isNonEmpty fsharp "names of the module"
                        Expect.equal (List.except (named _.FSharp) fsharp) [] "names without a row"
                    }

                    test $"{modul}: names of F#'s exist" {
                        Expect.equal (List.except fsharp (named _.FSharp)) [] "names that the module has not"
                    }

                    test $"{modul}: names of C#'s exist" {
                        Expect.equal
                            (named _.CSharp |> List.filter (not << Names.csharpHas))
                            []
                            "names that no type has"
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
