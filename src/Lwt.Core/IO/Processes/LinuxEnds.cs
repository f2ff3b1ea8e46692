using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// The ends of the pipes to a child, and what its standard descriptors are made of. Disposed of, it closes what is the child's,
/// and, unless the child was started, what is ours.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxEnds : IDisposable
{
    private readonly List<SafeFileHandle> _childs = [];
    private readonly List<SafeFileHandle> _moved = [];
    private readonly List<Action> _undo = [];
    private readonly ChannelOptions? _channels;

    internal LinuxEnds(ProcessOptions options)
    {
        _channels = options.Channels;
        try
        {
            (Standard[0], Input) = ForInput(options.Input);
            (Standard[1], Output) = ForOutput(options.Output);
            (Standard[2], Error) = ForOutput(options.Error);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal OutputChannel? Input { get; }

    internal InputChannel? Output { get; }

    internal InputChannel? Error { get; }

    /// <summary>What the child's descriptors 0 to 2 are copies of, where they lead to a file or a pipe.</summary>
    internal SafeFileHandle?[] Standard { get; } = new SafeFileHandle?[3];

    /// <summary>The child has its ends.</summary>
    internal void Started()
    {
        _undo.Clear();
        foreach (var moved in _moved)
            moved.Dispose();
    }

    public void Dispose()
    {
        foreach (var handle in _childs)
            handle.Dispose();
        foreach (var undo in _undo)
            undo();
    }

    private (SafeFileHandle? Childs, OutputChannel? Ours) ForInput(ProcessRedirection redirection)
    {
        if (redirection.Kind != RedirectionKind.Pipe)
            return (FileOf(redirection), null);
        if (EventLoop.Current.CurrentEngine.Ports is DescriptorPorts)
        {
            var (reader, writer) = EventLoop.Current.Ports.PipeOut();
            Keep(reader, writer);
            return (reader, OutputChannel.Of(writer, _channels));
        }
        var (childs, ours) = Pipe();
        return (childs, OutputChannel.Of(Stream(childs, ours, FileAccess.Write), _channels));
    }

    private (SafeFileHandle? Childs, InputChannel? Ours) ForOutput(ProcessRedirection redirection)
    {
        if (redirection.Kind != RedirectionKind.Pipe)
            return (FileOf(redirection), null);
        if (EventLoop.Current.CurrentEngine.Ports is DescriptorPorts)
        {
            var (reader, writer) = EventLoop.Current.Ports.PipeIn();
            Keep(writer, reader);
            return (writer, InputChannel.Of(reader, _channels));
        }
        var (ours, childs) = Pipe();
        return (childs, InputChannel.Of(Stream(childs, ours, FileAccess.Read), _channels));
    }

    private SafeFileHandle? FileOf(ProcessRedirection redirection)
    {
        if (redirection.File is not { } file)
            return null;
        ObjectDisposedException.ThrowIf(file.IsClosed, file);
        if (redirection.Kind == RedirectionKind.MovedFile)
            _moved.Add(file);
        return file;
    }

    private void Keep(SafeFileHandle childs, IDisposable ours)
    {
        _childs.Add(childs);
        _undo.Add(ours.Dispose);
    }

    private FileStream Stream(SafeFileHandle childs, SafeFileHandle ours, FileAccess access)
    {
        Keep(childs, ours);
        return new FileStream(ours, access, bufferSize: 0);
    }

    private static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe()
    {
        var result = Libc.Pipe(out var reader, out var writer);
        if (result < 0)
            throw new PromiseIOException(-result, "pipe", "");
        foreach (var end in (int[])[reader, writer])
            _ = Libc.SetFlags(end, Libc.GetFlags(end) & ~Libc.NonBlocking);
        return (new(reader, ownsHandle: true), new(writer, ownsHandle: true));
    }
}
