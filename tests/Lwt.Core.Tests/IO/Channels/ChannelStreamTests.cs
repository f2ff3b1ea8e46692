using System.Text;

namespace Lwt.Core.Tests;

public class ChannelStreamTests
{
    [Fact]
    public void AsStream_ReadsAndWrites_OnTheLoop() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink();
            await using (var stream = Channels.Input("what is read").AsStream(sink.Channel))
            {
                Assert.True(stream.CanRead && stream.CanWrite);
                var target = new byte[100];
                Assert.Equal("what is read", Encoding.UTF8.GetString(target, 0, await stream.ReadAsync(target)));
                Assert.Equal(0, await stream.ReadAsync(target));
                await stream.WriteAsync(Channels.Bytes("what is written"));
                await stream.FlushAsync();
                Assert.Equal("what is written", sink.Text);
            }
            Assert.True(sink.Channel.IsClosed);
            Assert.Equal(1, sink.Closed);
        });

    [Fact]
    public void AsStream_OnAnotherThread_WorksOnTheLoop() =>
        Fresh.Async(async () =>
        {
            var sink = new Channels.Sink();
            var stream = Channels.Input("one\ntwo\n").AsStream(sink.Channel);
            var lines = await Task.Run(async () =>
                {
                    using var reader = new StreamReader(stream, leaveOpen: true);
                    var (one, two) = (await reader.ReadLineAsync(), await reader.ReadLineAsync());
                    await stream.WriteAsync(Encoding.UTF8.GetBytes("back"));
                    await stream.DisposeAsync();
                    return (one, two);
                })
                .AsPromise();
            Assert.Equal(("one", "two"), lines);
            Assert.Equal("back", sink.Text);
            Assert.True(sink.Channel.IsClosed);
        });

    [Fact]
    public void AsStream_ReadIsCancelledByItsToken_TakesNothing() =>
        Fresh.Async(async () =>
        {
            var fed = new Channels.Fed();
            var stream = fed.Channel.AsStream();
            using var cancellation = new CancellationTokenSource();
            var read = stream.ReadAsync(new byte[4], cancellation.Token).AsTask();
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            fed.Feed("kept");
            Assert.Equal("kept", await fed.Channel.Read(10));
        });

    [Fact]
    public void AsStream_SynchronousCalls_SayThatTheyWouldBlock() =>
        Fresh.Run(() =>
        {
            var stream = Channels.Input("x").AsStream(OutputChannel.Null());
            Assert.Contains(
                "ReadAsync",
                Assert.Throws<NotSupportedException>(() => stream.Read(new byte[1], 0, 1)).Message
            );
            Assert.Contains("WriteAsync", Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1)).Message);
            Assert.Contains("FlushAsync", Assert.Throws<NotSupportedException>(stream.Flush).Message);
            Assert.Throws<NotSupportedException>(() => Channels.Input("x").AsStream().Write([1], 0, 1));
        });

    [Fact]
    public void AsPipes_CopyFromOneToTheOther() =>
        Fresh.Async(async () =>
        {
            var text = new string('x', 100_000);
            var sink = new Channels.Sink();
            var writer = sink.Channel.AsPipeWriter();
            await Channels.Input(text).AsPipeReader().CopyToAsync(writer);
            await writer.CompleteAsync();
            Assert.Equal(text, sink.Text);
        });
}
