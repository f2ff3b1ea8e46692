namespace Lwt.Core.Tests;

/// <summary>So many sleeps due at one time that the loop takes them out of the heap together.</summary>
public class ManyTimersTests
{
    private const int Count = 2000;

    private static readonly List<int> s_delays = Delays();

    private static List<int> Delays()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Count).Select(_ => random.Next(1, 100))];
    }

    /// <summary>The order in which they must wake: by deadline, then the oldest first.</summary>
    private static IEnumerable<int> Order() => Enumerable.Range(0, Count).OrderBy(i => s_delays[i]).ThenBy(i => i);

    private static List<Promise> Sleeps(Action<int> woken)
    {
        var sleeps = s_delays.ConvertAll(d => Promise.Sleep(TimeSpan.FromSeconds(d)));
        for (var i = 0; i < Count; i++)
        {
            var n = i;
            _ = sleeps[i].Map(() => Wake(n));
        }
        return sleeps;

        bool Wake(int n)
        {
            woken(n);
            return true;
        }
    }

    private static void Run(Func<VirtualEngine, Promise> test)
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(() => test(engine));
    }

    [Fact]
    public void AllDue_WakeInOrder() =>
        Run(async engine =>
        {
            var woken = new List<int>();
            var sleeps = Sleeps(woken.Add);
            engine.Advance(TimeSpan.FromSeconds(100));
            await Promise.Join(sleeps);
            // Join is the newest callback of the last one.
            await Promise.Pause();
            Assert.Equal(Order(), woken);
        });

    [Fact]
    public void SomeDue_TheOthersWakeWhenTheirTimeComes() =>
        Run(async engine =>
        {
            var woken = new List<int>();
            var sleeps = Sleeps(woken.Add);
            engine.Advance(TimeSpan.FromSeconds(50));
            await Promise.Sleep(TimeSpan.Zero);
            Assert.Equal(Order().TakeWhile(i => s_delays[i] <= 50), woken);
            await Promise.Join(sleeps);
            // Join is the newest callback of the last one.
            await Promise.Pause();
            Assert.Equal(Order(), woken);
        });

    [Fact]
    public void SleepMadeByACallback_WakesAfterAllThatAreDue() =>
        Run(async engine =>
        {
            var woken = new List<int>();
            var late = new List<Promise>();
            var sleeps = Sleeps(i =>
            {
                woken.Add(i);
                late.Add(Promise.Sleep(TimeSpan.Zero).Bind(Late));
            });
            engine.Advance(TimeSpan.FromSeconds(100));
            await Promise.Join(sleeps);
            await Promise.Pause();
            await Promise.Join(late);
            Assert.Equal(Order(), woken.Take(Count));
            Assert.Equal(2 * Count, woken.Count);

            Promise Late()
            {
                woken.Add(-1);
                return Promise.Return();
            }
        });

    [Fact]
    public void CanceledByACallback_DoesNotWake_AndNoLongerKeepsTheLoopUp()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        var woken = new List<int>();
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(() =>
            {
                List<Promise> sleeps = [];
                sleeps = Sleeps(i =>
                {
                    woken.Add(i);
                    foreach (var other in Order().SkipWhile(j => j != i).Skip(1).Where(j => j % 2 == 1))
                        sleeps[other].Cancel();
                });
                engine.Advance(TimeSpan.FromSeconds(100));
                return Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left", error.Message);
        var first = Order().First();
        Assert.Equal(Order().Where(i => i == first || i % 2 == 0), woken);
    }

    [Fact]
    public void ManyDueCanceledByACallback_WhileManyAreNotDue_CostsEachOnce() =>
        Run(async engine =>
        {
            // If each cancel searched the sleeps that are not due, this would take minutes.
            const int due = 400_000;
            const int later = 200_000;
            var laters = Enumerable.Range(0, later).Select(_ => Promise.Sleep(TimeSpan.FromHours(1))).ToList();
            var dues = Enumerable.Range(0, due).Select(_ => Promise.Sleep(TimeSpan.FromSeconds(1))).ToList();
            engine.Advance(TimeSpan.FromSeconds(1));
            // By then the sleeps that are due are out of the heap.
            await dues[due / 4];
            foreach (var sleep in dues.Skip((due / 4) + 1))
                sleep.Cancel();
            await Promise.Sleep(TimeSpan.FromSeconds(1));
            Assert.All(dues.Take((due / 4) + 1), sleep => Assert.True(sleep.IsFulfilled));
            Assert.All(dues.Skip((due / 4) + 1), sleep => Assert.True(sleep.IsCanceled));
            Assert.All(laters, sleep => Assert.True(sleep.IsPending));
            await Promise.Join(laters);
            Assert.Equal(TimeSpan.FromHours(1), engine.Elapsed);
        });

    [Fact]
    public void DueAndOthersCanceledByACallback_TheRestWakeInOrder() =>
        Run(async engine =>
        {
            const int before = 200;
            var woken = new List<int>();
            List<Promise> sleeps = [];
            sleeps = Sleeps(i =>
            {
                woken.Add(i);
                // Cancels some that are due and some that are not, all in one callback, when those that are due are out
                // of the heap.
                if (woken.Count == before)
                    foreach (var other in Canceled())
                        sleeps[other].Cancel();
            });
            engine.Advance(TimeSpan.FromSeconds(50));
            await Promise.Sleep(TimeSpan.FromSeconds(51));
            Assert.Equal(Order().Take(before).Concat(Order().Skip(before).Where(i => i % 4 == 0)), woken);

            static IEnumerable<int> Canceled() => Order().Skip(before).Where(i => i % 4 != 0);
        });

    [Fact]
    public void ExceptionThatNoPromiseMaySwallow_TheOthersWakeInTheNextRun()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        var woken = new List<int>();
        List<Promise> sleeps = [];
        ExceptionFilter.Set(e => e is not BoomException);
        try
        {
            Assert.Throws<BoomException>(() =>
                loop.RunHere(() =>
                {
                    sleeps = s_delays.ConvertAll(d => Promise.Sleep(TimeSpan.FromSeconds(d)));
                    for (var i = 0; i < Count; i++)
                    {
                        var n = i;
                        sleeps[i].Bind(() => Wake(n));
                    }
                    engine.Advance(TimeSpan.FromSeconds(100));
                    return Promise.Join(sleeps);
                })
            );
        }
        finally
        {
            ExceptionFilter.Set(ExceptionFilter.HandleAllExceptRuntime);
        }
        Assert.Equal(Order().Take(1000), woken);
        loop.RunHere(() => Promise.Join(sleeps));
        Assert.Equal(Order(), woken);

        Promise Wake(int i)
        {
            woken.Add(i);
            if (woken.Count == 1000)
                throw new BoomException();
            return Promise.Return();
        }
    }
}
