using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core.Tests;

/// <summary>Bytes with descriptors on local sockets, who the peer is, and groups of hosts.</summary>
public partial class PortMessageTests
{
    private static void Run(Func<Promise> body)
    {
        if (!OperatingSystem.IsLinux())
            return;
        // What earlier tests have dropped goes before it is counted, not while.
        Collect();
        var before = 0;
        // Twice: what the runtime opens, it opens in the first run.
        for (var run = 0; run < 2; run++)
        {
            before = CountOpen();
            using var loop = new EventLoop(new() { Engine = new EpollEngine() });
            loop.RunHere(() => Promise.WithTimeout(TimeSpan.FromSeconds(60), () => body().AsUnit()));
        }
        Collect();
        // Fewer if the collector has only now found what an earlier test had dropped.
        Assert.InRange(CountOpen(), 0, before);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // Without the assemblies, which the runtime opens as it comes to need them.
    private static int CountOpen() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(file =>
                new FileInfo(file).LinkTarget is { } target && !target.EndsWith(".dll", StringComparison.Ordinal)
            );

    private static (Port A, Port B) Pair(SocketType type = SocketType.Stream) =>
        EventLoop.Current.Ports.SocketPair(type);

    private static ReadOnlyMemory<byte>[] Out(params string[] texts) =>
        [.. texts.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))];

    /// <summary>A pipe whose reading end is to be passed.</summary>
    private static (SafeFileHandle Reader, Port Writer) Pipe() => EventLoop.Current.Ports.PipeOut();

    private static string ReadAll(SafeFileHandle handle)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [Theory]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Seqpacket)]
    public void ReceiveMessage_ADescriptorWasSent_IsAnotherOfTheSame(SocketType type) =>
        Run(async () =>
        {
            var (a, b) = Pair(type);
            var (reader, writer) = Pipe();
            var buffer = new byte[8];
            var received = b.ReceiveMessage([buffer.AsMemory(0, 2), buffer.AsMemory(2)]);
            Expect.Pending(received);
            Assert.Equal(5, await a.SendMessage(Out("he", "", "llo"), [reader]));
            reader.Dispose();
            var message = await received;
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, message.Length));
            var descriptor = Assert.Single(message.Descriptors);
            Assert.Equal(1, GetDescriptorFlags(descriptor));
            await writer.Write(Encoding.UTF8.GetBytes("through"));
            writer.Close();
            Assert.Equal("through", ReadAll(descriptor));
            a.Close();
            b.Close();
        });

    [Fact]
    public void ReceiveMessage_WithoutDescriptors_IsARead() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            Assert.Equal(4, await a.SendMessage(Out("text")));
            var buffer = new byte[8];
            var message = await b.ReceiveMessage([buffer]);
            Assert.Equal(4, message.Length);
            Assert.Empty(message.Descriptors);
            a.Close();
            Assert.Equal(0, (await b.ReceiveMessage([buffer])).Length);
            b.Close();
            Assert.IsType<PortClosedException>(b.ReceiveMessage([buffer]).Exception);
            Assert.IsType<PortClosedException>(b.SendMessage(Out("x")).Exception);
        });

    [Fact]
    public void ReceiveMessage_SeveralMessagesOfAStream_NoneIsLeftWaiting() =>
        Run(async () =>
        {
            // Each read ends where descriptors were sent, though more is there.
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            for (var i = 0; i < 5; i++)
                await a.SendMessage(Out($"{i}"), [reader]);
            await a.Write(Encoding.UTF8.GetBytes("end"));
            var text = "";
            var buffer = new byte[100];
            var descriptors = 0;
            while (text != "01234end")
            {
                var message = await b.ReceiveMessage([buffer]);
                text += Encoding.UTF8.GetString(buffer, 0, message.Length);
                descriptors += message.Descriptors.Count;
                foreach (var descriptor in message.Descriptors)
                    descriptor.Dispose();
            }
            Assert.Equal(5, descriptors);
            // So too for reads that come after.
            await a.SendMessage(Out("x"), [reader]);
            await a.SendMessage(Out("y"), [reader]);
            Assert.Equal(1, await b.Read(buffer));
            Assert.Equal(1, await b.Read(buffer));
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
        });

    [Fact]
    public void ReceiveMessage_Cancelled_LeavesBytesAndDescriptorsToTheNext() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            var first = b.ReceiveMessage([new byte[8]]);
            var second = b.ReceiveMessage([new byte[8]]);
            first.Cancel();
            Expect.Canceled(first);
            await a.SendMessage(Out("x"), [reader, reader]);
            var message = await second;
            Assert.Equal((1, 2), (message.Length, message.Descriptors.Count));
            foreach (var descriptor in message.Descriptors)
                descriptor.Dispose();
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
        });

    [Fact]
    public void ReceiveMessage_AsManyAsAMessageTakes_AllCome() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            await a.SendMessage(Out("x"), [.. Enumerable.Repeat(reader, 253)]);
            var message = await b.ReceiveMessage([new byte[1]]);
            Assert.Equal(253, message.Descriptors.Count);
            Assert.Equal(253, message.Descriptors.Select(one => (int)one.DangerousGetHandle()).Distinct().Count());
            foreach (var descriptor in message.Descriptors)
                descriptor.Dispose();
            var many = Assert.Throws<ArgumentException>(() =>
            {
                _ = a.SendMessage(Out("x"), [.. Enumerable.Repeat(reader, 254)]);
            });
            Assert.Contains("253", many.Message, StringComparison.Ordinal);
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
        });

    [Fact]
    public void ReceiveMessage_NoRoomForDescriptors_IsRejected_AndTheNextComes() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            await a.SendMessage(Out("x"), [reader, reader]);
            if (!OperatingSystem.IsLinux())
                return;
            Exception? failure;
            using (LinuxFaults.TakeAllDescriptors())
                failure = b.ReceiveMessage([new byte[1]]).Exception;
            Assert.Equal("EMFILE", Assert.IsType<PromiseSocketException>(failure).ErrorName);
            await a.SendMessage(Out("y"), [reader]);
            var message = await b.ReceiveMessage([new byte[1]]);
            Assert.Single(message.Descriptors).Dispose();
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
        });

    [Fact]
    public void SendMessage_NoRoom_WaitsAndPassesTheDescriptor() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            var chunk = new byte[64 * 1024];
            var filled = 0;
            Promise<int> blocked;
            while (!(blocked = a.Write(chunk)).IsPending)
                filled += await blocked;
            blocked.Cancel();
            var sent = a.SendMessage(Out("x"), [reader]);
            Expect.Pending(sent);
            var (read, descriptors) = (0, 0);
            while (descriptors == 0)
            {
                var message = await b.ReceiveMessage([chunk]);
                read += message.Length;
                descriptors += message.Descriptors.Count;
                foreach (var descriptor in message.Descriptors)
                    descriptor.Dispose();
            }
            Assert.Equal(1, await sent);
            Assert.Equal(filled + 1, read);
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
        });

    [Fact]
    public void SendMessage_ClosedDescriptor_IsEbadf() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            reader.Dispose();
            var failure = a.SendMessage(Out("x"), [reader]).Exception;
            Assert.Equal("EBADF", Assert.IsType<PromiseSocketException>(failure).ErrorName);
            Expect.Pending(b.ReceiveMessage([new byte[1]]));
            writer.Close();
            a.Close();
            b.Close();
            await Promise.Return();
        });

    [Fact]
    public void SendMessage_DescriptorsWithoutAByte_OrNull_AreRefused() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var (reader, writer) = Pipe();
            var refused = Assert.Throws<ArgumentException>(() =>
            {
                _ = a.SendMessage(Out(""), [reader]);
            });
            Assert.Contains("at least one byte", refused.Message, StringComparison.Ordinal);
            Assert.Contains(
                "descriptors[1]",
                Assert
                    .Throws<ArgumentNullException>(() =>
                    {
                        _ = a.SendMessage(Out("x"), [reader, null!]);
                    })
                    .Message,
                StringComparison.Ordinal
            );
            reader.Dispose();
            writer.Close();
            a.Close();
            b.Close();
            await Promise.Return();
        });

    [Fact]
    public void SendMessage_ToAnAddress_ReachesIt() =>
        Run(async () =>
        {
            using var server = Udp();
            using var client = Udp();
            Assert.Equal(5, await client.SendMessage(Out("he", "llo"), peer: server.LocalEndPoint));
            var buffer = new byte[8];
            Assert.Equal(5, (await server.ReceiveMessage([buffer])).Length);
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, 5));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Message_OnPortsWithoutDescriptors_PassesBytesOnly(bool isVirtual)
    {
        using var loop = new EventLoop(new() { Engine = isVirtual ? new VirtualEngine() : new PortableEngine() });
        loop.RunHere(async () =>
        {
            var (a, b) = Pair();
            var buffer = new byte[8];
            var received = b.ReceiveMessage([buffer.AsMemory(0, 1), buffer.AsMemory(1)]);
            Assert.Equal(2, await a.SendMessage(Out("h", "i")));
            Assert.Equal(2, (await received).Length);
            using var file = File.OpenHandle(typeof(PortMessageTests).Assembly.Location);
            var failure = a.SendMessage(Out("x"), [file]).Exception;
            Assert.Equal("EOPNOTSUPP", Assert.IsType<PromiseSocketException>(failure).ErrorName);
            Assert.False(file.IsClosed);
            a.Close();
            b.Close();
        });
    }

    [Fact]
    public void Message_OnAPipe_IsEnotsock() =>
        Run(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var failure = writer.SendMessage(Out("x")).Exception;
            Assert.Equal("ENOTSOCK", Assert.IsType<PromiseIOException>(failure).ErrorName);
            reader.Close();
            writer.Close();
            await Promise.Return();
        });

    [Fact]
    public void PeerCredentials_OfAPair_AreThisProcess() =>
        Run(async () =>
        {
            var (a, b) = Pair();
            var peer = a.PeerCredentials;
            Assert.Equal(Environment.ProcessId, peer.ProcessId);
            Assert.Equal(geteuid(), peer.UserId);
            b.Close();
            a.Close();
            Assert.Throws<PortClosedException>(() => a.PeerCredentials);
            using var udp = Udp();
            Assert.Equal(0, udp.PeerCredentials.ProcessId);
            await Promise.Return();
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void JoinGroup_ReceivesWhatIsSentToIt_UntilItIsLeft(bool isEpoll)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var loop = new EventLoop(new() { Engine = isEpoll ? new EpollEngine() : new PortableEngine() });
        loop.RunHere(async () =>
        {
            var group = IPAddress.Parse("239.255.77.7");
            using var receiver = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 0));
            using var sender = Udp();
            receiver.JoinGroup(group, IPAddress.Loopback);
            sender.SetOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, 1);
            var port = ((IPEndPoint)receiver.LocalEndPoint).Port;
            var received = receiver.ReceiveFrom(new byte[8]);
            await sender.SendTo(new byte[3], new IPEndPoint(group, port));
            Assert.Equal(3, (await received).ReceivedBytes);
            // Twice is an error of the system's; so is leaving what was not joined.
            Assert.Equal(
                "EADDRINUSE",
                Assert.Throws<PromiseSocketException>(() => receiver.JoinGroup(group, IPAddress.Loopback)).ErrorName
            );
            receiver.LeaveGroup(group, IPAddress.Loopback);
            Assert.Throws<PromiseSocketException>(() => receiver.LeaveGroup(group, IPAddress.Loopback));
            Assert.Throws<ArgumentException>(() => receiver.JoinGroup(group, IPAddress.IPv6Loopback));
            Assert.Throws<PromiseSocketException>(() => receiver.JoinGroup(IPAddress.Loopback));
        });
    }

    private static Port Udp()
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return port;
    }

    private static int GetDescriptorFlags(SafeFileHandle descriptor) =>
        fcntl((int)descriptor.DangerousGetHandle(), 1, 0);

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int geteuid();
}
