namespace Lwt.Core;

/// <summary>Jobs that wait for a thread, in the order in which they came. Any of them can be taken out.</summary>
internal sealed class JobQueue
{
    private readonly LinkedList<IWorkerJob> _jobs = new();
    private readonly Dictionary<IWorkerJob, LinkedListNode<IWorkerJob>> _places = new(
        ReferenceEqualityComparer.Instance
    );

    internal int Count => _jobs.Count;

    internal void Add(IWorkerJob job) => _places[job] = _jobs.AddLast(job);

    internal bool Has(IWorkerJob job) => _places.ContainsKey(job);

    /// <summary>Takes the oldest; null if there is none.</summary>
    internal IWorkerJob? Take()
    {
        if (_jobs.First is not { } first)
            return null;
        Remove(first.Value);
        return first.Value;
    }

    internal bool Remove(IWorkerJob job)
    {
        if (!_places.Remove(job, out var place))
            return false;
        _jobs.Remove(place);
        return true;
    }
}
