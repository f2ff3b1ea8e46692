namespace Lwt.Core.Tests;

public class BindTests
{
    [Fact]
    public void Bind_Fulfilled_CallsAtOnceAndGivesThePromiseOfTheFunction() =>
        Fresh.Run(() =>
        {
            var given = Promise.Return("x");
            Assert.Same(given, Promise.Return(1).Bind(_ => given));
        });

    [Fact]
    public void Bind_Fulfilled_FunctionThrows_ThrowsToTheCaller() =>
        Fresh.Run(() =>
            Assert.Throws<BoomException>(() => Promise.Return(1).Bind<int>(_ => throw new BoomException()))
        );

    [Fact]
    public void Bind_Rejected_SkipsTheFunction() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var called = false;
            var bound = Promise
                .Fail<int>(boom)
                .Bind(x =>
                {
                    called = true;
                    return Promise.Return(x);
                });
            Expect.Rejected(boom, bound);
            Assert.False(called);
        });

    [Fact]
    public void Bind_Pending_ThenFulfilled_GoesTheWayOfTheInnerPromise() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var (inner, innerResolver) = Promise.Create<string>();
            var bound = source.Bind(_ => inner);
            Expect.Pending(bound);
            resolver.Fulfill(1);
            Expect.Pending(bound);
            innerResolver.Fulfill("in");
            Expect.Fulfilled("in", bound);
            Expect.Fulfilled("in", inner);
        });

    [Fact]
    public void Bind_Pending_ThenFulfilled_InnerRejects_RejectsWithTheSameException() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var (inner, innerResolver) = Promise.Create<string>();
            var bound = source.Bind(_ => inner);
            resolver.Fulfill(1);
            innerResolver.Reject(boom);
            Expect.Rejected(boom, bound);
        });

    [Fact]
    public void Bind_Pending_ThenRejected_RejectsWithTheSameException() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var bound = source.Bind(Promise.Return);
            resolver.Reject(boom);
            Expect.Rejected(boom, bound);
        });

    [Fact]
    public void Bind_Pending_FunctionThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var bound = source.Bind<int>(_ => throw boom);
            resolver.Fulfill(1);
            Expect.Rejected(boom, bound);
        });

    [Fact]
    public void Bind_Pending_Canceled_CancelsTheSource() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var bound = source.Bind(Promise.Return);
            bound.Cancel();
            Expect.Canceled(source);
            Expect.Canceled(bound);
        });

    [Fact]
    public void Bind_Pending_CanceledInTheInnerPromise_CancelsThatOne() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var (inner, _) = Promise.CreateCancelable<int>();
            var bound = source.Bind(_ => inner);
            resolver.Fulfill(1);
            bound.Cancel();
            Expect.Canceled(inner);
            Expect.Canceled(bound);
        });

    [Fact]
    public void Bind_Pending_CanceledWhereNothingIsCancelable_DoesNothing() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var bound = source.Bind(Promise.Return);
            bound.Cancel();
            Expect.Pending(bound);
            resolver.Fulfill(3);
            Expect.Fulfilled(3, bound);
        });

    [Fact]
    public void Bind_Callbacks_RunNewestFirst() =>
        Fresh.Run(() =>
        {
            var order = new List<int>();
            var (source, resolver) = Promise.Create<int>();
            for (var i = 0; i < 3; i++)
            {
                var n = i;
                source.OnSuccess(_ => order.Add(n));
            }
            resolver.Fulfill(0);
            Assert.Equal([2, 1, 0], order);
        });

    [Fact]
    public void Bind_Reentrant_FunctionAttachesToItsOwnSource_RunsAtOnce() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var bound = source.Bind(x => source.Bind(y => Promise.Return(x + y)));
            resolver.Fulfill(2);
            Expect.Fulfilled(4, bound);
        });

    [Fact]
    public void Bind_Reentrant_FunctionReturnsTheBoundPromiseItself_StaysPending() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            Promise<int> bound = null!;
            bound = source.Bind(_ => bound);
            resolver.Fulfill(1);
            Expect.Pending(bound);
        });

    [Fact]
    public void Bind_Reentrant_FunctionResolvesAnother_RunsDepthFirst() =>
        Fresh.Run(() =>
        {
            var order = new List<string>();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            b.OnSuccess(_ => order.Add("b"));
            a.OnSuccess(_ => order.Add("a, attached first"));
            a.OnSuccess(_ =>
            {
                order.Add("a, before b");
                resolveB.Fulfill(1);
                order.Add("a, after b");
            });
            resolveA.Fulfill(1);
            Assert.Equal(["a, before b", "b", "a, after b", "a, attached first"], order);
        });

    [Fact]
    public void Bind_WithoutValue_FollowsBothPromises() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<Unit>();
            var (inner, innerResolver) = Promise.Create<Unit>();
            Promise bound = ((Promise)source).Bind(() => inner);
            resolver.Fulfill(default);
            Expect.Pending(bound);
            innerResolver.Fulfill(default);
            Assert.True(bound.IsFulfilled);
        });
}
