namespace Lwt.FSharp

open System.Collections.Generic
open Lwt.Core

/// <summary>Mutable sequences open at both ends, with nodes that can be removed: OCaml's <c>Lwt_sequence</c>.</summary>
[<RequireQualifiedAccess>]
module Lwt_sequence =

    /// <summary>A sequence.</summary>
    type 'a t = Sequence<'a>

    /// <summary>An element's place in a sequence.</summary>
    type 'a node = SequenceNode<'a>

    /// <summary>The element of a node.</summary>
    let get (node: 'a node) : 'a = node.Value

    /// <summary>Replaces the element of a node.</summary>
    let set (node: 'a node) (v: 'a) : unit = node.Value <- v

    /// <summary>Takes a node out of its sequence; does nothing the second time.</summary>
    let remove (node: 'a node) : unit = node.Remove()

    /// <summary>A new, empty sequence.</summary>
    let create () : 'a t = Sequence<'a>()

    /// <summary>Empties a sequence; its nodes are not told.</summary>
    let clear (s: 'a t) : unit = s.Clear()

    /// <summary>Whether there are no elements.</summary>
    let is_empty (s: 'a t) : bool = s.IsEmpty

    /// <summary>The number of elements, counted one by one.</summary>
    let length (s: 'a t) : int = s.CountNodes()

    /// <summary>Adds an element at the left end.</summary>
    let add_l (v: 'a) (s: 'a t) : 'a node = s.AddLeft v

    /// <summary>Adds an element at the right end.</summary>
    let add_r (v: 'a) (s: 'a t) : 'a node = s.AddRight v

    /// <summary>An element was to be taken, and there is none.</summary>
    exception Empty

    /// <summary>Takes the leftmost element, if any.</summary>
    let take_opt_l (s: 'a t) : 'a option =
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeLeft(&v) then Some v else None

    /// <summary>Takes the rightmost element, if any.</summary>
    let take_opt_r (s: 'a t) : 'a option =
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeRight(&v) then Some v else None

    /// <summary>Takes the leftmost element; raises <c>Empty</c> if there is none.</summary>
    let take_l (s: 'a t) : 'a =
        match take_opt_l s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>Takes the rightmost element; raises <c>Empty</c> if there is none.</summary>
    let take_r (s: 'a t) : 'a =
        match take_opt_r s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>Moves all elements of <paramref name="s1"/> to the left end of <paramref name="s2"/>, in constant time.</summary>
    let transfer_l (s1: 'a t) (s2: 'a t) : unit = s1.TransferLeft s2

    /// <summary>Moves all elements of <paramref name="s1"/> to the right end of <paramref name="s2"/>, in constant time.</summary>
    let transfer_r (s1: 'a t) (s2: 'a t) : unit = s1.TransferRight s2

    /// <summary>Calls a function on each node from the left; any node may be removed on the way.</summary>
    let iter_node_l (f: 'a node -> unit) (s: 'a t) : unit = Seq.iter f (s.NodesFromLeft())

    /// <summary>Calls a function on each node from the right; any node may be removed on the way.</summary>
    let iter_node_r (f: 'a node -> unit) (s: 'a t) : unit = Seq.iter f (s.NodesFromRight())

    /// <summary>Calls a function on each element from the left.</summary>
    let iter_l (f: 'a -> unit) (s: 'a t) : unit = iter_node_l (get >> f) s

    /// <summary>Calls a function on each element from the right.</summary>
    let iter_r (f: 'a -> unit) (s: 'a t) : unit = iter_node_r (get >> f) s

    /// <summary>Folds over the elements from the left: the leftmost first.</summary>
    let fold_l (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromLeft())

    /// <summary>Folds over the elements from the right: the rightmost first.</summary>
    let fold_r (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromRight())

    /// <summary>The first node from the left whose element satisfies <paramref name="f"/>, if any.</summary>
    let find_node_opt_l (f: 'a -> bool) (s: 'a t) : 'a node option =
        Seq.tryFind (get >> f) (s.NodesFromLeft())

    /// <summary>The first node from the right whose element satisfies <paramref name="f"/>, if any.</summary>
    let find_node_opt_r (f: 'a -> bool) (s: 'a t) : 'a node option =
        Seq.tryFind (get >> f) (s.NodesFromRight())

    let private found (node: 'a node option) : 'a node =
        match node with
        | Some node -> node
        | None -> raise (KeyNotFoundException "No element of the sequence satisfies the predicate.")

    /// <summary>As <c>find_node_opt_l</c>; raises <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.</summary>
    let find_node_l (f: 'a -> bool) (s: 'a t) : 'a node = found (find_node_opt_l f s)

    /// <summary>As <c>find_node_opt_r</c>; raises <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.</summary>
    let find_node_r (f: 'a -> bool) (s: 'a t) : 'a node = found (find_node_opt_r f s)
