// Several tests set state that the whole process shares (the async hook, the exception filter).
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Lwt.Core.Tests;

/// <summary>The exception that tests reject promises with.</summary>
internal sealed class BoomException(string message = "boom") : Exception(message);

/// <summary>Runs a test on a loop of its own, whose clock is virtual.</summary>
internal static class Fresh
{
    internal static EventLoop Loop(TimeSpan? patience = null) =>
        new(new() { Engine = new VirtualEngine { Patience = patience ?? TimeSpan.FromSeconds(20) } });

    /// <summary>Calls a test on a loop and does not run the loop afterwards.</summary>
    internal static void Run(Action test)
    {
        using var loop = Loop();
        loop.RunHere(() =>
        {
            test();
            return Promise.Return();
        });
    }

    /// <summary>Runs the loop until the test's promise is resolved.</summary>
    internal static void Async(Func<Promise> test)
    {
        using var loop = Loop();
        loop.RunHere(test);
    }

    internal static T Async<T>(Func<Promise<T>> test)
    {
        using var loop = Loop();
        return loop.RunHere(test);
    }

    /// <summary>Runs an action on another thread to its end; returns the exception that it throws, if any.</summary>
    internal static Exception? OnOtherThread(Action action)
    {
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(action));
        thread.Start();
        thread.Join();
        return caught;
    }

    /// <summary>
    /// Sets the async exception hook of the process while an action runs; returns the exceptions that it gets.
    /// </summary>
    internal static List<Exception> WithHook(Action action)
    {
        var told = new List<Exception>();
        var before = AsyncExceptions.Hook;
        AsyncExceptions.Hook = told.Add;
        try
        {
            action();
        }
        finally
        {
            AsyncExceptions.Hook = before;
        }
        return told;
    }
}

internal static class Expect
{
    internal static void Fulfilled<T>(T value, Promise<T> promise)
    {
        Assert.Equal(PromiseState.Fulfilled, promise.Status);
        Assert.True(promise.TryPoll(out var actual));
        Assert.Equal(value, actual);
    }

    internal static void Rejected(Exception reason, Promise promise)
    {
        Assert.Equal(PromiseState.Rejected, promise.Status);
        Assert.Same(reason, promise.Exception);
    }

    internal static void Canceled(Promise promise)
    {
        Assert.True(promise.IsRejected);
        Assert.True(promise.IsCanceled);
        Assert.IsType<PromiseCanceledException>(promise.Exception);
    }

    internal static void Pending(Promise promise) => Assert.Equal(PromiseState.Pending, promise.Status);
}
