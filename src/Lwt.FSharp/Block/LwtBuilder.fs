namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open System.Threading
open System.Threading.Tasks
open Microsoft.FSharp.Core.CompilerServices
open Microsoft.FSharp.Core.CompilerServices.StateMachineHelpers
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>
/// The block <c>lwt { }</c>: OCaml's <c>let*</c> and its kin as F# syntax. It starts at once, runs on its thread's loop,
/// and is a promise: <c>let!</c> waits, <c>and!</c> waits for several at a time, <c>return!</c> at the end goes over to
/// another promise in constant memory. An exception in it rejects its promise.
/// </summary>
[<Sealed>]
type LwtBuilder() =

    /// <summary>For the compiler.</summary>
    member inline _.Delay(generator: unit -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        LwtCode<'o, 'a>(fun sm -> (generator ()).Invoke(&sm))

    /// <summary>For the compiler.</summary>
    member inline _.Run(code: LwtCode<'T, 'T>) : 'T Lwt.t =
        if __useResumableCode then
            __stateMachine<LwtStateMachineData<'T>, Promise<'T>>
                (MoveNextMethodImpl<_>(fun sm ->
                    __resumeAt sm.ResumptionPoint
                    let mutable __stack_caught: exn | null = null

                    try
                        let __stack_code_fin = code.Invoke(&sm)

                        if __stack_code_fin then
                            sm.Data.Builder.SetResult sm.Data.Result
                        elif not (isNull (sm.Data.Rejection: exn | null)) then
                            sm.Data.Builder.SetRejected sm.Data.Rejection
                    with e ->
                        __stack_caught <- e

                    match __stack_caught with
                    | null -> ()
                    | e -> sm.Data.Builder.SetException e))
                (SetStateMachineMethodImpl<_>(fun _ _ -> ()))
                (AfterCode<_, _>(fun sm ->
                    sm.Data.Builder.Start(&sm)
                    sm.Data.Builder.Task))
        else
            LwtDynamic.run code

    /// <summary>For the compiler.</summary>
    [<DefaultValue>]
    member inline _.Zero() : LwtCode<'o, unit> = ResumableCode.Zero()

    /// <summary><c>return</c>.</summary>
    member inline _.Return(value: 'T) : LwtCode<'T, 'T> = LwtCode.ret value

    /// <summary>One after the other.</summary>
    member inline _.Combine(first: LwtCode<'o, unit>, second: LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        ResumableCode.Combine(first, second)

    /// <summary><c>while</c>.</summary>
    member inline _.While([<InlineIfLambda>] condition: unit -> bool, body: LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.loop condition body

    /// <summary><c>try … with</c>; the handler may wait.</summary>
    member inline _.TryWith(body: LwtCode<'o, 'a>, handler: exn -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        LwtCode.tryWith body handler

    /// <summary><c>try … finally</c>. An exception of the finaliser takes the place of the body's.</summary>
    member inline _.TryFinally(body: LwtCode<'o, 'a>, [<InlineIfLambda>] finalizer: unit -> unit) : LwtCode<'o, 'a> =
        LwtCode.tryFinally body finalizer

    /// <summary><c>let!</c>, <c>do!</c>.</summary>
    member inline _.Bind(source: Promise<'a>, next: 'a -> LwtCode<'o, 'b>) : LwtCode<'o, 'b> = LwtCode.bind source next

    /// <summary><c>return!</c>.</summary>
    member inline _.ReturnFrom(source: Promise<'T>) : LwtCode<'T, 'T> = LwtCode.returnFrom source

    /// <summary><c>return!</c> or <c>do!</c> at the end of the block: runs in constant memory for ever.</summary>
    member inline _.ReturnFromFinal(source: Promise<'T>) : LwtCode<'T, 'T> = LwtCode.returnFromFinal source

    /// <summary><c>and!</c>: both at a time, as <c>Lwt.both</c>.</summary>
    member inline _.MergeSources(first: Promise<'a>, second: Promise<'b>) : Promise<'a * 'b> = Lwt.both first second

    /// <summary><c>and!</c> of three: all at a time; rejected, once all are resolved, as the first that was.</summary>
    member inline _.MergeSources3(a: Promise<'a>, b: Promise<'b>, c: Promise<'c>) : Promise<'a * 'b * 'c> =
        Merging.three a b c

    /// <summary><c>and!</c> of four, as of three.</summary>
    member inline _.MergeSources4
        (a: Promise<'a>, b: Promise<'b>, c: Promise<'c>, d: Promise<'d>)
        : Promise<'a * 'b * 'c * 'd> =
        Merging.four a b c d

    /// <summary><c>and!</c> of five, as of three; of more, five at a time.</summary>
    member inline _.MergeSources5
        (a: Promise<'a>, b: Promise<'b>, c: Promise<'c>, d: Promise<'d>, e: Promise<'e>)
        : Promise<'a * 'b * 'c * 'd * 'e> =
        Merging.five a b c d e

    /// <summary>What is waited for: a promise.</summary>
    member inline _.Source(source: Promise<'a>) : Promise<'a> = source

    /// <summary><c>for</c> over an array.</summary>
    member inline _.For(source: 'a array, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forArray source body

    /// <summary><c>for</c> over a list.</summary>
    member inline _.For(source: 'a list, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forList source body

    /// <summary><c>for</c> over a sequence.</summary>
    member inline _.For(source: seq<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> = LwtCode.forSeq source body

    /// <summary><c>for</c> over a sequence of promises, each asked for when the body of the one before has ended.</summary>
    member inline _.For(source: 'a Lwt_seq.t, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forLwtSeq source body

    /// <summary>
    /// <c>for</c> over a stream, which takes its elements. Leaving the loop early keeps what is unread, and releases what the
    /// stream is made of.
    /// </summary>
    member inline _.For(source: PromiseStream<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forStream source body

    /// <summary><c>for</c> over an asynchronous sequence.</summary>
    member inline _.For(source: IAsyncEnumerable<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forAsync source body

    /// <summary>
    /// No <c>for</c> runs over a promise; that is an error which says what to do. A parameter of which nothing is known is
    /// taken for a promise too.
    /// </summary>
    [<CompilerMessage("for in a block of lwt cannot run over a promise. If this is a parameter without a type, which a block takes for a promise, give it one, such as (xs: _ seq) or (xs: _ list). If it is a promise of a collection, wait for it before: let! xs = ….",
                      10041,
                      IsError = true,
                      IsHidden = true)>]
    member inline _.For(_: Promise<'s>, _: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> = ResumableCode.Zero()

    /// <summary><c>use</c>: disposes asynchronously at the end of the block.</summary>
    member inline _.Using<'o, 'resource, 'a when 'resource :> IAsyncDisposable>
        (resource: 'resource, body: 'resource -> LwtCode<'o, 'a>)
        : LwtCode<'o, 'a> =
        LwtCode.tryFinallyAsync (LwtCode<'o, 'a>(fun sm -> (body resource).Invoke(&sm))) (LwtCode.disposeAsync resource)

/// <summary>
/// What is understood besides promises. Extensions give way to the builder's own members, and those of an earlier module
/// to those of a later one: so a promise is inferred where nothing else is known, and a Task is no mere awaitable.
/// </summary>
[<AutoOpen>]
module LwtBuilderLowPriority =

    type LwtBuilder with

        /// <summary>Waits for anything that can be awaited, on the loop.</summary>
        member inline _.Source<'awaitable, 'awaiter, 'a
            when 'awaitable: (member GetAwaiter: unit -> 'awaiter)
            and 'awaiter :> INotifyCompletion
            and 'awaiter: (member get_IsCompleted: unit -> bool)
            and 'awaiter: (member GetResult: unit -> 'a)>
            (source: 'awaitable)
            : Promise<'a> =
            let awaiter = source.GetAwaiter()

            if awaiter.get_IsCompleted () then
                Lwt.wrap (fun () -> awaiter.GetResult())
            else
                Foreign.wait awaiter (fun () -> awaiter.GetResult())

        /// <summary><c>use</c>: disposes at the end of the block.</summary>
        member inline _.Using<'o, 'resource, 'a when 'resource :> IDisposable>
            (resource: 'resource, body: 'resource -> LwtCode<'o, 'a>)
            : LwtCode<'o, 'a> =
            LwtCode.tryFinally (LwtCode<'o, 'a>(fun sm -> (body resource).Invoke(&sm))) (fun () ->
                if not (isNull (box resource)) then
                    resource.Dispose())

/// <summary>What .NET and C# offer to wait for; before mere awaitables.</summary>
[<AutoOpen>]
module LwtBuilderMediumPriority =

    type LwtBuilder with

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: seq<'a>) : seq<'a> = source

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: 'a list) : 'a list = source

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: 'a array) : 'a array = source

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: 'a Lwt_seq.t) : 'a Lwt_seq.t = source

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: PromiseStream<'a>) : PromiseStream<'a> = source

        /// <summary>What <c>for</c> runs over.</summary>
        member inline _.Source(source: IAsyncEnumerable<'a>) : IAsyncEnumerable<'a> = source

        /// <summary>Waits for a promise of C# that has no value.</summary>
        member inline _.Source(source: Promise) : Promise<unit> = Foreign.ofPromise source

        /// <summary>Waits for a Task; cancelling the block goes on without it.</summary>
        member inline _.Source(source: Task) : Promise<unit> = Foreign.ofTask source

        /// <summary>Waits for a Task; cancelling the block goes on without it.</summary>
        member inline _.Source(source: Task<'a>) : Promise<'a> = Foreign.ofTaskOf source

        /// <summary>Waits for a ValueTask; cancelling the block goes on without it.</summary>
        member inline _.Source(source: ValueTask) : Promise<unit> = Foreign.ofValueTask source

        /// <summary>Waits for a ValueTask; cancelling the block goes on without it.</summary>
        member inline _.Source(source: ValueTask<'a>) : Promise<'a> = Foreign.ofValueTaskOf source

        /// <summary>Starts a computation of F#'s <c>async</c> and waits for it; cancelling the block cancels it.</summary>
        member inline _.Source(source: Async<'a>) : Promise<'a> = Foreign.ofAsync source

        /// <summary><c>let! token = Lwt.cancellationToken</c>.</summary>
        member inline _.Source(source: BlockCancellationToken) : BlockCancellationToken = source

        /// <summary><c>let! token = Lwt.cancellationToken</c>: the token of this block.</summary>
        member inline _.Bind(_: BlockCancellationToken, next: CancellationToken -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
            LwtCode.cancellationToken next

/// <summary>The block <c>lwt { }</c>.</summary>
[<AutoOpen>]
module LwtBlock =
    /// <summary>The block <c>lwt { }</c>: see <see cref="T:Lwt.FSharp.LwtBuilder"/>.</summary>
    let lwt = LwtBuilder()
