using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Threads on the stacks of threads that have ended. What is remembered of a stack must end with its thread: otherwise the
/// process dies of a stack overflow, or a thread is given the loop of another.
/// </summary>
public static class Stacks
{
    private const int Large = 8 << 20;
    private const int Small = 256 << 10;
    private const int Binds = 20_000;

    /// <summary>The cases, by name, each of a number of rounds.</summary>
    public static IReadOnlyList<(string Name, Action<int> Run)> Cases { get; } =
    [
        ("small stacks where a large one was", SmallAfterLarge),
        ("small stacks where a large one ran its loop", SmallAfterLargeLoop),
        ("threads where one asked for a loop that another ran", AskersOfAForeignLoop),
    ];

    private static void SmallAfterLarge(int rounds)
    {
        for (var i = 0; i < rounds; i++)
            Succeed(static () => Recurse(0));
    }

    private static void SmallAfterLargeLoop(int rounds)
    {
        for (var i = 0; i < rounds; i++)
            Succeed(static () => EventLoop.Run(static () => Promise.Pause().Bind(static () => Recurse(0))));
    }

    /// <summary>
    /// Runs threads with large stacks, which end, and then threads with small ones. Those whose stack lies where a
    /// large one was recurse deeply; the others stay alive, so that the next threads get other places.
    /// </summary>
    private static void Succeed(Action deep)
    {
        // More threads at once than the system keeps stacks of for later use.
        var tops = new nuint[10];
        using var together = new Barrier(tops.Length);
        var large = new Thread[tops.Length];
        for (var i = 0; i < tops.Length; i++)
        {
            var at = i;
            large[i] = Start(
                Large,
                () =>
                {
                    tops[at] = Here();
                    together.SignalAndWait();
                    deep();
                    together.SignalAndWait();
                }
            );
        }
        Array.ForEach(large, thread => thread.Join());
        using var enough = new ManualResetEventSlim();
        var small = new List<Thread>();
        for (var i = 0; i < 400; i++)
        {
            using var done = new ManualResetEventSlim();
            small.Add(
                Start(
                    Small,
                    () =>
                    {
                        var here = Here();
                        if (tops.Any(top => here <= top && top - here < 1 << 20))
                            Check(EventLoop.Run(Recurse(0)) == Binds, "the value");
                        done.Set();
                        enough.Wait();
                    }
                )
            );
            done.Wait();
        }
        enough.Set();
        small.ForEach(thread => thread.Join());
    }

    private static unsafe nuint Here()
    {
        byte here;
        return (nuint)(&here);
    }

    private static Thread Start(int stackSize, ThreadStart action)
    {
        var thread = new Thread(action, stackSize) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void AskersOfAForeignLoop(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var running = new ManualResetEventSlim();
            using var asked = new ManualResetEventSlim();
            EventLoop? shared = null;
            Thread? runner = null;
            On(
                Small,
                () =>
                {
                    shared = EventLoop.Current;
                    runner = new Thread(() =>
                        shared.RunHere(async () =>
                        {
                            await Promise.Pause();
                            running.Set();
                            asked.Wait();
                        })
                    )
                    {
                        IsBackground = true,
                    };
                    runner.Start();
                    running.Wait();
                    Check(!ReferenceEquals(EventLoop.Current, shared), "a thread has the loop that another runs");
                }
            );
            for (var j = 0; j < 4; j++)
                On(Small, () => Check(!ReferenceEquals(EventLoop.Current, shared), "a new thread has another's loop"));
            asked.Set();
            runner!.Join();
        }
    }

    private static Promise<int> Recurse(int i) =>
        i == Binds ? Promise.Return(i) : Promise.Return(i).Bind(x => Recurse(x + 1));

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong outcome: {what}.");
    }

    private static void On(int stackSize, Action action)
    {
        Exception? error = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception e)
                {
                    error = e;
                }
            },
            stackSize
        );
        thread.Start();
        thread.Join();
        if (error is not null)
            throw new InvalidOperationException("On a thread of its own.", error);
    }
}
