namespace Lwt.Core.Tests;

public class PromiseConditionTests
{
    [Fact]
    public void Signal_TwoWaiting_WakesTheFirst()
    {
        var condition = new PromiseCondition<int>();
        var first = condition.Wait();
        var second = condition.Wait();
        condition.Signal(1);
        Assert.True(first.TryPoll(out var value));
        Assert.Equal(1, value);
        Assert.True(second.IsPending);
        Assert.Equal(1, condition.WaiterCount);
    }

    [Fact]
    public void Wait_WithMutex_UnlocksAndLocksAgain()
    {
        var condition = new PromiseCondition<string>();
        var mutex = new PromiseMutex();
        mutex.Lock();
        var woken = condition.Wait(mutex);
        Assert.False(mutex.IsLocked);
        condition.Broadcast("now");
        Assert.True(woken.IsFulfilled);
        Assert.True(mutex.IsLocked);
    }

    [Fact]
    public void BroadcastFailure_Waiting_RejectsAllWithTheSameException()
    {
        var condition = new PromiseCondition<int>();
        Promise<int>[] waiting = [condition.Wait(), condition.Wait()];
        var failure = new TimeoutException();
        condition.BroadcastFailure(failure);
        Assert.All(waiting, promise => Assert.Same(failure, promise.Exception));
        Assert.Throws<ArgumentNullException>(() => condition.BroadcastFailure(null!));
    }
}
