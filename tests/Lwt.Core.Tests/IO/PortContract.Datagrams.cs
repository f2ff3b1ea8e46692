using System.Net.Sockets;

namespace Lwt.Core.Tests;

// Datagrams: each whole, and from whom.
public abstract partial class PortContract
{
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
}
