namespace Lwt.Core.Tests.Synchronization;

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
}
