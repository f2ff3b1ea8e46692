using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// The only way from other threads into a loop: a queue of actions that the loop runs in order, and the number of
/// announced posts, for which the loop keeps running.
/// </summary>
/// <remarks>
/// A post is announced in one of two ways. An owed post will come: an awaited Task ends, a resolver is used. A possible
/// post may come or not: a CancellationToken may fire. The loop waits for both instead of reporting that nothing can
/// wake it; a virtual clock waits only for owed posts.
/// </remarks>
internal sealed class Posting
{
    private readonly Lock _lock = new();

    // All under the lock.
    private List<Action> _posted = [];
    private int _owed;
    private int _possible;

    // Used by the loop only: the actions that it runs now, those from _next on.
    private List<Action> _running = [];
    private int _next;

    // Read without the lock, to take the lock only if the queue has an action.
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

    /// <summary>
    /// Announces a post that will come; <see cref="AddOwed"/> or <see cref="ReleaseOwed"/> ends the announcement.
    /// </summary>
    internal void Owe()
    {
        lock (_lock)
            _owed++;
    }

    internal void AddOwed(Action action)
    {
        lock (_lock)
        {
            Settle(ref _owed);
            Enqueue(action);
        }
    }

    internal void ReleaseOwed()
    {
        lock (_lock)
            Settle(ref _owed);
    }

    /// <summary>
    /// Announces a post that may come or not; <see cref="AddPossible"/> or <see cref="ReleasePossible"/> ends the
    /// announcement.
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
            Settle(ref _possible);
            Enqueue(action);
        }
    }

    internal void ReleasePossible()
    {
        lock (_lock)
            Settle(ref _possible);
    }

    // Under the lock.
    private static void Settle(ref int announced)
    {
        announced--;
        Debug.Assert(announced >= 0, "A post is announced before it is settled, once.");
    }

    // Under the lock.
    private void Enqueue(Action action)
    {
        _posted.Add(action);
        _any = true;
    }

    /// <summary>
    /// Runs the posted actions; actions posted during this call run in the next iteration. After an exception that no
    /// promise may swallow the loop calls <see cref="PutBack"/>.
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

    /// <summary>Leaves the rest of an interrupted batch to the next run, before the actions posted since.</summary>
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

/// <summary>The kinds of posts that are announced to a loop.</summary>
internal enum Expectation
{
    /// <summary>No posts.</summary>
    None,

    /// <summary>Only posts that may come or not.</summary>
    Possible,

    /// <summary>Posts that will come, and perhaps possible ones.</summary>
    Owed,
}
