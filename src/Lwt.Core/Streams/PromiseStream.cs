using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A sequence of values that come over time, each of which is read once. OCaml: <c>'a Lwt_stream.t</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <remarks>
/// <para>
/// Two reads that wait at the same time both get the same element, as in Lwt. Reading functions call their function, and
/// run callbacks, when the element comes: at once if it is there.
/// </para>
/// <para>
/// A stream belongs to the loop that first reads it or writes to it. On another thread every member that does either throws
/// <see cref="InvalidOperationException"/> and changes nothing; only as an <see cref="IAsyncEnumerable{T}"/> may it be read on
/// any thread.
/// </para>
/// <para>
/// A clone reads the same elements on its own. An element stays in memory until every clone that is held has read it: a
/// clone that nobody reads keeps all that the other one reads, as in Lwt.
/// </para>
/// </remarks>
public sealed partial class PromiseStream<T> : IAsyncEnumerable<T>, IAsyncDisposable, IDisposable
{
    // The next element to read, or Source.Last when it is not there yet.
    internal StreamNode<T> Node;

    internal readonly StreamSource<T> Source;

    internal PromiseStream(StreamSource<T> source)
        : this(source, source.Last) { }

    internal PromiseStream(StreamSource<T> source, StreamNode<T> node)
    {
        Source = source;
        Node = node;
        source.Readers++;
    }

    /// <summary>Takes an element off, or does nothing if another reader did already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Consume(StreamNode<T> node)
    {
        if (!ReferenceEquals(node, Node))
            return;
        Node = node.Next!;
        node.IsConsumed = true;
        Source.Consumed();
    }
}
