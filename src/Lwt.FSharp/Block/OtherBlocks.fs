namespace Lwt.FSharp.CompilerServices

open System.ComponentModel
open System.Threading
open System.Threading.Tasks
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>A promise as <c>task { }</c> waits for it; for the compiler.</summary>
[<Struct; NoComparison; NoEquality; EditorBrowsable(EditorBrowsableState.Never)>]
type AwaitedPromise<'a>(promise: Promise<'a>) =
    /// <summary>The awaiter of the promise: what waits goes on where the promise is resolved, on its loop's thread.</summary>
    member _.GetAwaiter() : PromiseAwaiter<'a> = promise.GetAwaiter()

// TaskCode is meant for builders; these are overloads of one.
#nowarn "1204"

/// <summary>What <c>task { }</c> has of F# for a Task, so that it can be put before promises; for the compiler.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module TaskBlock =

    /// <summary><c>let!</c>.</summary>
    let inline bind (block: TaskBuilderBase) (task: Task<'a>) (next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
        block.Bind(task, next)

    /// <summary><c>return!</c>.</summary>
    let inline returnFrom (block: TaskBuilderBase) (task: Task<'a>) : TaskCode<'a, 'a> = block.ReturnFrom task

/// <summary>Promises in blocks of others; for the compiler.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Awaited =

    /// <summary>For <c>task { }</c>.</summary>
    let inTask (promise: Promise<'a>) : AwaitedPromise<'a> =
        Null.check "let! in a block of task" (nameof promise) promise
        AwaitedPromise promise

    // Sends what is posted to it to the loop.
    [<Sealed>]
    type private LoopContext(loop: EventLoop) =
        inherit SynchronizationContext()

        override _.Post(callback, state) =
            loop.Post(fun () -> callback.Invoke state)

    // An async that is continued on a thread that runs another one is sent to the synchronization context, or, without
    // one, to the thread pool, away from the loop. So there is a context, just while it is continued.
    let private continueOnLoop (goOn: SynchronizationContext -> unit) =
        let before = SynchronizationContext.Current
        SynchronizationContext.SetSynchronizationContext(LoopContext EventLoop.Current)

        try
            goOn before
        finally
            SynchronizationContext.SetSynchronizationContext before

    /// <summary>For <c>async { }</c>.</summary>
    let inAsync (promise: Promise<'a>) : Async<'a> =
        Null.check "let! in a block of async" (nameof promise) promise

        async.Bind(
            Async.FromContinuations(fun (onResolved, _, _) ->
                let awaiter = promise.GetAwaiter(): PromiseAwaiter<'a>

                if awaiter.IsCompleted then
                    onResolved struct (awaiter, SynchronizationContext.Current)
                else
                    awaiter.OnCompleted(fun () -> continueOnLoop (fun before -> onResolved struct (awaiter, before)))),
            fun struct (awaiter, before) ->
                if SynchronizationContext.Current :? LoopContext then
                    SynchronizationContext.SetSynchronizationContext before

                async.Return(awaiter.GetResult())
        )

namespace Lwt.FSharp

open System.Threading.Tasks
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// <c>let!</c>, <c>do!</c> and <c>return!</c> of a promise in <c>task { }</c> and <c>async { }</c>. The block goes on where the
/// promise is resolved: on the thread of its loop. It has to be there when it waits: a promise that is pending on the loop
/// of another thread raises an error in the block. So start the block on the loop's thread, and wait for promises before
/// Tasks, after which <c>task { }</c> goes on in the thread pool. A promise that was cancelled raises <c>Canceled</c>.
/// </summary>
[<AutoOpen>]
module OtherBlocks =

    type TaskBuilderBase with

        /// <summary><c>let!</c>, <c>do!</c> of a promise.</summary>
        member inline this.Bind(promise: Promise<'a>, next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
            this.Bind(Awaited.inTask promise, next)

        /// <summary><c>return!</c> of a promise.</summary>
        member inline this.ReturnFrom(promise: Promise<'a>) : TaskCode<'a, 'a> = this.ReturnFrom(Awaited.inTask promise)

    type AsyncBuilder with

        /// <summary><c>let!</c>, <c>do!</c> of a promise.</summary>
        member this.Bind(promise: Promise<'a>, next: 'a -> Async<'b>) : Async<'b> =
            this.Bind(Awaited.inAsync promise, next)

        /// <summary><c>return!</c> of a promise.</summary>
        member this.ReturnFrom(promise: Promise<'a>) : Async<'a> = Awaited.inAsync promise

/// <summary>
/// A Task in <c>task { }</c>, as F# has it. Among extensions the last one opened comes first: without these, what nothing is
/// known of in a <c>task { }</c> would be taken for a promise.
/// </summary>
[<AutoOpen>]
module OtherBlocksHighPriority =

    type TaskBuilderBase with

        /// <summary><c>let!</c>, <c>do!</c> of a Task.</summary>
        member inline this.Bind(task: Task<'a>, next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
            TaskBlock.bind this task next

        /// <summary><c>return!</c> of a Task.</summary>
        member inline this.ReturnFrom(task: Task<'a>) : TaskCode<'a, 'a> = TaskBlock.returnFrom this task
