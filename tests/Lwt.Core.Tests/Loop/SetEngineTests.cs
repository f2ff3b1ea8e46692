using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core.Tests;

/// <summary>Replacing a loop's engine: what waits goes on in the new one.</summary>
public class SetEngineTests
{
    public static TheoryData<bool, bool> Kinds =>
        new()
        {
            { true, true },
            { true, false },
            { false, true },
            { false, false },
        };

    private static IEngine Make(bool epoll) => epoll ? new EpollEngine() : new PollEngine();

    private static void Run(EventLoop loop, Func<Promise> body) =>
        loop.RunHere(() => Promise.Pick(Limit(), body().AsUnit()));

    private static async Promise<Unit> Limit()
    {
        await Promise.Sleep(TimeSpan.FromSeconds(60));
        throw new TimeoutException("The test has not ended within a minute.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OperationsWait_GoOnInTheNewEngine_AndInTheNext(bool fromEpoll, bool toEpoll)
    {
        using var loop = new EventLoop(new() { Engine = Make(fromEpoll) });
        Run(
            loop,
            async () =>
            {
                var (a, b) = loop.Ports.SocketPair(SocketType.Stream);
                var (c, d) = loop.Ports.SocketPair(SocketType.Stream);
                var idle = c.Read(new byte[1]);
                foreach (var epoll in new[] { toEpoll, fromEpoll, toEpoll })
                {
                    var read = b.Read(new byte[1]);
                    loop.SetEngine(Make(epoll));
                    Assert.True(read.IsPending);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                    await a.Write(new byte[1]);
                    Assert.Equal(1, await read);
                    // One opened now is the new engine's.
                    var (reader, writer) = loop.Ports.Pipe();
                    var through = reader.Read(new byte[1]);
                    await writer.Write(new byte[1]);
                    Assert.Equal(1, await through);
                    reader.Close();
                    writer.Close();
                }
                Assert.True(idle.IsPending);
                await d.Write(new byte[1]);
                Assert.Equal(1, await idle);
                foreach (var port in new[] { a, b, c, d })
                    port.Close();
            }
        );
        Assert.Contains("given to EventLoop.SetEngine", loop.Engine, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void InTheCallbackOfARead_LosesNoReadinessOfOthers(bool fromEpoll, bool toEpoll)
    {
        using var loop = new EventLoop(new() { Engine = Make(fromEpoll) });
        Run(
            loop,
            async () =>
            {
                (Port A, Port B)[] pairs =
                [
                    .. Enumerable.Range(0, 5).Select(_ => loop.Ports.SocketPair(SocketType.Stream)),
                ];
                Promise<int>[] reads = [.. pairs.Select(pair => pair.B.Read(new byte[1]))];
                foreach (var read in reads)
                    read.OnSuccess(_ => loop.SetEngine(Make(toEpoll)));
                foreach (var (a, _) in pairs)
                    await a.Write(new byte[1]);
                Assert.Equal([1, 1, 1, 1, 1], await Promise.All(reads));
                foreach (var (a, b) in pairs)
                {
                    a.Close();
                    b.Close();
                }
            }
        );
    }

    [Fact]
    public void OldEngine_IsDisposed_OnceTheLoopRests_UnlessItIsKept()
    {
        var (first, second, third) = (new PollEngine(), new PollEngine(), new PollEngine());
        using (var loop = new EventLoop(new() { Engine = first }))
        {
            Run(
                loop,
                async () =>
                {
                    loop.SetEngine(second);
                    Assert.False(first.IsDisposed);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                    Assert.True(first.IsDisposed);
                    loop.SetEngine(third, dispose: false);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                    Assert.False(second.IsDisposed);
                    loop.SetEngine(second);
                    Assert.Same(second, loop.CurrentEngine);
                }
            );
            Assert.True(third.IsDisposed);
        }
        Assert.True(second.IsDisposed);
    }

    [Fact]
    public void SleepsAndPosts_GoOn()
    {
        using var loop = new EventLoop(new() { Engine = new PortableEngine() });
        Run(
            loop,
            async () =>
            {
                var sleep = Promise.Sleep(TimeSpan.FromMilliseconds(5));
                var (posted, resolver) = Promise.CreateThreadSafe<int>();
                loop.SetEngine(new PollEngine());
                var thread = new Thread(() => resolver.TryFulfill(1));
                thread.Start();
                Assert.Equal(1, await posted);
                await sleep;
                thread.Join();
                // No port was opened in it.
                loop.SetEngine(new EpollEngine());
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            }
        );
    }

    [Fact]
    public void Posts_WhileEnginesChange_AllArrive()
    {
        using var loop = new EventLoop(new() { Engine = new EpollEngine() });
        Run(
            loop,
            async () =>
            {
                var (all, resolver) = Promise.CreateThreadSafe<int>();
                var arrived = 0;
                var thread = new Thread(() =>
                {
                    for (var i = 0; i < 20_000; i++)
                        loop.Post(() => arrived++);
                    resolver.TryFulfill(1);
                });
                thread.Start();
                for (var i = 0; i < 200 && all.IsPending; i++)
                {
                    loop.SetEngine(Make(epoll: i % 2 == 0));
                    await Promise.Pick(
                        all.AsUnit(),
                        Promise.Sleep(TimeSpan.FromTicks(100)).AsUnit(),
                        Promise.Pause().AsUnit()
                    );
                }
                thread.Join();
                await Promise.Pause();
                await Promise.Pause();
                Assert.Equal(20_000, arrived);
            }
        );
    }

    [Fact]
    public void PortsThatCannotMove_AreAnError_ThatChangesNothing()
    {
        using var loop = new EventLoop(new() { Engine = new PortableEngine() });
        Run(
            loop,
            async () =>
            {
                var (a, b) = loop.Ports.SocketPair(SocketType.Stream);
                var read = b.Read(new byte[1]);
                using var engine = new PollEngine();
                var error = Assert.Throws<InvalidOperationException>(() => loop.SetEngine(engine));
                Assert.Contains("Set the engine before the first is opened", error.Message, StringComparison.Ordinal);
                await a.Write(new byte[1]);
                Assert.Equal(1, await read);
                a.Close();
                b.Close();
            }
        );
    }

    [Fact]
    public void AnotherClock_IsAnError_OnlyIfThereAreSleeps()
    {
        using var loop = new EventLoop(new() { Engine = new PortableEngine() });
        var clock = new FakeTimeProvider();
        loop.RunHere(() =>
        {
            loop.SetEngine(new PortableEngine(clock));
            Assert.Same(clock, loop.Clock);
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(1));
            using var engine = new PortableEngine();
            var error = Assert.Throws<ArgumentException>(() => loop.SetEngine(engine));
            Assert.Contains("has another clock", error.Message, StringComparison.Ordinal);
            sleep.Cancel();
            return Promise.Return();
        });
    }

    [Fact]
    public void WithoutTransfer_PortsOfTheOldEngineAreClosedWithIt()
    {
        using var loop = new EventLoop(new() { Engine = new EpollEngine() });
        var called = false;
        Port? port = null;
        Run(
            loop,
            async () =>
            {
                (_, port) = loop.Ports.SocketPair(SocketType.Stream);
                port.Read(new byte[1]).OnTermination(() => called = true);
                loop.SetEngine(new PollEngine(), transfer: false);
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            }
        );
        Assert.True(port!.IsClosed);
        Assert.False(called);
    }

    [Fact]
    public void FromAWrongThread_IsAnError()
    {
        using var loop = new EventLoop();
        using var engine = new PortableEngine();
        Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(() => loop.SetEngine(engine)));
        Assert.Throws<InvalidOperationException>(() => loop.IterateEngine(block: false));
    }

    [Fact]
    public void IterateEngine_RunsWhatIsReady_AndDoesNotBlockForNothing()
    {
        using var loop = new EventLoop(new() { Engine = new EpollEngine() });
        loop.RunHere(() =>
        {
            loop.IterateEngine(block: true);
            var (a, b) = loop.Ports.Pipe();
            var read = a.Read(new byte[1]);
            loop.IterateEngine(block: false);
            Assert.True(read.IsPending);
            b.Write(new byte[1]).Ignore();
            loop.IterateEngine(block: true);
            Expect.Fulfilled(1, read);
            var sleep = Promise.Sleep(TimeSpan.FromMilliseconds(1));
            while (sleep.IsPending)
                loop.IterateEngine(block: true);
            a.Close();
            b.Close();
            return Promise.Return();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Watch_ADescriptorThatIsOpenAlready_AgainAndAgain_LeavesItOpen(bool epoll)
    {
        using var loop = new EventLoop(new() { Engine = Make(epoll) });
        Run(
            loop,
            async () =>
            {
                var (reader, writer) = loop.Ports.PipeOut();
                using (reader)
                {
                    for (var i = 0; i < 5; i++)
                    {
                        var (first, second) = (loop.Ports.Watch(reader), loop.Ports.Watch(reader));
                        Promise[] both = [first.Readable(), second.Readable()];
                        Assert.All(both, readable => Assert.True(readable.IsPending));
                        await writer.Write(new byte[1]);
                        await Promise.Join(both);
                        first.Close();
                        second.Close();
                        await using var stream = new FileStream(
                            new SafeFileHandle(reader.DangerousGetHandle(), ownsHandle: false),
                            FileAccess.Read,
                            0
                        );
                        Assert.Equal(1, stream.Read(new byte[4]));
                    }
                    writer.Close();
                }
                Assert.Throws<ObjectDisposedException>(() => loop.Ports.Watch(reader));
            }
        );
    }

    [Fact]
    public void Watch_NoDescriptors_SaysSo()
    {
        using var file = File.OpenHandle(typeof(SetEngineTests).Assembly.Location);
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        loop.RunHere(() =>
        {
            Assert.Throws<NotSupportedException>(() => loop.Ports.Watch(file));
            return Promise.Return();
        });
    }
}
