using System.Reflection;

namespace Lwt.Core.Tests;

/// <summary>What a pending promise says it waits for: each kind, in each state, and what several make together.</summary>
public class WaitReportTests
{
    private const string Turn = "a turn at a PromiseMutex (F#: Lwt_mutex)";
    private const string Made = "a promise made by Promise.Create (F#: Lwt.wait)";

    public static TheoryData<int, string> Kinds
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < WaitKinds.All.Length; i++)
                data.Add(i, $"{WaitKinds.All[i].Kind} {WaitKinds.All[i].Case}");
            return data;
        }
    }

    [Fact]
    public void Kinds_OfPromises_AreAllTested()
    {
        var kinds = typeof(Promise)
            .Assembly.GetTypes()
            .Where(type => typeof(Promise).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => type.Name);
        var tested = WaitKinds.All.Select(kind => kind.Kind).Concat(WaitKinds.Exempt.Keys).ToHashSet();
        Assert.Empty(kinds.Except(tested));
        Assert.Empty(tested.Except(kinds));
    }

    [Fact]
    public void Names_OfWhatPromisesWaitFor_AreAllTested()
    {
        var waited = typeof(Promise).Assembly.GetType("Lwt.Core.IWaited", throwOnError: true)!;
        var named = waited.Assembly.GetTypes().Where(type => type.IsValueType && waited.IsAssignableFrom(type));
        Assert.Empty(named.Select(type => type.Name).Except(WaitKinds.All.Select(kind => kind.Case)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pending_SaysWhatItWaitsFor(int index, string name) =>
        OnALoop(() =>
        {
            var (kind, at, make, says) = WaitKinds.All[index];
            var promise = make();
            Assert.Equal($"pending, waits for {says}", promise.ToString());
            var argument = kind == "Waiting`2" ? at : "";
            var made = Reached.By(promise, kind, argument);
            // Some are made only then.
            promise.Cancel();
            Assert.True((made ?? Reached.By(promise, kind, argument)) is not null, $"This made no {name}.");
            return Promise.Return();
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ProxyOfAnother_BothSayWhatItWaitsFor(int index, string name) =>
        OnALoop(() =>
        {
            var (_, _, make, says) = WaitKinds.All[index];
            var (start, resolver) = Promise.Create<Unit>();
            Promise inner = null!;
            var outer = start.Bind(() => inner = make());
            var (saidOuter, saidInner) = ("", "");
            // In a callback, for what is left for want of stack goes on at the end of the outermost.
            var (around, resolveAround) = Promise.Create<Unit>();
            around.OnTermination(() =>
            {
                resolver.Fulfill(default);
                (saidOuter, saidInner) = (outer.ToString(), inner.ToString());
            });
            resolveAround.Fulfill(default);
            Assert.Equal($"pending, waits for {says}", saidOuter);
            Assert.True(saidInner == saidOuter, name);
            return Promise.Return();
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void InAJoin_SaysWhatItWaitsForOnce(int index, string name) =>
        OnALoop(() =>
        {
            var (_, _, make, says) = WaitKinds.All[index];
            var promise = make();
            Assert.True($"pending, waits for {says}" == Promise.Join(promise, promise).ToString(), name);
            return Promise.Return();
        });

    private static void OnALoop(Func<Promise> test)
    {
        // Some kinds leave work behind that nothing waits for.
        using var loop = Fresh.Loop();
        loop.RunHere(test);
    }

    [Fact]
    public void Race_Decided_WaitsForItsCallbackAlone()
    {
        const string Says = "pending, waits for a callback that has not run to its end";
        Assert.Equal(Says, WhenDecided(2, proxy: false));
        Assert.Equal(Says, WhenDecided(3, proxy: false));
        Assert.Equal(Says, WhenDecided(2, proxy: true));
        Assert.Equal(Says, WhenDecided(3, proxy: true));

        static string WhenDecided(int count, bool proxy) =>
            Fresh.Async(() =>
            {
                var (winner, resolver) = Promise.Create<int>();
                var losers = Enumerable
                    .Range(1, count - 1)
                    .Select(_ => Promise.CreateCancelable<int>().Promise)
                    .ToArray();
                var race = Promise.Pick([winner, .. losers]);
                if (proxy)
                {
                    var (start, begin) = Promise.Create<int>();
                    race = start.Bind(_ => Promise.Pick([winner, .. losers]));
                    begin.Fulfill(1);
                }
                var said = "";
                losers[0].OnCancel(() => said = race.ToString());
                resolver.Fulfill(1);
                return Promise.Return(said);
            });
    }

    [Fact]
    public void AsyncMethod_Forwarded_ThatAwaitsAgain_SaysTheNewOne() =>
        Fresh.Async(async () =>
        {
            var outer = Promise.Pause().Bind(Method);
            await Promise.Pause();
            Assert.Equal($"pending, waits for {Made}", outer.ToString());
            await Promise.Pause();
            Assert.Equal(
                "pending, waits for an awaiter that is no promise, which an async method awaits",
                outer.ToString()
            );

            async Promise Method()
            {
                var (first, resolver) = Promise.Create<int>();
                Promise.Pause().OnTermination(() => resolver.Fulfill(1));
                await first;
                await new TaskCompletionSource().Task;
            }
        });

    [Fact]
    public void Sleep_Later_SaysTheTimeThatIsLeft() =>
        Fresh.Async(async () =>
        {
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(1));
            await Promise.Sleep(TimeSpan.FromMilliseconds(250));
            Assert.Equal("pending, waits for a sleep that ends in 0.75 s", sleep.ToString());
        });

    [Fact]
    public void Mutex_HeldByOneThatWaitsForAnother_SaysTheWholeChain() =>
        AssertDeadlock(
            $"waits for: {Turn} whose holder waits for: {Turn} whose holder waits for: {Made}. ",
            () =>
            {
                var (first, second) = (new PromiseMutex(), new PromiseMutex());
                second.WithLock(() => Promise.Create<int>().Promise);
                first.WithLock(() => second.WithLock(Promise.Return));
                return first.WithLock(Promise.Return);
            }
        );

    [Fact]
    public void Mutex_AndItsHolder_BothWaitedFor_SaysWhatTheHolderWaitsForTwice() =>
        AssertDeadlock(
            $"waits for: {Made}, 2 times {Turn} whose holder waits for: {Made}. ",
            () =>
            {
                var mutex = new PromiseMutex();
                var holder = mutex.WithLock(() => Promise.Create<int>().Promise);
                return Promise.Join(holder, mutex.WithLock(Promise.Return), mutex.WithLock(Promise.Return));
            }
        );

    [Fact]
    public void Mutex_LockedAgainByItsHolder_SaysThatItIsACircle() =>
        AssertDeadlock(
            $"waits for: {Turn} whose holder waits for: {Turn}, which closes a circle. ",
            () =>
            {
                var mutex = new PromiseMutex();
                return mutex.WithLock(() => mutex.WithLock(Promise.Return));
            }
        );

    [Fact]
    public void Mutex_LockedTwice_SaysWhoHoldsIt() =>
        AssertDeadlock(
            $"waits for: {Turn} that Lock or Acquire took and that is not unlocked. ",
            async () =>
            {
                var mutex = new PromiseMutex();
                using var hold = await mutex.Acquire();
                await mutex.Lock();
            }
        );

    [Fact]
    public void Mutex_UnlockedAndLockedByLock_ForgetsItsHolder() =>
        AssertDeadlock(
            $"waits for: {Turn} that Lock or Acquire took and that is not unlocked. ",
            async () =>
            {
                var mutex = new PromiseMutex();
                var held = mutex.WithLock(Promise.Pause);
                var locked = mutex.Lock();
                await held;
                await locked;
                await mutex.WithLock(Promise.Return);
            }
        );

    [Fact]
    public void TwoMutexes_TakenInTwoOrders_SaysThatItIsACircle() =>
        AssertDeadlock(
            $"waits for: 2 times {Turn} whose holder waits for: {Turn} whose holder waits for: {Turn}, which closes a circle. ",
            () =>
            {
                var (first, second) = (new PromiseMutex(), new PromiseMutex());
                return Promise.Join(Both(first, second), Both(second, first));

                static Promise Both(PromiseMutex outer, PromiseMutex inner) =>
                    outer.WithLock(async () =>
                    {
                        await Promise.Pause();
                        await inner.WithLock(Promise.Return);
                    });
            }
        );

    [Fact]
    public void Pool_UsedInsideItsOwnUse_SaysThatItIsACircle() =>
        AssertDeadlock(
            "a member of a PromisePool (F#: Lwt_pool; 1 of 1 made, 0 free) whose uses wait for: a member of a PromisePool (F#: Lwt_pool; 1 of 1 made, 0 free), which closes a circle. ",
            () =>
            {
                var pool = new PromisePool<int>(1, () => Promise.Return(1));
                return pool.Use(_ => pool.Use(_ => Promise.Return()));
            }
        );

    [Fact]
    public void ManyThings_NamesFiveOfThem() =>
        Fresh.Run(() =>
        {
            var sleeps = Enumerable.Range(1, 7).Select(i => Promise.Sleep(TimeSpan.FromSeconds(i)));
            var said = Promise.Join(sleeps).ToString();
            Assert.EndsWith("a sleep that ends in 5 s, and more", said, StringComparison.Ordinal);
        });

    [Fact]
    public void MillionBinds_TakeNoStack() =>
        Fresh.Run(() =>
        {
            Promise<int> chain = Promise.Create<int>().Promise;
            for (var i = 0; i < 1_000_000; i++)
                chain = chain.Map(x => x);
            Assert.Equal($"pending, waits for {Made}", chain.ToString());
        });

    [Fact]
    public void MillionHolders_TakeNoStack() =>
        Fresh.Run(() =>
        {
            Promise held = Promise.Create<int>().Promise;
            for (var i = 0; i < 200_000; i++)
            {
                var mutex = new PromiseMutex();
                var before = held;
                mutex.WithLock(() => before);
                held = mutex.WithLock(Promise.Return);
            }
            var said = held.ToString();
            Assert.EndsWith($"whose holder waits for: {Made}", said, StringComparison.Ordinal);
            Assert.InRange(said.Length, 1, 1000);
        });

    [Fact]
    public void WebOfJoins_TakesTimeInProportion() =>
        Fresh.Run(() =>
        {
            Promise web = Promise.Create<int>().Promise;
            for (var i = 0; i < 100; i++)
                web = Promise.Join(web, web);
            Assert.Equal($"pending, waits for {Made}", web.ToString());
        });

    [Fact]
    public void FromAnotherThread_SaysWhatThatThreadMayKnow() =>
        Fresh.Run(() =>
        {
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(1));
            var said = "";
            Fresh.OnOtherThread(() => said = sleep.ToString());
            Assert.Equal("pending, waits for a sleep", said);
        });

    private static void AssertDeadlock(string says, Func<Promise> program)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Fresh.Async(program));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
