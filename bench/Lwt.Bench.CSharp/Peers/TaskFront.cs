using System.Threading.Channels;

namespace Lwt.Bench.Peers;

/// <summary>The peer <c>task</c>: async methods that return Task, as .NET programs are written.</summary>
public static class TaskFront
{
    /// <summary>The front.</summary>
    public static Front Front { get; } =
        new(
            "task",
            Hold,
            [
                ("return_bind", ReturnBind),
                ("sync_recursion", SyncRecursion),
                ("wait_bind_wakeup", WaitBindWakeup),
                ("pause_loop", n => SingleThread.Run(() => PauseLoop(n))),
                ("pause_many", n => SingleThread.Run(() => Task.WhenAll(Repeat(1000, () => PauseLoop(n / 1000))))),
                ("fanout_join", FanoutJoin),
                ("deep_chain", DeepChain),
                ("mvar_pingpong", MvarPingPong),
                ("mutex_contention", n => SingleThread.Run(() => MutexContention(n))),
                ("stream_bounded", StreamBounded),
                ("sleep_fan", SleepFan),
                ("pick_timeout", n => SingleThread.Run(() => PickTimeout(n))),
                ("catch_pending", n => SingleThread.Run(() => CatchPending(n))),
            ]
        );

    private static async Task<int> AddOne(Task<int> task) => await task + 1;

    private static async Task<int> Twice(Task<int> task) => await task * 2;

    private static void ReturnBind(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
            acc += AddOne(Task.FromResult(i)).Result;
        GC.KeepAlive(acc);
    }

    // Recursion through await takes stack, so programs use a loop.
    private static void SyncRecursion(int n) => GC.KeepAlive(Sum(n).Result);

    private static async Task<int> Sum(int n)
    {
        var acc = 0;
        for (var i = n; i > 0; i--)
            acc += await Task.FromResult(i);
        return acc;
    }

    private static void WaitBindWakeup(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
        {
            var source = new TaskCompletionSource<int>();
            var s = Twice(AddOne(source.Task));
            source.SetResult(i);
            acc += s.Result;
        }
        GC.KeepAlive(acc);
    }

    private static async Task<int> PauseLoop(int n)
    {
        var acc = 0;
        for (; n > 0; n--)
        {
            await Task.Yield();
            acc += n;
        }
        return acc;
    }

    private static void FanoutJoin(int n)
    {
        var sources = new TaskCompletionSource<int>[n];
        for (var i = 0; i < n; i++)
            sources[i] = new TaskCompletionSource<int>();
        var total = 0;
        async Task Add(Task<int> task) => total += await task;
        var all = Task.WhenAll(Array.ConvertAll(sources, source => Add(source.Task)));
        for (var i = 0; i < n; i++)
            sources[i].SetResult(i);
        all.GetAwaiter().GetResult();
    }

    private static void DeepChain(int n)
    {
        var source = new TaskCompletionSource<int>();
        var last = source.Task;
        for (var i = 0; i < n; i++)
            last = AddOne(last);
        source.SetResult(0);
        // Where the stack has no room, Task continues in the thread pool.
        if (last.GetAwaiter().GetResult() != n)
            throw new InvalidOperationException("Each await should have added one.");
    }

    /// <summary>A channel with one reader and one writer, which continue synchronously when they can.</summary>
    public static Channel<int> CreateChannel(int capacity) =>
        Channel.CreateBounded<int>(
            new BoundedChannelOptions(capacity)
            {
                SingleReader = true,
                SingleWriter = true,
                AllowSynchronousContinuations = true,
            }
        );

    private static void MvarPingPong(int n)
    {
        Channel<int> a = CreateChannel(1),
            b = CreateChannel(1);

        async Task Ping()
        {
            for (var i = n; i > 0; i--)
            {
                await a.Writer.WriteAsync(i);
                await b.Reader.ReadAsync();
            }
        }

        async Task Pong()
        {
            for (var i = n; i > 0; i--)
                await b.Writer.WriteAsync(await a.Reader.ReadAsync());
        }

        Task.WhenAll(Ping(), Pong()).GetAwaiter().GetResult();
    }

    private static async Task MutexContention(int n)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        var count = 0;

        async Task Loop(int rounds)
        {
            for (; rounds > 0; rounds--)
            {
                await mutex.WaitAsync();
                try
                {
                    await Task.Yield();
                    count++;
                }
                finally
                {
                    mutex.Release();
                }
            }
        }

        await Task.WhenAll(Repeat(100, () => Loop(n / 100)));
        if (count != n / 100 * 100)
            throw new InvalidOperationException("Each round should have counted.");
    }

    private static void StreamBounded(int n)
    {
        var channel = CreateChannel(64);

        async Task Produce()
        {
            for (var i = n; i > 0; i--)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        }

        async Task<int> Consume()
        {
            var total = 0;
            while (await channel.Reader.WaitToReadAsync())
            while (channel.Reader.TryRead(out var x))
                total += x;
            return total;
        }

        Task.WhenAll(Produce(), Consume()).GetAwaiter().GetResult();
    }

    internal static void SleepFan(int n)
    {
        var sleeps = new Task[n];
        for (var i = 0; i < n; i++)
            sleeps[i] = Task.Delay((int)((long)i * 7919 % 50));
        Task.WhenAll(sleeps).GetAwaiter().GetResult();
    }

    private static async Task PickTimeout(int n)
    {
        for (var i = n; i > 0; i--)
        {
            using var cancellation = new CancellationTokenSource();
            var timeout = Task.Delay(TimeSpan.FromHours(1), cancellation.Token);
            var work = PauseLoop(1);
            if (await Task.WhenAny(timeout, work) == timeout)
                throw new TimeoutException();
            // Not CancelAsync, which goes through the thread pool.
            cancellation.Cancel();
            await work;
        }
    }

    private static async Task CatchPending(int n)
    {
        for (var i = n; i > 0; i--)
            try
            {
                await Reject();
            }
            catch (ExpectedException) { }
    }

    private static async Task Reject()
    {
        await Task.Yield();
        throw new ExpectedException();
    }

    private static object Hold(object[] slots)
    {
        var source = new TaskCompletionSource<int>();
        async Task<int> Add(int i) => await source.Task + i;
        for (var i = 0; i < slots.Length; i++)
            slots[i] = Add(i);
        return source;
    }

    private static Task[] Repeat(int count, Func<Task> start)
    {
        var tasks = new Task[count];
        for (var i = 0; i < count; i++)
            tasks[i] = start();
        return tasks;
    }
}
