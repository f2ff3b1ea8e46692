using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A sequence of values that come over time. Each element is read once. OCaml: <c>'a Lwt_stream.t</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <remarks>
/// <para>
/// A read waits until its element has come. Two reads that wait at the same time both return the same element, as in
/// Lwt. Cancelling a read does not take an element, and does not cancel other reads or the work that makes the element.
/// </para>
/// <para>
/// A function that is passed to an operation is called when its element comes: at once, before the operation returns,
/// if the element is there. Operations whose names end in <c>Await</c> wait for the promise that the function returns
/// before they take the next element.
/// </para>
/// <para>
/// An exception does not end the stream: the next read goes on. An exception of the source, or of a function, goes to
/// whoever reads: it rejects the promise of the read or, if the function was called before the read returned, may be
/// thrown by the read itself.
/// </para>
/// <para>
/// A stream belongs to the loop that first reads it or writes to it. On another thread, each member that reads or
/// writes throws <see cref="InvalidOperationException"/> and changes nothing. Only as an
/// <see cref="IAsyncEnumerable{T}"/> can a stream be read on any thread.
/// </para>
/// <para>
/// A clone reads the same elements independently. An element stays in memory until each clone that is still referenced
/// has read it.
/// </para>
/// </remarks>
public sealed partial class PromiseStream<T> : IAsyncEnumerable<T>, IAsyncDisposable, IDisposable
{
    // The next element to read; Source.Last if it is not there yet.
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

    /// <summary>Takes an element; does nothing if another reader took it already.</summary>
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
