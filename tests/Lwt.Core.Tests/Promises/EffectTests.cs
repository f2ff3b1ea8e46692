namespace Lwt.Core.Tests;

/// <summary>OnSuccess, OnFailure, OnTermination, OnAny and OnCancel.</summary>
public class EffectTests
{
    public enum Way
    {
        Value,
        Reason,
        Cancel,
    }

    [Theory]
    [InlineData(Way.Value, "termination any-value success")]
    [InlineData(Way.Reason, "termination any-reason failure")]
    [InlineData(Way.Cancel, "cancel termination any-reason failure")]
    public void Effects_Pending_ThenResolved_CallsThoseOfTheOutcome(Way way, string expected) =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.CreateCancelable<int>();
            var log = Attach(promise);
            Resolve(promise, resolver, way);
            Assert.Equal(expected, string.Join(' ', log));
        });

    [Theory]
    [InlineData(Way.Value, "success any-value termination")]
    [InlineData(Way.Reason, "failure any-reason termination")]
    [InlineData(Way.Cancel, "failure any-reason termination cancel")]
    public void Effects_ResolvedAlready_CallsThoseOfTheOutcomeAtOnce(Way way, string expected) =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.CreateCancelable<int>();
            Resolve(promise, resolver, way);
            Assert.Equal(expected, string.Join(' ', Attach(promise)));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Effects_ActionThrows_GoesToTheAsyncHookAndOthersRun(bool pending)
    {
        var ran = false;
        var told = Fresh.WithHook(() =>
            Fresh.Run(() =>
            {
                var (promise, resolver) = Promise.Create<int>();
                if (!pending)
                    resolver.Fulfill(1);
                promise.OnSuccess(_ => ran = true);
                promise.OnSuccess(_ => throw new BoomException("one"));
                promise.OnTermination(() => throw new BoomException("two"));
                if (pending)
                    resolver.Fulfill(1);
            })
        );
        Assert.True(ran);
        Assert.Equal(["one", "two"], told.Select(e => e.Message).Order());
    }

    [Fact]
    public void OnCancel_ActionThrows_GoesToTheAsyncHook()
    {
        var told = Fresh.WithHook(() =>
            Fresh.Run(() =>
            {
                var (promise, _) = Promise.CreateCancelable<int>();
                promise.OnCancel(() => throw new BoomException("pending"));
                promise.Cancel();
                promise.OnCancel(() => throw new BoomException("canceled already"));
            })
        );
        Assert.Equal(["pending", "canceled already"], told.Select(e => e.Message));
    }

    [Fact]
    public void OnCancel_RejectedWithCanceledByItsResolver_IsCalled() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            var called = false;
            promise.OnCancel(() => called = true);
            resolver.Reject(new PromiseCanceledException());
            Assert.True(called);
        });

    [Fact]
    public void OnCancel_Reentrant_ResolvesAnotherFirst() =>
        Fresh.Run(() =>
        {
            var order = new List<string>();
            var (other, resolveOther) = Promise.Create<int>();
            other.OnSuccess(_ => order.Add("other"));
            var (promise, _) = Promise.CreateCancelable<int>();
            promise.OnFailure(_ => order.Add("failure"));
            promise.OnCancel(() => resolveOther.Fulfill(1));
            promise.Cancel();
            Assert.Equal(["other", "failure"], order);
        });

    private static List<string> Attach(Promise<int> promise)
    {
        var log = new List<string>();
        promise.OnSuccess(_ => log.Add("success"));
        promise.OnFailure(_ => log.Add("failure"));
        promise.OnAny(_ => log.Add("any-value"), _ => log.Add("any-reason"));
        promise.OnTermination(() => log.Add("termination"));
        promise.OnCancel(() => log.Add("cancel"));
        return log;
    }

    private static void Resolve(Promise<int> promise, Resolver<int> resolver, Way way)
    {
        if (way == Way.Value)
            resolver.Fulfill(1);
        else if (way == Way.Reason)
            resolver.Reject(new BoomException());
        else
            promise.Cancel();
    }
}
