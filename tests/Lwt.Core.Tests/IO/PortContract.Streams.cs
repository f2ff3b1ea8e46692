using System.Net.Sockets;

namespace Lwt.Core.Tests;

// Reading and writing streams.
public abstract partial class PortContract
{
    [Fact]
    public void Read_BytesAreThere_IsFulfilledAtOnce() =>
        Run(
            async (a, b) =>
            {
                Assert.Equal(5, await a.Write(Bytes("hello")));
                await b.Readable();
                var buffer = new byte[16];
                var read = b.Read(buffer);
                Assert.False(read.IsPending);
                Assert.Equal("hello", Text(buffer, await read));
            }
        );

    [Fact]
    public void Read_NothingThere_WaitsForTheNextWrite() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[16];
                var read = b.Read(buffer);
                Assert.True(read.IsPending);
                await a.Write(Bytes("later"));
                Assert.True(read.IsPending);
                Assert.Equal("later", Text(buffer, await read));
            }
        );

    [Fact]
    public void Read_BufferSmallerThanWhatIsThere_LeavesTheRest() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("abcdef"));
                var buffer = new byte[4];
                Assert.Equal("abcd", Text(buffer, await b.Read(buffer)));
                Assert.Equal("ef", Text(buffer, await b.Read(buffer)));
            }
        );

    [Fact]
    public void Read_PeerShutDown_ReturnsZeroAgainAndAgain() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[4];
                await a.Write(Bytes("x"));
                a.Shutdown(SocketShutdown.Send);
                Assert.Equal(1, await b.Read(buffer));
                for (var i = 0; i < 3; i++)
                    Assert.Equal(0, await b.Read(buffer));
                // The other direction goes on.
                await b.Write(Bytes("back"));
                Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            }
        );

    [Fact]
    public void Read_ShortReadThenTheEndComes_SeesTheEnd() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[100];
                await a.Write(Bytes("x"));
                Assert.Equal(1, await b.Read(buffer));
                var end = b.Read(buffer);
                Assert.True(end.IsPending);
                a.Close();
                Assert.Equal(0, await end);
            }
        );

    [Fact]
    public void Read_EndIsThereBeforeTheShortRead_SeesTheEnd() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[100];
                await a.Write(Bytes("x"));
                a.Close();
                Assert.Equal(1, await b.Read(buffer));
                Assert.Equal(0, await b.Read(buffer));
            }
        );

    [Fact]
    public void Read_Several_AreServedInOrder() =>
        Run(
            async (a, b) =>
            {
                var (x, y, z) = (new byte[1], new byte[1], new byte[1]);
                Promise<int>[] reads = [b.Read(x), b.Read(y), b.Read(z)];
                await a.Write(Bytes("123"));
                await Promise.All(reads);
                Assert.Equal("123", Text(x, 1) + Text(y, 1) + Text(z, 1));
            }
        );

    [Fact]
    public void Read_FirstCancelled_LeavesItsBytesToTheNext() =>
        Run(
            async (a, b) =>
            {
                var (x, y) = (new byte[8], new byte[8]);
                var first = b.Read(x);
                var second = b.Read(y);
                first.Cancel();
                Expect.Canceled(first);
                await a.Write(Bytes("only"));
                Assert.Equal("only", Text(y, await second));
            }
        );

    [Fact]
    public void Read_CancelledOnesInTheMiddle_ArePassedOver() =>
        Run(
            async (a, b) =>
            {
                var buffers = Enumerable.Range(0, 100).Select(_ => new byte[1]).ToArray();
                var reads = buffers.Select(buffer => b.Read(buffer)).ToArray();
                for (var i = 0; i < reads.Length; i++)
                    if (i % 3 != 0)
                        reads[i].Cancel();
                await a.Write(new byte[34]);
                for (var i = 0; i < reads.Length; i += 3)
                    Assert.Equal(1, await reads[i]);
            }
        );

    [Fact]
    public void Read_LoserOfATimeout_TakesNothing() =>
        Run(
            async (a, b) =>
            {
                var buffer = new byte[8];
                var lost = await Promise.Pick(
                    b.Read(buffer),
                    Promise.Sleep(TimeSpan.FromMilliseconds(1)).Map(() => -1)
                );
                Assert.Equal(-1, lost);
                await a.Write(Bytes("kept"));
                Assert.Equal("kept", Text(buffer, await b.Read(buffer)));
            }
        );

    [Fact]
    public void Write_PeerDoesNotRead_WaitsAndGoesOn() =>
        Run(
            async (a, b) =>
            {
                var chunk = new byte[64 * 1024];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunk)).IsPending)
                    sent += await waiting;
                var received = 0L;
                var buffer = new byte[1024 * 1024];
                while (received < sent)
                    received += await b.Read(buffer);
                sent += await waiting;
                while (received < sent)
                    received += await b.Read(buffer);
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Write_CancelledWhileItWaits_WritesNothing() =>
        Run(
            async (a, b) =>
            {
                var chunk = new byte[64 * 1024];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunk)).IsPending)
                    sent += await waiting;
                waiting.Cancel();
                Expect.Canceled(waiting);
                a.Shutdown(SocketShutdown.Send);
                var received = 0L;
                var buffer = new byte[1024 * 1024];
                while (await b.Read(buffer) is var count && count > 0)
                    received += count;
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Write_PeerGone_RejectsThatOperationAlone() =>
        Run(
            async (a, b) =>
            {
                b.Close();
                var error = await Rejection(async () =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        await a.Write(Bytes("x"));
                        await Promise.Pause();
                    }
                });
                Assert.True(((ISystemError)error).ErrorName is "EPIPE" or "ECONNRESET", error.Message);
            }
        );

    [Fact]
    public void Readable_Waits_AndTakesNothing() =>
        Run(
            async (a, b) =>
            {
                var readable = b.Readable();
                Assert.True(readable.IsPending);
                await a.Write(Bytes("x"));
                await readable;
                Assert.False(b.Readable().IsPending);
                Assert.Equal(1, await b.Read(new byte[10]));
                Assert.False(a.Writable().IsPending);
            }
        );

    [Fact]
    public void Write_WhileConnecting_WaitsForTheConnection() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            using var client = Client(address);
            var buffer = new byte[8];
            var connect = client.Connect(address);
            var write = client.Write(Bytes("first"));
            var read = client.Read(buffer);
            using var server = await listener.Accept();
            await connect;
            await write;
            await server.Write(Bytes("answer"));
            Assert.Equal("answer", Text(buffer, await read));
            Assert.Equal("first", Text(buffer, await server.Read(buffer)));
        });

    [Fact]
    public void Readable_OfAListener_WaitsForAConnection() =>
        RunLoop(async () =>
        {
            using var listener = Listener(out var address);
            var readable = listener.Readable();
            Assert.True(readable.IsPending);
            using var client = Client(address);
            await client.Connect(address);
            await readable;
            var accepted = listener.Accept();
            Assert.False(accepted.IsPending);
            (await accepted).Close();
        });

    [Fact]
    public void Write_PeerClosedThenReset_IsABrokenPipe() =>
        Run(
            async (a, b) =>
            {
                b.Close();
                Assert.Equal(0, await a.Read(new byte[1]));
                await a.Write(Bytes("x"));
                var error = await Rejection(async () =>
                {
                    for (var i = 0; i < 1000; i++)
                    {
                        await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                        await a.Write(Bytes("x"));
                    }
                });
                Assert.Equal("EPIPE", ((ISystemError)error).ErrorName);
                Assert.Equal(0, await a.Read(new byte[1]));
            }
        );

    [Fact]
    public void Write_AfterOwnShutdown_IsABrokenPipe() =>
        Run(
            async (a, b) =>
            {
                a.Shutdown(SocketShutdown.Send);
                Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => a.Write(new byte[1]))).ErrorName);
                Assert.False(a.Writable().IsPending);
            }
        );

    [Fact]
    public void Shutdown_OfReading_EndsAReadThatWaits() =>
        Run(
            async (a, b) =>
            {
                var read = b.Read(new byte[1]);
                b.Shutdown(SocketShutdown.Receive);
                Assert.Equal(0, await read);
            }
        );

    [Fact]
    public void Shutdown_NotConnected_SaysSo() =>
        RunLoop(async () =>
        {
            using var socket = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            var error = Assert.Throws<PromiseSocketException>(() => socket.Shutdown(SocketShutdown.Send));
            Assert.Equal("ENOTCONN", error.ErrorName);
            Assert.Equal("ENOTCONN", ((ISystemError)await Rejection(() => socket.Read(new byte[1]))).ErrorName);
        });

    [Fact]
    public void Receive_Peek_LeavesTheBytes() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("again"));
                var buffer = new byte[8];
                Assert.Equal(5, await b.Receive(buffer, SocketFlags.Peek));
                Assert.Equal("again", Text(buffer, await b.Read(buffer)));
            }
        );
}
