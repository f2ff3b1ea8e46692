namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// Mutable double-ended queues whose nodes can be removed in constant time: OCaml's <c>Lwt_sequence</c>.
/// </summary>
/// <example>
/// <code>
/// let queue = Lwt_sequence.create ()
/// let node = Lwt_sequence.add_r "b" queue
/// Lwt_sequence.add_r "c" queue |&gt; ignore
/// Lwt_sequence.add_l "a" queue |&gt; ignore
///
/// Lwt_sequence.remove node
/// let first = Lwt_sequence.take_opt_l queue // Some "a"
/// let second = Lwt_sequence.take_opt_l queue // Some "c"
/// </code>
/// </example>
module Lwt_sequence =

    /// <summary>A sequence.</summary>
    type 'a t = Sequence<'a>

    /// <summary>A node: the place of an element in a sequence.</summary>
    type 'a node = SequenceNode<'a>

    /// <summary>Returns the element of a node.</summary>
    let get (node: 'a node) : 'a =
        Null.check "Lwt_sequence.get" (nameof node) node
        node.Value

    /// <summary>Replaces the element of a node.</summary>
    let set (node: 'a node) (v: 'a) : unit =
        Null.check "Lwt_sequence.set" (nameof node) node
        node.Value <- v

    /// <summary>Removes a node from its sequence; does nothing if it is removed already.</summary>
    let remove (node: 'a node) : unit =
        Null.check "Lwt_sequence.remove" (nameof node) node
        node.Remove()

    /// <summary>Returns a new, empty sequence.</summary>
    let create<'a> () : 'a t = Sequence<'a>()

    /// <summary>Removes all elements from a sequence, in constant time. The nodes themselves do not change.</summary>
    let clear (s: 'a t) : unit =
        Null.check "Lwt_sequence.clear" (nameof s) s
        s.Clear()

    /// <summary>Returns true if a sequence has no elements.</summary>
    let is_empty (s: 'a t) : bool =
        Null.check "Lwt_sequence.is_empty" (nameof s) s
        s.IsEmpty

    /// <summary>Returns the number of elements. It counts them one by one.</summary>
    let length (s: 'a t) : int =
        Null.check "Lwt_sequence.length" (nameof s) s
        s.CountNodes()

    /// <summary>Adds an element at the left end and returns its node.</summary>
    let add_l (v: 'a) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.add_l" (nameof s) s
        s.AddLeft v

    /// <summary>Adds an element at the right end and returns its node.</summary>
    let add_r (v: 'a) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.add_r" (nameof s) s
        s.AddRight v

    /// <summary>Raised by <c>take_l</c> and <c>take_r</c> when the sequence is empty.</summary>
    exception Empty

    /// <summary>Removes the leftmost element and returns it, or <c>None</c> if there is none.</summary>
    let take_opt_l (s: 'a t) : 'a option =
        Null.check "Lwt_sequence.take_opt_l" (nameof s) s
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeLeft(&v) then Some v else None

    /// <summary>Removes the rightmost element and returns it, or <c>None</c> if there is none.</summary>
    let take_opt_r (s: 'a t) : 'a option =
        Null.check "Lwt_sequence.take_opt_r" (nameof s) s
        let mutable v = Unchecked.defaultof<'a>
        if s.TryTakeRight(&v) then Some v else None

    /// <summary>Removes the leftmost element and returns it. Raises <c>Empty</c> if there is none.</summary>
    let take_l (s: 'a t) : 'a =
        Null.check "Lwt_sequence.take_l" (nameof s) s

        match take_opt_l s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>Removes the rightmost element and returns it. Raises <c>Empty</c> if there is none.</summary>
    let take_r (s: 'a t) : 'a =
        Null.check "Lwt_sequence.take_r" (nameof s) s

        match take_opt_r s with
        | Some v -> v
        | None -> raise Empty

    /// <summary>
    /// Moves all elements of <paramref name="s1"/> to the left end of <paramref name="s2"/>, in constant time.
    /// </summary>
    let transfer_l (s1: 'a t) (s2: 'a t) : unit =
        Null.check "Lwt_sequence.transfer_l" (nameof s1) s1
        Null.check "Lwt_sequence.transfer_l" (nameof s2) s2
        s1.TransferLeft s2

    /// <summary>
    /// Moves all elements of <paramref name="s1"/> to the right end of <paramref name="s2"/>, in constant time.
    /// </summary>
    let transfer_r (s1: 'a t) (s2: 'a t) : unit =
        Null.check "Lwt_sequence.transfer_r" (nameof s1) s1
        Null.check "Lwt_sequence.transfer_r" (nameof s2) s2
        s1.TransferRight s2

    /// <summary>Calls <paramref name="f"/> on each node from left to right. It may remove any node.</summary>
    let iter_node_l (f: 'a node -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_node_l" (nameof f) f
        Null.check "Lwt_sequence.iter_node_l" (nameof s) s
        Seq.iter f (s.NodesFromLeft())

    /// <summary>Calls <paramref name="f"/> on each node from right to left. It may remove any node.</summary>
    let iter_node_r (f: 'a node -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_node_r" (nameof f) f
        Null.check "Lwt_sequence.iter_node_r" (nameof s) s
        Seq.iter f (s.NodesFromRight())

    /// <summary>Calls <paramref name="f"/> on each element from left to right.</summary>
    let iter_l (f: 'a -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_l" (nameof f) f
        Null.check "Lwt_sequence.iter_l" (nameof s) s
        iter_node_l (get >> f) s

    /// <summary>Calls <paramref name="f"/> on each element from right to left.</summary>
    let iter_r (f: 'a -> unit) (s: 'a t) : unit =
        Null.check "Lwt_sequence.iter_r" (nameof f) f
        Null.check "Lwt_sequence.iter_r" (nameof s) s
        iter_node_r (get >> f) s

    /// <summary>
    /// Calls <paramref name="f"/> on each element from left to right and on an accumulator, at first
    /// <paramref name="acc"/>; its result is the next accumulator. Returns the last one.
    /// </summary>
    let fold_l (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Null.check "Lwt_sequence.fold_l" (nameof f) f
        Null.check "Lwt_sequence.fold_l" (nameof s) s
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromLeft())

    /// <summary>
    /// Calls <paramref name="f"/> on each element from right to left and on an accumulator, at first
    /// <paramref name="acc"/>; its result is the next accumulator. Returns the last one.
    /// </summary>
    let fold_r (f: 'a -> 'b -> 'b) (s: 'a t) (acc: 'b) : 'b =
        Null.check "Lwt_sequence.fold_r" (nameof f) f
        Null.check "Lwt_sequence.fold_r" (nameof s) s
        Seq.fold (fun acc node -> f (get node) acc) acc (s.NodesFromRight())

    /// <summary>
    /// Returns the leftmost node for whose element <paramref name="f"/> returns true, or <c>None</c> if there is none.
    /// </summary>
    let find_node_opt_l (f: 'a -> bool) (s: 'a t) : 'a node option =
        Null.check "Lwt_sequence.find_node_opt_l" (nameof f) f
        Null.check "Lwt_sequence.find_node_opt_l" (nameof s) s
        Seq.tryFind (get >> f) (s.NodesFromLeft())

    /// <summary>
    /// Returns the rightmost node for whose element <paramref name="f"/> returns true, or <c>None</c> if there is none.
    /// </summary>
    let find_node_opt_r (f: 'a -> bool) (s: 'a t) : 'a node option =
        Null.check "Lwt_sequence.find_node_opt_r" (nameof f) f
        Null.check "Lwt_sequence.find_node_opt_r" (nameof s) s
        Seq.tryFind (get >> f) (s.NodesFromRight())

    let private found (node: 'a node option) : 'a node =
        match node with
        | Some node -> node
        | None -> raise (NotFoundException "No element of the sequence satisfies the predicate.")

    /// <summary>Returns the leftmost node for whose element <paramref name="f"/> returns true.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">There is none. (OCaml's Not_found.)</exception>
    let find_node_l (f: 'a -> bool) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.find_node_l" (nameof f) f
        Null.check "Lwt_sequence.find_node_l" (nameof s) s
        found (find_node_opt_l f s)

    /// <summary>Returns the rightmost node for whose element <paramref name="f"/> returns true.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">There is none. (OCaml's Not_found.)</exception>
    let find_node_r (f: 'a -> bool) (s: 'a t) : 'a node =
        Null.check "Lwt_sequence.find_node_r" (nameof f) f
        Null.check "Lwt_sequence.find_node_r" (nameof s) s
        found (find_node_opt_r f s)
