namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// Where the exceptions of background work go.
module internal Hook =
    /// The hook that a program can replace. At first it is the hook that is set in the core, or else the core's
    /// default.
    let current: (exn -> unit) ref =
        ref (
            match AsyncExceptions.Hook with
            | null -> AsyncExceptions.Default
            | hook -> hook.Invoke
        )

    AsyncExceptions.Hook <- fun e -> current.Value e

/// <summary>The type of <c>Lwt.cancellationToken</c>, which a block turns into the token of its own.</summary>
[<Sealed>]
type BlockCancellationToken internal () = class end

/// <summary>
/// Promises, under the names of OCaml's module <c>Lwt</c> and in the order of its interface. Callbacks run, and
/// cancellation works, as in OCaml's Lwt; docs/from-ocaml.md lists the few deliberate differences. A promise belongs to
/// the thread that makes it: to wait for it or to resolve it on another thread raises <c>InvalidOperationException</c>.
/// A function that is given null for a promise or a function raises <c>ArgumentNullException</c>.
/// </summary>
module Lwt =

    /// <summary>
    /// A promise of a value of type <c>'a</c>. It is pending, or fulfilled with a value, or rejected with an exception;
    /// once it is fulfilled or rejected (that is, resolved) it does not change.
    /// </summary>
    type 'a t = Promise<'a>

    /// <summary>A resolver: fulfills or rejects the promise that it was made with, once.</summary>
    type 'a u = Resolver<'a>

    /// <summary>
    /// Returns a new pending promise and its resolver. <c>cancel</c> does nothing to this promise; for a promise that
    /// can be cancelled see <c>task</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// let name, resolver = Lwt.wait ()
    /// let greeting = name &gt;|= fun name -&gt; $"Hello, {name}"
    ///
    /// Lwt.wakeup_later resolver "Ann"
    /// </code>
    /// </example>
    let wait<'a> () : 'a t * 'a u =
        let p = Primitives.Wait<'a>()
        p, Primitives.ResolverOf p

    /// <summary>
    /// Fulfills the promise of a resolver with a value. Its callbacks run before this function returns. But when this
    /// function is called inside a callback of another promise, they run later, once all callbacks of that other
    /// promise have run. If the promise was cancelled, nothing happens.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup_later (r: 'a u) (v: 'a) : unit = r.FulfillLater v

    /// <summary>
    /// Rejects the promise of a resolver with an exception. Its callbacks run when those of <c>wakeup_later</c> would.
    /// If the promise was cancelled, nothing happens.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup_later_exn (r: 'a u) (e: exn) : unit = r.RejectLater e

    /// <summary>
    /// Returns a promise that is already fulfilled with a value. (OCaml's <c>return</c> is a keyword of F#.)
    /// </summary>
    /// <example>
    /// <code>
    /// let answer = Lwt.return' 42
    /// </code>
    /// </example>
    let return' (v: 'a) : 'a t = Promise.Return v

    /// <summary>The same as <c>return'</c>, under OCaml's name.</summary>
    let ``return`` (v: 'a) : 'a t = Promise.Return v

    /// <summary>Raises an exception again and keeps the stack trace that it already has.</summary>
    [<System.Diagnostics.StackTraceHidden>]
    let reraise<'a> (e: exn) : 'a =
        Null.check "Lwt.reraise" (nameof e) e
        Primitives.Rethrow e
        Unchecked.defaultof<'a>

    /// <summary>Returns a promise that is already rejected with an exception.</summary>
    let fail<'a> (e: exn) : 'a t = Promise.Fail<'a> e

    /// <summary>
    /// Returns a promise for the result of <paramref name="f"/>, which is called on the value of <paramref name="p"/>.
    /// If p is pending, f is called when p is fulfilled, and an exception that f raises rejects the result. If p is
    /// already fulfilled, f is called at once, in tail position, and an exception that it raises goes to the caller. If
    /// p is rejected, f is not called, and the result is rejected with the same exception. Cancelling the result
    /// cancels p, or, once f has been called, the promise that f returned.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.bind (fetch "index") (fun link -&gt; fetch link)
    /// </code>
    /// </example>
    let inline bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
        let p = Primitives.Underlying p

        if Primitives.CanCallNow p then
            f (Primitives.Value<'a> p)
        else
            Primitives.Bind<'b, BindStep<'a, 'b>>(p, BindStep(fun v -> f v))

    /// <summary>
    /// Calls <paramref name="f"/> at once and returns a promise with its value. If the promise of f is rejected, or f
    /// raises, <paramref name="h"/> is called on the exception, and the result is that of the promise that h returns.
    /// An exception that h raises rejects the result; but if h is called before this function returns, it goes to the
    /// caller.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.catch (fun () -&gt; fetch "broken") (function
    ///     | Failure _ -&gt; Lwt.return' "no page"
    ///     | e -&gt; Lwt.fail e)
    /// </code>
    /// </example>
    let catch (f: unit -> 'a t) (h: exn -> 'a t) : 'a t =
        Null.check "Lwt.catch" (nameof f) f
        Null.check "Lwt.catch" (nameof h) h
        Primitives.Catch<'a, Body<'a>, Handler<'a>>(Body f, Handler h)

    /// <summary>
    /// Calls <paramref name="f"/> at once and, when its promise is resolved or f raises, calls <paramref name="c"/>.
    /// The result is the value or the exception of f, once the promise of c is fulfilled. If c fails, its exception
    /// takes the place of that result.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.finalize (fun () -&gt; fetch "index") (fun () -&gt; Lwt_io.printl "finished")
    /// </code>
    /// </example>
    let finalize (f: unit -> 'a t) (c: unit -> unit t) : 'a t =
        Null.check "Lwt.finalize" (nameof f) f
        Null.check "Lwt.finalize" (nameof c) c
        Primitives.Finalize<'a, unit, Body<'a>, Body<unit>>(Body f, Body c)

    /// <summary>
    /// Calls <paramref name="f"/> at once. When its promise is fulfilled, calls <paramref name="g"/> on the value; when
    /// it is rejected, or f raises, calls <paramref name="h"/> on the exception. The result is that of the promise that
    /// g or h returns. Unlike in <c>catch</c> around a <c>bind</c>, an exception of g does not reach h.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.try_bind (fun () -&gt; fetch "broken") (fun page -&gt; Lwt.return' (Ok page)) (fun e -&gt;
    ///     Lwt.return' (Error e.Message))
    /// </code>
    /// </example>
    let try_bind (f: unit -> 'a t) (g: 'a -> 'b t) (h: exn -> 'b t) : 'b t =
        Null.check "Lwt.try_bind" (nameof f) f
        Null.check "Lwt.try_bind" (nameof g) g
        Null.check "Lwt.try_bind" (nameof h) h
        Primitives.TryBind<'a, 'b, Body<'a>, BindStep<'a, 'b>, Handler<'b>>(Body f, BindStep g, Handler h)

    /// <summary>
    /// Calls <paramref name="f"/> at once and does not wait for its promise. If that promise is rejected, or f raises,
    /// <paramref name="h"/> is called on the exception. An exception that h raises goes to the async exception hook.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.dont_wait (fun () -&gt; fetch "broken") (fun e -&gt; log.Add $"fetch failed: {e.Message}")
    /// </code>
    /// </example>
    let dont_wait (f: unit -> 'a t) (h: exn -> unit) : unit =
        Null.check "Lwt.dont_wait" (nameof f) f
        Null.check "Lwt.dont_wait" (nameof h) h
        Primitives.FireAndForget<'a, Body<'a>, FailureEffect>(Body f, FailureEffect h)

    /// <summary>
    /// Calls <paramref name="f"/> at once and does not wait for its promise. If that promise is rejected, or f raises,
    /// the exception goes to the async exception hook: see <c>async_exception_hook</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.async (fun () -&gt;
    ///     lwt {
    ///         while true do
    ///             do! Lwt_unix.sleep 60.0
    ///             do! save ()
    ///     })
    /// </code>
    /// </example>
    let async (f: unit -> 'a t) : unit =
        Null.check "Lwt.async" (nameof f) f
        Primitives.FireAndForget<'a, Body<'a>>(Body f)

    /// <summary>
    /// The function that is called on each exception that no promise takes: those of <c>async</c>, and those of
    /// callbacks whose result is no promise, such as <c>on_success</c>. Set it to handle them in another way. The
    /// default writes the exception to standard error and ends the run of the loop. <c>with_async_exception_hook</c>
    /// replaces the hook for a part of a program.
    /// </summary>
    let async_exception_hook: (exn -> unit) ref = Hook.current

    /// <summary>
    /// Calls <paramref name="f"/> and returns its result. Work that f starts in the background, and work that callbacks
    /// attached in f start, reports exceptions to <paramref name="hook"/> instead of <c>async_exception_hook</c>. (Not
    /// in OCaml's Lwt.)
    /// </summary>
    let with_async_exception_hook (hook: exn -> unit) (f: unit -> 'a) : 'a =
        Null.check "Lwt.with_async_exception_hook" (nameof hook) hook
        Null.check "Lwt.with_async_exception_hook" (nameof f) f
        AsyncExceptions.WithHook(hook, f)

    /// <summary>
    /// Returns a promise for the values of both promises. It is resolved once both are resolved: fulfilled with the
    /// pair, or rejected with the exception of the one that was rejected first. Cancelling it cancels both.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.both (fetch "a") (fetch "b")
    /// </code>
    /// </example>
    let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
        Null.check "Lwt.both" (nameof a) a
        Null.check "Lwt.both" (nameof b) b
        Primitives.Both<'a, 'b, 'a * 'b, PairMaker<'a, 'b>>(a, b, PairMaker())

    /// <summary>
    /// Returns a promise that is resolved once all promises of the list are resolved: it is fulfilled, or rejected with
    /// the exception of the one that was rejected first. Cancelling it cancels all that are pending. With the empty
    /// list it is fulfilled at once.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.join [ Lwt_unix.sleep 1.0; Lwt_unix.sleep 2.0 ]
    /// &gt;&gt;= fun () -&gt; Lwt_io.printl "two seconds later"
    /// </code>
    /// </example>
    let join (ps: unit t list) : unit t =
        let sources = Array.zeroCreate<Promise> ps.Length
        let mutable rest = ps

        for i in 0 .. sources.Length - 1 do
            sources[i] <- rest.Head
            rest <- rest.Tail

        Primitives.Join<unit> sources

    /// <summary>
    /// Returns a promise for the values of all promises, in the order of the list. It is resolved once all are
    /// resolved: fulfilled with the values, or rejected with the exception of the one that was rejected first.
    /// Cancelling it cancels all that are pending.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.all [ fetch "a"; fetch "b" ]
    /// </code>
    /// </example>
    let all (ps: 'a t list) : 'a list t =
        Primitives.All<'a, 'a list, ListMaker<'a>>(List.toArray ps, ListMaker())

    /// <summary>
    /// Returns a promise that is resolved as the first promise of the list to be resolved, with its value or its
    /// exception, and cancels all others before that. If several are already resolved, a rejected one comes first;
    /// otherwise one is drawn at random from <c>EventLoop.Random</c>, which is seeded so that programs repeat.
    /// Cancelling the result cancels all.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    /// <example>
    /// <code>
    /// Lwt.pick [ fetch "slow" &gt;|= Some; Lwt_unix.sleep 2.0 &gt;|= fun () -&gt; None ]
    /// </code>
    /// </example>
    let pick (ps: 'a t list) : 'a t =
        match ps with
        | [ a; b ] -> Primitives.Pick<'a>(a, b)
        | _ -> Primitives.Pick<'a>(ReadOnlySpan(List.toArray ps))

    /// <summary>Like <c>pick</c>, but does not cancel the other promises: they continue.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    /// <example>
    /// <code>
    /// lwt {
    ///     let page = fetch "slow"
    ///     do! Lwt.choose [ page &gt;|= ignore; Lwt_unix.sleep 2.0 ]
    ///
    ///     if Lwt.is_sleeping page then
    ///         do! Lwt_io.printl "still loading"
    ///
    ///     return! page
    /// }
    /// </code>
    /// </example>
    let choose (ps: 'a t list) : 'a t =
        match ps with
        | [ a; b ] -> Primitives.Choose<'a>(a, b)
        | _ -> Primitives.Choose<'a>(ReadOnlySpan(List.toArray ps))

    /// <summary>
    /// Like <c>pick</c>, but returns a promise for the values of all promises that are fulfilled when the first one is;
    /// it cancels those that are still pending. If one of the promises is rejected by then, the result is rejected with
    /// its exception.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let npick (ps: 'a t list) : 'a list t =
        Primitives.NChoose<'a, 'a list, ListMaker<'a>>(ReadOnlySpan(List.toArray ps), ListMaker(), true)

    /// <summary>Like <c>npick</c>, but does not cancel the promises that are still pending: they continue.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let nchoose (ps: 'a t list) : 'a list t =
        Primitives.NChoose<'a, 'a list, ListMaker<'a>>(ReadOnlySpan(List.toArray ps), ListMaker(), false)

    /// <summary>
    /// Like <c>nchoose</c>, but returns a promise for two lists: the values of the promises that are fulfilled, and the
    /// promises that are still pending.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let nchoose_split (ps: 'a t list) : ('a list * 'a t list) t =
        Primitives.NChooseSplit<'a, 'a list * 'a t list, SplitMaker<'a>>(ReadOnlySpan(List.toArray ps), SplitMaker())

    /// <summary>
    /// The exception that a cancelled promise is rejected with, to be raised or given to <c>fail</c>.
    /// </summary>
    let Canceled: exn = PromiseCanceledException()

    /// <summary>
    /// Matches the exception of a cancelled promise, and of a cancelled Task: any <c>OperationCanceledException</c>.
    /// </summary>
    [<return: Struct>]
    let (|Canceled|_|) (e: exn) =
        match e with
        | :? OperationCanceledException -> ValueSome()
        | _ -> ValueNone

    /// <summary>
    /// Returns a new pending promise and its resolver. Cancelling the promise, or a promise that waits for it, rejects
    /// it with <c>Canceled</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// let order, resolver = Lwt.task ()
    /// let bill = order &gt;|= fun dish -&gt; $"a bill for {dish}"
    ///
    /// Lwt.cancel bill // rejects order, and so bill, with Lwt.Canceled
    /// Lwt.wakeup_later resolver "soup" // does nothing: order is cancelled
    /// </code>
    /// </example>
    let task<'a> () : 'a t * 'a u =
        let p = Primitives.Cancelable<'a>()
        p, Primitives.ResolverOf p

    /// <summary>
    /// Cancels a pending promise: finds the promises that it waits for, directly or through others, rejects with
    /// <c>Canceled</c> those that can be cancelled (promises of <c>task</c>, sleeps, pauses, waiters for a mutex and
    /// the like), and runs their callbacks before it returns, cancel callbacks first. So the promise itself is rejected
    /// unless a function on the way handles the exception. If none of them can be cancelled, or the promise is already
    /// resolved, nothing happens.
    /// </summary>
    /// <example>
    /// <code>
    /// let length = fetch "slow" &gt;|= String.length
    /// Lwt.cancel length // cancels the sleep in fetch
    /// </code>
    /// </example>
    let cancel (p: 'a t) : unit =
        Null.check "Lwt.cancel" (nameof p) p
        p.Cancel()

    /// <summary>
    /// Calls <paramref name="f"/> when the promise is cancelled, before its other callbacks, or at once if it is
    /// already cancelled. f is not called when the promise is fulfilled or rejected otherwise. An exception that f
    /// raises goes to the async exception hook.
    /// </summary>
    /// <example>
    /// <code>
    /// let order, resolver = Lwt.task&lt;string&gt;()
    /// Lwt.on_cancel order (fun () -&gt; log.Add "the order is withdrawn")
    /// Lwt.cancel order
    /// </code>
    /// </example>
    let on_cancel (p: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt.on_cancel" (nameof p) p
        Null.check "Lwt.on_cancel" (nameof f) f
        p.OnCancel f

    /// <summary>
    /// Returns a promise that is resolved as <paramref name="p"/> is. Cancelling it rejects it with <c>Canceled</c> and
    /// leaves p as it is. (OCaml's <c>protected</c> is a reserved word of F#.)
    /// </summary>
    /// <example>
    /// <code>
    /// let page = fetch "index"
    /// let mine = Lwt.protected' page
    /// Lwt.cancel mine // rejects mine; page stays pending
    /// </code>
    /// </example>
    let protected' (p: 'a t) : 'a t =
        Null.check "Lwt.protected'" (nameof p) p
        Primitives.Protected p

    /// <summary>
    /// Returns a promise that is resolved as <paramref name="p"/> is. Cancelling it does nothing, neither to it nor to
    /// p.
    /// </summary>
    /// <example>
    /// <code>
    /// let page = Lwt.no_cancel (fetch "index")
    /// Lwt.cancel page // does nothing
    /// </code>
    /// </example>
    let no_cancel (p: 'a t) : 'a t =
        Null.check "Lwt.no_cancel" (nameof p) p
        Primitives.NoCancel p

    /// <summary>
    /// Returns a promise that is resolved as <paramref name="p"/> is. Cancelling it cancels p, and then rejects the
    /// returned promise with <c>Canceled</c> even if p cannot be cancelled.
    /// </summary>
    let wrap_in_cancelable (p: 'a t) : 'a t =
        Null.check "Lwt.wrap_in_cancelable" (nameof p) p
        Primitives.WrapInCancelable p

    /// <summary>
    /// Returns a promise for the result of <paramref name="f"/> on the value of <paramref name="p"/>. f is called when
    /// p is fulfilled, at once if it already is; an exception that f raises rejects the result. If p is rejected, f is
    /// not called, and the result is rejected with the same exception.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt.map String.length (fetch "index")
    /// </code>
    /// </example>
    let inline map (f: 'a -> 'b) (p: 'a t) : 'b t =
        Primitives.Map<'b, MapStep<'a, 'b>>(p, MapStep f)

    /// <summary>
    /// Calls <paramref name="f"/> on the value when <paramref name="p"/> is fulfilled, at once if it already is. If p
    /// is rejected, f is not called. An exception that f raises goes to the async exception hook.
    /// </summary>
    let on_success (p: 'a t) (f: 'a -> unit) : unit =
        Null.check "Lwt.on_success" (nameof p) p
        Null.check "Lwt.on_success" (nameof f) f
        Primitives.OnSuccess(p, ValueEffect f)

    /// <summary>
    /// Calls <paramref name="f"/> on the exception when <paramref name="p"/> is rejected, at once if it already is. If
    /// p is fulfilled, f is not called. An exception that f raises goes to the async exception hook.
    /// </summary>
    let on_failure (p: 'a t) (f: exn -> unit) : unit =
        Null.check "Lwt.on_failure" (nameof p) p
        Null.check "Lwt.on_failure" (nameof f) f
        Primitives.OnFailure(p, FailureEffect f)

    /// <summary>
    /// Calls <paramref name="f"/> when <paramref name="p"/> is resolved, fulfilled or rejected, at once if it already
    /// is. An exception that f raises goes to the async exception hook.
    /// </summary>
    let on_termination (p: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt.on_termination" (nameof p) p
        Null.check "Lwt.on_termination" (nameof f) f
        Primitives.OnAny(p, TerminationEffect f, TerminationEffect f)

    /// <summary>
    /// Calls <paramref name="f"/> on the value when <paramref name="p"/> is fulfilled, or <paramref name="g"/> on the
    /// exception when it is rejected, at once if p is already resolved. An exception that the function raises goes to
    /// the async exception hook.
    /// </summary>
    let on_any (p: 'a t) (f: 'a -> unit) (g: exn -> unit) : unit =
        Null.check "Lwt.on_any" (nameof p) p
        Null.check "Lwt.on_any" (nameof f) f
        Null.check "Lwt.on_any" (nameof g) g
        Primitives.OnAny(p, ValueEffect f, FailureEffect g)

    /// <summary>The operators for promises: <c>open Lwt.Infix</c>.</summary>
    module Infix =
        /// <summary>
        /// The same as <c>bind</c>: calls <paramref name="f"/> on the value of <paramref name="p"/> and returns a
        /// promise for its result.
        /// </summary>
        /// <example>
        /// <code>
        /// fetch "index" &gt;&gt;= fun page -&gt; Lwt.return' page.Length
        /// </code>
        /// </example>
        let inline (>>=) (p: 'a t) (f: 'a -> 'b t) : 'b t = bind p f

        /// <summary>
        /// The same as <c>map</c> with the promise first: returns a promise for the result of <paramref name="f"/> on
        /// the value of <paramref name="p"/>.
        /// </summary>
        /// <example>
        /// <code>
        /// fetch "index" &gt;|= fun page -&gt; page.ToUpperInvariant()
        /// </code>
        /// </example>
        let inline (>|=) (p: 'a t) (f: 'a -> 'b) : 'b t = map f p

        /// <summary>Waits for two promises: the same as <c>join</c> of both.</summary>
        let (<&>) (p: unit t) (q: unit t) : unit t =
            Null.check "Lwt.Infix.<&>" (nameof p) p
            Null.check "Lwt.Infix.<&>" (nameof q) q
            join [ p; q ]

        /// <summary>Waits for the first of two promises to be resolved: the same as <c>choose</c> of both.</summary>
        let (<?>) (p: 'a t) (q: 'a t) : 'a t =
            Null.check "Lwt.Infix.<?>" (nameof p) p
            Null.check "Lwt.Infix.<?>" (nameof q) q
            Primitives.Choose<'a>(p, q)

        /// <summary>The same as <c>bind</c> with the function first.</summary>
        let (=<<) (f: 'a -> 'b t) (p: 'a t) : 'b t =
            Null.check "Lwt.Infix.=<<" (nameof f) f
            Null.check "Lwt.Infix.=<<" (nameof p) p
            bind p f

        /// <summary>The same as <c>map</c>, as an operator.</summary>
        let (=|<) (f: 'a -> 'b) (p: 'a t) : 'b t =
            Null.check "Lwt.Infix.=|<" (nameof f) f
            Null.check "Lwt.Infix.=|<" (nameof p) p
            map f p

        /// <summary>The functions that code generated by OCaml's <c>ppx_let</c> calls.</summary>
        module Let_syntax =
            /// <summary>The same as <c>Lwt.return'</c>.</summary>
            let return' (v: 'a) : 'a t = return' v

            /// <summary>The same as <c>Lwt.return'</c>.</summary>
            let ``return`` (v: 'a) : 'a t = return' v

            /// <summary>The same as <c>Lwt.map</c>, with the promise first.</summary>
            let map (p: 'a t) (f: 'a -> 'b) : 'b t =
                Null.check "Lwt.Infix.Let_syntax.map" (nameof p) p
                Null.check "Lwt.Infix.Let_syntax.map" (nameof f) f
                map f p

            /// <summary>The same as <c>Lwt.bind</c>.</summary>
            let bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
                Null.check "Lwt.Infix.Let_syntax.bind" (nameof p) p
                Null.check "Lwt.Infix.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary>The same as <c>Lwt.both</c>.</summary>
            let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
                Null.check "Lwt.Infix.Let_syntax.both" (nameof a) a
                Null.check "Lwt.Infix.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>Contains the inner module of the same name, as in OCaml.</summary>
    module Let_syntax =
        /// <summary>
        /// The functions that code generated by OCaml's <c>ppx_let</c> calls: the same as in <c>Infix.Let_syntax</c>.
        /// </summary>
        module Let_syntax =
            /// <summary>The same as <c>Lwt.return'</c>.</summary>
            let return' (v: 'a) : 'a t = return' v

            /// <summary>The same as <c>Lwt.return'</c>.</summary>
            let ``return`` (v: 'a) : 'a t = return' v

            /// <summary>The same as <c>Lwt.map</c>, with the promise first.</summary>
            let map (p: 'a t) (f: 'a -> 'b) : 'b t =
                Null.check "Lwt.Let_syntax.Let_syntax.map" (nameof p) p
                Null.check "Lwt.Let_syntax.Let_syntax.map" (nameof f) f
                map f p

            /// <summary>The same as <c>Lwt.bind</c>.</summary>
            let bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
                Null.check "Lwt.Let_syntax.Let_syntax.bind" (nameof p) p
                Null.check "Lwt.Let_syntax.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary>The same as <c>Lwt.both</c>.</summary>
            let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
                Null.check "Lwt.Let_syntax.Let_syntax.both" (nameof a) a
                Null.check "Lwt.Let_syntax.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>
    /// The functions behind OCaml's <c>let*</c>, <c>and*</c>, <c>let+</c> and <c>and+</c>. In F#, the block
    /// <c>lwt { }</c> takes their place.
    /// </summary>
    module Syntax =
        /// <summary>OCaml's <c>let*</c>: the same as <c>bind</c>.</summary>
        let let_star (p: 'a t) (f: 'a -> 'b t) : 'b t =
            Null.check "Lwt.Syntax.let_star" (nameof p) p
            Null.check "Lwt.Syntax.let_star" (nameof f) f
            bind p f

        /// <summary>OCaml's <c>and*</c>: the same as <c>both</c>.</summary>
        let and_star (a: 'a t) (b: 'b t) : ('a * 'b) t =
            Null.check "Lwt.Syntax.and_star" (nameof a) a
            Null.check "Lwt.Syntax.and_star" (nameof b) b
            both a b

        /// <summary>OCaml's <c>let+</c>: the same as <c>map</c>, with the promise first.</summary>
        let let_plus (p: 'a t) (f: 'a -> 'b) : 'b t =
            Null.check "Lwt.Syntax.let_plus" (nameof p) p
            Null.check "Lwt.Syntax.let_plus" (nameof f) f
            map f p

        /// <summary>OCaml's <c>and+</c>: the same as <c>both</c>.</summary>
        let and_plus (a: 'a t) (b: 'b t) : ('a * 'b) t =
            Null.check "Lwt.Syntax.and_plus" (nameof a) a
            Null.check "Lwt.Syntax.and_plus" (nameof b) b
            both a b

    /// <summary>A promise that is already fulfilled with <c>()</c>.</summary>
    let return_unit: unit t = return' ()

    /// <summary>A promise that is already fulfilled with <c>None</c>.</summary>
    [<GeneralizableValue>]
    let return_none<'a> : 'a option t = return' None

    /// <summary>A promise that is already fulfilled with the empty list.</summary>
    [<GeneralizableValue>]
    let return_nil<'a> : 'a list t = return' []

    /// <summary>A promise that is already fulfilled with <c>true</c>.</summary>
    let return_true: bool t = return' true

    /// <summary>A promise that is already fulfilled with <c>false</c>.</summary>
    let return_false: bool t = return' false

    /// <summary>Returns a promise that is already fulfilled with <c>Some v</c>.</summary>
    let return_some (v: 'a) : 'a option t = return' (Some v)

    /// <summary>Returns a promise that is already fulfilled with <c>Ok v</c>.</summary>
    let return_ok<'a, 'e> (v: 'a) : Result<'a, 'e> t = return' (Ok v)

    /// <summary>
    /// Returns a promise that is already fulfilled with <c>Error e</c>. The promise is not rejected: the error is its
    /// value.
    /// </summary>
    let return_error<'a, 'e> (e: 'e) : Result<'a, 'e> t = return' (Error e)

    /// <summary>Returns a promise that is already rejected with <c>Failure message</c>.</summary>
    let fail_with<'a> (message: string) : 'a t = fail (Failure message)

    /// <summary>
    /// Returns a promise that is already rejected with <c>InvalidArgumentException</c>, which is OCaml's
    /// <c>Invalid_argument message</c>.
    /// </summary>
    let fail_invalid_arg<'a> (message: string) : 'a t = fail (InvalidArgumentException message)

    // OCaml's Lwt has the operators of Infix in the module Lwt, too.

    /// <summary>The same as <c>bind</c>: see <c>Infix</c>.</summary>
    let inline (>>=) (p: 'a t) (f: 'a -> 'b t) : 'b t = bind p f

    /// <summary>The same as <c>map</c> with the promise first: see <c>Infix</c>.</summary>
    let inline (>|=) (p: 'a t) (f: 'a -> 'b) : 'b t = map f p

    /// <summary>Waits for two promises: the same as <c>join</c> of both.</summary>
    let (<&>) (p: unit t) (q: unit t) : unit t = Infix.(<&>) p q

    /// <summary>Waits for the first of two promises to be resolved: the same as <c>choose</c> of both.</summary>
    let (<?>) (p: 'a t) (q: 'a t) : 'a t = Infix.(<?>) p q

    /// <summary>The same as <c>bind</c> with the function first.</summary>
    let (=<<) (f: 'a -> 'b t) (p: 'a t) : 'b t = Infix.(=<<) f p

    /// <summary>The same as <c>map</c>, as an operator.</summary>
    let (=|<) (f: 'a -> 'b) (p: 'a t) : 'b t = Infix.(=|<) f p

    /// <summary>What a resolved promise holds: <c>Ok</c> and its value, or <c>Error</c> and the exception.</summary>
    type 'a result = Result<'a, exn>

    /// <summary>
    /// Returns a promise that is already fulfilled with the value of an <c>Ok</c>, or rejected with the exception of an
    /// <c>Error</c>.
    /// </summary>
    let of_result (r: 'a result) : 'a t =
        match r with
        | Ok v -> return' v
        | Error e -> fail e

    /// <summary>
    /// Fulfills a promise with the value of an <c>Ok</c>, as <c>wakeup_later</c> does, or rejects it with the exception
    /// of an <c>Error</c>.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup_later_result (r: 'a u) (result: 'a result) : unit =
        match result with
        | Ok v -> r.FulfillLater v
        | Error e -> r.RejectLater e

    /// <summary>The state of a promise, as <c>Lwt.state</c> returns it.</summary>
    [<Struct>]
    type 'a state =
        /// Fulfilled with a value.
        | Return of value: 'a
        /// Rejected with an exception.
        | Fail of reason: exn
        /// Pending.
        | Sleep

    /// <summary>Returns the state that a promise has now. It waits for nothing.</summary>
    let state (p: 'a t) : 'a state =
        Null.check "Lwt.state" (nameof p) p
        let p = Primitives.Underlying p

        if Primitives.IsFulfilled p then
            Return(Primitives.Value<'a> p)
        elif Primitives.IsPending p then
            Sleep
        else
            Fail(Primitives.ReasonToShow p)

    /// <summary>
    /// A key of the storage that travels with callbacks (OCaml: sequence-associated storage). It works as an
    /// <c>AsyncLocal</c> does: see <c>with_value</c>.
    /// </summary>
    type 'a key = PromiseKey<'a>

    /// <summary>Returns a new key, different from all others, that has no value yet.</summary>
    let new_key<'a> () : 'a key = PromiseKey<'a>()

    /// <summary>
    /// Returns the value of a key that the current code runs with, or <c>None</c> if it has none: see
    /// <c>with_value</c>.
    /// </summary>
    let get (key: 'a key) : 'a option =
        Null.check "Lwt.get" (nameof key) key
        let mutable value = Unchecked.defaultof<'a>
        if key.TryGet(&value) then Some value else None

    /// <summary>
    /// Calls <paramref name="f"/> with the key set to a value, or, for <c>None</c>, without a value, and returns the
    /// result of f. The callbacks that f attaches see this value whenever they run, and so do the callbacks that these
    /// attach. After the call the key has its former value again.
    /// </summary>
    /// <example>
    /// <code>
    /// let request = Lwt.new_key&lt;int&gt;()
    ///
    /// let log text =
    ///     match Lwt.get request with
    ///     | Some id -&gt; Lwt_io.printl $"request {id}: {text}"
    ///     | None -&gt; Lwt_io.printl text
    ///
    /// Lwt.with_value request (Some 7) (fun () -&gt; fetch "index" &gt;&gt;= log)
    /// </code>
    /// </example>
    let with_value (key: 'a key) (value: 'a option) (f: unit -> 'b) : 'b =
        Null.check "Lwt.with_value" (nameof key) key
        Null.check "Lwt.with_value" (nameof f) f

        match value with
        | Some v -> key.With(v, f)
        | None -> key.Without f

    /// <summary>
    /// Fulfills the promise of a resolver with a value and runs its callbacks, the newest first, before it returns.
    /// Inside a callback of another promise, too, they run at once: see <c>wakeup_later</c>, which lets that promise's
    /// callbacks finish. If the promise was cancelled, nothing happens.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup (r: 'a u) (v: 'a) : unit = r.Fulfill v

    /// <summary>
    /// Rejects the promise of a resolver with an exception and runs its callbacks, the newest first, before it returns.
    /// If the promise was cancelled, nothing happens.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup_exn (r: 'a u) (e: exn) : unit = r.Reject e

    /// <summary>
    /// Fulfills a promise with the value of an <c>Ok</c>, as <c>wakeup</c> does, or rejects it with the exception of an
    /// <c>Error</c>.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">
    /// The promise is resolved already (and was not cancelled), or it belongs to another thread.
    /// </exception>
    let wakeup_result (r: 'a u) (result: 'a result) : unit =
        match result with
        | Ok v -> r.Fulfill v
        | Error e -> r.Reject e

    /// <summary>The same as <c>Ok</c>, by an old name.</summary>
    let make_value (v: 'a) : 'a result = Ok v

    /// <summary>The same as <c>Error</c>, by an old name.</summary>
    let make_error<'a> (e: exn) : 'a result = Error e

    /// <summary>Returns the promise that a resolver resolves.</summary>
    let waiter_of_wakener (r: 'a u) : 'a t = r.Promise

    /// <summary>
    /// Returns a new promise, as <c>task</c> does, and adds its resolver at the right end of a sequence. Cancelling the
    /// promise removes the resolver from the sequence.
    /// </summary>
    let add_task_r (s: 'a u Lwt_sequence.t) : 'a t =
        Null.check "Lwt.add_task_r" (nameof s) s
        Primitives.AddTask<'a>(s, false)

    /// <summary>Like <c>add_task_r</c>, but adds the resolver at the left end.</summary>
    let add_task_l (s: 'a u Lwt_sequence.t) : 'a t =
        Null.check "Lwt.add_task_l" (nameof s) s
        Primitives.AddTask<'a>(s, true)

    /// <summary>
    /// Returns a promise that the loop fulfills in its next iteration, so that what is ready now runs before. Long
    /// computations call it now and then to let other promises run. Cancelling the promise rejects it.
    /// </summary>
    /// <example>
    /// <code>
    /// let rec sum total n =
    ///     lwt {
    ///         if n = 0 then
    ///             return total
    ///         else
    ///             do! Lwt.pause () // other promises run here
    ///             return! sum (total + n) (n - 1)
    ///     }
    /// </code>
    /// </example>
    let pause () : unit t = Primitives.Pause<unit>()

    /// <summary>
    /// Fulfills all promises of <c>pause</c> now. The loop does this in each iteration, so programs seldom need it.
    /// </summary>
    let wakeup_paused () : unit = Promise.WakeUpPaused()

    /// <summary>Returns the number of pending promises of <c>pause</c> on this thread.</summary>
    let paused_count () : int = Promise.PausedCount

    /// <summary>
    /// Sets the function that each <c>pause</c> on this thread calls with the number of promises that are paused then.
    /// There is one such function; it replaces the one before.
    /// </summary>
    let register_pause_notifier (f: int -> unit) : unit =
        Null.check "Lwt.register_pause_notifier" (nameof f) f
        Promise.RegisterPauseNotifier f

    /// <summary>Forgets all pending promises of <c>pause</c> on this thread: they stay pending for ever.</summary>
    let abandon_paused () : unit = Promise.AbandonPaused()

    /// <summary>
    /// Calls a function at once and returns a promise that is already fulfilled with its result, or rejected with the
    /// exception that it raises.
    /// </summary>
    let wrap (f: unit -> 'a) : 'a t =
        Null.check "Lwt.wrap" (nameof f) f
        Primitives.Map<'a, MapStep<unit, 'a>>(return_unit, MapStep f)

    /// <summary>Calls a function of one argument as <c>wrap</c> does.</summary>
    let wrap1 (f: 't1 -> 'r) (a: 't1) : 'r t =
        Null.check "Lwt.wrap1" (nameof f) f
        wrap (fun () -> f a)

    /// <summary>Calls a function of two arguments as <c>wrap</c> does.</summary>
    let wrap2 (f: 't1 -> 't2 -> 'r) (a: 't1) (b: 't2) : 'r t =
        Null.check "Lwt.wrap2" (nameof f) f
        wrap (fun () -> f a b)

    /// <summary>Calls a function of three arguments as <c>wrap</c> does.</summary>
    let wrap3 (f: 't1 -> 't2 -> 't3 -> 'r) (a: 't1) (b: 't2) (c: 't3) : 'r t =
        Null.check "Lwt.wrap3" (nameof f) f
        wrap (fun () -> f a b c)

    /// <summary>Calls a function of four arguments as <c>wrap</c> does.</summary>
    let wrap4 (f: 't1 -> 't2 -> 't3 -> 't4 -> 'r) (a: 't1) (b: 't2) (c: 't3) (d: 't4) : 'r t =
        Null.check "Lwt.wrap4" (nameof f) f
        wrap (fun () -> f a b c d)

    /// <summary>Calls a function of five arguments as <c>wrap</c> does.</summary>
    let wrap5 (f: 't1 -> 't2 -> 't3 -> 't4 -> 't5 -> 'r) (a: 't1) (b: 't2) (c: 't3) (d: 't4) (e: 't5) : 'r t =
        Null.check "Lwt.wrap5" (nameof f) f
        wrap (fun () -> f a b c d e)

    /// <summary>Calls a function of six arguments as <c>wrap</c> does.</summary>
    let wrap6
        (f: 't1 -> 't2 -> 't3 -> 't4 -> 't5 -> 't6 -> 'r)
        (a: 't1)
        (b: 't2)
        (c: 't3)
        (d: 't4)
        (e: 't5)
        (g: 't6)
        : 'r t =
        Null.check "Lwt.wrap6" (nameof f) f
        wrap (fun () -> f a b c d e g)

    /// <summary>Calls a function of seven arguments as <c>wrap</c> does.</summary>
    let wrap7
        (f: 't1 -> 't2 -> 't3 -> 't4 -> 't5 -> 't6 -> 't7 -> 'r)
        (a: 't1)
        (b: 't2)
        (c: 't3)
        (d: 't4)
        (e: 't5)
        (g: 't6)
        (h: 't7)
        : 'r t =
        Null.check "Lwt.wrap7" (nameof f) f
        wrap (fun () -> f a b c d e g h)

    /// <summary>Returns true if a promise is pending.</summary>
    let is_sleeping (p: 'a t) : bool =
        Null.check "Lwt.is_sleeping" (nameof p) p
        p.IsPending

    /// <summary>
    /// Does not wait for a promise. If it is rejected later, the exception goes to the async exception hook; if it is
    /// already rejected, the exception is raised here.
    /// </summary>
    let ignore_result (p: 'a t) : unit =
        Null.check "Lwt.ignore_result" (nameof p) p
        Primitives.ReportFailure(p, true)

    /// <summary>
    /// Returns <c>Some</c> and the value if a promise is fulfilled, or <c>None</c> if it is pending. If it is rejected,
    /// raises its exception.
    /// </summary>
    let poll (p: 'a t) : 'a option =
        Null.check "Lwt.poll" (nameof p) p
        let mutable value = Unchecked.defaultof<'a>
        if p.TryPoll(&value) then Some value else None

    /// <summary>
    /// Calls <paramref name="f"/> on <paramref name="v"/> at once and returns its promise, or, if f raises, a promise
    /// that is rejected with the exception.
    /// </summary>
    let apply (f: 'a -> 'b t) (v: 'a) : 'b t =
        Null.check "Lwt.apply" (nameof f) f
        Primitives.Apply<'b, Body<'b>>(Body(fun () -> f v))

    // In OCaml, exceptions such as Failure are equal if their messages are. Exceptions declared in F# compare by their
    // fields.
    let private sameException (e: exn) (f: exn) =
        e.Equals f
        || (not (box e :? Collections.IStructuralEquatable)
            && e.GetType() = f.GetType()
            && e.Message = f.Message)

    /// <summary>
    /// Returns a promise, already fulfilled, that says whether <paramref name="p"/> has the state
    /// <paramref name="expected"/>. Two exceptions count as the same if they are equal, or have the same type and
    /// message.
    /// </summary>
    let debug_state_is (expected: 'a state) (p: 'a t) : bool t =
        Null.check "Lwt.debug_state_is" (nameof p) p

        return'
        <| match expected, state p with
           | Sleep, Sleep -> true
           | Return v, Return w -> Unchecked.equals v w
           | Fail e, Fail f -> sameException e f
           | _ -> false

    /// <summary>
    /// Decides which exceptions, raised by a function that a promise calls, reject the promise. All others go on to the
    /// caller.
    /// </summary>
    module Exception_filter =
        /// <summary>A filter: returns true for an exception that rejects a promise.</summary>
        type t = exn -> bool

        /// <summary>Lets every exception reject a promise.</summary>
        let handle_all: t = ExceptionFilter.HandleAll

        /// <summary>
        /// The default: lets every exception reject a promise except those of a runtime in trouble, such as
        /// <c>OutOfMemoryException</c>.
        /// </summary>
        let handle_all_except_runtime: t = ExceptionFilter.HandleAllExceptRuntime

        /// <summary>Sets the filter of the whole process.</summary>
        let set (filter: t) : unit =
            Null.check "Lwt.Exception_filter.set" (nameof filter) filter
            ExceptionFilter.Set filter

    // Not in OCaml's Lwt.

    /// <summary>
    /// In a block, <c>let! token = Lwt.cancellationToken</c> binds a <c>CancellationToken</c> for .NET methods that
    /// take one. The token is cancelled when <c>Lwt.cancel</c> reaches the block, whatever the block waits for at that
    /// time, and before a handler in the block runs. It is not cancelled when only a promise that the block started or
    /// raced is cancelled, nor when the block ends. Once cancelled, it stays so. A block that has asked for its token
    /// is kept in memory until the promise of its last <c>return!</c> is resolved: in an endless loop, ask once,
    /// outside of the loop. (Not in OCaml's Lwt.)
    /// </summary>
    let cancellationToken = BlockCancellationToken()

    /// <summary>
    /// A resolver that any thread may use, once. The loop of the promise resolves the promise in its next iteration.
    /// Until the resolver is used, that loop keeps waiting for it. (Not in OCaml's Lwt.)
    /// </summary>
    type 'a thread_safe_u = ThreadSafeResolver<'a>

    /// <summary>
    /// Returns a pending promise, which belongs to this thread as any other, and a resolver that other threads may use.
    /// Cancelling the promise rejects it with <c>Canceled</c>; the resolver then does nothing. (Not in OCaml's Lwt.)
    /// </summary>
    let wait_thread_safe<'a> () : 'a t * 'a thread_safe_u =
        let struct (promise, resolver) = Promise.CreateThreadSafe<'a>()
        promise, resolver

    /// <summary>
    /// Makes the loop of a promise fulfill it with a value. Any thread may call this. Returns false, and does nothing,
    /// if the promise was resolved or cancelled before. (Not in OCaml's Lwt.)
    /// </summary>
    let wakeup_thread_safe (r: 'a thread_safe_u) (v: 'a) : bool =
        Null.check "Lwt.wakeup_thread_safe" (nameof r) r
        r.TryFulfill v

    /// <summary>
    /// Makes the loop of a promise reject it with an exception. Any thread may call this. Returns false, and does
    /// nothing, if the promise was resolved or cancelled before. (Not in OCaml's Lwt.)
    /// </summary>
    let wakeup_exn_thread_safe (r: 'a thread_safe_u) (e: exn) : bool =
        Null.check "Lwt.wakeup_exn_thread_safe" (nameof r) r
        r.TryReject e

    /// <summary>
    /// Makes the loop of a promise fulfill it with the value of an <c>Ok</c> or reject it with the exception of an
    /// <c>Error</c>, as the two functions above do. (Not in OCaml's Lwt.)
    /// </summary>
    let wakeup_result_thread_safe (r: 'a thread_safe_u) (result: 'a result) : bool =
        Null.check "Lwt.wakeup_result_thread_safe" (nameof r) r

        match result with
        | Ok v -> r.TryFulfill v
        | Error e -> r.TryReject e

    /// <summary>
    /// Calls <paramref name="start"/> at once with a token and returns a promise for the result of its Task. When the
    /// Task ends, the loop resolves the promise. Cancelling the promise rejects it with <c>Canceled</c> at once and
    /// cancels the token. An exception that start raises rejects the promise. (Not in OCaml's Lwt.)
    /// </summary>
    let of_task (start: System.Threading.CancellationToken -> System.Threading.Tasks.Task<'a>) : 'a t =
        Null.check "Lwt.of_task" (nameof start) start
        Lwt.Core.PromiseTaskExtensions.FromTask start
