namespace Lwt.Core.Tests;

/// <summary>AsTask, AsPromise and FromTask.</summary>
public class TaskBridgeTests
{
    [Fact]
    public void AsTask_EachOutcome_EndsAsThePromise() =>
        Fresh.Run(() =>
        {
            Assert.Equal(1, Promise.Return(1).AsTask().GetAwaiter().GetResult());
            var boom = new BoomException();
            var (promise, resolver) = Promise.Create<int>();
            var task = promise.AsTask();
            Assert.False(task.IsCompleted);
            resolver.Reject(boom);
            Assert.Same(boom, task.Exception?.InnerException);
            var (canceled, _) = Promise.CreateCancelable<int>();
            var canceledTask = canceled.AsTask();
            canceled.Cancel();
            Assert.True(canceledTask.IsCanceled);
            Assert.True(Promise.Return().AsTask().IsCompletedSuccessfully);
        });

    [Fact]
    public void AsTask_RejectedWithAnotherCancellation_IsCanceledByItsToken() =>
        Fresh.Run(() =>
        {
            using var cancellation = new CancellationTokenSource();
            cancellation.Cancel();
            var task = Promise.Fail<int>(new TaskCanceledException(null, null, cancellation.Token)).AsTask();
            Assert.True(task.IsCanceled);
            var error = Assert.Throws<TaskCanceledException>(() => task.GetAwaiter().GetResult());
            Assert.Equal(cancellation.Token, error.CancellationToken);
        });

    [Fact]
    public void AsTask_ContinuationsRunOffTheLoop() =>
        Fresh.Async(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var (promise, resolver) = Promise.Create<int>();
            var thread = promise
                .AsTask()
                .ContinueWith(
                    _ => Environment.CurrentManagedThreadId,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
            resolver.Fulfill(1);
            Assert.NotEqual(here, await thread);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AsPromise_EachOutcome_IsResolvedAsTheTask(bool completed) =>
        Fresh.Async(async () =>
        {
            var boom = new BoomException();
            var (value, fault, cancel) = (
                new TaskCompletionSource<int>(),
                new TaskCompletionSource<int>(),
                new TaskCompletionSource<int>()
            );
            if (completed)
                Complete();
            var promises = new[] { value.Task.AsPromise(), fault.Task.AsPromise(), cancel.Task.AsPromise() };
            Promise[] without = [((Task)value.Task).AsPromise(), ((Task)fault.Task).AsPromise()];
            if (!completed)
                await Task.Run(Complete);
            Assert.Equal(1, await promises[0]);
            Expect.Rejected(boom, await Settle(promises[1]));
            Expect.Canceled(await Settle(promises[2]));
            Assert.IsType<TaskCanceledException>(promises[2].Exception!.InnerException);
            await without[0];
            Expect.Rejected(boom, await Settle(without[1].AsUnit()));

            void Complete()
            {
                value.SetResult(1);
                fault.SetException(boom);
                cancel.SetCanceled();
            }
        });

    [Fact]
    public void AsPromise_ValueTasks() =>
        Fresh.Async(async () =>
        {
            Assert.Equal(1, await new ValueTask<int>(1).AsPromise());
            Assert.Equal(2, await new ValueTask<int>(Task.Run(() => 2)).AsPromise());
            await default(ValueTask).AsPromise();
            await new ValueTask(Task.Run(() => { })).AsPromise();
        });

    [Fact]
    public void AsPromise_Canceled_LeavesTheTaskAlone() =>
        Fresh.Async(async () =>
        {
            var source = new TaskCompletionSource<int>();
            var promise = source.Task.AsPromise();
            promise.Cancel();
            Expect.Canceled(promise);
            source.SetResult(1);
            await Promise.Pause();
            Expect.Canceled(promise);
        });

    [Fact]
    public void AsPromise_CanceledAgainAndAgain_LeavesNothingOnTheTask() =>
        Fresh.Run(() =>
        {
            var source = new TaskCompletionSource<int>();
            CancelOne(source.Task);
            var before = GC.GetTotalMemory(true);
            for (var i = 0; i < 100_000; i++)
                CancelOne(source.Task);
            var grown = GC.GetTotalMemory(true) - before;
            Assert.True(grown < 2_000_000, $"{grown} bytes are left of 100,000 promises.");
            GC.KeepAlive(source);

            static void CancelOne(Task<int> task)
            {
                var promise = task.AsPromise();
                promise.Cancel();
                Expect.Canceled(promise);
            }
        });

    [Fact]
    public void AsPromise_AfterOthersOfTheSameTaskWereCanceled_IsResolvedAsTheTask() =>
        Fresh.Async(async () =>
        {
            var source = new TaskCompletionSource<int>();
            Promise<int>[] canceled = [source.Task.AsPromise(), source.Task.AsPromise()];
            foreach (var promise in canceled)
                promise.Cancel();
            Promise<int>[] waiting = [source.Task.AsPromise(), source.Task.AsPromise(), source.Task.AsPromise()];
            var without = ((Task)source.Task).AsPromise();
            waiting[1].Cancel();
            source.SetResult(1);
            Assert.Equal(1, await waiting[0]);
            Assert.Equal(1, await waiting[2]);
            await without;
            Expect.Canceled(waiting[1]);
        });

    [Fact]
    public void AsPromise_Canceled_LeavesTheFailureOfTheTaskObserved()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, e) =>
        {
            // Tasks of other tests may be collected here too.
            if (e.Exception.InnerException is BoomException { Message: nameof(FailAfterCancel) })
                unobserved++;
        };
        TaskScheduler.UnobservedTaskException += count;
        try
        {
            Fresh.Run(FailAfterCancel);
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            Assert.Equal(0, unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= count;
        }

        static void FailAfterCancel()
        {
            var source = new TaskCompletionSource<int>();
            source.Task.AsPromise().Cancel();
            source.SetException(new BoomException(nameof(FailAfterCancel)));
        }
    }

    [Fact]
    public void AsPromise_OnTwoLoops_EachResolvesItsOwn()
    {
        var source = new TaskCompletionSource<int>();
        Fresh.Run(() => source.Task.AsPromise().Cancel());
        using var waiting = new CountdownEvent(2);
        var results = new int[2];
        var threads = Enumerable
            .Range(0, results.Length)
            .Select(n => new Thread(() =>
                Fresh.Async(async () =>
                {
                    var promise = source.Task.AsPromise();
                    waiting.Signal();
                    results[n] = await promise;
                })
            ))
            .ToList();
        threads.ForEach(t => t.Start());
        waiting.Wait();
        source.SetResult(7);
        threads.ForEach(t => t.Join());
        Assert.Equal([7, 7], results);
    }

    [Fact]
    public void FromTask_Canceled_CancelsTheTokenAndLeavesItUsable() =>
        Fresh.Async(async () =>
        {
            var source = new TaskCompletionSource<int>();
            var token = default(CancellationToken);
            var promise = PromiseTaskExtensions.FromTask(t =>
            {
                token = t;
                return source.Task;
            });
            Assert.False(token.IsCancellationRequested);
            promise.Cancel();
            Assert.True(token.IsCancellationRequested);
            Expect.Canceled(promise);
            // The Task runs on for a while with a token that its promise no longer needs.
            Assert.True(token.WaitHandle.WaitOne(0));
            source.SetResult(1);
            await Promise.Pause();
        });

    [Fact]
    public void FromTask_OfATaskThatObservesTheToken_Ends() =>
        Fresh.Async(async () =>
        {
            var task = default(Task);
            Promise promise = PromiseTaskExtensions.FromTask(t => task = Task.Delay(Timeout.Infinite, t));
            await Promise.Pause();
            promise.Cancel();
            Expect.Canceled(promise);
            Assert.True(task!.IsCanceled);
        });

    [Fact]
    public void FromTask_EndsByItself_IsResolvedAsTheTask() =>
        Fresh.Async(async () =>
        {
            Assert.Equal(3, await PromiseTaskExtensions.FromTask(_ => Task.Run(() => 3)));
            await PromiseTaskExtensions.FromTask(_ => Task.CompletedTask);
        });

    [Fact]
    public void FromTask_StartFails_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Expect.Rejected(boom, PromiseTaskExtensions.FromTask<int>(_ => throw boom));
            Assert.Contains(
                "FromTask",
                PromiseTaskExtensions.FromTask(_ => (Task<int>)null!).Exception!.Message,
                StringComparison.Ordinal
            );
        });

    private static Promise<Promise<T>> Settle<T>(Promise<T> promise) =>
        Promise.TryBind(() => promise, _ => Promise.Return(promise), _ => Promise.Return(promise));

    [Fact]
    public void AsPromise_ACancelledTask_KeepsItsToken() =>
        Fresh.Async(async () =>
        {
            using var source = new CancellationTokenSource();
            var pending = Task.Delay(Timeout.Infinite, source.Token);
            var followed = pending.AsPromise();
            source.Cancel();
            foreach (var promise in new[] { followed, Task.FromCanceled<int>(source.Token).AsPromise() })
            {
                try
                {
                    await promise;
                    Assert.Fail("not cancelled");
                }
                catch (OperationCanceledException e) when (e.CancellationToken == source.Token) { }
                Assert.IsType<PromiseCanceledException>(promise.Exception);
            }
        });
}
