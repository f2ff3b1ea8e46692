namespace Lwt.CSharp.Tests;

public class PromiseExtensionsTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>A loop that would wait longer than a test may take for any post that another thread owes.</summary>
    private static EventLoop Patient() =>
        new(new() { Engine = new VirtualEngine { Patience = TimeSpan.FromHours(1) } });

    [Fact]
    public void WithTimeout_InTime_GivesTheValue() =>
        Fresh.Async(async () =>
        {
            Assert.Equal(1, await Promise.Sleep(s_second).Map(() => 1).WithTimeout(2 * s_second));
            await Promise.Sleep(s_second).WithTimeout(2 * s_second);
            Assert.Equal(2, await Promise.Return(2).WithTimeout(TimeSpan.Zero));
        });

    [Fact]
    public void WithTimeout_TooLate_CancelsAndRejects() =>
        Fresh.Async(async () =>
        {
            var (slow, _) = Promise.CreateCancelable<int>();
            var limited = slow.WithTimeout(s_second);
            await Promise.Sleep(2 * s_second);
            Assert.IsType<PromiseTimeoutException>(limited.Exception);
            Assert.True(slow.IsCanceled);
        });

    [Fact]
    public void WithCancellation_FiredFromAnotherThread_CancelsOnTheLoop()
    {
        // No virtual clock here: the loop blocks until the token fires, and nothing else could wake it.
        using var loop = new EventLoop();
        using var cancellation = new CancellationTokenSource();
        var here = Environment.CurrentManagedThreadId;
        loop.RunHere(async () =>
        {
            var (never, _) = Promise.CreateCancelable<int>();
            var canceledOn = 0;
            never.OnCancel(() => canceledOn = Environment.CurrentManagedThreadId);
            var result = never.WithCancellation(cancellation.Token);
            var thread = new Thread(cancellation.Cancel);
            thread.Start();
            Assert.Equal(
                7,
                await Promise.Catch(() => result, e => Promise.Return(e is PromiseCanceledException ? 7 : 0))
            );
            thread.Join();
            Assert.True(never.IsCanceled);
            Assert.Equal(here, canceledOn);
        });
    }

    [Fact]
    public void WithCancellation_OfAPromiseThatCannotBeCanceled_IsCanceledNonetheless() =>
        Fresh.Async(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            var (stubborn, _) = Promise.Create<int>();
            var result = stubborn.WithCancellation(cancellation.Token);
            cancellation.Cancel();
            Assert.True(result.IsPending);
            await Promise.Pause();
            await Promise.Pause();
            Assert.True(result.IsCanceled);
            Assert.True(stubborn.IsPending);
        });

    [Fact]
    public void WithCancellation_FiredAlready_IsCanceledAtOnce() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.CreateCancelable<int>();
            Assert.True(source.WithCancellation(new CancellationToken(true)).IsCanceled);
            Assert.True(source.IsCanceled);
            Assert.True(Promise.Pause().WithCancellation(new CancellationToken(true)).IsCanceled);
        });

    [Fact]
    public void WithCancellation_FiredFromAnotherThread_OnAVirtualClock_WakesTheLoop()
    {
        using var loop = Patient();
        using var cancellation = new CancellationTokenSource();
        loop.RunHere(async () =>
        {
            var (never, _) = Promise.CreateCancelable<int>();
            var result = never.WithCancellation(cancellation.Token);
            var thread = new Thread(cancellation.Cancel);
            thread.Start();
            Assert.Equal(7, await Promise.Catch(() => result, _ => Promise.Return(7)));
            thread.Join();
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithCancellation_Fired_NamesTheToken(bool firedAlready) =>
        Fresh.Async(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            if (firedAlready)
                cancellation.Cancel();
            var (source, _) = Promise.CreateCancelable<int>();
            var result = source.WithCancellation(cancellation.Token);
            var task = result.AsTask();
            var outer = Promise.Return().Bind(() => result);
            cancellation.Cancel();
            try
            {
                await result;
                Assert.Fail("It was to throw.");
            }
            catch (OperationCanceledException e) when (e.CancellationToken == cancellation.Token) { }
            // The await was the newest callback.
            await Promise.Pause();
            Assert.Equal(
                cancellation.Token,
                Assert.IsType<PromiseCanceledException>(outer.Exception).CancellationToken
            );
            Assert.True(result.IsCanceled);
            Assert.True(task.IsCanceled);
            // The promise that it waited for is not cancelled.
            Assert.Equal(
                CancellationToken.None,
                Assert.IsType<PromiseCanceledException>(source.Exception).CancellationToken
            );
        });

    [Fact]
    public void WithCancellation_FiredWhenTheResultStandsForAnother_CancelsThatWithTheToken() =>
        Fresh.Async(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            var (source, _) = Promise.CreateCancelable<int>();
            var bound = Promise.Pause().Bind(() => source.WithCancellation(cancellation.Token));
            await Promise.Pause();
            await Promise.Pause();
            cancellation.Cancel();
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal(
                cancellation.Token,
                Assert.IsType<PromiseCanceledException>(bound.Exception).CancellationToken
            );
            Assert.True(source.IsCanceled);
        });

    [Fact]
    public void WithCancellation_CanceledOtherwise_NamesNoToken() =>
        Fresh.Run(() =>
        {
            using var cancellation = new CancellationTokenSource();
            var (source, _) = Promise.CreateCancelable<int>();
            var result = source.WithCancellation(cancellation.Token);
            result.Cancel();
            Assert.Equal(
                CancellationToken.None,
                Assert.IsType<PromiseCanceledException>(result.Exception).CancellationToken
            );
            Assert.True(source.IsCanceled);
        });

    [Fact]
    public void WithCancellation_Fired_RunsCancelCallbacksThenTheSourcesThenTheOthers() =>
        Fresh.Async(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            var order = new List<string>();
            var (source, _) = Promise.CreateCancelable<int>();
            source.OnTermination(() => order.Add("source ends"));
            source.OnCancel(() => order.Add("source canceled"));
            var result = source.WithCancellation(cancellation.Token);
            result.OnTermination(() => order.Add("result ends"));
            result.OnCancel(() => order.Add("result canceled"));
            cancellation.Cancel();
            await Promise.Pause();
            await Promise.Pause();
            Assert.Equal(["result canceled", "source canceled", "source ends", "result ends"], order);
        });

    [Fact]
    public void WithCancellation_TokensThatDoNotFire_HoldNoVirtualClockBack()
    {
        using var loop = Patient();
        using var cancellation = new CancellationTokenSource();
        loop.RunHere(async () =>
        {
            var jobs = Enumerable.Range(1, 20).Select(i => Promise.Sleep(i * s_second).Map(() => i));
            await Promise.Join(jobs.Select(job => job.WithCancellation(cancellation.Token).AsUnit()));
            Assert.Equal(20 * s_second, TimeSpan.FromTicks(loop.Clock.GetTimestamp()));
        });
    }

    [Fact]
    public void WithCancellation_OfATokenThatTheVirtualClockFires_CancelsAtItsTime()
    {
        using var loop = Patient();
        loop.RunHere(async () =>
        {
            using var cancellation = new CancellationTokenSource(3 * s_second, loop.Clock);
            var sleep = Promise.Sleep(10 * s_second);
            var result = sleep.WithCancellation(cancellation.Token);
            Assert.Equal(7, await Promise.Catch(() => result.Map(() => 0), _ => Promise.Return(7)));
            Assert.Equal(3 * s_second, TimeSpan.FromTicks(loop.Clock.GetTimestamp()));
            Assert.True(sleep.IsCanceled);
        });
    }

    [Fact]
    public void WithCancellation_Resolved_TheLoopNoLongerWaitsForTheToken()
    {
        using var loop = Patient();
        using var cancellation = new CancellationTokenSource();
        var error = Assert.Throws<InvalidOperationException>(() =>
            loop.RunHere(() =>
            {
                _ = Promise.Pause().WithCancellation(cancellation.Token);
                Promise.CreateCancelable<int>().Promise.WithCancellation(cancellation.Token).Cancel();
                return Promise.Create<int>().Promise;
            })
        );
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithCancellation_ManyFiredOnOneSource_LeaveNothingBehind() =>
        Fresh.Async(async () =>
        {
            // With storage, where more callbacks are kept, as in OCaml's Lwt.
            var key = new PromiseKey<int>();
            var (source, resolver) = Promise.Create<int>();
            await Round();
            var before = GC.GetTotalMemory(true);
            for (var i = 0; i < 100_000; i++)
                await key.With(1, Round);
            // Callbacks left behind would take 72 bytes each, 7 MB in all; the rest of the process may grow a little.
            Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 3_000_000);
            resolver.Fulfill(1);

            async Promise Round()
            {
                using var cancellation = new CancellationTokenSource();
                var result = source.WithCancellation(cancellation.Token);
                cancellation.Cancel();
                while (result.IsPending)
                    await Promise.Pause();
            }
        });

    [Fact]
    public void WithCancellation_ManyOfOneToken_LeaveNothingBehind() =>
        Fresh.Async(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            await Promise.Pause().WithCancellation(cancellation.Token);
            var before = GC.GetTotalMemory(true);
            for (var i = 0; i < 100_000; i++)
                await Promise.Pause().WithCancellation(cancellation.Token);
            // Callbacks left behind would take 72 bytes each, 7 MB in all; the rest of the process may grow a little.
            Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 3_000_000);
        });

    [Fact]
    public void WithCancellation_ResolvedFirst_LetsTheTokenGo()
    {
        using var cancellation = new CancellationTokenSource();
        Fresh.Async(async () =>
        {
            var result = Promise.Pause().Map(() => 1).WithCancellation(cancellation.Token);
            Assert.Equal(1, await result);
            cancellation.Cancel();
            await Promise.Pause();
            await Promise.Pause();
            Assert.True(result.IsFulfilled);
            // The loop no longer waits for the token either.
            Assert.Same(result, result.WithCancellation(cancellation.Token));
        });
    }

    [Fact]
    public void WithCancellation_WithoutAToken_IsThePromiseItself() =>
        Fresh.Run(() =>
        {
            var (source, _) = Promise.Create<int>();
            Assert.Same(source, source.WithCancellation(CancellationToken.None));
        });
}
