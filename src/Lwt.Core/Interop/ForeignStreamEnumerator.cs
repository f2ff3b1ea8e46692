namespace Lwt.Core;

/// <summary>Enumerates a stream for code that does not know promises: see <see cref="ForeignCall"/>.</summary>
internal sealed class ForeignStreamEnumerator<T>(PromiseStream<T> stream, CancellationToken token) : IAsyncEnumerator<T>
{
    private readonly StreamEnumerator<T> _enumerator = new(stream, token);

    // Used while the stream belongs to no loop.
    private readonly EventLoop _home = stream.Source.Home();

    public T Current => _enumerator.Current;

    public ValueTask<bool> MoveNextAsync() =>
        token.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(token)
            : ForeignCall.On(stream.Source.Home(_home), _enumerator.MoveNextAsync, token);

    public ValueTask DisposeAsync() => ForeignCall.On(stream.Source.Home(_home), _enumerator.DisposeAsync);
}
