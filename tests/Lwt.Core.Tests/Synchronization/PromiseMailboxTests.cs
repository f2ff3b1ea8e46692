namespace Lwt.Core.Tests;

public class PromiseMailboxTests
{
    [Fact]
    public void Put_Full_WaitsUntilTaken()
    {
        var mailbox = new PromiseMailbox<string>("a");
        var put = mailbox.Put("b");
        Assert.True(put.IsPending);
        Assert.True(mailbox.TryTake(out var first));
        Assert.Equal("a", first);
        Assert.True(put.IsFulfilled);
        Assert.True(mailbox.Take().TryPoll(out var second));
        Assert.Equal("b", second);
        Assert.True(mailbox.IsEmpty);
        Assert.False(mailbox.TryTake(out _));
    }

    [Fact]
    public void Take_Empty_Canceled_LeavesTheValueToTheNext()
    {
        var mailbox = new PromiseMailbox<int>();
        var first = mailbox.Take();
        var second = mailbox.Take();
        first.Cancel();
        Assert.True(mailbox.Put(7).IsFulfilled);
        Assert.True(second.TryPoll(out var value));
        Assert.Equal(7, value);
    }

    [Fact]
    public void TryTake_WriterThatAnotherLoopLeftBehind_ThrowsAndKeepsBothValues()
    {
        var mailbox = new PromiseMailbox<int>(1);
        using var loop = Fresh.Loop();
        Promise write = null!;
        loop.RunHere(() =>
        {
            write = mailbox.Put(2);
            return Promise.Return();
        });
        Fresh.Run(() => Assert.Throws<InvalidOperationException>(() => mailbox.TryTake(out _)));
        Expect.Pending(write);
        loop.RunHere(async () =>
        {
            Assert.Equal(1, await mailbox.Take());
            Assert.Equal(2, await mailbox.Take());
            await write;
        });
    }
}
