namespace Lwt.Core.Tests;

public class BoundedTests
{
    [Fact]
    public void MapEach_Pending_KeepsTheOrderAndTheBound()
    {
        var (under, most) = (0, 0);
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        var result = loop.RunHere(() =>
            Promise.MapEach(
                [3, 1, 2, 0],
                2,
                item =>
                {
                    most = Math.Max(most, ++under);
                    return Promise
                        .Sleep(TimeSpan.FromSeconds(item))
                        .Map(() =>
                        {
                            under--;
                            return item * 10;
                        });
                }
            )
        );
        Assert.Equal([30, 10, 20, 0], result);
        Assert.Equal(2, most);
    }

    [Fact]
    public void ForEach_Rejected_StartsNoMore()
    {
        var started = 0;
        var failure = new TimeoutException();
        var result = Promise.ForEach(
            Enumerable.Range(0, 9),
            1,
            _ =>
            {
                started++;
                return Promise.Fail(failure);
            }
        );
        Assert.Same(failure, result.Exception);
        Assert.Equal(1, started);
        Assert.Throws<ArgumentOutOfRangeException>(() => Promise.ForEach([1], 0, _ => Promise.Return()));
    }
}
