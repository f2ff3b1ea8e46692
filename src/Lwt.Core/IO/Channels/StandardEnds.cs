using System.Reflection;

namespace Lwt.Core;

/// <summary>The ends of standard input, output and error.</summary>
/// <remarks>
/// Bytes go straight to and from the system while <see cref="Console"/>'s own reader and writers are what the runtime made, so
/// that all bytes pass unchanged. What a program has put in their place (<see cref="Console.SetOut"/> and the others) gets
/// and gives text.
/// </remarks>
internal static class StandardEnds
{
    private const int Utf8CodePage = 65001;
    private const int MostAtOnce = 8192;

    private static readonly TextWriter? s_out = Original("s_isOutTextWriterRedirected", () => Console.Out);
    private static readonly TextWriter? s_error = Original("s_isErrorTextWriterRedirected", () => Console.Error);
    private static readonly FieldInfo? s_in = Field("s_in");
    private static Stream? s_input;

    private static readonly SharedOutput s_sink = new(
        () => Console.Out is var it && it == s_out ? null : it,
        Console.OpenStandardOutput
    );

    private static readonly SharedOutput s_errorSink = new(
        () => Console.Error is var it && it == s_error ? null : it,
        Console.OpenStandardError
    );

    static StandardEnds()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => FlushNow();
        // A process that ends with an unhandled exception runs no exit hooks and may not end the loop's run.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => FlushNow();
    }

    internal static InputChannel Input { get; } = new(new SharedInput(ReadInput));

    internal static OutputChannel Output { get; } = new(s_sink);

    internal static OutputChannel Error { get; } = new(s_errorSink);

    /// <summary>Reads a line of text, or a part of a very long one.</summary>
    internal static byte[] ReadText(TextReader reader)
    {
        var text = new List<char>();
        for (int next; (next = reader.Read()) >= 0; )
        {
            var value = (char)next;
            text.Add(value);
            if (value == '\n' || (text.Count >= MostAtOnce && !char.IsHighSurrogate(value)))
                break;
        }
        return Utf8Text.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
    }

    private static void FlushNow()
    {
        s_sink.FlushNow();
        s_errorSink.FlushNow();
    }

    private static byte[] ReadInput()
    {
        if (!IsReaderUnused())
            return ReadText(Console.In);
        s_input ??= Console.OpenStandardInput();
        var buffer = new byte[MostAtOnce];
        return buffer[..s_input.Read(buffer)];
    }

    /// <summary>
    /// Whether nobody has asked for Console.In or replaced it: what it has read ahead would be missing. .NET does not tell but
    /// by its own field; where there is none, text is read, as from a reader that was replaced.
    /// </summary>
    private static bool IsReaderUnused() =>
        s_in is not null && s_in.GetValue(null) is null && Console.InputEncoding.CodePage == Utf8CodePage;

    /// <summary>
    /// The writer that the runtime made; null if it was replaced already, or does not write UTF-8. .NET tells neither but by
    /// its own field.
    /// </summary>
    private static TextWriter? Original(string flag, Func<TextWriter> writer) =>
        Field(flag)?.GetValue(null) is false && Console.OutputEncoding.CodePage == Utf8CodePage ? writer() : null;

    // Each name stands here as a constant, for trimming.
    private static FieldInfo? Field(string name)
    {
        const BindingFlags Private = BindingFlags.Static | BindingFlags.NonPublic;
        return name switch
        {
            "s_in" => typeof(Console).GetField("s_in", Private),
            "s_isOutTextWriterRedirected" => typeof(Console).GetField("s_isOutTextWriterRedirected", Private),
            _ => typeof(Console).GetField("s_isErrorTextWriterRedirected", Private),
        };
    }
}
