namespace Lwt.Core;

/// <summary>
/// The one door from other threads into a loop: a queue of actions that the loop runs in order, and a count of those
/// who said that they will post, for whom the loop stays up.
/// </summary>
internal sealed class Posting
{
    private readonly Lock _lock = new();

    // Both under the lock.
    private List<Action> _posted = [];
    private int _owed;

    private List<Action> _running = [];

    // Read without the lock, to look into the queue only when there is something in it.
    private volatile bool _any;

    internal bool Any => _any;

    internal bool Expected
    {
        get
        {
            lock (_lock)
                return _owed > 0;
        }
    }

    internal void Add(Action action)
    {
        lock (_lock)
        {
            _posted.Add(action);
            _any = true;
        }
    }

    /// <summary>Announces a post; <see cref="AddOwed"/> or <see cref="Release"/> settles it.</summary>
    internal void Owe()
    {
        lock (_lock)
            _owed++;
    }

    internal void AddOwed(Action action)
    {
        lock (_lock)
        {
            _owed--;
            _posted.Add(action);
            _any = true;
        }
    }

    internal void Release()
    {
        lock (_lock)
            _owed--;
    }

    /// <summary>Runs what was posted; what is posted meanwhile waits for the next time.</summary>
    internal void Run(Resolution resolution)
    {
        if (!_any)
            return;
        List<Action> batch;
        lock (_lock)
        {
            (_posted, _running) = (_running, _posted);
            batch = _running;
            _any = false;
        }
        try
        {
            foreach (var action in batch)
            {
                try
                {
                    action();
                }
                catch (Exception e) when (ExceptionFilter.MayCatch(e))
                {
                    AsyncExceptions.Report(e, resolution);
                }
            }
        }
        finally
        {
            batch.Clear();
        }
    }
}
