namespace Lwt.Core;

/// <summary>The completed calls of an engine's sockets, on their way from the thread pool to the loop.</summary>
/// <remarks>
/// Invariant: the calls of <c>_taken</c> from <c>_next</c> on are not dispatched yet, and none is added to them: so one
/// dispatch ends, whatever its callbacks start, and an exception from a callback loses none.
/// </remarks>
internal sealed class SocketCompletions(PortableEngine engine)
{
    private readonly Lock _lock = new();

    // Under the lock.
    private List<SocketCall> _added = [];
    private bool _closed;

    // Written under the lock.
    private volatile bool _hasAdded;

    // The loop's thread.
    private List<SocketCall> _taken = [];
    private int _next;

    internal bool Any => _next < _taken.Count || _hasAdded;

    /// <summary>Hands a completed call to the loop. Any thread may call it.</summary>
    internal void Add(SocketCall call)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _added.Add(call);
                _hasAdded = true;
                // Under the lock, for the engine must not be disposed of in between.
                engine.Wake();
                return;
            }
        }
        call.Discard();
    }

    /// <summary>Gives each call that has come by now to its port.</summary>
    internal void Dispatch()
    {
        if (_next == _taken.Count)
            TakeAdded();
        while (_next < _taken.Count)
        {
            var call = _taken[_next++];
            call.Port.Complete(call);
        }
        Clear();
    }

    /// <summary>What has come, and what still comes, reaches nobody.</summary>
    internal void Close()
    {
        lock (_lock)
            _closed = true;
        foreach (var call in _taken[_next..])
            call.Discard();
        foreach (var call in _added)
            call.Discard();
        (_taken, _added, _next, _hasAdded) = ([], [], 0, false);
    }

    private void TakeAdded()
    {
        if (!_hasAdded)
            return;
        // Not done yet, after an exception at the last one.
        Clear();
        lock (_lock)
        {
            (_taken, _added) = (_added, _taken);
            _hasAdded = false;
        }
    }

    private void Clear()
    {
        _taken.Clear();
        _next = 0;
    }
}
