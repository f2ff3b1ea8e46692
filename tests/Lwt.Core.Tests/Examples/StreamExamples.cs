namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of streams.</summary>
public class StreamExamples
{
    private readonly List<string> _log = [];

    /// <summary>Loads a page in a second of virtual time.</summary>
    private async Promise<string> Load(string name)
    {
        _log.Add($"load {name}");
        await Promise.Sleep(TimeSpan.FromSeconds(1));
        return $"page {name}";
    }

    /// <summary>Sends a message in a second of virtual time.</summary>
    private async Promise Send(string message)
    {
        await Promise.Sleep(TimeSpan.FromSeconds(1));
        _log.Add($"sent {message}");
    }

    private static async Promise<TimeSpan> Took(Func<Promise> action)
    {
        var clock = EventLoop.Current.Clock;
        var start = clock.GetTimestamp();
        await action();
        return clock.GetElapsedTime(start);
    }

    [Fact]
    public void From_CallsForElements_OneAtATime() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.From
            var number = 0;
            var pages = PromiseStream.From(async () =>
                ++number <= 3 ? new Maybe<string>(await Load($"{number}")) : Maybe<string>.None
            );
            var first = await pages.Get(); // loads page 1 only
            // end

            Assert.Equal("page 1", first);
            Assert.Equal(["load 1"], _log);
            Assert.Equal(["page 2", "page 3"], await pages.ToList());
        });

    [Fact]
    public void Create_Push_ReachesTheReader() =>
        Fresh.Run(() =>
        {
            // example: PromiseStream.Create
            var (lines, push) = PromiseStream.Create<string>();
            var all = lines.ToList(); // waits for the end
            push.Push("first");
            push.Push("second");
            push.Close();
            // end

            Assert.True(all.TryPoll(out var list));
            Assert.Equal(["first", "second"], list);
        });

    [Fact]
    public void CreateBounded_Full_TheWriterWaits() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.CreateBounded
            var (messages, push) = PromiseStream.CreateBounded<string>(2);

            async Promise Write()
            {
                foreach (var message in (string[])["a", "b", "c", "d"])
                    await push.Push(message); // waits while two messages are in the queue
                push.Close();
            }

            await Promise.Join(Write(), messages.ForEachAwait(Send));
            // end

            Assert.Equal(["sent a", "sent b", "sent c", "sent d"], _log);
        });

    [Fact]
    public void Map_CallsTheFunction_WhenAnElementIsAskedFor() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.Map
            var squares = PromiseStream.Of(1, 2, 3).Map(x => x * x); // calls nothing yet
            var list = await squares.ToList(); // 1, 4, 9
            // end

            Assert.Equal([1, 4, 9], list);
        });

    [Fact]
    public void MapAwait_LoadsOneAtATime() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.MapAwait
            var pages = PromiseStream.Of("a", "b").MapAwait(Load);
            var first = await pages.Get(); // loads "a"; "b" is loaded when it is asked for
            // end

            Assert.Equal("page a", first);
            Assert.Equal(["load a"], _log);
        });

    [Fact]
    public void ForEach_Sum() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.ForEach
            var sum = 0;
            await PromiseStream.Of(1, 2, 3).ForEach(x => sum += x);
            // end

            Assert.Equal(6, sum);
        });

    [Fact]
    public void ForEachAwait_OneAfterTheOther() =>
        Fresh.Async(async () =>
        {
            var messages = PromiseStream.Of("a", "b", "c");
            var took = await Took(async () =>
            {
                // example: PromiseStream.ForEachAwait
                await messages.ForEachAwait(Send); // sends a message once the one before is sent
                // end
            });
            Assert.Equal(TimeSpan.FromSeconds(3), took);
        });

    [Fact]
    public void ForEachParallel_AllAtOnce() =>
        Fresh.Async(async () =>
        {
            var messages = PromiseStream.Of("a", "b", "c");
            var took = await Took(async () =>
            {
                // example: PromiseStream.ForEachParallel
                await messages.ForEachParallel(Send); // sends all three at the same time
                // end
            });
            Assert.Equal(TimeSpan.FromSeconds(1), took);
        });

    [Fact]
    public void ForEachParallel_AtMostTwo() =>
        Fresh.Async(async () =>
        {
            var messages = PromiseStream.Of("a", "b", "c");
            var took = await Took(async () =>
            {
                // example: PromiseStream.ForEachParallel, bounded
                await messages.ForEachParallel(2, Send); // sends two at the same time, then the third
                // end
            });
            Assert.Equal(TimeSpan.FromSeconds(2), took);
        });

    [Fact]
    public void Get_UpToTheEnd() =>
        Fresh.Async(async () =>
        {
            var lines = PromiseStream.Of("a", "b");

            // example: PromiseStream.Get
            while ((await lines.Get()).TryGetValue(out var line))
                await Send(line);
            // end

            Assert.Equal(["sent a", "sent b"], _log);
        });

    [Fact]
    public void Peek_LeavesTheElement() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.Peek
            var words = PromiseStream.Of("one", "two");
            var next = await words.Peek(); // "one", which stays in the stream
            var taken = await words.Get(); // "one" again
            // end

            Assert.Equal("one", next);
            Assert.Equal("one", taken);
        });

    [Fact]
    public void AwaitForeach_Left_TheRestCanBeRead() =>
        Fresh.Async(async () =>
        {
            var lines = PromiseStream.Of("a", "quit", "b");

            // example: PromiseStream.GetAsyncEnumerator
            await foreach (var line in lines)
            {
                if (line == "quit")
                    break; // the lines after it can still be read
                await Send(line);
            }
            // end

            Assert.Equal(["sent a"], _log);
            Assert.Equal("b", await lines.Get());
        });

    [Fact]
    public void Clone_ReadsTheSameElements() =>
        Fresh.Async(async () =>
        {
            // example: PromiseStream.Clone
            var numbers = PromiseStream.Of(1, 2, 3);
            var clone = numbers.Clone();
            var sum = await numbers.Fold(0, (sum, x) => sum + x); // 6
            var list = await clone.ToList(); // 1, 2, 3
            // end

            Assert.Equal(6, sum);
            Assert.Equal([1, 2, 3], list);
        });

    [Fact]
    public void DisposeAsync_ClosesTheSequence() =>
        Fresh.Async(async () =>
        {
            IEnumerable<string> ReadRows()
            {
                try
                {
                    yield return "row 1";
                    yield return "row 2";
                }
                finally
                {
                    _log.Add("closed");
                }
            }

            // example: PromiseStream.DisposeAsync
            await using (var rows = PromiseStream.OfEnumerable(ReadRows()))
            {
                var first = await rows.Get();
                await Send(first.Value);
            } // disposes the enumerator of ReadRows
            // end

            Assert.Equal(["sent row 1", "closed"], _log);
        });
}
