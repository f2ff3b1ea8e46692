namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Promises for a <c>Result</c>, for errors that are values rather than exceptions: OCaml's <c>Lwt_result</c>. A
/// promise that is rejected stays rejected: the functions below handle <c>Error</c>, not exceptions, unless they say
/// so.
/// </summary>
module Lwt_result =

    /// <summary>A promise for a value (<c>Ok</c>) or an error (<c>Error</c>).</summary>
    type t<'a, 'e> = Promise<Result<'a, 'e>>

    /// <summary>
    /// Returns a promise that is already fulfilled with <c>Ok v</c>. (<c>return</c> is a keyword of F#.)
    /// </summary>
    let return'<'a, 'e> (v: 'a) : t<'a, 'e> = Lwt.return_ok v

    /// <summary>The same as <c>return'</c>, under OCaml's name.</summary>
    let ``return``<'a, 'e> (v: 'a) : t<'a, 'e> = Lwt.return_ok v

    /// <summary>Returns a promise that is already fulfilled with <c>Error e</c>.</summary>
    let fail<'a, 'e> (e: 'e) : t<'a, 'e> = Lwt.return_error e

    /// <summary>Returns a promise that is already fulfilled with a result.</summary>
    let lift (r: Result<'a, 'e>) : t<'a, 'e> = Lwt.return' r

    /// <summary>Returns a promise for the value of <paramref name="p"/> as <c>Ok</c>.</summary>
    let ok<'a, 'e> (p: 'a Lwt.t) : t<'a, 'e> =
        Null.check "Lwt_result.ok" (nameof p) p
        Lwt.map Ok p

    /// <summary>Returns a promise for the value of <paramref name="p"/> as <c>Error</c>.</summary>
    let error<'a, 'e> (p: 'e Lwt.t) : t<'a, 'e> =
        Null.check "Lwt_result.error" (nameof p) p
        Lwt.map Error p

    /// <summary>
    /// Returns a promise for the value of an <c>Ok</c>, or one that is rejected with the exception of an <c>Error</c>.
    /// It is the opposite of <c>catch</c>.
    /// </summary>
    let get_exn (p: t<'a, exn>) : 'a Lwt.t =
        Null.check "Lwt_result.get_exn" (nameof p) p

        Lwt.bind p (function
            | Ok v -> Lwt.return' v
            | Error e -> Lwt.fail e)

    /// <summary>
    /// Returns a promise for the result of <paramref name="f"/> on the value of an <c>Ok</c>; an <c>Error</c> stays as
    /// it is.
    /// </summary>
    let map (f: 'a -> 'b) (p: t<'a, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.map" (nameof f) f
        Null.check "Lwt_result.map" (nameof p) p
        Lwt.map (Result.map f) p

    /// <summary>
    /// Returns a promise for the result of <paramref name="f"/> on the error of an <c>Error</c>; an <c>Ok</c> stays as
    /// it is.
    /// </summary>
    let map_error (f: 'e1 -> 'e2) (p: t<'a, 'e1>) : t<'a, 'e2> =
        Null.check "Lwt_result.map_error" (nameof f) f
        Null.check "Lwt_result.map_error" (nameof p) p
        Lwt.map (Result.mapError f) p

    /// <summary>
    /// Calls <paramref name="f"/> on the value of an <c>Ok</c> and returns a promise for its result. With an
    /// <c>Error</c>, f is not called, and the error is the result.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt_result.bind (parse text) (fun n -&gt;
    ///     if n % 2 = 0 then
    ///         Lwt_result.return' (n / 2)
    ///     else
    ///         Lwt_result.fail $"{n} is odd")
    /// </code>
    /// </example>
    let bind (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.bind" (nameof p) p
        Null.check "Lwt_result.bind" (nameof f) f

        Lwt.bind p (function
            | Ok v -> f v
            | Error e -> fail e)

    /// <summary>
    /// Calls <paramref name="f"/> on the error of an <c>Error</c> and returns a promise for its result. With an
    /// <c>Ok</c>, f is not called, and the value is the result.
    /// </summary>
    let bind_error (p: t<'a, 'e1>) (f: 'e1 -> t<'a, 'e2>) : t<'a, 'e2> =
        Null.check "Lwt_result.bind_error" (nameof p) p
        Null.check "Lwt_result.bind_error" (nameof f) f

        Lwt.bind p (function
            | Ok v -> return' v
            | Error e -> f e)

    /// <summary>Like <c>bind</c>, for a function whose promise is for a value that cannot be an error.</summary>
    let bind_lwt (p: t<'a, 'e>) (f: 'a -> 'b Lwt.t) : t<'b, 'e> =
        Null.check "Lwt_result.bind_lwt" (nameof p) p
        Null.check "Lwt_result.bind_lwt" (nameof f) f

        Lwt.bind p (function
            | Ok v -> ok (f v)
            | Error e -> fail e)

    /// <summary>Like <c>bind_error</c>, for a function whose promise is for the new error.</summary>
    let bind_lwt_error (p: t<'a, 'e1>) (f: 'e1 -> 'e2 Lwt.t) : t<'a, 'e2> =
        Null.check "Lwt_result.bind_lwt_error" (nameof p) p
        Null.check "Lwt_result.bind_lwt_error" (nameof f) f

        Lwt.bind p (function
            | Ok v -> return' v
            | Error e -> Lwt.bind (f e) fail)

    /// <summary>Like <c>bind</c>, for a function that returns a result and no promise.</summary>
    let bind_result (p: t<'a, 'e>) (f: 'a -> Result<'b, 'e>) : t<'b, 'e> =
        Null.check "Lwt_result.bind_result" (nameof p) p
        Null.check "Lwt_result.bind_result" (nameof f) f
        Lwt.map (Result.bind f) p

    /// <summary>
    /// Waits for two promises and returns a promise for both values, or for the error. If both have errors, the result
    /// is the one that came first.
    /// </summary>
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

    /// <summary>
    /// Calls <paramref name="f"/> on the value of an <c>Ok</c> and waits for its promise. With an <c>Error</c> it does
    /// nothing.
    /// </summary>
    let iter (f: 'a -> unit Lwt.t) (p: t<'a, 'e>) : unit Lwt.t =
        Null.check "Lwt_result.iter" (nameof f) f
        Null.check "Lwt_result.iter" (nameof p) p

        Lwt.bind p (function
            | Ok v -> f v
            | Error _ -> Lwt.return_unit)

    /// <summary>
    /// Calls <paramref name="f"/> on the error of an <c>Error</c> and waits for its promise. With an <c>Ok</c> it does
    /// nothing.
    /// </summary>
    let iter_error (f: 'e -> unit Lwt.t) (p: t<'a, 'e>) : unit Lwt.t =
        Null.check "Lwt_result.iter_error" (nameof f) f
        Null.check "Lwt_result.iter_error" (nameof p) p

        Lwt.bind p (function
            | Error e -> f e
            | Ok _ -> Lwt.return_unit)

    /// <summary>The operators for promises of a result: <c>open Lwt_result.Infix</c>.</summary>
    module Infix =
        /// <summary>The same as <c>map</c>, with the promise first.</summary>
        let (>|=) (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
            Null.check "Lwt_result.Infix.>|=" (nameof p) p
            Null.check "Lwt_result.Infix.>|=" (nameof f) f
            map f p

        /// <summary>The same as <c>bind</c>.</summary>
        let (>>=) (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
            Null.check "Lwt_result.Infix.>>=" (nameof p) p
            Null.check "Lwt_result.Infix.>>=" (nameof f) f
            bind p f

    /// <summary>Contains the inner module of the same name, as in OCaml.</summary>
    module Let_syntax =
        /// <summary>The functions that code generated by OCaml's <c>ppx_let</c> calls.</summary>
        module Let_syntax =
            /// <summary>The same as <c>Lwt_result.return'</c>.</summary>
            let return' (v: 'a) : t<'a, 'e> = return' v

            /// <summary>The same as <c>Lwt_result.return'</c>.</summary>
            let ``return`` (v: 'a) : t<'a, 'e> = return' v

            /// <summary>The same as <c>Lwt_result.map</c>, with the promise first.</summary>
            let map (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.map" (nameof p) p
                Null.check "Lwt_result.Let_syntax.Let_syntax.map" (nameof f) f
                map f p

            /// <summary>The same as <c>Lwt_result.bind</c>.</summary>
            let bind (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.bind" (nameof p) p
                Null.check "Lwt_result.Let_syntax.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary>The same as <c>Lwt_result.both</c>.</summary>
            let both (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
                Null.check "Lwt_result.Let_syntax.Let_syntax.both" (nameof a) a
                Null.check "Lwt_result.Let_syntax.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>
    /// The functions behind OCaml's <c>let*</c>, <c>and*</c>, <c>let+</c> and <c>and+</c>. In F#, the block
    /// <c>lwtResult { }</c> takes their place.
    /// </summary>
    module Syntax =
        /// <summary>OCaml's <c>let*</c>: the same as <c>bind</c>.</summary>
        let let_star (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> =
            Null.check "Lwt_result.Syntax.let_star" (nameof p) p
            Null.check "Lwt_result.Syntax.let_star" (nameof f) f
            bind p f

        /// <summary>OCaml's <c>and*</c>: the same as <c>both</c>.</summary>
        let and_star (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
            Null.check "Lwt_result.Syntax.and_star" (nameof a) a
            Null.check "Lwt_result.Syntax.and_star" (nameof b) b
            both a b

        /// <summary>OCaml's <c>let+</c>: the same as <c>map</c>, with the promise first.</summary>
        let let_plus (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> =
            Null.check "Lwt_result.Syntax.let_plus" (nameof p) p
            Null.check "Lwt_result.Syntax.let_plus" (nameof f) f
            map f p

        /// <summary>OCaml's <c>and+</c>: the same as <c>both</c>.</summary>
        let and_plus (a: t<'a, 'e>) (b: t<'b, 'e>) : t<'a * 'b, 'e> =
            Null.check "Lwt_result.Syntax.and_plus" (nameof a) a
            Null.check "Lwt_result.Syntax.and_plus" (nameof b) b
            both a b

    /// <summary>The same as <c>map</c>, with the promise first.</summary>
    let (>|=) (p: t<'a, 'e>) (f: 'a -> 'b) : t<'b, 'e> = map f p

    /// <summary>The same as <c>bind</c>.</summary>
    let (>>=) (p: t<'a, 'e>) (f: 'a -> t<'b, 'e>) : t<'b, 'e> = bind p f

    /// <summary>The same as <c>map_error</c>, by its old name.</summary>
    let map_err (f: 'e1 -> 'e2) (p: t<'a, 'e1>) : t<'a, 'e2> = map_error f p

    /// <summary>The same as <c>bind_lwt_error</c>, by its old name.</summary>
    let bind_lwt_err (p: t<'a, 'e1>) (f: 'e1 -> 'e2 Lwt.t) : t<'a, 'e2> = bind_lwt_error p f

/// <summary>
/// The function of <c>Lwt_result</c> that takes a function, as in OCaml's Lwt since version 5.7, or a promise, as
/// before.
/// </summary>
[<AbstractClass; Sealed>]
type Lwt_result =

    /// <summary>
    /// Calls a function at once and returns a promise for <c>Ok</c> and the value of its promise, or for <c>Error</c>
    /// and the exception if that promise is rejected or the function raises.
    /// </summary>
    static member catch(f: unit -> 'a Lwt.t) : Lwt_result.t<'a, exn> =
        Null.check "Lwt_result.catch" (nameof f) f
        Lwt.catch (fun () -> Lwt_result.ok (f ())) Lwt_result.fail

    /// <summary>
    /// Returns a promise for <c>Ok</c> and the value of <paramref name="p"/>, or for <c>Error</c> and the exception if
    /// p is rejected.
    /// </summary>
    static member catch(p: 'a Lwt.t) : Lwt_result.t<'a, exn> =
        Null.check "Lwt_result.catch" (nameof p) p
        Lwt.catch (fun () -> Lwt_result.ok p) Lwt_result.fail

/// <summary>
/// The block <c>lwtResult { }</c>, which is a promise for a <c>Result</c>. <c>let!</c> waits for a promise of a result
/// and binds the value of an <c>Ok</c>; with an <c>Error</c> it ends the block, and that is the result. An exception
/// raised in the block rejects its promise.
/// </summary>
/// <example>
/// <code>
/// let sum a b =
///     lwtResult {
///         let! a = parse a
///         let! b = parse b
///         return a + b
///     }
/// </code>
/// </example>
[<Sealed>]
type LwtResultBuilder internal () =

    /// <summary>
    /// <c>let!</c> of a promise for a result: the rest of the block runs on the value of an <c>Ok</c>.
    /// </summary>
    member _.Bind(p: Lwt_result.t<'a, 'e>, f: 'a -> Lwt_result.t<'b, 'e>) : Lwt_result.t<'b, 'e> = Lwt_result.bind p f

    /// <summary><c>let!</c> of a result: the rest of the block runs on the value of an <c>Ok</c>.</summary>
    member _.Bind(r: Result<'a, 'e>, f: 'a -> Lwt_result.t<'b, 'e>) : Lwt_result.t<'b, 'e> =
        match r with
        | Ok v -> f v
        | Error e -> Lwt_result.fail e

    /// <summary><c>let! … and! …</c>: waits for two promises, as <c>Lwt_result.both</c> does.</summary>
    member _.MergeSources(a: Lwt_result.t<'a, 'e>, b: Lwt_result.t<'b, 'e>) : Lwt_result.t<'a * 'b, 'e> =
        Lwt_result.both a b

    /// <summary><c>return</c>: the block's promise is fulfilled with <c>Ok</c> and the value.</summary>
    member _.Return(v: 'a) : Lwt_result.t<'a, 'e> = Lwt_result.return' v

    /// <summary><c>return!</c> of a promise for a result: the block is resolved as it is.</summary>
    member _.ReturnFrom(p: Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> = p

    /// <summary><c>return!</c> of a result: the block's promise is fulfilled with it.</summary>
    member _.ReturnFrom(r: Result<'a, 'e>) : Lwt_result.t<'a, 'e> = Lwt_result.lift r

    /// <summary><c>Ok ()</c>: the result of an <c>if</c> without <c>else</c>, and of a loop.</summary>
    member _.Zero() : Lwt_result.t<unit, 'e> = Lwt_result.return' ()

    /// <summary>Makes a function of the block, or of a part of it, to be called later.</summary>
    member _.Delay(f: unit -> Lwt_result.t<'a, 'e>) : unit -> Lwt_result.t<'a, 'e> = f

    /// <summary>Runs the block; an exception that it raises rejects its promise.</summary>
    member _.Run(f: unit -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> = Lwt.apply f ()

    /// <summary>Runs a part of the block and, if its result is <c>Ok</c>, the next part.</summary>
    member _.Combine(p: Lwt_result.t<unit, 'e>, f: unit -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        Lwt_result.bind p f

    /// <summary><c>try … with</c>: handles exceptions, as <c>Lwt.catch</c> does, and no <c>Error</c>.</summary>
    member _.TryWith(f: unit -> Lwt_result.t<'a, 'e>, h: exn -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        Lwt.catch f h

    /// <summary>
    /// <c>try … finally</c>: runs the cleanup code when the body ends, by an <c>Ok</c>, an <c>Error</c> or an
    /// exception.
    /// </summary>
    member _.TryFinally(f: unit -> Lwt_result.t<'a, 'e>, last: unit -> unit) : Lwt_result.t<'a, 'e> =
        Lwt.finalize f (fun () ->
            last ()
            Lwt.return_unit)

    /// <summary><c>use</c>: disposes of the resource when the rest of the block ends.</summary>
    member this.Using(resource: 'r :> IDisposable, f: 'r -> Lwt_result.t<'a, 'e>) : Lwt_result.t<'a, 'e> =
        this.TryFinally(
            (fun () -> f resource),
            fun () ->
                if not (obj.ReferenceEquals(resource, null)) then
                    resource.Dispose()
        )

    /// <summary><c>while</c>; an <c>Error</c> in the body ends the loop and the block.</summary>
    member this.While(holds: unit -> bool, f: unit -> Lwt_result.t<unit, 'e>) : Lwt_result.t<unit, 'e> =
        if holds () then
            Lwt_result.bind (f ()) (fun () -> this.While(holds, f))
        else
            Lwt_result.return' ()

    /// <summary><c>for</c> over a sequence; an <c>Error</c> in the body ends the loop and the block.</summary>
    member this.For(items: 'a seq, f: 'a -> Lwt_result.t<unit, 'e>) : Lwt_result.t<unit, 'e> =
        this.Using(
            items.GetEnumerator(),
            fun each -> this.While((fun () -> each.MoveNext()), (fun () -> f each.Current))
        )

/// <summary>Contains the builder of the block <c>lwtResult { }</c>.</summary>
[<AutoOpen>]
module LwtResultBuilderImpl =
    /// <summary>
    /// The block <c>lwtResult { }</c> over promises for a <c>Result</c>; in OCaml, the <c>let*</c> of
    /// <c>Lwt_result.Syntax</c>.
    /// </summary>
    let lwtResult = LwtResultBuilder()
