namespace Lwt.Core.Tests;

/// <summary>
/// Streams made of streams on a thread with a small stack. tests/Lwt.Stress has all of them, a hundred thousand deep.
/// </summary>
public class StreamDepthTests
{
    private const int Depth = 5_000;

    [Fact]
    public void Get_OfNestedMaps_WaitsForTheLoopWhereTheStackEnds() =>
        OnSmallStack(() =>
        {
            var stream = Nest(PromiseStream.Of(0), s => s.Map(x => x + 1));
            var first = stream.Next();
            Expect.Pending(first);
            Assert.Equal(Depth, EventLoop.Run(first));
            Assert.False(EventLoop.Run(stream.Get()).HasValue);
        });

    [Fact]
    public void Get_Canceled_WhereTheStackEnds_LeavesTheElementToTheNext() =>
        OnSmallStack(() =>
        {
            var stream = Nest(PromiseStream.Of(0), s => s.Map(x => x + 1));
            var canceled = stream.Next();
            canceled.Cancel();
            Expect.Canceled(canceled);
            Assert.Equal(Depth, EventLoop.Run(stream.Next()));
        });

    [Fact]
    public void Get_OfAFunctionThatFails_WhereTheStackEnds_Rejects_AndTheNextAsksAgain() =>
        OnSmallStack(() =>
        {
            var asked = 0;
            var bottom = PromiseStream.FromDirect(() =>
                ++asked == 1 ? throw new BoomException() : new Maybe<int>(asked)
            );
            var stream = Nest(bottom, s => PromiseStream.From(s.Get));
            Assert.Throws<BoomException>(() => EventLoop.Run(stream.Next()));
            Assert.Equal(2, EventLoop.Run(stream.Next()));
        });

    [Fact]
    public void AwaitForeach_LeftInTheSecondStreamOfNestedAppends_ReleasesEachOnce() =>
        OnSmallStack(() =>
        {
            var disposed = 0;
            IEnumerable<int> Elements()
            {
                try
                {
                    yield return 1;
                    yield return 2;
                }
                finally
                {
                    disposed++;
                }
            }
            var stream = Nest(PromiseStream.OfEnumerable(Elements()), s => PromiseStream.Of<int>().Append(s));
            EventLoop.Run(async () =>
            {
                await foreach (var x in stream)
                {
                    Assert.Equal(1, x);
                    break;
                }
            });
            Assert.Equal(1, disposed);
        });

    [Fact]
    public void Dispose_OfNestedMaps_ReachesTheWriter() =>
        OnSmallStack(() =>
        {
            var (written, push) = PromiseStream.Create<int>();
            Nest(written, s => s.Map(x => x + 1)).Dispose();
            Assert.False(push.IsClosed);
            EventLoop.Run(Promise.Pause());
            Assert.True(push.IsClosed);
        });

    private static PromiseStream<int> Nest(
        PromiseStream<int> stream,
        Func<PromiseStream<int>, PromiseStream<int>> layer
    )
    {
        for (var i = 0; i < Depth; i++)
            stream = layer(stream);
        return stream;
    }

    private static void OnSmallStack(Action test)
    {
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(test), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(caught);
    }
}
