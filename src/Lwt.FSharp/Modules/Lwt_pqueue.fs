namespace Lwt.FSharp

open Lwt.FSharp.CompilerServices

/// <summary>
/// Persistent priority queues: OCaml's <c>Lwt_pqueue</c>. What is there a functor, <c>Make (Ord)</c>, is here a function
/// of a comparison, <c>empty_by Ord.compare</c>; the queue then carries it.
/// </summary>
module Lwt_pqueue =

    /// A heap: no element of the children is less than the root.
    type private 'a heap = Heap of root: 'a * children: 'a heap list

    /// <summary>A priority queue of elements, which may compare equal.</summary>
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

    /// Joins heaps two by two, and then the pairs: logarithmic on average, and in constant stack.
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

    /// <summary>The empty queue of elements ordered by a comparison, as that of <c>Make (Ord)</c>.</summary>
    let empty_by (compare: 'a -> 'a -> int) : 'a t =
        Null.check "Lwt_pqueue.empty_by" (nameof compare) compare

        {
            compare = compare
            size = 0
            heap = None
        }

    /// <summary>The empty queue of elements in their own order.</summary>
    [<GeneralizableValue>]
    let empty<'a when 'a: comparison> : 'a t = empty_by compare

    /// <summary>Whether a queue is empty.</summary>
    let is_empty (q: 'a t) : bool =
        Null.check "Lwt_pqueue.is_empty" (nameof q) q
        q.heap.IsNone

    /// <summary>The queue with an element more.</summary>
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

    /// <summary>The queue of all elements of both, in the order of the first.</summary>
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

    /// <summary>The least element; raises a <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.</summary>
    let find_min (q: 'a t) : 'a =
        Null.check "Lwt_pqueue.find_min" (nameof q) q

        match q.heap with
        | Some(Heap(x, _)) -> x
        | None -> missing "find_min"

    /// <summary>The least element, if any.</summary>
    let lookup_min (q: 'a t) : 'a option =
        Null.check "Lwt_pqueue.lookup_min" (nameof q) q

        match q.heap with
        | Some(Heap(x, _)) -> Some x
        | None -> None

    /// <summary>
    /// The queue without its least element; raises a <c>KeyNotFoundException</c>, OCaml's <c>Not_found</c>, if there is none.
    /// </summary>
    let remove_min (q: 'a t) : 'a t =
        Null.check "Lwt_pqueue.remove_min" (nameof q) q

        match q.heap with
        | Some(Heap(_, children)) ->
            { q with
                size = q.size - 1
                heap = linkAll q.compare children
            }
        | None -> missing "remove_min"

    /// <summary>The number of elements.</summary>
    let size (q: 'a t) : int =
        Null.check "Lwt_pqueue.size" (nameof q) q
        q.size
