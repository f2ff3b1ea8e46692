namespace Lwt.Core.Tests;

public class PromiseThrottleTests
{
    [Fact]
    public void Wait_AboveTheRate_IsLetThroughInTheNextSecond()
    {
        var engine = new VirtualEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        var throttle = new PromiseThrottle<string>(1, 1);
        loop.RunHere(() =>
        {
            Assert.True(throttle.Wait("a").IsFulfilled);
            var turn = throttle.Wait("a");
            Assert.True(throttle.Wait("a").TryPoll(out var through));
            Assert.False(through);
            return turn;
        });
        Assert.Equal(TimeSpan.FromSeconds(1), engine.Elapsed);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PromiseThrottle<string>(0, 1));
    }

    [Fact]
    public void Wait_AnyRunOfWaitsAndCancellations_CountsThoseThatWait()
    {
        const int MaxWaiting = 5;
        var random = new Random(8);
        Fresh.Async(async () =>
        {
            var throttle = new PromiseThrottle<int>(2, MaxWaiting);
            var turns = new List<Promise<bool>>();
            for (var step = 0; step < 2000; step++)
            {
                turns.RemoveAll(turn => !turn.IsPending);
                switch (random.Next(5))
                {
                    case 0 when turns.Count > 0:
                        turns[random.Next(turns.Count)].Cancel();
                        break;
                    case 1 when turns.Count > 0:
                        // It is the inner promise of a bind, so it is cancelled through the outer one.
                        var bound = Promise.Pause().Bind(() => turns[0]);
                        await Promise.Pause();
                        await Promise.Pause();
                        if (random.Next(2) == 0)
                            bound.Cancel();
                        break;
                    case 2:
                        await Promise.Sleep(TimeSpan.FromSeconds(0.3));
                        break;
                    default:
                        var turn = throttle.Wait(random.Next(4));
                        var waiting = turns.Count(earlier => earlier.IsPending);
                        if (turn.IsPending)
                            turns.Add(turn);
                        else if (turn.TryPoll(out var through) && !through)
                            Assert.Equal(MaxWaiting, waiting);
                        Assert.True(turns.Count <= MaxWaiting);
                        break;
                }
            }
        });
    }

    [Fact]
    public void Wait_TakenTurnCanceledBeforeItIsWoken_IsNotCountedTwice() =>
        Fresh.Async(async () =>
        {
            var throttle = new PromiseThrottle<int>(2, 2);
            throttle.Wait(0).Ignore();
            throttle.Wait(0).Ignore();
            var (first, second) = (throttle.Wait(0), throttle.Wait(0));
            // Both are taken in the same second; the last is woken first, and cancels the other.
            second.OnSuccess(_ => first.Cancel());
            await Promise.Sleep(TimeSpan.FromSeconds(1.5));
            Expect.Canceled(first);
            // Two were let through in this second, and two may wait, no more.
            Expect.Pending(throttle.Wait(0));
            Expect.Pending(throttle.Wait(0));
            Expect.Fulfilled(false, throttle.Wait(0));
        });

    [Fact]
    public void Begin_ExceptionThatNoPromiseMaySwallow_TheOthersAreLetThroughInTheNextSecond()
    {
        using var loop = Fresh.Loop();
        var throttle = new PromiseThrottle<int>(2, 2);
        Promise<bool> first = null!;
        Assert.Throws<OutOfMemoryException>(() =>
            loop.RunHere(() =>
            {
                throttle.Wait(0).Ignore();
                throttle.Wait(0).Ignore();
                first = throttle.Wait(0);
                throttle.Wait(0).OnSuccess(_ => throw new OutOfMemoryException());
                return Promise.Sleep(TimeSpan.FromSeconds(5));
            })
        );
        Expect.Pending(first);
        loop.RunHere(() => Promise.Sleep(TimeSpan.FromSeconds(3)));
        Expect.Fulfilled(true, first);
        loop.RunHere(() => throttle.Wait(0));
    }
}
