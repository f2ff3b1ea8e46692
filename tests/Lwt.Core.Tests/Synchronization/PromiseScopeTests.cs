namespace Lwt.Core.Tests;

public class PromiseScopeTests
{
    [Fact]
    public void Run_WorkFails_CancelsSiblingsAndSurfaces()
    {
        var sibling = Promise.CreateCancelable<int>().Promise;
        var (work, resolver) = Promise.Create<int>();
        var result = PromiseScope.Run(scope =>
        {
            scope.Start(() => sibling);
            scope.Start(() => work);
            return Promise.Return("body");
        });
        Assert.True(result.IsPending);
        var failure = new TimeoutException();
        resolver.Reject(failure);
        Assert.True(sibling.IsCanceled);
        Assert.Same(failure, result.Exception);
    }

    [Fact]
    public void Run_WithoutValue_Canceled_CancelsBodyAndWork()
    {
        var work = Promise.CreateCancelable<int>().Promise;
        Promise body = Promise.CreateCancelable<int>().Promise;
        var result = PromiseScope.Run(scope =>
        {
            scope.Start(() => (Promise)work);
            return body;
        });
        result.Cancel();
        Assert.True(work.IsCanceled);
        Assert.True(result.IsCanceled);
    }

    [Theory]
    [InlineData(1, 24)]
    [InlineData(4, 10)]
    public void Cancel_NestedScopesWhoseInnermostWorkDoesNotHeedIt_ReachesEachPromiseOnce(int works, int levels)
    {
        var canceled = 0;
        var stubborn = Stubborn();
        var result = Nest(levels);
        for (var times = 1; times <= 3; times++)
        {
            result.Cancel();
            Assert.Equal(times, canceled);
            Expect.Pending(result);
        }

        Promise Nest(int level) =>
            level == 0
                ? stubborn
                : PromiseScope.Run(scope =>
                {
                    var inner = Nest(level - 1);
                    for (var i = 0; i < works; i++)
                        scope.Start(async () => await inner);
                    return inner;
                });

        // This work is pending again after each cancellation.
        async Promise Stubborn()
        {
            while (true)
            {
                try
                {
                    await Promise.CreateCancelable<int>().Promise;
                }
                catch (PromiseCanceledException)
                {
                    canceled++;
                }
            }
        }
    }

    [Fact]
    public void Cancel_WorkThatAwaitsItsOwnScope_Returns()
    {
        var calls = 0;
        Promise<int> result = null!;
        Fresh.Run(() =>
        {
            var sibling = Promise.CreateCancelable<int>().Promise;
            sibling.OnCancel(() => calls++);
            var (start, resolver) = Promise.Create<int>();
            result = PromiseScope.Run(scope =>
            {
                scope.Start(() => start.Bind(_ => result));
                scope.Start(() => start.Bind(_ => result).Map(x => x + 1));
                return start.Bind(_ => sibling);
            });
            resolver.Fulfill(0);
            result.Cancel();
            result.Cancel();
            Assert.Equal(1, calls);
            Expect.Pending(result);
        });
    }

    [Fact]
    public void Run_WorkThatAwaitsItsOwnScope_TheLoopSaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Fresh.Async(() =>
            {
                var (start, resolver) = Promise.Create<int>();
                Promise<int> result = null!;
                result = PromiseScope.Run(scope =>
                {
                    scope.Start(() => start.Bind(_ => result));
                    return start;
                });
                resolver.Fulfill(0);
                return result;
            })
        );
        Assert.Contains("in a circle", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancel_CallbacksRunOnceAllIsRejected_TheBodysFirst_AndMayStartNothing()
    {
        var log = new List<string>();
        string[] names = ["body", "first", "second"];
        var tasks = names.Select(_ => Promise.CreateCancelable<int>().Promise).ToList();
        foreach (var (name, task) in names.Zip(tasks))
            task.OnCancel(() => log.Add($"{name}: {tasks.Count(t => t.IsCanceled)} are canceled"));
        Promise<int>? late = null;
        var result = PromiseScope.Run(scope =>
        {
            scope.Start(() => tasks[1]);
            scope.Start(() => tasks[2]);
            tasks[0].OnCancel(() => late = scope.Start(() => Promise.Return(0)));
            return tasks[0];
        });
        result.Cancel();
        Assert.Equal(names.Select(name => $"{name}: 3 are canceled"), log);
        Expect.Canceled(late!);
        Expect.Canceled(result);
    }

    [Fact]
    public void Cancel_ThroughABindWhoseFunctionGaveTheScope_ReachesItEachTime()
    {
        var stubborn = Promise.Create<int>().Promise;
        var (start, resolver) = Promise.Create<int>();
        PromiseScope made = null!;
        var outer = start.Bind(_ =>
            PromiseScope.Run(scope =>
            {
                made = scope;
                scope.Start(() => stubborn);
                return Promise.Return(1);
            })
        );
        resolver.Fulfill(0);
        Assert.False(made.IsCanceled);
        outer.Cancel();
        Assert.True(made.IsCanceled);
    }

    [Fact]
    public void Start_Ended_Throws()
    {
        PromiseScope? kept = null;
        PromiseScope.Run(scope =>
        {
            kept = scope;
            return Promise.Return();
        });
        Assert.Throws<InvalidOperationException>(() => kept!.Start(Promise.Return));
    }

    [Fact]
    public void Start_WorkThatEndsWithAnotherOperationCanceledException_IsNoFailure() =>
        Fresh.Async(async () =>
        {
            var value = await PromiseScope.Run(async scope =>
            {
                _ = scope.Start(() => Promise.Fail(new TaskCanceledException()));
                _ = scope.Start(async () =>
                {
                    await Promise.Pause();
                    throw new OperationCanceledException();
                });
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                Assert.False(scope.IsCanceled);
                return 1;
            });
            Assert.Equal(1, value);
        });
}
