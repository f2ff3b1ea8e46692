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
    /// <summary>Puts a node in front of a list, which is not empty; gives the last node.</summary>
    internal static Callback Push(Continuation list, Continuation node)
    {
        var tail = list.InList();
        var first = node.InList();
        var head = tail.Next ?? tail;
        first.Next = head;
        tail.Next = first;
        if (head is Racer second)
            second.Previous = first;
        if (first is Racer racer)
            racer.Previous = tail;
        return tail;
    }

    /// <summary>Joins two lists, neither of which is empty; gives the last node of the whole.</summary>
    internal static Callback Concat(Continuation front, Continuation back)
    {
        var frontTail = front.InList();
        var backTail = back.InList();
        var frontHead = frontTail.Next ?? frontTail;
        var backHead = backTail.Next ?? backTail;
        frontTail.Next = backHead;
        backTail.Next = frontHead;
        if (backHead is Racer b)
            b.Previous = frontTail;
        if (frontHead is Racer f)
            f.Previous = backTail;
        return backTail;
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
