namespace Lwt.Core.Tests;

/// <summary>
/// A race of two is itself the callback on its promises while it is their only one. Each test runs with a third promise
/// too, which never ends: then the race is of the general kind, and nothing else may differ.
/// </summary>
public class RaceOfTwoTests
{
    private static Promise<int> Choose(bool third, Promise<int> a, Promise<int> b) =>
        third ? Promise.Choose(a, b, Promise.Create<int>().Promise) : Promise.Choose(a, b);

    private static Promise<int> Pick(bool third, Promise<int> a, Promise<int> b) =>
        third ? Promise.Pick(a, b, Promise.Create<int>().Promise) : Promise.Pick(a, b);

    [Theory, InlineData(false), InlineData(true)]
    public void SourceSharedBeforeAndAfter_TheOtherWins_TheOtherCallbacksStay(bool third) =>
        Fresh.Run(() =>
        {
            var told = new List<string>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            a.OnSuccess(_ => told.Add("before"));
            var choice = Choose(third, a, b);
            a.OnSuccess(_ => told.Add("after"));
            choice.OnSuccess(_ => told.Add("choice"));
            resolveB.Fulfill(2);
            Assert.Equal(["choice"], told);
            resolveA.Fulfill(1);
            Assert.Equal(["choice", "after", "before"], told);
            Expect.Fulfilled(2, choice);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void SourceSharedAfterwards_Wins_CallbacksRunNewestFirst(bool third) =>
        Fresh.Run(() =>
        {
            var told = new List<string>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, _) = Promise.Create<int>();
            var choice = Choose(third, a, b);
            choice.OnSuccess(_ => told.Add("choice"));
            a.OnSuccess(_ => told.Add("second"));
            a.OnSuccess(_ => told.Add("third"));
            resolveA.Fulfill(1);
            Assert.Equal(["third", "second", "choice"], told);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void ManyRacesOnOnePromise_AllLeave_AndItsOwnCallbackRuns(bool third) =>
        Fresh.Run(() =>
        {
            var told = 0;
            var (shared, resolveShared) = Promise.Create<int>();
            shared.OnSuccess(_ => told++);
            var resolvers = new List<Resolver<int>>();
            var choices = new List<Promise<int>>();
            for (var i = 0; i < 5; i++)
            {
                var (mine, resolver) = Promise.Create<int>();
                resolvers.Add(resolver);
                choices.Add(i % 2 == 0 ? Choose(third, shared, mine) : Choose(third, mine, shared));
            }
            foreach (var i in new[] { 2, 0, 4 })
                resolvers[i].Fulfill(i);
            resolveShared.Fulfill(10);
            Assert.Equal(1, told);
            Expect.Fulfilled(0, choices[0]);
            Expect.Fulfilled(10, choices[1]);
            Expect.Fulfilled(2, choices[2]);
            Expect.Fulfilled(10, choices[3]);
            Expect.Fulfilled(4, choices[4]);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void SourceThatABindGives_GoesOnAsTheBind(bool third) =>
        Fresh.Run(() =>
        {
            var told = new List<string>();
            var (start, resolveStart) = Promise.Create<int>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            var outer = start.Bind(_ => a);
            outer.OnSuccess(_ => told.Add("outer"));
            var first = Choose(third, a, b);
            var second = Choose(third, outer, b);
            // Now a is the outer promise, and has the callbacks of both.
            resolveStart.Fulfill(0);
            first.OnSuccess(_ => told.Add("first"));
            second.OnSuccess(_ => told.Add("second"));
            resolveA.Fulfill(1);
            Expect.Fulfilled(1, first);
            Expect.Fulfilled(1, second);
            Assert.Equal(["second", "outer", "first"], told);
            resolveB.Fulfill(2);
            Expect.Fulfilled(1, first);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void BothSourcesBecomeOne_TheRaceIsDecidedOnce(bool third) =>
        Fresh.Run(() =>
        {
            var (start, resolveStart) = Promise.Create<int>();
            var (a, resolveA) = Promise.CreateCancelable<int>();
            var outer = start.Bind(_ => a);
            var told = 0;
            var race = Pick(third, a, outer);
            race.OnSuccess(_ => told++);
            resolveStart.Fulfill(0);
            Expect.Pending(race);
            resolveA.Fulfill(1);
            Expect.Fulfilled(1, race);
            Assert.Equal(1, told);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void BothResolvedInOneResolution_TheFirstToRunDecides(bool third) =>
        Fresh.Run(() =>
        {
            var (start, resolveStart) = Promise.Create<int>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            var race = Pick(third, a, b);
            start.OnSuccess(_ =>
            {
                resolveB.FulfillLater(2);
                resolveA.FulfillLater(1);
                Expect.Pending(race);
            });
            resolveStart.Fulfill(0);
            Expect.Fulfilled(2, race);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void GivenByABind_Canceled_CancelsBoth(bool third) =>
        Fresh.Run(() =>
        {
            var (start, resolveStart) = Promise.Create<int>();
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var outer = start.Bind(_ => Choose(third, a, b));
            var last = outer.Map(x => x);
            resolveStart.Fulfill(0);
            last.Cancel();
            Expect.Canceled(a);
            Expect.Canceled(b);
            Expect.Canceled(outer);
            Expect.Canceled(last);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void InsideAnother_Canceled_CancelsAllAndEachOnce(bool third) =>
        Fresh.Run(() =>
        {
            var told = new List<string>();
            var (a, _) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var (c, _) = Promise.CreateCancelable<int>();
            a.OnCancel(() => told.Add("a"));
            b.OnCancel(() => told.Add("b"));
            c.OnCancel(() => told.Add("c"));
            var race = Pick(third, Choose(third, a, b), Choose(third, b, c));
            race.OnCancel(() => told.Add("race"));
            race.Cancel();
            // Of the promises that cancel reached, the last runs its callbacks first, then those of what waits for it.
            Assert.Equal(["c", "race", "b", "a"], told);
            Expect.Canceled(race);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void Rejected_CancelsTheOther(bool third) =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.CreateCancelable<int>();
            var (b, _) = Promise.CreateCancelable<int>();
            var race = Pick(third, a, b);
            resolveA.Reject(boom);
            Expect.Rejected(boom, race);
            Expect.Canceled(b);
        });

    [Theory, InlineData(false), InlineData(true)]
    public void NothingCanWakeIt_TheMessageNamesWhatItWaitsFor(bool third)
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Fresh.Async(() => Choose(third, Promise.CreateCancelable<int>().Promise, Promise.Create<int>().Promise))
        );
        Assert.Contains("a promise made by Promise.CreateCancelable (F#: Lwt.task)", error.Message);
        Assert.Contains("a promise made by Promise.Create (F#: Lwt.wait)", error.Message);
    }
}
