using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>Async methods that return promises, and await of promises in those that return Tasks.</summary>
public class AsyncMethodTests
{
    [Fact]
    public void Await_Fulfilled_GoesOnAtOnce() => Fresh.Run(() => Expect.Fulfilled(2, AddOne(Promise.Return(1))));

    [Fact]
    public void Await_Pending_GoesOnWhenFulfilled() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var result = AddOne(source);
            Expect.Pending(result);
            resolver.Fulfill(1);
            Expect.Fulfilled(2, result);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Await_Rejected_ThrowsTheSameException(bool pending) =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            if (!pending)
                resolver.Reject(boom);
            var result = AddOne(source);
            if (pending)
                resolver.Reject(boom);
            Expect.Rejected(boom, result);
            Assert.Contains(nameof(AddOne), boom.StackTrace, StringComparison.Ordinal);
        });

    [Fact]
    public void Await_Canceled_RunsFinallyAndIsCanceled() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            var log = new List<string>();
            var method = Method();
            method.Cancel();
            Expect.Canceled(source);
            Expect.Canceled(method);
            Assert.Equal(["finally"], log);

            async Promise<int> Method()
            {
                try
                {
                    return await source;
                }
                finally
                {
                    log.Add("finally");
                }
            }
        });

    [Fact]
    public void Await_CanceledAndCaught_GoesOn() =>
        Fresh.Async(async () =>
        {
            var method = Method();
            await Promise.Pause();
            method.Cancel();
            Assert.Equal(7, await method);

            static async Promise<int> Method()
            {
                try
                {
                    await Promise.Sleep(TimeSpan.FromDays(1));
                    return 0;
                }
                catch (OperationCanceledException)
                {
                    await Promise.Pause();
                    return 7;
                }
            }
        });

    [Fact]
    public void Async_ThrowsBeforeOrAfterAnAwait_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (source, resolver) = Promise.Create<int>();
            var now = Thrower(Promise.Return(1), boom);
            var later = Thrower(source, boom);
            Expect.Rejected(boom, now);
            resolver.Fulfill(1);
            Expect.Rejected(boom, later);
        });

    [Fact]
    public void Async_WithoutValue_IsFulfilled() =>
        Fresh.Async(async () =>
        {
            var method = Method();
            Expect.Pending(method);
            await method;
            Assert.True(method.IsFulfilled);

            static async Promise Method() => await Promise.Pause();
        });

    [Fact]
    public void Async_Rejection_KeepsTheStackTraceOfTheThrow() =>
        Fresh.Run(() =>
        {
            var error = Assert.Throws<BoomException>(() => Outer().GetAwaiter().GetResult());
            Assert.Contains(nameof(ThrowDeep), error.StackTrace, StringComparison.Ordinal);
            Assert.Contains(nameof(Outer), error.StackTrace, StringComparison.Ordinal);

            static async Promise<int> Outer() => await Inner();

            static async Promise<int> Inner()
            {
                await Promise.Return();
                return ThrowDeep();
            }
        });

    [Fact]
    public void Await_OneRejectionManyTimes_DoesNotLetItsTraceGrow() =>
        Fresh.Run(() =>
        {
            var source = Thrower(Promise.Return(1), new BoomException());
            var lengths = new List<int>();
            for (var i = 0; i < 50; i++)
                lengths.Add(Assert.Throws<BoomException>(() => source.GetAwaiter().GetResult()).StackTrace!.Length);
            Assert.Equal(lengths[1], lengths[^1]);
        });

    [Fact]
    public void Await_ManyTimesInOneMethod_UsesTheValues() =>
        Assert.Equal(
            4950,
            Fresh.Async(async () =>
            {
                var sum = 0;
                for (var i = 0; i < 100; i++)
                    sum += await Promise.Pause().Map(() => i);
                return sum;
            })
        );

    [Fact]
    public void Await_AMethodThatBecameAProxy_FollowsBoth() =>
        Fresh.Async(async () =>
        {
            // A bind's function returns the method's promise, so it becomes a proxy while the method waits.
            var bound = Promise.Pause().Bind(() => Sum(3));
            Assert.Equal(3, await bound);

            static async Promise<int> Sum(int n)
            {
                for (var i = 0; i < n; i++)
                    await Promise.Pause();
                return n;
            }
        });

    [Fact]
    public void Cancel_AMethodThatBecameAProxy_CancelsWhatItAwaitsNow() =>
        Fresh.Async(async () =>
        {
            var (second, _) = Promise.CreateCancelable<int>();
            var bound = Promise.Pause().Bind(Method);
            await Promise.Pause();
            await Promise.Pause();
            await Promise.Pause();
            bound.Cancel();
            Expect.Canceled(second);
            Expect.Canceled(bound);

            async Promise<int> Method()
            {
                await Promise.Pause();
                return await second;
            }
        });

    [Fact]
    public void Await_Tasks_ResumesOnTheLoopsThread() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            await Task.Run(() => { });
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            await Task.Yield();
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            await Task.Run(() => { }).ConfigureAwait(false);
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            Assert.Equal(5, await new ValueTask<int>(Task.Run(() => 5)));
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            var error = await Promise.Catch(Failing, e => Promise.Return(e.Message));
            Assert.Equal("of the task", error);
            Assert.Equal(here, Environment.CurrentManagedThreadId);

            static async Promise<string> Failing()
            {
                await Task.Run(() => throw new BoomException("of the task"));
                return "";
            }
        });

    [Fact]
    public void Await_ATask_OnAThreadWithASynchronizationContext_Resumes()
    {
        var error = Fresh.OnOtherThread(() =>
        {
            var context = new StuckContext();
            SynchronizationContext.SetSynchronizationContext(context);
            Fresh.Async(async () =>
            {
                await Task.Run(() => { });
                await Task.Yield();
                Assert.Same(context, SynchronizationContext.Current);
            });
        });
        Assert.Null(error);
    }

    [Fact]
    public void Await_InAnAsyncMethodOfATask_ResumesOnTheLoopsThread() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            await Method(here);

            static async Task Method(int here)
            {
                await Promise.Pause();
                Assert.Equal(here, Environment.CurrentManagedThreadId);
                await Promise.Pause();
                Assert.Equal(here, Environment.CurrentManagedThreadId);
                await Assert.ThrowsAsync<BoomException>(async () =>
                    await Promise.Pause().Bind(() => Promise.Fail(new BoomException()))
                );
            }
        });

    [Fact]
    public void Await_InAnAsyncMethodOfATask_OnAWrongThread_ThrowsThere() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.Create<int>();
            var error = Fresh.OnOtherThread(() => Method(promise).GetAwaiter().GetResult());
            Assert.Contains("EventLoop.Post", Assert.IsType<InvalidOperationException>(error).Message);

            static async Task<int> Method(Promise<int> promise) => await promise;
        });

    [Fact]
    public void Await_AWrongLoopsPromise_Rejects() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.Create<int>();
            var error = Fresh.OnOtherThread(() => Fresh.Async(() => AddOne(promise)));
            Assert.Contains("EventLoop.Post", Assert.IsType<InvalidOperationException>(error).Message);
        });

    [Fact]
    public void Await_Null_Rejects() => Fresh.Run(() => Assert.IsType<NullReferenceException>(AddOne(null!).Exception));

    [Fact]
    public void GetResult_Pending_SaysToAwait() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.Create<int>();
            var error = Assert.Throws<InvalidOperationException>(() => promise.GetAwaiter().GetResult());
            Assert.Contains("await it", error.Message, StringComparison.Ordinal);
        });

    private static async Promise<int> AddOne(Promise<int> source) => await source + 1;

    private static async Promise<int> Thrower(Promise<int> source, Exception boom)
    {
        await source;
        throw boom;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ThrowDeep() => throw new BoomException();

    /// <summary>A context whose thread is busy: posted work never runs.</summary>
    private sealed class StuckContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) { }
    }
}
