namespace Lwt.Core.Tests;

/// <summary>The token of an enumerator, which may fire on any thread and at any time.</summary>
public class StreamTokenTests
{
    [Fact]
    public void Token_ThatFiresWhileTheLoopWaitsForNothingElse_CancelsTheMove()
    {
        using var cancellation = new CancellationTokenSource();
        // Fires at the moment when the loop has nothing left to do.
        using var loop = new EventLoop(new() { Engine = new WaitingEngine(() => Task.Run(cancellation.Cancel)) });
        loop.RunHere(async () =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            var caught = await Promises.Caught(() => stream.GetAsyncEnumerator(cancellation.Token).MoveNextAsync());
            Assert.IsAssignableFrom<OperationCanceledException>(caught);
            push.Push(1);
            Expect.Fulfilled(1, stream.Next());
        });
    }

    [Fact]
    public void Token_OfAMoveThatEnded_KeepsTheLoopNoLonger()
    {
        using var cancellation = new CancellationTokenSource();
        var error = Assert.Throws<InvalidOperationException>(() =>
            Fresh.Async(() =>
            {
                var (stream, push) = PromiseStream.Create<int>();
                var enumerator = stream.GetAsyncEnumerator(cancellation.Token);
                var moved = enumerator.MoveNextAsync();
                push.Push(1);
                Expect.Fulfilled(true, moved);
                var canceled = enumerator.MoveNextAsync();
                canceled.Cancel();
                Expect.Canceled(canceled);
                return Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_ThatFiresAfterTheLoopWasDisposed_DoesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        Promise<bool> moved = null!;
        Fresh.Run(() =>
            moved = PromiseStream.Create<int>().Stream.GetAsyncEnumerator(cancellation.Token).MoveNextAsync()
        );
        cancellation.Cancel();
        Expect.Pending(moved);
    }

    [Fact]
    public void Move_EndedAfterTheLoopWasDisposed_DoesNotThrow()
    {
        using var cancellation = new CancellationTokenSource();
        var loop = Fresh.Loop();
        var (stream, push) = PromiseStream.Create<int>();
        Promise<bool> moved = null!;
        loop.RunHere(() =>
        {
            moved = stream.GetAsyncEnumerator(cancellation.Token).MoveNextAsync();
            return Promise.Return();
        });
        loop.Dispose();
        push.Push(1);
        cancellation.Cancel();
        Expect.Pending(moved);
    }

    [Fact]
    public void Token_WhoseSourceWasDisposed_IsNotWaitedFor()
    {
        var cancellation = new CancellationTokenSource();
        var token = cancellation.Token;
        cancellation.Dispose();
        var error = Assert.Throws<InvalidOperationException>(() =>
            Fresh.Async(() => PromiseStream.Create<int>().Stream.GetAsyncEnumerator(token).MoveNextAsync())
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_OfManyMoves_HoldsNothingOfThem() =>
        Fresh.Run(() =>
        {
            using var cancellation = new CancellationTokenSource();
            var (stream, push) = PromiseStream.Create<int>();
            var enumerator = stream.GetAsyncEnumerator(cancellation.Token);
            Move();
            var before = GC.GetTotalMemory(true);
            for (var i = 0; i < 100_000; i++)
                Move();
            var grown = GC.GetTotalMemory(true) - before;
            Assert.True(grown < 2_000_000, $"{grown} bytes are left of 100,000 moves.");
            GC.KeepAlive(enumerator);

            void Move()
            {
                var moved = enumerator.MoveNextAsync();
                push.Push(1);
                Expect.Fulfilled(true, moved);
            }
        });

    /// <summary>Calls an action when it is first to wait.</summary>
    private sealed class WaitingEngine(Action waits) : IEngine
    {
        private readonly PortableEngine _engine = new();
        private Action? _waits = waits;

        public TimeProvider Clock => _engine.Clock;

        public void Poll(TimeSpan? timeout)
        {
            _waits?.Invoke();
            _waits = null;
            _engine.Poll(timeout);
        }

        public void Wake() => _engine.Wake();

        public void Dispose() => _engine.Dispose();
    }
}
