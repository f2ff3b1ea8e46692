using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Lwt.Core;

/// <summary>
/// UTF-8 both ways. A byte that is no UTF-8 is read as one lone low surrogate, U+DC80 to U+DCFF, and written as that byte
/// again, as Python's surrogateescape does: text that is no UTF-8 passes unchanged.
/// </summary>
internal static class Utf8Text
{
    internal const int MostBytesOfRune = 4;

    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';
    private const int EscapeBase = 0xDC00;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>All of the bytes as text.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
            return Encoding.Latin1.GetString(bytes);
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var rented = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            Decode(bytes, rented, out _, out var written);
            return new string(rented, 0, written);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Decodes as many whole characters as <paramref name="chars"/> has room for.</summary>
    internal static void Decode(ReadOnlySpan<byte> bytes, Span<char> chars, out int read, out int written)
    {
        (read, written) = (0, 0);
        while (true)
        {
            var status = Utf8.ToUtf16(
                bytes[read..],
                chars[written..],
                out var consumed,
                out var produced,
                replaceInvalidSequences: false,
                isFinalBlock: true
            );
            read += consumed;
            written += produced;
            if (status != OperationStatus.InvalidData || written == chars.Length)
                return;
            chars[written++] = Escape(bytes[read++]);
        }
    }

    /// <summary>The lone surrogate that stands for a byte.</summary>
    internal static char Escape(byte value) => (char)(EscapeBase + value);

    /// <summary>
    /// How many of the bytes make whole characters; the rest, at most three, may be the beginning of one that is cut.
    /// </summary>
    internal static int WholeLength(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back < MostBytesOfRune && back <= bytes.Length; back++)
        {
            var tail = bytes[^back..];
            // A continuation: what it belongs to begins before it.
            if ((tail[0] & 0xC0) == 0x80)
                continue;
            return Rune.DecodeFromUtf8(tail, out _, out _) == OperationStatus.NeedMoreData
                ? bytes.Length - back
                : bytes.Length;
        }
        return bytes.Length;
    }

    /// <summary>
    /// Encodes as much as there is room for. A high surrogate at the very end is left, for its other half may come with the
    /// next text; anywhere else a surrogate without its half becomes U+FFFD, but for those that stand for a byte.
    /// </summary>
    internal static void Encode(ReadOnlySpan<char> text, Span<byte> bytes, out int read, out int written)
    {
        (read, written) = (0, 0);
        while (true)
        {
            var status = Utf8.FromUtf16(
                text[read..],
                bytes[written..],
                out var consumed,
                out var produced,
                replaceInvalidSequences: false,
                isFinalBlock: false
            );
            read += consumed;
            written += produced;
            if (status != OperationStatus.InvalidData)
                return;
            if (!TryEncodeLone(text[read], bytes[written..], out produced))
                return;
            read++;
            written += produced;
        }
    }

    /// <summary>All of the text as bytes; a high surrogate at its end stands alone.</summary>
    internal static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[3 * text.Length];
        Encode(text, bytes, out var read, out var written);
        if (read < text.Length && TryEncodeLone(text[read], bytes.AsSpan(written), out var last))
            written += last;
        return bytes[..written];
    }

    /// <summary>Encodes a surrogate that stands alone.</summary>
    internal static bool TryEncodeLone(char surrogate, Span<byte> bytes, out int written)
    {
        written = 0;
        if (surrogate is >= FirstEscape and <= LastEscape)
        {
            if (bytes.IsEmpty)
                return false;
            bytes[0] = (byte)(surrogate - EscapeBase);
            written = 1;
            return true;
        }
        if (!Replacement.TryCopyTo(bytes))
            return false;
        written = Replacement.Length;
        return true;
    }
}
