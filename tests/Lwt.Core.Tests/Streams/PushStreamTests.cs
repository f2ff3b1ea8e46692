namespace Lwt.Core.Tests;

/// <summary>The end of a stream that is written to, reached twice at the same time.</summary>
public class PushStreamTests
{
    [Fact]
    public void Close_AReaderThatTheEndWakesClosesToo_ThrowsOnceTheReaderHasDone() =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            var inner = new List<Exception?>();
            stream.Get().OnSuccess(_ => inner.Add(Record.Exception(push.Close)));
            var outer = Assert.Throws<InvalidOperationException>(push.Close);
            Assert.Contains("closed meanwhile", outer.Message, StringComparison.Ordinal);
            Assert.Null(Assert.Single(inner));
            Assert.True(push.IsClosed);
            Assert.Throws<StreamClosedException>(push.Close);
        });

    [Fact]
    public void Return_OfAPromise_AReaderDisposesOfTheStream_NothingGoesToTheHook()
    {
        var told = Fresh.WithHook(() =>
            Fresh.Async(async () =>
            {
                var stream = PromiseStream.Return(Promise.Pause().Map(() => 1));
                stream.Get().OnSuccess(_ => stream.Dispose());
                await Promise.Pause();
                await Promise.Pause();
                Assert.True(stream.IsClosed);
            })
        );
        Assert.Empty(told);
    }
}
