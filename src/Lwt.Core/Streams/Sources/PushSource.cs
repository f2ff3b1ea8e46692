namespace Lwt.Core;

/// <summary>The source of <c>create</c>: elements are pushed, and the queue has no bound.</summary>
internal sealed class PushSource<T> : StreamSource<T>
{
    private StreamSignal _signal;

    internal override Promise<Unit> Feed() => _signal.Wait();

    internal override Promise Release(bool close)
    {
        if (close)
            End();
        return Promise.Return();
    }

    internal void Push(T value)
    {
        var driver = Enter();
        if (IsClosed)
            throw new StreamClosedException();
        Enqueue(value);
        _signal.Notify(driver);
    }

    internal void PushEnd()
    {
        var driver = Enter();
        if (IsClosed)
            throw new StreamClosedException();
        EnqueueEnd();
        _signal.Notify(driver);
        // As in Lwt, which closes the stream last, and only once.
        if (IsClosed)
            throw new InvalidOperationException(
                "StreamPush.Close (F#: push None): the stream was closed meanwhile, by a reader that its end has just woken. "
                    + "Close a stream in one place only."
            );
        Close();
    }

    /// <summary>Closes the stream unless it is closed already.</summary>
    internal void End()
    {
        if (IsClosed)
            return;
        var driver = Enter();
        EnqueueEnd();
        _signal.Notify(driver);
        Close();
    }

    /// <summary>
    /// Adds all elements, and the end. For the maker of the stream: it does not claim the stream for its loop.
    /// </summary>
    internal void Fill(ReadOnlySpan<T> elements)
    {
        foreach (var element in elements)
            Enqueue(element);
        EnqueueEnd();
        Close();
    }

    private protected override Promise? Waiter => _signal.Waiter;

    private protected override void Abandon()
    {
        base.Abandon();
        _signal.Abandon();
    }
}

/// <summary>
/// The writing end of a stream made by <see cref="PromiseStream.Create{T}"/>. It belongs to the loop of the stream, as
/// the readers do. It keeps neither the stream nor its unread elements alive.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class StreamPush<T>
{
    private readonly PushSource<T> _source;

    internal StreamPush(PushSource<T> source) => _source = source;

    /// <summary>Whether the stream is closed: <see cref="Close"/> was called, or the stream was disposed.</summary>
    public bool IsClosed => _source.IsClosed;

    /// <summary>
    /// Writes an element. Callbacks of the reads that wait for it run before this returns; when this is called inside a
    /// callback, they run after the outermost resolution. OCaml: <c>push (Some x)</c>.
    /// </summary>
    /// <exception cref="StreamClosedException">The stream is closed.</exception>
    public void Push(T value) => _source.Push(value);

    /// <summary>Ends the stream. Elements in the queue can still be read. OCaml: <c>push None</c>.</summary>
    /// <inheritdoc cref="Push" path="/exception"/>
    public void Close() => _source.PushEnd();

    /// <summary>
    /// Keeps an object alive as long as the stream, such as the subscription that writes to it. OCaml: the third result
    /// of <c>Lwt_stream.create_with_reference</c>.
    /// </summary>
    public void SetReference(object? reference)
    {
        _source.Check();
        _source.Reference = reference;
    }
}
