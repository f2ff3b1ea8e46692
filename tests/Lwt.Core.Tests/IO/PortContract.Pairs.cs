using System.Net.Sockets;

namespace Lwt.Core.Tests;

// Pipes and pairs of sockets.
public abstract partial class PortContract
{
    [Fact]
    public void Pipe_WrittenAtOneEnd_IsReadAtTheOther() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var buffer = new byte[16];
            var read = reader.Read(buffer);
            await writer.Write(Bytes("through"));
            Assert.Equal("through", Text(buffer, await read));
            writer.Close();
            Assert.Equal(0, await reader.Read(buffer));
            reader.Close();
        });

    [Fact]
    public void SocketPair_Streams_AreConnectedBothWays() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
            var buffer = new byte[8];
            await a.Write(Bytes("there"));
            Assert.Equal("there", Text(buffer, await b.Read(buffer)));
            await b.Write(Bytes("back"));
            Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            a.Close();
            Assert.Equal(0, await b.Read(buffer));
            b.Close();
        });

    [Fact]
    public void SocketPair_Datagrams_KeepBoundariesBothWays() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Dgram);
            var buffer = new byte[8];
            await a.Write(Bytes("one"));
            await a.Write(Bytes("two"));
            Assert.Equal("one", Text(buffer, await b.Read(buffer)));
            Assert.Equal("two", Text(buffer, await b.Read(buffer)));
            await b.Write(Bytes("back"));
            Assert.Equal("back", Text(buffer, await a.Read(buffer)));
            a.Close();
            b.Close();
        });

    [Fact]
    public void Pipe_ReaderClosed_IsEPIPE() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            reader.Close();
            var error = await Rejection(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await writer.Write(Bytes("x"));
                    await Promise.Pause();
                }
            });
            Assert.Equal("EPIPE", Assert.IsType<PromiseIOException>(error).ErrorName);
            Assert.Throws<PromiseIOException>(() => writer.Shutdown(SocketShutdown.Both));
            writer.Close();
        });

    [Fact]
    public void Pipe_ReaderIsSlow_TheWriterWaits() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var chunk = new byte[64 * 1024];
            var sent = 0L;
            Promise<int> waiting;
            while (!(waiting = writer.Write(chunk)).IsPending)
                sent += await waiting;
            var received = 0L;
            var closed = waiting.Map(count =>
            {
                writer.Close();
                return count;
            });
            var buffer = new byte[16 * 1024];
            while (await reader.Read(buffer) is var count && count > 0)
                received += count;
            Assert.Equal(sent + await closed, received);
            reader.Close();
        });

    [Fact]
    public void SocketPair_Streams_GoBothWays_AndEnd() =>
        RunLoop(async () =>
        {
            var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
            var buffer = new byte[8];
            await a.Write(Bytes("to b"));
            await b.Write(Bytes("to a"));
            Assert.Equal("to b", Text(buffer, await b.Read(buffer)));
            Assert.Equal("to a", Text(buffer, await a.Read(buffer)));
            b.Close();
            Assert.Equal(0, await a.Read(buffer));
            // Where the pair is of TCP, the first write after the end is taken.
            var error = await Rejection(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await a.Write(buffer);
                    await Promise.Pause();
                }
            });
            Assert.True(((ISystemError)error).ErrorName is "EPIPE" or "ECONNRESET", error.Message);
            a.Close();
        });

    [Fact]
    public void Pipe_ReaderClosed_WriteIsABrokenPipe() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            Promise<int> waiting;
            while (!(waiting = writer.Write(new byte[16 * 1024])).IsPending)
                await waiting;
            reader.Close();
            Assert.Equal("EPIPE", Assert.IsType<PromiseIOException>(await Rejection(() => waiting)).ErrorName);
            Assert.Equal("EPIPE", ((ISystemError)await Rejection(() => writer.Write(new byte[1]))).ErrorName);
            writer.Close();
        });
}
