using Lwt.Core;

namespace Lwt.CSharp.Tests;

public class StreamLinqTests
{
    private static T Run<T>(Func<Promise<T>> main)
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        return loop.RunHere(main);
    }

    private static PromiseStream<int> Numbers(int count) => PromiseStream.OfEnumerable(Enumerable.Range(1, count));

    [Fact]
    public void Query_TwoFromClausesAndWhere_GivesWhatLinqGives()
    {
        var query = from x in Numbers(4) from y in Numbers(x) where (x + y) % 2 == 0 select x * 10 + y;
        Assert.Equal([11, 22, 31, 33, 42, 44], Run(query.ToList));
    }

    [Fact]
    public void AwaitOperators_Pausing_KeepTheOrder()
    {
        var result = Run(
            Numbers(6)
                .WhereAwait(async x =>
                {
                    await Promise.Pause();
                    return x % 2 == 0;
                })
                .SelectAwait(async x =>
                {
                    await Promise.Sleep(TimeSpan.FromSeconds(7 - x));
                    return x * x;
                })
                .ToList
        );
        Assert.Equal([4, 16, 36], result);
    }

    [Fact]
    public void TakeSkipChunkZip_GiveWhatLinqGives()
    {
        Assert.Equal([3, 4], Run(Numbers(9).Skip(2).Take(2).ToList));
        Assert.Equal([1, 2], Run(Numbers(9).TakeWhile(x => x < 3).ToList));
        Assert.Equal([8, 9], Run(Numbers(9).SkipWhile(x => x < 8).ToList));
        Assert.Equal(["1 2", "3"], Run(Numbers(3).Chunk(2).Select(list => string.Join(' ', list)).ToList));
        Assert.Equal([(1, 1), (2, 2)], Run(Numbers(2).Zip(Numbers(5)).ToList));
        Assert.Equal([1, 2, 1], Run(Numbers(2).Concat(Numbers(1)).ToList));
        Assert.Equal([1, 2, 2, 4], Run(Numbers(2).SelectMany(x => new[] { x, 2 * x }).ToList));
        Assert.Equal(6, Run(() => Numbers(3).Aggregate(0, (sum, x) => sum + x)));
        Assert.Equal(3, Run(() => Numbers(3).Count()));
        Assert.True(Run(() => Numbers(3).Any(x => x == 2)));
        Assert.False(Run(() => Numbers(3).All(x => x == 2)));
    }

    [Fact]
    public void Operators_NotRead_AskForNothing()
    {
        var asked = 0;
        var stream = PromiseStream
            .FromDirect(() => new Maybe<int>(++asked))
            .Select(x => x + 1)
            .Where(x => x > 2)
            .Take(2);
        Assert.Equal(0, asked);
        Assert.Equal([3, 4], Run(stream.ToList));
        Assert.Equal(3, asked);
    }

    [Fact]
    public void AwaitForeach_OverAPushStream_ReadsToTheEnd()
    {
        var (stream, push) = PromiseStream.Create<int>();
        var sum = Run(async () =>
        {
            Promise.FireAndForget(async () =>
            {
                for (var i = 1; i <= 3; i++)
                {
                    await Promise.Pause();
                    push.Push(i);
                }
                push.Close();
            });
            var sum = 0;
            await foreach (var x in stream)
                sum += x;
            return sum;
        });
        Assert.Equal(6, sum);
    }

    [Fact]
    public void AwaitForeach_LeftEarly_DisposesTheSequenceThroughOperators()
    {
        var disposed = false;
        async IAsyncEnumerable<int> Sequence()
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await Task.Yield();
                    yield return i;
                }
            }
            finally
            {
                disposed = true;
            }
        }
        var seen = Run(async () =>
        {
            var seen = new List<int>();
            await foreach (var x in PromiseStream.OfAsyncEnumerable(Sequence()).Select(x => x + 1).Where(x => x > 1))
            {
                seen.Add(x);
                if (seen.Count == 2)
                    break;
            }
            return seen;
        });
        Assert.Equal([2, 3], seen);
        Assert.True(disposed);
    }

    [Fact]
    public void OfAsyncEnumerable_Failing_RejectsTheReaderThenEnds()
    {
        static async IAsyncEnumerable<int> Sequence()
        {
            await Task.Yield();
            yield return 1;
            throw new FormatException();
        }
        Run(async () =>
        {
            var stream = PromiseStream.OfAsyncEnumerable(Sequence());
            Assert.Equal(1, await stream.Next());
            await Assert.ThrowsAsync<FormatException>(() => stream.Next().AsTask());
            Assert.False((await stream.Get()).HasValue);
            return 0;
        });
    }

    [Fact]
    public void Dispose_WhileTheSequenceWaits_CancelsItsTokenAndDisposesItOnce()
    {
        var disposals = 0;
        async IAsyncEnumerable<int> Sequence(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default
        )
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                yield return 1;
            }
            finally
            {
                Interlocked.Increment(ref disposals);
            }
        }
        Run(async () =>
        {
            var stream = PromiseStream.OfAsyncEnumerable(Sequence());
            var waiting = stream.Get();
            Assert.True(waiting.IsPending);
            await stream.DisposeAsync();
            await stream.DisposeAsync();
            return 0;
        });
        Assert.Equal(1, disposals);
    }

    [Fact]
    public void Using_OfABoundedStream_RejectsTheWriterThatWaits()
    {
        var (stream, push) = PromiseStream.CreateBounded<int>(1);
        Promise waiting;
        using (stream)
        {
            push.Push(1);
            waiting = push.Push(2);
            Assert.True(waiting.IsPending);
        }
        Assert.IsType<StreamClosedException>(waiting.Exception);
        Assert.True(push.IsClosed);
        Assert.Equal(Maybe<int>.None, Run(stream.Get));
    }

    [Fact]
    public void Dispose_OfOneClone_LeavesTheOther()
    {
        var (stream, push) = PromiseStream.Create<int>();
        var clone = stream.Clone();
        stream.Dispose();
        push.Push(1);
        Assert.Equal(1, Run(clone.Next));
        clone.Dispose();
        Assert.Throws<StreamClosedException>(() => push.Push(2));
    }

    [Fact]
    public void Take_OfAPushStream_LeavesTheRestToRead()
    {
        var (stream, push) = PromiseStream.Create<int>();
        push.Push(1);
        push.Push(2);
        Assert.Equal([1], Run(stream.Take(1).ToList));
        push.Push(3);
        Assert.Equal(2, Run(stream.Next));
    }

    [Fact]
    public void AsIAsyncEnumerable_ConsumedByTasks_GivesAllElements()
    {
        static async Task<int> Sum(IAsyncEnumerable<int> elements)
        {
            var sum = 0;
            await foreach (var x in elements)
            {
                sum += x;
                // From here on the consumer runs on another thread than the stream's.
                await Task.Yield();
            }
            return sum;
        }
        var sum = Run(() =>
            Sum(Numbers(5).SelectAwait(x => Promise.Pause().Bind(() => Promise.Return(x)))).AsPromise()
        );
        Assert.Equal(15, sum);
    }

    [Fact]
    public void AwaitForeach_TokenCanceledWhileItWaits_ThrowsCanceled()
    {
        var (stream, push) = PromiseStream.Create<int>();
        using var cancellation = new CancellationTokenSource();
        Run(async () =>
        {
            Promise.FireAndForget(async () =>
            {
                await Promise.Pause();
                cancellation.Cancel();
            });
            await using var enumerator = ((IAsyncEnumerable<int>)stream).GetAsyncEnumerator(cancellation.Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => enumerator.MoveNextAsync().AsTask());
            return 0;
        });
        push.Push(1);
        Assert.Equal(1, Run(stream.Next));
    }

    [Fact]
    public void BadInput_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => PromiseStream.OfAsyncEnumerable<int>(null!));
        Assert.Throws<ArgumentNullException>(() => PromiseStream.OfEnumerable<int>(null!));
        Assert.Throws<ArgumentNullException>(() => Numbers(1).Select((Func<int, int>)null!));
        Assert.Throws<ArgumentNullException>(() => ((PromiseStream<int>)null!).Select(x => x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(1).Chunk(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PromiseStream.CreateBounded<int>(-1));
    }
}
