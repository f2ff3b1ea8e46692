namespace Lwt.CSharp.Tests;

public class PromiseExtensionsTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

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
            Assert.Equal(7, await Promise.Catch(() => result, e => Promise.Return(e is Canceled ? 7 : 0)));
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
