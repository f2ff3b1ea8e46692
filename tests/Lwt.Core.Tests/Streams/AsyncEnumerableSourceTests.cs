namespace Lwt.Core.Tests;

/// <summary>A stream of an asynchronous sequence that fails: the reader sees the sequence's own exception.</summary>
public class AsyncEnumerableSourceTests
{
    public enum Failing
    {
        GetAsyncEnumerator,
        MoveNextAsync,
        DisposeAsync,
    }

    public static TheoryData<Failing, bool> Cases
    {
        get
        {
            var cases = new TheoryData<Failing, bool>();
            foreach (var failing in Enum.GetValues<Failing>())
            {
                cases.Add(failing, false);
                cases.Add(failing, true);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Get_Fails_RejectsWithTheSameException_AndReleasesDoNothing(Failing failing, bool pausing) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var sequence = new Sequence(failing, pausing, boom);
            var stream = PromiseStream.OfAsyncEnumerable(sequence);
            if (failing != Failing.GetAsyncEnumerator)
                Assert.Equal(1, await stream.Next());
            Assert.Same(boom, await Promises.Caught(stream.Get));
            await stream.DisposeAsync();
            await stream.DisposeAsync();
            Assert.Equal(failing == Failing.GetAsyncEnumerator ? 0 : 1, sequence.Disposals);
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Get_Fails_EndsTheStream(Failing failing, bool pausing) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var stream = PromiseStream.OfAsyncEnumerable(new Sequence(failing, pausing, boom));
            Assert.Same(boom, await Promises.Caught(stream.ToList));
            Assert.Equal(Maybe<int>.None, await stream.Get());
            Assert.True(stream.IsClosed);
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void AwaitForeach_Fails_ThrowsTheSameException_AndReleasesDoNothing(Failing failing, bool pausing) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var sequence = new Sequence(failing, pausing, boom);
            var stream = PromiseStream.OfAsyncEnumerable(sequence);
            var caught = await Promises.Caught(async () =>
            {
                await foreach (var x in stream)
                    Assert.Equal(1, x);
            });
            Assert.Same(boom, caught);
            await stream.DisposeAsync();
            await stream.DisposeAsync();
            Assert.Equal(failing == Failing.GetAsyncEnumerator ? 0 : 1, sequence.Disposals);
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void AwaitForeach_OverAStreamMadeOfIt_ThrowsTheSameException(Failing failing, bool pausing) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var stream = PromiseStream.OfAsyncEnumerable(new Sequence(failing, pausing, boom));
            var caught = await Promises.Caught(async () =>
            {
                await foreach (var x in stream.Map(x => x + 1).Filter(_ => true))
                    Assert.Equal(2, x);
            });
            Assert.Same(boom, caught);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Release_DisposeFails_RejectsTheFirstOnly(bool pausing) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var stream = PromiseStream.OfAsyncEnumerable(new Sequence(Failing.DisposeAsync, pausing, boom));
            Assert.Equal(1, await stream.Next());
            Assert.Same(boom, await Promises.Caught(stream.DisposeAsync));
            await stream.DisposeAsync();
        });

    [Fact]
    public void Release_WhileTheSequenceIsDisposed_CancelsItsTokenAndWaits() =>
        Fresh.Async(async () =>
        {
            var sequence = new Sequence(null, pausing: false, new BoomException()) { WaitsForToken = true };
            var stream = PromiseStream.OfAsyncEnumerable(sequence);
            Assert.Equal(1, await stream.Next());
            var end = stream.Get();
            Expect.Pending(end);
            await stream.DisposeAsync();
            await end;
            Assert.Equal(1, sequence.Disposals);
        });

    /// <summary>The element 1, and a failure.</summary>
    private sealed class Sequence(Failing? failing, bool pausing, Exception reason)
        : IAsyncEnumerable<int>,
            IAsyncEnumerator<int>
    {
        private CancellationToken _token;
        private int _moves;

        internal bool WaitsForToken { get; init; }

        internal int Disposals { get; private set; }

        public int Current => 1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken)
        {
            _token = cancellationToken;
            return failing == Failing.GetAsyncEnumerator ? throw reason : this;
        }

        public async ValueTask<bool> MoveNextAsync()
        {
            if (pausing)
                await Task.Yield();
            if (_moves++ == 0)
                return true;
            return failing == Failing.MoveNextAsync ? throw reason : false;
        }

        public async ValueTask DisposeAsync()
        {
            Disposals++;
            if (pausing)
                await Task.Yield();
            if (WaitsForToken)
                await Task.Delay(Timeout.Infinite, _token).ContinueWith(_ => { }, TaskScheduler.Default);
            // It may still look at its token.
            _ = _token.WaitHandle;
            if (failing == Failing.DisposeAsync)
                throw reason;
        }
    }
}

internal static class Promises
{
    /// <summary>The exception that a promise is rejected with; null if it is fulfilled.</summary>
    internal static async Promise<Exception?> Caught(Func<Promise> body)
    {
        try
        {
            await body();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
