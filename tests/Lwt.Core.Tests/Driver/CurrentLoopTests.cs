using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>
/// Each thread finds its own loop, wherever on its stack it asks, and an interrupted loop can continue.
/// </summary>
public class CurrentLoopTests
{
    [Fact]
    public void Current_InsideAndAfterRunHere_IsThatLoopAndThenTheThreadsOwn()
    {
        var own = EventLoop.Current;
        using var loop = Fresh.Loop();
        loop.RunHere(async () =>
        {
            Assert.Same(loop, EventLoop.Current);
            await Promise.Pause();
            Assert.Same(loop, EventLoop.Current);
        });
        Assert.Same(own, EventLoop.Current);
    }

    [Fact]
    public void Current_DeepDownTheStack_IsTheSame() =>
        Fresh.Run(() =>
        {
            var loop = EventLoop.Current;
            Assert.All(Enumerable.Range(0, 10), i => Assert.Same(loop, Descend(20 * i, () => EventLoop.Current)));
            Assert.Same(loop, EventLoop.Current);
        });

    [Fact]
    public void Current_OnThreadsThatEndAndLeaveTheirStackToOthers_IsNeverAnothersLoop()
    {
        var loops = new HashSet<EventLoop>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(
                Fresh.OnOtherThread(() =>
                {
                    var loop = EventLoop.Current;
                    Assert.True(loops.Add(loop));
                    EventLoop.Run(async () =>
                    {
                        await Promise.Pause();
                        Assert.Same(loop, EventLoop.Current);
                    });
                    Assert.Same(loop, EventLoop.Current);
                })
            );
        }
    }

    [Fact]
    public void Current_OfAThreadWhoseLoopAnotherThreadRuns_IsANewOne()
    {
        using var running = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var failure = Fresh.OnOtherThread(() =>
        {
            var own = EventLoop.Current;
            var runner = new Thread(() =>
                own.RunHere(async () =>
                {
                    await Promise.Pause();
                    running.Set();
                    asked.Wait();
                })
            );
            runner.Start();
            running.Wait();
            var meanwhile = EventLoop.Current;
            asked.Set();
            runner.Join();
            Assert.NotSame(own, meanwhile);
            Assert.Same(meanwhile, EventLoop.Current);
        });
        Assert.Null(failure);
    }

    [Fact]
    public void Current_AfterAnotherThreadRanTheLoop_IsTheThreadsOwnAgain()
    {
        var failure = Fresh.OnOtherThread(() =>
        {
            var own = EventLoop.Current;
            Assert.Null(Fresh.OnOtherThread(() => own.RunHere(() => Promise.Pause())));
            Assert.Same(own, EventLoop.Current);
            EventLoop.Run(Promise.Pause());
            Assert.Same(own, EventLoop.Current);
        });
        Assert.Null(failure);
    }

    [Fact]
    public void Current_OnSeveralThreadsAtOnce_IsEachOnesOwn()
    {
        using var together = new Barrier(4);
        var failures = new Exception?[4];
        var threads = Enumerable
            .Range(0, 4)
            .Select(i => new Thread(() => failures[i] = Record.Exception(() => AskOften(together))))
            .ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    private static void AskOften(Barrier together)
    {
        using var loop = Fresh.Loop();
        together.SignalAndWait();
        loop.RunHere(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                await Promise.Pause();
                Assert.Same(loop, EventLoop.Current);
            }
        });
    }

    [Fact]
    public void Run_AnExceptionThatNoPromiseMaySwallow_EndsTheRunAndNothingElse()
    {
        using var loop = Fresh.Loop();
        var log = new List<string>();
        var key = new PromiseKey<int>();
        Assert.Throws<OutOfMemoryException>(() =>
            loop.RunHere(() =>
            {
                var (outer, _) = Promise.Create<int>();
                Promise.Pause().OnTermination(() => log.Add("first"));
                key.With(1, () => Promise.Pause().Map<int>(() => throw new OutOfMemoryException("for a test")));
                Promise.Pause().OnTermination(() => log.Add("third"));
                return outer;
            })
        );
        Assert.Equal(["first"], log);
        // No depth and no storage is left from the interrupted run, and paused promises continue.
        loop.RunHere(async () =>
        {
            Assert.False(key.TryGet(out _));
            await Promise.Pause();
            log.Add("next run");
        });
        Assert.Equal(["first", "third", "next run"], log);
        EventLoopTests.AssertUsable(loop);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Descend<T>(int kilobytes, Func<T> bottom)
    {
        if (kilobytes <= 0)
            return bottom();
        Span<byte> room = stackalloc byte[1024];
        room[kilobytes & 1023] = 1;
        var result = Descend(kilobytes - 1, bottom);
        return room[kilobytes & 1023] == 1 ? result : throw new InvalidOperationException();
    }
}
