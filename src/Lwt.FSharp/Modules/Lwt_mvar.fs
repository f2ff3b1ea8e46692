namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>Mailboxes of one value: OCaml's <c>Lwt_mvar</c>.</summary>
module Lwt_mvar =

    /// <summary>A mailbox.</summary>
    type 'a t = PromiseMailbox<'a>

    /// <summary>A mailbox that holds a value.</summary>
    let create (v: 'a) : 'a t = PromiseMailbox<'a> v

    /// <summary>An empty mailbox.</summary>
    let create_empty<'a> () : 'a t = PromiseMailbox<'a>()

    /// <summary>
    /// Puts a value in, or hands it to the one that has waited longest to take one. While the mailbox is full the promise
    /// is pending; cancelling it takes the value back.
    /// </summary>
    let put (mvar: 'a t) (v: 'a) : unit Lwt.t =
        Null.check "Lwt_mvar.put" (nameof mvar) mvar
        Primitives.Put<'a, unit>(mvar, v)

    /// <summary>Takes the value; while there is none the promise is pending, and cancelable.</summary>
    let take (mvar: 'a t) : 'a Lwt.t =
        Null.check "Lwt_mvar.take" (nameof mvar) mvar
        mvar.Take()

    /// <summary>Takes the value if there is one.</summary>
    let take_available (mvar: 'a t) : 'a option =
        Null.check "Lwt_mvar.take_available" (nameof mvar) mvar
        let mutable v = Unchecked.defaultof<'a>
        if mvar.TryTake(&v) then Some v else None

    /// <summary>Whether the mailbox is empty: a put would not wait.</summary>
    let is_empty (mvar: 'a t) : bool =
        Null.check "Lwt_mvar.is_empty" (nameof mvar) mvar
        mvar.IsEmpty
