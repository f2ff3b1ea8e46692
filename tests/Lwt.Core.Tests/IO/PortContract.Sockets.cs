using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

// Connecting, addresses and options.
public abstract partial class PortContract
{
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
    public void Accept_SocketThatDoesNotListen_IsEINVAL() =>
        RunLoop(async () =>
        {
            using var socket = Client(new IPEndPoint(IPAddress.Loopback, 0));
            Assert.Equal("EINVAL", ((ISystemError)await Rejection(() => socket.Accept())).ErrorName);
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
    public void LocalEndPoint_NotBound_IsAnyAddress() =>
        RunLoop(async () =>
        {
            (AddressFamily, SocketType, EndPoint)[] kinds =
            [
                (AddressFamily.InterNetwork, SocketType.Stream, new IPEndPoint(IPAddress.Any, 0)),
                (AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 0)),
                (AddressFamily.InterNetworkV6, SocketType.Stream, new IPEndPoint(IPAddress.IPv6Any, 0)),
            ];
            foreach (var (family, type, any) in kinds)
            {
                using var socket = EventLoop.Current.Ports.Socket(family, type, default);
                Assert.Equal(any, socket.LocalEndPoint);
            }
            using var local = EventLoop.Current.Ports.Socket(AddressFamily.Unix, SocketType.Stream, default);
            Assert.Equal("", local.LocalEndPoint.ToString());
            await Promise.Return();
        });
}
