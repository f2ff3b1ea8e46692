using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// The list of callbacks of a promise. It is circular, and the promise holds its last node, so adding a node in front,
/// concatenating two lists and removing a race's node take constant time.
/// </summary>
/// <remarks>
/// Invariant: in a list of one node Next is null. In a longer list each <see cref="Racer"/>, the only kind that is ever
/// removed, knows the node before it (for the first node that is the last one).
/// </remarks>
internal static class Callbacks
{
    /// <summary>Adds a node in front of the list of a pending promise, which must not be empty.</summary>
    internal static void Push(Promise pending, Continuation node)
    {
        var tail = Cast.To<Continuation>(pending.Slot!).InList(pending);
        var first = node.InList(pending);
        var head = tail.Next ?? tail;
        first.Next = head;
        tail.Next = first;
        if (head is Racer second)
            second.Previous = first;
        if (first is Racer racer)
            racer.Previous = tail;
        pending.Slot = tail;
        AssertLinked(tail);
        AssertLinked(first);
    }

    /// <summary>
    /// Appends the list of <paramref name="inner"/> to that of <paramref name="outer"/>; neither may be empty.
    /// </summary>
    internal static void Concat(Promise outer, Promise inner)
    {
        var frontTail = Cast.To<Continuation>(outer.Slot!).InList(outer);
        var backTail = Cast.To<Continuation>(inner.Slot!).InList(inner);
        var frontHead = frontTail.Next ?? frontTail;
        var backHead = backTail.Next ?? backTail;
        frontTail.Next = backHead;
        backTail.Next = frontHead;
        if (backHead is Racer b)
            b.Previous = frontTail;
        if (frontHead is Racer f)
            f.Previous = backTail;
        outer.Slot = backTail;
        AssertLinked(frontTail);
        AssertLinked(backTail);
    }

    /// <summary>Removes a node from the list of a pending promise.</summary>
    internal static void Remove(Promise pending, Racer node)
    {
        var next = node.Next;
        if (next is null)
        {
            pending.Slot = null;
            return;
        }
        AssertLinked(node);
        var previous = node.Previous!;
        var single = ReferenceEquals(previous, next);
        previous.Next = single ? null : next;
        if (next is Racer after)
            after.Previous = single ? null : previous;
        if (ReferenceEquals(pending.Slot, node))
            pending.Slot = previous;
        node.Next = null;
        node.Previous = null;
        if (!single)
            AssertLinked(previous);
    }

    /// <summary>Asserts the invariant around a node of a list of several.</summary>
    [Conditional("DEBUG")]
    private static void AssertLinked(Callback node)
    {
        Debug.Assert(node.Next is not null, "A list of several is circular.");
        Debug.Assert(
            node.Next is not Racer next || ReferenceEquals(next.Previous, node),
            "A racer knows who is before it."
        );
        Debug.Assert(
            node is not Racer racer || ReferenceEquals(racer.Previous!.Next, node),
            "A racer stands behind that one."
        );
    }
}
