namespace Lwt.Core.Tests;

/// <summary>A thread that makes what it is asked for, has a loop that it never runs, and lives until it is disposed of.</summary>
internal sealed class Maker : IDisposable
{
    private readonly System.Collections.Concurrent.BlockingCollection<Action> _asked = [];
    private readonly Thread _thread;

    internal Maker()
    {
        _thread = new Thread(() =>
        {
            foreach (var make in _asked.GetConsumingEnumerable())
                make();
        });
        _thread.Start();
    }

    internal T Make<T>(Func<T> make)
    {
        var made = new TaskCompletionSource<T>();
        _asked.Add(() => made.SetResult(make()));
        return made.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _asked.CompleteAdding();
        _thread.Join();
        _asked.Dispose();
    }
}
