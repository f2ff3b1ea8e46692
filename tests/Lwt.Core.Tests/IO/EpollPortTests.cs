using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lwt.Core.Tests;

public class EpollPortTests : SystemPortContract
{
    private protected override IEngine MakeEngine() => new EpollEngine();

    [Fact]
    public void ReceiveFrom_SenderWithoutAName_HasTheEmptyAddress() =>
        OnEpoll(async () =>
        {
            using var folder = new Folder();
            using var server = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Dgram, default);
            using var client = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Dgram, default);
            server.Bind(folder.Address);
            await client.SendTo(Encoding.UTF8.GetBytes("x"), folder.Address);
            var received = await server.ReceiveFrom(new byte[4]);
            Assert.Equal(1, received.ReceivedBytes);
            Assert.Equal("", received.RemoteEndPoint.ToString());
        });

    [Fact]
    public void Bind_LocalSocket_NamesTheSystemsError_AndLeavesItsFile() =>
        OnEpoll(async () =>
        {
            using var folder = new Folder();
            using (var socket = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Stream, default))
            {
                var nowhere = new UnixDomainSocketEndPoint("/no/such/folder/socket");
                Assert.Equal("ENOENT", Assert.Throws<PromiseSocketException>(() => socket.Bind(nowhere)).ErrorName);
                socket.Bind(folder.Address);
                socket.Listen(1);
                Assert.Equal(folder.Address, socket.LocalEndPoint);
            }
            Assert.True(File.Exists(folder.Address.ToString()));
            await Promise.Return();
        });

    [Fact]
    public void IsInheritable_IsFalse_UntilItIsSet() =>
        OnEpoll(async () =>
        {
            using var socket = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            Assert.False(socket.IsInheritable);
            socket.IsInheritable = true;
            Assert.True(socket.IsInheritable);
            socket.IsInheritable = false;
            Assert.False(socket.IsInheritable);
            socket.Close();
            Assert.Throws<PortClosedException>(() => socket.IsInheritable);
            await Promise.Return();
        });

    [Fact]
    public void PipeInAndOut_JoinAPortAndADescriptorThatBlocks() =>
        OnEpoll(async () =>
        {
            var (reader, writes) = EventLoop.Current.Ports.PipeIn();
            var (reads, writer) = EventLoop.Current.Ports.PipeOut();
            await using (var stream = new FileStream(writes, FileAccess.Write, bufferSize: 0))
                stream.Write("in"u8);
            var buffer = new byte[8];
            Assert.Equal(2, await reader.Read(buffer));
            Assert.Equal(0, await reader.Read(buffer));
            await writer.Write("out"u8.ToArray());
            writer.Close();
            await using (var stream = new FileStream(reads, FileAccess.Read, bufferSize: 0))
                Assert.Equal(3, stream.Read(buffer));
            reader.Close();
        });

    [Fact]
    public void Of_ListeningLocalSocket_TakesConnections() =>
        OnEpoll(async () =>
        {
            using var folder = new Folder();
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(folder.Address);
            socket.Listen(1);
            using var listener = EventLoop.Current.Ports.Of(socket);
            using var client = await PromiseSocket.Connect(folder.Address);
            using var server = await listener.Accept();
            await server.Write(new byte[3]);
            Assert.Equal(3, await client.Receive(new byte[8]));
        });

    [Fact]
    public void LargeBatch_EachIsReadAndAnswered_BeforeTheNextPoll() =>
        OnEpoll(async () =>
        {
            // The peers are no ports, and so spend none of what ports may do between two polls.
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var peers = new Socket[400];
            var ports = new Port[peers.Length];
            for (var i = 0; i < peers.Length; i++)
            {
                peers[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                peers[i].Connect(listener.LocalEndPoint!);
                ports[i] = EventLoop.Current.Ports.Of(listener.Accept());
            }
            var waited = 0;
            var answers = Array.ConvertAll(ports, Answer);
            // All of them wait in the engine before the first is written to.
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            foreach (var peer in peers)
                peer.Send(new byte[1]);
            await Promise.Join(answers);
            Assert.Equal(0, waited);
            foreach (var port in ports)
                port.Close();
            foreach (var peer in peers)
                peer.Dispose();

            async Promise Answer(Port port)
            {
                var buffer = new byte[16];
                var count = await port.Read(buffer);
                var write = port.Write(buffer.AsMemory(0, count));
                if (write.IsPending)
                    waited++;
                await write;
            }
        });

    [Fact]
    public void Dispose_Twice_GivesTheSystemsMemoryBackOnce()
    {
        var engine = new EpollEngine();
        using (var loop = new EventLoop(new() { Engine = engine }))
            loop.RunHere(async () =>
            {
                var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
                var read = b.Read(new byte[1]);
                await a.Write(new byte[1]);
                Assert.Equal(1, await read);
            });
        engine.Dispose();
        Assert.False(engine.Watches);
    }

    [Fact]
    public void FirstWait_NoMoreDescriptors_IsRejected_AndTheNextOneWaits() =>
        OnEpoll(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
            var buffer = new byte[1];
            Exception? failure;
            using (LinuxFaults.TakeAllDescriptors())
                failure = b.Read(buffer).Exception;
            Assert.Equal("EMFILE", Assert.IsType<PromiseIOException>(failure).ErrorName);
            Assert.False(b.Readable().IsRejected);
            var read = b.Read(buffer);
            Expect.Pending(read);
            await a.Write(new byte[1]);
            Assert.Equal(1, await read);
            a.Close();
            b.Close();
        });

    private static void OnEpoll(Func<Promise> body)
    {
        using var loop = new EventLoop(new() { Engine = new EpollEngine() });
        loop.RunHere(body);
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lwt");

        internal UnixDomainSocketEndPoint Address => new(Path.Combine(_folder.FullName, "socket"));

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
