using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Programs that end the process while promises are pending, each run in a new process: the exit hooks run
/// wherever the loop's thread can run them, with what else is pending on the loop, as in OCaml.
/// </summary>
public static class Exits
{
    /// <summary>The code that each ends with.</summary>
    public const int Code = 3;

    /// <summary>Runs the case of this name.</summary>
    public static void Main(string[] args) => Cases.Single(c => c.Name == args[0]).Run();

    private static readonly string[] s_hooks =
    [
        "last hook begins",
        "last hook ends",
        "first hook begins",
        "first hook ends",
    ];

    /// <summary>The programs by name, and the lines that each must print.</summary>
    public static IReadOnlyList<(string Name, Action Run, IReadOnlyList<string> Expected)> Cases { get; } =
    [
        ("exit in a callback of a run", InACallback, s_hooks),
        ("exit in the function that a run is given", InMain, s_hooks),
        ("exit in a callback outside of a run", OutsideOfARun, s_hooks),
        ("exit in a run of another loop", InAnotherLoop, s_hooks),
        ("exit among pauses", AmongPauses, ["what was behind", .. s_hooks]),
        ("exit among posts", AmongPosts, ["what was behind", .. s_hooks]),
        ("exit among sleeps", AmongSleeps, ["what was behind", .. s_hooks]),
        ("exit on another thread while the loop waits", () => OnAnotherThread(Waits), ["exits", .. s_hooks]),
        ("exit on another thread while the loop turns", () => OnAnotherThread(Turns), ["exits", .. s_hooks]),
        ("exit on another thread in a callback", () => OnAnotherThread(Computes), ["exits", "computed", .. s_hooks]),
        ("exit on another thread in a callback that never ends", () => OnAnotherThread(Hangs), ["exits"]),
        ("exit on another thread, no run", OnAnotherThreadNoRun, ["exits", .. s_hooks]),
        ("return from Main", Returns, s_hooks),
    ];

    private static void AddHooks()
    {
        EventLoop.Current.AtExit(() => Hook("first"));
        EventLoop.Current.AtExit(() => Promise.Fail(new InvalidOperationException("A hook that fails.")));
        EventLoop.Current.AtExit(() => Hook("last"));

        static async Promise Hook(string name)
        {
            Console.WriteLine($"{name} hook begins");
            await Promise.Pause();
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            Console.WriteLine($"{name} hook ends");
        }
    }

    private static void Exit() => Environment.Exit(Code);

    private static void InACallback()
    {
        AddHooks();
        EventLoop.Run(async () =>
        {
            await Promise.Pause();
            Exit();
        });
    }

    private static void InMain()
    {
        AddHooks();
        EventLoop.Run(() =>
        {
            Exit();
            return Promise.Return();
        });
    }

    private static void OutsideOfARun()
    {
        AddHooks();
        var (promise, resolver) = Promise.Create<int>();
        promise.OnSuccess(_ => Exit());
        resolver.Fulfill(1);
    }

    private static void InAnotherLoop()
    {
        AddHooks();
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            Exit();
        });
    }

    private static void AmongPauses() =>
        Before(() =>
        {
            Promise.Pause().OnTermination(Exit);
            return Promise.Pause();
        });

    private static void AmongPosts() =>
        Before(() =>
        {
            var (posted, resolver) = Promise.Create<Unit>();
            EventLoop.Current.Post(Exit);
            EventLoop.Current.Post(() => resolver.Fulfill(default));
            return posted;
        });

    // Enough for the loop to take them out of the heap together.
    private static void AmongSleeps() =>
        Before(() =>
        {
            var sleeps = Enumerable.Range(0, 2000).Select(_ => Promise.Sleep(TimeSpan.Zero)).ToList();
            sleeps[1000].OnTermination(Exit);
            return sleeps[^1];
        });

    /// <summary>Exits inside a batch of callbacks; a hook waits for a later one of the batch.</summary>
    private static void Before(Func<Promise> makeBatch)
    {
        AddHooks();
        var behind = makeBatch();
        EventLoop.Current.AtExit(async () =>
        {
            await behind;
            Console.WriteLine("what was behind");
        });
        EventLoop.Run(Promise.Create<int>().Promise);
    }

    private static volatile bool s_exits;

    private static void OnAnotherThread(Func<Promise> main)
    {
        AddHooks();
        EventLoop.Run(() =>
        {
            new Thread(() =>
            {
                Console.WriteLine("exits");
                s_exits = true;
                Exit();
            }).Start();
            return main();
        });
    }

    private static Promise Waits() => Promise.CreateThreadSafe<int>().Promise;

    private static async Promise Turns()
    {
        while (true)
            await Promise.Pause();
    }

    private static Promise Computes()
    {
        while (!s_exits) { }
        // By then the process has begun to end.
        for (var begun = Environment.TickCount64; Environment.TickCount64 - begun < 300; ) { }
        Console.WriteLine("computed");
        return Waits();
    }

    private static Promise Hangs()
    {
        while (true) { }
    }

    private static void OnAnotherThreadNoRun()
    {
        AddHooks();
        var thread = new Thread(() =>
        {
            Console.WriteLine("exits");
            Exit();
        });
        thread.Start();
        thread.Join();
    }

    private static void Returns()
    {
        AddHooks();
        Environment.ExitCode = Code;
    }
}
