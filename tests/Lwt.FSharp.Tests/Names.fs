/// The names that docs/names.md speaks of, as they are: in OCaml's Lwt, in F#'s modules, in C#'s types.
module Lwt.FSharp.Tests.Names

open System
open System.Reflection
open System.Text.RegularExpressions
open Lwt.FSharp

/// A name of OCaml's Lwt, and the versions that have it.
type OCamlName =
    {
        Module: string
        Kind: string
        Name: string
        Versions: string list
    }

/// The names of OCaml's Lwt. tests/data/lwt-names.txt has them: see eng/record-lwt-names.sh.
let all =
    [
        for line in (Documents.read "tests/data/lwt-names.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries) do
            if not (line.StartsWith '#') then
                match line.Split ' ' with
                | [| modul; kind; name; versions |] ->
                    {
                        Module = modul
                        Kind = kind
                        Name = name
                        Versions = List.ofArray (versions.Split ',')
                    }
                | _ -> failwith $"lwt-names.txt has a line of another form: {line}"
    ]

/// The names of each module of OCaml's Lwt.
let ocaml: Map<string, string list> =
    all
    |> List.groupBy _.Module
    |> List.map (fun (modul, names) -> modul, names |> List.map _.Name |> List.distinct)
    |> Map

let private flags =
    BindingFlags.Public
    ||| BindingFlags.Static
    ||| BindingFlags.Instance
    ||| BindingFlags.DeclaredOnly

let private withoutArity (name: string) = (name.Split '`')[0]

/// What F# made a type of: a module, an exception, a union and so on.
let private kind (t: Type) =
    match t.GetCustomAttributes(typeof<CompilationMappingAttribute>, false) with
    | [| :? CompilationMappingAttribute as mapping |] ->
        Some(mapping.SourceConstructFlags &&& SourceConstructFlags.KindMask)
    | _ -> None

/// The name of an operator or a pattern as the source has it.
let private sourceName (name: string) =
    let signs =
        [
            "Greater", ">"
            "Less", "<"
            "Equals", "="
            "Bar", "|"
            "Amp", "&"
            "Qmark", "?"
        ]

    if name.StartsWith "op_" then
        signs
        |> List.fold (fun (name: string) (word, sign) -> name.Replace(word, sign)) (name.Substring 3)
    elif name.StartsWith '|' then
        name.Split('|', StringSplitOptions.RemoveEmptyEntries)[0]
    else
        name

/// The type abbreviations in the source of a module: .NET knows nothing of them.
let private abbreviations modul =
    let lines =
        Documents.filesUnder "src/Lwt.FSharp"
        |> List.filter (fun file -> file.EndsWith $"/{modul}.fs")
        |> List.collect (fun file -> List.ofArray ((Documents.read file).Split '\n'))

    let folder (prefix, names) line =
        let inner = Regex.Match(line, @"^    module (\w+) =")

        let abbreviation =
            Regex.Match(
                line,
                @"^(    |        )(?:type|and) (?!private|internal)(?:'\w+ )?(\w+)(?:<[^>]*>)?[^=]* = *\S"
            )

        if inner.Success then
            $"{inner.Groups[1].Value}.", names
        elif abbreviation.Success then
            let prefix = if abbreviation.Groups[1].Length > 4 then prefix else ""
            prefix, (prefix + abbreviation.Groups[2].Value) :: names
        else
            prefix, names

    List.fold folder ("", []) lines |> snd

let private assembly = typeof<LwtBuilder>.Assembly

/// The members that a type declares itself: functions and values of a module, methods and properties of a class.
let private declared (t: Type) =
    [
        for m in t.GetMethods flags do
            if not m.IsSpecialName || m.Name.StartsWith "op_" then
                sourceName m.Name

        for p in t.GetProperties flags do
            p.Name
    ]

/// The public names of an F# module: values, patterns, types, members of inner modules and of the classes that it has.
let fsharp modul =
    let rec names prefix (holder: Type) =
        List.map ((+) prefix) (declared holder)
        @ List.collect (nested prefix) (List.ofArray (holder.GetNestedTypes()))

    and nested prefix t =
        let name = prefix + withoutArity t.Name

        match kind t with
        | Some SourceConstructFlags.Module -> names $"{name}." t
        | Some SourceConstructFlags.Exception -> [ Regex.Replace(name, "Exception$", "") ]
        | Some SourceConstructFlags.ObjectType -> name :: [ for inner in declared t -> $"{name}#{inner}" ]
        | _ -> [ name ]

    // A module with overloaded functions has a class of the same name beside it.
    let holders =
        [ modul; modul + "Module" ]
        |> List.choose (fun name -> Option.ofObj (assembly.GetType $"Lwt.FSharp.{name}"))

    abbreviations modul @ List.collect (names "") holders
    |> List.distinct
    |> List.sort

/// The modules of Lwt.FSharp that have the name of one of OCaml's, or are like one: those in Modules and Mirage.
let modules =
    Documents.filesUnder "src/Lwt.FSharp/Modules"
    @ Documents.filesUnder "src/Lwt.FSharp/Mirage"
    |> List.map (fun file -> nonNull (IO.Path.GetFileNameWithoutExtension file))
    |> List.except [ "Exceptions"; "OCaml"; "Sys"; "Unix"; "Ssl" ]

let private csharpTypes =
    [
        for assembly in [ typeof<Lwt.Core.Promise>.Assembly; typeof<Lwt.CSharp.StreamLinq>.Assembly ] do
            for t in assembly.GetExportedTypes() do
                if t.Namespace = "Lwt.Core" || t.Namespace = "Lwt.CSharp" then
                    t
    ]
    |> List.groupBy (fun t -> withoutArity t.Name)
    |> Map

/// Whether a C# name is there, as docs/names.md writes it: Type, Type.Member, Type.Member(parameters), new Type.
let csharpHas (written: string) =
    let isConstructor = written.StartsWith "new "
    let name = (Regex.Replace(written, @"^new |\(.*$", "")).Trim()

    let parameters =
        match Regex.Match(written, @"\((.*)\)$") with
        | m when m.Success ->
            Some(
                List.ofArray (
                    m.Groups[1]
                        .Value.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
                )
            )
        | _ -> None

    let takes (m: MethodBase) =
        let names = [ for p in m.GetParameters() -> p.Name ]
        parameters |> Option.forall ((=) names)

    let types name =
        csharpTypes |> Map.tryFind name |> Option.defaultValue []

    match name.Split '.' with
    | [| typeName |] when isConstructor ->
        types typeName
        |> List.exists (fun t -> t.GetConstructors() |> Array.exists takes)
    | [| typeName |] -> not (types typeName).IsEmpty
    | [| typeName; memberName |] ->
        types typeName
        |> List.exists (fun t ->
            t.GetMember(memberName, flags)
            |> Array.exists (function
                | :? MethodBase as m -> takes m
                | _ -> parameters.IsNone))
    | _ -> false
