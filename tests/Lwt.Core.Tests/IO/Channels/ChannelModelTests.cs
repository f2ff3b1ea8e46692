using System.Text;

namespace Lwt.Core.Tests;

/// <summary>Any sequence of operations does what the same operations on all of the bytes at once do.</summary>
public class ChannelModelTests
{
    public enum Kind
    {
        Memory,
        Pieces,
        Stream,
        Port,
    }

    [Theory]
    [InlineData(Kind.Memory, 400)]
    [InlineData(Kind.Pieces, 400)]
    [InlineData(Kind.Stream, 100)]
    [InlineData(Kind.Port, 60)]
    public void Reads_AgreeWithTheModel(Kind kind, int rounds) =>
        Run(
            kind,
            async () =>
            {
                for (var seed = 0; seed < rounds; seed++)
                    await ReadRound(kind, new Random(seed));
            }
        );

    [Theory]
    [InlineData(Kind.Pieces, 400)]
    [InlineData(Kind.Stream, 100)]
    [InlineData(Kind.Port, 60)]
    public void Writes_AgreeWithTheModel(Kind kind, int rounds) =>
        Run(
            kind,
            async () =>
            {
                for (var seed = 0; seed < rounds; seed++)
                    await WriteRound(kind, new Random(seed));
            }
        );

    private static async Promise ReadRound(Kind kind, Random random)
    {
        var bytes = SomeBytes(random);
        var (input, writing) = Open(kind, random, bytes);
        var at = 0;
        var seekable = kind is not Kind.Port;
        while (true)
        {
            Assert.Equal(at, input.Position);
            var rest = bytes.AsMemory(at);
            switch (random.Next(seekable ? 9 : 8))
            {
                case 0 or 1:
                    var line = await input.ReadLine();
                    if (rest.IsEmpty)
                    {
                        Assert.Null(line);
                        Assert.Equal("", await input.ReadToEnd());
                        await writing;
                        await input.Close();
                        return;
                    }
                    var feed = rest.Span.IndexOf((byte)'\n');
                    var length = feed < 0 ? rest.Length : feed;
                    at += feed < 0 ? length : feed + 1;
                    if (feed > 0 && rest.Span[feed - 1] == '\r')
                        length--;
                    Assert.Equal(Latin(rest.Span[..length]), Latin(line!));
                    break;
                case 2:
                    var text = await input.Read(random.Next(1, 50));
                    Assert.Equal(rest.IsEmpty, text.Length == 0);
                    Assert.Equal(Latin(rest.Span[..text.Length]), Latin(text));
                    at += text.Length;
                    break;
                case 3:
                    var target = new byte[random.Next(1, 60)];
                    var count = await input.ReadInto(target);
                    Assert.Equal(rest.IsEmpty, count == 0);
                    Assert.Equal(rest[..count].ToArray(), target[..count]);
                    at += count;
                    break;
                case 4:
                    var exact = new byte[random.Next(1, 60)];
                    if (exact.Length > rest.Length)
                        break;
                    await input.ReadIntoExactly(exact);
                    Assert.Equal(rest[..exact.Length].ToArray(), exact);
                    at += exact.Length;
                    break;
                case 5:
                    if (rest.Length < 4)
                        break;
                    Assert.Equal(BitConverter.ToInt32(rest.Span), await input.ReadInt32LittleEndian());
                    at += 4;
                    break;
                case 6:
                    var value = await input.ReadChar();
                    Assert.Equal(
                        rest.IsEmpty ? "" : Latin(rest.Span[..1]),
                        value is { } it ? Latin(it.ToString()) : ""
                    );
                    at += rest.IsEmpty ? 0 : 1;
                    break;
                case 7:
                    // One that is cancelled takes nothing.
                    var canceled = new byte[rest.Length + 1];
                    var reading = input.ReadIntoExactly(canceled);
                    if (!reading.IsPending)
                        at = reading.IsRejected ? bytes.Length : at;
                    else
                        reading.Cancel();
                    break;
                case 8:
                    at = random.Next(bytes.Length + 1);
                    await input.SetPosition(at);
                    Assert.Equal(bytes.Length, await input.Length());
                    break;
            }
        }
    }

    private static (InputChannel Input, Promise Writing) Open(Kind kind, Random random, byte[] bytes)
    {
        var options = new ChannelOptions { BufferSize = random.Next(16, 40) };
        switch (kind)
        {
            case Kind.Memory:
                return (InputChannel.Of(bytes), Promise.Return());
            case Kind.Stream:
                return (InputChannel.Of(new MemoryStream(bytes), options), Promise.Return());
            case Kind.Pieces:
                var stream = new MemoryStream(bytes);
                return (
                    InputChannel.Create(
                        async buffer =>
                        {
                            if (random.Next(2) == 0)
                                await Promise.Pause();
                            return stream.Read(buffer.Span[..random.Next(1, buffer.Length + 1)]);
                        },
                        (offset, origin) => Promise.Return(stream.Seek(offset, origin)),
                        options: options
                    ),
                    Promise.Return()
                );
            default:
                var (reader, writer) = EventLoop.Current.Ports.Pipe();
                return (InputChannel.Of(reader, options), WriteAll(writer, random, bytes));
        }
    }

    private static async Promise WriteAll(Port port, Random random, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; )
        {
            if (random.Next(3) == 0)
                await Promise.Pause();
            at += await port.Write(bytes.AsMemory(at, Math.Min(bytes.Length - at, random.Next(1, 50))));
        }
        port.Close();
    }

    private static async Promise WriteRound(Kind kind, Random random)
    {
        var options = new ChannelOptions { BufferSize = random.Next(16, 40) };
        var model = new MemoryStream();
        var stream = new MemoryStream();
        OutputChannel output;
        Promise<byte[]>? reading = null;
        switch (kind)
        {
            case Kind.Stream:
                output = OutputChannel.Of(stream, options);
                break;
            case Kind.Pieces:
                output = OutputChannel.Create(
                    async buffer =>
                    {
                        if (random.Next(2) == 0)
                            await Promise.Pause();
                        var count = random.Next(1, buffer.Length + 1);
                        stream.Write(buffer.Span[..count]);
                        return count;
                    },
                    options: options
                );
                break;
            default:
                var (reader, writer) = EventLoop.Current.Ports.Pipe();
                output = OutputChannel.Of(writer, options);
                reading = InputChannel.Of(reader).ReadBytesToEnd();
                break;
        }
        var writes = new List<Promise>();
        for (var count = random.Next(40); count > 0; count--)
        {
            var bytes = SomeBytes(random);
            switch (random.Next(8))
            {
                case 0:
                    writes.Add(output.WriteFromExactly(bytes));
                    model.Write(bytes);
                    break;
                case 1:
                    await Promise.Join([.. writes]);
                    var written = await output.WriteFrom(bytes);
                    Assert.Equal(bytes.Length == 0, written == 0);
                    model.Write(bytes.AsSpan(0, written));
                    break;
                case 2:
                    writes.Add(output.WriteInt64BigEndian(count));
                    model.Write([0, 0, 0, 0, 0, 0, 0, (byte)count]);
                    break;
                case 3:
                    writes.Add(output.WriteChar('x'));
                    model.Write("x"u8);
                    break;
                case 4:
                    writes.Add(output.Flush());
                    break;
                case 5:
                    await Promise.Pause();
                    break;
                default:
                    // A text for each byte that is no UTF-8 has one char.
                    var text = await InputChannel.Of(bytes).ReadToEnd();
                    var line = random.Next(2) == 0;
                    writes.Add(line ? output.WriteLine(text) : output.Write(text));
                    model.Write(bytes);
                    if (line)
                        model.Write("\n"u8);
                    break;
            }
        }
        await Promise.Join([.. writes]);
        Assert.Equal(model.Length, output.Position);
        await output.Close();
        Assert.Equal(model.ToArray(), reading is null ? stream.ToArray() : await reading);
    }

    // No byte belongs to a character of several: each is one char.
    private static byte[] SomeBytes(Random random)
    {
        var bytes = new byte[random.Next(random.Next(4) == 0 ? 500 : 40)];
        byte[] some = [(byte)'a', (byte)'b', (byte)'\r', (byte)'\n', 0xFF, 0x80, 0];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = some[random.Next(some.Length)];
        return bytes;
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static string Latin(string text) =>
        string.Concat(text.Select(value => (char)(value >= 0xDC80 ? value - 0xDC00 : value)));

    private static void Run(Kind kind, Func<Promise> test)
    {
        if (kind != Kind.Port)
            Fresh.Async(test);
        else
            PortChannelTests.Run(test);
    }
}
