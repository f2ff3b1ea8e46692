/// A null promise, function, stream or other object of the library, given to any function of the modules, is refused with
/// an error that names the parameter and the function.
module Lwt.FSharp.Tests.NullTests

open System
open System.Reflection
open System.Runtime.CompilerServices
open Expecto
open Microsoft.FSharp.Reflection
open Lwt.FSharp
open Lwt.Core

let private assembly = typeof<LwtBuilder>.Assembly

/// Not checked: the compiler inlines these functions, and a check in each call would cost time.
let private unchecked =
    set
        [
            "Lwt.bind", "f"
            "Lwt.map", "f"
            "Lwt.>>=", "f"
            "Lwt.>|=", "f"
            "Lwt.Infix.>>=", "f"
            "Lwt.Infix.>|=", "f"
        ]

let private isLibraryModule (t: Type) =
    t.Namespace = "Lwt.FSharp"
    && t.IsPublic
    && t.IsAbstract
    && t.IsSealed
    && (t.Name = "Lwt" || t.Name.Contains "Lwt_" || t.Name = "Mirage_sleep")

let private named (m: MemberInfo) =
    match box (m.GetCustomAttribute<CompilationSourceNameAttribute>()) with
    | :? CompilationSourceNameAttribute as name -> name.SourceName
    | _ -> m.Name

let private operators =
    dict
        [
            "op_GreaterGreaterEquals", ">>="
            "op_GreaterBarEquals", ">|="
            "op_LessAmpGreater", "<&>"
            "op_LessQmarkGreater", "<?>"
            "op_EqualsLessLess", "=<<"
            "op_EqualsBarLess", "=|<"
        ]

let private functions =
    let rec within (path: string) (modul: Type) =
        [
            let flags =
                BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly

            for m in modul.GetMethods flags do
                if not (m.Name.Contains '|') && not (m.Name.StartsWith "get_") then
                    let found, operator = operators.TryGetValue m.Name
                    $"{path}.{if found then operator else named m}", m

            for nested in modul.GetNestedTypes() do
                if nested.IsAbstract && nested.IsSealed then
                    yield! within $"{path}.{named nested}" nested
        ]

    [
        for t in assembly.GetTypes() do
            if isLibraryModule t then
                let name = named t

                let name =
                    if name.EndsWith "Module" then
                        name.Substring(0, name.Length - 6)
                    else
                        name

                yield! within name t
    ]

/// All type parameters are int, but for those that must be channels or other objects.
let private closed (m: MethodInfo) =
    if m.IsGenericMethodDefinition then
        m.MakeGenericMethod
            [|
                for parameter in m.GetGenericArguments() ->
                    if Array.contains typeof<Channel> (parameter.GetGenericParameterConstraints()) then
                        typeof<InputChannel>
                    elif
                        parameter.GenericParameterAttributes.HasFlag GenericParameterAttributes.ReferenceTypeConstraint
                    then
                        typeof<EventLoop>
                    else
                        typeof<int>
            |]
    else
        m

let private isFunction (t: Type) = FSharpType.IsFunction t

let private mayBeNull (t: Type) =
    // F# unions are never null.
    not t.IsValueType
    && not (FSharpType.IsUnion t)
    && (isFunction t || t.Assembly = assembly || t.Assembly = typeof<Promise>.Assembly)

let rec private good (t: Type) : obj | null =
    if isFunction t then
        FSharpValue.MakeFunction(t, (fun _ -> good (snd (FSharpType.GetFunctionElements t))))
    elif FSharpType.IsTuple t then
        FSharpValue.MakeTuple(Array.map good (FSharpType.GetTupleElements t), t)
    elif t.IsArray then
        Array.CreateInstance(nonNull (t.GetElementType()), 0)
    elif t = typeof<string> then
        "x"
    elif t = typeof<IO.TextWriter> then
        IO.TextWriter.Null
    elif t.IsGenericType && t.GetGenericTypeDefinition() = typedefof<_ list> then
        (nonNull (t.GetProperty "Empty")).GetValue null
    elif t.IsGenericType && t.GetGenericTypeDefinition() = typedefof<Promise<_>> then
        let returns =
            typeof<Promise>.GetMethods()
            |> Array.find (fun m -> m.Name = "Return" && m.IsGenericMethodDefinition)

        returns.MakeGenericMethod(t.GetGenericArguments()).Invoke(null, [| good (t.GetGenericArguments()[0]) |])
    elif
        t = typeof<unit>
        || t.IsInterface
        || (t.IsGenericType && t.GetGenericTypeDefinition() = typedefof<_ option>)
    then
        null
    elif typeof<exn>.IsAssignableFrom t then
        Failure "x"
    elif FSharpType.IsUnion t then
        let case = (FSharpType.GetUnionCases t)[0]
        FSharpValue.MakeUnion(case, [| for field in case.GetFields() -> good field.PropertyType |])
    else
        // Any object that is not null: the null argument is refused before this one is used.
        let made =
            if t.IsAbstract then
                t.Assembly.GetTypes()
                |> Array.find (fun kind -> t.IsAssignableFrom kind && not kind.IsAbstract)
            else
                t

        RuntimeHelpers.GetUninitializedObject made

/// Calls a function with null for one parameter and describes what happened, unless it is what should happen.
let private fault (name: string) (m: MethodInfo) (parameter: ParameterInfo) =
    let arguments =
        [|
            for p in m.GetParameters() ->
                if p.Position = parameter.Position then
                    null
                else
                    good p.ParameterType
        |]

    let wanted = $"{name}, {parameter.Name}: "

    try
        m.Invoke(null, arguments) |> ignore
        Some(wanted + "nothing was raised")
    with :? TargetInvocationException as e ->
        match e.InnerException with
        | :? ArgumentNullException as e when
            // The error may come from the function that the operator stands for.
            e.ParamName = parameter.Name
            && e.Message.StartsWith(name.Split('.')[0], StringComparison.Ordinal)
            && e.Message.Contains $" was given null for {parameter.Name}."
            ->
            None
        // For functions that are inlined, Primitives.Settle raises the error.
        | :? ArgumentNullException as e when
            unchecked.Contains(name, "f") && e.ParamName = "promise" && parameter.Name = "p"
            ->
            None
        | e -> Some(wanted + string (Option.ofObj e |> Option.map _.Message))

[<Tests>]
let tests =
    testList
        "null arguments"
        [
            test "each parameter of each function: refused, by its name" {
                let calls =
                    [
                        for name, m in functions do
                            let m = closed m

                            for p in m.GetParameters() do
                                if
                                    mayBeNull p.ParameterType
                                    && not p.IsOptional
                                    && not (unchecked.Contains(name, nonNull p.Name))
                                then
                                    name, m, p
                    ]

                Expect.isGreaterThan calls.Length 200 "parameters that may be null"
                let faults = calls |> List.choose (fun (name, m, p) -> fault name m p)
                Expect.equal (String.concat "\n" faults) "" "calls that went wrong"
            }

            test "a null promise in a list" {
                let lists: (string * (unit Lwt.t list -> unit)) list =
                    [
                        "join", Lwt.join >> ignore
                        "all", Lwt.all >> ignore
                        "pick", Lwt.pick >> ignore
                        "choose", Lwt.choose >> ignore
                        "npick", Lwt.npick >> ignore
                        "nchoose", Lwt.nchoose >> ignore
                        "nchoose_split", Lwt.nchoose_split >> ignore
                    ]

                for name, f in lists do
                    for ps in [ [ Unchecked.defaultof<_> ]; [ Lwt.return_unit; Unchecked.defaultof<_> ] ] do
                        Expect.throwsT<ArgumentNullException> (fun () -> f ps) name
            }
        ]
