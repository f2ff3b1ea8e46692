using System.Text;

namespace Lwt.Core.Tests;

public class OutputChannelTests
{
    [Fact]
    public void Write_ThereIsRoom_GoesOutInTheNextIteration() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink();
            Assert.True(sink.Channel.Write("one ").IsFulfilled);
            Assert.True(sink.Channel.WriteLine("line").IsFulfilled);
            Assert.True(sink.Channel.WriteChar('!').IsFulfilled);
            Assert.Equal("", sink.Text);
            Assert.Equal(10, sink.Channel.Buffered);
            Assert.Equal(10, sink.Channel.Position);
            await Promise.Pause();
            Assert.Equal("one line\n!", sink.Text);
            Assert.Equal(1, sink.Calls);
            Assert.Equal(0, sink.Channel.Buffered);
            Assert.Equal(10, sink.Channel.Position);
            sink.Channel.Write("again").Status.ToString();
            await Promise.Pause();
            Assert.Equal("one line\n!again", sink.Text);
        });

    [Fact]
    public void Flush_WritesAtOnce_AndTheTurnDoesNothingMore() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink(most: 3);
            await sink.Channel.Write("0123456789");
            Assert.True(sink.Channel.Flush().IsFulfilled);
            Assert.Equal("0123456789", sink.Text);
            Assert.Equal(4, sink.Calls);
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal(4, sink.Calls);
        });

    [Fact]
    public void Write_LongerThanTheBuffer_IsWrittenWhole() =>
        Fresh.Async(async () =>
        {
            var text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"é{i}😀"));
            foreach (var most in (int[])[1, 7, 1000])
            {
                var sink = new Channels.Sink(16, most);
                await sink.Channel.Write(text);
                await sink.Channel.WriteFromExactly(Channels.Bytes(text));
                await sink.Channel.Close();
                Assert.Equal(text + text, sink.Text);
                Assert.Equal(1, sink.Closed);
            }
        });

    [Fact]
    public void Write_PeerTakesNothing_WaitsAndMemoryIsBounded() =>
        Fresh.Async(async () =>
        {
            var (gate, open) = Promise.Create<Unit>();
            var sink = new Channels.Sink(16) { Gate = gate };
            await sink.Channel.Write("0123456789abcdef");
            var waiting = Enumerable.Range(0, 10).Select(i => sink.Channel.Write(i.ToString())).ToArray();
            Assert.All(waiting, Expect.Pending);
            await Promise.Pause();
            Assert.All(waiting, Expect.Pending);
            Assert.Equal(16, sink.Channel.Buffered);
            waiting[3].Cancel();
            Expect.Canceled(waiting[3]);
            open.Fulfill(default);
            await sink.Channel.Flush();
            Assert.Equal("0123456789abcdef012456789", sink.Text);
        });

    [Fact]
    public void WriteFrom_WritesWhatThereIsRoomFor() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink(16);
            Assert.Equal(16, await sink.Channel.WriteFrom(new byte[20]));
            Assert.Equal(4, await sink.Channel.WriteFrom(new byte[4]));
            Assert.Equal(0, await sink.Channel.WriteFrom(default));
            Assert.Equal(16, sink.Bytes.Length);
            await sink.Channel.Flush();
            Assert.Equal(20, sink.Bytes.Length);
        });

    [Fact]
    public void Numbers_AreWrittenAsTheyAreRead() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink(16);
            var output = sink.Channel;
            await output.WriteInt16LittleEndian(-2);
            await output.WriteInt32LittleEndian(int.MinValue);
            await output.WriteInt64LittleEndian(long.MaxValue);
            await output.WriteSingleLittleEndian(1.5f);
            await output.WriteDoubleLittleEndian(Math.PI);
            await output.WriteInt16BigEndian(-3);
            await output.WriteInt32BigEndian(7);
            await output.WriteInt64BigEndian(-9);
            await output.WriteSingleBigEndian(-0.5f);
            await output.WriteDoubleBigEndian(Math.E);
            await output.Close();
            var input = InputChannel.Of(sink.Bytes);
            Assert.Equal(-2, await input.ReadInt16LittleEndian());
            Assert.Equal(int.MinValue, await input.ReadInt32LittleEndian());
            Assert.Equal(long.MaxValue, await input.ReadInt64LittleEndian());
            Assert.Equal(1.5f, await input.ReadSingleLittleEndian());
            Assert.Equal(Math.PI, await input.ReadDoubleLittleEndian());
            Assert.Equal(-3, await input.ReadInt16BigEndian());
            Assert.Equal(7, await input.ReadInt32BigEndian());
            Assert.Equal(-9, await input.ReadInt64BigEndian());
            Assert.Equal(-0.5f, await input.ReadSingleBigEndian());
            Assert.Equal(Math.E, await input.ReadDoubleBigEndian());
            Assert.Equal("", await input.ReadToEnd());
        });

    [Fact]
    public void Flush_ThatFailedByItself_IsToldByTheNextFlush_AndLosesNothing() =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var sink = new Channels.Sink { Failure = boom };
            await sink.Channel.Write("kept");
            await Promise.Pause();
            Assert.Equal(1, sink.Calls);
            await Promise.Pause();
            Assert.Equal(1, sink.Calls);
            Expect.Rejected(boom, sink.Channel.Flush());
            sink.Failure = null;
            await sink.Channel.Write("!");
            await Promise.Pause();
            Assert.Equal("kept!", sink.Text);
        });

    [Fact]
    public void Write_Fails_RejectsThatOperationAlone() =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var sink = new Channels.Sink(16) { Failure = boom };
            Expect.Rejected(boom, sink.Channel.Write(new string('x', 17)));
            sink.Failure = null;
            await sink.Channel.Flush();
            Assert.Equal(new string('x', 16), sink.Text);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5)]
    public void Flush_SinkReturnsNonsense_IsRejected(int count) =>
        Fresh.Async(async () =>
        {
            var output = OutputChannel.Create(_ => Promise.Return(count));
            await output.Write("four");
            await Assert.ThrowsAsync<IOException>(() => output.Flush().AsTask());
        });

    [Fact]
    public void Close_RunsWhatWaits_FlushesAndThenRejects() =>
        Fresh.Async(async () =>
        {
            var (gate, open) = Promise.Create<Unit>();
            var sink = new Channels.Sink(16) { Gate = gate };
            var first = sink.Channel.Write("0123456789abcdefgh");
            var second = sink.Channel.Write("second");
            var close = sink.Channel.Close();
            var late = sink.Channel.Write("late");
            Assert.Same(close, sink.Channel.Close());
            Expect.Pending(close);
            Assert.False(sink.Channel.IsClosed);
            open.Fulfill(default);
            await close;
            Assert.True(first.IsFulfilled && second.IsFulfilled);
            Assert.IsType<ChannelClosedException>(late.Exception);
            Assert.Equal("0123456789abcdefghsecond", sink.Text);
            Assert.Equal(1, sink.Closed);
            Assert.IsType<ChannelClosedException>(sink.Channel.Write("x").Exception);
            Assert.IsType<ChannelClosedException>(sink.Channel.Flush().Exception);
            await sink.Channel.Close();
            Assert.Equal(1, sink.Closed);
        });

    [Fact]
    public void Close_FlushFails_ClosesAllTheSame() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink { Failure = new BoomException() };
            await sink.Channel.Write("lost");
            await sink.Channel.Close();
            Assert.True(sink.Channel.IsClosed);
            Assert.Equal(1, sink.Closed);
        });

    [Fact]
    public void Abort_WritesNothing_AndEndsACloseThatWaits() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink { Gate = Promise.Create<Unit>().Promise };
            await sink.Channel.Write("lost");
            var close = sink.Channel.Close();
            var waiting = sink.Channel.Write("waits");
            Expect.Pending(close);
            await sink.Channel.Abort();
            await close;
            Assert.IsType<ChannelClosedException>(waiting.Exception);
            Assert.Equal("", sink.Text);
            Assert.Equal(1, sink.Closed);
            await Promise.Pause();
            Assert.Equal(1, sink.Calls);
        });

    [Fact]
    public void Atomic_NoOtherOperationCutsIn_AndFlushesByItself() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink();
            var (gate, open) = Promise.Create<Unit>();
            var block = sink.Channel.Atomic(async inner =>
            {
                await inner.Write("a");
                await gate;
                await inner.Write("b");
            });
            var other = sink.Channel.Write("c");
            Expect.Pending(other);
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal("a", sink.Text);
            open.Fulfill(default);
            await block;
            await other;
            await sink.Channel.Flush();
            Assert.Equal("abc", sink.Text);
        });

    [Fact]
    public void FlushAll_FlushesEveryChannel_AndPassesOverFailures() =>
        Fresh.Async(async () =>
        {
            var sinks = Enumerable.Range(0, 5).Select(_ => new Channels.Sink()).ToArray();
            foreach (var sink in sinks)
                await sink.Channel.Write("x");
            sinks[2].Failure = new BoomException();
            Assert.True(OutputChannel.FlushAll().IsFulfilled);
            for (var i = 0; i < sinks.Length; i++)
                Assert.Equal(i == 2 ? "" : "x", sinks[i].Text);
        });

    [Fact]
    public void RunEndsBeforeTheFlush_ExitHooksWriteItOut()
    {
        using var loop = Fresh.Loop();
        Channels.Sink? sink = null;
        loop.RunHere(() =>
        {
            sink = new();
            return sink.Channel.Write("at exit");
        });
        Assert.Equal("", sink!.Text);
        loop.RunExitHooks();
        Assert.Equal("at exit", sink.Text);
    }

    [Fact]
    public void DirectAccess_WritesWhatItMovesOver() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink(16);
            await sink.Channel.Write("ab");
            await sink.Channel.DirectAccess(async direct =>
            {
                Assert.Equal(2, direct.Position);
                "cd"u8.CopyTo(direct.Remaining);
                direct.Position += 2;
                Assert.Equal(4, await direct.Perform());
                Assert.Equal(0, direct.Position);
                "ef"u8.CopyTo(direct.Remaining);
                direct.Position += 1;
                return 0;
            });
            await sink.Channel.Flush();
            Assert.Equal("abcde", sink.Text);
        });

    [Fact]
    public void OfMemory_TakesWhatFits() =>
        Fresh.Async(async () =>
        {
            var memory = new byte[4];
            var output = OutputChannel.Of(memory);
            await output.Write("abcd");
            Assert.IsType<IOException>(output.Write("e").Exception);
            await output.Flush();
            await output.SetPosition(1);
            await output.Write("x");
            Assert.Equal("axcd", Encoding.UTF8.GetString(memory));
            Assert.Equal(4, await output.Length());
            Assert.Equal(2, output.Position);
            await output.Close();
        });

    [Fact]
    public void OfAStream_WritesFlushesSeeksAndCloses() =>
        Fresh.Async(async () =>
        {
            var stream = new MemoryStream();
            var output = OutputChannel.Of(stream, new ChannelOptions { BufferSize = 16, LeaveOpen = true });
            var text = new string('x', 200_000);
            await output.WriteFromExactly(Channels.Bytes(text));
            await output.Write("end");
            Assert.Equal(200_003, await output.Length());
            await output.SetPosition(1);
            Assert.Equal(1, output.Position);
            await output.Write("yz");
            await output.Close();
            Assert.True(stream.CanWrite);
            Assert.Equal("xyz" + text[3..] + "end", Encoding.UTF8.GetString(stream.ToArray()));
        });

    [Fact]
    public void OfAStream_WriteFails_IsToldToTheFlush() =>
        Fresh.Async(async () =>
        {
            var output = OutputChannel.Of(new MemoryStream(new byte[2]), new ChannelOptions { BufferSize = 16 });
            await output.Write("three");
            await Promise.Pause();
            await Assert.ThrowsAsync<NotSupportedException>(() => output.Flush().AsTask());
            await Assert.ThrowsAsync<NotSupportedException>(() => output.Flush().AsTask());
            await output.Close();
        });

    [Fact]
    public void SetBufferSize_FlushesWhatDoesNotFit() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink(64);
            await sink.Channel.Write(new string('x', 40));
            await sink.Channel.SetBufferSize(16);
            Assert.Equal(40, sink.Text.Length);
            Assert.Equal(16, sink.Channel.BufferSize);
            await sink.Channel.Write(new string('y', 40));
            await sink.Channel.Close();
            Assert.Equal(new string('x', 40) + new string('y', 40), sink.Text);
        });

    [Fact]
    public void Null_SwallowsAll() =>
        Fresh.Async(async () =>
        {
            var output = OutputChannel.Null();
            await output.Write(new string('x', 100_000));
            await output.Flush();
            Assert.Equal(100_000, output.Position);
        });

    [Fact]
    public void WriteLines_WritesEach() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink();
            await sink.Channel.WriteLines(PromiseStream.Of("1", "2"));
            await sink.Channel.Close();
            Assert.Equal("1\n2\n", sink.Text);
        });
}
