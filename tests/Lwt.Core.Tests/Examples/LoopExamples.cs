using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of the loop, its clock and what goes along with callbacks.</summary>
public class LoopExamples
{
    [Fact]
    public void Sleep_BetweenAttempts() =>
        Fresh.Async(async () =>
        {
            var attempts = 0;
            Promise<bool> TryConnect() => Promise.Return(++attempts == 4);

            // example: Promise.Sleep
            for (var seconds = 1; !await TryConnect(); seconds *= 2)
                await Promise.Sleep(TimeSpan.FromSeconds(seconds));
            // end

            Assert.Equal(TimeSpan.FromSeconds(1 + 2 + 4), Elapsed);
        });

    [Fact]
    public void Pause_LetsOthersRun() =>
        Fresh.Async(async () =>
        {
            var log = new List<int>();
            var numbers = Enumerable.Range(1, 250).ToArray();
            Promise.FireAndForget(async () =>
            {
                await Promise.Pause();
                log.Add(0);
            });

            // example: Promise.Pause
            foreach (var number in numbers)
            {
                log.Add(number);
                if (number % 100 == 0)
                    await Promise.Pause(); // lets other promises run
            }
            // end

            Assert.Equal(100, log.IndexOf(0));
        });

    [Fact]
    public void WorkerPool_Run_LetsTheLoopGoOn() =>
        Fresh.Async(async () =>
        {
            var largeArray = new byte[100_000];

            // example: WorkerPool
            var hash = await EventLoop.Current.Workers.Run(() => SHA256.HashData(largeArray));
            // end

            Assert.Equal(SHA256.HashData(largeArray), hash);
        });

    [Fact]
    public void PromiseProcess_Start_HasChannels() =>
        Fresh.Async(async () =>
        {
            // example: PromiseProcess
            await using var sort = PromiseProcess.Start(
                new ProcessOptions("sort") { Input = ProcessRedirection.Pipe, Output = ProcessRedirection.Pipe }
            );
            await sort.Input.WriteLine("pears");
            await sort.Input.WriteLine("apples");
            await sort.Input.Close();
            var first = await sort.Output.ReadLine(); // apples
            // end

            Assert.Equal("apples", first);
        });

    [Fact]
    public void PromiseProcess_Run_CollectsTheOutput() =>
        Fresh.Async(async () =>
        {
            // example: PromiseProcess.Run
            var result = await PromiseProcess.Run(new ProcessOptions("uname", "-s"));
            var system = result.Exit.IsSuccess ? result.Output.Trim() : "unknown";
            // end

            Assert.NotEqual("unknown", system);
        });

    [Fact]
    public void ProcessOptions_AreMany()
    {
        // example: ProcessOptions
        var options = new ProcessOptions("sort", "-r")
        {
            Environment = { ["LC_ALL"] = "C" },
            Input = ProcessRedirection.Pipe,
            Output = ProcessRedirection.Pipe,
            Timeout = TimeSpan.FromSeconds(5),
        };
        // end

        Assert.Equal("C", options.Environment["LC_ALL"]);
    }

    [Fact]
    public void Run_ReturnsTheValue()
    {
        static async Promise<int> Ask(int number)
        {
            await Promise.Pause();
            return number;
        }

        // example: EventLoop.Run
        var sum = EventLoop.Run(async () =>
        {
            var (a, b) = await Promise.Both(Ask(20), Ask(22));
            return a + b;
        });
        // end

        Assert.Equal(42, sum);
    }

    private sealed class Settings
    {
        internal int Reloads;

        internal void Reload() => Reloads++;
    }

    [Fact]
    public void OnSignal_ReloadsSettings() =>
        Fresh.Async(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var settings = new Settings();

            // example: EventLoop.OnSignal
            using var reload = EventLoop.Current.OnSignal(PosixSignal.SIGHUP, _ => settings.Reload());
            // end

            var second = Promise.NextSignal(PosixSignal.SIGHUP);
            SystemSignals.Send((PosixSignal)1);
            await second;
            Assert.Equal(1, settings.Reloads);
        });

    private sealed class Server
    {
        internal bool Stopped;

        internal Promise Stop()
        {
            Stopped = true;
            return Promise.Return();
        }
    }

    [Fact]
    public void NextSignal_EndsAServer() =>
        Fresh.Async(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var (server, log) = (new Server(), new List<string>());

            async Promise Serve()
            {
                // example: Promise.NextSignal
                var signal = await Promise.NextSignal(PosixSignal.SIGINT, PosixSignal.SIGTERM);
                log.Add($"ends by {signal}");
                await server.Stop();
                // end
            }

            var serving = Serve();
            SystemSignals.Send((PosixSignal)15);
            await serving;
            Assert.Equal(["ends by SIGTERM"], log);
            Assert.True(server.Stopped);
        });

    private sealed class Watcher
    {
        internal event Action<string>? Changed;

        internal void Raise(string name) => Changed?.Invoke(name);
    }

    [Fact]
    public void Post_FromAnotherThread_RunsOnTheLoop() =>
        Fresh.Async(async () =>
        {
            var watcher = new Watcher();

            // example: EventLoop.Post
            var loop = EventLoop.Current;
            var changes = new PromiseMailbox<string>();
            // The watcher raises its event on another thread; the mailbox belongs to this one.
            watcher.Changed += file => loop.Post(() => changes.Put(file));
            // end

            Assert.Null(Fresh.OnOtherThread(() => watcher.Raise("a.txt")));
            Assert.Equal("a.txt", await changes.Take());
        });

    [Fact]
    public void AtExit_RunsTheHook()
    {
        var connection = new Connection();
        using var loop = Fresh.Loop();
        loop.RunHere(async () =>
        {
            // example: EventLoop.AtExit
            EventLoop.Current.AtExit(async () =>
            {
                await connection.Close(); // the process ends after this
            });
            // end
            await Promise.Pause();
        });
        Assert.False(connection.IsClosed);
        loop.RunExitHooks();
        Assert.True(connection.IsClosed);
    }

    [Fact]
    public void VirtualEngine_AnHourTakesNoTime()
    {
        // example: VirtualEngine
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            await Promise.Sleep(TimeSpan.FromHours(1)); // returns at once in real time
        });
        Assert.Equal(TimeSpan.FromHours(1), engine.Elapsed);
        // end
    }

    [Fact]
    public void PromiseKey_FollowsTheCallbacks() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();

            // example: PromiseKey
            var user = new PromiseKey<string>();
            async Promise Handle()
            {
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                if (user.TryGet(out var name)) // the value that was set where Handle was called
                    log.Add(name);
            }
            await Promise.Join(user.With("Ann", Handle), user.With("Bob", Handle));
            // end

            Assert.Equal(["Ann", "Bob"], log);
        });

    [Fact]
    public void AsyncExceptions_WithHook_ReceivesFailures() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();

            // example: AsyncExceptions
            async Promise Serve()
            {
                Promise.FireAndForget(() => Load("down")); // its exception goes to the hook
                await Promise.Sleep(TimeSpan.FromSeconds(5));
            }
            var serving = AsyncExceptions.WithHook(exception => log.Add(exception.Message), Serve);
            // end

            await serving;
            Assert.Equal(["down is down"], log);
        });
}
