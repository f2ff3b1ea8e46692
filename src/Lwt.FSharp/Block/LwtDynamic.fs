namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Threading
open Microsoft.FSharp.Core.CompilerServices
open Lwt.Core
open Lwt.Core.CompilerServices

// Resumable code is called by hand here, which the compiler warns of elsewhere.
#nowarn "3513"

// How a block runs. Each piece of code returns true when it has run to its end and false otherwise: then it either
// suspended, or forwarded the block to another promise, or met a rejection, which stands in the machine's Rejection.
// So a rejection travels to the nearest handler as a return value: nothing is thrown.

/// <summary>The variables that every block has; for the compiler.</summary>
[<Struct; NoComparison; NoEquality; EditorBrowsable(EditorBrowsableState.Never)>]
type LwtStateMachineData<'T> =
    /// <summary>What the block returned.</summary>
    [<DefaultValue(false)>]
    val mutable Result: 'T

    /// <summary>Holds the promise of the block.</summary>
    [<DefaultValue(false)>]
    val mutable Builder: PromiseMethodBuilder<'T>

    /// <summary>The rejection on its way to a handler, or null.</summary>
    [<DefaultValue(false)>]
    val mutable Rejection: exn

    /// <summary>How many try, use and loop constructs are entered: inside one, a last return! is not the block's end.</summary>
    [<DefaultValue(false)>]
    val mutable Guards: int

/// <summary>A block's state machine, where the compiler makes none of its own.</summary>
type LwtStateMachine<'T> = ResumableStateMachine<LwtStateMachineData<'T>>

/// <summary>A piece of a block whose promise is of <c>'TOverall</c>.</summary>
type LwtCode<'TOverall, 'T> = ResumableCode<LwtStateMachineData<'TOverall>, 'T>

type internal Resumption<'T> = ResumptionFunc<LwtStateMachineData<'T>>

/// <summary>What the pieces do where the compiler makes no state machine; for the compiler.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module LwtDynamic =

    let private resumeAs (sm: byref<LwtStateMachine<'o>>) (wrap: Resumption<'o> -> Resumption<'o>) =
        sm.ResumptionDynamicInfo.ResumptionFunc <- wrap sm.ResumptionDynamicInfo.ResumptionFunc

    // The ResumptionData of a block that has suspended only to be moved into its box.
    let private goesOn = obj ()

    let private wentOn (source: Promise<'a>) (sm: byref<LwtStateMachine<'o>>) (next: 'a -> LwtCode<'o, 'b>) =
        match source.Exception with
        | null -> (next (Primitives.Value<'a> source)).Invoke(&sm)
        | reason ->
            sm.Data.Rejection <- reason
            false

    /// <summary>Bind.</summary>
    let bind (sm: byref<LwtStateMachine<'o>>) (source: Promise<'a>) (next: 'a -> LwtCode<'o, 'b>) : bool =
        let source = Primitives.Underlying source

        if source.IsPending then
            sm.ResumptionDynamicInfo.ResumptionFunc <-
                Resumption<'o>(fun sm -> wentOn (sm.Data.Builder.Awaited<'a>()) &sm next)

            sm.Data.Builder.Await(source, &sm)
            false
        else
            wentOn source &sm next

    /// <summary>
    /// The block's token. Without its box a block has to suspend for it, and goes on once all its pieces have returned.
    /// </summary>
    let cancellationToken (sm: byref<LwtStateMachine<'o>>) (next: CancellationToken -> LwtCode<'o, 'b>) : bool =
        if sm.Data.Builder.HasSuspended then
            (next (sm.Data.Builder.GetCancellationToken())).Invoke(&sm)
        else
            sm.ResumptionDynamicInfo.ResumptionData <- goesOn

            sm.ResumptionDynamicInfo.ResumptionFunc <-
                Resumption<'o>(fun sm -> (next (sm.Data.Builder.GetCancellationToken())).Invoke(&sm))

            false

    /// <summary>While, whose guard it takes off at its end.</summary>
    let rec loop (sm: byref<LwtStateMachine<'o>>) (condition: unit -> bool) (body: LwtCode<'o, unit>) : bool =
        let mutable go = true

        while go && condition () do
            go <- body.Invoke(&sm)

        if go then
            sm.Data.Guards <- sm.Data.Guards - 1
        elif isNull (sm.Data.Rejection: exn | null) then
            resumeAs &sm (fun rest -> Resumption<'o>(fun sm -> loopOn &sm rest condition body))

        go

    and private loopOn (sm: byref<LwtStateMachine<'o>>) (rest: Resumption<'o>) condition body : bool =
        if rest.Invoke(&sm) then
            loop &sm condition body
        else
            resumeAs &sm (fun rest -> Resumption<'o>(fun sm -> loopOn &sm rest condition body))
            false

    /// <summary>For over an array.</summary>
    let forArray (sm: byref<LwtStateMachine<'o>>) (source: 'a array) (body: 'a -> LwtCode<'o, unit>) : bool =
        let mutable index = 0
        sm.Data.Guards <- sm.Data.Guards + 1

        loop
            &sm
            (fun () -> index < source.Length)
            (LwtCode<'o, unit>(fun sm ->
                let item = source[index]
                index <- index + 1
                (body item).Invoke(&sm)))

    /// <summary>For over a list.</summary>
    let forList (sm: byref<LwtStateMachine<'o>>) (source: 'a list) (body: 'a -> LwtCode<'o, unit>) : bool =
        let mutable rest = source
        sm.Data.Guards <- sm.Data.Guards + 1

        loop
            &sm
            (fun () -> not rest.IsEmpty)
            (LwtCode<'o, unit>(fun sm ->
                let item = rest.Head
                rest <- rest.Tail
                (body item).Invoke(&sm)))

    /// <summary>For over what is asked for one step at a time.</summary>
    let forSteps
        (sm: byref<LwtStateMachine<'o>>)
        (start: 'cursor)
        (ask: 'cursor -> Promise<'step>)
        (isEnd: 'step -> bool)
        (next: 'cursor -> 'step -> 'cursor)
        (body: 'step -> LwtCode<'o, unit>)
        : bool =
        let mutable cursor = start
        let mutable more = true
        sm.Data.Guards <- sm.Data.Guards + 1

        loop
            &sm
            (fun () -> more)
            (LwtCode<'o, unit>(fun sm ->
                bind &sm (ask cursor) (fun step ->
                    LwtCode<'o, unit>(fun sm ->
                        if isEnd step then
                            more <- false
                            true
                        else
                            cursor <- next cursor step
                            (body step).Invoke(&sm)))))

    /// <summary>
    /// Runs a body up to its end, by whatever way, and then gives what ended it to <paramref name="after"/>: an exception
    /// or null.
    /// </summary>
    let rec guarded
        (sm: byref<LwtStateMachine<'o>>)
        (level: int)
        (body: LwtCode<'o, 'a>)
        (after: exn | null -> LwtCode<'o, 'a>)
        : bool =
        let mutable fin = false
        let mutable caught: exn | null = null

        try
            fin <- body.Invoke(&sm)
        with e ->
            Primitives.CheckCatchable e
            caught <- e

        if isNull caught && not fin then
            caught <- sm.Data.Rejection

        if fin || not (isNull caught) then
            sm.Data.Rejection <- Unchecked.defaultof<exn>
            sm.Data.Guards <- level
            (after caught).Invoke(&sm)
        else
            resumeAs &sm (fun rest ->
                Resumption<'o>(fun sm -> guarded &sm level (LwtCode<'o, 'a>(fun sm -> rest.Invoke(&sm))) after))

            false

    /// <summary>Runs a block.</summary>
    let run (code: LwtCode<'T, 'T>) : Promise<'T> =
        let mutable sm = LwtStateMachine<'T>()

        sm.ResumptionDynamicInfo <-
            { new ResumptionDynamicInfo<LwtStateMachineData<'T>>(Resumption<'T>(fun sm -> code.Invoke(&sm))) with
                member info.MoveNext sm =
                    let mutable caught: exn | null = null

                    try
                        if info.ResumptionFunc.Invoke(&sm) then
                            sm.Data.Builder.SetResult sm.Data.Result
                        elif not (isNull (sm.Data.Rejection: exn | null)) then
                            sm.Data.Builder.SetRejected sm.Data.Rejection
                        elif Object.ReferenceEquals(info.ResumptionData, goesOn) then
                            info.ResumptionData <- Unchecked.defaultof<obj>
                            sm.Data.Builder.GoOn(&sm)
                    with e ->
                        caught <- e

                    match caught with
                    | null -> ()
                    | e -> sm.Data.Builder.SetException e

                member _.SetStateMachine(_, _) = ()
            }

        sm.Data.Builder.Start(&sm)
        sm.Data.Builder.Task
