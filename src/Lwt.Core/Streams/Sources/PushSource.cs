namespace Lwt.Core;

/// <summary>The source of <c>create</c>: elements come when they are pushed, and the queue has no bound.</summary>
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
        // As in Lwt, where the stream is closed last, and only once.
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

    /// <summary>Adds all that the stream will ever have. For its maker: whoever uses it first is still to come.</summary>
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
/// The writing end of a stream made by <see cref="PromiseStream.Create{T}"/>. It does not keep the elements alive that
/// are in the queue when nobody holds the stream. Belongs to the loop of the stream, as its readers do.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class StreamPush<T>
{
    private readonly PushSource<T> _source;

    internal StreamPush(PushSource<T> source) => _source = source;

    /// <summary>Whether <see cref="Close"/> was called.</summary>
    public bool IsClosed => _source.IsClosed;

    /// <summary>
    /// Adds an element; those who wait for one go on before this returns, but inside a promise's callbacks only after all
    /// of those. OCaml: <c>push (Some x)</c>.
    /// </summary>
    /// <exception cref="StreamClosedException">The stream is closed.</exception>
    public void Push(T value) => _source.Push(value);

    /// <summary>Ends the stream. OCaml: <c>push None</c>.</summary>
    /// <inheritdoc cref="Push" path="/exception"/>
    public void Close() => _source.PushEnd();

    /// <summary>
    /// Keeps an object alive as long as the stream is, such as the subscription that feeds it. OCaml: the third result
    /// of <c>Lwt_stream.create_with_reference</c>.
    /// </summary>
    public void SetReference(object? reference)
    {
        _source.Check();
        _source.Reference = reference;
    }
}
