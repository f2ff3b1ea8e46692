namespace Lwt.Core.Tests;

/// <summary>Protected, NoCancel and WrapInCancelable.</summary>
public class ShieldTests
{
    public enum Kind
    {
        Protected,
        NoCancel,
        WrapInCancelable,
    }

    [Theory]
    [InlineData(Kind.Protected)]
    [InlineData(Kind.NoCancel)]
    [InlineData(Kind.WrapInCancelable)]
    public void Shield_Resolved_IsTheSource(Kind kind) =>
        Fresh.Run(() =>
        {
            var fulfilled = Promise.Return(1);
            var rejected = Promise.Fail<int>(new BoomException());
            Assert.Same(fulfilled, Shield(kind, fulfilled));
            Assert.Same(rejected, Shield(kind, rejected));
        });

    [Theory]
    [InlineData(Kind.Protected)]
    [InlineData(Kind.NoCancel)]
    [InlineData(Kind.WrapInCancelable)]
    public void Shield_Pending_FollowsTheSource(Kind kind) =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (a, resolveA) = Promise.Create<int>();
            var (b, resolveB) = Promise.Create<int>();
            var (shieldA, shieldB) = (Shield(kind, a), Shield(kind, b));
            resolveA.Fulfill(1);
            resolveB.Reject(boom);
            Expect.Fulfilled(1, shieldA);
            Expect.Rejected(boom, shieldB);
        });

    [Theory]
    [InlineData(Kind.Protected, false, true)]
    [InlineData(Kind.NoCancel, false, false)]
    [InlineData(Kind.WrapInCancelable, true, true)]
    public void Shield_Canceled_ReachesWhatItShould(Kind kind, bool sourceCanceled, bool shieldCanceled) =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.CreateCancelable<int>();
            var shield = Shield(kind, source);
            shield.Cancel();
            Assert.Equal(sourceCanceled, source.IsCanceled);
            Assert.Equal(shieldCanceled, shield.IsCanceled);
            resolver.Fulfill(1);
            if (!shieldCanceled)
                Expect.Fulfilled(1, shield);
        });

    [Theory]
    [InlineData(Kind.Protected)]
    [InlineData(Kind.NoCancel)]
    [InlineData(Kind.WrapInCancelable)]
    public void Shield_SourceCanceled_IsCanceled(Kind kind) =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var shield = Shield(kind, source);
            source.Cancel();
            Expect.Canceled(shield);
        });

    [Fact]
    public void WrapInCancelable_OfAPromiseThatCannotBeCanceled_Canceled_IsCanceled() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var wrap = source.WrapInCancelable();
            wrap.Cancel();
            Expect.Canceled(wrap);
            Expect.Pending(source);
            resolver.Fulfill(1);
            Expect.Canceled(wrap);
        });

    [Fact]
    public void Protected_Canceled_LeavesNoCallbackOnTheSource() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var called = 0;
            for (var i = 0; i < 3; i++)
            {
                var shield = source.Protected();
                shield.OnTermination(() => called++);
                shield.Cancel();
            }
            resolver.Fulfill(1);
            Assert.Equal(3, called);
        });

    [Theory]
    [InlineData(Kind.Protected)]
    [InlineData(Kind.WrapInCancelable)]
    public void Shield_ManyCanceledOfOneSource_LeaveNothingBehind(Kind kind) =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            // Among other callbacks, and alone.
            var mapped = source.Map(i => i + 1);
            Shield(kind, source).Cancel();
            var before = GC.GetTotalMemory(true);
            for (var i = 0; i < 100_000; i++)
                Shield(kind, source).Cancel();
            // Callbacks left behind would take 72 bytes each, 7 MB in all; the rest of the process may grow a little.
            Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 3_000_000);
            var last = Shield(kind, source);
            resolver.Fulfill(1);
            Expect.Fulfilled(2, mapped);
            Expect.Fulfilled(1, last);
        });

    [Fact]
    public void WrapInCancelable_Canceled_WithKeysInUse_LeavesItsStorageToWhatSetsNone() =>
        Fresh.Run(() =>
        {
            // As in OCaml's Lwt: the wrap's callback is still there, and sets its storage before dont_wait's handler runs.
            var key = new PromiseKey<int>();
            var (source, resolver) = Promise.Create<int>();
            var seen = -1;
            Promise.FireAndForget(() => source, _ => seen = key.TryGet(out var value) ? value : 0);
            var wrap = key.With(7, source.WrapInCancelable);
            wrap.Cancel();
            resolver.Reject(new BoomException());
            Assert.Equal(7, seen);
        });

    private static Promise<int> Shield(Kind kind, Promise<int> source) =>
        kind switch
        {
            Kind.Protected => source.Protected(),
            Kind.NoCancel => source.NoCancel(),
            _ => source.WrapInCancelable(),
        };
}
