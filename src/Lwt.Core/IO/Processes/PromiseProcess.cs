namespace Lwt.Core;

/// <summary>
/// A child process: its standard input and output as channels, its end as a promise. OCaml: <c>Lwt_process</c>.
/// </summary>
/// <remarks>
/// It belongs to the loop that started it. When it ends, the loop takes note, whether somebody waits for it or not: no child
/// is left behind in the system's list. A child inherits no descriptor but its three standard ones. On Linux it can be any
/// program of files, groups and signals; on other systems .NET's Process is underneath, and what that cannot do is an error.
/// </remarks>
/// <example>
/// <code>
/// await using var sort = PromiseProcess.Start(
///     new ProcessOptions("sort") { Input = ProcessRedirection.Pipe, Output = ProcessRedirection.Pipe }
/// );
/// await sort.Input.WriteLine("pears");
/// await sort.Input.WriteLine("apples");
/// await sort.Input.Close();
/// var first = await sort.Output.ReadLine(); // apples
/// </code>
/// </example>
public sealed class PromiseProcess : IAsyncDisposable
{
    private readonly IChild _child;
    private readonly string _program;
    private readonly bool _leadsGroup;
    private readonly EventLoop _loop = EventLoop.Current;
    private readonly Ending _ended;

    private PromiseProcess(IChild child, ProcessOptions options)
    {
        (_child, _program, _leadsGroup) = (child, options.Program, options.LeadsGroup);
        Id = child.Id;
        _ended = new Ending(this);
        Promise.FireAndForget(Watch);
        if (options.Timeout is { } time)
            Promise.FireAndForget(() => KillAfter(time));
    }

    /// <summary>The number of the process. Another one may have it once this one has ended.</summary>
    public int Id { get; }

    /// <summary>What it reads: write to it, and close it to end its input.</summary>
    /// <exception cref="InvalidOperationException">Its input is no pipe.</exception>
    public OutputChannel Input => _child.Input ?? throw NoPipe(nameof(Input));

    /// <summary>What it has written.</summary>
    /// <exception cref="InvalidOperationException">Its output is no pipe.</exception>
    public InputChannel Output => _child.Output ?? throw NoPipe(nameof(Output));

    /// <summary>What it has written to its standard error.</summary>
    /// <exception cref="InvalidOperationException">Its standard error is no pipe.</exception>
    public InputChannel Error => _child.Error ?? throw NoPipe(nameof(Error));

    /// <summary>
    /// How it ends, once it has. Cancelling the promise leaves the process alone. OCaml: <c>process#status</c>.
    /// </summary>
    public Promise<ProcessExit> Exited => _ended.Protected();

    /// <summary>How it has ended; null while it runs. OCaml: <c>process#state</c>.</summary>
    public ProcessExit? Exit => _ended.IsFulfilled ? _ended.Result : null;

    /// <summary>What it has used, once it has ended. OCaml: <c>process#rusage</c>.</summary>
    public Promise<ProcessUsage> Used => Exited.Map(_ => _usage);

    private ProcessUsage _usage;
    private bool _timedOut;

    /// <summary>Starts a program.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <exception cref="IOException">
    /// The system refuses: there is no such program or directory (ENOENT), it is no program (EACCES, ENOEXEC), there are too many
    /// processes or descriptors. It is an <see cref="ISystemError"/>.
    /// </exception>
    /// <exception cref="ArgumentException">A text has a character 0, or a redirection does not fit.</exception>
    public static PromiseProcess Start(ProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        IChild child =
            OperatingSystem.IsLinux() && !options.UseDotNetProcess
                ? LinuxChild.Start(options)
                : OtherChild.Start(options);
        return new(child, options);
    }

    /// <summary>Starts a program that reads and writes where this process does.</summary>
    /// <param name="program">Its path, or its name, which is searched for in PATH.</param>
    /// <param name="arguments">Its arguments, which reach it as they are.</param>
    /// <inheritdoc cref="Start(ProcessOptions)" path="/exception"/>
    public static PromiseProcess Start(string program, params IReadOnlyList<string> arguments) =>
        Start(new ProcessOptions(program, arguments));

    /// <summary>
    /// Runs a program to its end, and collects what it writes to pipes. Cancelling kills it.
    /// </summary>
    /// <param name="options">Which program, and how; an output or error that is inherited becomes a pipe.</param>
    /// <param name="input">What it reads; null for what this process reads.</param>
    /// <exception cref="PromiseTimeoutException">By the promise: its <see cref="ProcessOptions.Timeout"/> was over.</exception>
    /// <inheritdoc cref="Start(ProcessOptions)" path="/exception"/>
    /// <example>
    /// <code>
    /// var result = await PromiseProcess.Run(new ProcessOptions("uname", "-s"));
    /// var system = result.Exit.IsSuccess ? result.Output.Trim() : "unknown";
    /// </code>
    /// </example>
    public static Promise<ProcessOutput> Run(ProcessOptions options, string? input = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var process = Start(options.Captured(input is not null));
        return process.Collect(input);
    }

    /// <summary>Sends a signal to the process, by the system's number; on a process that has ended it does nothing.</summary>
    /// <param name="signal">Such as 15, which asks it to end.</param>
    /// <param name="wholeGroup">Whether all in its group get it: see <see cref="ProcessOptions.OwnGroup"/>.</param>
    /// <exception cref="InvalidOperationException">The process leads no group, or its loop is not the current one.</exception>
    /// <exception cref="IOException">There is no such signal (EINVAL), or it may not be sent (EPERM).</exception>
    public void Kill(int signal, bool wholeGroup = false)
    {
        if (Driver.Current is var current && !ReferenceEquals(current, _loop.Driver))
            throw Errors.WrongThread("PromiseProcess (F#: Lwt_process)", _loop.Driver, current);
        if (wholeGroup && !_leadsGroup)
            throw new InvalidOperationException(
                $"{this} leads no group of processes. Start it with ProcessOptions.OwnGroup."
            );
        if (_ended.IsPending)
            _child.Signal(signal, wholeGroup);
    }

    /// <summary>
    /// Ends the process at once, and its group if it leads one: it cannot prevent that. OCaml: <c>process#terminate</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop of the process is not the current one.</exception>
    public void Terminate() => Kill(Libc.KillNow, _leadsGroup);

    /// <summary>
    /// Closes the channels, and waits for the end of the process, which most programs take the end of their input for. OCaml:
    /// <c>process#close</c>.
    /// </summary>
    public Promise<ProcessExit> Close()
    {
        if (Driver.Current is var current && !ReferenceEquals(current, _loop.Driver))
            throw Errors.WrongThread("PromiseProcess (F#: Lwt_process)", _loop.Driver, current);
        return CloseAll();
    }

    /// <summary>As <see cref="Close"/>.</summary>
    public Promise DisposeAsync() => Close();

    /// <summary>For owners that know nothing of promises; they may run on any thread.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(_loop, DisposeAsync);

    /// <inheritdoc/>
    public override string ToString() => $"process {Id} ({_program})";

    private async Promise<ProcessExit> CloseAll()
    {
        foreach (var channel in (Channel?[])[_child.Input, _child.Output, _child.Error])
            if (channel is not null)
                await Unfailing(channel.Close);
        return await Exited;
    }

    // A child that has not read all of its input, as it may.
    private static Promise Unfailing(Func<Promise> close) => Promise.Catch(close, static _ => Promise.Return());

    private async Promise Watch()
    {
        try
        {
            (var exit, _usage) = await _child.End();
            _ended.Fulfill(exit);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            _ended.Reject(e);
        }
    }

    private async Promise KillAfter(TimeSpan time)
    {
        await Promise.Choose(Promise.Sleep(time).AsUnit(), Exited.Map(_ => default(Unit)));
        if (!_ended.IsPending)
            return;
        _timedOut = true;
        Terminate();
        foreach (var channel in (Channel?[])[_child.Input, _child.Output, _child.Error])
            if (channel is not null)
                await Unfailing(channel.Abort);
    }

    private async Promise<ProcessOutput> Collect(string? input)
    {
        try
        {
            var writing = input is null ? Promise.Return() : Unfailing(() => WriteAll(input));
            var (output, error) = await Promise.Both(ReadAll(_child.Output), ReadAll(_child.Error));
            await writing;
            var exit = await Exited;
            return _timedOut ? throw TooLate() : new(exit, output, error);
        }
        catch (ChannelClosedException) when (_timedOut)
        {
            throw TooLate();
        }
        finally
        {
            if (_ended.IsPending)
                Terminate();
            Promise.FireAndForget(() => CloseAll().AsUnit());
        }
    }

    private async Promise WriteAll(string text)
    {
        await Input.Write(text);
        await Input.Close();
    }

    private PromiseTimeoutException TooLate() =>
        new($"{this} had not ended when its ProcessOptions.Timeout was over, and was killed.");

    private static Promise<string> ReadAll(InputChannel? channel) => channel?.ReadToEnd() ?? Promise.Return("");

    private InvalidOperationException NoPipe(string name) =>
        new($"{this} has no pipe for its {name}. Start it with ProcessOptions.{name} = ProcessRedirection.Pipe.");

    /// <summary>Pending until the process has ended.</summary>
    private sealed class Ending(PromiseProcess process) : Promise<ProcessExit>(process._loop.Driver, 0)
    {
        internal override void DescribeWait(WaitReport report) => report.On($"the end of {process}");

        internal void Fulfill(ProcessExit exit) => process._loop.Driver.Run(TakeOuter().FulfillWith(exit));

        internal void Reject(Exception reason) => process._loop.Driver.Run(TakeOuter().RejectWith(reason));
    }
}
