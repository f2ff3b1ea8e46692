using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core.Tests;

/// <summary>The texts of promises and of errors.</summary>
public class MessageTests
{
    [Fact]
    public void ToString_SaysStateValueReasonAndWhatIsWaitedFor() =>
        Fresh.Run(() =>
        {
            Assert.Equal("fulfilled 3", Promise.Return(3).ToString());
            Assert.Equal("fulfilled", Promise.Return().ToString());
            Assert.Equal("fulfilled null", Promise.Return<string?>(null).ToString());
            Assert.Equal(
                "rejected Lwt.Core.Tests.BoomException: bang",
                Promise.Fail(new BoomException("bang")).ToString()
            );
            var sleep = Promise.Sleep(TimeSpan.FromSeconds(1));
            Assert.Equal("pending, waits for a sleep that ends in 1 s", sleep.ToString());
            Assert.Equal(
                "pending, waits for a sleep that ends in 1 s",
                sleep.Map(() => 1).Bind(Promise.Return).ToString()
            );
            var (promise, resolver) = Promise.Create<int>();
            Assert.Equal(
                "pending, waits for a sleep that ends in 1 s, a promise made by Promise.Create (F#: Lwt.wait)",
                Promise.Join(sleep, promise).ToString()
            );
            resolver.Fulfill(5);
            Assert.Equal("fulfilled 5", promise.ToString());
        });

    [Fact]
    public void Run_PromisesThatWaitForEachOther_SaysSo()
    {
        using var loop = Fresh.Loop();
        Promise? first = null;
        Promise? second = null;
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(() =>
            {
                first = Wait(() => second!);
                second = Wait(() => first);
                return first;
            })
        );
        Assert.Contains("waits for: itself, in a circle of promises", error.Message, StringComparison.Ordinal);
    }

    private static async Promise Wait(Func<Promise> other)
    {
        await Promise.Pause();
        await other();
    }

    [Fact]
    public void WrongLoop_OfThisThread_SaysThatItWasMadeOutside()
    {
        var (outside, _) = Promise.Create<int>();
        using var loop = Fresh.Loop();
        var error = Assert.Throws<InvalidOperationException>(() => loop.RunHere(() => outside.Map(x => x)));
        Assert.Contains("runs on the same thread", error.Message, StringComparison.Ordinal);
        Assert.Contains("RunHere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongLoop_OfAnotherThread_SaysThatItBelongsToThatThread() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.Create<int>();
            var error = Fresh.OnOtherThread(() => promise.Map(x => x));
            Assert.Contains("belongs to the thread that made it", error!.Message, StringComparison.Ordinal);
        });

    [Fact]
    [SuppressMessage("Performance", "CA1849", Justification = "The test is about traces.")]
    public void StackTrace_ThroughAsyncMethods_ShowsNoFrameOfTheLibrary() =>
        Fresh.Async(async () =>
        {
            var error = await Record.ExceptionAsync(async () => await Levels(3).AsTask());
            Assert.IsType<BoomException>(error);
            var frames = error
                .StackTrace!.Split('\n')
                .Where(line => line.Contains("at Lwt.Core.", StringComparison.Ordinal));
            Assert.All(frames, line => Assert.Contains("at Lwt.Core.Tests.", line, StringComparison.Ordinal));
            Assert.Equal(4, frames.Count(line => line.Contains(nameof(Levels), StringComparison.Ordinal)));
        });

    private static async Promise Levels(int n)
    {
        await Promise.Pause();
        if (n == 0)
            throw new BoomException();
        await Levels(n - 1);
    }

    [Fact]
    public async Task Await_OnAThreadOfThePoolWhoseLoopNobodyRuns_IsAnErrorThatNamesTheRemedy()
    {
        var error = await Record.ExceptionAsync(() =>
            Task.Run(async () =>
            {
                var (promise, _) = Promise.Create<int>();
                await promise;
            })
        );
        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("whose event loop nobody runs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_OnAThreadOfThePool_InARunOfItsLoop_GoesOn() =>
        await Task.Run(() =>
        {
            using var loop = Fresh.Loop();
            var done = false;
            loop.RunHere(async () =>
            {
                await Promise.Pause();
                _ = Plain();
                await Promise.Sleep(TimeSpan.FromSeconds(2));
            });
            Assert.True(done);

            async Task Plain()
            {
                await Promise.Sleep(TimeSpan.FromSeconds(1));
                done = true;
            }
        });

    [Fact]
    public void Ids_OfMoreLoopsThanThereAreNumbers_AreNeverThoseOfALiveLoop()
    {
        using var first = Fresh.Loop();
        Promise<int>? pending = null;
        first.RunHere(() =>
        {
            pending = Promise.CreateCancelable<int>().Promise;
            return Promise.Return();
        });
        for (var i = 0; i < 70_000; i++)
        {
            using var loop = new EventLoop();
            loop.RunHere(() =>
            {
                Assert.Throws<InvalidOperationException>(pending!.Cancel);
                return Promise.Return();
            });
        }
        Expect.Pending(pending!);
    }
}
