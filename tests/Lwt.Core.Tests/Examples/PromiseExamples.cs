using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of the sequential operations.</summary>
public class PromiseExamples
{
    [Fact]
    public void Return_CachedPage_IsFulfilledAtOnce() =>
        Fresh.Async(async () =>
        {
            var cache = new Dictionary<string, string> { ["home"] = "cached" };

            // example: Promise.Return
            Promise<string> Find(string address) =>
                cache.TryGetValue(address, out var page)
                    ? Promise.Return(page) // fulfilled already: nobody waits
                    : Load(address);
            // end

            Expect.Fulfilled("cached", Find("home"));
            Assert.Equal("page of news", await Find("news"));
        });

    [Fact]
    public void Create_Fulfill_RunsCallbacksBeforeItReturns() =>
        Fresh.Run(() =>
        {
            var log = new List<string>();

            // example: Promise.Create
            var (answer, resolver) = Promise.Create<string>();
            answer.OnSuccess(text => log.Add($"received {text}"));
            resolver.Fulfill("yes"); // runs the callback before it returns
            log.Add("fulfilled");
            // end

            Assert.Equal(["received yes", "fulfilled"], log);
        });

    [Fact]
    public void CreateCancelable_Canceled_ResolverDoesNothing() =>
        Fresh.Run(() =>
        {
            // example: Promise.CreateCancelable
            var (reply, resolver) = Promise.CreateCancelable<string>();
            reply.Cancel(); // rejects it with PromiseCanceledException
            resolver.Fulfill("too late"); // does nothing
            // end

            Expect.Canceled(reply);
        });

    [Fact]
    public void CreateThreadSafe_ResolvedByThread_IsFulfilled() =>
        Fresh.Async(async () =>
        {
            // example: Promise.CreateThreadSafe
            var (sum, resolver) = Promise.CreateThreadSafe<int>();
            var thread = new Thread(() => resolver.TryFulfill(Enumerable.Range(1, 100).Sum()));
            thread.Start();
            var value = await sum; // the loop runs other promises until the thread has finished
            // end

            Assert.Equal(5050, value);
        });

    [Fact]
    public void Bind_CallsTheFunctionOnTheValue() =>
        Fresh.Async(async () =>
        {
            static Promise<string> FindAddress(string name) => Promise.Return($"https://{name}.org");

            // example: Promise.Bind
            Promise<string> page = FindAddress("home").Bind(address => Load(address));

            // An async method does the same with await.
            async Promise<string> LoadHome() => await Load(await FindAddress("home"));
            // end

            Assert.Equal("page of https://home.org", await page);
            Assert.Equal("page of https://home.org", await LoadHome());
        });

    [Fact]
    public void Map_ExceptionOfTheFunction_Rejects() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Map
            Promise<string> page = Load("home");
            Promise<int> length = page.Map(text => text.Length);
            Promise<Uri> link = page.Map(text => new Uri(text)); // rejected: the text is no URI
            // end

            Assert.Equal("page of home".Length, await length);
            await Assert.ThrowsAsync<UriFormatException>(() => link.AsTask());
        });

    [Fact]
    public void Catch_Rejected_TakesTheHandlersResult() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Catch
            var page = await Promise.Catch(
                () => Load("down"),
                reason => reason is IOException ? Promise.Return("offline") : Promise.Fail<string>(reason)
            );
            // end

            Assert.Equal("offline", page);
        });

    [Fact]
    public void TryBind_CallsOneOfTheFunctions() =>
        Fresh.Async(async () =>
        {
            // example: Promise.TryBind
            Promise<string> Report(string address) =>
                Promise.TryBind(
                    () => Load(address),
                    page => Promise.Return($"{page.Length} characters"),
                    reason => Promise.Return($"failed: {reason.Message}")
                );
            // end

            Assert.Equal("12 characters", await Report("home"));
            Assert.Equal("failed: down is down", await Report("down"));
        });

    [Fact]
    public void Finalize_RunsTheFinalizer() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Finalize
            var connection = await Connection.Open();
            var rows = await Promise.Finalize(
                () => connection.Query("select"),
                () => connection.Close() // called whether the query fails or not
            );
            // end

            Assert.Equal(1, rows);
            Assert.True(connection.IsClosed);
        });

    [Fact]
    public void FireAndForget_GoesOnWhileTheLoopRuns() =>
        Fresh.Async(async () =>
        {
            var log = new List<string>();

            // example: Promise.FireAndForget
            Promise.FireAndForget(async () =>
            {
                log.Add(await Load("home"));
            });
            log.Add("started");
            // end

            await Promise.Sleep(TimeSpan.FromMinutes(1));
            Assert.Equal(["started", "page of home"], log);
        });
}
