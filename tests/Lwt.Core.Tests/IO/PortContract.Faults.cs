using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Lwt.Core.Tests;

// What goes wrong with one port is the matter of that port alone.
public abstract partial class PortContract
{
    /// <summary>
    /// Runs a fault beside another connection, which must go on, and twice: the second time leaves as many descriptors open as
    /// the first.
    /// </summary>
    private protected void Fault(Func<Promise> body) =>
        Run(
            async (a, b) =>
            {
                await body();
                await GoesOn(a, b);
                var before = await CountAtRest(_ => true);
                await body();
                await GoesOn(a, b);
                var after = await CountAtRest(count => count == before);
                Assert.Equal(before, after);
            }
        );

    private protected static async Promise GoesOn(Port a, Port b)
    {
        var buffer = new byte[16];
        var read = b.Read(buffer);
        await a.Write(Bytes("goes on"));
        Assert.Equal("goes on", Text(buffer, await read));
    }

    /// <summary>Counts what is open; some of it may still be on its way to be closed.</summary>
    private async Promise<int> CountAtRest(Func<int, bool> isExpected)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var count = CountOpen();
        for (var look = 0; look < 500 && !isExpected(count); look++)
        {
            await Promise.Sleep(TimeSpan.FromMilliseconds(2));
            count = CountOpen();
        }
        return count;
    }

    /// <summary>
    /// Writes until the system takes no more; returns how much it took, and writes of which it may still take a few, for its
    /// buffers grow, but not the last.
    /// </summary>
    private protected static async Promise<(long Sent, Promise<int>[] Waiting)> Fill(Port port)
    {
        var chunk = new byte[64 * 1024];
        var sent = 0L;
        Promise<int> write;
        while (!(write = port.Write(chunk)).IsPending)
            sent += await write;
        Promise<int>[] waiting = [write, .. Enumerable.Range(0, 500).Select(_ => port.Write(chunk))];
        await Promise.Sleep(TimeSpan.FromMilliseconds(20));
        Expect.Pending(waiting[^1]);
        return (sent, waiting);
    }

    [Fact]
    public void Fault_ShortWritesAndShortReads_LoseNothing() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            var bytes = new byte[4_000_000];
            new Random(1).NextBytes(bytes);
            var shortWrites = 0;
            var writing = WriteAll();
            using var checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[7001];
            while (await b.Read(buffer) is var count && count > 0)
                checksum.AppendData(buffer, 0, count);
            await writing;
            Assert.Equal(SHA256.HashData(bytes), checksum.GetHashAndReset());
            Assert.NotEqual(0, shortWrites);
            a.Close();
            b.Close();

            async Promise WriteAll()
            {
                for (var sent = 0; sent < bytes.Length; )
                {
                    var count = await a.Write(bytes.AsMemory(sent));
                    sent += count;
                    if (sent < bytes.Length)
                        shortWrites++;
                }
                a.Shutdown(SocketShutdown.Send);
            }
        });

    [Fact]
    public void Fault_Reset_RejectsTheOperationsOfThatConnectionAlone() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            var (_, writes) = await Fill(a);
            var read = a.Read(new byte[1]);
            // It has not read what it was sent.
            b.Close();
            foreach (var write in writes)
                await Ended(write);
            await Ended(read);
            // The system tells of it once, to whoever asks first. For others the connection has ended.
            Promise<int>[] all = [read, .. writes];
            Assert.Equal(1, all.Count(one => one.Exception is ISystemError { ErrorName: "ECONNRESET" }));
            Assert.True(read.IsRejected || await read == 0);
            Assert.Contains(((ISystemError)writes[^1].Exception!).ErrorName, s_reset);
            Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => a.Write(new byte[1]))).ErrorName);
            a.Close();
        });

    private static readonly string[] s_reset = ["ECONNRESET", "EPIPE"];

    private static async Promise Ended(Promise promise)
    {
        try
        {
            await promise;
        }
        catch (SocketException) { }
    }

    [Fact]
    public void Fault_Refused_ManyTimes_RejectsEach() =>
        Fault(async () =>
        {
            EndPoint address;
            using (Listener(out address)) { }
            for (var i = 0; i < 50; i++)
            {
                var error = await Rejection(() => PromiseSocket.Connect(address));
                Assert.Equal("ECONNREFUSED", ((ISystemError)error).ErrorName);
            }
        });

    [Fact]
    public void Fault_PeerNeverReads_WritersWait_AndTheSystemHoldsABoundedAmount() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            var (sent, writes) = await Fill(a);
            Assert.InRange(sent, 1, 64 << 20);
            // The other direction goes on.
            await GoesOn(b, a);
            Expect.Pending(writes[^1]);
            a.Close();
            Assert.DoesNotContain(writes, write => write.IsPending);
            Assert.IsType<PortClosedException>(writes[^1].Exception);
            b.Close();
        });

    [Fact]
    public void Fault_HalfClosed_TheOtherHalfGoesOnUntilItEndsToo() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            a.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await b.Read(new byte[1]));
            var writing = WriteAndClose();
            var received = 0;
            var buffer = new byte[64 * 1024];
            while (await a.Read(buffer) is var count && count > 0)
                received += count;
            Assert.Equal(3_000_000, received);
            await writing;
            a.Close();

            async Promise WriteAndClose()
            {
                var bytes = new byte[3_000_000];
                for (var sent = 0; sent < bytes.Length; )
                    sent += await b.Write(bytes.AsMemory(sent));
                b.Close();
            }
        });

    [Fact]
    public void Fault_ClosedWithWaitersOfEveryKind_RejectsAllOfThem() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            var (_, writes) = await Fill(a);
            var listener = Listener(out _);
            var datagram = Datagram();
            Promise[] waiting =
            [
                writes[^1],
                a.Writable(),
                a.Read(new byte[1]),
                a.Readable(),
                a.Receive(new byte[1], SocketFlags.Peek),
                listener.Accept(),
                listener.Accept(),
                listener.Readable(),
                datagram.ReceiveFrom(new byte[1]),
            ];
            Assert.All(waiting, Expect.Pending);
            a.Close();
            listener.Close();
            datagram.Close();
            Assert.All(waiting, wait => Assert.IsType<PortClosedException>(wait.Exception));
            b.Close();
        });

    [Fact]
    public void Fault_ClosedWhileItConnects_RejectsTheConnect() =>
        Fault(async () =>
        {
            using var listener = Listener(out var address);
            var client = Client(address);
            var connect = client.Connect(address);
            client.Close();
            if (connect.IsRejected)
                Assert.IsType<PortClosedException>(connect.Exception);
            else
                await connect;
        });

    [Fact]
    public void Fault_ClosedTwice_LeavesTheNextOwnerOfTheDescriptorAlone() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            a.Close();
            b.Close();
            var (c, d) = await Pair();
            a.Close();
            b.Dispose();
            await GoesOn(c, d);
            c.Close();
            d.Close();
        });

    [Fact]
    public void Fault_UsedAfterClose_SaysSo() =>
        Fault(async () =>
        {
            var (a, b) = await Pair();
            var address = b.LocalEndPoint;
            var datagram = Datagram();
            var to = datagram.LocalEndPoint;
            a.Close();
            datagram.Close();
            Promise[] promises =
            [
                a.Read(new byte[1]),
                a.Write(new byte[1]),
                a.Readable(),
                a.Writable(),
                a.Accept(),
                a.Connect(address),
                a.Receive(new byte[1], SocketFlags.Peek),
                a.Send(new byte[1], SocketFlags.OutOfBand),
                datagram.ReceiveFrom(new byte[1]),
                datagram.SendTo(new byte[1], to),
            ];
            Assert.All(promises, promise => Assert.IsType<PortClosedException>(promise.Exception));
            Action[] calls =
            [
                () => a.Bind(address),
                () => a.Listen(1),
                () => a.Shutdown(SocketShutdown.Both),
                () => _ = a.LocalEndPoint,
                () => _ = a.RemoteEndPoint,
                () => _ = a.IsReadable,
                () => _ = a.IsWritable,
                () => a.GetOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
                () => a.SetOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 4096),
                () => _ = a.LingerState,
                () => a.LingerState = new(true, 0),
            ];
            foreach (var call in calls)
                Assert.Contains("closed", Assert.Throws<PortClosedException>(call).Message);
            b.Close();
        });

    [Fact]
    public void Fault_AddressInUse_NamesTheAddress_AndLeavesTheListener() =>
        Fault(async () =>
        {
            using var listener = Listener(out var address);
            var error = Assert.Throws<PromiseSocketException>(() => PromiseSocket.Listen(address));
            Assert.Equal("EADDRINUSE", error.ErrorName);
            Assert.Contains(address.ToString()!, error.Message);
            using var client = Client(address);
            await client.Connect(address);
            (await listener.Accept()).Close();
        });

    [Fact]
    public void Fault_ManyIdleConnections_AreClosedWithoutATrace() =>
        Fault(async () =>
        {
            using var listener = Listener(out var address);
            var ends = new List<Port>();
            for (var i = 0; i < 300; i++)
            {
                var client = Client(address);
                ends.Add(client);
                var accepted = listener.Accept();
                await client.Connect(address);
                ends.Add(await accepted);
            }
            var reads = ends.ConvertAll(end => end.Read(new byte[1]));
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            Assert.All(reads, Expect.Pending);
            await GoesOn(ends[0], OtherReader(ends[1], reads[1]));
            foreach (var end in ends)
                end.Close();

            static Port OtherReader(Port port, Promise<int> waiting)
            {
                waiting.Cancel();
                return port;
            }
        });
}
