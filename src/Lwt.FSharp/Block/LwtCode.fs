namespace Lwt.FSharp.CompilerServices

open System
open System.Collections.Generic
open System.ComponentModel
open System.Threading
open Microsoft.FSharp.Core.CompilerServices
open Microsoft.FSharp.Core.CompilerServices.StateMachineHelpers
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp

// Resumable code is called by hand here, which the compiler warns of elsewhere.
#nowarn "3513"

// In a piece below, the first branch is compiled into the state machine; the second runs where the compiler makes
// none (F# Interactive, Debug): see LwtDynamic. Names with __stack_ are not kept across a suspension.

/// <summary>The pieces of a block; for the compiler, which inlines them.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module LwtCode =

    /// <summary>let!: goes on with the value once it is there.</summary>
    let inline bind (source: Promise<'a>) (next: 'a -> LwtCode<'o, 'b>) : LwtCode<'o, 'b> =
        LwtCode<'o, 'b>(fun sm ->
            if __useResumableCode then
                let mutable __stack_source = Primitives.Underlying source
                let mutable __stack_fin = true

                if Primitives.IsPending __stack_source then
                    let __stack_yield_fin = ResumableCode.Yield().Invoke(&sm)
                    __stack_fin <- __stack_yield_fin

                    if __stack_fin then
                        __stack_source <- sm.Data.Builder.Awaited<'a>()

                if __stack_fin then
                    if Primitives.IsFulfilled __stack_source then
                        (next (Primitives.Value<'a> __stack_source)).Invoke(&sm)
                    else
                        sm.Data.Rejection <- Primitives.Reason __stack_source
                        false
                else
                    sm.Data.Builder.Await(__stack_source, &sm)
                    false
            else
                LwtDynamic.bind &sm source next)

    /// <summary>let! of Lwt.cancellationToken.</summary>
    let inline cancellationToken (next: CancellationToken -> LwtCode<'o, 'b>) : LwtCode<'o, 'b> =
        LwtCode<'o, 'b>(fun sm ->
            if __useResumableCode then
                let mutable __stack_fin = true

                if not sm.Data.Builder.HasSuspended then
                    let __stack_yield_fin = ResumableCode.Yield().Invoke(&sm)
                    __stack_fin <- __stack_yield_fin

                if __stack_fin then
                    (next (sm.Data.Builder.GetCancellationToken())).Invoke(&sm)
                else
                    sm.Data.Builder.GoOn(&sm)
                    false
            else
                LwtDynamic.cancellationToken &sm next)

    /// <summary>return.</summary>
    let inline ret (value: 'T) : LwtCode<'T, 'T> =
        LwtCode<'T, 'T>(fun sm ->
            sm.Data.Result <- value
            true)

    /// <summary>return!, where code may follow that cleans up or loops.</summary>
    let inline returnFrom (source: Promise<'T>) : LwtCode<'T, 'T> = bind source (fun value -> ret value)

    /// <summary>
    /// The last return! or do! of a block: a pending promise and the block become one, so that blocks which end in each
    /// other for ever take constant memory. Inside a guard it is an ordinary one.
    /// </summary>
    let inline returnFromFinal (source: Promise<'T>) : LwtCode<'T, 'T> =
        LwtCode<'T, 'T>(fun sm ->
            if sm.Data.Guards = 0 && Primitives.IsPending(Primitives.Underlying source) then
                sm.Data.Builder.Forward source
                false
            else
                (returnFrom source).Invoke(&sm))

    /// <summary>while.</summary>
    let inline loop ([<InlineIfLambda>] condition: unit -> bool) (body: LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            sm.Data.Guards <- sm.Data.Guards + 1

            if __useResumableCode then
                let mutable __stack_go = true

                while __stack_go && condition () do
                    let __stack_body_fin = body.Invoke(&sm)
                    __stack_go <- __stack_body_fin

                if __stack_go then
                    sm.Data.Guards <- sm.Data.Guards - 1

                __stack_go
            else
                LwtDynamic.loop &sm condition body)

    /// <summary>try with.</summary>
    let inline tryWith (body: LwtCode<'o, 'a>) (handler: exn -> LwtCode<'o, 'a>) : LwtCode<'o, 'a> =
        LwtCode<'o, 'a>(fun sm ->
            let level = sm.Data.Guards
            sm.Data.Guards <- level + 1

            if __useResumableCode then
                let mutable __stack_fin = false
                let mutable __stack_caught: exn | null = null

                try
                    let __stack_body_fin = body.Invoke(&sm)
                    __stack_fin <- __stack_body_fin
                with e ->
                    Primitives.CheckCatchable e
                    __stack_caught <- e

                if isNull __stack_caught && not __stack_fin then
                    __stack_caught <- sm.Data.Rejection

                match __stack_caught with
                | null ->
                    if __stack_fin then
                        sm.Data.Guards <- level

                    __stack_fin
                | e ->
                    sm.Data.Rejection <- Unchecked.defaultof<exn>
                    sm.Data.Guards <- level
                    (handler (Primitives.ToCatch e)).Invoke(&sm)
            else
                LwtDynamic.guarded &sm level body (fun caught ->
                    match caught with
                    | null -> LwtCode<'o, 'a>(fun _ -> true)
                    | e -> handler (Primitives.ToCatch e)))

    /// <summary>
    /// try finally, whose finaliser may suspend. It runs once the body has ended by whatever way; an exception of its own
    /// takes the place of the body's.
    /// </summary>
    let inline tryFinallyAsync (body: LwtCode<'o, 'a>) (finalizer: LwtCode<'o, unit>) : LwtCode<'o, 'a> =
        LwtCode<'o, 'a>(fun sm ->
            let level = sm.Data.Guards
            sm.Data.Guards <- level + 1

            if __useResumableCode then
                let mutable __stack_fin = false
                let mutable caught: exn | null = null

                try
                    let __stack_body_fin = body.Invoke(&sm)
                    __stack_fin <- __stack_body_fin
                with e ->
                    Primitives.CheckCatchable e
                    caught <- e

                if isNull caught && not __stack_fin then
                    caught <- sm.Data.Rejection

                if __stack_fin || not (isNull caught) then
                    sm.Data.Rejection <- Unchecked.defaultof<exn>
                    sm.Data.Guards <- level + 1
                    let __stack_finalizer_fin = finalizer.Invoke(&sm)
                    __stack_fin <- __stack_finalizer_fin

                    if __stack_fin then
                        sm.Data.Guards <- level

                        match caught with
                        | null -> ()
                        | e ->
                            sm.Data.Rejection <- e
                            __stack_fin <- false

                __stack_fin
            else
                LwtDynamic.guarded &sm level body (fun caught ->
                    ResumableCode.Combine(
                        finalizer,
                        LwtCode<'o, 'a>(fun sm ->
                            match caught with
                            | null -> true
                            | e ->
                                sm.Data.Rejection <- e
                                false)
                    )))

    /// <summary>try finally.</summary>
    let inline tryFinally (body: LwtCode<'o, 'a>) ([<InlineIfLambda>] finalizer: unit -> unit) : LwtCode<'o, 'a> =
        tryFinallyAsync
            body
            (LwtCode<'o, unit>(fun _ ->
                finalizer ()
                true))

    // Where a loop's own variable stood in a closure the compiler would make a cell of it. So these loops are written out:
    // their variables are fields of the state machine.

    /// <summary>for over an array.</summary>
    let inline forArray (source: 'a array) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            if __useResumableCode then
                sm.Data.Guards <- sm.Data.Guards + 1
                let mutable index = 0
                let mutable __stack_go = true

                while __stack_go && index < source.Length do
                    let item = source[index]
                    index <- index + 1
                    let __stack_body_fin = (body item).Invoke(&sm)
                    __stack_go <- __stack_body_fin

                if __stack_go then
                    sm.Data.Guards <- sm.Data.Guards - 1

                __stack_go
            else
                LwtDynamic.forArray &sm source body)

    /// <summary>for over a list.</summary>
    let inline forList (source: 'a list) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            if __useResumableCode then
                sm.Data.Guards <- sm.Data.Guards + 1
                let mutable rest = source
                let mutable __stack_go = true

                while __stack_go && not rest.IsEmpty do
                    let item = rest.Head
                    rest <- rest.Tail
                    let __stack_body_fin = (body item).Invoke(&sm)
                    __stack_go <- __stack_body_fin

                if __stack_go then
                    sm.Data.Guards <- sm.Data.Guards - 1

                __stack_go
            else
                LwtDynamic.forList &sm source body)

    /// <summary>for over a sequence.</summary>
    let inline forSeq (source: seq<'a>) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            let items = source.GetEnumerator()

            (tryFinally
                (loop (fun () -> items.MoveNext()) (LwtCode<'o, unit>(fun sm -> (body items.Current).Invoke(&sm))))
                (fun () -> items.Dispose()))
                .Invoke(&sm))

    /// <summary>Disposes of a resource and waits until it has.</summary>
    let inline disposeAsync (resource: 'resource) : LwtCode<'o, unit> when 'resource :> IAsyncDisposable =
        LwtCode<'o, unit>(fun sm ->
            if isNull (box resource) then
                true
            else
                (bind (Foreign.ofValueTask (resource.DisposeAsync())) (fun () -> ResumableCode.Zero())).Invoke(&sm))

    /// <summary>
    /// for over what is asked for its elements one at a time: from where the cursor stands, each step is waited for, and says
    /// whether it is the end and where the next one is.
    /// </summary>
    let inline forSteps
        (start: 'cursor)
        ([<InlineIfLambda>] ask: 'cursor -> Promise<'step>)
        ([<InlineIfLambda>] isEnd: 'step -> bool)
        ([<InlineIfLambda>] next: 'cursor -> 'step -> 'cursor)
        (body: 'step -> LwtCode<'o, unit>)
        : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            if __useResumableCode then
                sm.Data.Guards <- sm.Data.Guards + 1
                let mutable cursor = start
                let mutable __stack_go = true
                let mutable __stack_ended = false

                while __stack_go do
                    // As bind.
                    let mutable __stack_source = Primitives.Underlying(ask cursor)
                    let mutable __stack_fin = true

                    if Primitives.IsPending __stack_source then
                        let __stack_yield_fin = ResumableCode.Yield().Invoke(&sm)
                        __stack_fin <- __stack_yield_fin

                        if __stack_fin then
                            __stack_source <- sm.Data.Builder.Awaited<'step>()

                    if __stack_fin then
                        if Primitives.IsFulfilled __stack_source then
                            let step = Primitives.Value<'step> __stack_source

                            if isEnd step then
                                __stack_ended <- true
                                __stack_go <- false
                            else
                                cursor <- next cursor step
                                let __stack_body_fin = (body step).Invoke(&sm)
                                __stack_go <- __stack_body_fin
                        else
                            sm.Data.Rejection <- Primitives.Reason __stack_source
                            __stack_go <- false
                    else
                        sm.Data.Builder.Await(__stack_source, &sm)
                        __stack_go <- false

                if __stack_ended then
                    sm.Data.Guards <- sm.Data.Guards - 1

                __stack_ended
            else
                LwtDynamic.forSteps &sm start ask isEnd next body)

    /// <summary>for over a sequence of promises.</summary>
    let inline forLwtSeq (source: 'a Lwt_seq.t) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        forSteps
            source
            (fun rest -> rest ())
            (fun step -> step.IsNil)
            (fun rest step ->
                match step with
                | Lwt_seq.Cons(_, rest) -> rest
                | Lwt_seq.Nil -> rest)
            (fun step ->
                match step with
                | Lwt_seq.Cons(item, _) -> body item
                | Lwt_seq.Nil -> ResumableCode.Zero())

    /// <summary>for over a stream: it is released when the loop ends, by whatever way.</summary>
    let inline forStream (source: PromiseStream<'a>) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            let items = source.GetAsyncEnumerator()

            (tryFinallyAsync
                (forSteps items (fun items -> items.MoveNextAsync()) not (fun items _ -> items) (fun _ ->
                    body items.Current))
                (LwtCode<'o, unit>(fun sm ->
                    (bind (Foreign.ofPromise (items.DisposeAsync())) (fun () -> ResumableCode.Zero())).Invoke(&sm))))
                .Invoke(&sm))

    /// <summary>for over an asynchronous sequence.</summary>
    let inline forAsync (source: IAsyncEnumerable<'a>) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            let items = source.GetAsyncEnumerator()

            (tryFinallyAsync
                (forSteps
                    items
                    (fun items -> Foreign.ofValueTaskOf (items.MoveNextAsync()))
                    not
                    (fun items _ -> items)
                    (fun _ -> body items.Current))
                (disposeAsync items))
                .Invoke(&sm))
