using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>
/// Functions that are called later because the stack has no room: their promises can be cancelled like any pending one.
/// </summary>
public class DeferralTests
{
    private static readonly TimeSpan s_never = Timeout.InfiniteTimeSpan;

    public static TheoryData<string, Func<Action, Promise<int>>> Deferred =>
        new()
        {
            { "bind", called => Promise.Return(1).Bind(x => Call(called, x)) },
            { "bind of unit", called => Promise.Return().Bind(() => Call(called, 1)) },
            { "map", called => Promise.Return(1).Map(x => Called(called, x)) },
            { "try_bind", called => Promise.TryBind(() => Promise.Return(1), x => Call(called, x), Promise.Fail<int>) },
            { "finalize", called => Promise.Finalize(() => Call(called, 1), Promise.Return) },
            { "apply", called => Promise.Apply(() => Call(called, 1)) },
            { "async method", called => Method(called) },
        };

    [Theory]
    [MemberData(nameof(Deferred))]
    public void Cancel_OfWhatWaitsForStack_RejectsAndDoesNotCall(string name, Func<Action, Promise<int>> make) =>
        OnSmallStack(() =>
        {
            var called = false;
            Fresh.Async(async () =>
            {
                var promise = make(() => called = true);
                Assert.True(promise.IsPending, name);
                promise.Cancel();
                // Callbacks, too, are deferred until the stack has room.
                await Promise.Pause();
                Expect.Canceled(promise);
            });
            Assert.False(called, name);
        });

    [Theory]
    [MemberData(nameof(Deferred))]
    public void WhatWaitsForStack_NotCancelled_IsCalledByTheLoop(string name, Func<Action, Promise<int>> make) =>
        OnSmallStack(() =>
        {
            var calls = 0;
            var value = Fresh.Async(() => make(() => calls++));
            Assert.Equal((name, 1, 1), (name, value, calls));
        });

    [Theory]
    [MemberData(nameof(Deferred))]
    public void Pick_WithALoserThatWaitsForStack_CancelsIt(string name, Func<Action, Promise<int>> make) =>
        OnSmallStack(() =>
        {
            var called = false;
            using var loop = Fresh.Loop();
            var (race, loser) = (Promise.Return(0), Promise.Return(0));
            loop.RunHere(() =>
            {
                loser = make(() => called = true);
                var (winner, resolver) = Promise.Create<int>();
                race = Promise.Pick(winner, loser);
                resolver.Fulfill(2);
                return Promise.Pause();
            });
            Expect.Fulfilled(2, race);
            Expect.Canceled(loser);
            Assert.False(called, name);
        });

    [Fact]
    public void Catch_OfARejectedBodyWaitingForStack_Cancelled_HandlesTheCancellation() =>
        OnSmallStack(() =>
            Fresh.Async(async () =>
            {
                // The body is deferred; its rejection then is not.
                Exception? handled = null;
                var promise = Promise.Catch(
                    () => Promise.Fail<int>(new BoomException()),
                    e =>
                    {
                        handled = e;
                        return Promise.Return(3);
                    }
                );
                promise.Cancel();
                await Promise.Pause();
                await Promise.Pause();
                Assert.Equal(3, await promise);
                Assert.IsType<PromiseCanceledException>(handled);
            })
        );

    [Fact]
    public void Cancel_OfAnAsyncMethodWaitingForStack_AsAProxy_ReachesIt() =>
        OnSmallStack(() =>
            Fresh.Async(async () =>
            {
                var called = false;
                var outer = Promise.Return();
                var pause = Promise.Pause();
                // The newest callback runs first: the method is deferred, and then cancelled before it starts.
                pause.OnTermination(() => outer.Cancel());
                outer = pause.Bind(() => (Promise)Method(() => called = true));
                await Promise.Pause();
                await Promise.Pause();
                Expect.Canceled(outer);
                Assert.False(called);
                // The loop continues.
                await Promise.Sleep(TimeSpan.FromSeconds(1));
            })
        );

    [Fact]
    public void ToString_OfWhatWaitsForStack_SaysSo() =>
        OnSmallStack(() =>
            Fresh.Run(() =>
            {
                var promise = Promise.Return(1).Bind(x => Promise.Sleep(s_never).Map(() => x));
                Assert.Contains("stack", promise.ToString(), StringComparison.Ordinal);
            })
        );

    private static Promise<int> Call(Action called, int value)
    {
        called();
        return Promise.Return(value);
    }

    private static int Called(Action called, int value)
    {
        called();
        return value;
    }

    private static async Promise<int> Method(Action called)
    {
        called();
        await Promise.Pause();
        return 1;
    }

    /// <summary>Calls a test where the stack has no room, so that everything is deferred.</summary>
    private static void OnSmallStack(Action test)
    {
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(() => Descend(test)), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(caught);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Descend(Action bottom)
    {
        Span<byte> room = stackalloc byte[1024];
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
            Descend(bottom);
        else
            bottom();
        room[0] = 1;
    }
}
