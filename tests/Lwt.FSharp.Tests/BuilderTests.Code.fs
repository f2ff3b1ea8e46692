/// What the compiler makes of a block: on the static path a state machine that allocates nothing of its own.
module Lwt.FSharp.Tests.BuilderCode

open System
open System.Reflection
open System.Reflection.Emit
open System.Runtime.CompilerServices
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.BuilderCases

let straightLine (p: int Lwt.t) =
    lwt {
        let! x = p
        let! y = Lwt.return' 2
        do! Lwt.return_unit
        return x + y
    }

let branches (p: int Lwt.t) =
    lwt {
        let! x = p

        if x > 1 then
            let! y = p
            return x + y
        else
            return! p
    }

let handlers (p: int Lwt.t) =
    lwt {
        try
            try
                return! p
            finally
                GC.KeepAlive p
        with :? TimeoutException ->
            return 0
    }

let whileLoop (p: int Lwt.t) =
    lwt {
        while p.IsPending do
            let! x = p
            GC.KeepAlive p
            ignore x

        return 1
    }

let private codes =
    dict
        [
            for field in typeof<OpCodes>.GetFields(BindingFlags.Public ||| BindingFlags.Static) do
                match field.GetValue null with
                | :? OpCode as code -> code.Value, code
                | _ -> ()
        ]

let private operandSize (code: OpCode) (il: byte array) at =
    match code.OperandType with
    | OperandType.InlineNone -> 0
    | OperandType.ShortInlineBrTarget
    | OperandType.ShortInlineI
    | OperandType.ShortInlineVar -> 1
    | OperandType.InlineVar -> 2
    | OperandType.InlineI8
    | OperandType.InlineR -> 8
    | OperandType.InlineSwitch -> 4 + 4 * BitConverter.ToInt32(il, at)
    | _ -> 4

/// What a method's own code allocates: the types it makes, and its arrays and boxes.
let private allocations (method: MethodBase) : string list =
    let il = (nonNull (method.GetMethodBody())).GetILAsByteArray() |> nonNull

    let typeArguments =
        match method.DeclaringType with
        | null -> [||]
        | t -> t.GetGenericArguments()

    let rec scan at =
        [
            if at < il.Length then
                let wide = il[at] = 0xFEuy

                let code =
                    codes[if wide then
                              int16 (0xFE00 ||| int il[at + 1])
                          else
                              int16 il[at]]

                let operand = if wide then at + 2 else at + 1

                if code = OpCodes.Newobj then
                    let made =
                        method.Module.ResolveMethod(BitConverter.ToInt32(il, operand), typeArguments, null)
                        |> nonNull

                    match made.DeclaringType with
                    | null -> ()
                    | t ->
                        if not t.IsValueType then
                            t.Name
                elif code = OpCodes.Box then
                    // Of a class it does nothing.
                    let boxed =
                        method.Module.ResolveType(BitConverter.ToInt32(il, operand), typeArguments, null)

                    if boxed.IsValueType then
                        $"boxed {boxed.Name}"
                elif code = OpCodes.Newarr then
                    "array"

                yield! scan (operand + operandSize code il operand)
        ]

    scan 0

/// The allocations of a block: of the function that starts it, and of its machine as it runs.
let private ofBlock name (block: int Lwt.t -> int Lwt.t) =
    let machine = (block (fst (Lwt.wait ()))).GetType().GetGenericArguments()[0]

    let starts =
        Assembly.GetExecutingAssembly().GetType("Lwt.FSharp.Tests.BuilderCode")
        |> nonNull

    let start = starts.GetMethod(name: string) |> nonNull

    [
        start :> MethodBase
        yield!
            machine.GetInterfaceMap(typeof<IAsyncStateMachine>).TargetMethods
            |> Seq.filter (fun it -> it.Name.EndsWith("MoveNext", StringComparison.Ordinal))
            |> Seq.cast<MethodBase>
    ]
    |> List.collect allocations

[<Tests>]
let tests =
    testList
        "lwt block, code"
        [
            for (name, block) in
                [
                    nameof straightLine, straightLine
                    nameof branches, branches
                    nameof handlers, handlers
                    nameof whileLoop, whileLoop
                ] do
                test $"{name} > allocates on the dynamic path only" {
                    match expectedPath with
                    | "static" -> Expect.equal (ofBlock name block) [] "allocations"
                    | _ -> Expect.isNonEmpty (ofBlock name block) "closures"
                }
        ]
