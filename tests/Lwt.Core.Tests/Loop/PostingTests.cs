namespace Lwt.Core.Tests;

public class PostingTests
{
    [Fact]
    public void Post_FromManyThreads_RunsAllOnTheLoopInEachThreadsOrder()
    {
        const int Threads = 4;
        const int Posts = 2000;
        using var loop = new EventLoop();
        var here = Environment.CurrentManagedThreadId;
        var seen = new List<int>[Threads];
        loop.RunHere(async () =>
        {
            var (done, resolver) = Promise.CreateThreadSafe<Unit>();
            var left = Threads * Posts;
            var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() => PostAll(t))).ToList();
            threads.ForEach(t => t.Start());
            await done;
            threads.ForEach(t => t.Join());

            void PostAll(int thread)
            {
                for (var i = 0; i < Posts; i++)
                {
                    var n = i;
                    loop.Post(() =>
                    {
                        Assert.Equal(here, Environment.CurrentManagedThreadId);
                        (seen[thread] ??= []).Add(n);
                        if (--left == 0)
                            resolver.TryFulfill(default);
                    });
                }
            }
        });
        Assert.All(seen, s => Assert.Equal(Enumerable.Range(0, Posts), s));
    }

    [Fact]
    public void Post_ABlockedLoop_WakesIt()
    {
        using var loop = new EventLoop();
        loop.RunHere(async () =>
        {
            var (promise, resolver) = Promise.Create<int>();
            var (stay, _) = Promise.CreateThreadSafe<Unit>();
            var thread = new Thread(() => loop.Post(() => resolver.Fulfill(1)));
            thread.Start();
            Assert.Equal(1, await promise);
            stay.Cancel();
            thread.Join();
        });
    }

    [Fact]
    public void Post_BeforeTheLoopRuns_IsKept()
    {
        using var loop = new EventLoop();
        var ran = false;
        Assert.Null(Fresh.OnOtherThread(() => loop.Post(() => ran = true)));
        loop.RunHere(Promise.Pause);
        Assert.True(ran);
    }

    [Fact]
    public void Post_ActionThrows_GoesToTheAsyncHookAndTheNextOnesRun()
    {
        using var loop = Fresh.Loop();
        var ran = false;
        var told = Fresh.WithHook(() =>
        {
            loop.Post(() => throw new BoomException("posted"));
            loop.Post(() => ran = true);
            loop.RunHere(Promise.Pause);
        });
        Assert.Equal("posted", Assert.Single(told).Message);
        Assert.True(ran);
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void Post_ActionThrowsWhatNoPromiseMaySwallow_TheNextOnesRunInTheNextRun()
    {
        using var loop = Fresh.Loop();
        var order = new List<int>();
        loop.Post(() => order.Add(1));
        loop.Post(() => throw new OutOfMemoryException());
        loop.Post(() => order.Add(2));
        loop.Post(() => order.Add(3));
        Assert.Throws<OutOfMemoryException>(() => loop.RunHere(Promise.Pause));
        Assert.Equal([1], order);
        loop.Post(() => order.Add(4));
        loop.RunHere(Promise.Pause);
        Assert.Equal([1, 2, 3, 4], order);
    }

    [Fact]
    public void OwedPost_BehindOneThatThrowsWhatNoPromiseMaySwallow_IsNotLost()
    {
        using var loop = Fresh.Loop();
        Promise<int>? promise = null;
        Assert.Throws<OutOfMemoryException>(() =>
            loop.RunHere(() =>
            {
                (promise, var resolver) = Promise.CreateThreadSafe<int>();
                loop.Post(() => throw new OutOfMemoryException());
                resolver.TryFulfill(1);
                return promise;
            })
        );
        Assert.Equal(1, loop.RunHere(() => promise!));
    }

    [Fact]
    public void Post_FromAPostedAction_RunsInTheNextIteration() =>
        Fresh.Async(async () =>
        {
            var loop = EventLoop.Current;
            var order = new List<string>();
            loop.Post(() =>
            {
                loop.Post(() => order.Add("inner"));
                order.Add("outer");
            });
            await Promise.Pause();
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal(["outer", "inner"], order);
        });

    [Fact]
    public void Post_ToALoopThatNeverPausesToBlock_Runs() =>
        Fresh.Async(async () =>
        {
            var loop = EventLoop.Current;
            var posted = false;
            loop.Post(() => posted = true);
            for (var i = 0; i < 100 && !posted; i++)
                await Promise.Pause();
            Assert.True(posted);
        });

    [Fact]
    public void OwedPost_OnAVirtualClock_ComesBeforeTheClockMoves()
    {
        var engine = new VirtualEngine { Patience = TimeSpan.FromSeconds(20) };
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var (promise, resolver) = Promise.CreateThreadSafe<int>();
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(5));
            var thread = new Thread(() => resolver.TryFulfill(1));
            thread.Start();
            await promise;
            Assert.Equal(TimeSpan.Zero, engine.Elapsed);
            Expect.Pending(sleep);
            thread.Join();
        });
    }

    [Fact]
    public void OwedPost_ThatDoesNotCome_LetsTheVirtualClockMoveAfterItsPatience()
    {
        var engine = new VirtualEngine { Patience = TimeSpan.Zero };
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var (owed, _) = Promise.CreateThreadSafe<int>();
            await Promise.Sleep(TimeSpan.FromSeconds(5));
            Expect.Pending(owed);
        });
        Assert.Equal(TimeSpan.FromSeconds(5), engine.Elapsed);
    }
}
