using Lwt.Core;
using Lwt.CSharp;

namespace Lwt.Bench.Fronts;

/// <summary>The front <c>linq</c>: query syntax. A loop binds its next round, so that it runs in constant memory.</summary>
public static class QueryFront
{
    /// <summary>The front.</summary>
    public static Front Front { get; } =
        new(
            "linq",
            Hold,
            [
                ("return_bind", ReturnBind),
                ("sync_recursion", n => GC.KeepAlive(EventLoop.Run(SyncRecursion(n, 0)))),
                ("wait_bind_wakeup", WaitBindWakeup),
                ("pause_loop", n => EventLoop.Run(PauseLoop(n, 0))),
                ("pause_many", n => EventLoop.Run(Promise.Join(Repeat(1000, () => PauseLoop(n / 1000, 0))))),
                ("fanout_join", FanoutJoin),
                ("deep_chain", DeepChain),
                ("mvar_pingpong", MvarPingPong),
                ("mutex_contention", MutexContention),
                ("stream_bounded", StreamBounded),
                ("pick_timeout", n => EventLoop.Run(PickTimeout(n))),
                ("catch_pending", n => EventLoop.Run(CatchPending(n))),
            ]
        );

    private static T Value<T>(Promise<T> promise) =>
        promise.TryPoll(out var value)
            ? value
            : throw new InvalidOperationException("The promise should be fulfilled.");

    private static Promise<int> AddOne(Promise<int> promise) =>
        from x in promise
        from y in Promise.Return(x + 1)
        select y;

    private static void ReturnBind(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
            acc += Value(AddOne(Promise.Return(i)));
        GC.KeepAlive(acc);
    }

    private static Promise<int> SyncRecursion(int i, int acc) =>
        i == 0 ? Promise.Return(acc) : Promise.Return(i).SelectMany(x => SyncRecursion(i - 1, acc + x));

    private static void WaitBindWakeup(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
        {
            var (promise, resolver) = Promise.Create<int>();
            var s = from x in AddOne(promise) select x * 2;
            resolver.Fulfill(i);
            acc += Value(s);
        }
        GC.KeepAlive(acc);
    }

    private static Promise<int> PauseLoop(int i, int acc)
    {
        if (i == 0)
            return Promise.Return(acc);
        var step = from _ in Promise.Pause() select acc + i;
        return step.SelectMany(next => PauseLoop(i - 1, next));
    }

    private static void FanoutJoin(int n)
    {
        var sources = new (Promise<int> Promise, Resolver<int> Resolver)[n];
        for (var i = 0; i < n; i++)
            sources[i] = Promise.Create<int>();
        var total = 0;
        var all = Promise.Join(
            Array.ConvertAll<(Promise<int> Promise, Resolver<int> Resolver), Promise>(
                sources,
                source => from x in source.Promise select total += x
            )
        );
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
            throw new InvalidOperationException("Each query should have added one.");
    }

    private static void MvarPingPong(int n)
    {
        PromiseMailbox<int> a = new(),
            b = new();

        Promise<int> Ping(int i)
        {
            if (i == 0)
                return Promise.Return(0);
            var step = from _ in a.Put(i) from x in b.Take() select x;
            return step.SelectMany(_ => Ping(i - 1));
        }

        Promise<int> Pong(int i)
        {
            if (i == 0)
                return Promise.Return(0);
            var step = from x in a.Take() from _ in b.Put(x) select x;
            return step.SelectMany(_ => Pong(i - 1));
        }

        EventLoop.Run(Promise.Join(Ping(n), Pong(n)));
    }

    private static void MutexContention(int n)
    {
        var mutex = new PromiseMutex();
        var count = 0;

        Promise<int> Loop(int i) =>
            i == 0
                ? Promise.Return(0)
                : mutex.WithLock(() => from _ in Promise.Pause() select ++count).SelectMany(_ => Loop(i - 1));

        EventLoop.Run(Promise.Join(Repeat(100, () => Loop(n / 100))));
        if (count != n / 100 * 100)
            throw new InvalidOperationException("Each round should have counted.");
    }

    private static void StreamBounded(int n)
    {
        var (stream, push) = PromiseStream.CreateBounded<int>(64);

        Promise<int> Produce(int i)
        {
            if (i > 0)
                return (from _ in push.Push(i) select i - 1).SelectMany(Produce);
            push.Close();
            return Promise.Return(0);
        }

        Promise<int> Consume(int total) =>
            stream.Get().SelectMany(x => x.HasValue ? Consume(total + x.Value) : Promise.Return(total));

        EventLoop.Run(Promise.Join(Produce(n), Consume(0)));
    }

    private static Promise<int> PickTimeout(int i)
    {
        if (i == 0)
            return Promise.Return(0);
        var timeout = from _ in Promise.Sleep(TimeSpan.FromHours(1)) select (int?)null;
        var work = from _ in Promise.Pause() select (int?)i;
        return Promise.Pick(timeout, work).SelectMany(_ => PickTimeout(i - 1));
    }

    private static readonly ExpectedException s_expected = new();

    private static Promise<int> CatchPending(int i)
    {
        if (i == 0)
            return Promise.Return(0);
        var step = Promise.Catch(
            () => from _ in Promise.Pause() from x in Promise.Fail<int>(s_expected) select x,
            _ => Promise.Return(0)
        );
        return step.SelectMany(_ => CatchPending(i - 1));
    }

    private static object Hold(object[] slots)
    {
        var (promise, resolver) = Promise.Create<int>();
        Promise<int> Add(int i) => from x in promise select x + i;
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
