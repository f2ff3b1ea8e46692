namespace Lwt.Core;

/// <summary>
/// The one door from other threads into a loop: a queue of actions that the loop runs in order, and a count of those that
/// were announced, for which the loop keeps running.
/// </summary>
/// <remarks>
/// A post is announced in one of two ways. One that is owed will come: a Task that is awaited ends, a resolver is used. One
/// that is possible may come or not: a CancellationToken may fire. The loop waits for either rather than report that
/// nothing can wake it; a virtual clock is held back by the first kind alone.
/// </remarks>
internal sealed class Posting
{
    private readonly Lock _lock = new();

    // All under the lock.
    private List<Action> _posted = [];
    private int _owed;
    private int _possible;

    // The loop's own: what it is running, from _next on.
    private List<Action> _running = [];
    private int _next;

    // Read without the lock, to look into the queue only when there is something in it.
    private volatile bool _any;

    internal bool Any => _any;

    internal Expectation Expected
    {
        get
        {
            lock (_lock)
                return _owed > 0 ? Expectation.Owed
                    : _possible > 0 ? Expectation.Possible
                    : Expectation.None;
        }
    }

    internal void Add(Action action)
    {
        lock (_lock)
            Enqueue(action);
    }

    /// <summary>Announces a post that will come; <see cref="AddOwed"/> or <see cref="ReleaseOwed"/> settles it.</summary>
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
            Enqueue(action);
        }
    }

    internal void ReleaseOwed()
    {
        lock (_lock)
            _owed--;
    }

    /// <summary>
    /// Announces a post that may come or not; <see cref="AddPossible"/> or <see cref="ReleasePossible"/> settles it.
    /// </summary>
    internal void AnnouncePossible()
    {
        lock (_lock)
            _possible++;
    }

    internal void AddPossible(Action action)
    {
        lock (_lock)
        {
            _possible--;
            Enqueue(action);
        }
    }

    internal void ReleasePossible()
    {
        lock (_lock)
            _possible--;
    }

    // Under the lock.
    private void Enqueue(Action action)
    {
        _posted.Add(action);
        _any = true;
    }

    /// <summary>
    /// Runs what was posted; what is posted meanwhile waits for the next time. After an exception that no promise may
    /// swallow the loop calls <see cref="PutBack"/>.
    /// </summary>
    internal void Run(Driver driver)
    {
        if (!_any)
            return;
        lock (_lock)
        {
            (_posted, _running) = (_running, _posted);
            _any = false;
        }
        while (_next < _running.Count)
        {
            try
            {
                _running[_next++]();
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                AsyncExceptions.Report(e, driver);
            }
        }
        Forget();
    }

    /// <summary>Leaves the rest of an interrupted batch to the next time, before what was posted meanwhile.</summary>
    internal void PutBack()
    {
        if (_next < _running.Count)
            lock (_lock)
            {
                _posted.InsertRange(0, _running.Skip(_next));
                _any = true;
            }
        Forget();
    }

    private void Forget()
    {
        _running.Clear();
        _next = 0;
    }
}

/// <summary>What was announced to a loop by those who may post to it.</summary>
internal enum Expectation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Posts that may come or not.</summary>
    Possible,

    /// <summary>Posts that will come, and perhaps others.</summary>
    Owed,
}
