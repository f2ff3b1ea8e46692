using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>Hooks on iterations, exit hooks, and the async exception hook.</summary>
public class HookTests
{
    [Fact]
    public void Iteration_EachTurn_CallsBothUntilDisposed()
    {
        using var loop = Fresh.Loop();
        var log = new List<string>();
        loop.RunHere(async () =>
        {
            var enter = loop.OnEnterIteration(() => log.Add("enter"));
            var leave = loop.OnLeaveIteration(() => log.Add("leave"));
            await Promise.Pause();
            await Promise.Pause();
            log.Add("off");
            enter.Dispose();
            enter.Dispose();
            leave.Dispose();
            await Promise.Pause();
        });
        // The hooks are called from the first iteration after they were added.
        Assert.Equal(["enter", "leave", "enter", "off"], log.Take(4));
        Assert.DoesNotContain("enter", log.Skip(4));
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void Iteration_HookThrows_GoesToTheAsyncHookAndTheLoopGoesOn()
    {
        using var loop = Fresh.Loop();
        var told = Fresh.WithHook(() =>
            loop.RunHere(async () =>
            {
                using (loop.OnEnterIteration(() => throw new BoomException("in the hook")))
                    await Promise.Pause();
                await Promise.Pause();
            })
        );
        Assert.All(told, e => Assert.Equal("in the hook", e.Message));
        Assert.NotEmpty(told);
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void Iteration_FirstAndLast_RunInThatOrder()
    {
        using var loop = Fresh.Loop();
        var log = new List<string>();
        loop.RunHere(async () =>
        {
            loop.OnEnterIteration(() => log.Add("enter 2"));
            loop.OnEnterIteration(() => log.Add("enter 3"));
            loop.OnEnterIteration(() => log.Add("enter 1"), first: true);
            loop.OnLeaveIteration(() => log.Add("leave 2"));
            loop.OnLeaveIteration(() => log.Add("leave 1"), first: true);
            await Promise.Pause();
            await Promise.Pause();
        });
        Assert.Equal(["enter 1", "enter 2", "enter 3", "leave 1", "leave 2"], log.Take(5));
    }

    [Fact]
    public void Iteration_AllRemoved_CallsNone()
    {
        using var loop = Fresh.Loop();
        var calls = 0;
        loop.OnEnterIteration(() => calls++);
        loop.OnEnterIteration(() => calls++);
        var leave = loop.OnLeaveIteration(() => calls++);
        loop.RemoveEnterIterationHooks();
        loop.RemoveLeaveIterationHooks();
        leave.Dispose();
        loop.RunHere(() => Promise.Pause());
        Assert.Equal(0, calls);
    }

    [Fact]
    public void Iteration_OneFunctionTwice_DisposeTakesItsOwnPlaceOff()
    {
        using var loop = Fresh.Loop();
        var log = new List<string>();
        Action twice = () => log.Add("twice");
        loop.OnEnterIteration(twice);
        loop.OnEnterIteration(() => log.Add("between"));
        loop.OnEnterIteration(twice).Dispose();
        loop.RunHere(() => Promise.Pause());
        Assert.Equal(["twice", "between"], log.Take(2));
    }

    [Fact]
    public void Iteration_TakenOffByAnEarlierOne_IsNotCalled()
    {
        using var loop = Fresh.Loop();
        var called = false;
        IDisposable? second = null;
        loop.OnEnterIteration(() => second!.Dispose());
        second = loop.OnEnterIteration(() => called = true);
        loop.RunHere(() => Promise.Pause());
        Assert.False(called);
    }

    [Fact]
    public void AtExit_LastDisposedAndRemoved_RunsTheRestInOrder()
    {
        using var loop = Fresh.Loop();
        var log = new List<int>();
        loop.AtExit(() => Add(9));
        loop.RemoveExitHooks();
        loop.AtExit(() => Add(2));
        loop.AtExit(() => Add(3), first: false);
        loop.AtExit(() => Add(1));
        loop.AtExit(() => Add(8)).Dispose();
        loop.RunExitHooks();
        Assert.Equal([1, 2, 3], log);

        Promise Add(int n)
        {
            log.Add(n);
            return Promise.Return();
        }
    }

    [Fact]
    public void AtExit_RunsNewestFirst_EachAfterTheOneBefore()
    {
        using var loop = Fresh.Loop();
        var log = new List<string>();
        loop.AtExit(() => Hook("first added"));
        loop.AtExit(() => Hook("last added"));
        loop.RunExitHooks();
        loop.RunExitHooks();
        Assert.Equal(["last added begins", "last added ends", "first added begins", "first added ends"], log);

        async Promise Hook(string name)
        {
            log.Add($"{name} begins");
            await Promise.Sleep(TimeSpan.FromSeconds(1));
            log.Add($"{name} ends");
        }
    }

    [Fact]
    public void AtExit_OneFails_TheOthersRun()
    {
        using var loop = Fresh.Loop();
        var ran = false;
        loop.AtExit(() =>
        {
            ran = true;
            return Promise.Return();
        });
        loop.AtExit(() => Promise.Fail(new BoomException("of an exit hook")));
        var error = Console.Error;
        var written = new StringWriter();
        Console.SetError(written);
        try
        {
            loop.RunExitHooks();
        }
        finally
        {
            Console.SetError(error);
        }
        Assert.True(ran);
        Assert.Contains("of an exit hook", written.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AtExit_HooksHaveRunOrTheLoopIsDisposed_TheProcessLetsTheLoopGo(bool run)
    {
        var loop = WithAHook(run);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(loop.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference WithAHook(bool run)
        {
            var loop = Fresh.Loop();
            loop.AtExit(Promise.Return);
            if (run)
                loop.RunExitHooks();
            else
                loop.Dispose();
            return new WeakReference(loop);
        }
    }

    [Fact]
    public void AtExit_AfterTheHooksHaveRun_IsKeptForTheNextTime()
    {
        using var loop = Fresh.Loop();
        var ran = 0;
        loop.AtExit(Hook);
        loop.RunExitHooks();
        loop.AtExit(Hook);
        loop.RunExitHooks();
        Assert.Equal(2, ran);

        Promise Hook()
        {
            ran++;
            return Promise.Return();
        }
    }

    [Fact]
    public void AtExit_LoopDisposed_IsAnError()
    {
        var loop = Fresh.Loop();
        loop.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loop.AtExit(Promise.Return));
        Assert.Throws<ObjectDisposedException>(loop.RunExitHooks);
    }

    [Fact]
    public void RunExitHooks_InsideARun_IsAnErrorAndKeepsTheHooks()
    {
        using var loop = Fresh.Loop();
        var ran = false;
        loop.AtExit(() =>
        {
            ran = true;
            return Promise.Return();
        });
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            var error = Assert.Throws<InvalidOperationException>(loop.RunExitHooks);
            Assert.Contains("RunExitHooks (F#: Lwt_main.run_at_exit_hooks)", error.Message, StringComparison.Ordinal);
        });
        Assert.False(ran);
        loop.RunExitHooks();
        Assert.True(ran);
    }

    [Fact]
    public void RunExitHooks_AfterAFailureOutsideOfARun_RunsThem()
    {
        var ran = false;
        var written = WithoutHook(() =>
            Assert.Null(
                Fresh.OnOtherThread(() =>
                {
                    using var loop = EventLoop.Current;
                    loop.AtExit(async () =>
                    {
                        await Promise.Sleep(TimeSpan.Zero);
                        ran = true;
                    });
                    var (promise, resolver) = Promise.Create<int>();
                    promise.Ignore();
                    // Otherwise it would end the next run.
                    resolver.Reject(new BoomException("outside of a run"));
                    loop.RunExitHooks();
                })
            )
        );
        Assert.Contains("outside of a run", written, StringComparison.Ordinal);
        Assert.DoesNotContain("in an exit hook", written, StringComparison.Ordinal);
        Assert.True(ran);
    }

    [Fact]
    public void Iteration_BothHooksThrow_BothAreWrittenAndTheFirstEndsTheRun()
    {
        using var loop = Fresh.Loop();
        var written = WithoutHook(() =>
        {
            var error = Assert.Throws<BoomException>(() =>
                loop.RunHere(() =>
                {
                    loop.OnEnterIteration(() => throw new BoomException("on entering"));
                    loop.OnLeaveIteration(() => throw new BoomException("on leaving"));
                    return Promise.Create<int>().Promise;
                })
            );
            Assert.Equal("on entering", error.Message);
        });
        Assert.Contains("on entering", written, StringComparison.Ordinal);
        Assert.Contains("on leaving", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Hook_ThatThrowsTwiceInATurn_BothAreWritten()
    {
        using var loop = Fresh.Loop();
        var before = AsyncExceptions.Hook;
        AsyncExceptions.Hook = e => throw new ArgumentException($"of the hook, given {e.Message}");
        var written = "";
        try
        {
            written = Written(() =>
                Assert.Throws<InvalidOperationException>(() =>
                    loop.RunHere(() =>
                    {
                        Promise.FireAndForget(() => Promise.Fail(new BoomException("the first")));
                        Promise.FireAndForget(() => Promise.Fail(new BoomException("the second")));
                        return Promise.Create<int>().Promise;
                    })
                )
            );
        }
        finally
        {
            AsyncExceptions.Hook = before;
        }
        Assert.Contains("of the hook, given the first", written, StringComparison.Ordinal);
        Assert.Contains("of the hook, given the second", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Async_RejectsAtOnceOrLater_TellsTheHook()
    {
        var told = Fresh.WithHook(() =>
            Fresh.Async(async () =>
            {
                Promise.FireAndForget(() => throw new BoomException("thrown"));
                Promise.FireAndForget(() => Promise.Fail(new BoomException("rejected")));
                Promise.FireAndForget(async () =>
                {
                    await Promise.Pause();
                    throw new BoomException("later");
                });
                await Promise.Pause();
                await Promise.Pause();
            })
        );
        Assert.Equal(["thrown", "rejected", "later"], told.Select(e => e.Message));
    }

    [Fact]
    public void FireAndForget_RejectsAtOnceOrLater_TellsTheHandler() =>
        Fresh.Async(async () =>
        {
            var told = new List<string>();
            Promise.FireAndForget(() => throw new BoomException("thrown"), e => told.Add(e.Message));
            Promise.FireAndForget(
                () => Promise.Pause().Bind(() => Promise.Fail(new BoomException("later"))),
                e => told.Add(e.Message)
            );
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal(["thrown", "later"], told);
        });

    [Fact]
    public void FireAndForget_HandlerThrows_TellsTheHook()
    {
        var told = Fresh.WithHook(() =>
            Fresh.Run(() =>
                Promise.FireAndForget(() => throw new BoomException("first"), _ => throw new BoomException("second"))
            )
        );
        Assert.Equal("second", Assert.Single(told).Message);
    }

    [Fact]
    public void Ignore_RejectedAlready_Throws_LaterTellsTheHook()
    {
        var told = Fresh.WithHook(() =>
            Fresh.Run(() =>
            {
                Assert.Throws<BoomException>(() => Promise.Fail(new BoomException()).Ignore());
                Promise.Return(1).Ignore();
                var (promise, resolver) = Promise.Create<int>();
                promise.Ignore();
                resolver.Reject(new BoomException("later"));
            })
        );
        Assert.Equal("later", Assert.Single(told).Message);
    }

    [Fact]
    public void WithHook_TheScopeThatStartedTheWork_IsTold()
    {
        var scoped = new List<Exception>();
        var told = Fresh.WithHook(() =>
            Fresh.Async(async () =>
            {
                AsyncExceptions.WithHook(
                    scoped.Add,
                    () =>
                    {
                        Promise.FireAndForget(() =>
                            Promise.Pause().Bind(() => Promise.Fail(new BoomException("inside")))
                        );
                        return 0;
                    }
                );
                Promise.FireAndForget(() => Promise.Pause().Bind(() => Promise.Fail(new BoomException("outside"))));
                await Promise.Pause();
                await Promise.Pause();
            })
        );
        Assert.Equal("inside", Assert.Single(scoped).Message);
        Assert.Equal("outside", Assert.Single(told).Message);
    }

    [Fact]
    public void Hook_ThatThrows_EndsTheRunWithBothExceptions()
    {
        using var loop = Fresh.Loop();
        var before = AsyncExceptions.Hook;
        AsyncExceptions.Hook = _ => throw new ArgumentException("of the hook");
        try
        {
            var error = Assert.Throws<InvalidOperationException>(() =>
                loop.RunHere(async () =>
                {
                    Promise.FireAndForget(() => Promise.Fail(new BoomException("of the work")));
                    await Promise.Pause();
                })
            );
            Assert.Contains("of the hook", error.Message, StringComparison.Ordinal);
            Assert.Contains("of the work", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            AsyncExceptions.Hook = before;
        }
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void ExceptionFilter_ThatLetsThrough_KeepsExceptionsOutOfPromises()
    {
        using var loop = Fresh.Loop();
        ExceptionFilter.Set(e => e is not BoomException);
        try
        {
            loop.RunHere(() =>
            {
                var (promise, resolver) = Promise.Create<int>();
                var mapped = promise.Map<int>(_ => throw new BoomException());
                Assert.Throws<BoomException>(() => resolver.Fulfill(1));
                Expect.Pending(mapped);
                Assert.Throws<BoomException>(() => Promise.Wrap<int>(() => throw new BoomException()));
                Assert.Throws<BoomException>(() => Thrower().Ignore());
                return Promise.Return();
            });
        }
        finally
        {
            ExceptionFilter.Set(ExceptionFilter.HandleAllExceptRuntime);
        }
        EventLoopTests.AssertUsable(loop);
    }

    [Fact]
    public void ExceptionFilter_Default_LetsARuntimeInTroubleThrough()
    {
        Assert.False(ExceptionFilter.HandleAllExceptRuntime(new OutOfMemoryException()));
        Assert.True(ExceptionFilter.HandleAllExceptRuntime(new BoomException()));
        Assert.True(ExceptionFilter.HandleAll(new OutOfMemoryException()));
    }

    /// <summary>Returns what is written to standard error while an action runs with the default hook.</summary>
    private static string WithoutHook(Action action)
    {
        Assert.Null(AsyncExceptions.Hook);
        return Written(action);
    }

    private static string Written(Action action)
    {
        var error = Console.Error;
        var written = new StringWriter();
        Console.SetError(written);
        try
        {
            action();
        }
        finally
        {
            Console.SetError(error);
        }
        return written.ToString();
    }

#pragma warning disable CS1998 // It throws before it could await.
    private static async Promise Thrower() => throw new BoomException();
#pragma warning restore CS1998
}
