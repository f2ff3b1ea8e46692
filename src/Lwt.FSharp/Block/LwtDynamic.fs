namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Threading
open Microsoft.FSharp.Core.CompilerServices
open Lwt.Core
open Lwt.Core.CompilerServices

// 3513: resumable code is invoked. This file defines the code of a builder, where that is right.
#nowarn "3513"

// How a block runs: invoking a piece of its code returns true if the piece ran to its end. It returns false in three
// cases:
// - The block suspended. It is resumed when the promise that it waits for is resolved.
// - The block ended in a `return!` of a pending promise, which now stands for the block.
// - A promise that the block waited for was rejected. The exception is in the machine's `Rejection`, where the nearest
//   handler finds it. Nothing is thrown on the way, because a throw is slow.

/// <summary>The variables that the state machine of every block has.</summary>
[<Struct; NoComparison; NoEquality; EditorBrowsable(EditorBrowsableState.Never)>]
type LwtStateMachineData<'T> =
    /// <summary>The value of the block, once it has run to its end.</summary>
    [<DefaultValue(false)>]
    val mutable Result: 'T

    /// <summary>Starts, suspends and ends the block, and holds its promise.</summary>
    [<DefaultValue(false)>]
    val mutable Builder: PromiseMethodBuilder<'T>

    /// <summary>The exception that is on its way to a handler, or null.</summary>
    [<DefaultValue(false)>]
    val mutable Rejection: exn

    /// <summary>
    /// How many <c>try</c>, <c>use</c> and loop constructs the running code is inside of. Above zero, a last
    /// <c>return!</c> is not the end of the block, for the construct has work left to do.
    /// </summary>
    [<DefaultValue(false)>]
    val mutable Guards: int

/// <summary>
/// The state machine that runs the closures of a block for which the compiler generates no state machine of its own.
/// </summary>
type LwtStateMachine<'T> = ResumableStateMachine<LwtStateMachineData<'T>>

/// <summary>
/// A piece of a block's code: the block's promise is for a <c>'TOverall</c>, and this piece produces a <c>'T</c>.
/// </summary>
type LwtCode<'TOverall, 'T> = ResumableCode<LwtStateMachineData<'TOverall>, 'T>

type internal Resumption<'T> = ResumptionFunc<LwtStateMachineData<'T>>

/// <summary>
/// What <c>LwtCode</c> does when the compiler generates no state machine: the pieces of a block are closures. A piece
/// that suspends stores the rest of the work in <c>ResumptionFunc</c>.
/// </summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module LwtDynamic =

    // Replaces the rest of the work by `wrap` of it: so each construct around a suspended piece adds its own part.
    let private resumeAs (sm: byref<LwtStateMachine<'o>>) (wrap: Resumption<'o> -> Resumption<'o>) =
        sm.ResumptionDynamicInfo.ResumptionFunc <- wrap sm.ResumptionDynamicInfo.ResumptionFunc

    // As ResumptionData, marks a block that suspended only to get its promise, and is to be resumed at once.
    let private goesOn = obj ()

    // Continues after the wait for a promise that is now resolved.
    let private wentOn (source: Promise<'a>) (sm: byref<LwtStateMachine<'o>>) (next: 'a -> LwtCode<'o, 'b>) =
        match source.Exception with
        | null -> (next (Primitives.Value<'a> source)).Invoke(&sm)
        | reason ->
            sm.Data.Rejection <- reason
            false

    /// <summary><c>let!</c>.</summary>
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
    /// <c>let!</c> of <c>Lwt.cancellationToken</c>. A block that has no promise yet suspends first: it marks itself
    /// with <c>goesOn</c> and is resumed when all its pieces have returned.
    /// </summary>
    let cancellationToken (sm: byref<LwtStateMachine<'o>>) (next: CancellationToken -> LwtCode<'o, 'b>) : bool =
        if sm.Data.Builder.HasSuspended then
            (next (sm.Data.Builder.GetCancellationToken())).Invoke(&sm)
        else
            sm.ResumptionDynamicInfo.ResumptionData <- goesOn

            sm.ResumptionDynamicInfo.ResumptionFunc <-
                Resumption<'o>(fun sm -> (next (sm.Data.Builder.GetCancellationToken())).Invoke(&sm))

            false

    /// <summary><c>while</c>. The caller has counted the loop in <c>Guards</c>; this takes it off at the end.</summary>
    let rec loop (sm: byref<LwtStateMachine<'o>>) (condition: unit -> bool) (body: LwtCode<'o, unit>) : bool =
        let mutable go = true

        while go && condition () do
            go <- body.Invoke(&sm)

        if go then
            sm.Data.Guards <- sm.Data.Guards - 1
        elif isNull (sm.Data.Rejection: exn | null) then
            resumeAs &sm (fun rest -> Resumption<'o>(fun sm -> loopOn &sm rest condition body))

        go

    // Finishes the body that had suspended, then continues the loop.
    and private loopOn (sm: byref<LwtStateMachine<'o>>) (rest: Resumption<'o>) condition body : bool =
        if rest.Invoke(&sm) then
            loop &sm condition body
        else
            resumeAs &sm (fun rest -> Resumption<'o>(fun sm -> loopOn &sm rest condition body))
            false

    /// <summary><c>for</c> over an array.</summary>
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

    /// <summary><c>for</c> over a list.</summary>
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

    /// <summary><c>for</c> over a source that returns a promise for each step: see <c>LwtCode.forSteps</c>.</summary>
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
    /// Runs a body until it ends, over all its suspensions. Then calls <paramref name="after"/> with the exception that
    /// ended it, or with null, and runs the code that after returns. <paramref name="level"/> is the value of
    /// <c>Guards</c> outside of the body.
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

    /// <summary>Starts a block and returns its promise.</summary>
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
