using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>The source of a stream over an asynchronous sequence, which is enumerated from the first read on.</summary>
/// <remarks>
/// Invariant: one call of the enumerator is pending at a time. It must not be disposed while it moves: a release
/// cancels the token, waits for the move to end, and then disposes it. It is disposed once.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source of the token has no timer, and the sequence may use its token as long as it likes."
)]
internal sealed class AsyncEnumerableSource<T>(IAsyncEnumerable<T> elements) : PulledSource<T>
{
    private readonly CancellationTokenSource _released = new();

    // Null before the first read and once it is being disposed.
    private IAsyncEnumerator<T>? _enumerator;

    // Null, or the last move; it may be resolved.
    private Promise<bool>? _move;

    // Null until the disposal of the enumerator begins.
    private Promise? _disposal;

    private protected override Promise Pull() => Next();

    private async Promise<Maybe<T>> Next()
    {
        if (_disposal is not null)
            return Maybe<T>.None;
        var moved = false;
        try
        {
            _enumerator ??= elements.GetAsyncEnumerator(_released.Token);
            _move = _enumerator.MoveNextAsync().AsPromise();
            moved = await _move;
            // The enumerator may have been released meanwhile.
            return moved && _disposal is null ? new Maybe<T>(_enumerator.Current) : Maybe<T>.None;
        }
        finally
        {
            if (!moved)
                await DisposeOnce();
        }
    }

    internal override Promise Release(bool close)
    {
        // Its outcome went to the last read, or to the first release.
        if (_disposal is { IsPending: false })
            return Promise.Return();
        _released.Cancel();
        return _disposal ?? DisposeAfterMove();
    }

    private Promise DisposeAfterMove()
    {
        if (_move is not { IsPending: true } move)
            return CloseAfter(DisposeOnce());
        // The outcome of the move itself goes to whoever waits for the element.
        var done = new Waiting<Unit, StreamDisposal>(Driver.Current, 0);
        var resolver = new Resolver<Unit>(done);
        _disposal = done;
        move.OnTermination(() => Finish(resolver));
        return done;
    }

    private void Finish(Resolver<Unit> resolver) =>
        Promise.FireAndForget(
            async () =>
            {
                await DisposeEnumerator();
                resolver.Fulfill(default);
            },
            resolver.Reject
        );

    private Promise DisposeOnce() => _disposal ??= DisposeEnumerator();

    private async Promise DisposeEnumerator()
    {
        var enumerator = _enumerator;
        _enumerator = null;
        if (enumerator is not null)
            await enumerator.DisposeAsync().AsPromise();
    }

    private async Promise CloseAfter(Promise disposal)
    {
        if (!IsClosed)
            Enqueue(Maybe<T>.None);
        await disposal;
    }
}
