using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

/// <summary>Channels over real ports.</summary>
public class PortChannelTests
{
    /// <summary>Runs a test on each engine.</summary>
    internal static void Run(Func<Promise> test)
    {
        RunOnSystem(test);
        Run(test, new VirtualEngine());
    }

    /// <summary>Runs a test on each engine that stands on the system.</summary>
    internal static void RunOnSystem(Func<Promise> test)
    {
        if (OperatingSystem.IsLinux())
            Run(test, new EpollEngine());
        Run(test, new PortableEngine());
    }

    private static void Run(Func<Promise> test, IEngine engine)
    {
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(() => Promise.Pick(Limit(), test().AsUnit()));

        static async Promise<Unit> Limit()
        {
            await Promise.Sleep(TimeSpan.FromSeconds(60));
            throw new TimeoutException("The test has not ended within a minute.");
        }
    }

    [Fact]
    public void Lines_GoToAndFro() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var echo = Echo(b);
            for (var i = 0; i < 1000; i++)
            {
                await a.Output.WriteLine($"line {i}");
                Assert.Equal($"line {i}", await a.Input.ReadLine());
            }
            await a.Output.Close();
            await echo;

            static async Promise Echo(ChannelConnection it)
            {
                await foreach (var line in it.Input.ReadLines())
                    await it.Output.WriteLine(line);
                await it.Output.Close();
            }
        });

    [Fact]
    public void PeerDoesNotRead_WritesWaitAndMemoryIsBounded() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var chunk = new byte[1024 * 1024];
            new Random(1).NextBytes(chunk);
            var write = WriteAll();
            await Promise.Sleep(TimeSpan.FromMilliseconds(20));
            Expect.Pending(write);
            Assert.InRange(a.Output.Buffered, 0, a.Output.BufferSize);
            for (var i = 0; i < 8; i++)
                Assert.Equal(chunk, await b.Input.ReadBytesExactly(chunk.Length));
            await write;
            Assert.Equal("end", await b.Input.ReadLine());

            async Promise WriteAll()
            {
                for (var i = 0; i < 8; i++)
                    await a.Output.WriteFromExactly(chunk);
                await a.Output.WriteLine("end");
            }
        });

    [Fact]
    public void PeerIsGone_FlushTells() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            await b.Output.Close();
            await Assert.ThrowsAnyAsync<SocketException>(() => FlushUntilTold().AsTask());
            await a.Output.Close();
            Assert.True(a.Output.IsClosed);

            // Where the pair is one of TCP, the first flush may go out before the peer's reset comes.
            async Promise FlushUntilTold()
            {
                while (true)
                {
                    await a.Output.Write("x");
                    await a.Output.Flush();
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                }
            }
        });

    [Fact]
    public void InputOfAPairIsClosed_WhatWasWrittenGoesOutBefore() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            await a.Output.Write("last words");
            await a.Input.Close();
            Assert.Equal("last words", await b.Input.ReadToEnd());
            await Assert.ThrowsAnyAsync<ObjectDisposedException>(async () =>
            {
                await a.Output.Write("too late");
                await a.Output.Flush();
            });
        });

    [Fact]
    public void Abort_WhileAReadWaits_RejectsItAndClosesThePort() =>
        Run(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var input = InputChannel.Of(reader);
            var line = input.ReadLine();
            await input.Abort();
            Assert.IsType<ChannelClosedException>(line.Exception);
            Assert.True(reader.IsClosed);
            writer.Close();
        });

    [Fact]
    public void LeaveOpen_ClosesTheChannelAlone() =>
        Run(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var output = OutputChannel.Of(writer, new ChannelOptions { LeaveOpen = true });
            await output.Write("x");
            await output.Close();
            Assert.False(writer.IsClosed);
            writer.Close();
            Assert.Equal("x", await InputChannel.Of(reader).ReadToEnd());
        });

    [Fact]
    public void Open_ByNameAndByAddress_Connects() =>
        Run(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            var address = (IPEndPoint)listener.LocalEndPoint;
            var accepting = Accept();
            var first = await ChannelConnection.Open(address);
            await first.Output.WriteLine("1");
            await first.Output.Close();
            var second = await ChannelConnection.Open("127.0.0.1", address.Port);
            await second.Output.WriteLine("2");
            await second.Output.Close();
            Assert.Equal("12", await accepting);

            async Promise<string> Accept()
            {
                var text = "";
                for (var i = 0; i < 2; i++)
                {
                    var (input, output) = ChannelConnection.Of((await listener.Accept()).Port);
                    text += await input.ReadLine();
                    await input.Close();
                    await output.Close();
                }
                return text;
            }
        });

    [Fact]
    public void Open_NobodyListens_IsRejected() =>
        Run(async () =>
        {
            int port;
            using (var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0)))
                port = ((IPEndPoint)listener.LocalEndPoint).Port;
            await Assert.ThrowsAnyAsync<SocketException>(() => ChannelConnection.Open("127.0.0.1", port).AsTask());
        });

    private static (ChannelConnection A, ChannelConnection B) Pair()
    {
        var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
        return (ChannelConnection.Of(a), ChannelConnection.Of(b));
    }
}
