namespace Lwt.FSharp

open Lwt.Core
open Lwt.Core.CompilerServices

/// <summary>Mailboxes of one value: OCaml's <c>Lwt_mvar</c>.</summary>
[<RequireQualifiedAccess>]
module Lwt_mvar =

    /// <summary>A mailbox.</summary>
    type 'a t = Mailbox<'a>

    /// <summary>A mailbox that holds a value.</summary>
    let create (v: 'a) : 'a t = Mailbox<'a> v

    /// <summary>An empty mailbox.</summary>
    let create_empty () : 'a t = Mailbox<'a>()

    /// <summary>
    /// Puts a value in, or hands it to the one that has waited longest to take one. While the mailbox is full the promise
    /// is pending; cancelling it takes the value back.
    /// </summary>
    let put (mvar: 'a t) (v: 'a) : Promise<unit> = Primitives.Put<'a, unit>(mvar, v)

    /// <summary>Takes the value; while there is none the promise is pending, and cancelable.</summary>
    let take (mvar: 'a t) : Promise<'a> = mvar.Take()

    /// <summary>Takes the value if there is one.</summary>
    let take_available (mvar: 'a t) : 'a option =
        let mutable v = Unchecked.defaultof<'a>
        if mvar.TryTake(&v) then Some v else None

    /// <summary>Whether the mailbox is empty: a put would not wait.</summary>
    let is_empty (mvar: 'a t) : bool = mvar.IsEmpty
