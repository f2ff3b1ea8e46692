using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Like <see cref="Depth"/>, for mutexes and the like. Each case runs on a thread with a small stack, as the threads of
/// other libraries may have.
/// </summary>
public static class SyncDepth
{
    private static readonly PromiseKey<int> s_key = new();
    private static readonly TimeSpan s_long = TimeSpan.FromDays(1);

    /// <summary>The cases, by name, each of a given depth.</summary>
    public static IReadOnlyList<(string Name, Action<int> Run)> Cases { get; } =
    [
        ("nested ForEach", n => Ends(n, static inner => Promise.ForEach([0], 1, _ => inner()))),
        (
            "nested ForEach of two at once",
            n => Ends(n, static inner => Promise.ForEach([0, 1], 2, i => First(i, inner)))
        ),
        ("nested MapEach", n => Ends(n, static inner => Promise.MapEach([0], 1, _ => Zero(inner)))),
        ("nested locks", n => Ends(n, static inner => new PromiseMutex().WithLock(inner))),
        ("nested locks with a value", n => Ends(n, static inner => new PromiseMutex().WithLock(() => Zero(inner)))),
        ("nested uses of pools", n => Ends(n, static inner => NewPool().Use(_ => inner()))),
        ("nested uses of pools that fail", n => Fails(n, static inner => NewPool().Use(_ => inner()))),
        ("nested uses of validating pools", NestValidations),
        ("nested scopes", n => Ends(n, static inner => PromiseScope.Run(_ => inner()))),
        ("nested scopes that fail", n => Fails(n, static inner => PromiseScope.Run(_ => inner()))),
        ("nested work of scopes", n => Ends(n, Work)),
        ("nested work of scopes that fails", n => Fails(n, Work)),
        ("cancel of nested scopes", CancelScopes),
        ("cancel of nested scopes that nothing heeds", CancelStubborn),
        ("cancel of many that wait for one chain", CancelShared),
        ("nested switches", n => Ends(n, static inner => PromiseSwitch.With(_ => inner()))),
        ("hooks that turn switches off", n => Ends(n, TurnOff)),
        ("hooks of a switch that is off", NestHooks),
        ("nested values of a key", n => Ends(n, static inner => s_key.With(1, () => Promise.Return().Bind(inner)))),
        ("a value of a key below many keys", NestKeys),
        ("nested async exception hooks", n => Ends(n, WithHook)),
        ("nested timeouts", n => Ends(n, static inner => Promise.WithTimeout(s_long, () => Zero(inner)))),
        ("nested tasks", n => Ends(n, static inner => PromiseTaskExtensions.FromTask(_ => inner().AsTask()))),
        ("nested background work", NestBackground),
        ("nested background work that fails", NestFailures),
        ("conditions that signal the next", NestSignals),
        ("mailboxes that put into the next", NestPuts),
        ("waiters for one lock", WaitForLock),
        ("waiters for one pool", WaitForPool),
        ("members of a pool that is cleared", ClearPool),
        ("waiters of a throttle, of many keys", WaitForThrottle),
    ];

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong outcome: {what}.");
    }

    /// <summary>Nests something n deep around a promise that is fulfilled, and runs it.</summary>
    private static void Ends(int n, Func<Func<Promise>, Promise> around)
    {
        var reached = 0;
        EventLoop.Run(() => Nest(n));
        Check(reached == 1, $"the innermost was called {reached} times");

        Promise Nest(int level)
        {
            if (level > 0)
                return around(() => Nest(level - 1));
            reached++;
            return Promise.Return();
        }
    }

    /// <summary>As <see cref="Ends"/>, around a promise that is rejected.</summary>
    private static void Fails(int n, Func<Func<Promise>, Promise> around)
    {
        try
        {
            EventLoop.Run(() => Nest(n));
        }
        catch (TimeoutException)
        {
            return;
        }
        Check(false, "nothing was thrown");

        Promise Nest(int level) => level > 0 ? around(() => Nest(level - 1)) : Promise.Fail(new TimeoutException());
    }

    private static Promise First(int i, Func<Promise> inner) => i == 0 ? inner() : Promise.Return();

    private static Promise<int> Zero(Func<Promise> inner) => inner().Map(static () => 0);

    private static PromisePool<int> NewPool() => new(1, static () => Promise.Return(1));

    private static Promise WithHook(Func<Promise> inner) =>
        AsyncExceptions.WithHook(static _ => { }, () => Promise.Return().Bind(inner));

    private static Promise Work(Func<Promise> inner) =>
        PromiseScope.Run(scope =>
        {
            scope.Start(inner);
            return Promise.Return();
        });

    private static Promise TurnOff(Func<Promise> inner)
    {
        var it = new PromiseSwitch();
        it.AddHook(inner);
        return it.TurnOff();
    }

    private static void NestHooks(int n)
    {
        var off = new PromiseSwitch();
        EventLoop.Run(off.TurnOff());
        Ends(n, off.AddHookOrExecute);
    }

    private static void NestValidations(int n)
    {
        // A member is free already, so that each use begins with a validation, in which the next use is nested.
        Ends(
            n,
            static inner =>
            {
                var pool = new PromisePool<int>(1, static () => Promise.Return(1), _ => inner().Map(static () => true));
                return pool.Use(static _ => Promise.Return()).Bind(() => pool.Use(static _ => Promise.Return()));
            }
        );
    }

    private static void NestKeys(int n)
    {
        // Looking up a value takes time in proportion to the number of keys; a smaller depth is enough to overflow.
        n = Math.Min(n, 20_000);
        var lowest = new PromiseKey<int>();
        lowest.With(
            1,
            () =>
            {
                EventLoop.Run(() => Nest(n));
                return 0;
            }
        );

        Promise Nest(int level) =>
            level > 0
                ? new PromiseKey<int>().With(level, () => Promise.Return().Bind(() => Nest(level - 1)))
                : lowest.With(2, static () => Promise.Return());
    }

    private static void CancelScopes(int n)
    {
        var innermost = Promise.CreateCancelable<int>().Promise;
        var promise = Nest(n);
        // Where the stack had no room, the loop does the rest.
        EventLoop.Run(Pauses(n));
        promise.Cancel();
        EventLoop.Run(Promise.Pause());
        Check(innermost.IsCanceled && promise.IsCanceled, "not canceled");

        Promise Nest(int level) =>
            level > 0 ? PromiseScope.Run(_ => Nest(level - 1)) : innermost.Bind(static _ => Promise.Return());
    }

    /// <summary>Two works on each of a thousand levels, and four on each of ten: time must not double with each level.</summary>
    private static void CancelStubborn(int n)
    {
        foreach (var (works, levels) in new[] { (2, Math.Min(n, 1000)), (4, 10) })
        {
            var canceled = 0;
            var stubborn = Stubborn();
            var promise = Nest(levels);
            EventLoop.Run(Pauses(levels));
            promise.Cancel();
            EventLoop.Run(Promise.Pause());
            Check(canceled == 1 && promise.IsPending, $"{canceled} cancellations");

            Promise Nest(int level) =>
                level == 0
                    ? stubborn
                    : PromiseScope.Run(scope =>
                    {
                        var inner = Nest(level - 1);
                        for (var i = 0; i < works; i++)
                            scope.Start(async () => await inner);
                        return inner;
                    });

            async Promise Stubborn()
            {
                while (true)
                {
                    try
                    {
                        await Promise.CreateCancelable<int>().Promise;
                    }
                    catch (PromiseCanceledException)
                    {
                        canceled++;
                    }
                }
            }
        }
    }

    /// <summary>The chain is walked once, not once for each promise that waits for its end.</summary>
    private static void CancelShared(int n)
    {
        var first = Promise.CreateCancelable<int>().Promise;
        var last = first;
        for (var i = 0; i < n; i++)
            last = last.Bind(Promise.Return);
        var all = Promise.Join(Enumerable.Range(0, n).Select(_ => (Promise)last.Map(static x => x)));
        all.Cancel();
        Check(first.IsCanceled && all.IsCanceled, "not canceled");
    }

    private static async Promise Pauses(int n)
    {
        for (var i = 0; i < n; i += 10)
            await Promise.Pause();
    }

    private static void NestBackground(int n)
    {
        var called = 0;
        EventLoop.Run(async () =>
        {
            Promise.FireAndForget(Next);
            while (called < n)
                await Promise.Pause();
        });

        Promise Next()
        {
            if (called++ < n)
                Promise.FireAndForget(Next);
            return Promise.Return();
        }
    }

    private static void NestFailures(int n)
    {
        var called = 0;
        EventLoop.Run(async () =>
        {
            Next(new TimeoutException());
            while (called < n)
                await Promise.Pause();
        });

        void Next(Exception reason)
        {
            if (called++ < n)
                Promise.FireAndForget(() => Promise.Fail(reason), Next);
        }
    }

    private static void NestSignals(int n)
    {
        var conditions = Enumerable.Range(0, n + 1).Select(static _ => new PromiseCondition<int>()).ToArray();
        var last = conditions[n].Wait();
        for (var i = 0; i < n; i++)
        {
            var next = conditions[i + 1];
            conditions[i].Wait(new PromiseMutex()).OnSuccess(next.Signal);
        }
        conditions[0].Signal(1);
        Check(EventLoop.Run(last) == 1, "the value");
    }

    private static void NestPuts(int n)
    {
        var mailboxes = Enumerable.Range(0, n + 1).Select(static _ => new PromiseMailbox<int>()).ToArray();
        var last = mailboxes[n].Take();
        for (var i = 0; i < n; i++)
        {
            var next = mailboxes[i + 1];
            mailboxes[i].Take().OnSuccess(value => next.Put(value));
        }
        mailboxes[0].Put(1);
        Check(EventLoop.Run(last) == 1, "the value");
    }

    private static void WaitForLock(int n)
    {
        var mutex = new PromiseMutex();
        var called = 0;
        mutex.Lock();
        for (var i = 0; i < n; i++)
            mutex
                .WithLock(() =>
                {
                    called++;
                    return Promise.Return();
                })
                .Ignore();
        mutex.Unlock();
        EventLoop.Run(Promise.Pause());
        Check(called == n && !mutex.IsLocked, $"{called} calls");
    }

    private static void WaitForPool(int n)
    {
        var pool = NewPool();
        var called = 0;
        var (first, resolver) = Promise.Create<int>();
        var uses = new List<Promise> { pool.Use(_ => first) };
        for (var i = 0; i < n; i++)
            uses.Add(
                pool.Use(_ =>
                {
                    called++;
                    return Promise.Return();
                })
            );
        resolver.Fulfill(1);
        EventLoop.Run(Promise.Join(uses));
        Check(called == n, $"{called} calls");
    }

    private static void ClearPool(int n)
    {
        var disposed = 0;
        var pool = new PromisePool<int>(
            n,
            static () => Promise.Return(1),
            dispose: _ =>
            {
                disposed++;
                return Promise.Return();
            }
        );
        var (gate, open) = Promise.Create<int>();
        var uses = Enumerable.Range(0, n).Select(_ => (Promise)pool.Use(_ => gate)).ToList();
        open.Fulfill(0);
        EventLoop.Run(Promise.Join(uses));
        EventLoop.Run(pool.Clear());
        Check(disposed == n, $"{disposed} disposals");
    }

    private static void WaitForThrottle(int n)
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        var through = 0;
        loop.RunHere(() =>
        {
            var throttle = new PromiseThrottle<int>(1, n);
            var turns = new List<Promise>();
            for (var key = 0; key < n; key++)
            {
                throttle.Wait(key).OnSuccess(_ => through++);
                turns.Add(throttle.Wait(key));
                turns[^1].OnTermination(() => through++);
            }
            return Promise.Join(turns);
        });
        Check(through == 2 * n, $"{through} were let through");
    }
}
