namespace Lwt.Core.Tests;

/// <summary>The timers of a virtual clock: deadlines of the loop, as sleeps are.</summary>
public class VirtualClockTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    // Much longer than a test may take: no test here waits for a post that another thread owes.
    private static void Run(Func<VirtualEngine, Promise> test)
    {
        var engine = new VirtualEngine { Patience = TimeSpan.FromHours(1) };
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(() => test(engine));
    }

    private static ITimer After(TimeProvider clock, TimeSpan time, Action action, TimeSpan? period = null) =>
        clock.CreateTimer(_ => action(), null, time, period ?? Timeout.InfiniteTimeSpan);

    [Fact]
    public void Timer_Fires_AtItsTimeOnTheLoopsThread() =>
        Run(async engine =>
        {
            var here = Environment.CurrentManagedThreadId;
            var (fired, resolver) = Promise.Create<int>();
            using var timer = engine.Clock.CreateTimer(
                state =>
                {
                    Assert.Equal("state", state);
                    resolver.Fulfill(Environment.CurrentManagedThreadId);
                },
                "state",
                3 * s_second,
                Timeout.InfiniteTimeSpan
            );
            Assert.Equal(here, await fired);
            Assert.Equal(3 * s_second, engine.Elapsed);
        });

    [Fact]
    public void Timers_AmongSleeps_FireByDeadlineAndThenByAge() =>
        Run(async engine =>
        {
            var order = new List<string>();
            var timers = new List<ITimer>();
            Sleep(2);
            Timer(2);
            Sleep(1);
            Timer(1);
            Timer(2);
            Sleep(2);
            Timer(0);
            Sleep(0);
            await Promise.Sleep(3 * s_second);
            Assert.Equal(
                ["timer 0", "sleep 0", "sleep 1", "timer 1", "sleep 2", "timer 2", "timer 2", "sleep 2"],
                order
            );
            timers.ForEach(t => t.Dispose());

            void Sleep(int seconds) =>
                Promise.Sleep(seconds * s_second).OnTermination(() => order.Add($"sleep {seconds}"));

            void Timer(int seconds) =>
                timers.Add(After(engine.Clock, seconds * s_second, () => order.Add($"timer {seconds}")));
        });

    [Fact]
    public void Timers_AmongManySleepsThatAreDueAtOnce_KeepTheOrder() =>
        Run(async engine =>
        {
            var order = new List<int>();
            var timers = new List<ITimer>();
            for (var i = 0; i < 2000; i++)
            {
                var n = i;
                if (i % 100 == 50)
                    timers.Add(After(engine.Clock, s_second, () => order.Add(n)));
                else
                    Promise.Sleep(s_second).OnTermination(() => order.Add(n));
            }
            engine.Advance(s_second);
            await Promise.Sleep(TimeSpan.Zero);
            Assert.Equal(Enumerable.Range(0, 2000), order);
            timers.ForEach(t => t.Dispose());
        });

    [Fact]
    public void Timer_Periodic_FiresUntilItIsStopped() =>
        Run(async engine =>
        {
            var times = new List<double>();
            var timer = After(engine.Clock, s_second, () => times.Add(engine.Elapsed.TotalSeconds), 2 * s_second);
            await Promise.Sleep(6 * s_second);
            Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            await Promise.Sleep(6 * s_second);
            Assert.Equal([1, 3, 5], times);
            timer.Dispose();
            Assert.False(timer.Change(s_second, s_second));
            await Promise.Sleep(6 * s_second);
            Assert.Equal([1, 3, 5], times);
        });

    [Fact]
    public void Timer_PeriodicAndBehind_CatchesUp() =>
        Run(async engine =>
        {
            var fired = 0;
            using var timer = After(engine.Clock, s_second, () => fired++, s_second);
            engine.Advance(5 * s_second);
            await Promise.Sleep(s_second / 2);
            Assert.Equal(5, fired);
        });

    [Fact]
    public void Timer_ChangedOrDisposedByACallback_FiresAtItsNewTimeOrNever() =>
        Run(async engine =>
        {
            var log = new List<string>();
            var moved = After(engine.Clock, 2 * s_second, () => log.Add($"moved, at {engine.Elapsed.TotalSeconds}"));
            var stopped = After(engine.Clock, 2 * s_second, () => log.Add("stopped"));
            using var first = After(
                engine.Clock,
                s_second,
                () =>
                {
                    moved.Change(4 * s_second, Timeout.InfiniteTimeSpan);
                    stopped.Dispose();
                }
            );
            await Promise.Sleep(10 * s_second);
            Assert.Equal(["moved, at 5"], log);
            moved.Dispose();
        });

    [Fact]
    public void Timer_CallbackThrows_TellsTheHookAndTheOthersFire()
    {
        var fired = false;
        var told = Fresh.WithHook(() =>
            Run(async engine =>
            {
                using var bad = After(engine.Clock, s_second, () => throw new BoomException("in a timer"));
                using var good = After(engine.Clock, s_second, () => fired = true);
                await Promise.Sleep(2 * s_second);
            })
        );
        Assert.Equal("in a timer", Assert.Single(told).Message);
        Assert.True(fired);
    }

    [Fact]
    public void Timer_OfABadTime_SaysSo()
    {
        using var engine = new VirtualEngine();
        Assert.Throws<ArgumentOutOfRangeException>(() => After(engine.Clock, TimeSpan.FromSeconds(-2), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => After(engine.Clock, s_second, () => { }, TimeSpan.MinValue));
        Assert.Throws<ArgumentNullException>(() => engine.Clock.CreateTimer(null!, null, s_second, s_second));
    }

    [Fact]
    public void CancellationTokenSource_WithADelay_FiresInVirtualTime() =>
        Run(async engine =>
        {
            using var cancellation = new CancellationTokenSource(3 * s_second, engine.Clock);
            await Promise.Sleep(2 * s_second);
            Assert.False(cancellation.IsCancellationRequested);
            await Promise.Sleep(2 * s_second);
            Assert.True(cancellation.IsCancellationRequested);
        });

    [Fact]
    public void PeriodicTimer_TicksInVirtualTime() =>
        Run(async engine =>
        {
            using var timer = new PeriodicTimer(s_second, engine.Clock);
            for (var i = 0; i < 3; i++)
            {
                var tick = timer.WaitForNextTickAsync();
                Assert.False(tick.IsCompleted);
                await Promise.Sleep(s_second);
                Assert.True(tick.IsCompleted);
                Assert.True(await tick);
            }
        });

    [Fact]
    public void TaskDelay_EndsInVirtualTime() =>
        Run(async engine =>
        {
            var delay = Task.Delay(2 * s_second, engine.Clock);
            await Promise.Sleep(s_second);
            Assert.False(delay.IsCompleted);
            await Promise.Sleep(s_second);
            Assert.True(delay.IsCompleted);
        });

    [Fact]
    public void TaskDelay_BegunOnAnotherThreadWhileTheLoopWaits_EndsInVirtualTime()
    {
        var engine = new VirtualEngine { Patience = TimeSpan.Zero };
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
            await Task.Run(async () =>
            {
                await Task.Yield();
                await Task.Delay(TimeSpan.FromHours(5), engine.Clock);
            })
        );
        Assert.Equal(TimeSpan.FromHours(5), engine.Elapsed);
    }

    [Fact]
    public void Timer_SetAfterTheEngineIsDisposed_NeverFires()
    {
        var engine = new VirtualEngine();
        engine.Dispose();
        using var timer = After(engine.Clock, TimeSpan.Zero, () => throw new BoomException());
        Assert.True(timer.Change(s_second, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void GetUtcNow_AtTheEndOfTime_IsTheLastMoment()
    {
        using var engine = new VirtualEngine();
        Assert.Equal(DateTimeOffset.UnixEpoch, engine.Clock.GetUtcNow());
        engine.Advance(TimeSpan.MaxValue);
        Assert.Equal(DateTimeOffset.MaxValue, engine.Clock.GetUtcNow());
    }
}
