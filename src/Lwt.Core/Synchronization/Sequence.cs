using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>
/// A mutable sequence that grows and shrinks at both ends. A node can be removed in constant time, even while the
/// sequence is being enumerated. OCaml: <c>'a Lwt_sequence.t</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <remarks>Like <see cref="List{T}"/> it does not check which thread uses it: use it on one thread only.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "Lwt's word; it is no collection to be filled by Add.")]
public sealed class Sequence<T> : IEnumerable<T>
{
    // Invariant: the nodes form a ring closed by _ends, which is never active. A removed node keeps its own neighbours,
    // so that an enumeration that stands on it can continue.

    private readonly SequenceNode<T> _ends = new();

    /// <summary>Whether there are no elements. OCaml: <c>Lwt_sequence.is_empty</c>.</summary>
    public bool IsEmpty => ReferenceEquals(_ends.Next, _ends);

    /// <summary>Counts the elements, one by one. OCaml: <c>Lwt_sequence.length</c>.</summary>
    public int CountNodes()
    {
        var count = 0;
        for (var node = _ends.Next; !ReferenceEquals(node, _ends); node = node.Next)
            count++;
        return count;
    }

    /// <summary>
    /// Empties the sequence. Its nodes are not updated: if one is removed afterwards, only its old neighbours change.
    /// OCaml: <c>Lwt_sequence.clear</c>.
    /// </summary>
    public void Clear() => _ends.Next = _ends.Previous = _ends;

    /// <summary>Adds an element at the left end. OCaml: <c>Lwt_sequence.add_l</c>.</summary>
    public SequenceNode<T> AddLeft(T value) => new(value, _ends, _ends.Next);

    /// <summary>Adds an element at the right end. OCaml: <c>Lwt_sequence.add_r</c>.</summary>
    public SequenceNode<T> AddRight(T value) => new(value, _ends.Previous, _ends);

    /// <summary>Removes the leftmost element, if any. OCaml: <c>Lwt_sequence.take_opt_l</c>.</summary>
    public bool TryTakeLeft([MaybeNullWhen(false)] out T value) => TryTake(_ends.Next, out value);

    /// <summary>Removes the rightmost element, if any. OCaml: <c>Lwt_sequence.take_opt_r</c>.</summary>
    public bool TryTakeRight([MaybeNullWhen(false)] out T value) => TryTake(_ends.Previous, out value);

    /// <summary>
    /// Moves all elements, in their order, to the left end of another sequence, in constant time. OCaml:
    /// <c>Lwt_sequence.transfer_l</c>.
    /// </summary>
    public void TransferLeft(Sequence<T> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        MoveBetween(target._ends, target._ends.Next);
    }

    /// <summary>
    /// Moves all elements, in their order, to the right end of another sequence, in constant time. OCaml:
    /// <c>Lwt_sequence.transfer_r</c>.
    /// </summary>
    public void TransferRight(Sequence<T> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        MoveBetween(target._ends.Previous, target._ends);
    }

    /// <summary>Enumerates the nodes from left to right; any of them may be removed meanwhile.</summary>
    public IEnumerable<SequenceNode<T>> NodesFromLeft()
    {
        for (var node = _ends.Next; !ReferenceEquals(node, _ends); node = node.Next)
            if (node.IsActive)
                yield return node;
    }

    /// <summary>Enumerates the nodes from right to left; any of them may be removed meanwhile.</summary>
    public IEnumerable<SequenceNode<T>> NodesFromRight()
    {
        for (var node = _ends.Previous; !ReferenceEquals(node, _ends); node = node.Previous)
            if (node.IsActive)
                yield return node;
    }

    /// <summary>Enumerates the elements from left to right.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var node in NodesFromLeft())
            yield return node.Value;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryTake(SequenceNode<T> node, [MaybeNullWhen(false)] out T value)
    {
        value = node.Value;
        if (IsEmpty)
            return false;
        node.Remove();
        return true;
    }

    private void MoveBetween(SequenceNode<T> left, SequenceNode<T> right)
    {
        if (IsEmpty)
            return;
        var (first, last) = (_ends.Next, _ends.Previous);
        Clear();
        // A transfer into itself: the ends are the neighbours on both sides, and nothing changes.
        if (ReferenceEquals(left, last) || ReferenceEquals(right, first))
            (left, right) = (_ends, _ends);
        (left.Next, first.Previous) = (first, left);
        (last.Next, right.Previous) = (right, last);
    }
}

/// <summary>The place of an element in a <see cref="Sequence{T}"/>. OCaml: <c>'a Lwt_sequence.node</c>.</summary>
/// <typeparam name="T">The type of the element.</typeparam>
public sealed class SequenceNode<T>
{
    internal SequenceNode<T> Previous;
    internal SequenceNode<T> Next;

    // False for the ends of a sequence and once the node is removed.
    internal bool IsActive;

    /// <summary>The two ends of a sequence.</summary>
    internal SequenceNode()
    {
        Previous = Next = this;
        Value = default!;
    }

    internal SequenceNode(T value, SequenceNode<T> previous, SequenceNode<T> next)
    {
        (Value, Previous, Next, IsActive) = (value, previous, next, true);
        previous.Next = this;
        next.Previous = this;
    }

    /// <summary>The element at this place. OCaml: <c>Lwt_sequence.get</c> and <c>set</c>.</summary>
    public T Value { get; set; }

    /// <summary>
    /// Removes the node from its sequence; does nothing if it is already removed. OCaml: <c>Lwt_sequence.remove</c>.
    /// </summary>
    public void Remove()
    {
        if (!IsActive)
            return;
        IsActive = false;
        Previous.Next = Next;
        Next.Previous = Previous;
    }
}

/// <summary>The cancelable promise of add_task: cancelling it removes its resolver from the sequence.</summary>
internal sealed class TaskInSequence<T>(Driver driver) : Promise<T>(driver, Cancelable | NotifiesCancel)
{
    private SequenceNode<Resolver<T>>? _node;

    internal static Promise<T> Add(Sequence<Resolver<T>> sequence, bool left)
    {
        var task = new TaskInSequence<T>(Driver.Current);
        var resolver = new Resolver<T>(task);
        task._node = left ? sequence.AddLeft(resolver) : sequence.AddRight(resolver);
        return task;
    }

    internal override void OnCanceled(Driver driver) => _node!.Remove();

    internal override void DescribeWait(WaitReport report) =>
        report.On(
            _node!.IsActive
                ? "a resolver in a Sequence (F#: Lwt.add_task_r, Lwt.add_task_l)"
                : "a resolver taken out of a Sequence (F#: Lwt.add_task_r, Lwt.add_task_l)"
        );
}
