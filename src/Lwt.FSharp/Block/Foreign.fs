namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Runtime.CompilerServices
open System.Threading.Tasks
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>
/// Turns what a block waits for, if it is no <c>Promise&lt;T&gt;</c>, into one; called by the code of blocks.
/// </summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Foreign =

    let private check (what: string) (source: obj | null) =
        if isNull source then
            raise (
                ArgumentNullException(
                    nameof source,
                    $"A block of lwt was given null where it waits (let!, and!, do!, return!) for {what}. Give it {what}, "
                    + "or test for null before."
                )
            )

    /// <summary>Turns a promise of C# without a value into one of <c>unit</c>.</summary>
    let ofPromise (source: Promise) : Promise<unit> =
        check "a promise" source

        match source with
        | :? Promise<unit> as source -> source
        | source -> source.Map(fun () -> ())

    /// <summary>Turns a Task without a value into a promise of <c>unit</c>.</summary>
    let ofTask (source: Task) : Promise<unit> =
        check "a Task" source
        Primitives.OfTask<unit> source

    /// <summary>Turns a Task with a value into a promise.</summary>
    let ofTaskOf (source: Task<'a>) : Promise<'a> =
        check "a Task" source
        source.AsPromise()

    /// <summary>
    /// Turns a ValueTask without a value into a promise of <c>unit</c>. If it has already succeeded, no Task is made.
    /// </summary>
    let ofValueTask (source: ValueTask) : Promise<unit> =
        if source.IsCompletedSuccessfully then
            source.GetAwaiter().GetResult()
            Primitives.Completed<unit>()
        else
            ofTask (source.AsTask())

    /// <summary>Turns a ValueTask with a value into a promise. If it has already succeeded, no Task is made.</summary>
    let ofValueTaskOf (source: ValueTask<'a>) : Promise<'a> =
        if source.IsCompletedSuccessfully then
            Promise.Return(source.GetAwaiter().GetResult())
        else
            source.AsTask().AsPromise()

    /// <summary>
    /// Starts a computation of F#'s <c>async</c> on this thread and returns a promise for its result. Cancelling the
    /// promise cancels the computation.
    /// </summary>
    let ofAsync (source: Async<'a>) : Promise<'a> =
        check "an Async" source

        PromiseTaskExtensions.FromTask(fun cancellation ->
            Async.StartImmediateAsTask(source, cancellationToken = cancellation))

    /// <summary>
    /// Returns a promise that is resolved, on this thread's loop, when an awaiter has completed: with what
    /// <paramref name="result"/> returns or raises. The awaiter has not completed yet when this is called.
    /// </summary>
    let wait (awaiter: 'awaiter :> INotifyCompletion) (result: unit -> 'a) : Promise<'a> =
        let struct (promise, resolver) = Promise.CreateThreadSafe<'a>()

        try
            awaiter.OnCompleted(fun () ->
                try
                    resolver.TryFulfill(result ()) |> ignore
                with e ->
                    resolver.TryReject e |> ignore)
        with e ->
            // Until the resolver is used the loop waits for it, and this awaiter will not call back.
            resolver.TryReject e |> ignore

        promise
