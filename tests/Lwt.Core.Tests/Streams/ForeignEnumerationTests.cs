using System.Collections.Concurrent;

namespace Lwt.Core.Tests;

/// <summary>A stream handed out as an IAsyncEnumerable: it is read on its own loop, wherever its reader runs.</summary>
public class ForeignEnumerationTests
{
    [Fact]
    public void Read_FromTheThreadPool_RunsOnTheLoopOfTheStream() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var (stream, push) = PromiseStream.Create<int>();
            var threads = new ConcurrentBag<int>();
            IAsyncEnumerable<int> mapped = stream.Map(x =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                return x;
            });
            var reading = Task.Run(() => Sum(mapped)).AsPromise();
            for (var i = 1; i <= 3; i++)
            {
                await Promise.Pause();
                push.Push(i);
            }
            push.Close();
            Assert.Equal(6, await reading);
            Assert.Equal([here, here, here], threads);
        });

    [Fact]
    public void Read_FromTheThreadOfAnotherLoop_RunsOnTheLoopOfTheStream() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var threads = new ConcurrentBag<int>();
            // Nobody has used it yet: it was made in the run of this loop.
            IAsyncEnumerable<int> stream = PromiseStream.From(() =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                return Promise.Return(threads.Count <= 3 ? new Maybe<int>(threads.Count) : Maybe<int>.None);
            });
            var sum = new TaskCompletionSource<int>();
            var thread = new Thread(() => sum.SetResult(Fresh.Async(() => Sum(stream).AsPromise())));
            thread.Start();
            Assert.Equal(6, await sum.Task.AsPromise());
            thread.Join();
            Assert.All(threads, thread => Assert.Equal(here, thread));
        });

    [Fact]
    public void Read_OfAStreamThatTheReaderMadeOfIt_RunsOnTheSameLoop() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            push.Close();
            var threads = new ConcurrentBag<int>();
            var sum = await Task.Run(() =>
                    Sum(
                        stream.Map(x =>
                        {
                            threads.Add(Environment.CurrentManagedThreadId);
                            return x;
                        })
                    )
                )
                .AsPromise();
            Assert.Equal(1, sum);
            Assert.Equal([here], threads);
        });

    [Fact]
    public void EachCall_OnAThreadOfItsOwn_GoesToTheLoopOfTheStream() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var disposedOn = 0;
            IEnumerable<int> Elements()
            {
                try
                {
                    yield return Environment.CurrentManagedThreadId;
                }
                finally
                {
                    disposedOn = Environment.CurrentManagedThreadId;
                }
            }
            IAsyncEnumerable<int> stream = PromiseStream.OfEnumerable(Elements());
            var enumerator = await OnItsOwnThread(() => ValueTask.FromResult(stream.GetAsyncEnumerator()));
            Assert.True(await OnItsOwnThread(enumerator.MoveNextAsync));
            Assert.Equal(here, enumerator.Current);
            await OnItsOwnThread(async () =>
            {
                await enumerator.DisposeAsync();
                return 0;
            });
            Assert.Equal(here, disposedOn);
        });

    [Fact]
    public void DisposeAsync_OnAnotherThread_GoesToTheLoopOfTheStream() =>
        Fresh.Async(async () =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            await OnItsOwnThread(async () =>
            {
                await ((IAsyncDisposable)stream).DisposeAsync();
                return 0;
            });
            Assert.Throws<StreamClosedException>(() => push.Push(2));
        });

    [Fact]
    public void Read_OfAStreamMadeInNoRun_BelongsToTheReader()
    {
        using var maker = new Maker();
        // As a static field would have it.
        var (stream, push) = maker.Make(() =>
        {
            // Its thread has a loop.
            _ = EventLoop.Current;
            return PromiseStream.Create<int>();
        });
        Fresh.Async(async () =>
        {
            var reading = Sum(stream);
            push.Push(1);
            push.Close();
            Assert.Equal(1, await reading.AsPromise());
        });
    }

    [Fact]
    public void Read_OfAStreamMadeBeforeTheRun_FromTheThreadPool_WaitsForTheRun()
    {
        var (stream, push) = PromiseStream.Create<int>();
        using var began = new ManualResetEventSlim();
        var reading = Task.Run(() =>
        {
            var sum = Sum(stream);
            began.Set();
            return sum;
        });
        began.Wait();
        EventLoop.Run(async () =>
        {
            push.Push(1);
            push.Close();
            Assert.Equal(1, await reading.AsPromise());
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MoveNextAsync_Failing_FailsTheTask(bool onOtherThread) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            IAsyncEnumerable<int> stream = PromiseStream.From<int>(() => throw boom);
            Task<int> Read() => onOtherThread ? Task.Run(() => Sum(stream)) : Sum(stream);
            Assert.Same(boom, await Promises.Caught(() => Read().AsPromise()));
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MoveNextAsync_CanceledByItsToken_IsCanceledWithTheToken(bool onOtherThread) =>
        Fresh.Async(async () =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            using var cancellation = new CancellationTokenSource();
            var enumerator = ((IAsyncEnumerable<int>)stream).GetAsyncEnumerator(cancellation.Token);
            var moved = onOtherThread
                ? Task.Run(() => enumerator.MoveNextAsync().AsTask())
                : enumerator.MoveNextAsync().AsTask();
            await Promise.Pause();
            await Task.Run(cancellation.Cancel).AsPromise();
            await moved.ContinueWith(_ => { }, TaskScheduler.Default).AsPromise();
            var error = Assert.ThrowsAny<OperationCanceledException>(() => moved.GetAwaiter().GetResult());
            Assert.Equal(cancellation.Token, error.CancellationToken);
            Assert.True(enumerator.MoveNextAsync().AsTask().IsCanceled);
            push.Push(1);
            Expect.Fulfilled(1, stream.Next());
        });

    private static async Task<int> Sum(IAsyncEnumerable<int> elements)
    {
        var sum = 0;
        await foreach (var x in elements)
            sum += x;
        return sum;
    }

    private static Promise<T> OnItsOwnThread<T>(Func<ValueTask<T>> call)
    {
        var (promise, resolver) = Promise.CreateThreadSafe<T>();
        new Thread(() => resolver.TryFulfill(call().AsTask().GetAwaiter().GetResult())).Start();
        return promise;
    }
}
