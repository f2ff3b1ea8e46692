using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lwt.Core.Tests;

/// <summary>What every engine's ports do. Each engine has a subclass, which runs all of these.</summary>
public abstract class PortContract
{
    private protected abstract IEngine MakeEngine();

    [Fact]
    public void Read_BytesAreThere_IsFulfilledAtOnce() =>
        Run(
            async (a, b) =>
            {
                Assert.Equal(5, await a.Write(Bytes("hello")));
                await b.Readable();
                var buffer = new byte[16];
                var read = b.Read(buffer);
                Assert.False(read.IsPending);
                Assert.Equal("hello", Text(buffer, await read));
            }
        );

    [Fact]
    public void Read_NothingThere_WaitsForTheNextWrite() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[16];
                var read = b.Read(buffer);
                Assert.True(read.IsPending);
                await a.Write(Bytes("later"));
                Assert.True(read.IsPending);
                Assert.Equal("later", Text(buffer, await read));
            }
        );

    [Fact]
    public void Read_BufferSmallerThanWhatIsThere_LeavesTheRest() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("abcdef"));
                var buffer = new byte[4];
                Assert.Equal("abcd", Text(buffer, await b.Read(buffer)));
                Assert.Equal("ef", Text(buffer, await b.Read(buffer)));
            }
        );

    [Fact]
    public void Read_PeerShutDown_ReturnsZeroAgainAndAgain() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[4];
                await a.Write(Bytes("x"));
                a.Shutdown(SocketShutdown.Send);
                Assert.Equal(1, await b.Read(buffer));
                for (var i = 0; i < 3; i++)
                    Assert.Equal(0, await b.Read(buffer));
                // The other direction goes on.
                await b.Write(Bytes("back"));
                Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            }
        );

    [Fact]
    public void Read_ShortReadThenTheEndComes_SeesTheEnd() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[100];
                await a.Write(Bytes("x"));
                Assert.Equal(1, await b.Read(buffer));
                var end = b.Read(buffer);
                Assert.True(end.IsPending);
                a.Close();
                Assert.Equal(0, await end);
            }
        );

    [Fact]
    public void Read_EndIsThereBeforeTheShortRead_SeesTheEnd() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[100];
                await a.Write(Bytes("x"));
                a.Close();
                Assert.Equal(1, await b.Read(buffer));
                Assert.Equal(0, await b.Read(buffer));
            }
        );

    [Fact]
    public void Read_Several_AreServedInOrder() =>
        Run(
            async (a, b) =>
            {
                var (x, y, z) = (new byte[1], new byte[1], new byte[1]);
                Promise<int>[] reads = [b.Read(x), b.Read(y), b.Read(z)];
                await a.Write(Bytes("123"));
                await Promise.All(reads);
                Assert.Equal("123", Text(x, 1) + Text(y, 1) + Text(z, 1));
            }
        );

    [Fact]
    public void Read_FirstCancelled_LeavesItsBytesToTheNext() =>
        Run(
            async (a, b) =>
            {
                var (x, y) = (new byte[8], new byte[8]);
                var first = b.Read(x);
                var second = b.Read(y);
                first.Cancel();
                Expect.Canceled(first);
                await a.Write(Bytes("only"));
                Assert.Equal("only", Text(y, await second));
            }
        );

    [Fact]
    public void Read_CancelledOnesInTheMiddle_ArePassedOver() =>
        Run(
            async (a, b) =>
            {
                var buffers = Enumerable.Range(0, 100).Select(_ => new byte[1]).ToArray();
                var reads = buffers.Select(buffer => b.Read(buffer)).ToArray();
                for (var i = 0; i < reads.Length; i++)
                    if (i % 3 != 0)
                        reads[i].Cancel();
                await a.Write(new byte[34]);
                for (var i = 0; i < reads.Length; i += 3)
                    Assert.Equal(1, await reads[i]);
            }
        );

    [Fact]
    public void Read_LoserOfATimeout_TakesNothing() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[8];
                var lost = await Promise.Pick(
                    b.Read(buffer),
                    Promise.Sleep(TimeSpan.FromMilliseconds(1)).Map(() => -1)
                );
                Assert.Equal(-1, lost);
                await a.Write(Bytes("kept"));
                Assert.Equal("kept", Text(buffer, await b.Read(buffer)));
            }
        );

    [Fact]
    public void Write_PeerDoesNotRead_WaitsAndGoesOn() =>
        Run(
            async (a, b) =>
            {
                var chunk = new byte[64 * 1024];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunk)).IsPending)
                    sent += await waiting;
                var received = 0L;
                var buffer = new byte[1024 * 1024];
                while (received < sent)
                    received += await b.Read(buffer);
                sent += await waiting;
                while (received < sent)
                    received += await b.Read(buffer);
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Write_CancelledWhileItWaits_WritesNothing() =>
        Run(
            async (a, b) =>
            {
                var chunk = new byte[64 * 1024];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunk)).IsPending)
                    sent += await waiting;
                waiting.Cancel();
                Expect.Canceled(waiting);
                a.Shutdown(SocketShutdown.Send);
                var received = 0L;
                var buffer = new byte[1024 * 1024];
                while (await b.Read(buffer) is var count && count > 0)
                    received += count;
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Write_PeerGone_RejectsThatOperationAlone() =>
        Run(
            async (a, b) =>
            {
                b.Close();
                var error = await Rejection(async () =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        await a.Write(Bytes("x"));
                        await Promise.Pause();
                    }
                });
                Assert.True(((ISystemError)error).ErrorName is "EPIPE" or "ECONNRESET", error.Message);
            }
        );

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
    public void Accept_Several_AreServedInOrder_AndOneCancelledLeavesTheConnection() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            var cancelled = listener.Accept();
            var accepted = listener.Accept();
            cancelled.Cancel();
            using var client = Client(address);
            await client.Connect(address);
            using var server = await accepted;
            await client.Write(Bytes("hi"));
            var buffer = new byte[8];
            Assert.Equal("hi", Text(buffer, await server.Read(buffer)));
        });

    [Fact]
    public void Connect_NobodyListens_IsRefused_AndNamesTheAddress() =>
        RunLoop(async () =>
        {
            EndPoint address;
            using (Listener(out address)) { }
            using var client = Client(address);
            var error = await Rejection(() => client.Connect(address));
            Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<PromiseSocketException>(error).SocketErrorCode);
            Assert.Equal("ECONNREFUSED", ((ISystemError)error).ErrorName);
            Assert.Contains(address.ToString()!, error.Message);
        });

    [Fact]
    public void Bind_AddressInUse_NamesTheAddress() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            using var other = Client(address);
            var error = Assert.Throws<PromiseSocketException>(() =>
            {
                other.Bind(address);
                other.Listen(1);
            });
            Assert.Equal("EADDRINUSE", error.ErrorName);
            Assert.Contains(address.ToString()!, error.Message);
            await Promise.Return();
        });

    [Fact]
    public void ReceiveFrom_Datagrams_KeepsBoundariesAndTellsTheSender() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            var buffer = new byte[100];
            var waiting = server.ReceiveFrom(buffer);
            Assert.True(waiting.IsPending);
            await client.SendTo(Bytes("one"), server.LocalEndPoint);
            await client.SendTo(Bytes("three"), server.LocalEndPoint);
            var first = await waiting;
            Assert.Equal("one", Text(buffer, first.ReceivedBytes));
            Assert.Equal(client.LocalEndPoint, first.RemoteEndPoint);
            var second = await server.ReceiveFrom(buffer);
            Assert.Equal("three", Text(buffer, second.ReceivedBytes));
        });

    [Fact]
    public void Pipe_WrittenAtOneEnd_IsReadAtTheOther() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var buffer = new byte[16];
            var read = reader.Read(buffer);
            await writer.Write(Bytes("through"));
            Assert.Equal("through", Text(buffer, await read));
            writer.Close();
            Assert.Equal(0, await reader.Read(buffer));
            reader.Close();
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
    public void IsReadable_IsWritable_TellWithoutWaiting() =>
        Run(
            async (a, b) =>
            {
                Assert.False(b.IsReadable);
                Assert.True(b.IsWritable);
                await a.Write(Bytes("x"));
                await b.Readable();
                Assert.True(b.IsReadable);
                b.Close();
                Assert.Throws<PortClosedException>(() => b.IsReadable);
                Assert.Throws<PortClosedException>(() => b.IsWritable);
            }
        );

    [Fact]
    public void Bind_ReuseAddress_StillRefusesTheAddressOfAnotherListener() =>
        RunLoop(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            var error = Assert.Throws<PromiseSocketException>(() => PromiseSocket.Listen(listener.LocalEndPoint));
            Assert.Equal("EADDRINUSE", error.ErrorName);
            await Promise.Return();
        });

    [Fact]
    public void RemoteEndPoint_NotConnected_IsAnError() =>
        RunLoop(async () =>
        {
            using var socket = Client(new IPEndPoint(IPAddress.Loopback, 0));
            Assert.Equal("ENOTCONN", Assert.Throws<PromiseSocketException>(() => socket.RemoteEndPoint).ErrorName);
            await Promise.Return();
        });

    [Fact]
    public void LingerState_Set_IsKept_AndZeroResetsTheConnection() =>
        Run(
            async (a, b) =>
            {
                Assert.False(b.LingerState.Enabled);
                b.LingerState = new(true, 0);
                Assert.True(b.LingerState.Enabled);
                Assert.Equal(0, b.LingerState.LingerTime);
                var read = a.Read(new byte[1]);
                b.Close();
                Assert.Equal("ECONNRESET", ((ISystemError)await Rejection(() => read)).ErrorName);
            }
        );

    [Fact]
    public void Options_OfSwitches_AreKept() =>
        Run(
            async (a, b) =>
            {
                (SocketOptionLevel, SocketOptionName)[] switches =
                [
                    (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
                    (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
                    (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
                ];
                foreach (var (level, name) in switches)
                {
                    a.SetOption(level, name, 1);
                    Assert.NotEqual(0, a.GetOption(level, name));
                    a.SetOption(level, name, 0);
                    Assert.Equal(0, a.GetOption(level, name));
                }
                Assert.Equal(1, a.GetOption(SocketOptionLevel.Socket, SocketOptionName.Type));
                Assert.Equal(0, a.GetOption(SocketOptionLevel.Socket, SocketOptionName.Error));
                a.Close();
                Assert.Throws<PortClosedException>(() => a.GetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay));
                await Promise.Return();
            }
        );

    [Fact]
    public void ReceiveFrom_Peek_LeavesTheDatagram() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            await client.SendTo(Bytes("one"), server.LocalEndPoint);
            var buffer = new byte[10];
            for (var i = 0; i < 2; i++)
            {
                var peeked = await server.ReceiveFrom(buffer, SocketFlags.Peek);
                Assert.Equal("one", Text(buffer, peeked.ReceivedBytes));
            }
            Assert.Equal(3, await server.Receive(buffer, SocketFlags.None));
            Assert.False(server.IsReadable);
        });

    [Fact]
    public void ReceiveFrom_Stream_NamesThePeer() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("x"));
                Assert.Equal(a.LocalEndPoint, (await b.ReceiveFrom(new byte[1])).RemoteEndPoint);
            }
        );

    [Fact]
    public void Readable_Waits_AndTakesNothing() =>
        Run(
            async (a, b) =>
            {
                var readable = b.Readable();
                Assert.True(readable.IsPending);
                await a.Write(Bytes("x"));
                await readable;
                Assert.False(b.Readable().IsPending);
                Assert.Equal(1, await b.Read(new byte[10]));
                Assert.False(a.Writable().IsPending);
            }
        );

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
    public void Connect_Cancelled_LeavesTheSocketUsable() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            using var client = Client(address);
            var connect = client.Connect(address);
            connect.Cancel();
            using var server = await listener.Accept();
            await client.Writable();
            await client.Write(Bytes("x"));
            Assert.Equal(1, await server.Read(new byte[4]));
        });

    [Fact]
    public void Write_WhileConnecting_WaitsForTheConnection() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            using var client = Client(address);
            var buffer = new byte[8];
            var connect = client.Connect(address);
            var write = client.Write(Bytes("first"));
            var read = client.Read(buffer);
            using var server = await listener.Accept();
            await connect;
            await write;
            await server.Write(Bytes("answer"));
            Assert.Equal("answer", Text(buffer, await read));
            Assert.Equal("first", Text(buffer, await server.Read(buffer)));
        });

    [Fact]
    public void Readable_OfAListener_WaitsForAConnection() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            var readable = listener.Readable();
            Assert.True(readable.IsPending);
            using var client = Client(address);
            await client.Connect(address);
            await readable;
            var accepted = listener.Accept();
            Assert.False(accepted.IsPending);
            (await accepted).Close();
        });

    [Fact]
    public void Accept_SocketThatDoesNotListen_IsEINVAL() =>
        RunLoop(async () =>
        {
            using var socket = Client(new IPEndPoint(IPAddress.Loopback, 0));
            Assert.Equal("EINVAL", ((ISystemError)await Rejection(() => socket.Accept())).ErrorName);
        });

    [Fact]
    public void ReceiveFrom_Cancelled_LeavesTheDatagramToTheNext() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            var cancelled = server.ReceiveFrom(new byte[100]);
            await client.SendTo(Bytes("kept"), server.LocalEndPoint);
            cancelled.Cancel();
            Expect.Canceled(cancelled);
            var buffer = new byte[100];
            var received = await server.ReceiveFrom(buffer);
            Assert.Equal("kept", Text(buffer, received.ReceivedBytes));
            Assert.Equal(client.LocalEndPoint, received.RemoteEndPoint);
        });

    [Fact]
    public void ReceiveFrom_BufferSmallerThanTheDatagram_LosesItsRest() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            await client.SendTo(Bytes("abcdef"), server.LocalEndPoint);
            await client.SendTo(Bytes(""), server.LocalEndPoint);
            await client.SendTo(Bytes("next"), server.LocalEndPoint);
            var buffer = new byte[4];
            Assert.Equal(4, (await server.ReceiveFrom(buffer)).ReceivedBytes);
            Assert.Equal(0, (await server.ReceiveFrom(buffer)).ReceivedBytes);
            Assert.Equal("next", Text(buffer, (await server.ReceiveFrom(buffer)).ReceivedBytes));
        });

    [Fact]
    public void ReceiveFrom_SocketWithoutAnAddress_WaitsUntilItHasOne() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
            var buffer = new byte[8];
            var answer = client.ReceiveFrom(buffer);
            Assert.True(answer.IsPending);
            await client.SendTo(Bytes("ping"), server.LocalEndPoint);
            var asked = await server.ReceiveFrom(new byte[8]);
            await server.SendTo(Bytes("pong"), asked.RemoteEndPoint);
            Assert.Equal("pong", Text(buffer, (await answer).ReceivedBytes));
        });

    [Fact]
    public void ReceiveFrom_LocalSocketWithoutAName_TellsANamelessSender() =>
        RunLoop(async () =>
        {
            if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
                return;
            var address = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
            using var server = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Dgram, default);
            using var client = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Dgram, default);
            server.Bind(address);
            var buffer = new byte[8];
            for (var i = 0; i < 2; i++)
            {
                var waiting = server.ReceiveFrom(buffer);
                await client.SendTo(Bytes("hello"), address);
                var received = await waiting;
                Assert.Equal("hello", Text(buffer, received.ReceivedBytes));
                Assert.Equal("", received.RemoteEndPoint.ToString());
            }
            File.Delete(address.ToString());
        });

    [Fact]
    public void SocketPair_Streams_AreConnectedBothWays() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
            var buffer = new byte[8];
            await a.Write(Bytes("there"));
            Assert.Equal("there", Text(buffer, await b.Read(buffer)));
            await b.Write(Bytes("back"));
            Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            a.Close();
            Assert.Equal(0, await b.Read(buffer));
            b.Close();
        });

    [Fact]
    public void SocketPair_Datagrams_KeepBoundariesBothWays() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Dgram);
            var buffer = new byte[8];
            await a.Write(Bytes("one"));
            await a.Write(Bytes("two"));
            Assert.Equal("one", Text(buffer, await b.Read(buffer)));
            Assert.Equal("two", Text(buffer, await b.Read(buffer)));
            await b.Write(Bytes("back"));
            Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            a.Close();
            b.Close();
        });

    [Fact]
    public void Pipe_ReaderClosed_IsEPIPE() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            reader.Close();
            var error = await Rejection(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await writer.Write(Bytes("x"));
                    await Promise.Pause();
                }
            });
            Assert.Equal("EPIPE", Assert.IsType<PromiseIOException>(error).ErrorName);
            Assert.Throws<PromiseIOException>(() => writer.Shutdown(SocketShutdown.Both));
            writer.Close();
        });

    [Fact]
    public void Pipe_ReaderIsSlow_TheWriterWaits() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var chunk = new byte[64 * 1024];
            var sent = 0L;
            Promise<int> waiting;
            while (!(waiting = writer.Write(chunk)).IsPending)
                sent += await waiting;
            var received = 0L;
            var closed = waiting.Map(count =>
            {
                writer.Close();
                return count;
            });
            var buffer = new byte[16 * 1024];
            while (await reader.Read(buffer) is var count && count > 0)
                received += count;
            Assert.Equal(sent + await closed, received);
            reader.Close();
        });

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
    public void Write_PeerClosedThenReset_IsABrokenPipe() =>
        Run(
            async (a, b) =>
            {
                b.Close();
                Assert.Equal(0, await a.Read(new byte[1]));
                await a.Write(Bytes("x"));
                var error = await Rejection(async () =>
                {
                    for (var i = 0; i < 1000; i++)
                    {
                        await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                        await a.Write(Bytes("x"));
                    }
                });
                Assert.Equal("EPIPE", ((ISystemError)error).ErrorName);
                Assert.Equal(0, await a.Read(new byte[1]));
            }
        );

    [Fact]
    public void Write_AfterOwnShutdown_IsABrokenPipe() =>
        Run(
            async (a, b) =>
            {
                a.Shutdown(SocketShutdown.Send);
                Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => a.Write(new byte[1]))).ErrorName);
                Assert.False(a.Writable().IsPending);
            }
        );

    [Fact]
    public void Shutdown_OfReading_EndsAReadThatWaits() =>
        Run(
            async (a, b) =>
            {
                var read = b.Read(new byte[1]);
                b.Shutdown(SocketShutdown.Receive);
                Assert.Equal(0, await read);
            }
        );

    [Fact]
    public void Shutdown_NotConnected_SaysSo() =>
        RunLoop(async () =>
        {
            using var socket = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            var error = Assert.Throws<PromiseSocketException>(() => socket.Shutdown(SocketShutdown.Send));
            Assert.Equal("ENOTCONN", error.ErrorName);
            Assert.Equal("ENOTCONN", ((ISystemError)await Rejection(() => socket.Read(new byte[1]))).ErrorName);
        });

    [Fact]
    public void Names_OfAConnection_AreTheOtherEndsNames() =>
        Run(
            async (a, b) =>
            {
                Assert.Equal(a.LocalEndPoint, b.RemoteEndPoint);
                Assert.Equal(b.LocalEndPoint, a.RemoteEndPoint);
                Assert.Contains(a.LocalEndPoint.ToString()!, b.Description, StringComparison.Ordinal);
                await Promise.Return();
            }
        );

    [Fact]
    public void Receive_Peek_LeavesTheBytes() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("again"));
                var buffer = new byte[8];
                Assert.Equal(5, await b.Receive(buffer, SocketFlags.Peek));
                Assert.Equal("again", Text(buffer, await b.Read(buffer)));
            }
        );

    [Fact]
    public void SocketPair_Streams_GoBothWays_AndEnd() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
            var buffer = new byte[8];
            await a.Write(Bytes("to b"));
            await b.Write(Bytes("to a"));
            Assert.Equal("to b", Text(buffer, await b.Read(buffer)));
            Assert.Equal("to a", Text(buffer, await a.Read(buffer)));
            b.Close();
            Assert.Equal(0, await a.Read(buffer));
            // Where the pair is of TCP, the first write after the end is taken.
            var error = await Rejection(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await a.Write(buffer);
                    await Promise.Pause();
                }
            });
            Assert.True(((ISystemError)error).ErrorName is "EPIPE" or "ECONNRESET", error.Message);
            a.Close();
        });

    [Fact]
    public void Pipe_ReaderClosed_WriteIsABrokenPipe() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            Promise<int> waiting;
            while (!(waiting = writer.Write(new byte[16 * 1024])).IsPending)
                await waiting;
            reader.Close();
            Assert.Equal("EPIPE", Assert.IsType<PromiseIOException>(await Rejection(() => waiting)).ErrorName);
            Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => writer.Write(new byte[1]))).ErrorName);
            writer.Close();
        });

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
    public void Send_ConnectedDatagrams_HearTheirPeerAlone() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            using var stranger = Datagram();
            await client.Connect(server.LocalEndPoint);
            await stranger.SendTo(Bytes("no"), client.LocalEndPoint);
            await server.SendTo(Bytes("yes"), client.LocalEndPoint);
            var buffer = new byte[8];
            Assert.Equal("yes", Text(buffer, await client.Read(buffer)));
            Assert.Equal(2, await client.Write(Bytes("hi")));
            Assert.Equal(client.LocalEndPoint, (await server.ReceiveFrom(buffer)).RemoteEndPoint);
        });

    [Fact]
    public void ReceiveFrom_BufferTooSmall_LosesTheRestOfThatDatagramAlone() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            await client.SendTo(Bytes("long one"), server.LocalEndPoint);
            await client.SendTo(Bytes("next"), server.LocalEndPoint);
            var buffer = new byte[4];
            Assert.Equal("long", Text(buffer, (await server.ReceiveFrom(buffer)).ReceivedBytes));
            Assert.Equal("next", Text(buffer, (await server.ReceiveFrom(buffer)).ReceivedBytes));
        });

    /// <summary>How many descriptors, or whatever takes their place, are open.</summary>
    private protected virtual int CountOpen() =>
        OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private protected void RunLoop(Func<Promise> body)
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        loop.RunHere(() => Promise.Pick(Limit(), body().AsUnit()));

        static async Promise<Unit> Limit()
        {
            await Promise.Sleep(TimeSpan.FromSeconds(60));
            throw new TimeoutException("The test has not ended within a minute.");
        }
    }

    private protected void Run(Func<Port, Port, Promise> body) =>
        RunLoop(async () =>
        {
            var (a, b) = await Pair();
            await body(a, b);
            a.Close();
            b.Close();
        });

    private protected static async Promise<(Port A, Port B)> Pair()
    {
        using var listener = Listener(out var address);
        var client = Client(address);
        var accepted = listener.Accept();
        await client.Connect(address);
        return (client, await accepted);
    }

    private protected static Port Listener(out EndPoint address)
    {
        var listener = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        address = listener.LocalEndPoint;
        return listener;
    }

    private protected static Port Client(EndPoint address) =>
        EventLoop.Current.Ports.Socket(address.AddressFamily, SocketType.Stream, default);

    private protected static Port Datagram()
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return port;
    }

    private protected static async Promise<Exception> Rejection(Func<Promise> body)
    {
        try
        {
            await body();
        }
        catch (Exception e)
        {
            return e;
        }
        throw new InvalidOperationException("Nothing was rejected.");
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string Text(byte[] buffer, int count) => Encoding.UTF8.GetString(buffer, 0, count);
}
