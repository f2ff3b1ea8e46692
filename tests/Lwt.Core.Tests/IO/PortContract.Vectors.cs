using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lwt.Core.Tests;

// Reading into several buffers, and writing from several.
public abstract partial class PortContract
{
    private static ReadOnlyMemory<byte>[] Out(params string[] texts) =>
        [.. texts.Select(text => (ReadOnlyMemory<byte>)Bytes(text))];

    private static Memory<byte>[] Room(params int[] lengths) =>
        [.. lengths.Select(length => new Memory<byte>(new byte[length]))];

    private static string Joined(Memory<byte>[] buffers, int count) =>
        Text(buffers.SelectMany(buffer => buffer.ToArray()).ToArray(), count);

    [Fact]
    public void ReadVector_BytesAreThere_FillsOneBufferAfterTheOther() =>
        Run(
            async (a, b) =>
            {
                Assert.Equal(11, await a.Write(Out("hello", "", " ", "world")));
                await b.Readable();
                var room = Room(3, 0, 100, 5);
                var read = b.Read(room);
                Assert.False(read.IsPending);
                Assert.Equal(11, await read);
                Assert.Equal("hel", Text(room[0].ToArray(), 3));
                Assert.Equal("lo world", Text(room[2].ToArray(), 8));
                Assert.Equal(new byte[5], room[3].ToArray());
            }
        );

    [Fact]
    public void ReadVector_NothingThere_WaitsForTheNextWrite() =>
        Run(
            async (a, b) =>
            {
                var room = Room(2, 8);
                var read = b.Read(room);
                Assert.True(read.IsPending);
                await a.Write(Bytes("later"));
                Assert.Equal("later", Joined(room, await read));
            }
        );

    [Fact]
    public void ReadVector_SmallerThanWhatIsThere_LeavesTheRest() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("abcdef"));
                var room = Room(1, 3);
                Assert.Equal("abcd", Joined(room, await b.Read(room)));
                Assert.Equal("ef", Joined(room, await b.Read(room)));
            }
        );

    [Fact]
    public void ReadVector_AmongOtherReads_IsServedInOrder() =>
        Run(
            async (a, b) =>
            {
                var (x, y) = (new byte[1], new byte[1]);
                var room = Room(1, 1);
                Promise<int>[] reads = [b.Read(x), b.Read(room), b.Read(y)];
                await a.Write(Bytes("1234"));
                Assert.Equal([1, 2, 1], await Promise.All(reads));
                Assert.Equal("1234", Text(x, 1) + Joined(room, 2) + Text(y, 1));
            }
        );

    [Fact]
    public void ReadVector_Cancelled_LeavesItsBytesToTheNext() =>
        Run(
            async (a, b) =>
            {
                var (first, second) = (Room(4, 4), Room(4, 4));
                var cancelled = b.Read(first);
                var next = b.Read(second);
                cancelled.Cancel();
                Expect.Canceled(cancelled);
                await a.Write(Bytes("onlyone"));
                Assert.Equal("onlyone", Joined(second, await next));
                Assert.Equal(new byte[4], first[0].ToArray());
            }
        );

    [Fact]
    public void ReadVector_ShortReadThenTheEnd_SeesTheEnd() =>
        Run(
            async (a, b) =>
            {
                await a.Write(Bytes("x"));
                Assert.Equal(1, await b.Read(Room(10, 10)));
                var end = b.Read(Room(10, 10));
                Assert.True(end.IsPending);
                a.Close();
                Assert.Equal(0, await end);
                Assert.Equal(0, await b.Read(Room(10, 10)));
            }
        );

    [Fact]
    public void ReadVector_NoRoom_ReadsNothingAtOnce() =>
        Run(
            async (a, b) =>
            {
                Assert.Equal(0, await b.Read(Room()));
                Assert.Equal(0, await b.Read(Room(0, 0)));
                Assert.Equal(0, await a.Write(Out()));
                Assert.Equal(0, await a.Write(Out("", "")));
                await a.Write(Out("kept"));
                var room = Room(8);
                Assert.Equal("kept", Joined(room, await b.Read(room)));
            }
        );

    [Fact]
    public void WriteVector_MoreBuffersThanOneCallTakes_WritesTheFirst() =>
        Run(
            async (a, b) =>
            {
                // The empty ones do not count.
                var many = Enumerable.Range(0, 5000).Select(i => (ReadOnlyMemory<byte>)new byte[i % 2]).ToArray();
                Assert.Equal(1024, await a.Write(many));
                var received = 0;
                while (received < 1024)
                    received += await b.Read(Room([.. Enumerable.Repeat(1, 2000)]));
                Assert.Equal(1024, received);
                Assert.False(b.IsReadable);
            }
        );

    [Fact]
    public void WriteVector_PeerDoesNotRead_WaitsAndGoesOn() =>
        Run(
            async (a, b) =>
            {
                ReadOnlyMemory<byte>[] chunks = [new byte[16 * 1024], new byte[1], new byte[64 * 1024]];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunks)).IsPending)
                    sent += await waiting;
                var received = 0L;
                while (received < sent)
                    received += await b.Read(Room(300_000, 300_000));
                sent += await waiting;
                while (received < sent)
                    received += await b.Read(Room(300_000, 300_000));
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void WriteVector_CancelledWhileItWaits_WritesNothing() =>
        Run(
            async (a, b) =>
            {
                ReadOnlyMemory<byte>[] chunks = [new byte[64 * 1024], new byte[64 * 1024]];
                var sent = 0L;
                Promise<int> waiting;
                while (!(waiting = a.Write(chunks)).IsPending)
                    sent += await waiting;
                waiting.Cancel();
                Expect.Canceled(waiting);
                a.Shutdown(SocketShutdown.Send);
                var received = 0L;
                while (await b.Read(Room(1000, 1_000_000)) is var count && count > 0)
                    received += count;
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Vectors_ManySmallOnes_ArriveInOrder() =>
        Run(
            async (a, b) =>
            {
                var sent = new byte[200_000];
                new Random(5).NextBytes(sent);
                Promise.FireAndForget(async () =>
                {
                    var random = new Random(6);
                    for (ReadOnlyMemory<byte> rest = sent; !rest.IsEmpty; )
                    {
                        var pieces = new List<ReadOnlyMemory<byte>>();
                        for (var (i, left) = (random.Next(1, 20), rest); i > 0 && !left.IsEmpty; i--)
                        {
                            var length = Math.Min(random.Next(0, 500), left.Length);
                            pieces.Add(left[..length]);
                            left = left[length..];
                        }
                        rest = rest[await a.Write(pieces)..];
                    }
                    a.Shutdown(SocketShutdown.Send);
                });
                var received = new List<byte>();
                var room = Room(7, 100, 0, 1000);
                while (await b.Read(room) is var count && count > 0)
                    received.AddRange(room.SelectMany(piece => piece.ToArray()).Take(count));
                Assert.Equal(sent, received);
            }
        );

    [Fact]
    public void Vectors_ThatAreNotArrays_AreReadAndWrittenToo() =>
        Run(
            async (a, b) =>
            {
                using var native = new NativeBytes(6);
                Bytes("native").CopyTo(native.Memory);
                Assert.Equal(9, await a.Write([Bytes("is "), native.Memory]));
                native.Memory.Span.Clear();
                var first = new byte[5];
                var count = 0;
                while (count < 9)
                    count += await b.Read([
                        first.AsMemory(Math.Min(count, 5)),
                        native.Memory[Math.Max(0, count - 5)..],
                    ]);
                Assert.Equal("is native", Text(first, 5) + Text(native.Memory.ToArray(), 4));
            }
        );

    [Fact]
    public void Vectors_OfDatagrams_AreOneEach() =>
        RunLoop(async () =>
        {
            using var server = Datagram();
            using var client = Datagram();
            await client.Connect(server.LocalEndPoint);
            Assert.Equal(6, await client.Write(Out("abc", "", "def")));
            Assert.Equal(0, await client.Write(Out()));
            Assert.Equal(4, await client.Write(Out("next")));
            var room = Room(2, 2);
            Assert.Equal("abcd", Joined(room, await server.Read(room)));
            Assert.Equal(0, await server.Read(room));
            Assert.Equal("next", Joined(room, await server.Read(room)));
        });

    [Fact]
    public void Vectors_OfAPipe_ReachTheOtherEnd() =>
        RunLoop(async () =>
        {
            var (reader, writer) = EventLoop.Current.Ports.Pipe();
            var room = Room(3, 10);
            var read = reader.Read(room);
            Assert.Equal(7, await writer.Write(Out("thr", "ough")));
            Assert.Equal("through", Joined(room, await read));
            reader.Close();
            var error = await Rejection(async () =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    await writer.Write(Out("x", "y"));
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                }
            });
            Assert.Equal("EPIPE", ((ISystemError)error).ErrorName);
            writer.Close();
        });

    [Fact]
    public void Vectors_PortClosed_AreRejected() =>
        Run(
            async (a, b) =>
            {
                var waiting = b.Read(Room(1, 1));
                b.Close();
                Promise[] all = [waiting, b.Read(Room(1, 1)), b.Read(Room()), b.Write(Out("x")), b.Write(Out())];
                Assert.All(all, promise => Assert.IsType<PortClosedException>(promise.Exception));
                await Promise.Return();
            }
        );

    [Fact]
    public void ReadVector_Waits_SaysSo() =>
        RunLoop(async () =>
        {
            var (a, b) = await Pair();
            var read = b.Read(Room(1, 1));
            Assert.Contains("readv on the connection to 127.0.0.1:", read.ToString(), StringComparison.Ordinal);
            a.Close();
            Assert.Equal(0, await read);
            b.Close();
        });

    private sealed unsafe class NativeBytes(int length) : MemoryManager<byte>
    {
        private readonly byte* _bytes = (byte*)NativeMemory.AllocZeroed((nuint)length);

        public override Span<byte> GetSpan() => new(_bytes, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

        public override void Unpin() { }

        protected override void Dispose(bool disposing) => NativeMemory.Free(_bytes);
    }
}
