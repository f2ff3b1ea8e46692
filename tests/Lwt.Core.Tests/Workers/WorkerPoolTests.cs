namespace Lwt.Core.Tests;

public class WorkerPoolTests
{
    [Fact]
    public void Run_AFunction_ReturnsItsValueAndRunsItOnAnotherThread() =>
        OnALoop(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            using var pool = new WorkerPool();
            var there = await pool.Run(() => Environment.CurrentManagedThreadId);
            Assert.NotEqual(here, there);
            Assert.Equal(here, Environment.CurrentManagedThreadId);
        });

    [Fact]
    public void Run_AFunctionThatThrows_RejectsWithThat() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool();
            var boom = new BoomException();
            Assert.Same(boom, await Assert.ThrowsAsync<BoomException>(() => pool.Run(() => throw boom).AsTask()));
            Assert.Equal(1, await pool.Run(() => 1));
        });

    [Fact]
    public void Run_OnAVirtualLoop_HoldsTheClockBack() =>
        Fresh.Async(async () =>
        {
            using var pool = new WorkerPool();
            var slept = Promise.Sleep(TimeSpan.FromHours(1));
            var ran = pool.Run(() => Thread.Sleep(20));
            await Promise.Choose(slept.AsUnit(), ran.AsUnit());
            Assert.True(slept.IsPending);
            slept.Cancel();
        });

    [Fact]
    public void Run_OneAfterTheOther_TakesOneThread() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool();
            for (var i = 0; i < 2000; i++)
                Assert.Equal(i, await pool.Run(() => i));
            Assert.Equal(1, pool.ThreadCount);
            Assert.Equal(0, pool.BusyCount);
        });

    [Fact]
    public void Run_MoreThanThreads_WaitsInOrder() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            using var gate = new ManualResetEventSlim();
            var order = new List<int>();
            var all = Enumerable
                .Range(0, 100)
                .Select(i =>
                    pool.Run(() =>
                    {
                        gate.Wait();
                        order.Add(i);
                    })
                )
                .ToArray();
            Assert.Equal((1, 1, 99), (pool.ThreadCount, pool.BusyCount, pool.QueuedCount));
            gate.Set();
            await Promise.Join(all);
            Assert.Equal(Enumerable.Range(0, 100), order);
            Assert.Equal(0, pool.QueuedCount);
        });

    [Fact]
    public void Run_ManyAtOnce_UsesNoMoreThreadsThanAllowed() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(2, 8);
            var (now, most) = (0, 0);
            var sums = Enumerable
                .Range(0, 10_000)
                .Select(i =>
                    pool.Run(() =>
                    {
                        var running = Interlocked.Increment(ref now);
                        InterlockedMax(ref most, running);
                        Interlocked.Decrement(ref now);
                        return (long)i;
                    })
                );
            Assert.Equal(49_995_000, (await Promise.All(sums)).Sum());
            Assert.InRange(most, 1, 8);
        });

    [Fact]
    public void Run_ManyThatWaitForEachOther_HaveAThreadEach() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 100);
            using var all = new Barrier(100);
            await Promise.Join([.. Enumerable.Range(0, 100).Select(_ => pool.Run(all.SignalAndWait))]);
            Assert.Equal(100, pool.ThreadCount);
        });

    [Fact]
    public void Run_ManyBeforeTheirThreadsHaveBegun_CountsOnlyThoseBeyondAllThreads() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 20, maxQueued: 3);
            using var gate = new ManualResetEventSlim();
            var taken = Enumerable.Range(0, 23).Select(_ => pool.Run(gate.Wait)).ToArray();
            Assert.All(taken, call => Assert.True(call.IsPending));
            Assert.IsType<WorkerPoolFullException>(pool.Run(gate.Wait).Exception);
            gate.Set();
            await Promise.Join(taken);
        });

    [Fact]
    public void Cancel_ACallThatWaitsForAThread_TakesItOut() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            using var gate = new ManualResetEventSlim();
            var first = pool.Run(gate.Wait);
            var called = false;
            var second = pool.Run(() => called = true);
            var third = pool.Run(() => 3);
            second.Cancel();
            Assert.True(second.IsCanceled);
            Assert.Equal(1, pool.QueuedCount);
            gate.Set();
            Assert.Equal(3, await third);
            Assert.True(first.IsFulfilled);
            Assert.False(called);
        });

    [Fact]
    public void Cancel_ACallThatHasBegun_DoesNothing() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            using var gate = new ManualResetEventSlim();
            var first = pool.Run(() =>
            {
                gate.Wait();
                return 1;
            });
            // It waits at first, and has begun when it is cancelled.
            using var begun = new ManualResetEventSlim();
            var second = pool.Run(() =>
            {
                begun.Set();
                Thread.Sleep(20);
                return 2;
            });
            first.Cancel();
            Assert.True(first.IsPending);
            gate.Set();
            begun.Wait();
            second.Cancel();
            Assert.True(second.IsPending);
            Assert.Equal((1, 2), (await first, await second));
        });

    [Fact]
    public void WithTimeout_ACallThatBlocks_EndsInTime() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool();
            using var gate = new ManualResetEventSlim();
            await Assert.ThrowsAsync<PromiseTimeoutException>(() =>
                Promise.WithTimeout(TimeSpan.FromMilliseconds(10), () => pool.Run(gate.Wait).AsUnit()).AsTask()
            );
            gate.Set();
        });

    [Fact]
    public void Run_AFullPool_IsRefused() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1, maxQueued: 1);
            using var gate = new ManualResetEventSlim();
            var first = pool.Run(gate.Wait);
            var second = pool.Run(() => 2);
            var third = pool.Run(() => 3);
            Assert.IsType<WorkerPoolFullException>(third.Exception);
            gate.Set();
            Assert.Equal(2, await second);
            Assert.Equal(4, await pool.Run(() => 4));
            await first;
        });

    [Fact]
    public void SetBounds_MoreThreads_TakesWhatWaits() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            using var both = new Barrier(2);
            var first = pool.Run(both.SignalAndWait);
            var second = pool.Run(both.SignalAndWait);
            Assert.Equal(1, pool.QueuedCount);
            pool.SetBounds(0, 2);
            await Promise.Join(first, second);
            Assert.Equal(2, pool.ThreadCount);
        });

    [Fact]
    public void SetBounds_FewerThreads_EndsThoseThatAreIdleOrBecomeSo() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(4, 4);
            Assert.Equal(4, pool.ThreadCount);
            using var gate = new ManualResetEventSlim();
            var busy = Enumerable.Range(0, 4).Select(_ => pool.Run(gate.Wait)).ToArray();
            pool.SetBounds(0, 1);
            gate.Set();
            await Promise.Join(busy);
            Assert.True(SpinWait.SpinUntil(() => pool.ThreadCount == 1, TimeSpan.FromSeconds(10)));
            Assert.Equal(5, await pool.Run(() => 5));
        });

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void SetBounds_ThatCannotBe_ThrowsAndChangesNothing(int least, int most) =>
        OnALoop(() =>
        {
            using var pool = new WorkerPool(1, 3);
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.SetBounds(least, most));
            Assert.Equal((1, 3), (pool.MinThreads, pool.MaxThreads));
            Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(least, most));
            return Promise.Return();
        });

    [Fact]
    public void RunOnLoop_FromACall_RunsThereAndReturnsTheValue() =>
        OnALoop(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            using var pool = new WorkerPool();
            var seen = await pool.Run(() =>
                WorkerPool.RunOnLoop(async () =>
                {
                    await Promise.Pause();
                    return Environment.CurrentManagedThreadId;
                })
            );
            Assert.Equal(here, seen);
        });

    [Fact]
    public void RunOnLoop_APromiseThatIsRejected_ThrowsInTheCall() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool();
            await Assert.ThrowsAsync<BoomException>(() =>
                pool.Run(() => WorkerPool.RunOnLoop(() => Promise.Fail<int>(new BoomException()))).AsTask()
            );
        });

    [Fact]
    public void RunOnLoop_OnAThreadOfNoPool_NamesTheRemedy()
    {
        var error = Assert.Throws<InvalidOperationException>(() => WorkerPool.RunOnLoop(() => Promise.Return(1)));
        Assert.Contains("EventLoop.Post", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunOnLoop_OfALoopThatIsDisposedOf_Throws()
    {
        using var ended = new ManualResetEventSlim();
        Exception? error = null;
        using (var loop = new EventLoop())
            loop.RunHere(() =>
            {
                _ = loop.Workers.Run(() =>
                {
                    error = Record.Exception(() => WorkerPool.RunOnLoop(() => Promise.Create<int>().Promise));
                    ended.Set();
                });
                return Promise.Pause();
            });
        Assert.True(ended.Wait(TimeSpan.FromSeconds(30)));
        Assert.IsType<ObjectDisposedException>(error);
    }

    [Fact]
    public void PostToLoop_APromiseThatIsRejected_GoesToTheHook()
    {
        var told = Fresh.WithHook(() =>
            OnALoop(async () =>
            {
                using var pool = new WorkerPool();
                await pool.Run(() => WorkerPool.PostToLoop(() => Promise.Fail(new BoomException())));
                await Promise.Pause();
            })
        );
        Assert.IsType<BoomException>(Assert.Single(told));
    }

    [Fact]
    public void Abort_CallsThatRunAndThatWait_RejectsAll() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            using var gate = new ManualResetEventSlim();
            var called = false;
            var runs = pool.Run(gate.Wait);
            var waits = pool.Run(() => called = true);
            var boom = new BoomException();
            pool.Abort(boom);
            Assert.Same(boom, runs.Exception);
            Assert.Same(boom, waits.Exception);
            gate.Set();
            Assert.Equal(1, await pool.Run(() => 1));
            Assert.False(called);
        });

    [Fact]
    public void Dispose_WithCallsThatWait_MakesThemAndTakesNoMore() =>
        OnALoop(async () =>
        {
            var pool = new WorkerPool(0, 1);
            using var gate = new ManualResetEventSlim();
            var runs = pool.Run(gate.Wait);
            var waits = pool.Run(() => 2);
            pool.Dispose();
            Assert.Throws<ObjectDisposedException>(() => pool.Run(() => 3));
            gate.Set();
            Assert.Equal(2, await waits);
            await runs;
            Assert.True(SpinWait.SpinUntil(() => pool.ThreadCount == 0, TimeSpan.FromSeconds(10)));
            pool.Dispose();
        });

    [Fact]
    public void Workers_OfADisposedLoop_HaveNoThreadLeft()
    {
        WorkerPool pool;
        using (var loop = new EventLoop())
        {
            pool = loop.Workers;
            loop.RunHere(() => loop.Workers.Run(() => 1));
            Assert.Same(pool, loop.Workers);
        }
        Assert.True(SpinWait.SpinUntil(() => pool.ThreadCount == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Run_InACallbackOfACall_Goes() =>
        OnALoop(async () =>
        {
            using var pool = new WorkerPool(0, 1);
            var nested = pool.Run(() => 1).Bind(one => pool.Run(() => one + 1));
            Assert.Equal(2, await nested);
        });

    private static void OnALoop(Func<Promise> test)
    {
        using var loop = new EventLoop();
        loop.RunHere(test);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        { }
    }
}
