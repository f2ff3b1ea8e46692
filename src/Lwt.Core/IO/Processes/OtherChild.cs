using System.ComponentModel;
using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// A child of a system that is not Linux, by .NET's Process: without groups, and without redirection to files.
/// </summary>
internal sealed class OtherChild : IChild
{
    private const int NoFile = 2;
    private const int NoPermission = 13;
    private const int FirstSignalCode = 128;

    private readonly Process _process;
    private readonly Task[] _drains;

    private OtherChild(Process process, ProcessOptions options)
    {
        _process = process;
        if (options.Input.Kind == RedirectionKind.Pipe)
            Input = OutputChannel.Of(process.StandardInput.BaseStream, options.Channels);
        else if (options.Input.Kind == RedirectionKind.Null)
            process.StandardInput.Close();
        Output = ChannelOf(options.Output, () => process.StandardOutput.BaseStream, options);
        Error = ChannelOf(options.Error, () => process.StandardError.BaseStream, options);
        _drains =
        [
            Drain(options.Output, () => process.StandardOutput.BaseStream),
            Drain(options.Error, () => process.StandardError.BaseStream),
        ];
    }

    public int Id => _process.Id;

    public OutputChannel? Input { get; }

    public InputChannel? Output { get; }

    public InputChannel? Error { get; }

    internal static OtherChild Start(ProcessOptions options)
    {
        var info = new ProcessStartInfo(options.Program, options.Arguments.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = options.WorkingDirectory ?? "",
            RedirectStandardInput = IsRedirected(options.Input),
            RedirectStandardOutput = IsRedirected(options.Output),
            RedirectStandardError = IsRedirected(options.Error),
        };
        if (options.Changed is { } environment)
        {
            info.Environment.Clear();
            foreach (var (name, value) in environment)
                if (value is not null)
                    info.Environment[name] = value;
        }
        try
        {
            return new(Process.Start(info)!, options);
        }
        catch (Win32Exception e)
        {
            var error = e.NativeErrorCode switch
            {
                NoFile => Errno.ENOENT,
                NoPermission => Errno.EACCES,
                var other => other,
            };
            throw new PromiseIOException(error, "start", options.Program);
        }
    }

    public async Promise<(ProcessExit Exit, ProcessUsage Usage)> End()
    {
        using (_process)
        {
            await _process.WaitForExitAsync();
            await Task.WhenAll(_drains);
            var code = _process.ExitCode;
            var usage = Usage();
            // So .NET tells of a signal, where there are any.
            return code > FirstSignalCode && !OperatingSystem.IsWindows() && _killed == code - FirstSignalCode
                ? (new(null, _killed), usage)
                : (new(code, null), usage);
        }
    }

    private int? _killed;

    public void Signal(int signal, bool toGroup)
    {
        try
        {
            if (signal is not (Libc.KillNow or Libc.Terminate))
                throw new PlatformNotSupportedException(
                    $"Signal {signal} cannot be sent on this system: a process can only be killed (PromiseProcess.Terminate)."
                );
            _killed = Libc.KillNow;
            _process.Kill(entireProcessTree: toGroup);
        }
        // It has ended meanwhile.
        catch (InvalidOperationException) when (_process.HasExited) { }
    }

    private ProcessUsage Usage()
    {
        try
        {
            return new(_process.UserProcessorTime, _process.PrivilegedProcessorTime);
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or Win32Exception)
        {
            return default;
        }
    }

    private static bool IsRedirected(ProcessRedirection redirection) =>
        redirection.Kind switch
        {
            RedirectionKind.Inherit => false,
            RedirectionKind.Pipe or RedirectionKind.Null => true,
            _ => throw new PlatformNotSupportedException(
                "On this system a process can inherit its standard descriptors, or have pipes or nothing in their place. Use "
                    + "ProcessRedirection.Pipe, and copy."
            ),
        };

    private static InputChannel? ChannelOf(
        ProcessRedirection redirection,
        Func<Stream> stream,
        ProcessOptions options
    ) => redirection.Kind == RedirectionKind.Pipe ? InputChannel.Of(stream(), options.Channels) : null;

    private static Task Drain(ProcessRedirection redirection, Func<Stream> stream) =>
        redirection.Kind == RedirectionKind.Null ? stream().CopyToAsync(Stream.Null) : Task.CompletedTask;
}
