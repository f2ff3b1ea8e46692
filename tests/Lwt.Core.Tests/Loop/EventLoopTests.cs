namespace Lwt.Core.Tests;

public class EventLoopTests
{
    [Fact]
    public void Run_Resolved_GivesTheValueOrThrows()
    {
        Assert.Equal(1, EventLoop.Run(Promise.Return(1)));
        Assert.Throws<BoomException>(() => EventLoop.Run(Promise.Fail<int>(new BoomException())));
        Assert.Throws<PromiseCanceledException>(() => Fresh.Async(() => CanceledPromise()));
        EventLoop.Run(Promise.Return());
    }

    [Fact]
    public void Run_Pending_RunsUntilResolved() =>
        Assert.Equal(
            3,
            EventLoop.Run(async () =>
            {
                await Promise.Pause();
                await Promise.Pause();
                return 3;
            })
        );

    [Fact]
    public void Run_Nested_NamesWhereTheFirstBegan()
    {
        using var loop = Fresh.Loop();
        Exception? nested = null;
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            nested = Record.Exception(() => EventLoop.Run(Promise.Return()));
        });
        Assert.IsType<InvalidOperationException>(nested);
        Assert.Contains(
            $"that run began in {typeof(EventLoopTests).FullName}.{nameof(Run_Nested_NamesWhereTheFirstBegan)}",
            nested.Message,
            StringComparison.Ordinal
        );
        AssertUsable(loop);
    }

    [Fact]
    public void Run_InsideACallback_IsAnError()
    {
        var (promise, resolver) = Promise.Create<int>();
        var result = promise.Map(_ => Record.Exception(() => EventLoop.Run(Promise.Return())));
        resolver.Fulfill(1);
        var error = EventLoop.Run(result);
        Assert.Contains("inside a promise's callback", Assert.IsType<InvalidOperationException>(error).Message);
        AssertUsable(EventLoop.Current);
    }

    public enum Start
    {
        RunHere,
        RunHereOfAValue,
        Run,
        RunOfAValue,
    }

    [Theory]
    [InlineData(Start.RunHere)]
    [InlineData(Start.RunHereOfAValue)]
    [InlineData(Start.Run)]
    [InlineData(Start.RunOfAValue)]
    public void Run_OfAFunction_CountsAsRunningInIt(Start start)
    {
        using var loop = Fresh.Loop();
        Exception? nested = null;
        Exception? nestedHere = null;
        Exception? disposed = null;
        switch (start)
        {
            case Start.RunHere:
                loop.RunHere(() => Main().AsUnit());
                break;
            case Start.RunHereOfAValue:
                loop.RunHere(Main);
                break;
            case Start.Run:
                EventLoop.Run(() => Main().AsUnit());
                break;
            default:
                EventLoop.Run(Main);
                break;
        }
        Assert.All([nested, nestedHere], e => Assert.IsType<InvalidOperationException>(e));
        Assert.Contains("called while the loop is running", nested!.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"in {typeof(EventLoopTests).FullName}.{nameof(Run_OfAFunction_CountsAsRunningInIt)}",
            nested.Message
        );
        Assert.Contains("after Run has returned", Assert.IsType<InvalidOperationException>(disposed).Message);
        Assert.False(EventLoop.Current.IsRunning);
        AssertUsable(loop);

        Promise<int> Main()
        {
            var current = EventLoop.Current;
            Assert.True(current.IsRunning);
            nested = Record.Exception(() => EventLoop.Run(Promise.Return()));
            nestedHere = Record.Exception(() => Fresh.Loop().RunHere(Promise.Return));
            disposed = Record.Exception(current.Dispose);
            return Promise.Return(1);
        }
    }

    [Fact]
    public void Run_InTheArgumentOfRun_HasEndedBefore() =>
        // As in OCaml, where an argument is evaluated before the call.
        Assert.Equal(2, EventLoop.Run(Promise.Return(EventLoop.Run(Promise.Return(1)) + 1)));

    [Fact]
    public void RunHere_MainThrows_DropsNoPauses()
    {
        using var loop = Fresh.Loop();
        var paused = Promise.Return();
        Assert.Throws<BoomException>(() =>
            loop.RunHere<int>(() =>
            {
                paused = Promise.Pause();
                throw new BoomException();
            })
        );
        Assert.False(loop.IsRunning);
        AssertUsable(loop);
        Assert.True(paused.IsFulfilled);
    }

    [Fact]
    public void Run_NothingCanWake_NamesWhatItWaitsFor()
    {
        using var loop = Fresh.Loop();
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(async () =>
            {
                await Promise.Pause();
                await Promise.Join(Promise.Create<int>().Promise, Promise.CreateCancelable<int>().Promise);
            })
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
        Assert.Contains("a promise made by Promise.Create (F#: Lwt.wait)", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "a promise made by Promise.CreateCancelable (F#: Lwt.task)",
            error.Message,
            StringComparison.Ordinal
        );
        AssertUsable(loop);
    }

    [Fact]
    public async Task Run_InATaskOnAnExclusiveScheduler_AwaitsTasks()
    {
        var pair = new ConcurrentExclusiveSchedulerPair();
        var run = Task.Factory.StartNew(
            () =>
            {
                // An await before the run works as one inside it.
                var before = Yielding();
                return EventLoop.Run(async () =>
                {
                    await Yielding();
                    await before;
                    await InATask();
                    Assert.Same(TaskScheduler.Default, TaskScheduler.Current);
                    return 7;
                });
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            pair.ExclusiveScheduler
        );
        Assert.Equal(7, await run.WaitAsync(TimeSpan.FromSeconds(60)));

        static async Promise Yielding()
        {
            await Task.Yield();
            await Task.Run(static () => { });
            await Task.Delay(1);
        }

        static async Task InATask()
        {
            await Task.Yield();
            await Task.Delay(1);
        }
    }

    [Fact]
    public async Task Run_InATaskOnAnExclusiveScheduler_Failing_ThrowsTheSameException()
    {
        var pair = new ConcurrentExclusiveSchedulerPair();
        var boom = new BoomException();
        var run = Task.Factory.StartNew(
            () => Record.Exception(() => EventLoop.Run<int>(() => throw boom)),
            CancellationToken.None,
            TaskCreationOptions.None,
            pair.ExclusiveScheduler
        );
        Assert.Same(boom, await run);
    }

    [Fact]
    public void Run_OfAnotherLoopsPromise_SaysSo()
    {
        using var loop = Fresh.Loop();
        var foreign = Promise.Create<int>().Promise;
        var error = Assert.Throws<InvalidOperationException>(() => loop.RunHere(() => foreign));
        Assert.Contains("event loop", error.Message, StringComparison.Ordinal);
        AssertUsable(loop);
    }

    [Fact]
    public void RunHere_MainThrows_ThrowsAndLeavesTheLoopUsable()
    {
        using var loop = Fresh.Loop();
        var before = EventLoop.Current;
        Assert.Throws<BoomException>(() => loop.RunHere<int>(() => throw new BoomException()));
        Assert.Same(before, EventLoop.Current);
        AssertUsable(loop);
    }

    [Fact]
    public void RunHere_MainRejects_ThrowsAndLeavesTheLoopUsable()
    {
        using var loop = Fresh.Loop();
        Assert.Throws<BoomException>(() =>
            loop.RunHere(async () =>
            {
                await Promise.Pause();
                throw new BoomException();
            })
        );
        AssertUsable(loop);
    }

    [Fact]
    public void RunHere_OfNull_SaysWhatToReturn()
    {
        using var loop = Fresh.Loop();
        Assert.Contains("Promise.Return", Error(() => loop.RunHere(() => (Promise)null!)).Message);
        Assert.Contains("Promise.Return", Error(() => loop.RunHere(() => (Promise<int>)null!)).Message);
        AssertUsable(loop);

        static InvalidOperationException Error(Action run) => Assert.Throws<InvalidOperationException>(run);
    }

    [Fact]
    public void RunHere_IsCurrentAndRunning_OnlyMeanwhile()
    {
        using var loop = Fresh.Loop();
        var before = EventLoop.Current;
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            Assert.Same(loop, EventLoop.Current);
            Assert.True(loop.IsRunning);
        });
        Assert.False(loop.IsRunning);
        Assert.Same(before, EventLoop.Current);
    }

    [Fact]
    public void BackgroundFailure_ByDefault_EndsTheRunWithIt()
    {
        using var loop = Fresh.Loop();
        var error = Console.Error;
        var written = new StringWriter();
        Console.SetError(written);
        try
        {
            Assert.Throws<BoomException>(() =>
                loop.RunHere(async () =>
                {
                    Promise.FireAndForget(async () =>
                    {
                        await Promise.Pause();
                        throw new BoomException("in the background");
                    });
                    await Promise.Create<int>().Promise;
                })
            );
        }
        finally
        {
            Console.SetError(error);
        }
        Assert.Contains("in the background", written.ToString(), StringComparison.Ordinal);
        AssertUsable(loop);
    }

    [Fact]
    public void Dispose_Running_IsAnError_AndAfterwardsTheLoopRefuses()
    {
        var loop = Fresh.Loop();
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            Assert.Throws<InvalidOperationException>(loop.Dispose);
        });
        loop.Dispose();
        loop.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loop.RunHere(Promise.Return));
        Assert.Throws<ObjectDisposedException>(() => loop.Post(() => { }));
    }

    [Fact]
    public void Pauses_ResumeInOrder_AfterWhatIsReady() =>
        Fresh.Async(async () =>
        {
            var order = new List<string>();
            var first = Log("first");
            var second = Log("second");
            order.Add("started");
            await Promise.Join(first, second);
            Assert.Equal(["started", "first", "second", "first again", "second again"], order);

            async Promise Log(string name)
            {
                await Promise.Pause();
                order.Add(name);
                await Promise.Pause();
                order.Add($"{name} again");
            }
        });

    [Fact]
    public void Pause_Canceled_IsCanceledAndTheOthersResume() =>
        Fresh.Async(async () =>
        {
            var (a, b) = (Promise.Pause(), Promise.Pause());
            Assert.Equal(2, Promise.PausedCount);
            a.Cancel();
            await b;
            Expect.Canceled(a);
        });

    [Fact]
    public void Pause_AbandonedOrWokenByHand() =>
        Fresh.Run(() =>
        {
            var numbers = new List<int>();
            Promise.RegisterPauseNotifier(numbers.Add);
            var a = Promise.Pause();
            Promise.AbandonPaused();
            var (b, c) = (Promise.Pause(), Promise.Pause());
            Promise.WakeUpPaused();
            Expect.Pending(a);
            Assert.True(b.IsFulfilled && c.IsFulfilled);
            Assert.Equal([1, 1, 2], numbers);
        });

    internal static void AssertUsable(EventLoop loop) =>
        Assert.Equal(
            42,
            loop.RunHere(async () =>
            {
                await Promise.Pause();
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                return 42;
            })
        );

    private static async Promise<int> CanceledPromise()
    {
        var sleep = Promise.Sleep(TimeSpan.FromHours(1));
        sleep.Cancel();
        await sleep;
        return 1;
    }
}
