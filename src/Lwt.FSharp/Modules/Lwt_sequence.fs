namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>Mutable sequences open at both ends, with nodes that can be removed: OCaml's <c>Lwt_sequence</c>.</summary>
module Lwt_sequence =

    /// <summary>A sequence.</summary>
    type 'a t = Sequence<'a>

    /// <summary>An element's place in a sequence.</summary>
    type 'a node = SequenceNode<'a>

    /// <summary>The element of a node.</summary>
    let get (node: 'a node) : 'a =
        Null.check "Lwt_sequence.get" (nameof node) node
        node.Value

    /// <summary>Replaces the element of a node.</summary>
    let set (node: 'a node) (v: 'a) : unit =
        Null.check "Lwt_sequence.set" (nameof node) node
        node.Value <- v

    /// <summary>Takes a node out of its sequence; does nothing the second time.</summary>
    let remove (node: 'a node) : unit =
        Null.check "Lwt_sequence.remove" (nameof node) node
        node.Remove()

    /// <summary>A new, empty sequence.</summary>
    let create<'a> () : 'a t = Sequence<'a>()

    /// <summary>Empties a sequence; its nodes are not told.</summary>
    let clear (s: 'a t) : unit =
        Null.check "Lwt_sequence.clear" (nameof s) s
        s.Clear()

    /// <summary>Whether there are no elements.</summary>
    let is_empty (s: 'a t) : bool =
        Null.check "Lwt_sequence.is_empty" (nameof s) s
        s.IsEmpty

    /// <summary>The number of elements, counted one by one.</summary>
    let length (s: 'a t) : int =
        Null.check "Lwt_sequence.length" (nameof s) s
        s.CountNodes()

    /// <summary>Adds an element at the left end.</summary>
    let add_l (v: 'a) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.add_l" (nameof s) s
        s.AddLeft v

    /// <summary>Adds an element at the right end.</summary>
    let add_r (v: 'a) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.add_r" (nameof s) s
        s.AddRight v

    /// <summary>An element was to be taken, and there is none.</summary>
    exception Empty

    /// <summary>Takes the leftmost element, if any.</summary>
    let take_opt_l (s: 'a t) : 'a option =
        Null.check "Lwt_sequence.take_opt_l" (nameof s) s
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeLeft(&v) then Some v else None

    /// <summary>Takes the rightmost element, if any.</summary>
    let take_opt_r (s: 'a t) : 'a option =
        Null.check "Lwt_sequence.take_opt_r" (nameof s) s
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeRight(&v) then Some v else None

    /// <summary>Takes the leftmost element; raises <c>Empty</c> if there is none.</summary>
    let take_l (s: 'a t) : 'a =
        Null.check "Lwt_sequence.take_l" (nameof s) s

        match take_opt_l s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>Takes the rightmost element; raises <c>Empty</c> if there is none.</summary>
    let take_r (s: 'a t) : 'a =
        Null.check "Lwt_sequence.take_r" (nameof s) s

        match take_opt_r s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>Moves all elements of <paramref name="s1"/> to the left end of <paramref name="s2"/>, in constant time.</summary>
    let transfer_l (s1: 'a t) (s2: 'a t) : unit =
        Null.check "Lwt_sequence.transfer_l" (nameof s1) s1
        Null.check "Lwt_sequence.transfer_l" (nameof s2) s2
        s1.TransferLeft s2

    /// <summary>Moves all elements of <paramref name="s1"/> to the right end of <paramref name="s2"/>, in constant time.</summary>
    let transfer_r (s1: 'a t) (s2: 'a t) : unit =
        Null.check "Lwt_sequence.transfer_r" (nameof s1) s1
        Null.check "Lwt_sequence.transfer_r" (nameof s2) s2
        s1.TransferRight s2

    /// <summary>Calls a function on each node from the left; any node may be removed on the way.</summary>
    let iter_node_l (f: 'a node -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_node_l" (nameof f) f
        Null.check "Lwt_sequence.iter_node_l" (nameof s) s
        Seq.iter f (s.NodesFromLeft())

    /// <summary>Calls a function on each node from the right; any node may be removed on the way.</summary>
    let iter_node_r (f: 'a node -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_node_r" (nameof f) f
        Null.check "Lwt_sequence.iter_node_r" (nameof s) s
        Seq.iter f (s.NodesFromRight())

    /// <summary>Calls a function on each element from the left.</summary>
    let iter_l (f: 'a -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_l" (nameof f) f
        Null.check "Lwt_sequence.iter_l" (nameof s) s
        iter_node_l (get >> f) s

    /// <summary>Calls a function on each element from the right.</summary>
    let iter_r (f: 'a -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_r" (nameof f) f
        Null.check "Lwt_sequence.iter_r" (nameof s) s
        iter_node_r (get >> f) s

    /// <summary>Folds over the elements from the left: the leftmost first.</summary>
    let fold_l (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Null.check "Lwt_sequence.fold_l" (nameof f) f
        Null.check "Lwt_sequence.fold_l" (nameof s) s
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromLeft())

    /// <summary>Folds over the elements from the right: the rightmost first.</summary>
    let fold_r (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Null.check "Lwt_sequence.fold_r" (nameof f) f
        Null.check "Lwt_sequence.fold_r" (nameof s) s
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromRight())

    /// <summary>The first node from the left whose element satisfies <paramref name="f"/>, if any.</summary>
    let find_node_opt_l (f: 'a -> bool) (s: 'a t) : 'a node option =
        Null.check "Lwt_sequence.find_node_opt_l" (nameof f) f
        Null.check "Lwt_sequence.find_node_opt_l" (nameof s) s
        Seq.tryFind (get >> f) (s.NodesFromLeft())

    /// <summary>The first node from the right whose element satisfies <paramref name="f"/>, if any.</summary>
    let find_node_opt_r (f: 'a -> bool) (s: 'a t) : 'a node option =
        Null.check "Lwt_sequence.find_node_opt_r" (nameof f) f
        Null.check "Lwt_sequence.find_node_opt_r" (nameof s) s
        Seq.tryFind (get >> f) (s.NodesFromRight())

    let private found (node: 'a node option) : 'a node =
        match node with
        | Some node -> node
        | None -> raise (NotFoundException "No element of the sequence satisfies the predicate.")

    /// <summary>As <c>find_node_opt_l</c>; raises a <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.</summary>
    let find_node_l (f: 'a -> bool) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.find_node_l" (nameof f) f
        Null.check "Lwt_sequence.find_node_l" (nameof s) s
        found (find_node_opt_l f s)

    /// <summary>As <c>find_node_opt_r</c>; raises a <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.</summary>
    let find_node_r (f: 'a -> bool) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.find_node_r" (nameof f) f
        Null.check "Lwt_sequence.find_node_r" (nameof s) s
        found (find_node_opt_r f s)
