using Microsoft.Extensions.Time.Testing;

namespace Lwt.Core.Tests;

/// <summary>A PortableEngine with a clock other than the system's waits by that clock only.</summary>
public class PortableEngineTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>A clock that says when a loop begins to wait for it.</summary>
    private sealed class WatchedClock : FakeTimeProvider
    {
        internal readonly SemaphoreSlim Waits = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period), dueTime);

        private sealed class WatchedTimer : ITimer
        {
            private readonly WatchedClock _clock;
            private readonly ITimer _timer;

            internal WatchedTimer(WatchedClock clock, ITimer timer, TimeSpan dueTime)
            {
                (_clock, _timer) = (clock, timer);
                Tell(dueTime);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = _timer.Change(dueTime, period);
                Tell(dueTime);
                return changed;
            }

            public void Dispose() => _timer.Dispose();

            public ValueTask DisposeAsync() => _timer.DisposeAsync();

            private void Tell(TimeSpan dueTime)
            {
                if (dueTime != Timeout.InfiniteTimeSpan)
                    _clock.Waits.Release();
            }
        }
    }

    [Fact]
    public void Sleep_WakesWhenAnotherThreadMovesTheClock()
    {
        var clock = new WatchedClock();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        var begun = clock.GetTimestamp();
        var mover = new Thread(() =>
        {
            clock.Waits.Wait();
            for (var i = 0; i < 3; i++)
                clock.Advance(s_hour);
        });
        mover.Start();
        loop.RunHere(() => Promise.Sleep(3 * s_hour));
        Assert.Equal(3 * s_hour, clock.GetElapsedTime(begun));
        mover.Join();
    }

    [Fact]
    public void Sleep_ClockMovedAtAnyMoment_IsNeverMissed()
    {
        // The other thread does not wait for the loop: it moves the clock at any moment between a read of it and the
        // wait.
        var clock = new FakeTimeProvider();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        const int rounds = 5_000;
        var round = 0;
        var mover = new Thread(() =>
        {
            for (var seen = 0; seen < rounds; seen++)
            {
                while (Volatile.Read(ref round) == seen)
                    Thread.SpinWait(seen % 50);
                clock.Advance(s_hour);
            }
        });
        mover.Start();
        loop.RunHere(async () =>
        {
            while (round < rounds)
            {
                var sleep = Promise.Sleep(s_hour);
                Volatile.Write(ref round, round + 1);
                await sleep;
            }
        });
        mover.Join();
    }

    [Fact]
    public void Sleep_ClockMovedByACallback_Wakes()
    {
        var clock = new FakeTimeProvider();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        loop.RunHere(async () =>
        {
            var sleep = Promise.Sleep(s_hour);
            await Promise.Pause();
            clock.Advance(s_hour);
            await sleep;
        });
    }

    [Fact]
    public void Sleep_RealTimePasses_GoesOn()
    {
        // A second of real time is not an hour of this clock; a post ends the wait.
        var clock = new WatchedClock();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        loop.RunHere(async () =>
        {
            var sleep = Promise.Sleep(TimeSpan.FromMilliseconds(1));
            var (posted, resolver) = Promise.CreateThreadSafe<int>();
            var poster = new Thread(() =>
            {
                clock.Waits.Wait();
                Thread.Sleep(50);
                resolver.TryFulfill(1);
            });
            poster.Start();
            Assert.Equal(1, await posted);
            Assert.True(sleep.IsPending);
            poster.Join();
        });
    }

    [Fact]
    public void Sleep_LongerThanATimerTakes_Waits()
    {
        var clock = new WatchedClock();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        var days = TimeSpan.FromDays(100);
        var mover = new Thread(() =>
        {
            for (var i = 0; i < 4; i++)
            {
                clock.Waits.Wait();
                clock.Advance(days / 4);
            }
        });
        mover.Start();
        loop.RunHere(() => Promise.Sleep(days));
        clock.Waits.Release(4);
        mover.Join();
    }

    /// <summary>A clock that runs by itself but is not the system's: no two reads return the same time.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() - 1_000_000_000_000_000;
    }

    [Fact]
    public void Sleep_OnAClockThatRunsByItself_IsNeverEarly()
    {
        var clock = new ShiftedClock();
        using var loop = new EventLoop(new() { Engine = new PortableEngine(clock) });
        var begun = clock.GetTimestamp();
        loop.RunHere(() => Promise.Sleep(TimeSpan.FromMilliseconds(15)));
        Assert.True(clock.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(15));
    }
}
