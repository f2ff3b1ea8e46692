/// README and docs say what is there: their examples are files that are built, their links lead somewhere, and the files
/// that they name exist.
module Lwt.FSharp.Tests.DocumentTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Lwt.FSharp.Tests.Documents

let private files = filesUnder ""

/// The examples of a document: the file that a comment names, whether they are but a part of it, and the code.
let private examples document =
    [
        for m in Regex.Matches(read document, @"<!-- (from )?(\S+) -->\n```\w+\n(.*?)```", RegexOptions.Singleline) ->
            m.Groups[2].Value, m.Groups[1].Success, m.Groups[3].Value
    ]

/// The links of a document that lead to a file, to a heading, or to both: the path, empty for the document itself, and the
/// heading's anchor.
let private links document =
    [
        for m in Regex.Matches(prose document, @"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)") ->
            m.Groups[1].Value, m.Groups[2].Value
    ]
    |> List.distinct

/// The anchors of a document's headings, as GitHub makes them.
let private anchors document =
    let headings =
        [
            for m in Regex.Matches(prose document, @"^#+ +(.*)$", RegexOptions.Multiline) ->
                let text = m.Groups[1].Value.Trim().ToLowerInvariant()
                Regex.Replace(text, @"[^\w\- ]", "").Replace(' ', '-')
        ]

    headings
    |> List.mapi (fun i anchor ->
        match headings |> List.take i |> List.filter ((=) anchor) |> List.length with
        | 0 -> anchor
        | before -> $"{anchor}-{before}")

/// The files and folders that a document names in backticks: what ends as a file of ours does, and what ends in a slash.
let private paths document =
    codeSpans (prose document)
    |> List.filter (fun span ->
        Regex.IsMatch(span, @"^[\w./-]+(\.(cs|fs|fsx|csproj|fsproj|md|txt|sh|ml|props|targets|sln|gz)|/)$")
        && not (span.StartsWith "-"))
    |> List.distinct

/// Where a path of a document may begin; what stands without a folder may be anywhere.
let private isThere document (path: string) =
    let folder = nonNull (Path.GetDirectoryName(Path.Combine(root, document)))

    [ folder; root; Path.Combine(root, "src"); Path.Combine(root, "tests") ]
    |> List.exists (fun folder -> Path.Exists(Path.Combine(folder, path)))
    || files
       |> List.exists (fun file -> file.EndsWith($"/{path.TrimEnd '/'}") || file.Contains $"/{path.TrimEnd '/'}/")

[<Tests>]
let tests =
    testList
        "documents"
        [
            test "README: has an example in F# and one in C#" {
                Expect.equal (List.length (examples "README.md")) 2 "examples that name their file"
            }

            for document in documents do
                for file, isPart, code in examples document do
                    test $"{document}: the example is that of {file}" {
                        if isPart then
                            Expect.stringContains (read file) code "a part of the file"
                        else
                            Expect.equal code (read file) "the whole file"
                    }

                for path, anchor in links document do
                    test $"{document}: {path}#{anchor} is there" {
                        let folder = nonNull (Path.GetDirectoryName document)
                        let target = if path = "" then document else Path.Combine(folder, path)
                        Expect.isTrue (Path.Exists(Path.Combine(root, target))) "what the link leads to"

                        if anchor <> "" then
                            Expect.contains (anchors target) anchor "the headings there"
                    }

                for path in paths document do
                    test $"{document}: {path} exists" { Expect.isTrue (isThere document path) "the file or folder" }

            for file in Directory.GetFiles(Path.Combine(root, "src", "Lwt.FSharp", "Modules"), "Lwt_*.fs") do
                test $"{Path.GetFileName file}: signatures say Lwt.t, as editors and F# Interactive then do" {
                    // A type abbreviation is shown as it was written; Promise<Result<…>> is what Lwt_result.t stands for.
                    let signatures =
                        Regex.Matches(
                            File.ReadAllText file,
                            @"^    (?:let|type|static member|member) .*Promise<.*$",
                            RegexOptions.Multiline
                        )

                    let says =
                        [
                            for m in signatures do
                                if not (m.Value.Contains "type t<'a, 'e> =") then
                                    m.Value.Trim()
                        ]

                    Expect.isEmpty says "signatures with Promise<…>"
                }

            let changes =
                tableRows [ "change"; "files"; "what to do there" ] (read "docs/internals.md")

            test "internals.md: the map has at least ten changes" {
                Expect.isGreaterThanOrEqual changes.Length 10 "rows"
            }

            for row in changes do
                test $"internals.md: {row[0]}: at most four files of src" {
                    let files = codeSpans row[1]
                    Expect.isNonEmpty files "files"
                    Expect.isLessThanOrEqual files.Length 4 "files"

                    for file in files do
                        Expect.isTrue (File.Exists(Path.Combine(root, "src", file))) file
                }
        ]
