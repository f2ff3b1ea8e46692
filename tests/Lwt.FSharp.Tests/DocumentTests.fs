/// README and docs say what is there: their examples are files that are built, their links lead somewhere, and the
/// table of names is whole.
module Lwt.FSharp.Tests.DocumentTests

open System
open System.IO
open System.Reflection
open System.Text.RegularExpressions
open Expecto
open Lwt.FSharp

/// The folder that holds the solution.
let private root =
    let rec up (folder: DirectoryInfo | null) =
        match folder with
        | null -> failwith $"No folder above {AppContext.BaseDirectory} holds Lwt.Net.sln."
        | folder when File.Exists(Path.Combine(folder.FullName, "Lwt.Net.sln")) -> folder.FullName
        | folder -> up folder.Parent

    up (DirectoryInfo AppContext.BaseDirectory)

let private read (path: string) =
    File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings "\n"

let private documents =
    "README.md"
    :: [
        for file in Directory.GetFiles(Path.Combine(root, "docs"), "*.md") -> Path.GetRelativePath(root, file)
    ]

/// The examples of a document: the file that a comment names, whether they are but a part of it, and the code.
let private examples document =
    [
        for m in Regex.Matches(read document, @"<!-- (from )?(\S+) -->\n```\w+\n(.*?)```", RegexOptions.Singleline) ->
            m.Groups[2].Value, m.Groups[1].Success, m.Groups[3].Value
    ]

let private links document =
    [
        for m in Regex.Matches(read document, @"\]\((?!https?:|#)([^)#]+)") -> m.Groups[1].Value
    ]
    |> List.distinct

/// The names of module Lwt, and of the modules in it, that F# code can use.
let private names =
    let rec named (modul: Type) =
        [
            let flags =
                BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly

            for m in modul.GetMethods flags do
                if not m.IsSpecialName && not (m.Name.Contains '|') then
                    m.Name

            for p in modul.GetProperties flags do
                p.Name

            for nested in modul.GetNestedTypes() do
                if nested.IsAbstract && nested.IsSealed then
                    nested.Name
                    yield! named nested
        ]

    let modul = typeof<LwtBuilder>.Assembly.GetType "Lwt.FSharp.Lwt" |> nonNull

    named modul
    |> List.filter (fun name -> not (name.StartsWith "op_"))
    |> List.distinct

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

                for link in links document do
                    test $"{document}: {link} is there" {
                        let path = Path.Combine(root, nonNull (Path.GetDirectoryName document), link)
                        Expect.isTrue (Path.Exists path) "what the link leads to"
                    }

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

            test "from-ocaml.md: every name of module Lwt" {
                let text = read "docs/from-ocaml.md"

                let missing =
                    names
                    |> List.filter (fun name -> not (Regex.IsMatch(text, $@"\b{Regex.Escape name}(?!\w)")))

                Expect.isEmpty missing "names that the document does not mention"
                Expect.isGreaterThan names.Length 80 "names found"
            }
        ]
