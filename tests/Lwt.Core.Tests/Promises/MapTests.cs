namespace Lwt.Core.Tests;

public class MapTests
{
    [Fact]
    public void Map_Fulfilled_MapsAtOnce() => Fresh.Run(() => Expect.Fulfilled(2, Promise.Return(1).Map(x => x + 1)));

    [Fact]
    public void Map_Fulfilled_FunctionThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Expect.Rejected(boom, Promise.Return(1).Map<int>(_ => throw boom));
        });

    [Fact]
    public void Map_Rejected_RejectsWithTheSameException() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Expect.Rejected(boom, Promise.Fail<int>(boom).Map(x => x));
        });

    [Fact]
    public void Map_Pending_ThenFulfilled_Maps() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var mapped = source.Map(x => x + 1);
            resolver.Fulfill(1);
            Expect.Fulfilled(2, mapped);
        });

    [Fact]
    public void Map_Pending_FunctionThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var mapped = source.Map<int>(_ => throw boom);
            resolver.Fulfill(1);
            Expect.Rejected(boom, mapped);
        });

    [Fact]
    public void Map_Pending_ThenRejected_RejectsWithTheSameException() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var mapped = source.Map(x => x);
            resolver.Reject(boom);
            Expect.Rejected(boom, mapped);
        });

    [Fact]
    public void Map_Pending_Canceled_CancelsTheSource() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var mapped = source.Map(x => x);
            mapped.Cancel();
            Expect.Canceled(source);
            Expect.Canceled(mapped);
        });

    [Fact]
    public void Map_Reentrant_FunctionMakesAProxyOfTheMappedPromise_ResolvesBoth() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var (other, resolveOther) = Promise.Create<int>();
            Promise<int> mapped = null!;
            Promise<int> outer = other.Bind(_ => mapped);
            mapped = source.Map(x =>
            {
                resolveOther.Fulfill(0);
                return x;
            });
            resolver.Fulfill(5);
            Expect.Fulfilled(5, mapped);
            Expect.Fulfilled(5, outer);
        });

    [Fact]
    public void Map_ToNull_IsFulfilledWithNull() =>
        Fresh.Run(() => Expect.Fulfilled(null, Promise.Return(1).Map(_ => (string?)null)));

    [Fact]
    public void Wrap_FunctionThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Expect.Rejected(boom, Promise.Wrap<int>(() => throw boom));
            Expect.Fulfilled(1, Promise.Wrap(() => 1));
        });

    [Fact]
    public void Apply_FunctionThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Expect.Rejected(boom, Promise.Apply<int>(() => throw boom));
            Expect.Fulfilled(1, Promise.Apply(() => Promise.Return(1)));
        });

    [Fact]
    public void AsUnit_OfAValue_ForgetsIt() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var unit = source.AsUnit();
            resolver.Fulfill(1);
            Expect.Fulfilled(default, unit);
            Assert.Same(unit, unit.AsUnit());
        });
}
