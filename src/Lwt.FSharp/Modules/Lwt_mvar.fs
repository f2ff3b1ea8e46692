namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Mailboxes that hold at most one value: OCaml's <c>Lwt_mvar</c>. A mailbox belongs to the thread that first uses it:
/// a call on another thread raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_mvar =

    /// <summary>A mailbox.</summary>
    type 'a t = PromiseMailbox<'a>

    /// <summary>Returns a new mailbox that holds a value.</summary>
    let create (v: 'a) : 'a t = PromiseMailbox<'a> v

    /// <summary>Returns a new mailbox that is empty.</summary>
    /// <example>
    /// <code>
    /// let box = Lwt_mvar.create_empty&lt;int&gt;()
    /// let writer = Lwt_list.iter_s (Lwt_mvar.put box) [ 1; 2; 3 ]
    ///
    /// lwt {
    ///     let! a = Lwt_mvar.take box
    ///     let! b = Lwt_mvar.take box
    ///     let! c = Lwt_mvar.take box
    ///     do! writer
    ///     return a + b + c
    /// }
    /// </code>
    /// </example>
    let create_empty<'a> () : 'a t = PromiseMailbox<'a>()

    /// <summary>
    /// Puts a value into the mailbox, or hands it to the taker that has waited longest. While the mailbox is full, the
    /// promise is pending; cancelling it withdraws the value.
    /// </summary>
    let put (mvar: 'a t) (v: 'a) : unit Lwt.t =
        Null.check "Lwt_mvar.put" (nameof mvar) mvar
        Primitives.Put<'a, unit>(mvar, v)

    /// <summary>
    /// Takes the value out of the mailbox and returns a promise for it. While the mailbox is empty, the promise is
    /// pending; takers are served in the order of their calls. Cancelling the promise gives up the place in the queue.
    /// </summary>
    let take (mvar: 'a t) : 'a Lwt.t =
        Null.check "Lwt_mvar.take" (nameof mvar) mvar
        mvar.Take()

    /// <summary>Takes the value out of the mailbox if there is one, and waits for nothing.</summary>
    let take_available (mvar: 'a t) : 'a option =
        Null.check "Lwt_mvar.take_available" (nameof mvar) mvar
        let mutable v = Unchecked.defaultof<'a>
        if mvar.TryTake(&v) then Some v else None

    /// <summary>Returns true if the mailbox is empty, so that a put does not wait.</summary>
    let is_empty (mvar: 'a t) : bool =
        Null.check "Lwt_mvar.is_empty" (nameof mvar) mvar
        mvar.IsEmpty
