namespace Lwt.Core.Tests;

public class TimerTests
{
    [Fact]
    public void Sleep_Several_WakeByDeadlineAndThenByAge() =>
        Fresh.Async(async () =>
        {
            var order = new List<int>();
            int[] seconds = [5, 3, 9, 3, 1, 5, 0];
            await Promise.Join(
                seconds.Select(
                    async Promise (s, i) =>
                    {
                        await Promise.Sleep(TimeSpan.FromSeconds(s));
                        order.Add(i);
                    }
                )
            );
            Assert.Equal([6, 4, 1, 3, 0, 5, 2], order);
        });

    [Fact]
    public void Sleep_Many_WakeInOrder() =>
        Fresh.Async(async () =>
        {
            var random = new Random(7);
            var woken = new List<int>();
            var delays = Enumerable.Range(0, 1000).Select(_ => random.Next(0, 300)).ToList();
            await Promise.Join(delays.Select(d => Promise.Sleep(TimeSpan.FromSeconds(d)).Map(() => Add(d)).AsUnit()));
            Assert.Equal(delays.Order(), woken);

            int Add(int delay)
            {
                woken.Add(delay);
                return delay;
            }
        });

    [Fact]
    public void Sleep_PassesItsTimeOnTheLoopsClock()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            await Promise.Sleep(TimeSpan.FromHours(30));
            await Promise.Sleep(TimeSpan.FromTicks(1));
            await Promise.Sleep(TimeSpan.FromSeconds(-5));
        });
        Assert.Equal(TimeSpan.FromHours(30) + TimeSpan.FromTicks(1), engine.Elapsed);
        Assert.Same(engine.Clock, loop.Clock);
    }

    [Fact]
    public void Sleep_AdvancedByHand_WakesWhenDue()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(10));
            engine.Advance(TimeSpan.FromSeconds(9));
            for (var i = 0; i < 100; i++)
                await Promise.Pause();
            Expect.Pending(sleep);
            engine.Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 100; i++)
                await Promise.Pause();
            Assert.True(sleep.IsFulfilled);
        });
    }

    [Fact]
    public void Sleep_Infinite_OnlyEndsByCancel() =>
        Fresh.Run(() =>
        {
            var sleep = Promise.Sleep(Timeout.InfiniteTimeSpan);
            Expect.Pending(sleep);
            sleep.Cancel();
            Expect.Canceled(sleep);
        });

    [Fact]
    public void Sleep_Canceled_NoLongerKeepsTheLoopUp()
    {
        using var loop = Fresh.Loop();
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(() =>
            {
                Promise.Sleep(TimeSpan.FromSeconds(1)).Cancel();
                return Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sleep_ManyCanceled_TheOthersWakeInOrder() =>
        Fresh.Async(async () =>
        {
            var woken = new List<int>();
            var sleeps = Enumerable.Range(0, 1000).Select(i => Promise.Sleep(TimeSpan.FromSeconds(1000 - i))).ToList();
            for (var i = 0; i < sleeps.Count; i++)
            {
                var n = i;
                sleeps[i].OnTermination(() => woken.Add(n));
            }
            for (var i = 0; i < sleeps.Count; i++)
                if (i % 10 != 0)
                    sleeps[i].Cancel();
            woken.Clear();
            await sleeps[0];
            // The await is the newest callback, so it continued before the callback of the first.
            await Promise.Pause();
            Assert.Equal(Enumerable.Range(0, 100).Select(i => 990 - (10 * i)), woken);
        });

    [Fact]
    public void Sleep_CanceledThroughABindAndAnAsyncMethod_LeavesTheClock()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var bound = Promise.Pause().Bind(() => Promise.Sleep(TimeSpan.FromHours(1)));
            var method = Sleeper();
            await Promise.Pause();
            await Promise.Pause();
            bound.Cancel();
            method.Cancel();
            Expect.Canceled(bound);
            Expect.Canceled(method);
            await Promise.Sleep(TimeSpan.FromSeconds(1));
        });
        Assert.Equal(TimeSpan.FromSeconds(1), engine.Elapsed);

        static async Promise Sleeper() => await Promise.Sleep(TimeSpan.FromHours(1));
    }

    [Fact]
    public void WithTimeout_InTime_GivesTheValue_TooLate_CancelsAndRejects() =>
        Fresh.Async(async () =>
        {
            var second = TimeSpan.FromSeconds(1);
            Assert.Equal(1, await Promise.WithTimeout(2 * second, () => Promise.Sleep(second).Map(() => 1)));
            var slow = Promise.CreateCancelable<int>().Promise;
            var limited = Promise.WithTimeout(second, () => slow);
            var error = await Promise.Catch(
                () => limited.Map(_ => default(Exception)),
                e => Promise.Return<Exception?>(e)
            );
            Assert.IsType<PromiseTimeoutException>(error);
            Expect.Canceled(slow);
        });

    [Fact]
    public void Sleep_OnTheRealClock_IsNeverEarly()
    {
        using var loop = new EventLoop();
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        loop.RunHere(() => Promise.Sleep(TimeSpan.FromMilliseconds(15)));
        Assert.True(clock.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(15));
    }
}
