using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>The queue in which promises wait for their turn, tested through a condition and a mutex.</summary>
public class WaiterQueueTests
{
    [Fact]
    public void CanceledWaiters_BehindOneThatWaitsForLong_AreForgotten()
    {
        var condition = new PromiseCondition<int>();
        var first = condition.Wait();
        var canceled = WaitAndCancel(condition, 100);
        WaitAndCancel(condition, 100);
        GC.Collect();
        Assert.InRange(canceled.Count(waiter => waiter.IsAlive), 0, 10);
        Assert.Equal(1, condition.WaiterCount);
        condition.Signal(1);
        Expect.Fulfilled(1, first);
    }

    [Fact]
    public void CanceledWaiters_InFrontOfTheOthers_ArePassedOver()
    {
        var condition = new PromiseCondition<int>();
        WaitAndCancel(condition, 50);
        var second = condition.Wait();
        WaitAndCancel(condition, 50);
        var third = condition.Wait();
        Assert.Equal(2, condition.WaiterCount);
        condition.Signal(1);
        Expect.Fulfilled(1, second);
        condition.Broadcast(2);
        Expect.Fulfilled(2, third);
        Assert.Equal(0, condition.WaiterCount);
    }

    [Fact]
    public void ManyWaiters_OfWhomSomeAreCanceledAndSomeComeLater_WakeInOrder()
    {
        var random = new Random(5);
        var condition = new PromiseCondition<int>();
        var waiting = new Queue<Promise<int>>();
        for (var i = 0; i < 10_000; i++)
            switch (random.Next(4))
            {
                case 0 or 1:
                    waiting.Enqueue(condition.Wait());
                    break;
                case 2 when waiting.Count > 0:
                    var canceled = waiting.ElementAt(random.Next(waiting.Count));
                    canceled.Cancel();
                    waiting = new(waiting.Where(w => w != canceled));
                    break;
                default:
                    condition.Signal(i);
                    if (waiting.TryDequeue(out var woken))
                        Expect.Fulfilled(i, woken);
                    break;
            }
        Assert.Equal(waiting.Count, condition.WaiterCount);
        Assert.All(waiting, Expect.Pending);
    }

    [Fact]
    public void Mutex_HasWaiters_WhileAnyWaits()
    {
        var mutex = new PromiseMutex();
        mutex.Lock();
        Assert.False(mutex.HasWaiters);
        var waiter = mutex.Lock();
        var other = mutex.Lock();
        Assert.True(mutex.HasWaiters);
        waiter.Cancel();
        Assert.True(mutex.HasWaiters);
        other.Cancel();
        Assert.False(mutex.HasWaiters);
        mutex.Unlock();
        Assert.False(mutex.IsLocked);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> WaitAndCancel(PromiseCondition<int> condition, int count)
    {
        var waiters = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var waiter = condition.Wait();
            waiter.Cancel();
            Expect.Canceled(waiter);
            waiters.Add(new(waiter));
        }
        return waiters;
    }
}
