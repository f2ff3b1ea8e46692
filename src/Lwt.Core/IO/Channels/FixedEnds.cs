namespace Lwt.Core;

/// <summary>Always at its end.</summary>
internal sealed class EmptySource : ByteSource
{
    internal override Promise<int> Read(Memory<byte> buffer) => Lengths.Of(0);
}

/// <summary>Zeros without end.</summary>
internal sealed class ZeroSource : ByteSource
{
    internal override Promise<int> Read(Memory<byte> buffer)
    {
        buffer.Span.Clear();
        return Lengths.Of(buffer.Length);
    }
}

/// <summary>Swallows all.</summary>
internal sealed class NullSink : ByteSink
{
    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer) => Lengths.Of(buffer.Length);
}

/// <summary>The end of a channel that writes into memory of the user's: there is no more room.</summary>
internal sealed class FullSink : ByteSink
{
    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer) =>
        new(new IOException("The memory that this output channel writes to is full."));
}
