using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>
/// An async method that returns a promise awaits awaiters that keep the rules and awaiters that break them.
/// </summary>
public class ForeignAwaiterTests
{
    /// <summary>Awaitable and awaiter in one, never completed when it is asked.</summary>
    private sealed class Foreign(Action<Action> onCompleted) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public Foreign GetAwaiter() => this;

        public void OnCompleted(Action continuation) => onCompleted(continuation);

        public int GetResult() => 1;
    }

    [Fact]
    public void Await_OfAnAwaiterThatCallsTwice_GoesOnOnce()
    {
        using var loop = Fresh.Loop();
        var steps = new List<int>();
        loop.RunHere(async () =>
        {
            Action? again = null;
            var method = Method(call =>
            {
                again = call;
                call();
                call();
            });
            while (steps.Count == 0)
                await Promise.Pause();
            // Calls again later, when the method waits for something else.
            again!();
            for (var i = 0; i < 10; i++)
                await Promise.Pause();
            Assert.Equal([1], steps);
            await method;
            again();
        });
        Assert.Equal([1, 2], steps);
        AssertOwesNothing(loop);

        async Promise Method(Action<Action> onCompleted)
        {
            steps.Add(await new Foreign(onCompleted));
            await Promise.Sleep(TimeSpan.FromSeconds(1));
            steps.Add(2);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Await_OfAnAwaiterThatThrows_Rejects(bool callsBefore)
    {
        using var loop = Fresh.Loop();
        var boom = new BoomException();
        var wentOn = false;
        loop.RunHere(async () =>
        {
            Action? late = null;
            var method = Method(call =>
            {
                late = call;
                if (callsBefore)
                    call();
                throw boom;
            });
            Expect.Rejected(boom, method);
            late!();
            for (var i = 0; i < 10; i++)
                await Promise.Pause();
            Expect.Rejected(boom, method);
        });
        Assert.False(wentOn);
        AssertOwesNothing(loop);

        async Promise Method(Action<Action> onCompleted)
        {
            await new Foreign(onCompleted);
            wentOn = true;
        }
    }

    /// <summary>
    /// Checks that the loop does not wait for a post that will not come, and still waits for one that will.
    /// </summary>
    private static void AssertOwesNothing(EventLoop loop)
    {
        var error = Assert.Throws<InvalidOperationException>(() => loop.RunHere(() => Promise.Create<int>().Promise));
        Assert.Contains("nothing left", error.Message, StringComparison.Ordinal);
        loop.RunHere(async () => await Task.Run(static () => Thread.Sleep(1)));
    }
}
