using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A node of the queue: an element, the end (no value), or the empty node where the next one will be added.
/// </summary>
internal sealed class StreamNode<T>
{
    // Null on the last node, and on one that was cut off (StreamSource.MoveOn).
    internal StreamNode<T>? Next;
    internal T Value = default!;
    internal bool HasValue;
    internal bool IsConsumed;
}

/// <summary>
/// What a stream and its clones share: the end of the queue, where elements are added, and where they come from.
/// </summary>
/// <remarks>
/// Invariant: <c>Last</c> is the empty node behind all elements; a stream whose own node is Last has nothing to read
/// and calls <see cref="Feed"/>. The end of a stream is a node without value before Last, and no stream moves past it.
/// The source has no reference to the streams: elements that nobody can read any more are garbage, even if a writer is
/// held.
/// </remarks>
internal abstract class StreamSource<T> : StreamOwner
{
    // Null until somebody asks for it; pending until the stream is closed.
    private Promise? _closed;

    internal StreamNode<T> Last = new();

    internal bool IsClosed { get; private set; }

    /// <summary>An object that a writer keeps alive as long as the stream.</summary>
    internal object? Reference { get; set; }

    /// <summary>
    /// Called when a read finds nothing. The promise is fulfilled once an element or the end is added: already, if that
    /// can be done at once.
    /// </summary>
    internal abstract Promise<Unit> Feed();

    /// <summary>Called when an element is taken from the front.</summary>
    internal virtual void Consumed() { }

    /// <summary>
    /// Called when the last reader leaves: releases what the stream is made of. With <paramref name="close"/>, a stream
    /// that is written to is closed.
    /// </summary>
    internal virtual Promise Release(bool close) => Promise.Return();

    /// <summary>How many streams read from here: one and its clones, less those that were disposed.</summary>
    internal int Readers { get; set; }

    /// <summary>
    /// How many may hold a node that the stream has passed: pending walks and, never counted down, clones, calls of
    /// parse and reads whose function threw.
    /// </summary>
    internal int Holders { get; set; }

    internal virtual bool IsBounded => false;

    /// <summary>
    /// Returns the next node, for one of <paramref name="holders"/>. If nobody else can hold the node, it is cut off: a
    /// node of an old generation of the heap would keep the later nodes alive until a full collection.
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

    /// <summary>
    /// Adds an element or, for none, the end, which closes the stream and runs the callbacks of that.
    /// </summary>
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

    /// <summary>The promise that is fulfilled when the stream is closed: the same one each time.</summary>
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

/// <summary>What the reads of an empty queue wait for; a new promise for each element.</summary>
internal struct StreamSignal
{
    // Null while nobody waits; then pending, until an element comes.
    private Promise<Unit>? _waited;

    /// <summary>Waits for the next element; cancelling one wait does not cancel the others.</summary>
    internal Promise<Unit> Wait()
    {
        var driver = Driver.Current;
        return new Protected<Unit>(_waited ??= new Waiting<Unit, StreamElement>(driver, 0), driver);
    }

    /// <summary>
    /// The promise that has callbacks; null if there is none, for instance because all waits were cancelled.
    /// </summary>
    internal readonly Promise? Waiter => _waited is { Slot: not null } promise ? promise : null;

    /// <summary>Forgets the waits.</summary>
    internal void Abandon() => _waited = null;

    /// <summary>Fulfils the waits: inside a resolution, at its end, as wakeup_later does.</summary>
    internal void Notify(Driver driver)
    {
        if (_waited is not { } promise)
            return;
        _waited = null;
        if (promise.Slot is not null)
            driver.RunLater(promise.FulfillWith(default));
    }
}
