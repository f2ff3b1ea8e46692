using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Lwt.Core.Tests;

public class PortablePortTests : SystemPortContract
{
    private protected override IEngine MakeEngine() => new PortableEngine();

    [Fact]
    public void Connect_Refused_CanBeCalledAgain() =>
        RunLoop(async () =>
        {
            EndPoint address;
            using (Listener(out address)) { }
            using var client = Client(address);
            await Rejection(() => client.Connect(address));
            using var listener = Listener(out address);
            await client.Connect(address);
            using var server = await listener.Accept();
            var buffer = new byte[8];
            var read = client.Read(buffer);
            Assert.True(read.IsPending);
            await server.Write(Bytes("again"));
            Assert.Equal("again", Text(buffer, await read));
        });

    [Fact]
    public void ExceptionThatEndsTheRun_CompletionsThatCameMeanwhile_AreDispatchedInTheNext()
    {
        using var engine = new PortableEngine();
        using var loop = new EventLoop(new() { Engine = engine });
        Promise<int>[] reads = [];
        Assert.Throws<InsufficientExecutionStackException>(() =>
            loop.RunHere(async () =>
            {
                (Port A, Port B)[] pairs = [await Pair(), await Pair()];
                reads = [.. pairs.Select(pair => pair.B.Read(new byte[1]))];
                reads[0]
                    .OnSuccess(_ =>
                    {
                        pairs[1].A.Write(Bytes("x")).Ignore();
                        SpinWait.SpinUntil(() => engine.IsReady);
                        // No promise may swallow this one.
                        throw new InsufficientExecutionStackException();
                    });
                await pairs[0].A.Write(Bytes("x"));
                await Promise.All(reads);
            })
        );
        Assert.Equal(2, loop.RunHere(() => Promise.Pick(Promise.All(reads).Map(all => all.Sum()), Limit())));
    }

    private static async Promise<int> Limit()
    {
        await Promise.Sleep(TimeSpan.FromSeconds(10));
        throw new TimeoutException("The reads have not ended.");
    }

    [Fact]
    public void ClockThatStandsStill_WritesAndReadsGoOn()
    {
        using var loop = new EventLoop(new() { Engine = new PortableEngine(new FakeTimeProvider()) });
        loop.RunHere(async () =>
        {
            var sleep = Promise.Sleep(TimeSpan.FromHours(1));
            var (a, b) = await Pair();
            var chunk = new byte[64 * 1024];
            var sent = 0L;
            Promise<int> waiting;
            while (!(waiting = a.Write(chunk)).IsPending)
                sent += await waiting;
            var received = 0L;
            var buffer = new byte[64 * 1024];
            while (received < sent)
                received += await b.Read(buffer);
            // Room is there, of which nobody tells: the port asks again, in the system's time.
            sent += await waiting;
            while (received < sent)
                received += await b.Read(buffer);
            Assert.True(sleep.IsPending);
            a.Close();
            b.Close();
        });
    }
}

/// <summary>A clock other than the system's is waited for by its timers, beside I/O.</summary>
public class PortableOnAnotherClockPortTests : SystemPortContract
{
    private sealed class OtherClock : TimeProvider;

    private protected override IEngine MakeEngine() => new PortableEngine(new OtherClock());
}
