namespace Lwt.Core.Tests;

/// <summary>Choose, Pick, NChoose, NPick and NChooseSplit.</summary>
public class RaceTests
{
    [Fact]
    public void Choose_Pending_IsResolvedAsTheFirst_TheOthersGoOn() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.CreateCancelable<int>();
            var (b, resolveB) = Promise.CreateCancelable<int>();
            var choice = Promise.Choose(a, b);
            resolveB.Fulfill(2);
            Expect.Fulfilled(2, choice);
            Expect.Pending(a);
            resolveA.Fulfill(1);
            Expect.Fulfilled(2, choice);
        });

    [Fact]
    public void Choose_Pending_FirstRejects_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var (b, _) = Promise.Create<int>();
            var choice = Promise.Choose(a, b);
            resolveA.Reject(boom);
            Expect.Rejected(boom, choice);
        });

    [Fact]
    public void Choose_OneFulfilled_GivesThatPromise() =>
        Fresh.Run(() =>
        {
            var (pending, _) = Promise.Create<int>();
            Expect.Fulfilled(1, Promise.Choose(pending, Promise.Return(1)));
        });

    [Fact]
    public void Choose_FulfilledAndRejected_PrefersTheRejected() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            for (var i = 0; i < 20; i++)
                Expect.Rejected(boom, Promise.Choose(Promise.Return(1), Promise.Fail<int>(boom), Promise.Return(2)));
        });

    [Fact]
    public void Choose_SeveralFulfilled_DrawsFromTheLoopsRandom() =>
        Fresh.Run(() =>
        {
            EventLoop.Current.Random = new Random(1);
            var seen = new HashSet<int>();
            for (var i = 0; i < 100; i++)
                seen.Add(
                    Promise.Choose(Promise.Return(0), Promise.Return(1), Promise.Return(2)).GetAwaiter().GetResult()
                );
            Assert.Equal(3, seen.Count);
        });

    [Fact]
    public void Choose_Canceled_CancelsAll() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var choice = Promise.Choose(a, b);
            choice.Cancel();
            Expect.Canceled(a);
            Expect.Canceled(b);
            Expect.Canceled(choice);
        });

    [Fact]
    public void Choose_AgainstALongLivedPromise_LeavesNothingBehindIt() =>
        Fresh.Run(() =>
        {
            var (never, _) = Promise.Create<int>();
            var lost = Race(never);
            GC.Collect();
            Assert.All(lost, race => Assert.False(race.TryGetTarget(out _)));
            GC.KeepAlive(never);
        });

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static List<WeakReference<Promise<int>>> Race(Promise<int> never)
    {
        var races = new List<WeakReference<Promise<int>>>();
        for (var i = 0; i < 5; i++)
        {
            var (soon, resolver) = Promise.Create<int>();
            var choice = Promise.Choose(never, soon);
            resolver.Fulfill(i);
            Expect.Fulfilled(i, choice);
            races.Add(new(choice));
        }
        return races;
    }

    [Fact]
    public void Choose_SamePromiseTwice_IsResolvedOnce() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var choice = Promise.Choose(a, a);
            resolveA.Fulfill(1);
            Expect.Fulfilled(1, choice);
        });

    [Fact]
    public void Choose_Reentrant_OneResolvesTheOther_FirstWins() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            var choice = Promise.Choose(a, b);
            // Attached later, so it runs before the race's own callback.
            a.OnSuccess(_ => resolveB.Fulfill(2));
            resolveA.Fulfill(1);
            Expect.Fulfilled(2, choice);
        });

    [Fact]
    public void Pick_Pending_CancelsTheOthersBeforeItIsResolved() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var order = new List<string>();
            var pick = Promise.Pick(a, b);
            b.OnCancel(() => order.Add(pick.IsPending ? "b canceled first" : "pick resolved first"));
            resolveA.Fulfill(1);
            Expect.Fulfilled(1, pick);
            Expect.Canceled(b);
            Assert.Equal(["b canceled first"], order);
        });

    [Fact]
    public void Pick_OneRejectedAlready_WinsAndCancelsTheOthers() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, _) = Promise.CreateCancelable<int>();
            var pick = Promise.Pick(a, Promise.Return(1), Promise.Fail<int>(boom));
            Expect.Rejected(boom, pick);
            Expect.Canceled(a);
        });

    [Fact]
    public void Pick_OneFulfilledAlready_CancelsTheOthers() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            Expect.Fulfilled(1, Promise.Pick(a, Promise.Return(1), b));
            Expect.Canceled(a);
            Expect.Canceled(b);
        });

    [Fact]
    public void Pick_Canceled_CancelsAll() =>
        Fresh.Run(() =>
        {
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var pick = Promise.Pick(a, b);
            pick.Cancel();
            Expect.Canceled(a);
            Expect.Canceled(b);
            Expect.Canceled(pick);
        });

    [Fact]
    public void Pick_OfAProtectedPromiseAndItsSource_Canceled_CancelsBoth() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var pick = Promise.Pick(source.Protected(), source);
            pick.Cancel();
            Expect.Canceled(source);
            Expect.Canceled(pick);
        });

    [Fact]
    public void NChoose_GivesTheValuesOfAllFulfilledByThen() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var choice = Promise.NChoose(a, b);
            Expect.Pending(choice);
            resolveA.Fulfill(1);
            Assert.Equal([1], choice.GetAwaiter().GetResult());
            Expect.Pending(b);
            Assert.Equal([1, 2], Promise.NChoose(a, b, Promise.Return(2)).GetAwaiter().GetResult());
        });

    [Fact]
    public void NPick_CancelsTheOthers() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var pick = Promise.NPick(a, b);
            resolveA.Fulfill(1);
            Assert.Equal([1], pick.GetAwaiter().GetResult());
            Expect.Canceled(b);
        });

    [Fact]
    public void NChoose_OneRejects_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var choice = Promise.NChoose(a);
            resolveA.Reject(boom);
            Expect.Rejected(boom, choice);
            Expect.Rejected(boom, Promise.NPick(Promise.Return(1), a));
        });

    [Fact]
    public void NChooseSplit_GivesValuesAndPendingPromises() =>
        Fresh.Run(() =>
        {
            var (a, resolveA) = Promise.Create<int>();
            var (b, _) = Promise.Create<int>();
            var split = Promise.NChooseSplit(a, b);
            Expect.Pending(split);
            resolveA.Fulfill(1);
            var (values, pending) = split.GetAwaiter().GetResult();
            Assert.Equal([1], values);
            Assert.Same(b, Assert.Single(pending));
        });

    [Fact]
    public void Races_OfNothing_SaySo() =>
        Fresh.Run(() =>
        {
            Assert.Contains("at least one", Assert.Throws<ArgumentException>(() => Promise.Choose<int>()).Message);
            Assert.Throws<ArgumentException>(() => Promise.Pick<int>());
            Assert.Throws<ArgumentException>(() => Promise.NChoose<int>());
            Assert.Throws<ArgumentException>(() => Promise.NPick<int>());
            Assert.Throws<ArgumentException>(() => Promise.NChooseSplit<int>());
        });
}
