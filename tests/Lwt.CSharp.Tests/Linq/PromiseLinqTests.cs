namespace Lwt.CSharp.Tests;

public class PromiseLinqTests
{
    [Fact]
    public void Select_EachState_MapsOrRejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var pending = from x in source select x + 1;
            Assert.Equal(2, Fresh.ValueOf(from x in Promise.Return(1) select x + 1));
            Assert.Same(boom, (from x in Promise.Fail<int>(boom) select x + 1).Exception);
            Assert.True(pending.IsPending);
            resolver.Fulfill(1);
            Assert.Equal(2, Fresh.ValueOf(pending));
        });

    [Fact]
    public void SelectMany_Values_AreAllInScope() =>
        Fresh.Async(async () =>
        {
            var sum = await (
                from a in Promise.Return(1)
                from b in Promise.Pause().Map(() => a + 1)
                let c = a + b
                from _ in Promise.Sleep(TimeSpan.FromSeconds(1))
                from d in Promise.Return(c * 10)
                where d > c
                select a + b + c + d
            );
            Assert.Equal(36, sum);
        });

    [Fact]
    public void SelectMany_WithoutValues_Waits() =>
        Fresh.Async(async () =>
        {
            var query = from _ in Promise.Pause() from __ in Promise.Pause() from x in Promise.Return(3) select x;
            Assert.True(query.IsPending);
            Assert.Equal(3, await query);
            Assert.Equal(4, await (from _ in Promise.Pause() select 4));
            await Promise.Return(1).SelectMany(_ => Promise.Pause());
        });

    [Fact]
    public void SelectMany_TwoArguments_Flattens() =>
        Fresh.Run(() => Assert.Equal(2, Fresh.ValueOf(Promise.Return(1).SelectMany(x => Promise.Return(x + 1)))));

    [Fact]
    public void SelectMany_Rejected_SkipsTheRest() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var called = false;
            var query = from a in Promise.Return(1) from b in Promise.Fail<int>(boom) from c in Call() select a + b + c;
            Assert.Same(boom, query.Exception);
            Assert.False(called);

            Promise<int> Call()
            {
                called = true;
                return Promise.Return(1);
            }
        });

    [Fact]
    public void Selectors_ThatThrow_OnAFulfilledPromise_Reject() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var one = Promise.Return(1);
            Promise[] queries =
            [
                one.Select<int, int>(_ => throw boom),
                one.SelectMany<int, int>(_ => throw boom),
                one.SelectMany((Func<int, Promise>)(_ => throw boom)),
                one.SelectMany<int, int, int>(_ => throw boom, (_, _) => 0),
                one.SelectMany<int, int, int>(_ => one, (_, _) => throw boom),
                one.SelectMany<int, int>((Func<int, Promise>)(_ => throw boom), (_, _) => 0),
                Promise.Return().SelectMany<int, int>(_ => throw boom, (_, _) => 0),
                one.Where(_ => throw boom),
                one.Join<int, int, int, int>(one, _ => throw boom, x => x, (x, _) => x),
                one.Join<int, int, int, int>(one, x => x, x => x, (_, _) => throw boom),
            ];
            Assert.All(queries, q => Assert.Same(boom, q.Exception));
        });

    [Fact]
    public void Selectors_ThatGiveNull_Reject() =>
        Fresh.Run(() =>
        {
            var one = Promise.Return(1);
            Promise[] queries =
            [
                one.SelectMany(_ => (Promise<int>)null!),
                one.SelectMany(_ => (Promise)null!),
                one.SelectMany(_ => (Promise<int>)null!, (_, _) => 0),
                one.SelectMany(_ => (Promise)null!, (_, _) => 0),
            ];
            Assert.All(queries, q => Assert.Contains("Promise.Return", q.Exception!.Message, StringComparison.Ordinal));
        });

    [Fact]
    public void Where_True_GivesTheValue_False_RejectsWithTheCondition() =>
        Fresh.Run(() =>
        {
            Assert.Equal(5, Fresh.ValueOf(from x in Promise.Return(5) where x > 3 select x));
            var byMethod = Promise.Return(1).Where(x => x > 3);
            Assert.Equal("x => x > 3", Assert.IsType<NoMatchException>(byMethod.Exception).Condition);
            Assert.Contains("x => x > 3", byMethod.Exception.Message, StringComparison.Ordinal);
            var byQuery = from x in Promise.Return(1) where x > 3 select x;
            Assert.Contains("x > 3", Assert.IsType<NoMatchException>(byQuery.Exception).Condition);
        });

    [Fact]
    public void Join_WaitsForBothAtATime() =>
        Fresh.Async(async () =>
        {
            var clock = EventLoop.Current.Clock;
            var begun = clock.GetTimestamp();
            var pair = await (from a in After(2, "a") join b in After(2, "b") on a.Length equals b.Length select a + b);
            Assert.Equal("ab", pair);
            Assert.Equal(TimeSpan.FromSeconds(2), clock.GetElapsedTime(begun));
        });

    [Fact]
    public void Join_KeysDiffer_RejectsWithTheCondition() =>
        Fresh.Run(() =>
        {
            var query =
                from a in Promise.Return("a")
                join b in Promise.Return("bb") on a.Length equals b.Length
                select a + b;
            var error = Assert.IsType<NoMatchException>(query.Exception);
            Assert.Contains("equals", error.Condition, StringComparison.Ordinal);
        });

    [Fact]
    public void Join_OneRejects_WaitsForTheOther() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var query = from a in source join b in Promise.Fail<int>(boom) on 1 equals 1 select a + b;
            Assert.True(query.IsPending);
            resolver.Fulfill(1);
            Assert.Same(boom, query.Exception);
        });

    [Fact]
    public void Cancel_OfAQuery_CancelsWhatItWaitsFor() =>
        Fresh.Async(async () =>
        {
            var (second, _) = Promise.CreateCancelable<int>();
            var query = from _ in Promise.Pause() from x in second select x;
            await Promise.Pause();
            await Promise.Pause();
            query.Cancel();
            Assert.True(second.IsCanceled);
            Assert.True(query.IsCanceled);
        });

    [Fact]
    public void Arguments_OfNull_Throw() =>
        Fresh.Run(() =>
        {
            Assert.Throws<ArgumentNullException>(() => ((Promise<int>)null!).Select(x => x));
            Assert.Throws<ArgumentNullException>(() => Promise.Return(1).Where(null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Return(1).SelectMany((Func<int, Promise<int>>)null!));
        });

    private static Promise<string> After(double seconds, string value) =>
        from _ in Promise.Sleep(TimeSpan.FromSeconds(seconds))
        select value;
}
