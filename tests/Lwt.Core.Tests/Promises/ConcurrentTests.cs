namespace Lwt.Core.Tests;

/// <summary>Join, Both and All.</summary>
public class ConcurrentTests
{
    [Fact]
    public void Join_Empty_IsFulfilled() => Fresh.Run(() => Assert.True(Promise.Join().IsFulfilled));

    [Fact]
    public void Join_Pending_WaitsForAll() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<string>();
            var join = Promise.Join(a, b, Promise.Return());
            resolveA.Fulfill(1);
            Expect.Pending(join);
            resolveB.Fulfill("x");
            Assert.True(join.IsFulfilled);
        });

    [Fact]
    public void Join_OneRejects_WaitsForTheOthersAndRejectsAsTheFirst() =>
        Fresh.Run(() =>
        {
            var first = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            var join = Promise.Join(a, b);
            resolveB.Reject(first);
            Expect.Pending(join);
            resolveA.Reject(new BoomException("second"));
            Expect.Rejected(first, join);
        });

    [Fact]
    public void Join_OneRejectedAlready_WaitsForTheOthers() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var join = Promise.Join(a, Promise.Fail(boom));
            Expect.Pending(join);
            resolveA.Fulfill(1);
            Expect.Rejected(boom, join);
        });

    [Fact]
    public void Join_Canceled_CancelsAll() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var join = Promise.Join(a, b);
            join.Cancel();
            Expect.Canceled(a);
            Expect.Canceled(b);
            Expect.Canceled(join);
        });

    [Fact]
    public void Join_Canceled_OneIsNotCancelable_StaysPending() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, resolveB) = Promise.Create<int>();
            var join = Promise.Join(a, b);
            join.Cancel();
            Expect.Pending(join);
            resolveB.Fulfill(1);
            Expect.Canceled(join);
        });

    [Fact]
    public void Join_OfOnePromiseTwice_IsFulfilledOnce() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var join = Promise.Join(a, a);
            resolveA.Fulfill(1);
            Assert.True(join.IsFulfilled);
        });

    [Fact]
    public void Join_DiamondCanceled_CallsEachCancelCallbackOnce() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var calls = 0;
            source.OnCancel(() => calls++);
            var top = Promise.Join(source.Map(x => x), source.Map(x => x));
            top.Cancel();
            Assert.Equal(1, calls);
            Expect.Canceled(top);
        });

    [Fact]
    public void Both_Pending_GivesBothValues() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<string>();
            var both = Promise.Both(a, b);
            resolveB.Fulfill("x");
            Expect.Pending(both);
            resolveA.Fulfill(1);
            Expect.Fulfilled((1, "x"), both);
        });

    [Fact]
    public void Both_OneRejects_WaitsForTheOther() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var both = Promise.Both(a, Promise.Fail<int>(boom));
            Expect.Pending(both);
            resolveA.Fulfill(1);
            Expect.Rejected(boom, both);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void All_Pending_GivesTheValuesInOrder(int count) =>
        Fresh.Run(() =>
        {
            var made = Enumerable.Range(0, count).Select(_ => Promise.Create<int>()).ToList();
            var all = Promise.All(made.Select(m => m.Promise));
            for (var i = count - 1; i >= 0; i--)
            {
                Expect.Pending(all);
                made[i].Resolver.Fulfill(i);
            }
            Assert.Equal(Enumerable.Range(0, count), all.GetAwaiter().GetResult());
        });

    [Fact]
    public void All_OneRejects_RejectsWhenAllAreResolved() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var all = Promise.All(a, Promise.Fail<int>(boom), Promise.Return(1));
            Expect.Pending(all);
            resolveA.Fulfill(1);
            Expect.Rejected(boom, all);
        });

    [Fact]
    public void All_Canceled_CancelsAll() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var all = Promise.All(a, a, a);
            all.Cancel();
            Expect.Canceled(all);
        });
}
