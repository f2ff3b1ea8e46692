using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>create_bounded</c>: the queue holds so many elements, and one more push waits until there is room.
/// </summary>
/// <remarks>
/// Invariant: <c>_count</c> is the number of elements in the queue, as they were counted when they came in; <c>_waiter</c>
/// is not null exactly while a push waits, and its element is <c>_pending</c>. Taking an element moves the pending one into
/// the queue at once, so that no later push can overtake it.
/// </remarks>
internal sealed class BoundedSource<T>(int size) : StreamSource<T>
{
    private StreamSignal _signal;
    private int _size = size;
    private int _count;

    // The element of the push that waits; meaningless while _waiter is null.
    private T _pending = default!;

    // Null, or the cancelable promise that the waiting push follows: pending, or just cancelled.
    private Promise? _waiter;

    internal int Size => _size;
    internal int Count => _count;
    internal bool IsBlocked => _waiter is not null;

    // Not the same as IsClosed: it is set before the waiting push fails.
    internal bool WriterClosed { get; private set; }

    internal override bool IsBounded => true;

    internal override Promise<Unit> Feed() => _signal.Wait();

    internal override void Consumed()
    {
        if (_waiter is null)
            _count--;
        else
            AdmitPending();
    }

    internal void Resize(int size)
    {
        if (size < 0)
            throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                "Lwt_stream.bounded_push#resize: the size of a bounded stream cannot be negative."
            );
        _size = size;
        if (_count < _size && _waiter is not null)
        {
            _count++;
            AdmitPending();
        }
    }

    internal Promise<TUnit> Push<TUnit>(T value, Promise<TUnit> done)
    {
        if (WriterClosed)
            return new Promise<TUnit>(new StreamClosed());
        if (_waiter is not null)
            return new Promise<TUnit>(new StreamFull());
        if (_count >= _size)
        {
            var resolution = Resolution.Current;
            var waiter = new Promise<TUnit>(resolution, Promise.Cancelable);
            _pending = value;
            _waiter = waiter;
            return new BlockedPush<TUnit>(waiter, this, resolution);
        }
        Enqueue(value);
        _count++;
        _signal.Notify();
        return done;
    }

    internal void CloseWriter()
    {
        if (WriterClosed)
            return;
        WriterClosed = true;
        EnqueueEnd();
        if (TakeWaiter() is { } waiter && waiter.State == Promise.Pending)
            Resolution.Current.RunLater(waiter.RejectWith(new StreamClosed()));
        _signal.Notify();
        Close();
    }

    private void AdmitPending()
    {
        Enqueue(_pending);
        // Cancelled in this very resolution: Lwt lets the element in all the same.
        if (TakeWaiter() is { } waiter && waiter.State == Promise.Pending)
            Resolution.Current.RunLater(waiter.FulfillWithDefault());
    }

    private Promise? TakeWaiter()
    {
        var waiter = _waiter;
        _waiter = null;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _pending = default!;
        return waiter;
    }

    /// <summary>What a push that waits gives: it follows the waiter, and when that is cancelled takes its element back.</summary>
    private sealed class BlockedPush<TUnit> : Composed<TUnit>
    {
        private BoundedSource<T>? _source;
        private Storage? _storage;

        internal BlockedPush(Promise<TUnit> waiter, BoundedSource<T> source, Resolution resolution)
            : base(resolution)
        {
            Link = waiter;
            _source = source;
            _storage = resolution.Storage;
            waiter.Attach(this);
        }

        internal override Promise? Run(Promise source, Resolution resolution)
        {
            var queue = _source!;
            _source = null;
            if (source.State == Fulfilled)
                return Outer().FulfillWith(default!);
            resolution.Storage = _storage;
            _storage = null;
            if (ReferenceEquals(queue._waiter, source))
                queue.TakeWaiter();
            return Outer().RejectWith(source.Reason);
        }

        internal override string Describe() => "a push on a full stream";
    }
}

/// <summary>
/// The writing end of a bounded stream (<see cref="PromiseStream.CreateBounded{T}"/>). Belongs to the thread of the
/// stream's readers. Answers to <c>Lwt_stream.bounded_push</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class BoundedPush<T>
{
    internal readonly BoundedSource<T> Source;

    internal BoundedPush(BoundedSource<T> source) => Source = source;

    /// <summary>How many elements the queue may hold. Answers to <c>size</c>.</summary>
    public int Size => Source.Size;

    /// <summary>How many elements the queue holds; that of a push that waits not counted. Answers to <c>count</c>.</summary>
    public int Count => Source.Count;

    /// <summary>Whether a push waits for room. Answers to <c>blocked</c>.</summary>
    public bool IsBlocked => Source.IsBlocked;

    /// <summary>Whether the stream is closed. Answers to <c>closed</c>.</summary>
    public bool IsClosed => Source.WriterClosed;

    /// <summary>
    /// Sets how many elements the queue may hold; it may hold more than that at the time. Room for a push that waits lets
    /// its element in at once. Answers to <c>resize</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public void Resize(int size) => Source.Resize(size);

    /// <summary>
    /// Adds an element; when the queue is full the promise waits for room, and cancelling it takes the element back.
    /// Rejected with <see cref="StreamClosed"/> when the stream is closed, now or while it waits, and with
    /// <see cref="StreamFull"/> when another push waits already. Answers to <c>push</c>.
    /// </summary>
    public Promise Push(T value) => Source.Push<Unit>(value, Promise.UnitPromise);

    /// <summary>
    /// Ends the stream: what is in the queue can still be read, a push that waits is rejected with
    /// <see cref="StreamClosed"/>. Calling it again does nothing. Answers to <c>close</c>.
    /// </summary>
    public void Close() => Source.CloseWriter();

    /// <summary>Keeps an object alive as long as the stream is. Answers to <c>set_reference</c>.</summary>
    public void SetReference(object? reference) => Source.Reference = reference;
}
