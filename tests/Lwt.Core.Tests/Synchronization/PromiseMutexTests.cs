namespace Lwt.Core.Tests;

public class PromiseMutexTests
{
    private sealed class Failure : Exception;

    [Fact]
    public void Acquire_Free_HoldReleasesOnce()
    {
        var mutex = new PromiseMutex();
        Assert.True(mutex.Acquire().TryPoll(out var hold));
        Assert.True(mutex.IsLocked);
        hold.Dispose();
        Assert.False(mutex.IsLocked);
        Assert.True(mutex.Lock().IsFulfilled);
        hold.Dispose();
        Assert.True(mutex.IsLocked);
    }

    [Fact]
    public async Task Acquire_Locked_WaitsItsTurn_AsyncDispose()
    {
        var mutex = new PromiseMutex();
        _ = mutex.Lock();
        var turn = mutex.Acquire();
        Assert.Equal(1, mutex.WaiterCount);
        mutex.Unlock();
        Assert.True(turn.TryPoll(out var hold));
        await using (hold)
            Assert.True(mutex.IsLocked);
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public void Acquire_Locked_Canceled_GivesItsPlaceUp()
    {
        var mutex = new PromiseMutex();
        mutex.Lock();
        var turn = mutex.Acquire();
        turn.Cancel();
        Assert.True(turn.IsCanceled);
        mutex.Unlock();
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public void WithLock_Pending_ThenRejected_RejectsAndReleases()
    {
        var mutex = new PromiseMutex();
        var (body, resolver) = Promise.Create<int>();
        var first = mutex.WithLock(() => body);
        var second = mutex.WithLock(() => Promise.Return(2));
        Assert.True(second.IsPending);
        var failure = new Failure();
        resolver.Reject(failure);
        Assert.Same(failure, first.Exception);
        Assert.True(second.TryPoll(out var value));
        Assert.Equal(2, value);
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public void WithLock_WithoutValue_BodyThrows_RejectsAndReleases()
    {
        var mutex = new PromiseMutex();
        Func<Promise> body = () => throw new Failure();
        Assert.IsType<Failure>(mutex.WithLock(body).Exception);
        Assert.False(mutex.IsLocked);
    }

    [Fact]
    public void WithLock_Null_Throws() =>
        Assert.Throws<ArgumentNullException>(() => new PromiseMutex().WithLock((Func<Promise>)null!));

    [Fact]
    public void Unlock_OnAnotherThread_ThrowsAndLosesNobody()
    {
        var mutex = new PromiseMutex();
        mutex.Lock();
        var turn = mutex.Lock();
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(mutex.Unlock));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(thrown);
        mutex.Unlock();
        Assert.True(turn.IsFulfilled);
    }
}
