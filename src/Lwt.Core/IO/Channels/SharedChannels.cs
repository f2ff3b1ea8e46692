namespace Lwt.Core;

public sealed partial class EventLoop
{
    private SharedChannels? _shared;

    /// <summary>This loop's channels on ends that all loops share.</summary>
    internal SharedChannels Shared => _shared ??= new(this);
}

/// <summary>
/// A loop's own channels on ends that all loops share: standard input and output. A channel such as
/// <see cref="InputChannel.StandardInput"/> belongs to no loop; an operation on it goes to the one that is here, which is
/// made when it is first needed.
/// </summary>
internal sealed class SharedChannels(EventLoop loop)
{
    private readonly List<(ByteSource Source, InputChannel Channel)> _inputs = [];
    private readonly List<(ByteSink Sink, OutputChannel Channel)> _outputs = [];

    internal InputChannel Of(ByteSource source)
    {
        foreach (var (known, channel) in _inputs)
            if (ReferenceEquals(known, source))
                return channel;
        var made = new InputChannel(source, null);
        _inputs.Add((source, made));
        return made;
    }

    internal OutputChannel Of(ByteSink sink)
    {
        foreach (var (known, channel) in _outputs)
            if (ReferenceEquals(known, sink))
                return channel;
        var made = new OutputChannel(sink, null);
        _outputs.Add((sink, made));
        return made;
    }

    /// <summary>Flushes those that are buffers of their own.</summary>
    internal IEnumerable<OutputChannel> Buffered =>
        _outputs.Where(pair => pair.Sink.IsBuffer).Select(pair => pair.Channel);

    /// <summary>
    /// A run has ended: what was written goes out before anybody else sees the console, and what was read and not used goes to
    /// whoever reads next.
    /// </summary>
    internal void EndRun()
    {
        foreach (var (sink, channel) in _outputs.ToArray())
            if (sink is SharedOutput output)
                channel.WriteOut(output, loop);
        GiveBack(all: false);
    }

    /// <summary>The loop was disposed of.</summary>
    internal void Dispose() => GiveBack(all: true);

    private void GiveBack(bool all)
    {
        foreach (var (source, channel) in _inputs)
            if (source is SharedInput input)
                channel.GiveBack(input, all);
    }
}
