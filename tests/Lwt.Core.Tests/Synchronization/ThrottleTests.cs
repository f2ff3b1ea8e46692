namespace Lwt.Core.Tests.Synchronization;

public class ThrottleTests
{
    [Fact]
    public void Wait_AboveTheRate_IsLetThroughInTheNextSecond()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        var throttle = new Throttle<string>(1, 1);
        loop.RunHere(() =>
        {
            Assert.True(throttle.Wait("a").IsFulfilled);
            var turn = throttle.Wait("a");
            Assert.True(throttle.Wait("a").TryPoll(out var through));
            Assert.False(through);
            return turn;
        });
        Assert.Equal(TimeSpan.FromSeconds(1), engine.Elapsed);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Throttle<string>(0, 1));
    }
}
