using System.Threading.Tasks.Sources;

namespace Lwt.Bench.Peers;

/// <summary>
/// The peer <c>valuetask</c>: async methods that return ValueTask, over IValueTaskSource. A method that suspends
/// allocates a box, as with Task; one that completes at once allocates nothing.
/// </summary>
public static class ValueTaskFront
{
    /// <summary>The front.</summary>
    public static Front Front { get; } =
        new(
            "valuetask",
            Hold,
            [
                ("return_bind", ReturnBind),
                ("sync_recursion", n => GC.KeepAlive(Sum(n).Result)),
                ("wait_bind_wakeup", WaitBindWakeup),
                ("pause_loop", n => SingleThread.Run(() => PauseLoop(n).AsTask())),
                ("pause_many", n => SingleThread.Run(() => WhenAll(1000, () => PauseLoop(n / 1000)))),
                ("fanout_join", FanoutJoin),
                ("deep_chain", DeepChain),
                ("mvar_pingpong", MvarPingPong),
                ("mutex_contention", n => SingleThread.Run(() => MutexContention(n).AsTask())),
                ("stream_bounded", StreamBounded),
                ("pick_timeout", n => SingleThread.Run(() => PickTimeout(n).AsTask())),
                ("catch_pending", n => SingleThread.Run(() => CatchPending(n).AsTask())),
            ]
        );

    /// <summary>For ValueTask what TaskCompletionSource is for Task.</summary>
    private sealed class Source : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        internal ValueTask<int> Task => new(this, _core.Version);

        internal void SetResult(int value) => _core.SetResult(value);

        public int GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation,
            object? state,
            short token,
            ValueTaskSourceOnCompletedFlags flags
        ) => _core.OnCompleted(continuation, state, token, flags);
    }

    private static async ValueTask<int> AddOne(ValueTask<int> task) => await task + 1;

    private static async ValueTask<int> Twice(ValueTask<int> task) => await task * 2;

    private static void ReturnBind(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
            acc += AddOne(ValueTask.FromResult(i)).Result;
        GC.KeepAlive(acc);
    }

    private static async ValueTask<int> Sum(int n)
    {
        var acc = 0;
        for (var i = n; i > 0; i--)
            acc += await ValueTask.FromResult(i);
        return acc;
    }

    private static void WaitBindWakeup(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
        {
            var source = new Source();
            var s = Twice(AddOne(source.Task));
            source.SetResult(i);
            acc += s.Result;
        }
        GC.KeepAlive(acc);
    }

    private static async ValueTask<int> PauseLoop(int n)
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
        var sources = new Source[n];
        for (var i = 0; i < n; i++)
            sources[i] = new Source();
        var total = 0;
        async ValueTask Add(ValueTask<int> task) => total += await task;
        var all = Task.WhenAll(Array.ConvertAll(sources, source => Add(source.Task).AsTask()));
        for (var i = 0; i < n; i++)
            sources[i].SetResult(i);
        all.GetAwaiter().GetResult();
    }

    private static void DeepChain(int n)
    {
        var source = new Source();
        var last = source.Task;
        for (var i = 0; i < n; i++)
            last = AddOne(last);
        source.SetResult(0);
        if (last.AsTask().GetAwaiter().GetResult() != n)
            throw new InvalidOperationException("Each await should have added one.");
    }

    private static void MvarPingPong(int n)
    {
        var a = TaskFront.CreateChannel(1);
        var b = TaskFront.CreateChannel(1);

        async ValueTask Ping()
        {
            for (var i = n; i > 0; i--)
            {
                await a.Writer.WriteAsync(i);
                await b.Reader.ReadAsync();
            }
        }

        async ValueTask Pong()
        {
            for (var i = n; i > 0; i--)
                await b.Writer.WriteAsync(await a.Reader.ReadAsync());
        }

        Task.WhenAll(Ping().AsTask(), Pong().AsTask()).GetAwaiter().GetResult();
    }

    private static async ValueTask MutexContention(int n)
    {
        using var mutex = new SemaphoreSlim(1, 1);
        var count = 0;

        async ValueTask Loop(int rounds)
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

        await WhenAll(100, () => Loop(n / 100));
        if (count != n / 100 * 100)
            throw new InvalidOperationException("Each round should have counted.");
    }

    private static void StreamBounded(int n)
    {
        var channel = TaskFront.CreateChannel(64);

        async ValueTask Produce()
        {
            for (var i = n; i > 0; i--)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        }

        async ValueTask Consume()
        {
            var total = 0;
            while (await channel.Reader.WaitToReadAsync())
            while (channel.Reader.TryRead(out var x))
                total += x;
            GC.KeepAlive(total);
        }

        Task.WhenAll(Produce().AsTask(), Consume().AsTask()).GetAwaiter().GetResult();
    }

    private static async ValueTask PickTimeout(int n)
    {
        for (var i = n; i > 0; i--)
        {
            using var cancellation = new CancellationTokenSource();
            var timeout = Task.Delay(TimeSpan.FromHours(1), cancellation.Token);
            var work = PauseLoop(1).AsTask();
            if (await Task.WhenAny(timeout, work) == timeout)
                throw new TimeoutException();
            // Not CancelAsync, which goes through the thread pool.
            cancellation.Cancel();
            await work;
        }
    }

    private static async ValueTask CatchPending(int n)
    {
        for (var i = n; i > 0; i--)
            try
            {
                await Reject();
            }
            catch (ExpectedException) { }
    }

    private static async ValueTask Reject()
    {
        await Task.Yield();
        throw new ExpectedException();
    }

    // A ValueTask can be awaited once: each waits for the one Task.
    private static object Hold(object[] slots)
    {
        var source = new TaskCompletionSource<int>();
        async ValueTask<int> Add(int i) => await source.Task + i;
        for (var i = 0; i < slots.Length; i++)
            slots[i] = Add(i).AsTask();
        return source;
    }

    private static Task WhenAll<T>(int count, Func<ValueTask<T>> start)
    {
        var tasks = new Task[count];
        for (var i = 0; i < count; i++)
            tasks[i] = start().AsTask();
        return Task.WhenAll(tasks);
    }

    private static Task WhenAll(int count, Func<ValueTask> start)
    {
        var tasks = new Task[count];
        for (var i = 0; i < count; i++)
            tasks[i] = start().AsTask();
        return Task.WhenAll(tasks);
    }
}
