namespace Lwt.Core;

/// <summary>The operations of one direction that wait at a port, oldest first.</summary>
/// <remarks>
/// Most often one waits, and then there is no list. A cancelled one behind the first stays until it is the first, or until
/// the cancelled outnumber the rest, when all are swept out.
/// Invariant: with an empty <c>_first</c> the list is empty too.
/// </remarks>
internal struct PortQueue
{
    private IPortOperation? _first;
    private Queue<IPortOperation>? _rest;
    private int _canceled;

    internal readonly bool IsEmpty => _first is null;

    internal readonly IPortOperation? First => _first;

    internal void Add(IPortOperation operation)
    {
        if (_first is null)
            _first = operation;
        else
            (_rest ??= new()).Enqueue(operation);
    }

    /// <summary>Takes the first out; the next pending one takes its place.</summary>
    internal void RemoveFirst()
    {
        _first = null;
        while (_first is null && _rest is { } rest && rest.TryDequeue(out var next))
            if (next.IsPending)
                _first = next;
            else
                _canceled--;
    }

    /// <summary>Takes note that an operation was cancelled.</summary>
    internal void Withdraw(IPortOperation operation)
    {
        if (ReferenceEquals(_first, operation))
        {
            RemoveFirst();
            return;
        }
        if (_rest is null || ++_canceled * 2 <= _rest.Count)
            return;
        var live = new Queue<IPortOperation>();
        foreach (var other in _rest)
            if (other.IsPending && !ReferenceEquals(other, operation))
                live.Enqueue(other);
        (_rest, _canceled) = (live, 0);
    }
}
