namespace Lwt.FSharp.CompilerServices

open System.ComponentModel
open System.Runtime.CompilerServices
open System.Threading.Tasks
open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>What a block can wait for besides promises of F#, as such promises; for the compiler.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module Foreign =

    /// <summary>A promise of C# without a value.</summary>
    let ofPromise (source: Promise) : Promise<unit> =
        match source with
        | :? Promise<unit> as source -> source
        | source -> source.Map(fun () -> ())

    /// <summary>A Task without a value.</summary>
    let ofTask (source: Task) : Promise<unit> = Primitives.OfTask<unit> source

    /// <summary>A ValueTask without a value.</summary>
    let ofValueTask (source: ValueTask) : Promise<unit> =
        if source.IsCompletedSuccessfully then
            source.GetAwaiter().GetResult()
            Primitives.Completed<unit>()
        else
            ofTask (source.AsTask())

    /// <summary>A computation of F#'s async, which is started; cancelling the promise cancels it.</summary>
    let ofAsync (source: Async<'a>) : Promise<'a> =
        PromiseTaskExtensions.FromTask(fun cancellation ->
            Async.StartImmediateAsTask(source, cancellationToken = cancellation))

    /// <summary>Anything else, by its awaiter, which has not completed.</summary>
    let wait (awaiter: 'awaiter :> INotifyCompletion) (result: unit -> 'a) : Promise<'a> =
        let struct (promise, resolver) = Promise.CreateThreadSafe<'a>()

        awaiter.OnCompleted(fun () ->
            try
                resolver.TryFulfill(result ()) |> ignore
            with e ->
                resolver.TryReject e |> ignore)

        promise
