namespace Lwt.Core.Tests;

/// <summary>What giving a stream up, or leaving it, does to the sequences that it is made of.</summary>
public class StreamReleaseTests
{
    [Fact]
    public void DisposeAsync_OfMapMany_InTheMiddleOfASequence_DisposesOfItsEnumerator() =>
        Fresh.Async(async () =>
        {
            var sequence = new Sequence();
            var stream = PromiseStream.Of(0).MapMany(_ => sequence.Elements());
            Assert.Equal(1, await stream.Next());
            await stream.DisposeAsync();
            Assert.Equal(1, sequence.Disposals);
            Assert.False((await stream.Get()).HasValue);
        });

    [Fact]
    public void AwaitForeach_OverMapMany_LeftInTheMiddleOfASequence_KeepsTheRest() =>
        Fresh.Async(async () =>
        {
            var sequence = new Sequence();
            var stream = PromiseStream.Of(0).MapMany(_ => sequence.Elements());
            await foreach (var x in stream)
            {
                Assert.Equal(1, x);
                break;
            }
            Assert.Equal(2, await stream.Next());
            Assert.False((await stream.Get()).HasValue);
            Assert.Equal(1, sequence.Disposals);
        });

    /// <summary>The elements 1 and 2.</summary>
    private sealed class Sequence
    {
        internal int Disposals { get; private set; }

        internal IEnumerable<int> Elements()
        {
            try
            {
                yield return 1;
                yield return 2;
            }
            finally
            {
                Disposals++;
            }
        }
    }
}
