using System.Text;

namespace Lwt.Core.Tests;

/// <summary>Text as channels read and write it.</summary>
public class Utf8TextTests
{
    [Fact]
    public void AnyBytes_ReadAsTextAndWritten_AreTheSameBytes() =>
        Fresh.Async(async () =>
        {
            var random = new Random(1);
            for (var round = 0; round < 3000; round++)
            {
                var bytes = SomeBytes(random);
                var text = await Chunked(random, bytes).ReadToEnd();
                Assert.Equal(bytes, await Written(random, [text]));
                // In whatever pieces it is read and written.
                var parts = new List<string>();
                var input = Chunked(random, bytes);
                while (await Part(random, input) is { Length: > 0 } part)
                    parts.Add(part);
                Assert.Equal(text, string.Concat(parts));
                Assert.Equal(bytes, await Written(random, parts));
            }
        });

    [Fact]
    public void AnyValidString_IsWrittenAsItsUtf8_AndReadAgain() =>
        Fresh.Async(async () =>
        {
            var random = new Random(2);
            for (var round = 0; round < 3000; round++)
            {
                var text = SomeText(random);
                var bytes = Encoding.UTF8.GetBytes(text);
                Assert.Equal(bytes, await Written(random, Cut(random, text)));
                Assert.Equal(text, await Chunked(random, bytes).ReadToEnd());
            }
        });

    [Fact]
    public void LoneSurrogates_ThatStandForNoByte_AreReplaced() =>
        Fresh.Async(async () =>
        {
            foreach (var text in (string[])["\uD800", "a\uDBFFb", "\uDC7F", "\uDD00x", "\uD800\uD800", "x\uDFFF"])
                Assert.Equal(Encoding.UTF8.GetBytes(text), await Written(new Random(3), [text]));
        });

    [Fact]
    public void HalvesOfACharacter_InTwoWrites_MakeOne() =>
        Fresh.Async(async () =>
        {
            Assert.Equal(Channels.Bytes("😀"), await Written(new Random(4), ["\uD83D", "\uDE00"]));
            var sink = new Channels.Sink();
            await sink.Channel.Write("\uD83D");
            await sink.Channel.WriteFromExactly(Channels.Bytes("x"));
            await sink.Channel.WriteChar('\uD83D');
            await sink.Channel.WriteLine("");
            await sink.Channel.Close();
            Assert.Equal("\uFFFDx\uFFFD\n", sink.Text);
        });

    private static async Promise<string?> Part(Random random, InputChannel input)
    {
        if (random.Next(3) > 0)
            return await input.Read(random.Next(1, 6));
        return await input.ReadChar() is { } value ? value.ToString() : "";
    }

    private static InputChannel Chunked(Random random, byte[] bytes)
    {
        var stream = new MemoryStream(bytes);
        return InputChannel.Create(
            buffer => Promise.Return(stream.Read(buffer.Span[..random.Next(1, Math.Min(9, buffer.Length))])),
            options: new() { BufferSize = 16 }
        );
    }

    private static async Promise<byte[]> Written(Random random, IEnumerable<string> parts)
    {
        var sink = new Channels.Sink(16, random.Next(1, 20));
        foreach (var part in parts)
            if (part.Length == 1 && random.Next(2) == 0)
                await sink.Channel.WriteChar(part[0]);
            else
                await sink.Channel.Write(part);
        await sink.Channel.Close();
        return sink.Bytes;
    }

    private static byte[] SomeBytes(Random random)
    {
        var bytes = new List<byte>();
        for (var count = random.Next(30); count > 0; count--)
            switch (random.Next(4))
            {
                case 0:
                    bytes.Add((byte)random.Next(256));
                    break;
                case 1:
                    bytes.Add((byte)random.Next(0x80, 0x100));
                    break;
                default:
                    // A whole character, or the beginning of one.
                    var whole = Encoding.UTF8.GetBytes(SomeRune(random).ToString());
                    bytes.AddRange(whole[..random.Next(1, whole.Length + 1)]);
                    break;
            }
        return [.. bytes];
    }

    private static string SomeText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => SomeRune(random).ToString()));

    private static Rune SomeRune(Random random)
    {
        int[] limits = [0x80, 0x800, 0x10000, 0x110000];
        while (true)
            if (Rune.TryCreate(random.Next(limits[random.Next(4)]), out var rune))
                return rune;
    }

    private static IEnumerable<string> Cut(Random random, string text)
    {
        for (var at = 0; at < text.Length; )
        {
            var length = Math.Min(text.Length - at, random.Next(1, 8));
            yield return text.Substring(at, length);
            at += length;
        }
    }
}
