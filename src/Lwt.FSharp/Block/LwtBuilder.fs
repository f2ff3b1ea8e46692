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
/// The block <c>lwt { }</c> is a promise; in OCaml, one writes <c>let*</c> and the related operators. The code of the
/// block runs at once, up to the first <c>let!</c> on a pending promise, and continues on the thread's loop when that
/// promise is resolved. An exception that the code raises rejects the block's promise; <c>let!</c> on a rejected
/// promise raises its exception in the block, where <c>try … with</c> catches it. Cancelling the block's promise
/// cancels the promise that the block waits for. A block may also wait for a Task, a ValueTask, an Async, or whatever
/// else C# can await.
/// </summary>
/// <remarks>
/// A <c>return!</c> or <c>do!</c> that is the last action of a block, outside of <c>try</c>, <c>use</c> and loops,
/// keeps nothing of the block in memory: so a function may call itself there for ever.
/// </remarks>
/// <example>
/// <code>
/// lwt {
///     let! page = fetch "index"
///     do! Lwt_io.printl $"{page.Length} characters"
/// }
/// </code>
/// </example>
/// <example>
/// <code>
/// lwt {
///     let! a = fetch "a"
///     and! b = fetch "b"
///     return $"{a}, {b}"
/// }
/// </code>
/// </example>
/// <example>
/// <code>
/// let rec serve (stop: unit Lwt.t) =
///     lwt {
///         if Lwt.is_sleeping stop then
///             do! Lwt_unix.sleep 1.0
///             rounds.Value &lt;- rounds.Value + 1
///             return! serve stop
///     }
/// </code>
/// </example>
/// <example>
/// <code>
/// lwt {
///     try
///         return! fetch "broken"
///     with Failure reason -&gt;
///         return $"no page: {reason}"
/// }
/// </code>
/// </example>
/// <example>
/// <code>
/// lwt {
///     use! connection = connect ()
///     return! connection.Ask "index" // then the connection is closed
/// }
/// </code>
/// </example>
/// <example>
/// <code>
/// lwt {
///     for name in [ "a"; "b" ] do
///         let! page = fetch name
///         do! Lwt_io.printl page
/// }
/// </code>
/// </example>
/// <example>
/// <code>
/// lwt {
///     let mutable left = 3
///
///     while left &gt; 0 do
///         do! Lwt_io.printl $"{left}"
///         do! Lwt_unix.sleep 1.0
///         left &lt;- left - 1
/// }
/// </code>
/// </example>
[<Sealed>]
type LwtBuilder() =

    /// <summary>
    /// Makes code of the block, or of a part of it, that runs when it is invoked; the compiler calls it.
    /// </summary>
    member inline _.Delay(generator: unit -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        LwtCode<'o, 'a>(fun sm -> (generator ()).Invoke(&sm))

    /// <summary>Starts a block and returns its promise; the compiler calls it around the whole block.</summary>
    member inline _.Run(code: LwtCode<'T, 'T>) : 'T Lwt.t =
        if __useResumableCode then
            __stateMachine<LwtStateMachineData<'T>, Promise<'T>>
                // Runs the code from the point where it suspended, then ends the block, unless the code suspends again
                // or ends in a return! of a pending promise.
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
                // Starts the block.
                (AfterCode<_, _>(fun sm ->
                    sm.Data.Builder.Start(&sm)
                    sm.Data.Builder.Task))
        else
            LwtDynamic.run code

    /// <summary>Code that does nothing, such as the missing <c>else</c> of an <c>if</c>.</summary>
    [<DefaultValue>]
    member inline _.Zero() : LwtCode<'o, unit> = ResumableCode.Zero()

    /// <summary><c>return</c>: ends the block with a value.</summary>
    member inline _.Return(value: 'T) : LwtCode<'T, 'T> = LwtCode.ret value

    /// <summary>Runs a part of the block and then the next part.</summary>
    member inline _.Combine(first: LwtCode<'o, unit>, second: LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        ResumableCode.Combine(first, second)

    /// <summary><c>while</c>: runs the body as long as the condition holds.</summary>
    member inline _.While([<InlineIfLambda>] condition: unit -> bool, body: LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.loop condition body

    /// <summary>
    /// <c>try … with</c>: runs the handler when the body raises an exception or a promise in it is rejected. The
    /// handler may wait for promises.
    /// </summary>
    member inline _.TryWith(body: LwtCode<'o, 'a>, handler: exn -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        LwtCode.tryWith body handler

    /// <summary>
    /// <c>try … finally</c>: runs the finalizer when the body ends, however it ends. An exception of the finalizer
    /// takes the place of the body's.
    /// </summary>
    member inline _.TryFinally(body: LwtCode<'o, 'a>, [<InlineIfLambda>] finalizer: unit -> unit) : LwtCode<'o, 'a> =
        LwtCode.tryFinally body finalizer

    /// <summary><c>let!</c> and <c>do!</c>: waits for a promise, then continues with its value.</summary>
    member inline _.Bind(source: Promise<'a>, next: 'a -> LwtCode<'o, 'b>) : LwtCode<'o, 'b> = LwtCode.bind source next

    /// <summary>
    /// <c>return!</c> that is not the block's last action: waits for a promise and ends the block with its value.
    /// </summary>
    member inline _.ReturnFrom(source: Promise<'T>) : LwtCode<'T, 'T> = LwtCode.returnFrom source

    /// <summary>
    /// <c>return!</c> or <c>do!</c> as the block's last action. The block's promise and this one become one, so that
    /// nothing of the block stays in memory while it waits.
    /// </summary>
    member inline _.ReturnFromFinal(source: Promise<'T>) : LwtCode<'T, 'T> = LwtCode.returnFromFinal source

    /// <summary><c>and!</c> with two promises: waits for both at a time, as <c>Lwt.both</c> does.</summary>
    member inline _.MergeSources(first: Promise<'a>, second: Promise<'b>) : Promise<'a * 'b> = Lwt.both first second

    /// <summary>
    /// <c>and!</c> with three promises: waits for all at a time. Once all are resolved, it continues, or is rejected
    /// with the exception of the one that was rejected first.
    /// </summary>
    member inline _.MergeSources3(a: Promise<'a>, b: Promise<'b>, c: Promise<'c>) : Promise<'a * 'b * 'c> =
        Merging.three a b c

    /// <summary><c>and!</c> with four promises: works as with three.</summary>
    member inline _.MergeSources4
        (a: Promise<'a>, b: Promise<'b>, c: Promise<'c>, d: Promise<'d>)
        : Promise<'a * 'b * 'c * 'd> =
        Merging.four a b c d

    /// <summary><c>and!</c> with five promises: works as with three. Of more, F# merges five at a time.</summary>
    member inline _.MergeSources5
        (a: Promise<'a>, b: Promise<'b>, c: Promise<'c>, d: Promise<'d>, e: Promise<'e>)
        : Promise<'a * 'b * 'c * 'd * 'e> =
        Merging.five a b c d e

    /// <summary>What <c>let!</c>, <c>and!</c> and <c>return!</c> wait for: a promise, as it is.</summary>
    member inline _.Source(source: Promise<'a>) : Promise<'a> = source

    /// <summary><c>for</c> over an array. The body may wait for promises.</summary>
    member inline _.For(source: 'a array, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forArray source body

    /// <summary><c>for</c> over a list. The body may wait for promises.</summary>
    member inline _.For(source: 'a list, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forList source body

    /// <summary>
    /// <c>for</c> over a sequence. The body may wait for promises; the enumerator is disposed of when the loop ends.
    /// </summary>
    member inline _.For(source: seq<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> = LwtCode.forSeq source body

    /// <summary>
    /// <c>for</c> over an <c>Lwt_seq.t</c>. The next element is asked for when the body has ended for the one before.
    /// </summary>
    member inline _.For(source: 'a Lwt_seq.t, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forLwtSeq source body

    /// <summary>
    /// <c>for</c> over a stream, which takes its elements. When the loop ends before the stream does, the elements that
    /// are not read stay in the stream, but what the stream reads from is released.
    /// </summary>
    member inline _.For(source: PromiseStream<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forStream source body

    /// <summary><c>for</c> over an <c>IAsyncEnumerable</c>. The enumerator is disposed of when the loop ends.</summary>
    member inline _.For(source: IAsyncEnumerable<'a>, body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode.forAsync source body

    /// <summary>
    /// Makes <c>for</c> over a promise an error whose message says what to do instead. F# takes a parameter whose type
    /// is not known for a promise, so the error concerns such parameters too.
    /// </summary>
    [<CompilerMessage("A for loop in a block of lwt cannot run over a promise. If this is a parameter whose type is not known, the block takes it for a promise: give it a type, such as (xs: _ seq) or (xs: _ list). If it is a promise of a collection, wait for it before the loop: let! xs = ….",
                      10041,
                      IsError = true,
                      IsHidden = true)>]
    member inline _.For(_: Promise<'s>, _: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> = ResumableCode.Zero()

    /// <summary>
    /// <c>use</c> of an <c>IAsyncDisposable</c>: disposes of it when the rest of the block ends, and waits for that.
    /// </summary>
    member inline _.Using<'o, 'resource, 'a when 'resource :> IAsyncDisposable>
        (resource: 'resource, body: 'resource -> LwtCode<'o, 'a>)
        : LwtCode<'o, 'a> =
        LwtCode.tryFinallyAsync (LwtCode<'o, 'a>(fun sm -> (body resource).Invoke(&sm))) (LwtCode.disposeAsync resource)

/// <summary>
/// What a block understands if nothing else fits: awaitable types in general, and <c>use</c> of an <c>IDisposable</c>.
/// F# prefers a builder's own members to extensions, and extensions opened later to those opened earlier. So if a type
/// is not known, F# infers a promise; and a Task, which is awaitable too, is handled by the module after this one.
/// </summary>
[<AutoOpen>]
module LwtBuilderLowPriority =

    type LwtBuilder with

        /// <summary>
        /// Waits for any type that has a <c>GetAwaiter</c> method, as C#'s <c>await</c> does. The block continues on
        /// its loop. Cancelling the block does not stop the awaited operation.
        /// </summary>
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

        /// <summary><c>use</c> of an <c>IDisposable</c>: disposes of it when the rest of the block ends.</summary>
        member inline _.Using<'o, 'resource, 'a when 'resource :> IDisposable>
            (resource: 'resource, body: 'resource -> LwtCode<'o, 'a>)
            : LwtCode<'o, 'a> =
            LwtCode.tryFinally (LwtCode<'o, 'a>(fun sm -> (body resource).Invoke(&sm))) (fun () ->
                if not (isNull (box resource)) then
                    resource.Dispose())

/// <summary>
/// The types of .NET and C# that a block can wait for or loop over. F# prefers these to the extensions of
/// <c>LwtBuilderLowPriority</c>.
/// </summary>
[<AutoOpen>]
module LwtBuilderMediumPriority =

    type LwtBuilder with

        /// <summary>Lets <c>for</c> run over a sequence.</summary>
        member inline _.Source(source: seq<'a>) : seq<'a> = source

        /// <summary>Lets <c>for</c> run over a list.</summary>
        member inline _.Source(source: 'a list) : 'a list = source

        /// <summary>Lets <c>for</c> run over an array.</summary>
        member inline _.Source(source: 'a array) : 'a array = source

        /// <summary>Lets <c>for</c> run over an <c>Lwt_seq.t</c>.</summary>
        member inline _.Source(source: 'a Lwt_seq.t) : 'a Lwt_seq.t = source

        /// <summary>Lets <c>for</c> run over a stream.</summary>
        member inline _.Source(source: PromiseStream<'a>) : PromiseStream<'a> = source

        /// <summary>Lets <c>for</c> run over an <c>IAsyncEnumerable</c>.</summary>
        member inline _.Source(source: IAsyncEnumerable<'a>) : IAsyncEnumerable<'a> = source

        /// <summary>Waits for a promise of C# that has no value.</summary>
        member inline _.Source(source: Promise) : Promise<unit> = Foreign.ofPromise source

        /// <summary>Waits for a Task. Cancelling the block does not stop the Task: see <c>Lwt.of_task</c>.</summary>
        member inline _.Source(source: Task) : Promise<unit> = Foreign.ofTask source

        /// <summary>Waits for a Task. Cancelling the block does not stop the Task: see <c>Lwt.of_task</c>.</summary>
        member inline _.Source(source: Task<'a>) : Promise<'a> = Foreign.ofTaskOf source

        /// <summary>Waits for a ValueTask. Cancelling the block does not stop its work.</summary>
        member inline _.Source(source: ValueTask) : Promise<unit> = Foreign.ofValueTask source

        /// <summary>Waits for a ValueTask. Cancelling the block does not stop its work.</summary>
        member inline _.Source(source: ValueTask<'a>) : Promise<'a> = Foreign.ofValueTaskOf source

        /// <summary>
        /// Starts a computation of F#'s <c>async</c> and waits for it. Cancelling the block cancels the computation.
        /// </summary>
        member inline _.Source(source: Async<'a>) : Promise<'a> = Foreign.ofAsync source

        /// <summary>Lets <c>let!</c> run on <c>Lwt.cancellationToken</c>.</summary>
        member inline _.Source(source: BlockCancellationToken) : BlockCancellationToken = source

        /// <summary><c>let! token = Lwt.cancellationToken</c>: continues with the token of this block.</summary>
        member inline _.Bind(_: BlockCancellationToken, next: CancellationToken -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
            LwtCode.cancellationToken next

/// <summary>Contains the builder of the block <c>lwt { }</c>.</summary>
[<AutoOpen>]
module LwtBlock =
    /// <summary>The block <c>lwt { }</c>: see <see cref="T:Lwt.FSharp.LwtBuilder"/>.</summary>
    let lwt = LwtBuilder()
