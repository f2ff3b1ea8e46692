namespace Lwt.Core.Tests;

// Whose turn it is: no port keeps another, or the loop, from going on.
public abstract partial class PortContract
{
    [Fact]
    public void Readable_AfterMoreOperationsThanATurnDoes_IsNotForgotten() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[1];
                var first = b.Read(buffer);
                await a.Write(Bytes("x"));
                await first;
                // The turn's end comes at any of the three operations of a round.
                for (var i = 0; i < 9; i++)
                {
                    await a.Write(new byte[203]);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                    for (var read = 0; read < i % 3; read++)
                        await b.Read(buffer);
                    for (var round = 0; round < 100; round++)
                    {
                        await b.Readable();
                        await b.Read(buffer);
                        await b.Read(buffer);
                    }
                    while (b.Readable() is { IsPending: false })
                        await b.Read(buffer);
                }
            }
        );

    [Fact]
    public void BusySocket_KeepsNoOtherFromItsTurn() =>
        Run(
            async (a, b) =>
            {
                var (c, d) = await Pair();
                // One end always has bytes to read, and a reader that never waits for anything else.
                Promise.FireAndForget(() => UntilClosed(() => a.Write(new byte[16 * 1024])));
                Promise.FireAndForget(() => UntilClosed(() => b.Read(new byte[1])));
                var buffer = new byte[16];
                for (var i = 0; i < 20; i++)
                {
                    var read = d.Read(buffer);
                    await c.Write(Bytes("turn"));
                    Assert.Equal("turn", Text(buffer, await read));
                }
                c.Close();
                d.Close();

                static async Promise UntilClosed(Func<Promise<int>> operation)
                {
                    try
                    {
                        while (true)
                            await operation();
                    }
                    catch (PortClosedException) { }
                }
            }
        );

    [Fact]
    public void LoopOfPauses_KeepsNoSocketFromItsTurn() =>
        Run(
            async (a, b) =>
            {
                var stop = false;
                Promise.FireAndForget(async () =>
                {
                    while (!stop)
                        await Promise.Pause();
                });
                var buffer = new byte[16];
                for (var i = 0; i < 5; i++)
                {
                    var read = b.Read(buffer);
                    await a.Write(Bytes("turn"));
                    Assert.Equal("turn", Text(buffer, await read));
                }
                stop = true;
            }
        );

    [Fact]
    public void ExceptionThatEndsTheRun_LosesNoReadinessOfOthers()
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        (Port A, Port B)[] pairs = [];
        Promise<int>[] reads = [];
        Assert.Throws<InsufficientExecutionStackException>(() =>
            loop.RunHere(async () =>
            {
                pairs = [await Pair(), await Pair(), await Pair()];
                reads = [.. pairs.Select(pair => pair.B.Read(new byte[1]))];
                // No promise may swallow this one.
                reads[0].OnSuccess(_ => throw new InsufficientExecutionStackException());
                reads[1].OnSuccess(_ => { });
                foreach (var (a, _) in pairs)
                    await a.Write(Bytes("xx"));
                await Promise.All(reads);
            })
        );
        loop.RunHere(async () =>
        {
            await Promise.All(reads);
            foreach (var (a, b) in pairs)
            {
                Assert.Equal(1, await b.Read(new byte[1]));
                a.Close();
                b.Close();
            }
        });
    }

    [Fact]
    public virtual void Deadlock_IsNotReported_WhileAReadWaits()
    {
        // The loop disposes of it.
        var engine = new AtRest(MakeEngine());
        using var loop = new EventLoop(new() { Engine = engine });
        // No limit of time: the loop would have that to wait for.
        loop.RunHere(async () =>
        {
            var (a, b) = await Pair();
            var read = b.Read(new byte[1]);
            engine.Rests.Reset();
            // Another thread's doing, of which the loop knows nothing; once the loop has nothing but the read to wait for.
            var thread = new Thread(() =>
            {
                engine.Rests.Wait();
                loop.Post(() => a.Write(Bytes("x")));
            });
            thread.Start();
            Assert.Equal(1, await read);
            thread.Join();
            a.Close();
            b.Close();
        });
    }

    /// <summary>An engine that tells when its loop waits without a limit, having made sure that something can wake it.</summary>
    private sealed class AtRest(IEngine engine) : IEngine
    {
        internal ManualResetEventSlim Rests { get; } = new();

        public TimeProvider Clock => engine.Clock;

        public bool Watches => engine.Watches;

        public bool IsReady => engine.IsReady;

        public Ports? Ports => engine.Ports;

        public void Poll(TimeSpan? timeout)
        {
            if (timeout is null)
                Rests.Set();
            engine.Poll(timeout);
        }

        public void Dispatch() => engine.Dispatch();

        public void Wake() => engine.Wake();

        public void Dispose()
        {
            engine.Dispose();
            Rests.Dispose();
        }
    }

    [Fact]
    public void Deadlock_IsReported_OnceNothingWaits()
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(async () =>
            {
                var (a, b) = await Pair();
                var read = b.Read(new byte[1]);
                await Promise.Pause();
                read.Cancel();
                await Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left that could wake", error.Message);
    }

    [Fact]
    public void Echo_OfConnectionsThatResetAtRandom_LosesNothing() => RunLoop(() => EchoStress.Run(200, seed: 7));

    [Fact]
    public void ExceptionThatEndsTheRun_LosesNoReadinessOfTheSamePort()
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        Promise<int>[] reads = [];
        Assert.Throws<InsufficientExecutionStackException>(() =>
            loop.RunHere(async () =>
            {
                var (a, b) = await Pair();
                reads = [b.Read(new byte[1]), b.Read(new byte[1])];
                reads[0].OnSuccess(_ => throw new InsufficientExecutionStackException());
                await a.Write(Bytes("xx"));
                await Promise.All(reads);
            })
        );
        Assert.Equal(
            1,
            loop.RunHere(() => Promise.Pick(reads[1], Promise.Sleep(TimeSpan.FromSeconds(10)).Map(() => 0)))
        );
    }
}
