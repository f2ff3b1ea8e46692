using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public sealed partial class PromiseStream<T>
{
    /// <summary>
    /// Lets <c>await foreach</c> read the stream up to its end, on the loop of the stream. Leaving the loop early keeps
    /// the elements that are unread, and releases what the stream is made of: the enumerator of a sequence is disposed,
    /// while a stream that is written to stays open.
    /// </summary>
    /// <param name="cancellationToken">
    /// Cancels the read that waits; the loop then throws <see cref="PromiseCanceledException"/>.
    /// </param>
    /// <example>
    /// <code>
    /// await foreach (var line in lines)
    /// {
    ///     if (line == "quit")
    ///         break; // the lines after it can still be read
    ///     await Send(line);
    /// }
    /// </code>
    /// </example>
    public StreamEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new(this, cancellationToken);

    /// <summary>
    /// For consumers that do not use promises. They may run on any thread; the stream is read on its own.
    /// </summary>
    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        new ForeignStreamEnumerator<T>(this, cancellationToken);

    /// <summary>
    /// Ends the stream for its reader: from now on it is at its end. When the last of the stream and its clones is
    /// disposed, what it is made of is released: the enumerator of a sequence is disposed, and a stream that is written
    /// to is closed, so that a push fails with <see cref="StreamClosedException"/>. The promise waits for this. A
    /// second call does nothing.
    /// </summary>
    /// <example>
    /// <code>
    /// await using (var rows = PromiseStream.OfEnumerable(ReadRows()))
    /// {
    ///     var first = await rows.Get();
    ///     await Send(first.Value);
    /// } // disposes the enumerator of ReadRows
    /// </code>
    /// </example>
    public Promise DisposeAsync() => Release(close: true);

    /// <summary>For owners that do not use promises. They may run on any thread.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(Source.Home(), DisposeAsync);

    /// <summary>
    /// Like <see cref="DisposeAsync"/>, but does not wait: an exception goes to the async exception hook.
    /// </summary>
    public void Dispose()
    {
        Source.Enter();
        Promise.FireAndForget(DisposeAsync);
    }

    internal Promise Release(bool close)
    {
        Source.Enter();
        if (ReferenceEquals(Node, s_disposed))
            return Promise.Return();
        var last = Source.Readers == 1;
        if (close)
        {
            Source.Readers--;
            Node = s_disposed;
        }
        if (!last)
            return Promise.Return();
        // A release may release other streams in turn. Where the stack has no room for more, the loop goes on.
        return StackGuard.HasRoom() ? Source.Release(close) : Primitives.Apply<Unit, ReleaseOf>(new(Source, close));
    }

    private readonly struct ReleaseOf(StreamSource<T> source, bool close) : IBody<Unit>
    {
        public Promise<Unit> Invoke() => source.Release(close).AsUnit();
    }

    // A node without value that is not the last of any source: the end.
    private static readonly StreamNode<T> s_disposed = new();
}

/// <summary>What <c>await foreach</c> calls. It belongs to the loop of the stream.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class StreamEnumerator<T>
{
    private static readonly Promise<bool> s_moved = new(true);

    private readonly PromiseStream<T> _stream;
    private readonly CancellationToken _token;
    private bool _ended;

    internal StreamEnumerator(PromiseStream<T> stream, CancellationToken token)
    {
        _stream = stream;
        _token = token;
    }

    /// <summary>The element that <see cref="MoveNextAsync"/> took last.</summary>
    public T Current { get; private set; } = default!;

    /// <summary>Takes the next element; waits for it. Returns false at the end.</summary>
    public Promise<bool> MoveNextAsync()
    {
        if (_token.IsCancellationRequested)
            return Promise.Fail<bool>(new PromiseCanceledException(_token));
        if (Streams.TryTake(_stream, out var element))
        {
            Current = element;
            return s_moved;
        }
        return Primitives.WithCancellation(Primitives.Map<bool, Took>(Streams.Get(_stream), new(this)), _token);
    }

    /// <summary>Ends the enumeration. Before the end of the stream, it releases what the stream is made of.</summary>
    public Promise DisposeAsync() => _ended ? Promise.Return() : Streams.Release(_stream);

    private readonly struct Took(StreamEnumerator<T> enumerator) : IPlainStep<bool>
    {
        public bool Invoke(Promise got)
        {
            if (Primitives.Value<Maybe<T>>(got).TryGetValue(out var element))
            {
                enumerator.Current = element;
                return true;
            }
            enumerator._ended = true;
            return false;
        }
    }
}
