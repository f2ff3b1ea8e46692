using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>Tasks that complete on another thread while this one awaits them or cancels their promise.</summary>
public static class Tasks
{
    private const int Rounds = 3;

    /// <summary>The cases, by name, each of a given number of Tasks.</summary>
    public static IReadOnlyList<(string Name, Action<int> Run)> Cases { get; } =
    [
        ("Tasks that end while they are awaited", Await),
        ("Tasks that fail while they are awaited", Fail),
        ("Tasks that end while their promise is cancelled", Cancel),
    ];

    private static void Await(int n) =>
        OnRows(
            n,
            (source, i) => source.SetResult(i),
            async (task, i) => Check(await task.AsPromise() == i, $"the value of Task {i}")
        );

    private static void Fail(int n) =>
        OnRows(
            n,
            static (source, i) => source.SetException(s_failure),
            static async (task, i) =>
            {
                var caught = await Promise.Catch(() => task.AsPromise().Map(static _ => (Exception?)null), Caught);
                Check(ReferenceEquals(caught, s_failure), $"{caught} came out of Task {i}");
            }
        );

    private static void Cancel(int n) =>
        OnRows(
            n,
            static (source, i) => source.SetResult(i),
            static async (task, i) =>
            {
                var canceled = task.AsPromise();
                canceled.Cancel();
                // This one uses what the cancelled one left on the Task.
                Check(await task.AsPromise() == i, $"the value of Task {i}");
                Check(canceled.IsCanceled || canceled.IsFulfilled, $"the cancelled promise of Task {i}");
            }
        );

    private static readonly TimeoutException s_failure = new();

    private static Promise<Exception?> Caught(Exception reason) => Promise.Return<Exception?>(reason);

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong outcome: {what}.");
    }

    /// <summary>Another thread completes the Tasks in order while this one awaits them in the same order.</summary>
    private static void OnRows(int n, Action<TaskCompletionSource<int>, int> end, Func<Task<int>, int, Promise> use)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sources = new TaskCompletionSource<int>[n];
            for (var i = 0; i < n; i++)
                sources[i] = new();
            var at = -1;
            var ending = new Thread(() =>
            {
                for (var i = 0; i < n; i++)
                {
                    // In step, so that both threads are at the same Task as often as possible.
                    while (Volatile.Read(ref at) < i)
                        Thread.SpinWait(1);
                    end(sources[i], i);
                }
            });
            ending.Start();
            try
            {
                EventLoop.Run(async () =>
                {
                    for (var i = 0; i < n; i++)
                    {
                        Volatile.Write(ref at, i);
                        await use(sources[i].Task, i);
                    }
                });
            }
            finally
            {
                Volatile.Write(ref at, n);
                ending.Join();
            }
        }
    }
}
