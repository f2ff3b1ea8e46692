namespace Lwt.Core.Tests;

/// <summary>What the common calls allocate.</summary>
public class ChannelAllocationTests
{
    private const int Calls = 1000;

    [Fact]
    public void ReadLine_LineIsInTheBuffer_AllocatesItsStringAndItsPromise() =>
        Fresh.Run(() =>
        {
            var input = Channels.Input(string.Concat(Enumerable.Repeat("0123456789\n", 2 * Calls)));
            var line = new string('x', 10);
            var expected = Measure(() => Promise.Return(new string(line.AsSpan())));
            Assert.Equal(expected, Measure(() => input.ReadLine()));
        });

    [Fact]
    public void ReadInto_BytesAreInTheBuffer_AllocatesNothing() =>
        Fresh.Run(() =>
        {
            var input = InputChannel.Of(new byte[100 * Calls]);
            var target = new byte[16];
            Assert.Equal(0, Measure(() => input.ReadInto(target)));
            Assert.Equal(0, Measure(() => input.ReadIntoExactly(target)));
        });

    [Fact]
    public void Write_ThereIsRoom_AllocatesNothing() =>
        Fresh.Run(() =>
        {
            var output = OutputChannel.Create(
                bytes => Promise.Return(bytes.Length),
                options: new() { BufferSize = 1024 * 1024 }
            );
            ReadOnlyMemory<byte> bytes = new byte[8];
            Assert.Equal(0, Measure(() => output.Write("0123456789")));
            Assert.Equal(0, Measure(() => output.WriteLine("é")));
            Assert.Equal(0, Measure(() => output.WriteChar('x')));
            Assert.Equal(0, Measure(() => output.WriteFromExactly(bytes)));
            Assert.Equal(0, Measure(() => output.WriteFrom(bytes)));
            Assert.Equal(0, Measure(() => output.WriteInt32BigEndian(1)));
        });

    [Fact]
    public void FlushByItself_AllocatesNothingForEachWrite() =>
        Fresh.Async(async () =>
        {
            var output = OutputChannel.Null();
            await Write(output, 100);
            var pauses = await Allocated(() => Pauses(Calls));
            var writes = await Allocated(() => Write(output, Calls));
            Assert.InRange(writes - pauses, 0, 200);

            static async Promise Pauses(int count)
            {
                for (var i = 0; i < count; i++)
                    await Promise.Pause();
            }

            static async Promise Write(OutputChannel output, int count)
            {
                for (var i = 0; i < count; i++)
                {
                    await output.Write("0123456789");
                    await Promise.Pause();
                    if (output.Buffered > 0)
                        throw new InvalidOperationException("The turn has not flushed.");
                }
            }
        });

    private static async Promise<long> Allocated(Func<Promise> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        await work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long Measure(Func<Promise> call)
    {
        // The first calls make what is made once.
        for (var i = 0; i < 100; i++)
            call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
            call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
