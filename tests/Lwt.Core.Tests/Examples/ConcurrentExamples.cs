using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of the operations on several promises.</summary>
public class ConcurrentExamples
{
    [Fact]
    public void Join_WaitsForAll() =>
        Fresh.Async(async () =>
        {
            var saved = new List<string>();
            async Promise Save(string name) => saved.Add(await Load(name));

            // example: Promise.Join
            await Promise.Join(Save("a"), Save("b"), Save("c"));
            // All three have ended here. If one fails, await throws its exception, but only
            // after the others have ended.
            // end

            Assert.Equal(3, saved.Count);
            Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
        });

    [Fact]
    public void All_ReturnsTheValuesInOrder() =>
        Fresh.Async(async () =>
        {
            // example: Promise.All
            string[] addresses = ["home", "news"];
            IReadOnlyList<string> pages = await Promise.All(addresses.Select(address => Load(address)));
            // end

            Assert.Equal(["page of home", "page of news"], pages);
        });

    [Fact]
    public void Both_ReturnsBothValues() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Both
            var (page, connection) = await Promise.Both(Load("home"), Connection.Open());
            // end

            Assert.Equal("page of home", page);
            Assert.Equal(0, connection.Queries);
            Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
        });

    [Fact]
    public void Choose_TheOtherGoesOn() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Choose
            var near = Load("near mirror");
            var far = Load("slow mirror");
            var first = await Promise.Choose(near, far);
            var second = await far; // it was not cancelled
            // end

            Assert.Equal("page of near mirror", first);
            Assert.Equal("page of slow mirror", second);
        });

    [Fact]
    public void Pick_TheOtherIsCanceled() =>
        Fresh.Async(async () =>
        {
            // example: Promise.Pick
            var near = Load("near mirror");
            var far = Load("slow mirror");
            var first = await Promise.Pick(near, far);
            var canceled = far.IsCanceled; // true
            // end

            Assert.Equal("page of near mirror", first);
            Assert.True(canceled);
        });

    [Fact]
    public void WithTimeout_TooSlow_ThrowsTimeout() =>
        Fresh.Async(async () =>
        {
            // example: Promise.WithTimeout
            string page;
            try
            {
                page = await Promise.WithTimeout(TimeSpan.FromSeconds(5), () => Load("slow mirror"));
            }
            catch (TimeoutException)
            {
                page = "no answer";
            }
            // end

            Assert.Equal("no answer", page);
            Assert.Equal(TimeSpan.FromSeconds(5), Elapsed);
        });

    [Fact]
    public void ForEach_TwoAtOnce() =>
        Fresh.Async(async () =>
        {
            string[] addresses = ["a", "b", "c", "d"];
            var pages = new List<string>();

            // example: Promise.ForEach
            await Promise.ForEach(
                addresses,
                maxConcurrency: 2,
                async address =>
                {
                    pages.Add(await Load(address));
                }
            );
            // end

            Assert.Equal(["page of a", "page of b", "page of c", "page of d"], pages);
            Assert.Equal(TimeSpan.FromSeconds(2), Elapsed);
        });

    [Fact]
    public void MapEach_TwoAtOnce() =>
        Fresh.Async(async () =>
        {
            // example: Promise.MapEach
            string[] addresses = ["home", "news", "about"];
            IReadOnlyList<string> pages = await Promise.MapEach(addresses, maxConcurrency: 2, Load);
            // end

            Assert.Equal(["page of home", "page of news", "page of about"], pages);
            Assert.Equal(TimeSpan.FromSeconds(2), Elapsed);
        });
}
