using System.Text;

namespace Lwt.Core.Tests;

public class InputChannelTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("a\r\r\n", new[] { "a\r" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    [InlineData("a\r", new[] { "a\r" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("\r\n", new[] { "" })]
    [InlineData("\r", new[] { "\r" })]
    public void ReadLine_EndsWhereLwtEndsLines(string text, string[] lines) =>
        Fresh.Async(async () =>
        {
            for (var size = 1; size <= text.Length + 1; size++)
            {
                var input = Channels.Pieces(16, Channels.Bytes(text).Chunk(size).ToArray());
                foreach (var line in lines)
                    Assert.Equal(line, await input.ReadLine());
                Assert.Null(await input.ReadLine());
                Assert.Null(await input.ReadLine());
            }
        });

    [Fact]
    public void ReadLine_LongerThanTheBuffer_GrowsItAndShrinksItAgain() =>
        Fresh.Async(async () =>
        {
            var line = new string('x', 100_000);
            var input = InputChannel.Of(
                new MemoryStream(Channels.Bytes(line + "\nshort\n")),
                new ChannelOptions { BufferSize = 16 }
            );
            Assert.Equal(line, await input.ReadLine());
            Assert.Equal("short", await input.ReadLine());
            Assert.Null(await input.ReadLine());
            Assert.Equal(16, input.BufferSize);
        });

    [Fact]
    public void ReadLine_TooLong_IsRejectedAndNoByteIsLost() =>
        Fresh.Async(async () =>
        {
            var input = InputChannel.Of(
                new MemoryStream(Channels.Bytes("12345\r\n123456\nend")),
                new ChannelOptions { BufferSize = 16, MaxLineLength = 5 }
            );
            Assert.Equal("12345", await input.ReadLine());
            await Assert.ThrowsAsync<LineTooLongException>(() => input.ReadLine().AsTask());
            await Assert.ThrowsAsync<LineTooLongException>(() => input.ReadLine().AsTask());
            Assert.Equal("12", await input.Read(2));
            Assert.Equal("3456", await input.ReadLine());
            input.MaxLineLength = 2;
            await Assert.ThrowsAsync<LineTooLongException>(() => input.ReadLine().AsTask());
            Assert.Equal("end", await input.ReadToEnd());
        });

    [Fact]
    public void ReadLine_TooLongWithoutAnyEnd_IsRejectedBeforeAllOfItIsRead() =>
        Fresh.Async(async () =>
        {
            var input = InputChannel.Create(
                buffer =>
                {
                    buffer.Span.Fill((byte)'x');
                    return Promise.Return(buffer.Length);
                },
                options: new() { BufferSize = 16, MaxLineLength = 1000 }
            );
            await Assert.ThrowsAsync<LineTooLongException>(() => input.ReadLine().AsTask());
            Assert.InRange(input.Buffered, 1001, 4000);
        });

    [Fact]
    public void ReadLine_Pending_IsFulfilledWhenTheEndComes() =>
        Fresh.Async(async () =>
        {
            var fed = new Channels.Fed();
            var line = fed.Channel.ReadLine();
            fed.Feed("one");
            Expect.Pending(line);
            Assert.True(fed.Channel.IsBusy);
            fed.Feed(" line\nrest");
            Expect.Fulfilled("one line", line);
            Assert.False(fed.Channel.IsBusy);
            Assert.Equal(4, fed.Channel.Buffered);
            Assert.Equal(9, fed.Channel.Position);
            await Promise.Return();
        });

    [Fact]
    public void ReadLine_CancelledInTheMidst_LeavesItsBytesToTheNext() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed();
            var first = fed.Channel.ReadLine();
            fed.Feed("half ");
            first.Cancel();
            Expect.Canceled(first);
            Assert.False(fed.Channel.IsBusy);
            var second = fed.Channel.ReadLine();
            fed.Feed("a line\n");
            Expect.Fulfilled("half a line", second);
        });

    [Fact]
    public void ReadIntoExactly_CancelledInTheMidst_PutsItsBytesBack() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed(new() { BufferSize = 16 });
            var first = fed.Channel.ReadIntoExactly(new byte[100]);
            fed.Feed("0123456789");
            fed.Feed("abcdefghij");
            first.Cancel();
            Expect.Canceled(first);
            Assert.Equal(20, fed.Channel.Buffered);
            Assert.Equal(0, fed.Channel.Position);
            var rest = fed.Channel.ReadToEnd();
            fed.Feed("!");
            fed.End();
            Expect.Fulfilled("0123456789abcdefghij!", rest);
        });

    [Fact]
    public void Operations_WaitInOrder_AndCancellingOneTakesItOut() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed();
            Promise<string?>[] lines = [.. Enumerable.Range(0, 4).Select(_ => fed.Channel.ReadLine())];
            lines[2].Cancel();
            Expect.Canceled(lines[2]);
            fed.Feed("1\n2\n3\n");
            Expect.Fulfilled("1", lines[0]);
            Expect.Fulfilled("2", lines[1]);
            Expect.Fulfilled("3", lines[3]);
        });

    [Fact]
    public void Operation_SourceFails_RejectsThatOneAlone() =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var calls = 0;
            var input = InputChannel.Create(buffer =>
            {
                if (++calls == 1)
                    throw boom;
                buffer.Span[0] = (byte)'x';
                return Promise.Return(calls == 2 ? 1 : 0);
            });
            Expect.Rejected(boom, input.ReadToEnd());
            Assert.Equal("x", await input.ReadToEnd());
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(17)]
    public void Operation_SourceReturnsNonsense_IsRejected(int count) =>
        Fresh.Run(() =>
        {
            var input = InputChannel.Create(_ => Promise.Return(count), options: new() { BufferSize = 16 });
            Assert.IsType<IOException>(input.ReadLine().Exception);
        });

    [Fact]
    public void Read_ReturnsWhatIsThere_InWholeCharacters() =>
        Fresh.Async(async () =>
        {
            var emoji = Channels.Bytes("a😀b");
            var input = Channels.Pieces(16, emoji[..3], emoji[3..]);
            Assert.Equal("a", await input.Read(10));
            Assert.Equal("😀", await input.Read(1));
            Assert.Equal("", await input.Read(0));
            Assert.Equal("b", await input.Read(1));
            Assert.Equal("", await input.Read(1));
        });

    [Fact]
    public void Read_CharacterCutByTheEnd_ComesAsItsBytes() =>
        Fresh.Async(async () =>
            Assert.Equal("x\uDCF0\uDC9F", await Channels.Pieces(16, [(byte)'x', 0xF0, 0x9F]).ReadToEnd())
        );

    [Fact]
    public void ReadChar_ReturnsBothHalvesOfACharacter_AndNullAtTheEnd() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Pieces(16, Channels.Bytes("é😀").Select(b => new[] { b }).ToArray());
            var chars = new StringBuilder();
            while (await input.ReadChar() is { } value)
                chars.Append(value);
            Assert.Equal("é😀", chars.ToString());
            var half = Channels.Input("😀\nx");
            Assert.Equal('\uD83D', await half.ReadChar());
            Assert.Equal("\uDE00", await half.ReadLine());
            Assert.Equal("x", await half.ReadToEnd());
        });

    [Fact]
    public void Numbers_AreReadInBothOrders() =>
        Fresh.Async(async () =>
        {
            byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8];
            InputChannel Input() => Channels.Pieces(16, bytes[..3], bytes[3..]);
            Assert.Equal(0x0201, await Input().ReadInt16LittleEndian());
            Assert.Equal(0x0102, await Input().ReadInt16BigEndian());
            Assert.Equal(0x04030201, await Input().ReadInt32LittleEndian());
            Assert.Equal(0x01020304, await Input().ReadInt32BigEndian());
            Assert.Equal(0x0807060504030201, await Input().ReadInt64LittleEndian());
            Assert.Equal(0x0102030405060708, await Input().ReadInt64BigEndian());
            Assert.Equal(BitConverter.Int32BitsToSingle(0x01020304), await Input().ReadSingleBigEndian());
            Assert.Equal(BitConverter.Int64BitsToDouble(0x0807060504030201), await Input().ReadDoubleLittleEndian());
        });

    [Fact]
    public void Number_CutByTheEnd_IsRejectedAndItsBytesStay() =>
        Fresh.Async(async () =>
        {
            var input = InputChannel.Of([1, 2, 3]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => input.ReadInt32LittleEndian().AsTask());
            Assert.Equal([1, 2, 3], await input.ReadBytesToEnd());
        });

    [Fact]
    public void ReadIntoExactly_TheEndComesBefore_IsRejected() =>
        Fresh.Async(async () =>
        {
            var input = InputChannel.Of([1, 2, 3]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => input.ReadIntoExactly(new byte[4]).AsTask());
            Assert.Equal(3, input.Position);
        });

    [Fact]
    public void SetPosition_InsideTheBuffer_DoesNotSeek() =>
        Fresh.Async(async () =>
        {
            var seeks = 0;
            var stream = new MemoryStream(Channels.Bytes("0123456789abcdefghij"));
            var input = InputChannel.Create(
                async buffer => await stream.ReadAsync(buffer),
                (offset, origin) =>
                {
                    seeks++;
                    return Promise.Return(stream.Seek(offset, origin));
                },
                options: new() { BufferSize = 16 }
            );
            Assert.Equal("0123", await input.Read(4));
            Assert.Equal(4, input.Position);
            await input.SetPosition(10);
            Assert.Equal(0, seeks);
            Assert.Equal("a", await input.Read(1));
            await input.SetPosition(2);
            Assert.Equal(1, seeks);
            Assert.Equal(20, await input.Length());
            Assert.Equal("23456789abcdefghij", await input.ReadToEnd());
            Assert.Equal(20, input.Position);
        });

    [Fact]
    public void SetPosition_OverMemory_MovesAndRefusesWhatIsOutside() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Input("0123456789");
            Assert.Equal("0123456789", await input.ReadToEnd());
            await input.SetPosition(8);
            Assert.Equal("89", await input.ReadToEnd());
            Assert.Equal(10, await input.Length());
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => input.SetPosition(11).AsTask());
        });

    [Fact]
    public void SetPosition_WithoutSeek_IsRejected() =>
        Fresh.Async(async () =>
        {
            var input = InputChannel.Null();
            await Assert.ThrowsAsync<NotSupportedException>(() => input.SetPosition(5).AsTask());
            await Assert.ThrowsAsync<NotSupportedException>(() => input.Length().AsTask());
        });

    [Fact]
    public void SetBufferSize_KeepsWhatIsThere_AndRefusesToLoseIt() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Pieces(32, Channels.Bytes(new string('x', 30)), Channels.Bytes("rest"));
            await input.Read(1);
            await Assert.ThrowsAsync<InvalidOperationException>(() => input.SetBufferSize(16).AsTask());
            await input.Read(20);
            await input.SetBufferSize(16);
            Assert.Equal(16, input.BufferSize);
            Assert.Equal("xxxxxxxxxrest", await input.ReadToEnd());
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => input.SetBufferSize(15).AsTask());
        });

    [Fact]
    public void DirectAccess_ConsumesWhatItMovesOver() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Pieces(16, Channels.Bytes("abc"), Channels.Bytes("def"));
            var seen = await input.DirectAccess(async direct =>
            {
                Assert.Equal(0, direct.Remaining.Length);
                Assert.Equal(3, await direct.Perform());
                Assert.Equal(3, await direct.Perform());
                var text = Encoding.UTF8.GetString(direct.Remaining);
                direct.Position += 4;
                Assert.Equal(0, await direct.Perform());
                Assert.Throws<ArgumentOutOfRangeException>(() => direct.Position = direct.End + 1);
                return text;
            });
            Assert.Equal("abcdef", seen);
            Assert.Equal("ef", await input.ReadToEnd());
        });

    [Fact]
    public void DirectAccess_BlockFails_ConsumesNothing() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Input("abc");
            DirectAccess? kept = null;
            var boom = new BoomException();
            Expect.Rejected(
                boom,
                input.DirectAccess<int>(direct =>
                {
                    kept = direct;
                    direct.Position++;
                    throw boom;
                })
            );
            await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.Perform().AsTask());
            Assert.Equal("abc", await input.ReadToEnd());
        });

    [Fact]
    public void Atomic_NoOtherOperationCutsIn() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed();
            InputChannel? kept = null;
            var pair = fed.Channel.Atomic(async block =>
            {
                kept = block;
                return (await block.ReadLine(), await block.ReadLine());
            });
            var other = fed.Channel.ReadLine();
            fed.Feed("1\n");
            fed.Feed("2\n3\n4\n");
            Expect.Fulfilled(("1", "2"), pair);
            Expect.Fulfilled("3", other);
            Assert.IsType<InvalidOperationException>(kept!.ReadLine().Exception);
            Assert.IsType<InvalidOperationException>(kept.Close().Exception);
            Expect.Fulfilled("4", fed.Channel.ReadLine());
        });

    [Fact]
    public void Atomic_Nested_AndFailing_FreesTheChannel() =>
        Fresh.Run(() =>
        {
            var input = Channels.Input("1\n2\n3\n");
            var boom = new BoomException();
            var block = input.Atomic(async outer =>
            {
                Assert.Equal("1", await outer.Atomic(inner => inner.ReadLine()));
                Assert.Equal("2", await outer.ReadLine());
                throw boom;
            });
            Expect.Rejected(boom, block);
            Expect.Fulfilled("3", input.ReadLine());
        });

    [Fact]
    public void Atomic_BlockLeavesAnOperationBehind_HoldsTheChannelUntilThatEnds() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed();
            Promise<string?>? left = null;
            var block = fed.Channel.Atomic(inner =>
            {
                left = inner.ReadLine();
                return Promise.Return();
            });
            var next = fed.Channel.ReadLine();
            Expect.Pending(block);
            fed.Feed("1\n2\n");
            Expect.Fulfilled("1", left!);
            Expect.Fulfilled("2", next);
            Assert.True(block.IsFulfilled);
        });

    [Fact]
    public void Close_RejectsWhatRunsAndWhatWaits_AndClosesTheSourceOnce() =>
        Fresh.Run(() =>
        {
            var closed = 0;
            var input = InputChannel.Create(
                _ => Promise.Create<int>().Promise,
                close: () =>
                {
                    closed++;
                    return Promise.Return();
                }
            );
            var (running, waiting) = (input.ReadLine(), input.ReadChar());
            Assert.True(input.Close().IsFulfilled);
            Assert.IsType<ChannelClosedException>(running.Exception);
            Assert.IsType<ChannelClosedException>(waiting.Exception);
            Assert.IsType<ChannelClosedException>(input.ReadLine().Exception);
            Assert.True(input.IsClosed);
            Assert.False(input.IsBusy);
            Assert.True(input.Close().IsFulfilled);
            Assert.True(input.Abort().IsFulfilled);
            Assert.Equal(1, closed);
        });

    [Fact]
    public void Abort_InsideABlock_EndsTheBlock() =>
        Fresh.Run(() =>
        {
            var fed = new Channels.Fed();
            var block = fed.Channel.Atomic(inner => inner.ReadLine());
            var waiting = fed.Channel.ReadLine();
            Assert.True(fed.Channel.Abort().IsFulfilled);
            Assert.IsType<ChannelClosedException>(block.Exception);
            Assert.IsType<ChannelClosedException>(waiting.Exception);
            Assert.True(fed.Channel.IsClosed);
        });

    [Fact]
    public void Close_OfTheSourceFails_RejectsTheClose() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var input = InputChannel.Create(_ => Promise.Return(0), close: () => Promise.Fail(boom));
            Expect.Rejected(boom, input.Close());
            Expect.Rejected(boom, input.Close());
            Assert.True(input.IsClosed);
        });

    [Fact]
    public void ReadLines_CanBeEnumerated() =>
        Fresh.Async(async () =>
        {
            var lines = new List<string>();
            await foreach (var line in Channels.Input("1\n2\n3").ReadLines())
                lines.Add(line);
            Assert.Equal(["1", "2", "3"], lines);
            Assert.Equal("ab", await Channels.Input("ab").ReadChars().ToText());
        });

    [Fact]
    public void NullAndZero() =>
        Fresh.Async(async () =>
        {
            Assert.Null(await InputChannel.Null().ReadLine());
            Assert.Equal("", await InputChannel.Null().ReadToEnd());
            Assert.Equal(new byte[10_000], await InputChannel.Zero().ReadBytesExactly(10_000));
        });

    [Fact]
    public void UsedOnAnotherThread_Throws() =>
        Fresh.Run(() =>
        {
            var input = Channels.Input("a");
            Expect.Fulfilled('a', input.ReadChar());
            Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(() => input.ReadLine()));
        });

    [Fact]
    public void OfAStream_CancelledRead_LeavesWhatItBringsToTheNext() =>
        Fresh.Async(async () =>
        {
            var pipe = new System.IO.Pipelines.Pipe();
            var input = InputChannel.Of(pipe.Reader.AsStream());
            var first = input.ReadLine();
            Expect.Pending(first);
            first.Cancel();
            Expect.Canceled(first);
            var second = input.ReadLine();
            await pipe.Writer.WriteAsync(Channels.Bytes("kept\n"));
            Assert.Equal("kept", await second);
            await input.Close();
            await Assert.ThrowsAsync<ChannelClosedException>(() => input.ReadLine().AsTask());
        });

    [Fact]
    public void OfAStreamThatBlocks_DoesNotBlockTheLoop() =>
        Fresh.Async(async () =>
        {
            var stream = new BlockingStream();
            var input = InputChannel.Of(stream);
            var line = input.ReadLine();
            Expect.Pending(line);
            stream.Release.Set();
            Assert.Equal("late", await line);
        });

    private sealed class BlockingStream : MemoryStream
    {
        internal ManualResetEventSlim Release { get; } = new();

        public override int Read(byte[] buffer, int offset, int count)
        {
            Release.Wait();
            "late\n"u8.CopyTo(buffer.AsSpan(offset));
            return 5;
        }

        // As a stream does that has only the synchronous method.
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var bytes = new byte[buffer.Length];
            var count = await Task.Run(() => Read(bytes, 0, bytes.Length), cancellationToken);
            bytes.AsMemory(0, count).CopyTo(buffer);
            return count;
        }
    }
}
