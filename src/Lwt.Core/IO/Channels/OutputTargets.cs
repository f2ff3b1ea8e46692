namespace Lwt.Core;

/// <summary>Bytes up to a place that go to one writer; null for the stream.</summary>
internal readonly record struct OutputRun(TextWriter? Target, int End);

/// <summary>Writes bytes to a stream, or as text to writers. All of it runs on one thread.</summary>
internal sealed class OutputTargets(Func<Stream> open)
{
    private Stream? _stream;

    // The beginning of a character whose rest is still to come, and the writer that it goes to.
    private byte[] _cut = [];
    private TextWriter? _cutTarget;

    /// <summary>Returns the first failure; what fails is lost, and the rest is written all the same.</summary>
    internal Exception? Write(byte[] bytes, List<OutputRun> runs)
    {
        Exception? failure = null;
        var start = 0;
        foreach (var run in runs)
        {
            try
            {
                Write(bytes.AsSpan(start, run.End - start), run.Target);
            }
            catch (Exception e)
            {
                failure ??= e;
            }
            start = run.End;
        }
        return failure;
    }

    private void Write(ReadOnlySpan<byte> bytes, TextWriter? target)
    {
        if (_cut.Length > 0)
        {
            if (_cutTarget == target)
                bytes = (byte[])[.. _cut, .. bytes];
            else
                _cutTarget!.Write(Utf8Text.Decode(_cut));
            _cut = [];
        }
        if (target is null)
        {
            _stream ??= open();
            _stream.Write(bytes);
            _stream.Flush();
            return;
        }
        var whole = Utf8Text.WholeLength(bytes);
        (_cut, _cutTarget) = (bytes[whole..].ToArray(), target);
        target.Write(Utf8Text.Decode(bytes[..whole]));
        target.Flush();
    }
}
