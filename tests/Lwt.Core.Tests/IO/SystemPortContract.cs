using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

/// <summary>What the ports of engines for real I/O do besides: they share a machine with others.</summary>
public abstract partial class SystemPortContract : PortContract
{
    [Fact]
    public void Bind_AddressOfAnotherMachine_IsEADDRNOTAVAIL() =>
        RunLoop(async () =>
        {
            // An address for documentation, which nobody has.
            var address = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
            using var socket = Client(address);
            var error = Assert.Throws<PromiseSocketException>(() => socket.Bind(address));
            Assert.Equal("EADDRNOTAVAIL", error.ErrorName);
            await Promise.Return();
        });

    [Fact]
    public void Connect_PathThatDoesNotExist_IsENOENT() =>
        RunLoop(async () =>
        {
            if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
                return;
            var address = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
            using var client = Client(address);
            var error = await Rejection(() => client.Connect(address));
            Assert.Equal("ENOENT", ((ISystemError)error).ErrorName);
            Assert.Contains(address.ToString(), error.Message);
        });

    [Fact]
    public void Of_ConnectedSocket_IsTakenOver() =>
        RunLoop(async () =>
        {
            using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listening.Listen(1);
            using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var address = listening.LocalEndPoint!;
            var listener = EventLoop.Current.Ports.Of(listening);
            peer.Connect(address);
            var readable = listener.Readable();
            await readable;
            var accepted = await listener.Accept();
            var client = EventLoop.Current.Ports.Of(peer);
            var buffer = new byte[8];
            var read = client.Read(buffer);
            Assert.True(read.IsPending);
            await accepted.Write(Bytes("mine"));
            Assert.Equal("mine", Text(buffer, await read));
            accepted.Close();
            Assert.Equal(0, await client.Read(buffer));
            client.Close();
            listener.Close();
        });

    [Fact]
    public void Dispose_OfTheLoop_ClosesItsPorts()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Promise<int>? waiting = null;
        Port? client = null;
        var loop = new EventLoop(new() { Engine = MakeEngine() });
        loop.RunHere(async () =>
        {
            client = Client(listener.LocalEndPoint!);
            await client.Connect(listener.LocalEndPoint!);
            waiting = client.Read(new byte[1]);
        });
        using var peer = listener.Accept();
        loop.Dispose();
        Assert.True(client!.IsClosed);
        Assert.Equal(0, peer.Receive(new byte[1]));
        Expect.Pending(waiting!);
    }
}
