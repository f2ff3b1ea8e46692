using static Lwt.Core.Tests.Examples.World;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of what connects promises and Tasks.</summary>
public class InteropExamples
{
    [Fact]
    public void AsPromise_OfATask_HasItsValue() =>
        Fresh.Async(async () =>
        {
            // example: AsPromise
            Task<int> task = Task.Run(() => Enumerable.Range(1, 100).Sum()); // runs on the thread pool
            Promise<string> text = task.AsPromise().Map(sum => $"sum {sum}"); // runs on the loop
            // end

            Assert.Equal("sum 5050", await text);
        });

    [Fact]
    public void AsTask_HasTheValueOfThePromise()
    {
        // The Task ends only after a sleep of the promise: waiting for it in real time would be in vain.
        using var loop = Fresh.Loop(patience: TimeSpan.Zero);
        loop.RunHere(async () =>
        {
            // example: AsTask
            async Task<int> Measure(Task<string> text) => (await text).Length; // takes a Task

            Task<int> length = Measure(Load("home").AsTask());
            // end

            Assert.Equal("page of home".Length, await length);
        });
    }

    [Fact]
    public void FromTask_Canceled_CancelsTheToken() =>
        Fresh.Run(() =>
        {
            var canceled = false;
            Task<string> Download(CancellationToken token)
            {
                token.Register(() => canceled = true);
                return new TaskCompletionSource<string>().Task;
            }

            // example: FromTask
            Promise<string> page = PromiseTaskExtensions.FromTask(token => Download(token));
            page.Cancel(); // cancels the token, which stops the download
            // end

            Expect.Canceled(page);
            Assert.True(canceled);
        });
}
