namespace Lwt.Core.Tests;

/// <summary>The ports of the simulated network pass what the system's ports pass.</summary>
public class VirtualPortTests : PortContract
{
    private VirtualEngine _engine = new();

    private protected override IEngine MakeEngine() => _engine = new VirtualEngine();

    private protected override int CountOpen() => _engine.Network.OpenPorts;

    // Nobody outside of the loop can write here: the read can never end, and the loop knows.
    [Fact]
    public override void Deadlock_IsNotReported_WhileAReadWaits()
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(async () =>
            {
                var (_, b) = await Pair();
                await b.Read(new byte[1]);
            })
        );
        Assert.Contains("waits for: read on the connection to 127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_FromAnotherThread_IsWaitedForWhereItIsOwed() =>
        RunLoop(async () =>
        {
            var (a, b) = await Pair();
            using (a)
            using (b)
            {
                var read = b.Read(new byte[1]);
                var (owed, resolver) = Promise.CreateThreadSafe<int>();
                owed.OnSuccess(_ => a.Write(new byte[1]).Ignore());
                var thread = new Thread(() => resolver.TryFulfill(1));
                thread.Start();
                Assert.Equal(1, await read);
                thread.Join();
            }
        });
}
