namespace Lwt.Core.Tests;

public class ResolverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fulfill_Pending_Fulfills(bool later) =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            Fulfill(resolver, 1, later);
            Expect.Fulfilled(1, promise);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reject_Pending_Rejects(bool later) =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (promise, resolver) = Promise.Create<int>();
            Reject(resolver, boom, later);
            Expect.Rejected(boom, promise);
        });

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Resolve_Twice_NamesTheCallAndTheState(bool later, bool rejected) =>
        Fresh.Run(() =>
        {
            var (_, resolver) = Promise.Create<int>();
            if (rejected)
                resolver.Reject(new BoomException());
            else
                resolver.Fulfill(1);
            var state = rejected ? "rejected" : "fulfilled";
            var error = Assert.Throws<InvalidOperationException>(() => Fulfill(resolver, 2, later));
            Assert.Contains(later ? "wakeup_later" : "Resolver.Fulfill", error.Message, StringComparison.Ordinal);
            Assert.Contains($"already resolved ({state})", error.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => Reject(resolver, new BoomException(), later));
        });

    [Fact]
    public void Resolve_Canceled_DoesNothing() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.CreateCancelable<int>();
            promise.Cancel();
            resolver.Fulfill(1);
            resolver.Reject(new BoomException());
            resolver.FulfillLater(1);
            resolver.RejectLater(new BoomException());
            Expect.Canceled(promise);
        });

    [Fact]
    public void Resolve_AfterItBecameAProxy_ResolvesBoth() =>
        Fresh.Run(() =>
        {
            var (inner, resolver) = Promise.Create<int>();
            var (source, resolveSource) = Promise.Create<int>();
            var bound = source.Bind(_ => inner);
            resolveSource.Fulfill(0);
            resolver.Fulfill(5);
            Expect.Fulfilled(5, bound);
            Expect.Fulfilled(5, inner);
            Assert.Throws<InvalidOperationException>(() => resolver.Fulfill(6));
        });

    [Fact]
    public void FulfillLater_Reentrant_RunsAfterTheOutermostResolution() =>
        Fresh.Run(() =>
        {
            var order = new List<string>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            b.OnSuccess(_ => order.Add("b"));
            a.OnSuccess(_ => order.Add("a2"));
            a.OnSuccess(_ =>
            {
                resolveB.FulfillLater(1);
                order.Add(b.IsFulfilled ? "a1, b fulfilled" : "a1, b pending");
            });
            resolveA.Fulfill(1);
            Assert.Equal(["a1, b fulfilled", "a2", "b"], order);
        });

    [Fact]
    public void Fulfill_Reentrant_ItsOwnPromiseInACallback_IsAnError() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            Exception? error = null;
            promise.OnSuccess(_ => error = Record.Exception(() => resolver.Fulfill(2)));
            resolver.Fulfill(1);
            Assert.IsType<InvalidOperationException>(error);
            Expect.Fulfilled(1, promise);
        });

    [Fact]
    public void Default_SaysWhereToGetOne()
    {
        var none = default(Resolver<int>);
        Assert.Contains(
            "Promise.Create",
            Assert.Throws<InvalidOperationException>(() => none.Promise).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidOperationException>(() => none.Fulfill(1));
        Assert.Throws<InvalidOperationException>(() => none.RejectLater(new BoomException()));
        Assert.Equal(0, none.GetHashCode());
    }

    [Fact]
    public void Reject_Null_IsAnError() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            Assert.Throws<ArgumentNullException>(() => resolver.Reject(null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Fail(null!));
            Expect.Pending(promise);
        });

    [Fact]
    public void Equality_IsThatOfThePromise() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            var (_, other) = Promise.Create<int>();
            var copy = resolver;
            Assert.True(copy == resolver && copy.Equals((object)resolver) && copy != other);
            Assert.Same(promise, copy.Promise);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryPoll_EachState_GivesWhatThereIs(bool rejects) =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<string>();
            Assert.False(promise.TryPoll(out var none));
            Assert.Null(none);
            if (rejects)
            {
                resolver.Reject(new BoomException());
                Assert.Throws<BoomException>(() => promise.TryPoll(out _));
            }
            else
            {
                resolver.Fulfill("v");
                Assert.True(promise.TryPoll(out var value));
                Assert.Equal("v", value);
            }
        });

    private static void Fulfill(Resolver<int> resolver, int value, bool later)
    {
        if (later)
            resolver.FulfillLater(value);
        else
            resolver.Fulfill(value);
    }

    private static void Reject(Resolver<int> resolver, Exception reason, bool later)
    {
        if (later)
            resolver.RejectLater(reason);
        else
            resolver.Reject(reason);
    }
}
