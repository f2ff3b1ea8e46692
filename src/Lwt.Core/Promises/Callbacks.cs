namespace Lwt.Core;

/// <summary>
/// The list of callbacks of a promise: circular, held by its last node, so that adding in front, joining two lists
/// and removing a race's node all take constant time.
/// </summary>
/// <remarks>
/// Invariant: a list of one has Next null. In a longer list each <see cref="Racer"/>, the one kind that is ever
/// removed, knows the node before it (the first's is the last).
/// </remarks>
internal static class Callbacks
{
    /// <summary>Puts a node in front of the list that ends in <paramref name="tail"/>.</summary>
    internal static void Push(Continuation tail, Continuation node)
    {
        var head = tail.Next ?? tail;
        node.Next = head;
        tail.Next = node;
        if (head is Racer second)
            second.Previous = node;
        if (node is Racer first)
            first.Previous = tail;
    }

    /// <summary>Opens the circle of a list that ends in <paramref name="tail"/>; gives its first node.</summary>
    internal static Continuation Open(Continuation tail)
    {
        var head = tail.Next;
        if (head is null)
            return tail;
        tail.Next = null;
        return head;
    }

    /// <summary>Joins two lists, either of which may be empty; gives the last node of the whole.</summary>
    internal static Continuation? Concat(Continuation? front, Continuation? back)
    {
        if (front is null || back is null)
            return front ?? back;
        var frontHead = front.Next ?? front;
        var backHead = back.Next ?? back;
        front.Next = backHead;
        back.Next = frontHead;
        if (backHead is Racer b)
            b.Previous = front;
        if (frontHead is Racer f)
            f.Previous = back;
        return back;
    }

    /// <summary>Takes a node out of the list of a pending promise.</summary>
    internal static void Remove(Promise pending, Racer node)
    {
        var next = node.Next;
        if (next is null)
        {
            pending.Slot = null;
            return;
        }
        var previous = node.Previous!;
        var single = ReferenceEquals(previous, next);
        previous.Next = single ? null : next;
        if (next is Racer after)
            after.Previous = single ? null : previous;
        if (ReferenceEquals(pending.Slot, node))
            pending.Slot = previous;
        node.Next = null;
        node.Previous = null;
    }
}
