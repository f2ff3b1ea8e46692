using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>An element in the queue of a stream, or its end (no value), or the place where the next one will come.</summary>
internal sealed class StreamNode<T>
{
    // Null on the last node, and on one that was cut off (StreamSource.MoveOn).
    internal StreamNode<T>? Next;
    internal T Value = default!;
    internal bool HasValue;
    internal bool IsConsumed;
}

/// <summary>
/// What a stream and its clones have in common: the end of the queue, where elements come in, and where they come from.
/// </summary>
/// <remarks>
/// Invariant: <c>Last</c> is the empty node behind all elements; a stream whose own node is Last has nothing to read and
/// calls <see cref="Feed"/>. The end of a stream is a node without value before Last, and no stream moves past it.
/// The source knows nothing of the streams, so what nobody can read any more is free, even if a writer is held.
/// </remarks>
internal abstract class StreamSource<T> : StreamOwner
{
    // Null, a promise that somebody waits for, or the resolved promise once the stream is closed.
    private Promise? _closed;

    internal StreamNode<T> Last = new();

    internal bool IsClosed { get; private set; }

    /// <summary>What a writer wants to keep alive as long as the stream is.</summary>
    internal object? Reference { get; set; }

    /// <summary>Waits until an element, or the end, was added: fulfilled at once if that could be done now.</summary>
    internal abstract Promise<Unit> Feed();

    /// <summary>An element was taken from the front.</summary>
    internal virtual void Consumed() { }

    /// <summary>
    /// The last reader gives the stream up: what it holds is released. With <paramref name="close"/> a writer is told so too,
    /// by closing the stream.
    /// </summary>
    internal virtual Promise Release(bool close) => Promise.Return();

    /// <summary>How many streams read from here: one and its clones, less those that were disposed.</summary>
    internal int Readers { get; set; }

    /// <summary>
    /// How many may stand at a node that the stream has passed: the walks under way, and for good each clone and parse, and
    /// each reading that failed.
    /// </summary>
    internal int Holders { get; set; }

    internal virtual bool IsBounded => false;

    /// <summary>
    /// Goes on to the next node, as one of <paramref name="holders"/>. What is read, if nobody else can stand there, is cut
    /// off the queue: a node of an old generation would keep all that came after it until the whole heap is collected.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StreamNode<T> MoveOn(StreamNode<T> node, int holders)
    {
        var next = node.Next!;
        if (Holders == holders && node.IsConsumed)
            node.Next = null;
        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enqueue(T value)
    {
        AssertLastIsEmpty();
        var node = Last;
        var next = new StreamNode<T>();
        node.Value = value;
        node.HasValue = true;
        node.Next = next;
        Last = next;
    }

    internal void EnqueueEnd()
    {
        AssertLastIsEmpty();
        var next = new StreamNode<T>();
        Last.Next = next;
        Last = next;
    }

    [Conditional("DEBUG")]
    private void AssertLastIsEmpty() =>
        Debug.Assert(Last is { Next: null, HasValue: false }, "The last node is the place of the next element.");

    /// <summary>Adds an element or, for none, the end; the end closes the stream and runs what waits for that.</summary>
    internal void Enqueue(Maybe<T> item)
    {
        if (item.TryGetValue(out var value))
        {
            Enqueue(value);
            return;
        }
        EnqueueEnd();
        Close();
    }

    internal void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        if (_closed is not { } promise)
            return;
        promise = promise.Underlying();
        if (promise.State != Promise.Pending)
            return;
        promise.DropLink();
        Driver.Current.Run(promise.FulfillWithDefault());
    }

    /// <summary>The promise that waits for the end of the queue: each time the same one.</summary>
    internal Promise<TUnit> WhenClosed<TUnit>()
    {
        var driver = Enter();
        switch (_closed)
        {
            case Promise<TUnit> same:
                return same;
            case null:
                var promise = IsClosed ? new Promise<TUnit>(default(TUnit)!) : new Waiting<TUnit, StreamEnd>(driver, 0);
                _closed = promise;
                return promise;
            default:
                // The other front asked first, with its own unit.
                return CompilerServices.Primitives.Map<TUnit, ForgetValueAs<TUnit>>(_closed, default);
        }
    }

    private protected override void Abandon()
    {
        if (_closed is { IsPending: true })
            _closed = null;
    }

    private readonly struct ForgetValueAs<TUnit> : CompilerServices.IPlainStep<TUnit>
    {
        public TUnit Invoke(Promise source) => default!;
    }
}

/// <summary>The promise on which those wait who read at the end of a push stream; renewed for each element.</summary>
internal struct StreamSignal
{
    // Null while nobody waits; then pending, until an element comes.
    private Promise<Unit>? _waited;

    /// <summary>Waits for the next element; cancelling one wait leaves the others alone.</summary>
    internal Promise<Unit> Wait()
    {
        var driver = Driver.Current;
        return new Protected<Unit>(_waited ??= new Waiting<Unit, StreamElement>(driver, 0), driver);
    }

    /// <summary>The promise on which somebody waits. Null if there is none: all who waited may have been cancelled.</summary>
    internal readonly Promise? Waiter => _waited is { Slot: not null } promise ? promise : null;

    /// <summary>Forgets those who wait.</summary>
    internal void Abandon() => _waited = null;

    /// <summary>Wakes those who wait; inside a resolution at its end, as wakeup_later does.</summary>
    internal void Notify(Driver driver)
    {
        if (_waited is not { } promise)
            return;
        _waited = null;
        if (promise.Slot is not null)
            driver.RunLater(promise.FulfillWith(default));
    }
}
