namespace Lwt.FSharp

open Lwt.FSharp.CompilerServices

/// <summary>
/// Immutable priority queues: OCaml's <c>Lwt_pqueue</c>. In place of OCaml's functor <c>Make (Ord)</c>, <c>empty_by</c>
/// takes a comparison, <c>Ord.compare</c>, and the queue keeps it.
/// </summary>
/// <example>
/// <code>
/// let queue = Lwt_pqueue.empty |&gt; Lwt_pqueue.add 3 |&gt; Lwt_pqueue.add 1
///
/// let least = Lwt_pqueue.find_min queue // 1
/// let rest = Lwt_pqueue.remove_min queue // holds 3
/// </code>
/// </example>
module Lwt_pqueue =

    /// A pairing heap: the root is the least element.
    type private 'a heap = Heap of root: 'a * children: 'a heap list

    /// <summary>A priority queue. Elements that compare equal may occur several times.</summary>
    type 'a t =
        private
            {
                compare: 'a -> 'a -> int
                size: int
                heap: 'a heap option
            }

    let private link compare (Heap(x, xs) as a) (Heap(y, ys) as b) =
        if compare x y <= 0 then
            Heap(x, b :: xs)
        else
            Heap(y, a :: ys)

    /// Joins heaps in pairs, and then all pairs, in amortized logarithmic time and constant stack.
    let private linkAll compare heaps =
        let rec pairs acc heaps =
            match heaps with
            | a :: b :: rest -> pairs (link compare a b :: acc) rest
            | [ a ] -> a :: acc
            | [] -> acc

        match pairs [] heaps with
        | [] -> None
        | first :: rest -> Some(List.fold (link compare) first rest)

    let private missing call =
        raise (NotFoundException $"Lwt_pqueue.{call}: the queue is empty. Ask is_empty before, or use lookup_min.")

    /// <summary>
    /// Returns an empty queue whose elements are ordered by <paramref name="compare"/>, which returns a negative
    /// number, zero or a positive number, as <c>compare</c> does.
    /// </summary>
    let empty_by (compare: 'a -> 'a -> int) : 'a t =
        Null.check "Lwt_pqueue.empty_by" (nameof compare) compare

        {
            compare = compare
            size = 0
            heap = None
        }

    /// <summary>The empty queue of elements in F#'s own order.</summary>
    [<GeneralizableValue>]
    let empty<'a when 'a: comparison> : 'a t = empty_by compare

    /// <summary>Returns true if a queue has no elements.</summary>
    let is_empty (q: 'a t) : bool =
        Null.check "Lwt_pqueue.is_empty" (nameof q) q
        q.heap.IsNone

    /// <summary>Returns the queue with one more element.</summary>
    let add (x: 'a) (q: 'a t) : 'a t =
        Null.check "Lwt_pqueue.add" (nameof q) q
        let single = Heap(x, [])

        { q with
            size = q.size + 1
            heap =
                match q.heap with
                | None -> Some single
                | Some heap -> Some(link q.compare heap single)
        }

    /// <summary>Returns a queue of all elements of two queues, in the order of the first.</summary>
    let union (q: 'a t) (q': 'a t) : 'a t =
        Null.check "Lwt_pqueue.union" (nameof q) q
        Null.check "Lwt_pqueue.union" (nameof q') q'

        { q with
            size = q.size + q'.size
            heap =
                match q.heap, q'.heap with
                | Some a, Some b -> Some(link q.compare a b)
                | heap, None
                | None, heap -> heap
        }

    /// <summary>Returns the least element.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">The queue is empty. (OCaml's Not_found.)</exception>
    let find_min (q: 'a t) : 'a =
        Null.check "Lwt_pqueue.find_min" (nameof q) q

        match q.heap with
        | Some(Heap(x, _)) -> x
        | None -> missing "find_min"

    /// <summary>Returns the least element, or <c>None</c> if the queue is empty.</summary>
    let lookup_min (q: 'a t) : 'a option =
        Null.check "Lwt_pqueue.lookup_min" (nameof q) q

        match q.heap with
        | Some(Heap(x, _)) -> Some x
        | None -> None

    /// <summary>Returns the queue without its least element.</summary>
    /// <exception cref="T:Lwt.FSharp.NotFoundException">The queue is empty. (OCaml's Not_found.)</exception>
    let remove_min (q: 'a t) : 'a t =
        Null.check "Lwt_pqueue.remove_min" (nameof q) q

        match q.heap with
        | Some(Heap(_, children)) ->
            { q with
                size = q.size - 1
                heap = linkAll q.compare children
            }
        | None -> missing "remove_min"

    /// <summary>Returns the number of elements.</summary>
    let size (q: 'a t) : int =
        Null.check "Lwt_pqueue.size" (nameof q) q
        q.size
