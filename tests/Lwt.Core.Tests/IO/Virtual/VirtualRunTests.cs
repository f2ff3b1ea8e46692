using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lwt.Core.Tests;

/// <summary>Whole programs on the simulated network: what they log depends on the seed alone, and streams lose nothing.</summary>
public class VirtualRunTests
{
    private static readonly IPAddress s_server = IPAddress.Parse("10.0.0.1");

    [Fact]
    public void Chat_TheSameSeed_HasTheSameTrace_AnotherSeedAnother()
    {
        var first = Chat(seed: 1);
        Assert.Equal(first, Chat(seed: 1));
        Assert.NotEqual(first, Chat(seed: 2));
        Assert.Equal(21 * 20 * 5, first.Count(line => line.Contains(" heard ", StringComparison.Ordinal)));
        Assert.Contains(first, line => line.Contains("segments lost", StringComparison.Ordinal));
    }

    /// <summary>
    /// Twenty clients, each on a host of its own, say five lines; the server passes every line to all of them. One host is cut
    /// off for a while.
    /// </summary>
    private static List<string> Chat(int seed)
    {
        const int clients = 20;
        const int lines = 5;
        var trace = new List<string>();
        var engine = new VirtualEngine();
        var network = engine.Network;
        network.Seed = seed;
        network.Latency = TimeSpan.FromMilliseconds(20);
        network.Jitter = TimeSpan.FromMilliseconds(15);
        network.Loss = 0.05;
        network.Bandwidth = 100_000;
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(s_server, 7000));
            var members = new List<PromiseSocket>();
            var serving = Enumerable.Range(0, clients).Select(_ => Serve()).ToArray();
            var cut = Cut();
            await Promise.Join([.. Enumerable.Range(0, clients).Select(Client), cut]);
            await Promise.Join(serving);

            async Promise Cut()
            {
                await Promise.Sleep(TimeSpan.FromMilliseconds(300));
                network.Partition(Host(3));
                await Promise.Sleep(TimeSpan.FromSeconds(2));
                network.Heal(Host(3));
            }

            async Promise Serve()
            {
                var socket = await listener.Accept();
                members.Add(socket);
                Log("the server", "takes", $"{((IPEndPoint)socket.RemoteEndPoint).Address}");
                await ForEachLine(
                    socket,
                    async line =>
                    {
                        Log("the server", "heard", line);
                        await Promise.Join([
                            .. members.Select(member => member.SendAll(Encoding.ASCII.GetBytes(line + "\n"))),
                        ]);
                    }
                );
                // Its own client has said all; those that say more still reach it.
            }

            async Promise Client(int number)
            {
                var socket = new PromiseSocket(AddressFamily.InterNetwork, SocketType.Stream);
                socket.Port.Bind(new IPEndPoint(Host(number), 0));
                await socket.Port.Connect(new IPEndPoint(s_server, 7000));
                // So that all are there before the first says a word.
                await Promise.Sleep(TimeSpan.FromSeconds(30) - engine.Elapsed);
                var heard = 0;
                var hearing = ForEachLine(
                    socket,
                    line =>
                    {
                        Log($"client {number}", "heard", line);
                        if (++heard == clients * lines)
                            socket.Shutdown(SocketShutdown.Send);
                        return heard == clients * lines ? Promise.Fail(new EndOfStreamException()) : Promise.Return();
                    }
                );
                for (var i = 0; i < lines; i++)
                {
                    await socket.SendAll(Encoding.ASCII.GetBytes($"{number}.{i}\n"));
                    await Promise.Sleep(TimeSpan.FromMilliseconds(100));
                }
                await hearing;
            }

            void Log(string who, string does, string what) => trace.Add($"{engine.Elapsed.Ticks} {who} {does} {what}");
        });
        trace.Add($"{engine.Elapsed} {network.Statistics}");
        return trace;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stream_OverAnyNetwork_CarriesExactlyItsBytes_InOrder(bool pipe)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var draw = new Random(seed);
            var engine = new VirtualEngine();
            var network = engine.Network;
            network.Seed = seed;
            network.Latency = TimeSpan.FromMilliseconds(draw.Next(50));
            network.Jitter = TimeSpan.FromMilliseconds(draw.Next(100) * draw.Next(2));
            network.Loss = draw.NextDouble() * 0.3 * draw.Next(2);
            network.Bandwidth = draw.Next(2) == 0 ? null : draw.Next(1000, 1_000_000);
            network.SendBufferSize = draw.Next(1, 20_000);
            network.ReceiveBufferSize = draw.Next(1, 20_000);
            using var loop = new EventLoop(new() { Engine = engine });
            var sent = new byte[draw.Next(30_000)];
            draw.NextBytes(sent);
            var received = new List<byte>();
            loop.RunHere(async () =>
            {
                var (reader, writer) = pipe ? EventLoop.Current.Ports.Pipe() : await Connection();
                await Promise.Join(Write(writer), Read(reader), Disturb());
                reader.Close();
            });
            Assert.True(sent.AsSpan().SequenceEqual(received.ToArray()), $"seed {seed}");
            Assert.Equal(0, network.OpenPorts);
            Assert.Equal((sent.Length, sent.Length), (network.Statistics.BytesSent, network.Statistics.BytesReceived));

            async Promise Write(Port port)
            {
                for (var at = 0; at < sent.Length; )
                {
                    at += await port.Write(sent.AsMemory(at, Math.Min(draw.Next(1, 5000), sent.Length - at)));
                    if (draw.Next(3) == 0)
                        await Promise.Sleep(TimeSpan.FromMilliseconds(draw.Next(100)));
                }
                port.Close();
            }

            async Promise Read(Port port)
            {
                var buffer = new byte[5000];
                while (true)
                {
                    var reading = port.Read(buffer.AsMemory(0, draw.Next(1, buffer.Length)));
                    // One that is cancelled takes nothing.
                    if (draw.Next(5) == 0 && reading.IsPending)
                    {
                        reading.Cancel();
                        continue;
                    }
                    var count = await reading;
                    if (count == 0)
                        return;
                    received.AddRange(buffer[..count]);
                    if (draw.Next(3) == 0)
                        await Promise.Sleep(TimeSpan.FromMilliseconds(draw.Next(100)));
                }
            }

            async Promise Disturb()
            {
                for (var i = draw.Next(4); i > 0; i--)
                {
                    network.Partition(s_server);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(draw.Next(300)));
                    network.Heal(s_server);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(draw.Next(300)));
                }
            }
        }
    }

    [Fact]
    public void Datagrams_OverAnyNetwork_ArriveWholeAtMostOnce_AndAreCounted()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var draw = new Random(seed);
            var engine = new VirtualEngine();
            var network = engine.Network;
            network.Seed = seed;
            network.Jitter = TimeSpan.FromMilliseconds(draw.Next(100));
            network.Loss = draw.NextDouble();
            network.Bandwidth = draw.Next(2) == 0 ? null : draw.Next(1000, 1_000_000);
            network.ReceiveBufferSize = draw.Next(1, 3000);
            using var loop = new EventLoop(new() { Engine = engine });
            var count = draw.Next(100);
            var received = new HashSet<int>();
            loop.RunHere(async () =>
            {
                using var to = PromiseDatagram(s_server);
                using var from = PromiseDatagram(IPAddress.Loopback);
                var receiving = Receive(to);
                for (var i = 0; i < count; i++)
                {
                    var data = new byte[4 + (i * 7 % 100)];
                    Array.Fill(data, (byte)i);
                    BitConverter.TryWriteBytes(data, i);
                    await from.SendTo(data, to.LocalEndPoint);
                    await Promise.Sleep(TimeSpan.FromMilliseconds(draw.Next(10)));
                }
                await Promise.Sleep(TimeSpan.FromMinutes(10));
                receiving.Cancel();
            });
            Assert.Equal(
                (count, count - received.Count),
                (network.Statistics.DatagramsSent, network.Statistics.DatagramsLost)
            );

            async Promise Receive(Port port)
            {
                var buffer = new byte[200];
                while (true)
                {
                    var result = await port.ReceiveFrom(buffer);
                    var number = BitConverter.ToInt32(buffer);
                    Assert.Equal(4 + (number * 7 % 100), result.ReceivedBytes);
                    Assert.True(received.Add(number));
                    Assert.All(buffer[4..result.ReceivedBytes], value => Assert.Equal((byte)number, value));
                }
            }
        }
    }

    private static async Promise<(Port Reader, Port Writer)> Connection()
    {
        using var listener = PromiseSocket.Listen(new IPEndPoint(s_server, 0));
        var client = await PromiseSocket.Connect(listener.LocalEndPoint);
        return ((await listener.Accept()).Port, client.Port);
    }

    private static Port PromiseDatagram(IPAddress host)
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
        port.Bind(new IPEndPoint(host, 0));
        return port;
    }

    private static IPAddress Host(int number) => new([10, 0, 1, (byte)number]);

    /// <summary>Reads up to the end of what the peer sends, or to an EndOfStreamException from the function.</summary>
    private static async Promise ForEachLine(PromiseSocket socket, Func<string, Promise> use)
    {
        var text = "";
        var buffer = new byte[256];
        try
        {
            while (await socket.Receive(buffer) is var count && count > 0)
            {
                text += Encoding.ASCII.GetString(buffer, 0, count);
                while (text.IndexOf('\n', StringComparison.Ordinal) is var end && end >= 0)
                {
                    var line = text[..end];
                    text = text[(end + 1)..];
                    await use(line);
                }
            }
        }
        catch (EndOfStreamException) { }
    }
}
