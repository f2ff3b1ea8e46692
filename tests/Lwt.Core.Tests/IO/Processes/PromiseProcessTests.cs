using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lwt.Core.Tests;

/// <summary>Child processes, on each way that they are started and waited for.</summary>
[SupportedOSPlatform("linux")]
public class PromiseProcessTests
{
    /// <summary>
    /// The engines, for the end of a process is told in another way where they do not wait for descriptors; and the way of other
    /// systems.
    /// </summary>
    public enum Way
    {
        Epoll,
        Portable,
        Virtual,
        Other,
    }

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    // Those that have all of Linux.
    public static TheoryData<Way> LinuxWays => [Way.Epoll, Way.Portable, Way.Virtual];

    [Theory, MemberData(nameof(Ways))]
    public void Exited_OfAProgram_IsItsCode(Way way) =>
        On(
            way,
            async () =>
            {
                foreach (var code in (int[])[0, 1, 77])
                {
                    var process = Start(way, Shell($"exit {code}"));
                    var exit = await process.Exited;
                    Assert.Equal((code, null), (exit.ExitCode, exit.Signal));
                    Assert.Equal(exit, process.Exit);
                    Assert.Equal(code == 0, exit.IsSuccess);
                }
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Run_WithInput_CollectsOutputAndErrors(Way way) =>
        On(
            way,
            async () =>
            {
                var options = With(way, Shell("cat; echo problem >&2; exit 3"));
                var result = await PromiseProcess.Run(options, "text\nof lines");
                Assert.Equal(
                    (new ProcessExit(3, null), "text\nof lines", "problem\n"),
                    (result.Exit, result.Output, result.Error)
                );
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Run_MuchOnBothOutputs_DoesNotBlock(Way way) =>
        On(
            way,
            async () =>
            {
                var text = new string('x', 1_000_000);
                var options = With(way, Shell("tee /dev/stderr"));
                var result = await PromiseProcess.Run(options, text);
                Assert.Equal((text.Length, text.Length), (result.Output.Length, result.Error.Length));
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Run_AChildThatDoesNotReadItsInput_GoesOn(Way way) =>
        On(
            way,
            async () =>
            {
                var result = await PromiseProcess.Run(With(way, Shell("exit 0")), new string('x', 1_000_000));
                Assert.True(result.Exit.IsSuccess);
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Start_AProgramThatIsNotThere_IsEnoent(Way way) =>
        On(
            way,
            () =>
            {
                foreach (var program in (string[])["no-such-program-here", "/no/such/program"])
                {
                    var before = Descriptors();
                    var error = Assert.ThrowsAny<IOException>(() =>
                        Start(way, new ProcessOptions(program) { Input = Pipe })
                    );
                    Assert.Equal(
                        ("ENOENT", program),
                        (((ISystemError)error).ErrorName, ((ISystemError)error).Argument)
                    );
                    if (way != Way.Other)
                        ExpectDescriptors(before);
                }
                return Promise.Return();
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Start_AFileThatIsNoProgram_IsEacces(Way way) =>
        On(
            way,
            () =>
            {
                var error = Assert.ThrowsAny<IOException>(() => Start(way, new ProcessOptions("/etc/passwd")));
                Assert.Equal("EACCES", ((ISystemError)error).ErrorName);
                return Promise.Return();
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Start_ADirectoryThatIsNotThere_NamesIt(Way way) =>
        On(
            way,
            () =>
            {
                var error = Assert.Throws<PromiseIOException>(() =>
                    Start(way, new ProcessOptions("true") { WorkingDirectory = "/no/such/place" })
                );
                Assert.Equal(("ENOENT", "chdir", "/no/such/place"), (error.ErrorName, error.Call, error.Argument));
                return Promise.Return();
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Start_WithDirectoryAndEnvironment_HasThem(Way way) =>
        On(
            way,
            async () =>
            {
                var options = new ProcessOptions("/bin/sh", "-c", "pwd; echo $LWT_TEST; echo ${HOME-none}")
                {
                    WorkingDirectory = "/",
                    Environment = { ["LWT_TEST"] = "sünny", ["HOME"] = null },
                    UseDotNetProcess = way == Way.Other,
                };
                Assert.Equal("/\nsünny\nnone\n", (await PromiseProcess.Run(options)).Output);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Start_AnArgumentThatIsNoUtf8_ArrivesUnchanged(Way way) =>
        On(
            way,
            async () =>
            {
                var result = await PromiseProcess.Run(With(way, new("printf", "%s", "a\uDCFFb ä 'quoted' $x")));
                Assert.Equal("a\uDCFFb ä 'quoted' $x", result.Output);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Kill_AProcess_TellsTheSignal(Way way) =>
        On(
            way,
            async () =>
            {
                foreach (var signal in (int[])[2, 9, 10, 15])
                {
                    var process = Start(way, new("sleep", "100"));
                    Assert.Null(process.Exit);
                    process.Kill(signal);
                    Assert.Equal(new(null, signal), await process.Exited);
                    // It has ended: nobody gets it.
                    process.Kill(signal);
                }
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Terminate_AProcess_EndsIt(Way way) =>
        On(
            way,
            async () =>
            {
                var process = Start(way, new("sleep", "100"));
                process.Terminate();
                Assert.Equal(new(null, 9), await process.Exited);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Kill_ASignalThatIsNone_IsEinvalAndTheProcessGoesOn(Way way) =>
        On(
            way,
            async () =>
            {
                var process = Start(way, new("sleep", "100"));
                Assert.Equal("EINVAL", Assert.Throws<PromiseIOException>(() => process.Kill(999)).ErrorName);
                Assert.Throws<InvalidOperationException>(() => process.Kill(15, wholeGroup: true));
                process.Kill(15);
                Assert.Equal(new(null, 15), await process.Exited);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Timeout_AProcessAndWhatItStarted_AreKilled(Way way) =>
        On(
            way,
            async () =>
            {
                var begun = Stopwatch.GetTimestamp();
                var options = new ProcessOptions("/bin/sh", "-c", "sleep 50 & echo $!; sleep 50")
                {
                    Output = Pipe,
                    Timeout = TimeSpan.FromMilliseconds(200),
                };
                var process = Start(way, options);
                var grandchild = int.Parse((await process.Output.ReadLine())!);
                Assert.Equal(new(null, 9), await process.Exited);
                // Whoever adopts it may take a moment to forget it.
                while (Directory.Exists($"/proc/{grandchild}") && StateOf(grandchild) != 'Z')
                {
                    Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30));
                    await Task.Delay(5);
                }
                await process.Close();
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Run_AProgramThatTakesTooLong_IsATimeout(Way way) =>
        On(
            way,
            async () =>
            {
                var options = new ProcessOptions("sleep", "100")
                {
                    Timeout = TimeSpan.FromMilliseconds(50),
                    UseDotNetProcess = way == Way.Other,
                };
                var error = await Assert.ThrowsAsync<PromiseTimeoutException>(() =>
                    PromiseProcess.Run(options).AsTask()
                );
                Assert.Contains("(sleep)", error.Message, StringComparison.Ordinal);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Start_AScriptWithoutAnInterpreter_IsTheShells(Way way) =>
        On(
            way,
            async () =>
            {
                var script = Path.GetTempFileName();
                File.WriteAllText(script, "echo script $1");
                File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                Assert.Equal("script a b\n", (await PromiseProcess.Run(new(script, "a b"))).Output);
                File.Delete(script);
            }
        );

    [Theory]
    [InlineData(Way.Portable)]
    [InlineData(Way.Virtual)]
    public void Start_WhereTheEngineTellsNothing_TakesNoWorkerThread(Way way) =>
        On(
            way,
            async () =>
            {
                var children = Enumerable.Range(0, 50).Select(_ => PromiseProcess.Start("sleep", "100")).ToArray();
                Assert.Equal(0, EventLoop.Current.Workers.ThreadCount);
                foreach (var child in children)
                    child.Terminate();
                await Promise.All(children.Select(child => child.Exited));
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Timeout_AProcessThatEndsInTime_IsLeftAlone(Way way) =>
        On(
            way,
            async () =>
            {
                var options = new ProcessOptions("echo", "in time")
                {
                    Timeout = TimeSpan.FromHours(1),
                    UseDotNetProcess = way == Way.Other,
                };
                Assert.Equal("in time\n", (await PromiseProcess.Run(options)).Output);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Redirections_ToFiles_AreCopiedOrMoved(Way way) =>
        On(
            way,
            async () =>
            {
                var (first, second) = (Path.GetTempFileName(), Path.GetTempFileName());
                using (var kept = File.OpenHandle(first, FileMode.Open, FileAccess.ReadWrite))
                {
                    var moved = File.OpenHandle(second, FileMode.Open, FileAccess.Write);
                    var options = new ProcessOptions("/bin/sh", "-c", "echo out; echo err >&2")
                    {
                        Input = ProcessRedirection.Null,
                        Output = ProcessRedirection.To(kept),
                        Error = ProcessRedirection.MoveTo(moved),
                    };
                    var process = Start(way, options);
                    Assert.True(moved.IsClosed);
                    Assert.False(kept.IsClosed);
                    await process.Exited;
                }
                Assert.Equal(("out\n", "err\n"), (File.ReadAllText(first), File.ReadAllText(second)));
                File.Delete(first);
                File.Delete(second);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Redirections_OfErrorsToTheOutput_AreOnePipe(Way way) =>
        On(
            way,
            async () =>
            {
                var options = new ProcessOptions("/bin/sh", "-c", "echo 1; echo 2 >&2; echo 3")
                {
                    Error = ProcessRedirection.ToOutput,
                };
                Assert.Equal("1\n2\n3\n", (await PromiseProcess.Run(options)).Output);
                Assert.Throws<ArgumentException>(() =>
                    PromiseProcess.Start(new ProcessOptions("true") { Output = ProcessRedirection.ToOutput })
                );
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Redirections_ThatAreClosed_AreNotThere(Way way) =>
        On(
            way,
            async () =>
            {
                var options = new ProcessOptions("/bin/sh", "-c", "test -e /proc/self/fd/0 || echo none")
                {
                    Input = ProcessRedirection.Close,
                    Output = Pipe,
                };
                Assert.Equal("none\n", (await PromiseProcess.Run(options)).Output);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Start_InheritsNoOtherDescriptor(Way way) =>
        On(
            way,
            async () =>
            {
                // One that others have left open to children.
                var inherited = dup(0);
                try
                {
                    using var file = File.OpenHandle("/etc/passwd");
                    var result = await PromiseProcess.Run(With(way, Shell("ls /proc/$$/fd")));
                    Assert.Equal("0\n1\n2\n", result.Output);
                }
                finally
                {
                    _ = close(inherited);
                }
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Start_ResetsSignals_SoThatPipesEndPrograms(Way way) =>
        On(
            way,
            async () =>
            {
                var result = await PromiseProcess.Run(With(way, Shell("(yes; echo $? >&2) | head -1")));
                Assert.Equal("y\n", result.Output);
                Assert.DoesNotContain("Broken pipe", result.Error, StringComparison.Ordinal);
                var ignored = await PromiseProcess.Run(
                    With(way, new("grep", "-E", "SigIgn|SigBlk", "/proc/self/status"))
                );
                Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", ignored.Output);
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Write_ToAChildThatHasClosedItsInput_IsEpipeOfThatAlone(Way way) =>
        On(
            way,
            async () =>
            {
                var process = Start(way, Shell("exec <&-; echo closed; sleep 0.1; echo more"), input: true);
                Assert.Equal("closed", await process.Output.ReadLine());
                var error = await Assert.ThrowsAnyAsync<IOException>(() =>
                    process.Input.Write(new string('x', 1_000_000)).AsTask()
                );
                // .NET's own does not tell.
                const int brokenPipe = 32;
                if (way != Way.Other)
                    Assert.Equal(brokenPipe, error is ISystemError system ? system.ErrorNumber : error.HResult);
                Assert.Equal("more", await process.Output.ReadLine());
                Assert.True((await process.Close()).IsSuccess);
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Cancel_Exited_LeavesTheProcessAlone(Way way) =>
        On(
            way,
            async () =>
            {
                var process = Start(way, Shell("read line; exit 5"), input: true);
                var first = process.Exited;
                first.Cancel();
                Assert.True(first.IsCanceled);
                await process.Input.WriteLine("go");
                Assert.Equal(5, (await process.Close()).ExitCode);
            }
        );

    [Theory, MemberData(nameof(Ways))]
    public void Cancel_Run_KillsTheProcess(Way way) =>
        On(
            way,
            async () =>
            {
                var before = Children().Length;
                var running = PromiseProcess.Run(With(way, new("sleep", "100")));
                await Promise.Pause();
                running.Cancel();
                Assert.True(running.IsCanceled);
                while (Children().Length > before)
                    await Task.Delay(1);
            }
        );

    [Theory, MemberData(nameof(LinuxWays))]
    public void Used_OfAProgramThatComputes_IsItsTime(Way way) =>
        On(
            way,
            async () =>
            {
                var process = Start(way, Shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"));
                var used = await process.Used;
                Assert.True(used.UserTime > TimeSpan.FromMilliseconds(5), $"{used}");
            }
        );

    [Fact]
    public void Start_AThousandAtOnce_LeavesNothing()
    {
        using var loop = new EventLoop();
        var before = 0;
        loop.RunHere(async () =>
        {
            await PromiseProcess.Run(new("true"));
            before = Descriptors();
            var running = Enumerable
                .Range(0, 1000)
                .Select(i => PromiseProcess.Start("/bin/sh", "-c", $"exit {i % 200}"))
                .ToArray();
            var exits = await Promise.All(running.Select(process => process.Exited));
            Assert.Equal(Enumerable.Range(0, 1000).Select(i => (int?)(i % 200)), exits.Select(exit => exit.ExitCode));
            await Promise.Pause();
        });
        ExpectDescriptors(before);
    }

    [Fact]
    public void Start_BesideDotNetsProcess_LosesNoStatus()
    {
        using var loop = new EventLoop();
        loop.RunHere(async () =>
        {
            for (var round = 0; round < 5; round++)
            {
                var ours = Enumerable
                    .Range(0, 20)
                    .Select(i => PromiseProcess.Start("/bin/sh", "-c", $"exit {i}"))
                    .ToArray();
                var theirs = Enumerable
                    .Range(0, 20)
                    .Select(i => Process.Start("/bin/sh", ["-c", $"exit {i}"])!)
                    .ToArray();
                foreach (var (process, i) in ours.Select((process, i) => (process, i)))
                    Assert.Equal(i, (await process.Exited).ExitCode);
                foreach (var (process, i) in theirs.Select((process, i) => (process, i)))
                {
                    await process.WaitForExitAsync();
                    Assert.Equal(i, process.ExitCode);
                    process.Dispose();
                }
            }
        });
    }

    [Fact]
    public void Run_OfTheLoopEnds_WhileAChildRuns_AndTheNextOneTakesNote()
    {
        Assert.True(SpinWait.SpinUntil(() => Children().Length == 0, TimeSpan.FromSeconds(30)));
        using var loop = new EventLoop();
        PromiseProcess? process = null;
        loop.RunHere(() =>
        {
            process = PromiseProcess.Start("/bin/sh", "-c", "sleep 0.05; exit 4");
            return Promise.Return();
        });
        Assert.Equal(4, loop.RunHere(() => process!.Exited).ExitCode);
        Assert.Empty(Children());
    }

    [Fact]
    public void Dispose_OfTheLoop_WhileAChildRuns_LeavesNoneBehind()
    {
        using (var loop = new EventLoop())
            loop.RunHere(() =>
            {
                PromiseProcess.Start("sleep", "0.1");
                return Promise.Return();
            });
        Assert.True(SpinWait.SpinUntil(() => Children().Length == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Members_FromAWrongThread_ThrowAndNameTheRemedy()
    {
        using var loop = new EventLoop();
        loop.RunHere(async () =>
        {
            var process = PromiseProcess.Start("sleep", "100");
            foreach (
                var call in (Action[])
                    [
                        () => process.Kill(9),
                        process.Terminate,
                        () => _ = process.Close(),
                        () => _ = process.DisposeAsync(),
                    ]
            )
            {
                var error = Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(call));
                Assert.Contains("EventLoop.Post", error.Message, StringComparison.Ordinal);
            }
            Assert.Null(process.Exit);
            process.Terminate();
            await process.Exited;
        });
    }

    [Fact]
    public void Exited_Pending_SaysWhatItWaitsFor()
    {
        using var loop = new EventLoop();
        loop.RunHere(async () =>
        {
            var process = PromiseProcess.Start("sleep", "100");
            Assert.Contains(
                $"the end of process {process.Id} (sleep)",
                process.Exited.ToString(),
                StringComparison.Ordinal
            );
            process.Terminate();
            await process.Exited;
        });
    }

    [Fact]
    public void Start_ATextWithAZero_IsRefused()
    {
        foreach (
            var options in (ProcessOptions[])
                [
                    new("true", "a\0b"),
                    new("true") { WorkingDirectory = "\0" },
                    new("true") { Environment = { ["A"] = "\0" } },
                    new("true") { Environment = { [""] = "" } },
                    new("true") { Environment = { ["A=B"] = "" } },
                ]
        )
            Assert.Throws<ArgumentException>(() => PromiseProcess.Start(options));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new ProcessOptions("true") { Timeout = TimeSpan.FromSeconds(-1) }
        );
    }

    [Fact]
    public void Channels_ThatAreNoPipes_NameTheRemedy()
    {
        using var loop = new EventLoop();
        loop.RunHere(async () =>
        {
            var process = PromiseProcess.Start("true");
            var error = Assert.Throws<InvalidOperationException>(() => process.Output);
            Assert.Contains("ProcessOptions.Output = ProcessRedirection.Pipe", error.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => process.Input);
            Assert.Throws<InvalidOperationException>(() => process.Error);
            await process.Exited;
        });
    }

    private static ProcessRedirection Pipe => ProcessRedirection.Pipe;

    private static ProcessOptions Shell(string line) => ProcessOptions.Shell(line);

    private static ProcessOptions With(Way way, ProcessOptions options, bool pipes = false) =>
        options with
        {
            Input = pipes ? Pipe : options.Input,
            Output = pipes ? Pipe : options.Output,
            UseDotNetProcess = way == Way.Other,
        };

    private static PromiseProcess Start(Way way, ProcessOptions options, bool input = false) =>
        PromiseProcess.Start(With(way, options, input));

    private static void On(Way way, Func<Promise> test)
    {
        IEngine? engine = way switch
        {
            Way.Portable => new PortableEngine(),
            Way.Virtual => new VirtualEngine { Patience = TimeSpan.FromSeconds(20) },
            _ => null,
        };
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(test);
    }

    // Pipes and descriptors of processes: .NET opens its own files as it needs them.
    private static int Descriptors() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(file =>
                new FileInfo(file).LinkTarget is { } target
                && (
                    target.StartsWith("pipe:", StringComparison.Ordinal)
                    || target.Contains("pidfd", StringComparison.Ordinal)
                )
            );

    private static char StateOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'Z';
        }
    }

    /// <summary>The children of this process, those that have ended and were not waited for too.</summary>
    private static int[] Children() =>
        [.. Directory.GetDirectories("/proc/self/task").SelectMany(ChildrenOf).Select(int.Parse)];

    private static string[] ChildrenOf(string thread)
    {
        try
        {
            return File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        // The thread has ended.
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Threads that start or end meanwhile have descriptors for a moment, and other tests' are collected.</summary>
    private static void ExpectDescriptors(int most) =>
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors() <= most, TimeSpan.FromSeconds(30)),
            $"{Descriptors()}, not {most}"
        );

    [DllImport("libc")]
    private static extern int dup(int descriptor);

    [DllImport("libc")]
    private static extern int close(int descriptor);
}
