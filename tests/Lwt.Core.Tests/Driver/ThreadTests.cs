namespace Lwt.Core.Tests;

/// <summary>What other threads may and may not call, and the thread-safe resolver.</summary>
public class ThreadTests
{
    [Fact]
    public void WrongThread_EachUseOfAPendingPromise_NamesTheDoor() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.CreateCancelable<int>();
            Action[] uses =
            [
                () => resolver.Fulfill(1),
                () => resolver.Reject(new BoomException()),
                () => resolver.FulfillLater(1),
                () => promise.Bind(Promise.Return),
                () => promise.Map(x => x),
                () => promise.Cancel(),
                () => promise.OnSuccess(_ => { }),
                () => promise.OnCancel(() => { }),
                () => promise.Ignore(),
                () => Promise.Join(promise),
                () => Promise.Choose(promise),
                () => Promise.Pick(promise),
                () => promise.Protected(),
                () => promise.NoCancel(),
                () => promise.WrapInCancelable(),
                () => promise.AsTask(),
                () => promise.GetAwaiter().GetResult(),
                () => EventLoop.Run(promise),
            ];
            foreach (var use in uses)
            {
                var error = Fresh.OnOtherThread(use);
                Assert.IsType<InvalidOperationException>(error);
                Assert.Contains("EventLoop.Post", error.Message, StringComparison.Ordinal);
            }
            Expect.Pending(promise);
            resolver.Fulfill(1);
            Expect.Fulfilled(1, promise);
        });

    [Fact]
    public void WrongThread_AResolvedPromise_MayBeUsed() =>
        Fresh.Run(() =>
        {
            var promise = Promise.Return(1);
            Assert.Null(Fresh.OnOtherThread(() => Expect.Fulfilled(2, promise.Map(x => x + 1))));
        });

    [Fact]
    public void WrongThread_InnerPromiseOfABind_Rejects() =>
        Fresh.Run(() =>
        {
            var (foreign, _) = Promise.Create<int>();
            var error = Fresh.OnOtherThread(() =>
                Fresh.Async(async () =>
                {
                    await Promise.Pause();
                    await Promise.Pause().Bind(() => foreign);
                })
            );
            Assert.Contains("event loop", Assert.IsType<InvalidOperationException>(error).Message);
        });

    [Fact]
    public void ThreadSafeResolver_FromAnotherThread_ResolvesOnTheLoop()
    {
        var here = Environment.CurrentManagedThreadId;
        var value = Fresh.Async(async () =>
        {
            var (promise, resolver) = Promise.CreateThreadSafe<int>();
            var thread = new Thread(() => resolver.TryFulfill(5));
            thread.Start();
            var result = await promise;
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            thread.Join();
            return result;
        });
        Assert.Equal(5, value);
    }

    [Fact]
    public void ThreadSafeResolver_UsedTwice_SaysNoTheSecondTime() =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var (promise, resolver) = Promise.CreateThreadSafe<int>();
            Assert.True(resolver.TryReject(boom));
            Assert.False(resolver.TryFulfill(1));
            Expect.Pending(promise);
            await Promise.Catch<int>(() => promise, _ => Promise.Return(0));
            Expect.Rejected(boom, promise);
        });

    [Fact]
    public void ThreadSafeResolver_Canceled_DoesNothingAndTheLoopNoLongerWaits()
    {
        var (promise, resolver) = (default(Promise<int>), default(ThreadSafeResolver<int>));
        var error = Assert.Throws<InvalidOperationException>(() =>
            Fresh.Async(() =>
            {
                (promise, resolver) = Promise.CreateThreadSafe<int>();
                promise.Cancel();
                return Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
        Expect.Canceled(promise!);
        Assert.False(resolver!.TryFulfill(1));
    }

    [Fact]
    public void ThreadSafeResolver_AfterItsLoopIsGone_IsHarmless()
    {
        ThreadSafeResolver<int> resolver = null!;
        Fresh.Run(() => resolver = Promise.CreateThreadSafe<int>().Resolver);
        Assert.Null(Fresh.OnOtherThread(() => resolver.TryFulfill(1)));
    }

    [Fact]
    public void Loops_OnManyThreads_AreIndependent()
    {
        var results = new int[8];
        var threads = Enumerable
            .Range(0, results.Length)
            .Select(n => new Thread(() =>
                results[n] = Fresh.Async(async () =>
                {
                    for (var i = 0; i < 1000; i++)
                        await Promise.Pause();
                    return n;
                })
            ))
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(Enumerable.Range(0, results.Length), results);
    }
}
