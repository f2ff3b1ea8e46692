/// The code that the compiler generates for a block: a state machine, on the static path, that itself allocates
/// nothing.
module Lwt.FSharp.Tests.Block.CodeTests

open System
open System.Reflection
open System.Reflection.Emit
open System.Runtime.CompilerServices
open Expecto
open Lwt.FSharp
open Lwt.FSharp.Tests.Block.Cases

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

let overArray (items: int array) (p: int Lwt.t) =
    lwt {
        for i in items do
            let! x = p
            GC.KeepAlive p
            ignore (x + i)

        return 1
    }

let overList (items: int list) (p: int Lwt.t) =
    lwt {
        for i in items do
            let! x = p
            GC.KeepAlive p
            ignore (x + i)

        return 1
    }

let overLwtSeq (items: int Lwt_seq.t) (p: int Lwt.t) =
    lwt {
        for i in items do
            let! x = p
            GC.KeepAlive p
            ignore (x + i)

        return 1
    }

let overStream (items: int Lwt_stream.t) (p: int Lwt.t) =
    lwt {
        for i in items do
            let! x = p
            GC.KeepAlive p
            ignore (x + i)

        return 1
    }

let whileMutable (p: int Lwt.t) =
    lwt {
        let mutable n = 0

        while n < 2 do
            let! x = p
            n <- n + x

        return n
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

/// What the code of a method allocates: the types of its objects, and its arrays and boxes.
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
                    // Boxing a value of a class does nothing.
                    let boxed =
                        method.Module.ResolveType(BitConverter.ToInt32(il, operand), typeArguments, null)

                    if boxed.IsValueType then
                        $"boxed {boxed.Name}"
                elif code = OpCodes.Newarr then
                    "array"

                yield! scan (operand + operandSize code il operand)
        ]

    scan 0

/// The allocations of a block: in the function that starts it, and in its state machine.
let private ofBlock name (block: int Lwt.t -> int Lwt.t) =
    let machine = (block (fst (Lwt.wait ()))).GetType().GetGenericArguments()[0]

    let starts =
        Assembly.GetExecutingAssembly().GetType("Lwt.FSharp.Tests.Block.CodeTests")
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
            for (name, block, expected) in
                [
                    nameof straightLine, straightLine, []
                    nameof branches, branches, []
                    nameof handlers, handlers, []
                    nameof whileLoop, whileLoop, []
                    nameof overArray, overArray [| 1; 2 |], []
                    nameof overList, overList [ 1; 2 ], []
                    nameof overLwtSeq, overLwtSeq (Lwt_seq.of_list [ 1; 2 ]), []
                    nameof overStream, overStream (Lwt_stream.of_list [ 1; 2 ]), []
                    // F# makes a ref cell of every mutable variable that a lambda uses, in any kind of block, before it
                    // inlines.
                    nameof whileMutable, whileMutable, [ "FSharpRef`1" ]
                ] do
                test $"{name} > allocates closures on the dynamic path only" {
                    match expectedPath with
                    | "static" -> Expect.equal (ofBlock name block) expected "allocations"
                    | _ -> Expect.isNonEmpty (ofBlock name block) "closures"
                }
        ]
