/// The documents of the repository, for the tests that check them.
module Lwt.FSharp.Tests.Documents

open System
open System.IO
open System.Text.RegularExpressions

/// The folder that holds the solution.
let root =
    let rec up (folder: DirectoryInfo | null) =
        match folder with
        | null -> failwith $"No folder above {AppContext.BaseDirectory} holds Lwt.Net.sln."
        | folder when File.Exists(Path.Combine(folder.FullName, "Lwt.Net.sln")) -> folder.FullName
        | folder -> up folder.Parent

    up (DirectoryInfo AppContext.BaseDirectory)

let read (path: string) =
    File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings "\n"

/// The files under a folder, by their path from the root; what a build makes is left out.
let filesUnder (folder: string) =
    let rec under folder =
        [
            for file in Directory.GetFiles folder do
                Path.GetRelativePath(root, file).Replace('\\', '/')

            for inner in Directory.GetDirectories folder do
                let name = nonNull (Path.GetFileName inner)

                if not (name.StartsWith '.' || List.contains name [ "bin"; "obj"; "artifacts" ]) then
                    yield! under inner
        ]

    under (Path.Combine(root, folder))

/// Every document of the repository.
let documents =
    filesUnder "" |> List.filter (fun file -> file.EndsWith ".md") |> List.sort

/// A document without its blocks of code.
let prose document =
    Regex.Replace(read document, @"^```.*?^```", "", RegexOptions.Singleline ||| RegexOptions.Multiline)

/// What stands in backticks in a text.
let codeSpans text =
    [
        for m in Regex.Matches(text, @"(`+)(.+?)(?<!`)\1(?!`)") -> m.Groups[2].Value.Trim()
    ]

/// The rows of the tables with these column titles, by their cells.
let tableRows (titles: string list) (text: string) =
    let cells (line: string) =
        [
            for cell in Regex.Split(line.Trim().TrimStart('|').TrimEnd '|', @"(?<!\\)\|") ->
                cell.Replace(@"\|", "|").Trim()
        ]

    [
        for table in Regex.Matches(text, @"^\|(.*)\n\|[-|: ]+\n((?:\|.*(?:\n|$))*)", RegexOptions.Multiline) do
            if cells table.Groups[1].Value = titles then
                for line in table.Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries) -> cells line
    ]
