namespace Lwt.Core.Tests;

public class PromisePoolTests
{
    private int _made;

    private Promise<int> Make() => Promise.Return(++_made);

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PromisePool<int>(0, Make));
        Assert.Throws<ArgumentNullException>(() => new PromisePool<int>(1, null!));
    }

    [Fact]
    public void Use_AllInUse_WaitsForOneToComeBack()
    {
        var pool = new PromisePool<int>(1, Make);
        var (body, resolver) = Promise.Create<string>();
        var first = pool.Use(_ => body);
        var second = pool.Use(member => Promise.Return(member));
        Assert.Equal(1, pool.WaiterCount);
        resolver.Fulfill("done");
        Assert.True(first.IsFulfilled);
        Assert.True(second.TryPoll(out var member));
        Assert.Equal(1, member);
    }

    [Fact]
    public void Use_Fails_CheckRefuses_DisposesAndMakesAnother()
    {
        var disposed = new List<int>();
        var pool = new PromisePool<int>(
            1,
            Make,
            check: _ => false,
            dispose: member =>
            {
                disposed.Add(member);
                return Promise.Return();
            }
        );
        var failure = new TimeoutException();
        Assert.Same(failure, pool.Use(_ => Promise.Fail(failure)).Exception);
        Assert.Equal([1], disposed);
        Assert.True(pool.Use(Promise.Return).TryPoll(out var member));
        Assert.Equal(2, member);
    }

    [Fact]
    public void Clear_Free_DisposesOfThem()
    {
        var disposed = new List<int>();
        var pool = new PromisePool<int>(
            1,
            Make,
            dispose: member =>
            {
                disposed.Add(member);
                return Promise.Return();
            }
        );
        pool.Use(_ => Promise.Return());
        Assert.True(pool.Clear().IsFulfilled);
        Assert.Equal([1], disposed);
    }
}
