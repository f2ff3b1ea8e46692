using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// A child of Linux's: started by posix_spawn. Its end is told by a descriptor of the process where the engine waits for
/// descriptors; elsewhere by <see cref="ChildWatch"/>.
/// </summary>
/// <remarks>
/// Invariant: the system forgets the child in <see cref="End"/> and nowhere else, on the loop's thread. So until End is fulfilled
/// its number is no other process's, and signals are safe. .NET's own handling of ended children leaves alone those that it has
/// not started.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxChild : IChild
{
    private readonly string _name;

    private readonly EventLoop _loop = EventLoop.Current;

    private LinuxChild(string name) => _name = name;

    public int Id { get; private init; }

    public OutputChannel? Input { get; private init; }

    public InputChannel? Output { get; private init; }

    public InputChannel? Error { get; private init; }

    internal static LinuxChild Start(ProcessOptions options)
    {
        using var ends = new LinuxEnds(options);
        var process = LinuxSpawn.Start(options, ends);
        ends.Started();
        EventLoop.Current.Children.Add(process);
        return new(options.Program)
        {
            Id = process,
            Input = ends.Input,
            Output = ends.Output,
            Error = ends.Error,
        };
    }

    public async Promise<(ProcessExit Exit, ProcessUsage Usage)> End()
    {
        while (true)
        {
            await Ended();
            var result = Libc.Reap(Id, out var status);
            if (result < 0)
            {
                _loop.Children.Remove(Id);
                throw new PromiseIOException(-result, "waitid", $"{_name}, process {Id}");
            }
            if (status.Process == 0)
                continue;
            _loop.Children.Remove(Id);
            var exit = status.Code == 1 ? new ProcessExit(status.Status, null) : new ProcessExit(null, status.Status);
            return (exit, new(status.UserTime, status.SystemTime));
        }
    }

    private async Promise Ended()
    {
        if (_loop.CurrentEngine.Ports is DescriptorPorts && Libc.ProcessOpen(Id) is var descriptor and >= 0)
        {
            using var process = new SafeFileHandle(descriptor, ownsHandle: true);
            using var port = _loop.Ports.Watch(process);
            await port.Readable();
            return;
        }
        var (ended, resolver) = Promise.CreateThreadSafe<Unit>();
        ChildWatch.Add(Id, () => resolver.TryFulfill(default));
        await ended;
    }

    public void Signal(int signal, bool toGroup)
    {
        var result = Libc.Kill(toGroup ? -Id : Id, signal);
        if (result < 0 && -result != Errno.ESRCH)
            throw new PromiseIOException(-result, "kill", $"{_name}, process {Id}");
    }
}
