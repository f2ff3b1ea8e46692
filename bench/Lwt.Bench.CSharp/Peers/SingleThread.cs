namespace Lwt.Bench.Peers;

/// <summary>
/// A SynchronizationContext that runs everything on one thread, so that Task is compared fairly with an event loop. A
/// post from that thread itself takes no lock.
/// </summary>
public sealed class SingleThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _own = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _foreign = new();
    private readonly Thread _thread = Thread.CurrentThread;
    private volatile bool _anyForeign;

    private SingleThread() { }

    /// <summary>Runs a task on this thread until it is completed.</summary>
    public static void Run(Func<Task> main)
    {
        var before = Current;
        var context = new SingleThread();
        SetSynchronizationContext(context);
        try
        {
            var task = main();
            if (!task.IsCompleted)
                context.RunUntil(task);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == _thread)
            _own.Enqueue((d, state));
        else
            PostForeign(d, state);
    }

    private void PostForeign(SendOrPostCallback d, object? state)
    {
        lock (_foreign)
        {
            _foreign.Enqueue((d, state));
            _anyForeign = true;
            Monitor.Pulse(_foreign);
        }
    }

    private void RunUntil(Task task)
    {
        // The task may complete on another thread and post nothing here; that must end the wait too.
        task.ContinueWith(
            _ => PostForeign(static _ => { }, null),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        while (!task.IsCompleted)
        {
            while (_own.TryDequeue(out var next))
                next.Callback(next.State);
            if (_anyForeign || !task.IsCompleted)
                TakeForeign();
        }
    }

    private void TakeForeign()
    {
        lock (_foreign)
        {
            while (_foreign.Count == 0)
                Monitor.Wait(_foreign);
            while (_foreign.TryDequeue(out var next))
                _own.Enqueue(next);
            _anyForeign = false;
        }
    }
}
