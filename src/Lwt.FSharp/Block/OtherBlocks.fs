namespace Lwt.FSharp.CompilerServices

open System.ComponentModel
open System.Threading
open System.Threading.Tasks
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>A promise in a form that <c>task { }</c> can wait for by its overload for awaitable types.</summary>
[<Struct; NoComparison; NoEquality; EditorBrowsable(EditorBrowsableState.Never)>]
type AwaitedPromise<'a>(promise: Promise<'a>) =
    /// <summary>
    /// Returns the awaiter of the promise. The waiting code continues on the thread of the promise's loop, where the
    /// promise is resolved.
    /// </summary>
    member _.GetAwaiter() : PromiseAwaiter<'a> = promise.GetAwaiter()

// 1204: TaskCode is meant for builders. These functions are overloads of a builder's members.
#nowarn "1204"

/// <summary>
/// F#'s own <c>let!</c> and <c>return!</c> of <c>task { }</c> for a Task; <c>OtherBlocksHighPriority</c> calls them.
/// </summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module TaskBlock =

    /// <summary>F#'s <c>let!</c> of a Task.</summary>
    let inline bind (block: TaskBuilderBase) (task: Task<'a>) (next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
        block.Bind(task, next)

    /// <summary>F#'s <c>return!</c> of a Task.</summary>
    let inline returnFrom (block: TaskBuilderBase) (task: Task<'a>) : TaskCode<'a, 'a> = block.ReturnFrom task

/// <summary>Lets other blocks wait for promises; <c>OtherBlocks</c> calls it.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Awaited =

    /// <summary>Wraps a promise for <c>task { }</c>.</summary>
    let inTask (promise: Promise<'a>) : AwaitedPromise<'a> =
        Null.check "let! in a block of task" (nameof promise) promise
        AwaitedPromise promise

    // Passes what is posted to it on to a loop.
    [<Sealed>]
    type private LoopContext(loop: EventLoop) =
        inherit SynchronizationContext()

        override _.Post(callback, state) =
            loop.Post(fun () -> callback.Invoke state)

    // If a thread already runs an async, F# does not continue another one on it directly: it posts the continuation to
    // the synchronization context, or, if there is none, to the thread pool, which would be the wrong thread. So the
    // loop is the context while an async is continued.
    let private continueOnLoop (goOn: SynchronizationContext -> unit) =
        let before = SynchronizationContext.Current
        SynchronizationContext.SetSynchronizationContext(LoopContext EventLoop.Current)

        try
            goOn before
        finally
            SynchronizationContext.SetSynchronizationContext before

    /// <summary>Returns a computation for <c>async { }</c> that waits for a promise.</summary>
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
/// <c>let!</c>, <c>do!</c> and <c>return!</c> of a promise in <c>task { }</c> and <c>async { }</c>. The block continues
/// on the thread of the promise's loop. It must already be on that thread when it waits: if the promise is pending and
/// belongs to another thread, an error is raised in the block. So start the block on the loop's thread, and wait for
/// promises before Tasks, because after a Task <c>task { }</c> continues in the thread pool. A promise that was
/// cancelled raises <c>Canceled</c>.
/// </summary>
[<AutoOpen>]
module OtherBlocks =

    type TaskBuilderBase with

        /// <summary><c>let!</c> and <c>do!</c> of a promise in <c>task { }</c>.</summary>
        member inline this.Bind(promise: Promise<'a>, next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
            this.Bind(Awaited.inTask promise, next)

        /// <summary><c>return!</c> of a promise in <c>task { }</c>.</summary>
        member inline this.ReturnFrom(promise: Promise<'a>) : TaskCode<'a, 'a> = this.ReturnFrom(Awaited.inTask promise)

    type AsyncBuilder with

        /// <summary><c>let!</c> and <c>do!</c> of a promise in <c>async { }</c>.</summary>
        member this.Bind(promise: Promise<'a>, next: 'a -> Async<'b>) : Async<'b> =
            this.Bind(Awaited.inAsync promise, next)

        /// <summary><c>return!</c> of a promise in <c>async { }</c>.</summary>
        member this.ReturnFrom(promise: Promise<'a>) : Async<'a> = Awaited.inAsync promise

/// <summary>
/// F#'s own <c>let!</c> and <c>return!</c> of a Task in <c>task { }</c>, declared once more. Of several extensions F#
/// prefers the one opened last: without these, F# would take a parameter whose type is not known for a promise rather
/// than for a Task.
/// </summary>
[<AutoOpen>]
module OtherBlocksHighPriority =

    type TaskBuilderBase with

        /// <summary><c>let!</c> and <c>do!</c> of a Task.</summary>
        member inline this.Bind(task: Task<'a>, next: 'a -> TaskCode<'o, 'b>) : TaskCode<'o, 'b> =
            TaskBlock.bind this task next

        /// <summary><c>return!</c> of a Task.</summary>
        member inline this.ReturnFrom(task: Task<'a>) : TaskCode<'a, 'a> = TaskBlock.returnFrom this task
