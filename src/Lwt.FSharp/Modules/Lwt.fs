namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// Where the exceptions of background work go; a file of its own, so that it is set up only when it is used.
module internal Hook =
    /// The hook that a program can replace; at first it does what the core does by itself.
    let current: (exn -> unit) ref =
        ref (
            match AsyncExceptions.Hook with
            | null -> AsyncExceptions.Default
            | hook -> hook.Invoke
        )

    AsyncExceptions.Hook <- fun e -> current.Value e

/// <summary>Stands for the token of a block: see <c>Lwt.cancellationToken</c>.</summary>
[<Sealed>]
type BlockCancellationToken internal () = class end

/// <summary>
/// Promises, under OCaml's names: the module <c>Lwt</c>, in the order of its interface. Where a callback runs and what
/// cancellation reaches is as in Lwt; docs/from-ocaml.md lists the few deliberate differences.
/// </summary>
module Lwt =

    /// <summary>A promise of a value: <c>'a Lwt.t</c>.</summary>
    type 'a t = Promise<'a>

    /// <summary>The resolver of a promise: <c>'a Lwt.u</c>.</summary>
    type 'a u = Resolver<'a>

    /// <summary>A pending promise and its resolver; cancelling the promise does nothing.</summary>
    let wait<'a> () : 'a t * 'a u =
        let p = Primitives.Wait<'a>()
        p, Primitives.ResolverOf p

    /// <summary>
    /// Fulfills a promise; its callbacks run before this returns, but from inside another promise's callbacks only after
    /// all of those.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The promise is resolved already, unless it was cancelled, or belongs to another thread.</exception>
    let wakeup_later (r: 'a u) (v: 'a) : unit = r.FulfillLater v

    /// <summary>Rejects a promise as <c>wakeup_later</c> fulfills it.</summary>
    let wakeup_later_exn (r: 'a u) (e: exn) : unit = r.RejectLater e

    /// <summary>A promise that is fulfilled already. (<c>return</c> is a keyword of F#.)</summary>
    let return' (v: 'a) : 'a t = Promise.Return v

    /// <summary><c>return'</c>.</summary>
    let ``return`` (v: 'a) : 'a t = Promise.Return v

    /// <summary>Raises an exception as it was raised: with the stack trace that it has.</summary>
    [<System.Diagnostics.StackTraceHidden>]
    let reraise<'a> (e: exn) : 'a =
        Null.check "Lwt.reraise" (nameof e) e
        Primitives.Rethrow e
        Unchecked.defaultof<'a>

    /// <summary>A promise that is rejected already.</summary>
    let fail<'a> (e: exn) : 'a t = Promise.Fail<'a> e

    /// <summary>
    /// Calls <paramref name="f"/> on the value of <paramref name="p"/> once it is fulfilled, at once and in tail position
    /// if it is already (an exception from it then goes to the caller); the result goes the way of the promise that f
    /// gives. A rejection skips f.
    /// </summary>
    let inline bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
        let p = Primitives.Underlying p

        if Primitives.CanCallNow p then
            f (Primitives.Value<'a> p)
        else
            Primitives.Bind<'b, BindStep<'a, 'b>>(p, BindStep(fun v -> f v))

    /// <summary>
    /// The promise of <paramref name="f"/>, or, if that is rejected or f raises, what <paramref name="h"/> makes of the
    /// exception.
    /// </summary>
    let catch (f: unit -> 'a t) (h: exn -> 'a t) : 'a t =
        Null.check "Lwt.catch" (nameof f) f
        Null.check "Lwt.catch" (nameof h) h
        Primitives.Catch<'a, Body<'a>, Handler<'a>>(Body f, Handler h)

    /// <summary>
    /// Calls <paramref name="f"/> and, whatever comes of it, then <paramref name="c"/>; the result is that of f unless c
    /// fails.
    /// </summary>
    let finalize (f: unit -> 'a t) (c: unit -> unit t) : 'a t =
        Null.check "Lwt.finalize" (nameof f) f
        Null.check "Lwt.finalize" (nameof c) c
        Primitives.Finalize<'a, unit, Body<'a>, Body<unit>>(Body f, Body c)

    /// <summary>Calls <paramref name="f"/> and then one of the two functions, on its value or on its exception.</summary>
    let try_bind (f: unit -> 'a t) (g: 'a -> 'b t) (h: exn -> 'b t) : 'b t =
        Null.check "Lwt.try_bind" (nameof f) f
        Null.check "Lwt.try_bind" (nameof g) g
        Null.check "Lwt.try_bind" (nameof h) h
        Primitives.TryBind<'a, 'b, Body<'a>, BindStep<'a, 'b>, Handler<'b>>(Body f, BindStep g, Handler h)

    /// <summary>
    /// Starts <paramref name="f"/> and leaves it to itself: its exception goes to <paramref name="h"/>. What h raises goes
    /// to the async exception hook.
    /// </summary>
    let dont_wait (f: unit -> 'a t) (h: exn -> unit) : unit =
        Null.check "Lwt.dont_wait" (nameof f) f
        Null.check "Lwt.dont_wait" (nameof h) h
        Primitives.FireAndForget<'a, Body<'a>, FailureEffect>(Body f, FailureEffect h)

    /// <summary>
    /// Starts <paramref name="f"/> and leaves it to itself: its exception goes to <c>async_exception_hook</c>.
    /// </summary>
    let async (f: unit -> 'a t) : unit =
        Null.check "Lwt.async" (nameof f) f
        Primitives.FireAndForget<'a, Body<'a>>(Body f)

    /// <summary>
    /// Is given the exceptions that no promise takes: those of <c>async</c> and of callbacks that make no promise. At
    /// first it writes them to standard error and ends the run of the loop. See also <c>with_async_exception_hook</c>.
    /// </summary>
    let async_exception_hook: (exn -> unit) ref = Hook.current

    /// <summary>
    /// Runs <paramref name="f"/> so that the background work started in it, and in the callbacks that it attaches, reports
    /// to <paramref name="hook"/>. (Not in OCaml's Lwt.)
    /// </summary>
    let with_async_exception_hook (hook: exn -> unit) (f: unit -> 'a) : 'a =
        Null.check "Lwt.with_async_exception_hook" (nameof hook) hook
        Null.check "Lwt.with_async_exception_hook" (nameof f) f
        AsyncExceptions.WithHook(hook, f)

    /// <summary>Waits for both and gives both values; rejected, once both are resolved, as the first that was.</summary>
    let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
        Null.check "Lwt.both" (nameof a) a
        Null.check "Lwt.both" (nameof b) b
        Primitives.Both<'a, 'b, 'a * 'b, PairMaker<'a, 'b>>(a, b, PairMaker())

    /// <summary>Waits until all are resolved; rejected as the first of them that was. Cancelling it cancels all.</summary>
    let join (ps: unit t list) : unit t =
        let sources = Array.zeroCreate<Promise> ps.Length
        let mutable rest = ps

        for i in 0 .. sources.Length - 1 do
            sources[i] <- rest.Head
            rest <- rest.Tail

        Primitives.Join<unit> sources

    /// <summary>As join, giving the values in order.</summary>
    let all (ps: 'a t list) : 'a list t =
        Primitives.All<'a, 'a list, ListMaker<'a>>(List.toArray ps, ListMaker())

    /// <summary>
    /// Is resolved as the first of the promises to be resolved, and cancels the others before. Among several that are
    /// resolved already one is drawn at random, a rejected one before all others.
    /// </summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let pick (ps: 'a t list) : 'a t =
        match ps with
        | [ a; b ] -> Primitives.Pick<'a>(a, b)
        | _ -> Primitives.Pick<'a>(ReadOnlySpan(List.toArray ps))

    /// <summary>As <c>pick</c>, but the others go on.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let choose (ps: 'a t list) : 'a t =
        match ps with
        | [ a; b ] -> Primitives.Choose<'a>(a, b)
        | _ -> Primitives.Choose<'a>(ReadOnlySpan(List.toArray ps))

    /// <summary>As <c>pick</c>, giving the values of all that are fulfilled by then.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let npick (ps: 'a t list) : 'a list t =
        Primitives.NChoose<'a, 'a list, ListMaker<'a>>(ReadOnlySpan(List.toArray ps), ListMaker(), true)

    /// <summary>As <c>choose</c>, giving the values of all that are fulfilled by then.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let nchoose (ps: 'a t list) : 'a list t =
        Primitives.NChoose<'a, 'a list, ListMaker<'a>>(ReadOnlySpan(List.toArray ps), ListMaker(), false)

    /// <summary>As <c>nchoose</c>, giving the promises that are pending yet as well.</summary>
    /// <exception cref="T:System.ArgumentException">The list is empty.</exception>
    let nchoose_split (ps: 'a t list) : ('a list * 'a t list) t =
        Primitives.NChooseSplit<'a, 'a list * 'a t list, SplitMaker<'a>>(ReadOnlySpan(List.toArray ps), SplitMaker())

    /// <summary>What a cancelled promise is rejected with; to be raised.</summary>
    let Canceled: exn = PromiseCanceledException()

    /// <summary>
    /// Recognises the exception of a cancelled promise, as OCaml's <c>Lwt.Canceled</c> does; .NET's own of a cancelled Task too.
    /// </summary>
    [<return: Struct>]
    let (|Canceled|_|) (e: exn) =
        match e with
        | :? OperationCanceledException -> ValueSome()
        | _ -> ValueNone

    /// <summary>A pending promise and its resolver; cancelling the promise rejects it with <c>Canceled</c>.</summary>
    let task<'a> () : 'a t * 'a u =
        let p = Primitives.Cancelable<'a>()
        p, Primitives.ResolverOf p

    /// <summary>
    /// Cancels what a promise waits for: rejects the promises of <c>task</c>, sleeps and pauses that it depends on, and
    /// runs their callbacks, cancel callbacks first.
    /// </summary>
    let cancel (p: 'a t) : unit =
        Null.check "Lwt.cancel" (nameof p) p
        p.Cancel()

    /// <summary>Calls <paramref name="f"/> when the promise is cancelled; at once if it was already.</summary>
    let on_cancel (p: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt.on_cancel" (nameof p) p
        Null.check "Lwt.on_cancel" (nameof f) f
        p.OnCancel f

    /// <summary>A promise that follows another and that cancelling rejects without touching the other.</summary>
    let protected' (p: 'a t) : 'a t =
        Null.check "Lwt.protected'" (nameof p) p
        Primitives.Protected p

    /// <summary>A promise that follows another and that cannot be cancelled.</summary>
    let no_cancel (p: 'a t) : 'a t =
        Null.check "Lwt.no_cancel" (nameof p) p
        Primitives.NoCancel p

    /// <summary>A promise that follows another; cancelling it cancels the other and rejects it in any case.</summary>
    let wrap_in_cancelable (p: 'a t) : 'a t =
        Null.check "Lwt.wrap_in_cancelable" (nameof p) p
        Primitives.WrapInCancelable p

    /// <summary>As <c>bind</c>, for a function that gives a plain value; an exception from it rejects.</summary>
    let inline map (f: 'a -> 'b) (p: 'a t) : 'b t =
        Primitives.Map<'b, MapStep<'a, 'b>>(p, MapStep f)

    /// <summary>Calls <paramref name="f"/> on the value once it is there; an exception from it goes to the async hook.</summary>
    let on_success (p: 'a t) (f: 'a -> unit) : unit =
        Null.check "Lwt.on_success" (nameof p) p
        Null.check "Lwt.on_success" (nameof f) f
        Primitives.OnSuccess(p, ValueEffect f)

    /// <summary>Calls <paramref name="f"/> on the exception of a rejection.</summary>
    let on_failure (p: 'a t) (f: exn -> unit) : unit =
        Null.check "Lwt.on_failure" (nameof p) p
        Null.check "Lwt.on_failure" (nameof f) f
        Primitives.OnFailure(p, FailureEffect f)

    /// <summary>Calls <paramref name="f"/> when the promise is resolved, either way.</summary>
    let on_termination (p: 'a t) (f: unit -> unit) : unit =
        Null.check "Lwt.on_termination" (nameof p) p
        Null.check "Lwt.on_termination" (nameof f) f
        Primitives.OnAny(p, TerminationEffect f, TerminationEffect f)

    /// <summary>As <c>on_success</c> with <paramref name="f"/> and <c>on_failure</c> with <paramref name="g"/>.</summary>
    let on_any (p: 'a t) (f: 'a -> unit) (g: exn -> unit) : unit =
        Null.check "Lwt.on_any" (nameof p) p
        Null.check "Lwt.on_any" (nameof f) f
        Null.check "Lwt.on_any" (nameof g) g
        Primitives.OnAny(p, ValueEffect f, FailureEffect g)

    /// <summary>The operators.</summary>
    module Infix =
        /// <summary><c>bind</c>.</summary>
        let inline (>>=) (p: 'a t) (f: 'a -> 'b t) : 'b t = bind p f

        /// <summary><c>map</c>, promise first.</summary>
        let inline (>|=) (p: 'a t) (f: 'a -> 'b) : 'b t = map f p

        /// <summary><c>join</c> of two.</summary>
        let (<&>) (p: unit t) (q: unit t) : unit t =
            Null.check "Lwt.Infix.<&>" (nameof p) p
            Null.check "Lwt.Infix.<&>" (nameof q) q
            join [ p; q ]

        /// <summary><c>choose</c> of two.</summary>
        let (<?>) (p: 'a t) (q: 'a t) : 'a t =
            Null.check "Lwt.Infix.<?>" (nameof p) p
            Null.check "Lwt.Infix.<?>" (nameof q) q
            Primitives.Choose<'a>(p, q)

        /// <summary><c>bind</c>, function first.</summary>
        let (=<<) (f: 'a -> 'b t) (p: 'a t) : 'b t =
            Null.check "Lwt.Infix.=<<" (nameof f) f
            Null.check "Lwt.Infix.=<<" (nameof p) p
            bind p f

        /// <summary><c>map</c>.</summary>
        let (=|<) (f: 'a -> 'b) (p: 'a t) : 'b t =
            Null.check "Lwt.Infix.=|<" (nameof f) f
            Null.check "Lwt.Infix.=|<" (nameof p) p
            map f p

        /// <summary>What OCaml's <c>ppx_let</c> calls, for those who want the functions.</summary>
        module Let_syntax =
            /// <summary><c>return'</c>.</summary>
            let return' (v: 'a) : 'a t = return' v

            /// <summary><c>return'</c>.</summary>
            let ``return`` (v: 'a) : 'a t = return' v

            /// <summary><c>map</c>, promise first.</summary>
            let map (p: 'a t) (f: 'a -> 'b) : 'b t =
                Null.check "Lwt.Infix.Let_syntax.map" (nameof p) p
                Null.check "Lwt.Infix.Let_syntax.map" (nameof f) f
                map f p

            /// <summary><c>bind</c>.</summary>
            let bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
                Null.check "Lwt.Infix.Let_syntax.bind" (nameof p) p
                Null.check "Lwt.Infix.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary><c>both</c>.</summary>
            let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
                Null.check "Lwt.Infix.Let_syntax.both" (nameof a) a
                Null.check "Lwt.Infix.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>Holds the module of the same name, as in OCaml.</summary>
    module Let_syntax =
        /// <summary>What OCaml's <c>ppx_let</c> calls: see <c>Infix.Let_syntax</c>.</summary>
        module Let_syntax =
            /// <summary><c>return'</c>.</summary>
            let return' (v: 'a) : 'a t = return' v

            /// <summary><c>return'</c>.</summary>
            let ``return`` (v: 'a) : 'a t = return' v

            /// <summary><c>map</c>, promise first.</summary>
            let map (p: 'a t) (f: 'a -> 'b) : 'b t =
                Null.check "Lwt.Let_syntax.Let_syntax.map" (nameof p) p
                Null.check "Lwt.Let_syntax.Let_syntax.map" (nameof f) f
                map f p

            /// <summary><c>bind</c>.</summary>
            let bind (p: 'a t) (f: 'a -> 'b t) : 'b t =
                Null.check "Lwt.Let_syntax.Let_syntax.bind" (nameof p) p
                Null.check "Lwt.Let_syntax.Let_syntax.bind" (nameof f) f
                bind p f

            /// <summary><c>both</c>.</summary>
            let both (a: 'a t) (b: 'b t) : ('a * 'b) t =
                Null.check "Lwt.Let_syntax.Let_syntax.both" (nameof a) a
                Null.check "Lwt.Let_syntax.Let_syntax.both" (nameof b) b
                both a b

    /// <summary>The functions behind OCaml's let*, let+, and*, and+; in F# the block <c>lwt { }</c> takes their place.</summary>
    module Syntax =
        /// <summary>let*: <c>bind</c>.</summary>
        let let_star (p: 'a t) (f: 'a -> 'b t) : 'b t =
            Null.check "Lwt.Syntax.let_star" (nameof p) p
            Null.check "Lwt.Syntax.let_star" (nameof f) f
            bind p f

        /// <summary>and*: <c>both</c>.</summary>
        let and_star (a: 'a t) (b: 'b t) : ('a * 'b) t =
            Null.check "Lwt.Syntax.and_star" (nameof a) a
            Null.check "Lwt.Syntax.and_star" (nameof b) b
            both a b

        /// <summary>let+: <c>map</c>, promise first.</summary>
        let let_plus (p: 'a t) (f: 'a -> 'b) : 'b t =
            Null.check "Lwt.Syntax.let_plus" (nameof p) p
            Null.check "Lwt.Syntax.let_plus" (nameof f) f
            map f p

        /// <summary>and+: <c>both</c>.</summary>
        let and_plus (a: 'a t) (b: 'b t) : ('a * 'b) t =
            Null.check "Lwt.Syntax.and_plus" (nameof a) a
            Null.check "Lwt.Syntax.and_plus" (nameof b) b
            both a b

    /// <summary>A promise fulfilled with <c>()</c>.</summary>
    let return_unit: unit t = return' ()

    /// <summary>A promise fulfilled with <c>None</c>.</summary>
    [<GeneralizableValue>]
    let return_none<'a> : 'a option t = return' None

    /// <summary>A promise fulfilled with the empty list.</summary>
    [<GeneralizableValue>]
    let return_nil<'a> : 'a list t = return' []

    /// <summary>A promise fulfilled with <c>true</c>.</summary>
    let return_true: bool t = return' true

    /// <summary>A promise fulfilled with <c>false</c>.</summary>
    let return_false: bool t = return' false

    /// <summary>A promise fulfilled with <c>Some v</c>.</summary>
    let return_some (v: 'a) : 'a option t = return' (Some v)

    /// <summary>A promise fulfilled with <c>Ok v</c>.</summary>
    let return_ok<'a, 'e> (v: 'a) : Result<'a, 'e> t = return' (Ok v)

    /// <summary>A promise fulfilled with <c>Error e</c>.</summary>
    let return_error<'a, 'e> (e: 'e) : Result<'a, 'e> t = return' (Error e)

    /// <summary>A promise rejected with <c>Failure message</c>.</summary>
    let fail_with<'a> (message: string) : 'a t = fail (Failure message)

    /// <summary>A promise rejected with an <c>ArgumentException</c>: OCaml's <c>Invalid_argument</c>.</summary>
    let fail_invalid_arg<'a> (message: string) : 'a t = fail (InvalidArgumentException message)

    // OCaml's Lwt has its operators both in Infix and in itself.

    /// <summary><c>bind</c>: see <c>Infix</c>.</summary>
    let inline (>>=) (p: 'a t) (f: 'a -> 'b t) : 'b t = bind p f

    /// <summary><c>map</c>, promise first: see <c>Infix</c>.</summary>
    let inline (>|=) (p: 'a t) (f: 'a -> 'b) : 'b t = map f p

    /// <summary><c>join</c> of two.</summary>
    let (<&>) (p: unit t) (q: unit t) : unit t = Infix.(<&>) p q

    /// <summary><c>choose</c> of two.</summary>
    let (<?>) (p: 'a t) (q: 'a t) : 'a t = Infix.(<?>) p q

    /// <summary><c>bind</c>, function first.</summary>
    let (=<<) (f: 'a -> 'b t) (p: 'a t) : 'b t = Infix.(=<<) f p

    /// <summary><c>map</c>.</summary>
    let (=|<) (f: 'a -> 'b) (p: 'a t) : 'b t = Infix.(=|<) f p

    /// <summary>A value or the exception that took its place.</summary>
    type 'a result = Result<'a, exn>

    /// <summary>A promise that is resolved already, either way.</summary>
    let of_result (r: 'a result) : 'a t =
        match r with
        | Ok v -> return' v
        | Error e -> fail e

    /// <summary><c>wakeup_later</c> or <c>wakeup_later_exn</c>.</summary>
    let wakeup_later_result (r: 'a u) (result: 'a result) : unit =
        match result with
        | Ok v -> r.FulfillLater v
        | Error e -> r.RejectLater e

    /// <summary>The state of a promise.</summary>
    [<Struct>]
    type 'a state =
        /// Fulfilled.
        | Return of value: 'a
        /// Rejected.
        | Fail of reason: exn
        /// Pending.
        | Sleep

    /// <summary>The state of a promise now.</summary>
    let state (p: 'a t) : 'a state =
        Null.check "Lwt.state" (nameof p) p
        let p = Primitives.Underlying p

        if Primitives.IsFulfilled p then
            Return(Primitives.Value<'a> p)
        elif Primitives.IsPending p then
            Sleep
        else
            Fail(Primitives.ReasonToShow p)

    /// <summary>A key of sequence-associated storage.</summary>
    type 'a key = PromiseKey<'a>

    /// <summary>A new key, with no value anywhere.</summary>
    let new_key<'a> () : 'a key = PromiseKey<'a>()

    /// <summary>The value of a key at this point of a chain of callbacks.</summary>
    let get (key: 'a key) : 'a option =
        Null.check "Lwt.get" (nameof key) key
        let mutable value = Unchecked.defaultof<'a>
        if key.TryGet(&value) then Some value else None

    /// <summary>Runs <paramref name="f"/>, and the callbacks that it attaches whenever they run, with a key set or unset.</summary>
    let with_value (key: 'a key) (value: 'a option) (f: unit -> 'b) : 'b =
        Null.check "Lwt.with_value" (nameof key) key
        Null.check "Lwt.with_value" (nameof f) f

        match value with
        | Some v -> key.With(v, f)
        | None -> key.Without f

    /// <summary>Fulfills a promise and runs its callbacks before it returns, newest first.</summary>
    /// <exception cref="T:System.InvalidOperationException">The promise is resolved already, unless it was cancelled, or belongs to another thread.</exception>
    let wakeup (r: 'a u) (v: 'a) : unit = r.Fulfill v

    /// <summary>Rejects a promise as <c>wakeup</c> fulfills it.</summary>
    let wakeup_exn (r: 'a u) (e: exn) : unit = r.Reject e

    /// <summary><c>wakeup</c> or <c>wakeup_exn</c>.</summary>
    let wakeup_result (r: 'a u) (result: 'a result) : unit =
        match result with
        | Ok v -> r.Fulfill v
        | Error e -> r.Reject e

    /// <summary><c>Ok</c>.</summary>
    let make_value (v: 'a) : 'a result = Ok v

    /// <summary><c>Error</c>.</summary>
    let make_error<'a> (e: exn) : 'a result = Error e

    /// <summary>The promise of a resolver.</summary>
    let waiter_of_wakener (r: 'a u) : 'a t = r.Promise

    /// <summary>
    /// A cancelable promise whose resolver is added at the right end of a sequence; cancelling the promise takes it out.
    /// </summary>
    let add_task_r (s: 'a u Lwt_sequence.t) : 'a t =
        Null.check "Lwt.add_task_r" (nameof s) s
        Primitives.AddTask<'a>(s, false)

    /// <summary>As <c>add_task_r</c>, at the left end.</summary>
    let add_task_l (s: 'a u Lwt_sequence.t) : 'a t =
        Null.check "Lwt.add_task_l" (nameof s) s
        Primitives.AddTask<'a>(s, true)

    /// <summary>A cancelable promise that the loop fulfills in its next iteration, after what is ready now.</summary>
    let pause () : unit t = Primitives.Pause<unit>()

    /// <summary>Fulfills the paused promises now; the loop does it by itself.</summary>
    let wakeup_paused () : unit = Promise.WakeUpPaused()

    /// <summary>How many promises wait in <c>pause</c>.</summary>
    let paused_count () : int = Promise.PausedCount

    /// <summary>Has each pause call <paramref name="f"/> with the number now paused.</summary>
    let register_pause_notifier (f: int -> unit) : unit =
        Null.check "Lwt.register_pause_notifier" (nameof f) f
        Promise.RegisterPauseNotifier f

    /// <summary>Forgets the paused promises: they stay pending for ever.</summary>
    let abandon_paused () : unit = Promise.AbandonPaused()

    /// <summary>Calls a function; an exception from it becomes a rejection.</summary>
    let wrap (f: unit -> 'a) : 'a t =
        Null.check "Lwt.wrap" (nameof f) f
        Primitives.Map<'a, MapStep<unit, 'a>>(return_unit, MapStep f)

    /// <summary><c>wrap</c> for a function of one argument; and so on.</summary>
    let wrap1 (f: 't1 -> 'r) (a: 't1) : 'r t =
        Null.check "Lwt.wrap1" (nameof f) f
        wrap (fun () -> f a)

    /// <summary><c>wrap</c> for a function of two arguments.</summary>
    let wrap2 (f: 't1 -> 't2 -> 'r) (a: 't1) (b: 't2) : 'r t =
        Null.check "Lwt.wrap2" (nameof f) f
        wrap (fun () -> f a b)

    /// <summary><c>wrap</c> for a function of three arguments.</summary>
    let wrap3 (f: 't1 -> 't2 -> 't3 -> 'r) (a: 't1) (b: 't2) (c: 't3) : 'r t =
        Null.check "Lwt.wrap3" (nameof f) f
        wrap (fun () -> f a b c)

    /// <summary><c>wrap</c> for a function of four arguments.</summary>
    let wrap4 (f: 't1 -> 't2 -> 't3 -> 't4 -> 'r) (a: 't1) (b: 't2) (c: 't3) (d: 't4) : 'r t =
        Null.check "Lwt.wrap4" (nameof f) f
        wrap (fun () -> f a b c d)

    /// <summary><c>wrap</c> for a function of five arguments.</summary>
    let wrap5 (f: 't1 -> 't2 -> 't3 -> 't4 -> 't5 -> 'r) (a: 't1) (b: 't2) (c: 't3) (d: 't4) (e: 't5) : 'r t =
        Null.check "Lwt.wrap5" (nameof f) f
        wrap (fun () -> f a b c d e)

    /// <summary><c>wrap</c> for a function of six arguments.</summary>
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

    /// <summary><c>wrap</c> for a function of seven arguments.</summary>
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

    /// <summary>Whether a promise is pending.</summary>
    let is_sleeping (p: 'a t) : bool =
        Null.check "Lwt.is_sleeping" (nameof p) p
        p.IsPending

    /// <summary>
    /// Leaves a promise to itself: a later exception goes to the async hook, one that has happened is raised here.
    /// </summary>
    let ignore_result (p: 'a t) : unit =
        Null.check "Lwt.ignore_result" (nameof p) p
        Primitives.ReportFailure(p, true)

    /// <summary>The value if the promise is fulfilled; raises the exception of a rejected one.</summary>
    let poll (p: 'a t) : 'a option =
        Null.check "Lwt.poll" (nameof p) p
        let mutable value = Unchecked.defaultof<'a>
        if p.TryPoll(&value) then Some value else None

    /// <summary>Calls a function; an exception from it becomes a rejection.</summary>
    let apply (f: 'a -> 'b t) (v: 'a) : 'b t =
        Null.check "Lwt.apply" (nameof f) f
        Primitives.Apply<'b, Body<'b>>(Body(fun () -> f v))

    // Failure and its like are values in OCaml, and equal if they say the same; F#'s own exceptions compare by their fields.
    let private sameException (e: exn) (f: exn) =
        e.Equals f
        || (not (box e :? Collections.IStructuralEquatable)
            && e.GetType() = f.GetType()
            && e.Message = f.Message)

    /// <summary>
    /// Whether a promise is in this state, as a promise. Exceptions are the same if they are equal, or of one type and
    /// with one message.
    /// </summary>
    let debug_state_is (expected: 'a state) (p: 'a t) : bool t =
        Null.check "Lwt.debug_state_is" (nameof p) p

        return'
        <| match expected, state p with
           | Sleep, Sleep -> true
           | Return v, Return w -> Unchecked.equals v w
           | Fail e, Fail f -> sameException e f
           | _ -> false

    /// <summary>Which exceptions a promise may turn into a rejection.</summary>
    module Exception_filter =
        /// <summary>A filter: true for an exception that becomes a rejection.</summary>
        type t = exn -> bool

        /// <summary>Every exception.</summary>
        let handle_all: t = ExceptionFilter.HandleAll

        /// <summary>All but those of a runtime in trouble: out of memory and the like. The default.</summary>
        let handle_all_except_runtime: t = ExceptionFilter.HandleAllExceptRuntime

        /// <summary>Sets the filter of the process.</summary>
        let set (filter: t) : unit =
            Null.check "Lwt.Exception_filter.set" (nameof filter) filter
            ExceptionFilter.Set filter

    // What OCaml's Lwt has no need of.

    /// <summary>
    /// In a block, <c>let! token = Lwt.cancellationToken</c> gives a token for code of .NET that takes one. It is
    /// cancelled as soon as <c>Lwt.cancel</c> reaches the block, on whatever the block waits then, and before a handler of
    /// the block runs; but not when only something that the block started or raced is cancelled. It stays cancelled.
    /// Nothing is cancelled when the block ends by itself. A block that has asked for its token lasts until what its last
    /// <c>return!</c> gives is resolved: in a loop for ever, ask once, outside. (Not in OCaml's Lwt.)
    /// </summary>
    let cancellationToken = BlockCancellationToken()

    /// <summary>
    /// A resolver that any thread may use, once; the loop of the promise then resolves it in its next iteration. As long as
    /// it has not been used, that loop waits for it. (Not in OCaml's Lwt.)
    /// </summary>
    type 'a thread_safe_u = ThreadSafeResolver<'a>

    /// <summary>
    /// A pending promise, which belongs to this thread as any other, and a resolver for other threads. Cancelling the
    /// promise rejects it with <c>Canceled</c>, and the resolver then does nothing. (Not in OCaml's Lwt.)
    /// </summary>
    let wait_thread_safe<'a> () : 'a t * 'a thread_safe_u =
        let struct (promise, resolver) = Promise.CreateThreadSafe<'a>()
        promise, resolver

    /// <summary>Has the loop fulfill the promise; false if it was resolved or cancelled before. (Not in OCaml's Lwt.)</summary>
    let wakeup_thread_safe (r: 'a thread_safe_u) (v: 'a) : bool =
        Null.check "Lwt.wakeup_thread_safe" (nameof r) r
        r.TryFulfill v

    /// <summary>Has the loop reject the promise; false if it was resolved or cancelled before. (Not in OCaml's Lwt.)</summary>
    let wakeup_exn_thread_safe (r: 'a thread_safe_u) (e: exn) : bool =
        Null.check "Lwt.wakeup_exn_thread_safe" (nameof r) r
        r.TryReject e

    /// <summary><c>wakeup_thread_safe</c> or <c>wakeup_exn_thread_safe</c>. (Not in OCaml's Lwt.)</summary>
    let wakeup_result_thread_safe (r: 'a thread_safe_u) (result: 'a result) : bool =
        Null.check "Lwt.wakeup_result_thread_safe" (nameof r) r

        match result with
        | Ok v -> r.TryFulfill v
        | Error e -> r.TryReject e

    /// <summary>
    /// Starts a Task with a token that cancelling the promise cancels. The promise is resolved as the Task ends, or
    /// rejected with <c>Canceled</c> at once when it is cancelled. (Not in OCaml's Lwt.)
    /// </summary>
    let of_task (start: System.Threading.CancellationToken -> System.Threading.Tasks.Task<'a>) : 'a t =
        Null.check "Lwt.of_task" (nameof start) start
        Lwt.Core.PromiseTaskExtensions.FromTask start
