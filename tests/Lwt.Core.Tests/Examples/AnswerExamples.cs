using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>
/// The C# of docs/names.md where what answers to a construct of OCaml's is code. The lines between <c>// answers:</c>, with
/// what stands in the table's first column, and <c>// end</c> are those of the table.
/// </summary>
public class AnswerExamples
{
    private sealed class Missing : Exception;

    [Fact]
    public void Bindings() =>
        Fresh.Async(async () =>
        {
            var p = Promise.Return(1);
            var q = Promise.Return(2);
            {
                // answers: let%lwt x = p in e
                var x = await p;
                // end
                Assert.Equal(1, x);
            }
            {
                // answers: let%lwt x = p and y = q in e
                var (x, y) = await Promise.Both(p, q);
                // end
                Assert.Equal((1, 2), (x, y));
            }
            // answers: p;%lwt e
            await p;
            // end
        });

    [Fact]
    public void Branches() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();
            void A(int x) => log.Add($"a {x}");
            void B() => log.Add("b");
            var p = Promise.Return<int?>(1);
            // answers: match%lwt p with Some x -> a x | None -> b
            if (await p is { } x)
                A(x);
            else
                B();
            // end
            var failing = Promise.Fail<int>(new Missing());
            await Guarded(failing);
            async Promise Guarded(Promise<int> p)
            {
                // answers: match%lwt p with x -> a x | exception Missing _ -> b
                try
                {
                    A(await p);
                }
                catch (Missing)
                {
                    B();
                }
                // end
            }
            await Handled(failing);
            async Promise Handled(Promise p)
            {
                // answers: try%lwt p with Missing name -> e
                try
                {
                    await p;
                }
                catch (Missing)
                {
                    B();
                }
                // end
            }
            Assert.Equal(["a 1", "b", "b"], log);
        });

    [Fact]
    public void Cleanup() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();
            Promise Close()
            {
                log.Add("closed");
                return Promise.Return();
            }
            var p = Promise.Return();
            // answers: p [%finally close ()]
            try
            {
                await p;
            }
            finally
            {
                await Close();
            }
            // end
            Assert.Equal(["closed"], log);
        });

    [Fact]
    public void Loops() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();
            var turns = 0;
            void A() => log.Add("yes");
            void B() => log.Add("no");
            void E() => log.Add("turn");
            Promise<bool> More() => Promise.Return(++turns < 3);
            Promise Body(int i)
            {
                log.Add($"{i}");
                return Promise.Pause();
            }
            var p = Promise.Return(true);
            const int n = 2;
            // answers: if%lwt p then a else b
            if (await p)
                A();
            else
                B();
            // end
            // answers: while%lwt more () do e done
            while (await More())
                E();
            // end
            // answers: for%lwt i = 1 to n do body i done
            for (var i = 1; i <= n; i++)
                await Body(i);
            // end
            // answers: for%lwt i = n downto 1 do body i done
            for (var i = n; i >= 1; i--)
                await Body(i);
            // end
            Assert.Equal(["yes", "turn", "turn", "1", "2", "2", "1"], log);
        });

    [Fact]
    public void Assertion() =>
        Fresh.Async(async () =>
        {
            async Promise Check(bool holds)
            {
                // answers: assert%lwt holds
                if (!holds)
                    throw new InvalidOperationException("assertion failed");
                // end
                await Promise.Pause();
            }
            await Check(true);
            Assert.True(Check(false).IsRejected);
        });

    [Fact]
    public void Direct() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();
            Promise<string> F() => Load("home");
            // answers: spawn f
            var p = Promise.Pause().Bind(F);
            // end
            Promise G()
            {
                log.Add("in the background");
                return Promise.Return();
            }
            // answers: spawn_in_the_background g
            Promise.FireAndForget(() => Promise.Pause().Bind(G));
            // end
            log.Add("next line");
            // answers: await p
            var page = await p;
            // end
            // answers: yield ()
            await Promise.Pause();
            // end
            Assert.Equal("page of home", page);
            Assert.Equal(["next line", "in the background"], log);
        });

    [Fact]
    public void Storage() =>
        Fresh.Async(async () =>
        {
            // answers: Storage.new_key ()
            var key = new PromiseKey<int>();
            // end
            // answers: Storage.get key
            var found = key.TryGet(out var value);
            // end
            Assert.Equal((false, 0), (found, value));
            Promise<bool> Rest() => Promise.Return(key.TryGet(out _));
            // answers: Storage.set key 1
            var there = await key.With(1, Rest);
            // end
            // answers: Storage.remove key
            var gone = await key.Without(Rest);
            // end
            Assert.Equal((true, false), (there, gone));
        });

    [Fact]
    public void RuntimeEvents()
    {
        var laps = 0;
        using var loop = new EventLoop();
        // answers: sch_lap
        using var hook = loop.OnEnterIteration(() => laps++);
        // end
        var count = loop.RunHere(async () =>
        {
            await Promise.Pause();
            // answers: paused_count
            var paused = Promise.PausedCount;
            // end
            return paused;
        });
        // answers: unix_job_count
        var jobs = loop.Workers.BusyCount;
        // end
        Assert.Equal((0, 0), (count, jobs));
        Assert.True(laps > 0);
    }
}
