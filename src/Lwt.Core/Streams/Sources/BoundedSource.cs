using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>create_bounded</c>: the queue has a size, and one more push waits until there is room.
/// </summary>
/// <remarks>
/// Invariant: <c>_count</c> is the number of elements in the queue; <c>_blocked</c> is not null exactly while a push
/// waits, and its element is <c>_pending</c>. Taking an element moves the pending one into the queue at once, so that
/// no later push can overtake it.
/// </remarks>
internal sealed class BoundedSource<T>(int size) : StreamSource<T>
{
    private StreamSignal _signal;
    private int _size = size;
    private int _count;

    // The element of the push that waits; meaningless while _blocked is null.
    private T _pending = default!;

    // Null, or the push that waits: pending, or cancelled just now.
    private IBlockedPush? _blocked;

    internal int Size => _size;
    internal int Count => _count;
    internal bool IsBlocked => _blocked is not null;

    // Not the same as IsClosed: it is set before the waiting push is rejected.
    internal bool WriterClosed { get; private set; }

    internal override bool IsBounded => true;

    internal override Promise<Unit> Feed() => _signal.Wait();

    internal override void Consumed()
    {
        Debug.Assert(_count > 0, "The elements in the queue are counted.");
        if (_blocked is null)
            _count--;
        else
            AdmitPending();
    }

    internal override Promise Release(bool close)
    {
        if (close)
            CloseWriter();
        return Promise.Return();
    }

    internal void Resize(int size)
    {
        Enter();
        if (size < 0)
            throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                "Lwt_stream.bounded_push#resize: the size of a bounded stream cannot be negative."
            );
        _size = size;
        if (_count < _size && _blocked is not null)
        {
            _count++;
            AdmitPending();
        }
    }

    internal Promise<TUnit> Push<TUnit>(T value, Promise<TUnit> done)
    {
        var driver = Enter();
        if (WriterClosed)
            return new Promise<TUnit>(new StreamClosedException());
        if (_blocked is not null)
            return new Promise<TUnit>(new StreamFullException());
        if (_count >= _size)
        {
            var blocked = new BlockedPush<T, TUnit>(this, driver);
            _pending = value;
            _blocked = blocked;
            return blocked;
        }
        Enqueue(value);
        _count++;
        _signal.Notify(driver);
        return done;
    }

    internal void CloseWriter()
    {
        var driver = Enter();
        if (WriterClosed)
            return;
        WriterClosed = true;
        EnqueueEnd();
        if (_blocked is { } blocked)
        {
            Unblock();
            blocked.Refuse(new StreamClosedException());
        }
        _signal.Notify(driver);
        Close();
    }

    /// <summary>Withdraws the element of a cancelled push, unless it is in the queue by now.</summary>
    internal void Withdraw(IBlockedPush push)
    {
        if (ReferenceEquals(_blocked, push))
            Unblock();
    }

    private protected override Promise? Waiter => _signal.Waiter ?? _blocked as Promise;

    private protected override void Abandon()
    {
        base.Abandon();
        _signal.Abandon();
    }

    private void AdmitPending()
    {
        var blocked = _blocked!;
        Enqueue(_pending);
        Unblock();
        blocked.Admit();
    }

    private void Unblock()
    {
        _blocked = null;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _pending = default!;
    }
}

/// <summary>
/// The writing end of a stream made by <see cref="PromiseStream.CreateBounded{T}"/>. It belongs to the loop of the
/// stream, as the readers do. OCaml: <c>Lwt_stream.bounded_push</c>.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class BoundedPush<T>
{
    internal readonly BoundedSource<T> Source;

    internal BoundedPush(BoundedSource<T> source) => Source = source;

    /// <summary>How many elements the queue may hold. OCaml: <c>size</c>.</summary>
    public int Size => Source.Size;

    /// <summary>How many elements the queue holds, without that of a push that waits. OCaml: <c>count</c>.</summary>
    public int Count => Source.Count;

    /// <summary>Whether a push waits for room. OCaml: <c>blocked</c>.</summary>
    public bool IsBlocked => Source.IsBlocked;

    /// <summary>Whether the stream is closed. OCaml: <c>closed</c>.</summary>
    public bool IsClosed => Source.WriterClosed;

    /// <summary>
    /// Sets how many elements the queue may hold; it may hold more than that at the moment. If there is room now, the
    /// push that waits is fulfilled. OCaml: <c>resize</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public void Resize(int size) => Source.Resize(size);

    /// <summary>
    /// Writes an element. When the queue is full, the promise waits until an element is taken. Cancelling it withdraws
    /// the element. It is rejected with <see cref="StreamClosedException"/> if the stream is closed, now or while it
    /// waits, and with <see cref="StreamFullException"/> if another push waits already. OCaml: <c>push</c>.
    /// </summary>
    public Promise Push(T value) => Source.Push<Unit>(value, Completed<Unit>.Default);

    /// <summary>
    /// Ends the stream. Elements in the queue can still be read; a push that waits is rejected with
    /// <see cref="StreamClosedException"/>. A second call does nothing. OCaml: <c>close</c>.
    /// </summary>
    public void Close() => Source.CloseWriter();

    /// <summary>Keeps an object alive as long as the stream. OCaml: <c>set_reference</c>.</summary>
    public void SetReference(object? reference)
    {
        Source.Check();
        Source.Reference = reference;
    }
}
