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

// 3513: resumable code is invoked. This file defines the code of a builder, where that is right.
#nowarn "3513"

// Each function below has two branches. If the compiler generates a state machine for a block, `__useResumableCode` is
// true and the first branch becomes part of it. Otherwise (in F# Interactive, and in Debug builds) the second branch
// runs closures: see LwtDynamic, which also says what the returned bool means.
//
// A variable whose name begins with `__stack_` is a local of the MoveNext method: it loses its value at a suspension.
// Other variables that are used after a suspension become fields of the state machine.

/// <summary>The code of each construct of a block; the members of <c>LwtBuilder</c> inline it into the block.</summary>
[<EditorBrowsable(EditorBrowsableState.Never)>]
module LwtCode =

    /// <summary><c>let!</c>: continues with the value of a promise; suspends while the promise is pending.</summary>
    let inline bind (source: Promise<'a>) (next: 'a -> LwtCode<'o, 'b>) : LwtCode<'o, 'b> =
        LwtCode<'o, 'b>(fun sm ->
            if __useResumableCode then
                let mutable __stack_source = Primitives.Underlying source
                let mutable __stack_fin = true

                if Primitives.IsPending __stack_source then
                    // False on the way to the suspension. When the block is resumed, execution continues here with
                    // true.
                    let __stack_yield_fin = ResumableCode.Yield().Invoke(&sm)
                    __stack_fin <- __stack_yield_fin

                    if __stack_fin then
                        // The local is lost; the block's promise still knows what it waited for.
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

    /// <summary>
    /// <c>let!</c> of <c>Lwt.cancellationToken</c>. The token belongs to the block's promise, which exists only after
    /// the first suspension: so a block that has not suspended yet does so here, and is resumed at once.
    /// </summary>
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

    /// <summary><c>return</c>.</summary>
    let inline ret (value: 'T) : LwtCode<'T, 'T> =
        LwtCode<'T, 'T>(fun sm ->
            sm.Data.Result <- value
            true)

    /// <summary><c>return!</c> that is followed by other code, be it only a cleanup or a loop.</summary>
    let inline returnFrom (source: Promise<'T>) : LwtCode<'T, 'T> = bind source (fun value -> ret value)

    /// <summary>
    /// <c>return!</c> or <c>do!</c> as the last action of a block. If the promise is pending, the block's promise and
    /// it become one, so that blocks which call each other at their ends for ever take constant memory. Inside
    /// <c>try</c>, <c>use</c> or a loop it is an ordinary <c>return!</c>.
    /// </summary>
    let inline returnFromFinal (source: Promise<'T>) : LwtCode<'T, 'T> =
        LwtCode<'T, 'T>(fun sm ->
            if sm.Data.Guards = 0 && Primitives.IsPending(Primitives.Underlying source) then
                sm.Data.Builder.Forward source
                false
            else
                (returnFrom source).Invoke(&sm))

    /// <summary><c>while</c>.</summary>
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

    /// <summary>
    /// <c>try … with</c>. The body has failed if it raises an exception or leaves one in <c>Rejection</c>.
    /// </summary>
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
    /// <c>try … finally</c> whose finalizer may suspend. The finalizer runs when the body ends, however it ends; an
    /// exception of its own takes the place of the body's.
    /// </summary>
    let inline tryFinallyAsync (body: LwtCode<'o, 'a>) (finalizer: LwtCode<'o, unit>) : LwtCode<'o, 'a> =
        LwtCode<'o, 'a>(fun sm ->
            let level = sm.Data.Guards
            sm.Data.Guards <- level + 1

            if __useResumableCode then
                let mutable __stack_fin = false
                // A field of the state machine, because the finalizer may suspend.
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

    /// <summary><c>try … finally</c>.</summary>
    let inline tryFinally (body: LwtCode<'o, 'a>) ([<InlineIfLambda>] finalizer: unit -> unit) : LwtCode<'o, 'a> =
        tryFinallyAsync
            body
            (LwtCode<'o, unit>(fun _ ->
                finalizer ()
                true))

    // These loops do not call `loop`: the compiler turns a mutable variable that a lambda uses into a ref cell on the
    // heap. Written out, their variables are fields of the state machine.

    /// <summary><c>for</c> over an array.</summary>
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

    /// <summary><c>for</c> over a list.</summary>
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

    /// <summary><c>for</c> over a sequence.</summary>
    let inline forSeq (source: seq<'a>) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            let items = source.GetEnumerator()

            (tryFinally
                (loop (fun () -> items.MoveNext()) (LwtCode<'o, unit>(fun sm -> (body items.Current).Invoke(&sm))))
                (fun () -> items.Dispose()))
                .Invoke(&sm))

    /// <summary>Disposes of a resource and waits until that is done.</summary>
    let inline disposeAsync (resource: 'resource) : LwtCode<'o, unit> when 'resource :> IAsyncDisposable =
        LwtCode<'o, unit>(fun sm ->
            if isNull (box resource) then
                true
            else
                (bind (Foreign.ofValueTask (resource.DisposeAsync())) (fun () -> ResumableCode.Zero())).Invoke(&sm))

    /// <summary>
    /// <c>for</c> over a source that returns a promise for each step. <paramref name="ask"/> asks for the step at a
    /// cursor, <paramref name="isEnd"/> says whether it is the end, and <paramref name="next"/> returns the cursor of
    /// the step after it. The step after is asked for when the body has ended.
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
                    // The same code as in `bind`.
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

    /// <summary><c>for</c> over an <c>Lwt_seq.t</c>.</summary>
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

    /// <summary><c>for</c> over a stream. The stream is released when the loop ends, however it ends.</summary>
    let inline forStream (source: PromiseStream<'a>) (body: 'a -> LwtCode<'o, unit>) : LwtCode<'o, unit> =
        LwtCode<'o, unit>(fun sm ->
            let items = source.GetAsyncEnumerator()

            (tryFinallyAsync
                (forSteps items (fun items -> items.MoveNextAsync()) not (fun items _ -> items) (fun _ ->
                    body items.Current))
                (LwtCode<'o, unit>(fun sm ->
                    (bind (Foreign.ofPromise (items.DisposeAsync())) (fun () -> ResumableCode.Zero())).Invoke(&sm))))
                .Invoke(&sm))

    /// <summary><c>for</c> over an <c>IAsyncEnumerable</c>.</summary>
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
