namespace Lwt.Core.Tests;

/// <summary>How a loop works with engines and clocks of all kinds.</summary>
public class EngineTests
{
    /// <summary>A clock with any start and frequency, which stands still until it is moved.</summary>
    private sealed class OddClock(long start, long frequency) : TimeProvider
    {
        internal long Now = start;

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Now;
    }

    /// <summary>An engine that moves its clock to the next deadline, or does what the test tells it.</summary>
    private sealed class OddEngine(OddClock clock, Action? wait = null) : IEngine
    {
        public TimeProvider Clock => clock;

        internal bool IsDisposed { get; private set; }

        public void Poll(TimeSpan? timeout)
        {
            wait?.Invoke();
            if (timeout is { } time)
                clock.Now += (long)Math.Ceiling(time.TotalSeconds * clock.TimestampFrequency);
        }

        public void Wake() { }

        public void Dispose() => IsDisposed = true;
    }

    [Theory]
    [InlineData(long.MinValue, 1000)]
    [InlineData(-5, 1000)]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(-1, 32_768)]
    [InlineData(7, 3_579_545)]
    [InlineData(long.MaxValue - 1_000_000, 1000)]
    public void Sleep_OnAnOddClock_WakesInOrderAndNeverEarly(long start, long frequency)
    {
        var clock = new OddClock(start, frequency);
        using var loop = new EventLoop(new() { Engine = new OddEngine(clock) });
        var order = new List<int>();
        loop.RunHere(() =>
        {
            var never = Promise.Sleep(TimeSpan.MaxValue);
            return Promise.Join(Sleeper(7, never), Sleeper(2, never), Sleeper(5, never));
        });
        Assert.Equal([2, 5, 7], order);

        async Promise Sleeper(int seconds, Promise never)
        {
            await Promise.Sleep(TimeSpan.FromSeconds(seconds));
            Assert.True(never.IsPending);
            Assert.True(clock.Now - start >= seconds * frequency);
            order.Add(seconds);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1000)]
    public void Loop_OfAClockThatDoesNotRunForwards_SaysSo(long frequency)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new EventLoop(new() { Engine = new OddEngine(new(0, frequency)) })
        );
        Assert.Contains($"TimestampFrequency of OddClock, the clock of OddEngine, is {frequency}", error.Message);
    }

    [Fact]
    public void Loop_OfAnEngineWithoutAClock_SaysSo()
    {
        var error = Assert.Throws<ArgumentException>(() => new EventLoop(new() { Engine = new OddEngine(null!) }));
        Assert.Contains("The Clock of OddEngine is null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wait_Throws_EndsTheRunWithIt_AndTheLoopStaysUsable()
    {
        var boom = new BoomException();
        Action? wait = () => throw boom;
        using var loop = new EventLoop(new() { Engine = new OddEngine(new(0, 1000), () => wait?.Invoke()) });
        Promise? sleep = null;
        Assert.Same(
            boom,
            Assert.Throws<BoomException>(() => loop.RunHere(() => sleep = Promise.Sleep(TimeSpan.FromSeconds(1))))
        );
        Assert.False(loop.IsRunning);
        wait = null;
        loop.RunHere(() => sleep!);
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void PortableEngine_OfAVirtualClock_SaysSo()
    {
        using var engine = new VirtualEngine();
        Assert.Contains(
            "Give the VirtualEngine itself",
            Assert.Throws<ArgumentException>(() => new PortableEngine(engine.Clock)).Message,
            StringComparison.Ordinal
        );
    }
}
