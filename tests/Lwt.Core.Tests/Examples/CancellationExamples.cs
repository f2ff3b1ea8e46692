using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of cancellation.</summary>
public class CancellationExamples
{
    [Fact]
    public void Cancel_ReachesTheSleepInAnAsyncMethod() =>
        Fresh.Run(() =>
        {
            var log = new List<string>();

            // example: Promise.Cancel
            async Promise Poll()
            {
                try
                {
                    while (true)
                        await Promise.Sleep(TimeSpan.FromSeconds(1));
                }
                catch (OperationCanceledException)
                {
                    log.Add("stopped");
                }
            }
            var polling = Poll();
            polling.Cancel(); // rejects the sleep: the method has ended when Cancel returns
            // end

            Assert.Equal(["stopped"], log);
            Assert.True(polling.IsFulfilled);
        });

    [Fact]
    public void Protected_Canceled_SourceGoesOn() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Protected
            Promise<string> shared = Load("home"); // several callers wait for it
            Promise<string> mine = shared.Protected();
            mine.Cancel(); // rejects mine; shared stays pending
            // end

            Expect.Canceled(mine);
            Assert.Equal("page of home", await shared);
        });

    [Fact]
    public void NoCancel_Canceled_StaysPending() =>
        Fresh.Async(async () =>
        {
            // example: Promise.NoCancel
            Promise<string> critical = Load("home").NoCancel();
            critical.Cancel(); // does nothing
            var page = await critical;
            // end

            Assert.Equal("page of home", page);
        });

    [Fact]
    public void OnCancel_CallsTheAction() =>
        Fresh.Run(() =>
        {
            var waiting = new List<Resolver<string>>();

            // example: Promise.OnCancel
            var (reply, resolver) = Promise.CreateCancelable<string>();
            waiting.Add(resolver);
            reply.OnCancel(() => waiting.Remove(resolver)); // nobody wants the reply any more
            // end

            Assert.Single(waiting);
            reply.Cancel();
            Assert.Empty(waiting);
        });
}
