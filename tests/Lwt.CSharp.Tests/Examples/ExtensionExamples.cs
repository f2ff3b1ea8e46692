namespace Lwt.CSharp.Tests.Examples;

/// <summary>The examples in the documentation of queries, time limits and tokens.</summary>
public class ExtensionExamples
{
    private static async Promise<string> Load(string address)
    {
        await Promise.Sleep(TimeSpan.FromSeconds(address.Contains("slow", StringComparison.Ordinal) ? 60 : 1));
        return $"page of {address}";
    }

    [Fact]
    public void Query_GoesOnWithEachPromise() =>
        Fresh.Async(async () =>
        {
            // example: PromiseLinq
            var length =
                from address in Promise.Return("home")
                where address.Length > 0 // else the result is rejected
                from page in Load(address)
                from _ in Promise.Sleep(TimeSpan.FromSeconds(1))
                select page.Length;
            // end

            Assert.Equal("page of home".Length, await length);
        });

    [Fact]
    public void WithTimeout_TooSlow_Throws() =>
        Fresh.Async(async () =>
        {
            // example: PromiseExtensions.WithTimeout
            string page;
            try
            {
                page = await Load("slow mirror").WithTimeout(TimeSpan.FromSeconds(5));
            }
            catch (TimeoutException)
            {
                page = "no answer";
            }
            // end

            Assert.Equal("no answer", page);
        });

    [Fact]
    public void WithCancellation_TokenFires_Throws() =>
        Fresh.Async(async () =>
        {
            // example: PromiseExtensions.WithCancellation
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), EventLoop.Current.Clock);
            string page;
            try
            {
                page = await Load("slow mirror").WithCancellation(source.Token);
            }
            catch (OperationCanceledException e) when (e.CancellationToken == source.Token)
            {
                page = "canceled";
            }
            // end

            Assert.Equal("canceled", page);
        });
}
