using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lwt.Core.Tests;

/// <summary>What the settings of the simulated network do, in virtual time to the tick.</summary>
public class VirtualNetworkTests
{
    private static readonly IPAddress s_here = IPAddress.Loopback;
    private static readonly IPAddress s_there = IPAddress.Parse("10.0.0.1");

    private readonly VirtualEngine _engine = new();

    private VirtualNetwork Network => _engine.Network;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(123_456)]
    [InlineData(10_000_000)]
    public void Latency_OfAWrite_IsExact(long ticks) =>
        Run(
            async (a, b) =>
            {
                Network.Latency = TimeSpan.FromTicks(ticks);
                var begun = _engine.Elapsed;
                await a.Write(new byte[10]);
                Assert.Equal(begun, _engine.Elapsed);
                Assert.Equal(10, await b.Read(new byte[100]));
                Assert.Equal(ticks, (_engine.Elapsed - begun).Ticks);
            }
        );

    [Fact]
    public void Latency_OfAConnection_IsOneWayEach() =>
        RunLoop(async () =>
        {
            Network.Latency = TimeSpan.FromMilliseconds(10);
            using var listener = Listen(s_there, out var address);
            var accepted = listener.Accept();
            using var client = Socket();
            await client.Connect(address);
            Assert.Equal(TimeSpan.FromMilliseconds(20), _engine.Elapsed);
            using var server = await accepted;
            Assert.Equal(TimeSpan.FromMilliseconds(30), _engine.Elapsed);
        });

    [Fact]
    public void Delivery_AmongSleepsOfTheSameDeadline_ComesInTheOrderOfMaking() =>
        Run(
            async (a, b) =>
            {
                Network.Latency = TimeSpan.FromMilliseconds(5);
                var order = new List<string>();
                var before = Sleep("before");
                await a.Write(new byte[1]);
                var after = Sleep("after");
                var read = b.Read(new byte[1]);
                read.OnSuccess(_ => order.Add("read"));
                await Promise.Join(before, after, read.AsUnit());
                Assert.Equal(["before", "read", "after"], order);

                async Promise Sleep(string name)
                {
                    await Promise.Sleep(TimeSpan.FromMilliseconds(5));
                    order.Add(name);
                }
            }
        );

    [Theory]
    [InlineData(1000, 100, 1_000_000)]
    [InlineData(3, 1, 3_333_334)]
    [InlineData(3, 100, 333_333_334)]
    [InlineData(1_000_000, 100_000, 1_000_000)]
    public void Bandwidth_OfAStream_IsExactFromTheFirstByteToTheLast(long rate, int count, long ticks) =>
        Run(
            async (a, b) =>
            {
                Network.Bandwidth = rate;
                Network.Latency = TimeSpan.FromTicks(7);
                var begun = _engine.Elapsed;
                var buffer = new byte[count];
                for (var sent = 0; sent < count; )
                    sent += await a.Write(buffer.AsMemory(sent));
                for (var read = 0; read < count; )
                    read += await b.Read(buffer);
                Assert.Equal(ticks + 7, (_engine.Elapsed - begun).Ticks);
            }
        );

    [Fact]
    public void Bandwidth_ChangedWhileItIsInUse_HoldsForWhatFollows() =>
        Run(
            async (a, b) =>
            {
                var begun = _engine.Elapsed;
                Network.Bandwidth = 1000;
                await a.Write(new byte[1000]);
                Network.Bandwidth = 500;
                await a.Write(new byte[500]);
                Assert.Equal(1000, await b.Read(new byte[2000]));
                Assert.Equal(TimeSpan.FromSeconds(1), _engine.Elapsed - begun);
                Assert.Equal(500, await b.Read(new byte[2000]));
                Assert.Equal(TimeSpan.FromSeconds(2), _engine.Elapsed - begun);
            }
        );

    [Fact]
    public void Bandwidth_IsSharedByTheSocketsOfAHost() =>
        RunLoop(async () =>
        {
            Network.Bandwidth = 1000;
            var (a, b) = await Pair();
            var (c, d) = await Pair();
            await a.Write(new byte[500]);
            await c.Write(new byte[500]);
            await Promise.Join(b.Read(new byte[1000]).AsUnit(), d.Read(new byte[1000]).AsUnit());
            Assert.Equal(TimeSpan.FromSeconds(1), _engine.Elapsed);
            Array.ForEach([a, b, c, d], port => port.Close());
        });

    [Fact]
    public void Bandwidth_OfDatagrams_HoldsTheSenderBackOnceItsBufferIsFull() =>
        RunLoop(async () =>
        {
            Network.Bandwidth = 1000;
            Network.SendBufferSize = 1000;
            using var to = Datagram(s_there);
            using var from = Datagram(s_here);
            for (var i = 0; i < 10; i++)
                Assert.False(from.SendTo(new byte[100], to.LocalEndPoint).IsPending);
            var waits = from.SendTo(new byte[100], to.LocalEndPoint);
            Assert.True(waits.IsPending);
            await waits;
            Assert.Equal(TimeSpan.FromMilliseconds(100), _engine.Elapsed);
        });

    [Fact]
    public void Link_OfTwoHosts_HasSettingsOfItsOwn() =>
        RunLoop(async () =>
        {
            Network.Latency = TimeSpan.FromSeconds(1);
            Network.Loss = 1;
            Network.Link(s_there, s_here).Latency = TimeSpan.FromMilliseconds(3);
            Network.Link(s_here, s_there).Loss = 0;
            using var to = Datagram(s_there);
            using var from = Datagram(s_here);
            using var elsewhere = Datagram(IPAddress.Parse("10.0.0.2"));
            await from.SendTo(new byte[1], to.LocalEndPoint);
            await from.SendTo(new byte[1], elsewhere.LocalEndPoint);
            await to.ReceiveFrom(new byte[1]);
            Assert.Equal(TimeSpan.FromMilliseconds(3), _engine.Elapsed);
            Assert.Equal((2, 1), (Network.Statistics.DatagramsSent, Network.Statistics.DatagramsLost));
        });

    [Fact]
    public void Loss_OfDatagrams_LosesAboutThatPart_AndCountsThem() =>
        RunLoop(async () =>
        {
            Network.Loss = 0.3;
            using var to = Datagram(s_there);
            using var from = Datagram(s_here);
            var received = 0;
            var receiving = Receive();
            for (var i = 0; i < 1000; i++)
            {
                await from.SendTo(new byte[1], to.LocalEndPoint);
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            }
            receiving.Cancel();
            Assert.InRange(received, 650, 750);
            Assert.Equal(1000 - received, Network.Statistics.DatagramsLost);

            async Promise Receive()
            {
                while (true)
                {
                    await to.ReceiveFrom(new byte[1]);
                    received++;
                }
            }
        });

    [Fact]
    public void Loss_OfAStream_DelaysIt_ByTheRetransmission_AndLosesNothing() =>
        Run(
            async (a, b) =>
            {
                Network.Loss = 0.5;
                var losses = 0L;
                for (var i = 0; i < 100; i++)
                {
                    var (begun, before) = (_engine.Elapsed, Network.Statistics.SegmentsLost);
                    await a.Write(new byte[] { (byte)i });
                    var buffer = new byte[2];
                    Assert.Equal(1, await b.Read(buffer));
                    Assert.Equal(i, buffer[0]);
                    var lost = (int)(Network.Statistics.SegmentsLost - before);
                    // 200 ms, then 400, and so on.
                    Assert.Equal(TimeSpan.FromMilliseconds(200 * ((1 << lost) - 1)), _engine.Elapsed - begun);
                    losses += lost;
                }
                Assert.InRange(losses, 60, 150);
            }
        );

    [Fact]
    public void Loss_OfEverything_FailsAConnectionAndARequest() =>
        Run(
            async (a, b) =>
            {
                using var listener = Listen(s_there, out var address);
                Network.Loss = 1;
                using var client = Socket();
                Assert.Equal("ETIMEDOUT", (await Failure(() => client.Connect(address))).ErrorName);
                await a.Write(new byte[1]);
                Assert.Equal("ETIMEDOUT", (await Failure(() => a.Read(new byte[1]))).ErrorName);
                Assert.Equal("EPIPE", (await Failure(() => a.Write(new byte[1]))).ErrorName);
            }
        );

    [Fact]
    public void Partition_StallsAConnection_AndHealingDeliversInOrder() =>
        Run(
            async (a, b) =>
            {
                Network.Latency = TimeSpan.FromSeconds(2);
                await a.Write("under way,"u8.ToArray());
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                Network.Partition(s_there, s_here);
                await a.Write("held,"u8.ToArray());
                await Promise.Sleep(TimeSpan.FromSeconds(100));
                Network.Heal(s_here, s_there);
                await a.Write("after"u8.ToArray());
                var healed = _engine.Elapsed;
                var text = "";
                var buffer = new byte[100];
                while (!text.EndsWith("after", StringComparison.Ordinal))
                    text += Encoding.ASCII.GetString(buffer, 0, await b.Read(buffer));
                Assert.Equal("under way,held,after", text);
                Assert.Equal(TimeSpan.FromSeconds(2), _engine.Elapsed - healed);
            }
        );

    [Fact]
    public void Partition_HealedBeforeWhatFollowsArrives_KeepsTheOrder() =>
        Run(
            async (a, b) =>
            {
                Network.Latency = TimeSpan.FromSeconds(2);
                var begun = _engine.Elapsed;
                await a.Write("1"u8.ToArray());
                await Promise.Sleep(TimeSpan.FromSeconds(1.5));
                await a.Write("2"u8.ToArray());
                Network.Partition(s_here);
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                // The first has met the partition and is sent again at 2.5 s. The second comes at 3.5 s, and waits for it.
                Network.Heal(s_here);
                var buffer = new byte[10];
                await b.Readable();
                Assert.Equal(2, await b.Read(buffer));
                Assert.Equal("12", Encoding.ASCII.GetString(buffer, 0, 2));
                Assert.Equal(TimeSpan.FromSeconds(4.5), _engine.Elapsed - begun);
            }
        );

    [Fact]
    public void Partition_OfAHost_CutsItFromOthersAlone_AndLosesDatagrams() =>
        RunLoop(async () =>
        {
            using var here = Datagram(s_here);
            using var here2 = Datagram(s_here);
            using var there = Datagram(s_there);
            Network.Partition(s_there);
            await here.SendTo("lost"u8.ToArray(), there.LocalEndPoint);
            await there.SendTo("lost"u8.ToArray(), here.LocalEndPoint);
            await here2.SendTo("near"u8.ToArray(), here.LocalEndPoint);
            var buffer = new byte[10];
            Assert.Equal(here2.LocalEndPoint, (await here.ReceiveFrom(buffer)).RemoteEndPoint);
            Network.Heal();
            await here.SendTo("a"u8.ToArray(), there.LocalEndPoint);
            Assert.Equal(1, (await there.ReceiveFrom(buffer)).ReceivedBytes);
            Assert.Equal(2, Network.Statistics.DatagramsLost);
        });

    [Fact]
    public void Partition_ThatNobodyHeals_IsReportedAsADeadlock()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Run(
                async (a, b) =>
                {
                    Network.Partition(s_there);
                    await a.Write(new byte[1]);
                    await b.Read(new byte[1]);
                }
            )
        );
        Assert.Contains("read on the connection", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_BacklogFull_WaitsForRoomAndIsAskedAgain() =>
        RunLoop(async () =>
        {
            using var listener = Listen(s_there, out var address, backlog: 0);
            using var first = Socket();
            using var second = Socket();
            await first.Connect(address);
            var waits = second.Connect(address);
            await Promise.Sleep(TimeSpan.FromMilliseconds(500));
            Assert.True(waits.IsPending);
            (await listener.Accept()).Close();
            await waits;
            Assert.Equal(TimeSpan.FromSeconds(1), _engine.Elapsed);
            using var third = Socket();
            await listener.Readable();
            Assert.Equal("ETIMEDOUT", (await Failure(() => third.Connect(address))).ErrorName);
        });

    [Fact]
    public void Bind_PortZero_CountsFrom49152_AndAnAddressOfAllHostsTakesTheNumberOnEach() =>
        RunLoop(async () =>
        {
            using var first = Listen(s_here, out var address);
            using var second = Listen(s_here, out var next);
            Assert.Equal((49152, 49153), (((IPEndPoint)address).Port, ((IPEndPoint)next).Port));
            using var all = Socket();
            var error = Assert.Throws<PromiseSocketException>(() => all.Bind(new IPEndPoint(IPAddress.Any, 49152)));
            Assert.Equal("EADDRINUSE", error.ErrorName);
            all.Bind(new IPEndPoint(IPAddress.Any, 80));
            all.Listen(5);
            using var client = Socket();
            await client.Connect(new IPEndPoint(s_there, 80));
            using var server = await all.Accept();
            Assert.Equal(new IPEndPoint(s_there, 80), server.LocalEndPoint);
            Assert.Equal(new IPEndPoint(s_here, 49154), server.RemoteEndPoint);
        });

    [Fact]
    public void PromiseSocket_OnAUnixPathAndOnIPv6_Connects() =>
        RunLoop(async () =>
        {
            Network.Latency = TimeSpan.FromSeconds(1);
            foreach (
                var address in new EndPoint[]
                {
                    new UnixDomainSocketEndPoint("/run/virtual"),
                    new IPEndPoint(IPAddress.IPv6Loopback, 0),
                }
            )
            {
                var begun = _engine.Elapsed;
                using var listener = PromiseSocket.Listen(address);
                using var client = await PromiseSocket.Connect(listener.LocalEndPoint);
                using var server = await listener.Accept();
                await client.SendAll(new byte[3]);
                Assert.Equal(3, await server.Receive(new byte[10]));
                Assert.Equal(address is IPEndPoint ? 4 : 0, (_engine.Elapsed - begun).TotalSeconds);
                Assert.Equal(address is IPEndPoint, client.NoDelay);
            }
            Assert.Equal(0, Network.OpenPorts);
        });

    [Fact]
    public void SocketPair_Datagrams_KeepBoundaries_AndTheSenderWaitsForRoom() =>
        RunLoop(async () =>
        {
            Network.ReceiveBufferSize = 10;
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Dgram);
            await a.Write(new byte[6]);
            await a.Write(new byte[7]);
            var waits = a.Write(new byte[8]);
            var writable = a.Writable();
            Assert.True(waits.IsPending && writable.IsPending);
            Assert.Equal(6, await b.Read(new byte[100]));
            Assert.Equal(7, await b.Read(new byte[100]));
            Assert.Equal(8, await waits);
            await writable;
            Assert.Equal(8, await b.Read(new byte[100]));
            Assert.Equal(0, Network.Statistics.DatagramsLost);
            b.Close();
            Assert.Equal("ECONNREFUSED", (await Failure(() => a.Write(new byte[1]))).ErrorName);
            a.Close();
        });

    [Fact]
    public void Write_BuffersFull_WaitsUntilTheReaderHasMadeRoom() =>
        RunLoop(async () =>
        {
            (Network.SendBufferSize, Network.ReceiveBufferSize) = (30, 70);
            Network.Latency = TimeSpan.FromSeconds(1);
            var (a, b) = await Pair();
            Assert.Equal(100, await a.Write(new byte[1000]));
            var waits = a.Write(new byte[1000]);
            Assert.True(waits.IsPending);
            var begun = _engine.Elapsed;
            Assert.Equal(40, await b.Read(new byte[40]));
            Assert.Equal(40, await waits);
            // The bytes there, and the acknowledgement back.
            Assert.Equal(TimeSpan.FromSeconds(2), _engine.Elapsed - begun);
            a.Close();
            b.Close();
        });

    [Fact]
    public void Options_AreKept_AndTheBuffersAreTheNetworks() =>
        RunLoop(async () =>
        {
            Network.ReceiveBufferSize = 1234;
            using var socket = Socket();
            Assert.Equal(1234, socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer));
            Assert.Equal(0, socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
            socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1);
            Assert.Equal(1, socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
            Assert.Throws<PromiseSocketException>(() =>
                socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Type, 1)
            );
            await Promise.Return();
        });

    [Fact]
    public void TwoEngines_DoNotSeeEachOther() =>
        RunLoop(async () =>
        {
            using var listener = Listen(s_here, out var address);
            var thread = new Thread(() =>
            {
                using var other = new EventLoop(new() { Engine = new VirtualEngine() });
                other.RunHere(async () =>
                {
                    using var client = Socket();
                    Assert.Equal("ECONNREFUSED", (await Failure(() => client.Connect(address))).ErrorName);
                });
            });
            thread.Start();
            thread.Join();
            await Promise.Return();
        });

    [Fact]
    public void Settings_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Latency = TimeSpan.FromTicks(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Jitter = TimeSpan.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Bandwidth = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Loss = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.Link(s_here, s_there).Loss = 1.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Network.SendBufferSize = 0);
    }

    [Fact]
    public void Socket_OfDotNet_CannotBeTakenOver() =>
        RunLoop(async () =>
        {
            using var real = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Throws<NotSupportedException>(() => EventLoop.Current.Ports.Of(real));
            await Promise.Return();
        });

    private void RunLoop(Func<Promise> body)
    {
        using var loop = new EventLoop(new() { Engine = _engine });
        loop.RunHere(body);
    }

    private void Run(Func<Port, Port, Promise> body) =>
        RunLoop(async () =>
        {
            var (a, b) = await Pair();
            await body(a, b);
            a.Close();
            b.Close();
        });

    /// <summary>A client on this host and a server on the other.</summary>
    private static async Promise<(Port Client, Port Server)> Pair()
    {
        using var listener = Listen(s_there, out var address);
        var client = Socket();
        await client.Connect(address);
        return (client, await listener.Accept());
    }

    private static Port Socket() =>
        EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);

    private static Port Listen(IPAddress host, out EndPoint address, int backlog = 16)
    {
        var listener = Socket();
        listener.Bind(new IPEndPoint(host, 0));
        listener.Listen(backlog);
        address = listener.LocalEndPoint;
        return listener;
    }

    private static Port Datagram(IPAddress host)
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
        port.Bind(new IPEndPoint(host, 0));
        return port;
    }

    private static async Promise<ISystemError> Failure(Func<Promise> body)
    {
        try
        {
            await body();
        }
        catch (Exception e) when (e is ISystemError)
        {
            return (ISystemError)e;
        }
        throw new InvalidOperationException("Nothing was rejected.");
    }
}
