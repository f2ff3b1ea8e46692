namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>Promises of a <c>Result</c>, for errors that are values: OCaml's <c>Lwt_result</c>.</summary>
module Lwt_result =

    /// <summary>A promise of a value or an error.</summary>
    type t<'a, 'e> = Promise<Result<'a, 'e>>

    /// <summary>Fulfilled with <c>Ok v</c>. (<c>return</c> is a keyword of F#.)</summary>
    let return'<'a, 'e> (v: 'a) : t<'a, 'e> = Lwt.return_ok v

    /// <summary><c>return'</c>.</summary>
    let ``return``<'a, 'e> (v: 'a) : t<'a, 'e> = Lwt.return_ok v

    /// <summary>Fulfilled with <c>Error e</c>.</summary>
    let fail<'a, 'e> (e: 'e) : t<'a, 'e> = Lwt.return_error e

    /// <summary>Fulfilled with a result.</summary>
    let lift (r: Result<'a, 'e>) : t<'a, 'e> = Lwt.return' r

    /// <summary>The value of a promise, as <c>Ok</c>.</summary>
    let ok<'a, 'e> (p: 'a Lwt.t) : t<'a, 'e> =
        Null.check "Lwt_result.ok" (nameof p) p
        Lwt.map Ok p

    /// <summary>The value of a promise, as <c>Error</c>.</summary>
    let error<'a, 'e> (p: 'e Lwt.t) : t<'a, 'e> =
        Null.check "Lwt_result.error" (nameof p) p
        Lwt.map Error p

    /// <summary>The opposite of <c>catch</c>: rejected with the exception of an <c>Error</c>.</summary>
    let get_exn (p: t<'a, exn>) : 'a Lwt.t =
        Null.check "Lwt_result.get_exn" (nameof p) p

        Lwt.bind p (function
            | Ok v -> Lwt.return' v
            | Error e -> Lwt.fail e)

    /// <summary>Maps the value.</summary>
    let map (f: 'a -> 'b) (p: t<'a, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.map" (nameof f) f
        Null.check "Lwt_result.map" (nameof p) p
        Lwt.map (Result.map f) p

    /// <summary>Maps the error.</summary>
    let map_error (f: 'e1 -> 'e2) (p: t<'a, 'e1>) : t<'a, 'e2> =
        Null.check "Lwt_result.map_error" (nameof f) f
        Null.check "Lwt_result.map_error" (nameof p) p
        Lwt.map (Result.mapError f) p

    /// <summary>Goes on with the value; an error skips the function.</summary>
    let bind (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.bind" (nameof p) p
        Null.check "Lwt_result.bind" (nameof f) f

        Lwt.bind p (function
            | Ok v -> f v
            | Error e -> fail e)

    /// <summary>Goes on with the error; a value skips the function.</summary>
    let bind_error (p: t<'a, 'e1>) (f: 'e1 -> t<'a, 'e2>) : t<'a, 'e2> =
        Null.check "Lwt_result.bind_error" (nameof p) p
        Null.check "Lwt_result.bind_error" (nameof f) f

        Lwt.bind p (function
            | Ok v -> return' v
            | Error e -> f e)

    /// <summary>As <c>bind</c>, for a function that gives a plain promise.</summary>
    let bind_lwt (p: t<'a, 'e>) (f: 'a -> 'b Lwt.t) : t<'b, 'e> =
        Null.check "Lwt_result.bind_lwt" (nameof p) p
        Null.check "Lwt_result.bind_lwt" (nameof f) f

        Lwt.bind p (function
            | Ok v -> ok (f v)
            | Error e -> fail e)

    /// <summary>As <c>bind_error</c>, for a function that gives a plain promise of the new error.</summary>
    let bind_lwt_error (p: t<'a, 'e1>) (f: 'e1 -> 'e2 Lwt.t) : t<'a, 'e2> =
        Null.check "Lwt_result.bind_lwt_error" (nameof p) p
        Null.check "Lwt_result.bind_lwt_error" (nameof f) f

        Lwt.bind p (function
            | Ok v -> return' v
            | Error e -> Lwt.bind (f e) fail)

    /// <summary>As <c>bind</c>, for a function that gives a plain result.</summary>
    let bind_result (p: t<'a, 'e>) (f: 'a -> Result<'b, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.bind_result" (nameof p) p
        Null.check "Lwt_result.bind_result" (nameof f) f
        Lwt.map (Result.bind f) p

    /// <summary>Waits for both; of two errors, the one that came first.</summary>
    let both (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
        Null.check "Lwt_result.both" (nameof a) a
        Null.check "Lwt_result.both" (nameof b) b
        let first = ref ValueNone

        let noting p =
            p
            |> Lwt.map (fun r ->
                match r with
                | Error e when first.Value.IsNone -> first.Value <- ValueSome e
                | _ -> ()

                r)

        Lwt.both (noting a) (noting b)
        |> Lwt.map (fun (a, b) ->
            match a, b, first.Value with
            | Ok a, Ok b, _ -> Ok(a, b)
            | _, _, ValueSome e -> Error e
            | Error e, _, ValueNone
            | Ok _, Error e, ValueNone -> Error e)

    /// <summary>Calls the function on the value; an error is passed over.</summary>
    let iter (f: 'a -> unit Lwt.t) (p: t<'a, 'e>) : unit Lwt.t =
        Null.check "Lwt_result.iter" (nameof f) f
        Null.check "Lwt_result.iter" (nameof p) p

        Lwt.bind p (function
            | Ok v -> f v
            | Error _ -> Lwt.return_unit)

    /// <summary>Calls the function on the error; a value is passed over.</summary>
    let iter_error (f: 'e -> unit Lwt.t) (p: t<'a, 'e>) : unit Lwt.t =
        Null.check "Lwt_result.iter_error" (nameof f) f
        Null.check "Lwt_result.iter_error" (nameof p) p

        Lwt.bind p (function
            | Error e -> f e
            | Ok _ -> Lwt.return_unit)

    /// <summary>The operators.</summary>
    module Infix =
        /// <summary><c>map</c>, promise first.</summary>
        let (>|=) (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
            Null.check "Lwt_result.Infix.>|=" (nameof p) p
            Null.check "Lwt_result.Infix.>|=" (nameof f) f
            map f p

        /// <summary><c>bind</c>.</summary>
        let (>>=) (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
            Null.check "Lwt_result.Infix.>>=" (nameof p) p
            Null.check "Lwt_result.Infix.>>=" (nameof f) f
            bind p f

    /// <summary>What OCaml's <c>ppx_let</c> calls, for those who want the functions.</summary>
    module Let_syntax =
        /// <summary>The inner module of the same name, as in OCaml.</summary>
        module Let_syntax =
            /// <summary><c>return'</c>.</summary>
            let return' (v: 'a) : t<'a, 'e> = return' v

            /// <summary><c>return'</c>.</summary>
            let ``return`` (v: 'a) : t<'a, 'e> = return' v

            /// <summary><c>map</c>, promise first.</summary>
            let map (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.map" (nameof p) p
                Null.check "Lwt_result.Let_syntax.Let_syntax.map" (nameof f) f
                map f p

            /// <summary><c>bind</c>.</summary>
            let bind (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.bind" (nameof p) p
                Null.check "Lwt_result.Let_syntax.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary><c>both</c>.</summary>
            let both (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.both" (nameof a) a
                Null.check "Lwt_result.Let_syntax.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>The functions behind OCaml's let*, let+, and*, and+; in F# the block <c>lwtResult { }</c> takes their place.</summary>
    module Syntax =
        /// <summary>let*: <c>bind</c>.</summary>
        let let_star (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
            Null.check "Lwt_result.Syntax.let_star" (nameof p) p
            Null.check "Lwt_result.Syntax.let_star" (nameof f) f
            bind p f

        /// <summary>and*: <c>both</c>.</summary>
        let and_star (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
            Null.check "Lwt_result.Syntax.and_star" (nameof a) a
            Null.check "Lwt_result.Syntax.and_star" (nameof b) b
            both a b

        /// <summary>let+: <c>map</c>, promise first.</summary>
        let let_plus (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
            Null.check "Lwt_result.Syntax.let_plus" (nameof p) p
            Null.check "Lwt_result.Syntax.let_plus" (nameof f) f
            map f p

        /// <summary>and+: <c>both</c>.</summary>
        let and_plus (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
            Null.check "Lwt_result.Syntax.and_plus" (nameof a) a
            Null.check "Lwt_result.Syntax.and_plus" (nameof b) b
            both a b

    /// <summary><c>map</c>, promise first.</summary>
    let (>|=) (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> = map f p

    /// <summary><c>bind</c>.</summary>
    let (>>=) (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> = bind p f

    /// <summary><c>map_error</c>, by its old name.</summary>
    let map_err (f: 'e1 -> 'e2) (p: t<'a, 'e1>) : t<'a, 'e2> = map_error f p

    /// <summary><c>bind_lwt_error</c>, by its old name.</summary>
    let bind_lwt_err (p: t<'a, 'e1>) (f: 'e1 -> 'e2 Lwt.t) : t<'a, 'e2> = bind_lwt_error p f

/// <summary>The function of <c>Lwt_result</c> that takes a function, as since Lwt 5.7, or a promise, as before.</summary>
[<AbstractClass; Sealed>]
type Lwt_result =

    /// <summary>
    /// <c>Ok</c> of the value of the promise that a function returns, or <c>Error</c> of the exception, one that the
    /// function raises included.
    /// </summary>
    static member catch(f: unit -> 'a Lwt.t) : Lwt_result.t<'a, exn> =
        Null.check "Lwt_result.catch" (nameof f) f
        Lwt.catch (fun () -> Lwt_result.ok (f ())) Lwt_result.fail

    /// <summary><c>Ok</c> of the value of a promise, or <c>Error</c> of the exception.</summary>
    static member catch(p: 'a Lwt.t) : Lwt_result.t<'a, exn> =
        Null.check "Lwt_result.catch" (nameof p) p
        Lwt.catch (fun () -> Lwt_result.ok p) Lwt_result.fail

/// <summary>
/// The block <c>lwtResult { }</c>: <c>let!</c> goes on with the value of an <c>Ok</c> and leaves the block with an
/// <c>Error</c>. An exception raised in it rejects the promise.
/// </summary>
[<Sealed>]
type LwtResultBuilder internal () =

    /// <summary><c>let!</c> on a promise of a result.</summary>
    member _.Bind(p: Lwt_result.t<'a, 'e>, f: 'a -> Lwt_result.t<'b, 'e>) : Lwt_result.t<'b, 'e> = Lwt_result.bind p f

    /// <summary><c>let!</c> on a plain result.</summary>
    member _.Bind(r: Result<'a, 'e>, f: 'a -> Lwt_result.t<'b, 'e>) : Lwt_result.t<'b, 'e> =
        match r with
        | Ok v -> f v
        | Error e -> Lwt_result.fail e

    /// <summary><c>let! … and! …</c>: waits for both.</summary>
    member _.MergeSources(a: Lwt_result.t<'a, 'e>, b: Lwt_result.t<'b, 'e>) : Lwt_result.t<'a * 'b, 'e> =
        Lwt_result.both a b

    /// <summary><c>return</c>.</summary>
    member _.Return(v: 'a) : Lwt_result.t<'a, 'e> = Lwt_result.return' v

    /// <summary><c>return!</c>.</summary>
    member _.ReturnFrom(p: Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> = p

    /// <summary><c>return!</c> of a plain result.</summary>
    member _.ReturnFrom(r: Result<'a, 'e>) : Lwt_result.t<'a, 'e> = Lwt_result.lift r

    /// <summary>An <c>if</c> without <c>else</c>.</summary>
    member _.Zero() : Lwt_result.t<unit, 'e> = Lwt_result.return' ()

    /// <summary>The block, or a part of it, not yet run.</summary>
    member _.Delay(f: unit -> Lwt_result.t<'a, 'e>) : unit -> Lwt_result.t<'a, 'e> = f

    /// <summary>Runs the block.</summary>
    member _.Run(f: unit -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> = Lwt.apply f ()

    /// <summary>One part after another.</summary>
    member _.Combine(p: Lwt_result.t<unit, 'e>, f: unit -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        Lwt_result.bind p f

    /// <summary><c>try … with</c>, on exceptions.</summary>
    member _.TryWith(f: unit -> Lwt_result.t<'a, 'e>, h: exn -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        Lwt.catch f h

    /// <summary><c>try … finally</c>.</summary>
    member _.TryFinally(f: unit -> Lwt_result.t<'a, 'e>, last: unit -> unit) : Lwt_result.t<'a, 'e> =
        Lwt.finalize f (fun () ->
            last ()
            Lwt.return_unit)

    /// <summary><c>use</c>.</summary>
    member this.Using(resource: 'r :> IDisposable, f: 'r -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        this.TryFinally(
            (fun () -> f resource),
            fun () ->
                if not (obj.ReferenceEquals(resource, null)) then
                    resource.Dispose()
        )

    /// <summary><c>while</c>; an <c>Error</c> leaves it.</summary>
    member this.While(holds: unit -> bool, f: unit -> Lwt_result.t<unit, 'e>) : Lwt_result.t<unit, 'e> =
        if holds () then
            Lwt_result.bind (f ()) (fun () -> this.While(holds, f))
        else
            Lwt_result.return' ()

    /// <summary><c>for</c>; an <c>Error</c> leaves it.</summary>
    member this.For(items: 'a seq, f: 'a -> Lwt_result.t<unit, 'e>) : Lwt_result.t<unit, 'e> =
        this.Using(
            items.GetEnumerator(),
            fun each -> this.While((fun () -> each.MoveNext()), (fun () -> f each.Current))
        )

/// <summary>The block <c>lwtResult { }</c>.</summary>
[<AutoOpen>]
module LwtResultBuilderImpl =
    /// <summary>The block over promises of a <c>Result</c>: what OCaml's let* of <c>Lwt_result.Syntax</c> becomes.</summary>
    let lwtResult = LwtResultBuilder()
