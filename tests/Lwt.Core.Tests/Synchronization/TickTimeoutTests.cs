namespace Lwt.Core.Tests;

public class TickTimeoutTests
{
    [Fact]
    public void Start_Stopped_AnotherEnds()
    {
        var ended = new List<string>();
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(() =>
        {
            var stopped = new TickTimeout(1, () => ended.Add("stopped"));
            var runs = new TickTimeout(3, () => ended.Add("runs"));
            stopped.Start();
            runs.Start();
            stopped.Stop();
            Assert.False(stopped.IsRunning);
            Assert.True(runs.IsRunning);
            return Promise.Sleep(TimeSpan.FromSeconds(5));
        });
        Assert.Equal(["runs"], ended);
    }

    [Fact]
    public void Start_OnAnotherThread_Throws()
    {
        var timeout = new TickTimeout(1, () => { });
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(timeout.Start));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public void Action_Throws_HandlerThrows_TheHookIsToldAndTheOthersEnd()
    {
        var ended = new List<string>();
        TickTimeout.ExceptionHandler = e => throw new BoomException($"handler of {e.Message}");
        try
        {
            var told = Fresh.WithHook(() =>
                Fresh.Async(() =>
                {
                    new TickTimeout(1, () => ended.Add("first")).Start();
                    new TickTimeout(1, () => throw new BoomException("action")).Start();
                    new TickTimeout(2, () => ended.Add("later")).Start();
                    return Promise.Sleep(TimeSpan.FromSeconds(5));
                })
            );
            Assert.Equal("handler of action", Assert.Single(told).Message);
        }
        finally
        {
            TickTimeout.ExceptionHandler = null;
        }
        Assert.Equal(["first", "later"], ended);
    }

    [Fact]
    public void Action_ThrowsWhatNoPromiseMaySwallow_EndsTheRunAndTheOthersEndInTheNext()
    {
        using var loop = Fresh.Loop();
        var ended = new List<string>();
        Assert.Throws<OutOfMemoryException>(() =>
            loop.RunHere(() =>
            {
                new TickTimeout(1, () => ended.Add("same second")).Start();
                new TickTimeout(1, () => throw new OutOfMemoryException()).Start();
                new TickTimeout(2, () => ended.Add("later")).Start();
                return Promise.Sleep(TimeSpan.FromSeconds(5));
            })
        );
        Assert.Empty(ended);
        loop.RunHere(() =>
        {
            new TickTimeout(3, () => ended.Add("started then")).Start();
            return Promise.Sleep(TimeSpan.FromSeconds(5));
        });
        Assert.Equal(["same second", "later", "started then"], ended);
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void Action_StartsALongerTimeout_WhileOthersAreDue_AllEnd()
    {
        var ended = new List<string>();
        Fresh.Async(() =>
        {
            new TickTimeout(1, () => ended.Add("same second")).Start();
            // Makes the ring of buckets longer during a tick.
            new TickTimeout(1, () => new TickTimeout(7, () => ended.Add("long")).Start()).Start();
            return Promise.Sleep(TimeSpan.FromSeconds(20));
        });
        Assert.Equal(["same second", "long"], ended);
    }
}
