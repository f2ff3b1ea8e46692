namespace Lwt.FSharp.CompilerServices

open System
open System.ComponentModel
open System.Runtime.CompilerServices
open System.Threading.Tasks
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>What a block can wait for besides promises of F#, as such promises; for the compiler.</summary>
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

    /// <summary>A promise of C# without a value.</summary>
    let ofPromise (source: Promise) : Promise<unit> =
        check "a promise" source

        match source with
        | :? Promise<unit> as source -> source
        | source -> source.Map(fun () -> ())

    /// <summary>A Task without a value.</summary>
    let ofTask (source: Task) : Promise<unit> =
        check "a Task" source
        Primitives.OfTask<unit> source

    /// <summary>A Task with a value.</summary>
    let ofTaskOf (source: Task<'a>) : Promise<'a> =
        check "a Task" source
        source.AsPromise()

    /// <summary>A ValueTask without a value.</summary>
    let ofValueTask (source: ValueTask) : Promise<unit> =
        if source.IsCompletedSuccessfully then
            source.GetAwaiter().GetResult()
            Primitives.Completed<unit>()
        else
            ofTask (source.AsTask())

    /// <summary>A ValueTask with a value.</summary>
    let ofValueTaskOf (source: ValueTask<'a>) : Promise<'a> =
        if source.IsCompletedSuccessfully then
            Promise.Return(source.GetAwaiter().GetResult())
        else
            source.AsTask().AsPromise()

    /// <summary>A computation of F#'s async, which is started; cancelling the promise cancels it.</summary>
    let ofAsync (source: Async<'a>) : Promise<'a> =
        check "an Async" source

        PromiseTaskExtensions.FromTask(fun cancellation ->
            Async.StartImmediateAsTask(source, cancellationToken = cancellation))

    /// <summary>Anything else, by its awaiter, which has not completed.</summary>
    let wait (awaiter: 'awaiter :> INotifyCompletion) (result: unit -> 'a) : Promise<'a> =
        let struct (promise, resolver) = Promise.CreateThreadSafe<'a>()

        try
            awaiter.OnCompleted(fun () ->
                try
                    resolver.TryFulfill(result ()) |> ignore
                with e ->
                    resolver.TryReject e |> ignore)
        with e ->
            // Or the loop would wait for an awaiter that never calls.
            resolver.TryReject e |> ignore

        promise
