using System.Net.Sockets;

namespace Lwt.Core.Tests;

// Closing, aborting and disposing.
public abstract partial class PortContract
{
    [Fact]
    public void Close_WithWaiters_RejectsThemWithAnErrorThatNamesTheClose() =>
        Run(
            async (a, b) =>
            {
                Promise<int>[] waiting = [b.Read(new byte[1]), b.Read(new byte[1])];
                b.Close();
                foreach (var wait in waiting)
                    Assert.Contains("closed", Assert.IsType<PortClosedException>(wait.Exception).Message);
                Assert.True(b.IsClosed);
                await Promise.Return();
            }
        );

    [Fact]
    public void Close_Twice_DoesNothing_AndLaterUse_IsRejected() =>
        Run(
            async (a, b) =>
            {
                b.Close();
                b.Close();
                Promise[] later = [b.Read(new byte[1]), b.Write(new byte[1]), b.Readable(), b.Writable(), b.Accept()];
                Assert.All(later, promise => Assert.IsType<PortClosedException>(promise.Exception));
                Assert.Throws<PortClosedException>(() => b.Shutdown(SocketShutdown.Both));
                await Promise.Return();
            }
        );

    [Fact]
    public void Close_FromTheCallbackOfARead_IsAllowed() =>
        Run(
            async (a, b) =>
            {
                var first = b.Read(new byte[1]);
                var second = b.Read(new byte[1]);
                first.OnSuccess(_ => b.Close());
                await a.Write(Bytes("12"));
                await first;
                Assert.IsType<PortClosedException>((await Rejection(() => second)));
            }
        );

    [Fact]
    public void Close_AndOpenAgainAndAgain_WakesNoWrongWaiter() =>
        RunLoop(async () =>
        {
            // The system gives a closed descriptor's number to the next: what was told of the one is not the other's.
            for (var i = 0; i < 200; i++)
            {
                var (a, b) = await Pair();
                var read = b.Read(new byte[1]);
                await a.Write(Bytes("x"));
                b.Close();
                a.Close();
                var (c, d) = await Pair();
                var waits = d.Read(new byte[1]);
                await Promise.Pause();
                await Promise.Pause();
                Assert.True(waits.IsPending);
                await c.Write(Bytes("y"));
                Assert.Equal(1, await waits);
                c.Close();
                d.Close();
                _ = read;
            }
        });

    [Fact]
    public void Abort_WithWaiters_RejectsThemAndLaterUseWithTheReason() =>
        Run(
            async (a, b) =>
            {
                var reason = new InvalidOperationException("given up");
                Promise[] waiting = [b.Read(new byte[1]), b.Readable()];
                b.Abort(reason);
                Promise[] later = [b.Read(new byte[1]), b.Write(new byte[1]), b.Writable(), b.Connect(a.LocalEndPoint)];
                Assert.All(waiting.Concat(later), promise => Assert.Same(reason, promise.Exception));
                Assert.Same(reason, Assert.Throws<InvalidOperationException>(() => b.LocalEndPoint));
                Assert.Same(reason, b.AbortReason);
                Assert.False(b.IsClosed);
                // What the peer does reaches nobody.
                await a.Write(Bytes("x"));
                await Promise.Pause();
                var other = new InvalidOperationException("again");
                b.Abort(other);
                Assert.Same(other, b.Read(new byte[1]).Exception);
            }
        );

    [Fact]
    public void Abort_ThenClose_Closes_AndAbortOfAClosedOne_DoesNothing() =>
        Run(
            async (a, b) =>
            {
                _ = b.Read(new byte[1]);
                b.Abort(new InvalidOperationException());
                b.Close();
                Assert.IsType<PortClosedException>(b.Read(new byte[1]).Exception);
                Assert.Equal(0, await a.Read(new byte[1]));
                a.Close();
                a.Abort(new InvalidOperationException());
                Assert.Null(a.AbortReason);
                Assert.IsType<PortClosedException>(a.Read(new byte[1]).Exception);
            }
        );

    [Fact]
    public void Dispose_OfTheLoop_ReadWaits_ClosesThePort_AndCallsNobody()
    {
        Port port;
        var called = false;
        using (var loop = new EventLoop(new() { Engine = MakeEngine() }))
            port = loop.RunHere(async () =>
            {
                var (_, b) = await Pair();
                b.Read(new byte[1]).OnTermination(() => called = true);
                return b;
            });
        Assert.True(port.IsClosed);
        Assert.False(called);
    }

    [Fact]
    public void Close_WhileAReadWaits_ThePeerReadsWhatWasWritten_ThenTheEnd() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[64];
                var waiting = a.Read(buffer);
                await a.Write(Bytes("last words"));
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                a.Close();
                Assert.IsType<PortClosedException>(waiting.Exception);
                Assert.Equal("last words", Text(buffer, await b.Read(buffer)));
                Assert.Equal(0, await b.Read(buffer));
            }
        );

    [Fact]
    public void Descriptors_AfterManyConnections_AreAsManyAsBefore()
    {
        var before = 0;
        RunLoop(async () =>
        {
            await Rounds(20);
            before = CountOpen();
            await Rounds(200);
            var after = CountOpen();
            Assert.InRange(after, 0, before + 2);
        });

        async Promise Rounds(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var (a, b) = await Pair();
                var read = b.Read(new byte[1]);
                await a.Write(Bytes("x"));
                await read;
                _ = b.Read(new byte[1]);
                a.Close();
                b.Close();
            }
        }
    }

    [Fact]
    public void LoopDisposed_PortsWait_ClosesThem_AndWakesNobody()
    {
        Port? port = null;
        Promise<int>? read = null;
        using (var loop = new EventLoop(new() { Engine = MakeEngine() }))
            loop.RunHere(async () =>
            {
                (_, port) = await Pair();
                read = port.Read(new byte[1]);
            });
        Assert.True(port!.IsClosed);
        Assert.True(read!.IsPending);
    }

    [Fact]
    public void Close_WithUnreadBytes_ResetsThePeer() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("unread"));
                await b.Readable();
                b.Close();
                var error = await Rejection(() => a.Read(new byte[1]));
                Assert.Equal("ECONNRESET", ((ISystemError)error).ErrorName);
                Assert.Equal(0, await a.Read(new byte[1]));
                Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => a.Write(new byte[1]))).ErrorName);
            }
        );

    [Fact]
    public void Listener_Closed_ResetsThoseThatWaitToBeAccepted() =>
        RunLoop(async () =>
        {
            var listener = Listener(out var address);
            using var client = Client(address);
            await client.Connect(address);
            await listener.Readable();
            listener.Close();
            Assert.Equal("ECONNRESET", ((ISystemError)await Rejection(() => client.Read(new byte[1]))).ErrorName);
        });

    [Fact]
    public void Close_CallbackEndsTheRun_TheNextRunRejectsTheOtherWaiters()
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        Promise<int>[] reads = [];
        Assert.Throws<InsufficientExecutionStackException>(() =>
            loop.RunHere(async () =>
            {
                var (_, b) = await Pair();
                reads = [b.Read(new byte[1]), b.Read(new byte[1]), b.Read(new byte[1])];
                // No promise may swallow this one.
                reads[0].OnFailure(_ => throw new InsufficientExecutionStackException());
                b.Close();
            })
        );
        loop.RunHere(async () =>
        {
            var last = Rejection(() => reads[2]);
            Assert.IsType<PortClosedException>(
                await Promise.Pick(last, Promise.Sleep(TimeSpan.FromSeconds(10)).Map(() => new Exception("pending")))
            );
            Assert.All(reads, read => Assert.IsType<PortClosedException>(read.Exception));
        });
    }

    [Fact]
    public void Dispose_OfTheLoop_ClosesPortsThatNeverWaited()
    {
        List<Port> ports = [];
        using (var loop = new EventLoop(new() { Engine = MakeEngine() }))
            loop.RunHere(async () =>
            {
                var (a, b) = await Pair();
                ports = [a, b, Client(b.LocalEndPoint), Listener(out _), Datagram()];
                // One that was closed before is left alone.
                a.Close();
            });
        Assert.All(ports, port => Assert.True(port.IsClosed));
    }
}
