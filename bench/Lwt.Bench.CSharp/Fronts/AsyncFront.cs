using Lwt.Core;

namespace Lwt.Bench.Fronts;

/// <summary>
/// The front <c>csharp</c>: async methods that return promises, line for line like the peer <c>task</c>.
/// </summary>
public static class AsyncFront
{
    /// <summary>The front.</summary>
    public static Front Front { get; } =
        new(
            "csharp",
            Hold,
            [
                ("return_bind", ReturnBind),
                ("sync_recursion", n => GC.KeepAlive(Value(Sum(n)))),
                ("wait_bind_wakeup", WaitBindWakeup),
                ("pause_loop", n => EventLoop.Run(PauseLoop(n))),
                ("pause_many", n => EventLoop.Run(Promise.Join(Repeat(1000, () => PauseLoop(n / 1000))))),
                ("fanout_join", FanoutJoin),
                ("deep_chain", DeepChain),
                ("mvar_pingpong", MvarPingPong),
                ("mutex_contention", n => EventLoop.Run(MutexContention(n))),
                ("stream_bounded", StreamBounded),
                ("sleep_fan", SleepFan),
                ("pick_timeout", n => EventLoop.Run(PickTimeout(n))),
                ("catch_pending", n => EventLoop.Run(CatchPending(n))),
                ("post_pingpong", n => Posts.PingPong(n, withPorts: false)),
                ("post_pingpong_io", n => Posts.PingPong(n, withPorts: true)),
            ]
        );

    private static T Value<T>(Promise<T> promise) =>
        promise.TryPoll(out var value)
            ? value
            : throw new InvalidOperationException("The promise should be fulfilled.");

    private static async Promise<int> AddOne(Promise<int> promise) => await promise + 1;

    private static async Promise<int> Twice(Promise<int> promise) => await promise * 2;

    private static void ReturnBind(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
            acc += Value(AddOne(Promise.Return(i)));
        GC.KeepAlive(acc);
    }

    private static async Promise<int> Sum(int n)
    {
        var acc = 0;
        for (var i = n; i > 0; i--)
            acc += await Promise.Return(i);
        return acc;
    }

    private static void WaitBindWakeup(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
        {
            var (promise, resolver) = Promise.Create<int>();
            var s = Twice(AddOne(promise));
            resolver.Fulfill(i);
            acc += Value(s);
        }
        GC.KeepAlive(acc);
    }

    private static async Promise<int> PauseLoop(int n)
    {
        var acc = 0;
        for (; n > 0; n--)
        {
            await Promise.Pause();
            acc += n;
        }
        return acc;
    }

    private static void FanoutJoin(int n)
    {
        var sources = new (Promise<int> Promise, Resolver<int> Resolver)[n];
        for (var i = 0; i < n; i++)
            sources[i] = Promise.Create<int>();
        var total = 0;
        async Promise Add(Promise<int> promise) => total += await promise;
        var all = Promise.Join(Array.ConvertAll(sources, source => Add(source.Promise)));
        for (var i = 0; i < n; i++)
            sources[i].Resolver.Fulfill(i);
        if (!all.IsFulfilled)
            throw new InvalidOperationException("The join should be fulfilled.");
    }

    private static void DeepChain(int n)
    {
        var (first, resolver) = Promise.Create<int>();
        var last = first;
        for (var i = 0; i < n; i++)
            last = AddOne(last);
        resolver.Fulfill(0);
        if (Value(last) != n)
            throw new InvalidOperationException("Each await should have added one.");
    }

    private static void MvarPingPong(int n)
    {
        PromiseMailbox<int> a = new(),
            b = new();

        async Promise Ping()
        {
            for (var i = n; i > 0; i--)
            {
                await a.Put(i);
                await b.Take();
            }
        }

        async Promise Pong()
        {
            for (var i = n; i > 0; i--)
                await b.Put(await a.Take());
        }

        EventLoop.Run(Promise.Join(Ping(), Pong()));
    }

    private static async Promise MutexContention(int n)
    {
        var mutex = new PromiseMutex();
        var count = 0;

        async Promise Loop(int rounds)
        {
            for (; rounds > 0; rounds--)
            {
                await mutex.Lock();
                try
                {
                    await Promise.Pause();
                    count++;
                }
                finally
                {
                    mutex.Unlock();
                }
            }
        }

        await Promise.Join(Repeat(100, () => Loop(n / 100)));
        if (count != n / 100 * 100)
            throw new InvalidOperationException("Each round should have counted.");
    }

    private static void StreamBounded(int n)
    {
        var (stream, push) = PromiseStream.CreateBounded<int>(64);

        async Promise Produce()
        {
            for (var i = n; i > 0; i--)
                await push.Push(i);
            push.Close();
        }

        async Promise Consume()
        {
            var total = 0;
            while (await stream.Get() is { HasValue: true } x)
                total += x.Value;
            GC.KeepAlive(total);
        }

        EventLoop.Run(Promise.Join(Produce(), Consume()));
    }

    private static void SleepFan(int n)
    {
        var sleeps = new Promise[n];
        for (var i = 0; i < n; i++)
            sleeps[i] = Promise.Sleep(TimeSpan.FromMilliseconds((long)i * 7919 % 50));
        EventLoop.Run(Promise.Join(sleeps));
    }

    private static async Promise PickTimeout(int n)
    {
        for (var i = n; i > 0; i--)
            // Map rather than an async method, through which cancelling would throw an exception.
            await Promise.Pick(Promise.Sleep(TimeSpan.FromHours(1)).Map(() => (int?)null), Work(i));
    }

    private static async Promise<int?> Work(int i)
    {
        await Promise.Pause();
        return i;
    }

    private static async Promise CatchPending(int n)
    {
        for (var i = n; i > 0; i--)
            try
            {
                await Reject();
            }
            catch (ExpectedException) { }
    }

    private static async Promise Reject()
    {
        await Promise.Pause();
        throw new ExpectedException();
    }

    private static object Hold(object[] slots)
    {
        var (promise, resolver) = Promise.Create<int>();
        async Promise<int> Add(int i) => await promise + i;
        for (var i = 0; i < slots.Length; i++)
            slots[i] = Add(i);
        return resolver;
    }

    private static Promise[] Repeat(int count, Func<Promise> start)
    {
        var promises = new Promise[count];
        for (var i = 0; i < count; i++)
            promises[i] = start();
        return promises;
    }
}
