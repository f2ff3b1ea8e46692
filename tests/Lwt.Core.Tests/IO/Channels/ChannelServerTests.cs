using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

public class ChannelServerTests
{
    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    [Fact]
    public void Start_ServesClientsConcurrently_AndClosesAfterTheHandler() =>
        PortChannelTests.Run(async () =>
        {
            var peers = new List<EndPoint>();
            await using var server = ChannelServer.Start(
                s_any,
                async client =>
                {
                    peers.Add(client.RemoteEndPoint);
                    await client.Output.WriteLine("hello " + await client.Input.ReadLine());
                }
            );
            var clients = new List<ChannelConnection>();
            for (var i = 0; i < 20; i++)
                clients.Add(await ChannelConnection.Open(server.LocalEndPoint));
            for (var i = 19; i >= 0; i--)
            {
                await clients[i].Output.WriteLine($"{i}");
                Assert.Equal($"hello {i}\n", await clients[i].Input.ReadToEnd());
                await clients[i].Input.Close();
            }
            Assert.Equal(20, peers.Distinct().Count());
            await server.Shutdown();
            Assert.Equal(0, server.ClientCount);
        });

    [Fact]
    public void HandlerFails_TheServerGoesOn_AndTells() =>
        PortChannelTests.Run(async () =>
        {
            var told = new List<Exception>();
            var boom = new BoomException();
            var server = ChannelServer.Start(
                s_any,
                async client =>
                {
                    await client.Output.Write("written before");
                    throw boom;
                },
                new() { OnError = told.Add }
            );
            for (var i = 1; i <= 2; i++)
            {
                var (input, _) = await ChannelConnection.Open(server.LocalEndPoint);
                Assert.Equal("written before", await input.ReadToEnd());
                Assert.Equal(Enumerable.Repeat(boom, i), told);
                await input.Close();
            }
            await server.Shutdown();
        });

    [Fact]
    public void HandlerFails_NoOnError_GoesToTheAsyncExceptionHook()
    {
        var boom = new BoomException();
        var told = Fresh.WithHook(() =>
            Fresh.Async(async () =>
            {
                var listener = new FakeListener();
                var server = ChannelServer.Start(listener, _ => throw boom);
                listener.Connect();
                Assert.Equal(0, server.ClientCount);
                await server.Shutdown();
            })
        );
        Assert.Equal([boom], told);
    }

    [Fact]
    public void Connection_CutByThePeer_EndsTheHandlerAndNothingElse()
    {
        var told = Fresh.WithHook(() =>
            PortChannelTests.Run(async () =>
            {
                await using var server = ChannelServer.Start(s_any, Echo);
                var socket = await PromiseSocket.Connect(server.LocalEndPoint);
                var cut = ChannelConnection.Of(socket.Port);
                Assert.Equal("1", await Ask(cut, "1"));
                socket.Port.LingerState = new(true, 0);
                socket.Dispose();
                await Gone(server);
                await using var next = await ChannelConnection.Open(server.LocalEndPoint);
                Assert.Equal("2", await Ask(next, "2"));
            })
        );
        Assert.Empty(told);
    }

    [Fact]
    public void Connection_AbortedByTheProgram_EndsTheHandlerAndNothingElse()
    {
        var told = Fresh.WithHook(() =>
            PortChannelTests.Run(async () =>
            {
                ChannelConnection? served = null;
                await using var server = ChannelServer.Start(s_any, client => Echo(served = client));
                var connection = await ChannelConnection.Open(server.LocalEndPoint);
                Assert.Equal("1", await Ask(connection, "1"));
                await served!.Abort();
                await Gone(server);
                Assert.Null(await connection.Input.ReadLine());
                await connection.Close();
            })
        );
        Assert.Empty(told);
    }

    [Fact]
    public void Connection_AbortedWhileAWriteWaits_EndsTheHandlerAndNothingElse()
    {
        var told = Fresh.WithHook(() =>
            PortChannelTests.Run(async () =>
            {
                ChannelConnection? served = null;
                await using var server = ChannelServer.Start(s_any, client => Flood(served = client));
                var connection = await ChannelConnection.Open(server.LocalEndPoint);
                while (served is not { Output.IsBusy: true })
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                await served.Abort();
                await Gone(server);
                await connection.Abort();
            })
        );
        Assert.Empty(told);
    }

    private static async Promise Flood(ChannelConnection client)
    {
        while (true)
            await client.Output.Write(new string('x', 10_000));
    }

    private static async Promise Echo(ChannelConnection client)
    {
        while (await client.Input.ReadLine() is { } line)
            await client.Output.WriteLine(line);
    }

    private static async Promise<string?> Ask(ChannelConnection connection, string question)
    {
        await connection.Output.WriteLine(question);
        return await connection.Input.ReadLine();
    }

    private static async Promise Gone(ChannelServer server)
    {
        while (server.ClientCount > 0)
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Shutdown_LetsClientsEnd_AndRefusesNewOnes() =>
        PortChannelTests.Run(async () =>
        {
            var server = ChannelServer.Start(
                s_any,
                async client => await client.Output.Write(await client.Input.ReadLine() ?? "")
            );
            var address = server.LocalEndPoint;
            var (input, output) = await ChannelConnection.Open(address);
            while (server.ClientCount == 0)
                await Promise.Pause();
            var shutdown = server.Shutdown();
            await Promise.Pause();
            Expect.Pending(shutdown);
            Assert.False(server.IsListening);
            await Assert.ThrowsAnyAsync<SocketException>(() => ChannelConnection.Open(address).AsTask());
            await output.WriteLine("last");
            Assert.Equal("last", await input.ReadToEnd());
            await shutdown;
            await input.Close();
        });

    [Fact]
    public void Shutdown_DeadlinePasses_CancelsThem() =>
        Fresh.Async(async () =>
        {
            var told = new List<Exception>();
            var listener = new FakeListener();
            var canceled = false;
            var server = ChannelServer.Start(
                listener,
                async _ =>
                {
                    try
                    {
                        await Promise.Sleep(TimeSpan.FromDays(1));
                    }
                    catch (OperationCanceledException)
                    {
                        canceled = true;
                        throw;
                    }
                },
                new() { OnError = told.Add }
            );
            var client = listener.Connect();
            var start = EventLoop.Current.Clock.GetTimestamp();
            await server.Shutdown(TimeSpan.FromSeconds(5));
            Assert.Equal(TimeSpan.FromSeconds(5), EventLoop.Current.Clock.GetElapsedTime(start));
            Assert.True(canceled);
            Assert.True(client.IsClosed);
            Assert.Empty(told);
        });

    [Fact]
    public void MaxClients_FurtherOnesWait() =>
        Fresh.Async(async () =>
        {
            var listener = new FakeListener();
            var gates = new Queue<Resolver<Unit>>();
            var server = ChannelServer.Start(
                listener,
                _ =>
                {
                    var (promise, resolver) = Promise.Create<Unit>();
                    gates.Enqueue(resolver);
                    return promise;
                },
                new() { MaxClients = 2 }
            );
            for (var i = 0; i < 5; i++)
                listener.Connect();
            await Promise.Pause();
            Assert.Equal(2, server.ClientCount);
            for (var left = 5; left > 0; left--)
            {
                Assert.Equal(Math.Min(2, left), server.ClientCount);
                gates.Dequeue().Fulfill(default);
                await Promise.Pause();
            }
            await server.Shutdown();
        });

    [Fact]
    public void Accept_NoMoreDescriptors_BacksOffTellsOnceAndRecovers() =>
        Fresh.Async(async () =>
        {
            var told = new List<Exception>();
            var served = 0;
            var listener = new FakeListener { Failure = new BoomException("EMFILE") };
            var server = ChannelServer.Start(
                listener,
                _ =>
                {
                    served++;
                    return Promise.Return();
                },
                new() { OnError = told.Add }
            );
            // At 0, 100, 300, 700, 1500, 2500, 3500 … ms.
            await Promise.Sleep(TimeSpan.FromMilliseconds(3600));
            Assert.Equal(7, listener.Accepts);
            Assert.Single(told);
            listener.Failure = null;
            listener.Connect();
            await Promise.Sleep(TimeSpan.FromSeconds(1));
            Assert.Equal(1, served);
            listener.Failure = new BoomException("ENFILE");
            listener.Connect();
            await Promise.Sleep(TimeSpan.FromMilliseconds(50));
            Assert.Equal(2, told.Count);
            // While it waits it can be shut down.
            await server.Shutdown();
        });

    [Fact]
    public void Start_AtAPath_RemovesItAtTheEnd() =>
        PortChannelTests.RunOnSystem(async () =>
        {
            var path = Path.Combine(Path.GetTempPath(), $"lwt-{Guid.NewGuid():N}");
            var server = ChannelServer.Start(
                new UnixDomainSocketEndPoint(path),
                async client => await client.Output.Write("by path")
            );
            Assert.True(File.Exists(path));
            var (input, _) = await ChannelConnection.Open(new UnixDomainSocketEndPoint(path));
            Assert.Equal("by path", await input.ReadToEnd());
            await input.Close();
            await server.Shutdown();
            Assert.False(File.Exists(path));
        });
}
